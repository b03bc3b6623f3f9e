import { locationInFile } from '../discovery/discovery-result';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import { fixValue } from './shared/fix';
import type { Rule } from './rule';

export const bareStarPrincipal: Rule = {
  code: 'bare-star-principal',
  severity: 'hint',
  summary: 'The Principal is "*" without a key, which the console does not accept',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *keyPolicyStatement({ principal }, { policy: located }) {
      const [everyone] = principal?.principals ?? [];
      if (principal?.negated !== false || everyone?.form !== 'anyone' || everyone.key || hasSubstitutedPlaceholder(everyone.text)) return;
      yield {
        at: locationInFile(located, everyone.text.node.span),
        message: 'The policy editor of the KMS console does not accept "*" without "AWS". KMS itself reads it as {"AWS": "*"}: everyone.',
        fixes: () => fixValue('Write {"AWS": "*"}', located, everyone.text, { AWS: '*' }, { preferred: true, safe: true }),
      };
    },
  },
};
