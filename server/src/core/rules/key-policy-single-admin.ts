import { enumerate } from '../access/say';
import { placeOf } from '../locate/located';
import type { Principal } from '../model/policy';
import { fixByOwnerStatement, keyAdminsOf } from './judgements/key-admins';
import type { PolicySubject, RuleFor } from './rule';

/** Only single identities may change the key policy: once they are deleted, nobody can. */
export const keyPolicySingleAdmin: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'key-policy-single-admin',
    severity: 'warning',
    summary: 'Only named users or roles may change the key policy, not their account',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
    fixable: true,
  },
  needs: ['keyPolicy'],
  *check({ policy: located, key }) {
    const admins = keyAdminsOf(located, key);
    if (!admins || admins.denial || admins.lasting.length > 0) return;
    const [first, ...others] = admins.named;
    if (!first) return;
    const names = [...new Set(admins.named.map(nameOf))];
    yield {
      at: placeOf(located, first.text.node.span),
      message: `Only ${enumerate(names)} may change this key policy. Once ${names.length === 1 ? 'it is' : 'they are'} deleted nobody can, and only AWS Support can restore access to the key. The root principal of the account cannot be deleted: with a statement for it the account keeps the key.`,
      related: others.map(({ text }) => ({ at: placeOf(located, text.node.span), message: 'May change the key policy too.' })),
      fixes: () => fixByOwnerStatement(located, key, admins.named),
    };
  },
};

/** `role/Admin`, without the account. */
function nameOf({ arn, text }: Principal): string {
  return arn?.resource ?? text.value;
}
