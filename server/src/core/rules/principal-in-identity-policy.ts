import { locationInFile } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import type { Rule } from './rule';

export const principalInIdentityPolicy: Rule = {
  code: 'principal-in-identity-policy',
  severity: 'error',
  summary: 'An identity policy has a Principal',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'resource-policy-element' || element.member.key.value === 'Id') return;
      const { object, member } = element;
      const name = member.key.value;
      yield {
        at: locationInFile(located, member.key.span),
        message: `IAM rejects an IAM policy with ${name}: the policy is for the user, group or role that it is attached to. `
          + 'The key policy says who may use the key.',
        // Not safe: the statement may be meant for another identity.
        fixes: () => [fixPolicy(`Remove ${name}`, located, [{ edit: 'remove-member', object, member }], { preferred: true })],
      };
    },
  },
};
