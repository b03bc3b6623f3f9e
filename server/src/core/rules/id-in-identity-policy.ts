import { locationInFile } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import type { Rule } from './rule';

/** Where the path does not tell that a policy is one of an organization, its Id may: "OSD SCP Policy Document". */
const ORGANIZATION_POLICY_ID = /(^|[^a-z])([sr]cps?|(service|resource)[-_ ]?control)($|[^a-z])/i;

export const idInIdentityPolicy: Rule = {
  code: 'id-in-identity-policy',
  severity: 'error',
  summary: 'An identity policy has an Id',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_id.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'resource-policy-element' || element.member.key.value !== 'Id') return;
      if (ORGANIZATION_POLICY_ID.test(located.policy.id?.value ?? '')) return;
      const { object, member } = element;
      yield {
        at: locationInFile(located, member.key.span),
        message: 'Id is not allowed in the policy of an identity, only in key policies and other policies of resources. '
          + 'What the policy allows does not depend on it.',
        fixes: () => [fixPolicy('Remove the Id', located, [{ edit: 'remove-member', object, member }], { preferred: true, safe: true })],
      };
    },
  },
};
