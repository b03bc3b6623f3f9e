import { enumerate } from '../access/say';
import { placeOf } from '../locate/located';
import { nearestWord } from '../text/nearest';
import { fixPolicy } from './fix';
import { hasVariable, knownConditions, knownValues, takesWildcards } from './judgements/conditions';
import { literalWildcard, matchesSome, valuesOfKey } from './judgements/condition-values';
import type { PolicySubject, RuleFor } from './rule';

/** A value that AWS does not have for the key: `SYMETRIC_DEFAULT`. */
export const conditionValueNotInEnum: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'condition-value-not-in-enum',
    severity: 'error',
    summary: 'The condition key never has this value',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const { condition, key, base } of knownConditions(located.policy)) {
      // The operations of grants have a rule of their own.
      const values = base.startsWith('String') && key.name !== 'kms:GrantOperations' ? valuesOfKey(key) : undefined;
      if (!values) continue;
      for (const text of knownValues(condition)) {
        if (hasVariable(text.value) || matchesSome(text.value, condition, values)) continue;
        // StringEquals with a wildcard is a finding of its own.
        if (literalWildcard(text.value, condition) >= 0) continue;
        const better = nearestWord(text.value, values);
        yield {
          at: placeOf(located, text.node.span),
          severity: takesWildcards(condition) ? 'warning' : 'error',
          message: `${key.name} never has the value ${text.value}. ${better === undefined ? `It is one of ${enumerate(values)}.` : `Did you mean ${better}?`}`,
          fixes: () => better === undefined || text.value !== text.node.value ? [] : [
            fixPolicy(`Replace by ${better}`, located, [{ edit: 'replace', node: text.node, value: better }], { preferred: true }),
          ],
        };
      }
    }
  },
};
