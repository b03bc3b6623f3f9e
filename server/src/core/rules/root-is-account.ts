import { ALL_ACTIONS } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import type { Principal, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import type { Rule } from './rule';

export const rootIsAccount: Rule = {
  code: 'root-is-account',
  severity: 'hint',
  summary: 'A ":root" principal means the whole account, not its root user',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  fixable: false,
  check: {
    *keyPolicyStatement(statement, { policy: located, key }) {
      // Whoever tests for the principal type "Account", the root user, knows the difference.
      if (statement.conditions.some(({ keyLower }) => keyLower === 'aws:principaltype')) return;
      for (const principal of statement.principal?.principals ?? []) {
        if (principal.form !== 'account' || principal.arn?.resource !== 'root' || principal.text.placeholders.length > 0) continue;
        if (isDefaultStatement(statement, principal, key) || isOwnStack(statement, principal)) continue;
        const account = principal.account ?? '';
        const deciders = compareIdentifiers(account, key?.account) === 'same'
          ? 'IAM policies of this account'
          : 'administrators of that account';
        yield {
          at: locationInFile(located, principal.text.node.span),
          message: statement.effect === 'Deny'
            ? `"root" means account ${account} as a whole: this Deny applies to every identity in it, not only its root user.`
            : `"root" means account ${account}, not its root user: ${deciders} `
              + 'decide which identities get these actions, and without such an IAM policy nobody does.',
        };
      }
    },
  },
};

/** The statement for the owner's account in the default key policy, which raises no questions. */
function isDefaultStatement({ effect, action, resource, conditions }: Statement, { account }: Principal, key: Key | undefined): boolean {
  return effect === 'Allow' && compareIdentifiers(account, key?.account) === 'same' && conditions.length === 0
    && action?.negated === false && action.actionSet === ALL_ACTIONS
    && resource?.negated === false && resource.patterns.some(({ form }) => form === 'any');
}

/** `${AWS::AccountId}` says itself that the account is meant, also where it is known which one it is. */
function isOwnStack({ effect }: Statement, { text }: Principal): boolean {
  return effect === 'Allow' && text.node.placeholders.some(({ name }) => name === 'AWS::AccountId');
}
