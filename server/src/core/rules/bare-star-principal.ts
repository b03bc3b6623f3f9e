import { locationInFile } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import type { Rule } from './rule';

/** `"Principal": "*"` works, and the console's editor wants it as an object. */
export const bareStarPrincipal: Rule = {
  code: 'bare-star-principal',
  severity: 'hint',
  summary: 'The Principal is "*" without a key, which the console does not accept',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *keyPolicyStatement({ principal }, { policy: located }) {
      const [only] = principal?.principals ?? [];
      if (!principal || principal.negated || only?.form !== 'anyone' || only.key || only.text.value !== only.text.node.value) return;
      yield {
        at: locationInFile(located, only.text.node.span),
        message: 'KMS reads "*" as {"AWS": "*"}, but the policy editor of its console requires an object. The two mean the same: everyone.',
        fixes:
          () => [
            fixPolicy('Write {"AWS": "*"}', located, [{ edit: 'replace', node: only.text.node, value: { AWS: '*' } }], { preferred: true,
              safe: true }),
          ],
      };
    },
  },
};
