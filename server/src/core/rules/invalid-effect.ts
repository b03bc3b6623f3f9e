import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { isStringNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import { fixPolicy, type Fix } from './shared/fix';
import { hasForbiddenCharacter } from './shared/forbidden-characters';
import { hasMisspelledElement, isKmsPolicy, isIncompleteStatement, locationOfStatement } from './shared/kms-statements';
import { statementsWithoutPlaceholders } from './shared/placeholder-statements';
import type { Rule } from './rule';

const VALID_EFFECTS = ['Allow', 'Deny'];

/** `"allow"`, or no Effect at all: AWS takes exactly Allow and Deny. */
export const invalidEffect: Rule = {
  code: 'invalid-effect',
  severity: 'error',
  summary: 'The Effect of a statement is neither Allow nor Deny',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html',
  check: {
    *nonstandardPolicy({ policy: located }) {
      if (!isKmsPolicy(located.policy)) return;
      for (const statement of statementsWithoutPlaceholders(located.policy)) {
        const { effect, effectNode } = statement;
        if (effect !== undefined) continue;
        if (!effectNode) {
          if (isIncompleteStatement(statement) || hasMisspelledElement(statement, 'Effect')) continue;
          yield {
            at: locationOfStatement(located, statement),
            message: 'This statement has no Effect. Nothing is allowed by default: '
              + 'each statement says "Allow" or "Deny", and AWS rejects a policy in which one does not.',
            fixes: () =>
              VALID_EFFECTS.map((value) => (
                fixPolicy(`Insert "Effect": "${value}"`, located, [{ edit: 'set-member', object: statement.node, name: 'Effect', value,
                  after: 'Sid' }])
              )),
          };
          continue;
        }
        if (!isStringNode(effectNode) || effectNode.placeholders.length > 0 || hasForbiddenCharacter(effectNode.value)) continue;
        yield {
          at: locationInFile(located, effectNode.span),
          message: `An Effect is exactly "Allow" or "Deny", capitals included: AWS rejects "${effectNode.value}".`,
          fixes: () => fixesFor(located, statement, effectNode.value),
        };
      }
    },
  },
};

function fixesFor(located: DiscoveredPolicy, { effectNode: node }: Statement, written: string): readonly Fix[] {
  if (!node) return [];
  const near = nearestWord(written.trim(), VALID_EFFECTS);
  const safe = near?.toLowerCase() === written.trim().toLowerCase();
  return (near === undefined ? VALID_EFFECTS : [near]).map((value) => (
    fixPolicy(`Use "${value}"`, located, [{ edit: 'replace', node, value }], { preferred: near !== undefined, safe })
  ));
}
