import { locationInFile } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import type { Rule } from './rule';

export const elementConflict: Rule = {
  code: 'element-conflict',
  severity: 'error',
  summary: 'A statement has an element and its Not… form',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  suppressible: false,
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'conflicting-elements') return;
      const { object, plain, negated } = element;
      const name = plain.key.value;
      // In an identity policy either is wrong, and a finding of its own.
      if (name === 'Principal' && located.policy.kind === 'identity') return;
      yield {
        at: locationInFile(located, negated.key.span),
        message: `A statement has ${name} or Not${name}, never both: AWS rejects the policy.`,
        related: [{ at: locationInFile(located, plain.key.span), message: `${name} is here.` }],
        fixes: () => [negated, plain].map((member) => (
          fixPolicy(`Remove ${member.key.value}`, located, [{ edit: 'remove-member', object, member }]))),
      };
    },
  },
};
