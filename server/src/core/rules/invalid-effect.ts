import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ScalarNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import { fixPolicy, type Fix } from './shared/fix';
import { hasForbiddenCharacter } from './shared/forbidden-characters';
import { locationOfStatement } from './shared/kms-statements';
import type { Rule } from './rule';

const VALID_EFFECTS = ['Allow', 'Deny'];

export const invalidEffect: Rule = {
  code: 'invalid-effect',
  severity: 'error',
  summary: 'The Effect of a statement is neither Allow nor Deny',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html',
  suppressible: false,
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind === 'missing-elements' && element.elements.includes('Effect')) {
        const { statement } = element;
        yield {
          at: locationOfStatement(located, statement),
          message: 'This statement has no Effect. Nothing is allowed by default: '
            + 'each statement says "Allow" or "Deny", and AWS rejects a policy in which one does not.',
          fixes: () => VALID_EFFECTS.map((value) => (
            fixPolicy(`Insert "Effect": "${value}"`, located, [
              { edit: 'set-member', object: statement.node, name: 'Effect', value, after: 'Sid' },
            ]))),
        };
      } else if (element.kind === 'invalid-effect' && !hasForbiddenCharacter(element.node.value)) {
        yield {
          at: locationInFile(located, element.node.span),
          message: `AWS rejects the Effect "${element.node.value}": it is exactly "Allow" or "Deny", capitals included.`,
          fixes: () => fixesFor(located, element.node),
        };
      }
    },
  },
};

function fixesFor(located: DiscoveredPolicy, node: ScalarNode): readonly Fix[] {
  const effectText = node.value.trim();
  const near = nearestWord(effectText, VALID_EFFECTS);
  const safe = near?.toLowerCase() === effectText.toLowerCase();
  return (near === undefined ? VALID_EFFECTS : [near]).map((value) => (
    fixPolicy(`Use "${value}"`, located, [{ edit: 'replace', node, value }], { preferred: near !== undefined, safe })));
}
