import { joinNames } from '../access/text/describe-access';
import { locationInFile } from '../discovery/discovery-result';
import { addOwnerStatementFix, keyAdministratorsOf } from './shared/key-administrators';
import type { Rule } from './rule';

export const keyPolicySingleAdmin: Rule = {
  code: 'key-policy-single-admin',
  severity: 'warning',
  summary: 'Only named users or roles may change the key policy, not their account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  check: {
    *keyPolicy(subject) {
      const { policy: located, key } = subject;
      const admins = subject.memoize(keyAdministratorsOf, subject);
      if (!admins || admins.denyStatement || admins.accountPrincipals.length > 0) return;
      const [first, ...others] = admins.identityPrincipals;
      if (!first) return;
      // `role/Admin`, without the account.
      const names = [...new Set(admins.identityPrincipals.map(({ arn, text }) => arn?.resource ?? text.value))];
      yield {
        at: locationInFile(located, first.text.node.span),
        message: `Only ${joinNames(names)} may change this key policy. Once ${names.length === 1 ? 'it is' : 'they are'} deleted nobody `
          + 'can, and only AWS Support can restore access to the key. The root principal of the account cannot be deleted: '
          + 'with a statement for it the account keeps the key.',
        related: others.map(({ text }) => ({ at: locationInFile(located, text.node.span), message: 'May change the key policy too.' })),
        fixes: () => addOwnerStatementFix(located, key, admins.identityPrincipals),
      };
    },
  },
};
