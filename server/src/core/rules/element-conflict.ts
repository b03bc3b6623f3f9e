import { locationInFile } from '../discovery/discovery-result';
import { memberOf } from '../syntax/tree';
import { fixPolicy } from './shared/fix';
import { isKmsPolicy } from './shared/kms-statements';
import type { Rule } from './rule';

const ELEMENTS_WITH_NEGATION = ['Action', 'Resource', 'Principal'];

/** An element and its `Not…` form in one statement: AWS takes one of both only. */
export const elementConflict: Rule = {
  code: 'element-conflict',
  severity: 'error',
  summary: 'A statement has an element and its Not… form',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *nonstandardPolicy({ policy: located }) {
      const { policy } = located;
      for (const { node } of policy.statements) {
        for (const name of ELEMENTS_WITH_NEGATION) {
          // In an identity policy either is wrong, which is said of each.
          if (name === 'Principal' && policy.kind === 'identity') continue;
          const negated = memberOf(node, `Not${name}`);
          const plain = negated && memberOf(node, name);
          if (!plain?.value || !negated?.value || !isKmsPolicy(policy)) continue;
          yield {
            at: locationInFile(located, negated.key.span),
            message: `A statement has ${name} or Not${name}, never both: AWS rejects the policy.`,
            related: [{ at: locationInFile(located, plain.key.span), message: `${name} is here.` }],
            fixes: () => [negated, plain].map((member) => (
              fixPolicy(`Remove ${member.key.value}`, located, [{ edit: 'remove-member', object: node, member }])
            )),
          };
        }
      }
    },
  },
};
