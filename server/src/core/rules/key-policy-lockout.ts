import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import { addOwnerStatementFix, keyAdministratorsOf } from './shared/key-administrators';
import type { Rule } from './rule';
import { nameOfStatement } from './shared/wording';
import { locationOfStatements } from './shared/kms-statements';

export const keyPolicyLockout: Rule = {
  code: 'key-policy-lockout',
  severity: 'error',
  summary: 'Nobody of the account that owns the key may change its key policy',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  check: {
    *keyPolicy(subject) {
      const { policy: located, key } = subject;
      const admins = subject.memoize(keyAdministratorsOf, subject);
      if (!admins) return;
      const { denyStatement, externalPrincipals } = admins;
      const all = [...admins.accountPrincipals, ...admins.identityPrincipals];
      if (all.length > 0 && !denyStatement) return;
      const owner = key?.account === undefined ? 'the account that owns the key' : `account ${key.account}, which owns the key`;
      yield {
        at: denyStatement?.effectNode ? locationInFile(located, denyStatement.effectNode.span) : locationOfStatements(located),
        severity: isWholeKeyPolicy(located, key) ? 'error' : 'warning',
        message: `${
          denyStatement
            ? `Nobody can change this key policy again: ${nameOfStatement(denyStatement)} denies kms:PutKeyPolicy to everyone in ${owner}, `
              + `${denyStatement.conditions.length === 0 ? 'without condition' : 'as all of them meet its conditions'}.`
            : `Nobody can change this key policy: no statement allows kms:PutKeyPolicy to ${owner}.`
        } KMS refuses such a key policy ("The new key policy will not allow you to update the key policy in the future"); `
          + 'if that check is bypassed, only AWS Support can restore access to the key.',
        related: externalPrincipals.map(({ text }) => ({
          at: locationInFile(located, text.node.span),
          message: 'This principal is in another account, where kms:PutKeyPolicy does not work.',
        })),
        // Only then does it matter which account owns the key.
        dependsOnLinks: key?.link && (externalPrincipals.length > 0 || denyStatement) ? [key.link] : [],
        fixes: () => (denyStatement ? [] : addOwnerStatementFix(located, key, [])),
      };
    },
  },
};

/** AWS's own Ids, the output of get-key-policy, or a declaration say that this is all of it; else statements may be added elsewhere. */
function isWholeKeyPolicy({ policy, container }: DiscoveredPolicy, key: Key | undefined): boolean {
  return container.declaredKind === 'key' || key?.link?.reason === 'declared'
    || /^key-(default-1|consolepolicy-3)$/.test(policy.id?.value ?? '');
}
