import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import { isString } from '../parse/tree';
import { nearestWord } from '../text/nearest';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { hasForbiddenCharacter } from './judgements/characters';
import { hasMisspelled } from './judgements/elements';
import { realStatements } from './judgements/skeleton';
import { isJudged, isUnfinished, placeOfStatement } from './judgements/statements';
import type { PolicySubject, RuleFor } from './rule';

const EFFECTS = ['Allow', 'Deny'];

/** `"allow"`, or no Effect at all: AWS takes exactly Allow and Deny. */
export const invalidEffect: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'invalid-effect',
    severity: 'error',
    summary: 'The Effect of a statement is neither Allow nor Deny',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html',
    fixable: true,
  },
  needs: ['judged', 'unusualForm'],
  *check({ policy: located }) {
    if (!isJudged(located.policy)) return;
    for (const statement of realStatements(located.policy)) {
      const { effect, effectNode } = statement;
      if (effect !== undefined) continue;
      if (!effectNode) {
        if (isUnfinished(statement) || hasMisspelled(statement, 'Effect')) continue;
        yield {
          at: placeOfStatement(located, statement),
          message: 'This statement has no Effect. Nothing is allowed by default: each statement says "Allow" or "Deny", and AWS rejects a policy in which one does not.',
          fixes: () => EFFECTS.map((value) => (
            fixPolicy(`Insert "Effect": "${value}"`, located, [{ edit: 'set-member', object: statement.node, name: 'Effect', value, after: 'Sid' }])
          )),
        };
        continue;
      }
      if (!isString(effectNode) || effectNode.holes.length > 0 || hasForbiddenCharacter(effectNode.value)) continue;
      yield {
        at: placeOf(located, effectNode.span),
        message: `An Effect is exactly "Allow" or "Deny", capitals included: AWS rejects "${effectNode.value}".`,
        fixes: () => fixesFor(located, statement, effectNode.value),
      };
    }
  },
};

function fixesFor(located: LocatedPolicy, { effectNode: node }: Statement, written: string): readonly Fix[] {
  if (!node) return [];
  const near = nearestWord(written.trim(), EFFECTS);
  const safe = near?.toLowerCase() === written.trim().toLowerCase();
  return (near === undefined ? EFFECTS : [near]).map((value) => (
    fixPolicy(`Use "${value}"`, located, [{ edit: 'replace', node, value }], { preferred: near !== undefined, safe })
  ));
}
