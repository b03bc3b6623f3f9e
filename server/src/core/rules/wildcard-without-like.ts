import { locationInFile } from '../discovery/discovery-result';
import type { PolicyString } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import type { Span } from '../text/span';
import { fixCondition } from './shared/condition-fix';
import { literalWildcardIndex } from './shared/condition-values';
import { effectOfImpossibleValue, literalValues, kmsConditions } from './shared/kms-conditions';
import type { PolicySubject, RuleFor } from './rule';

/** `StringEquals` takes `*` and `?` for the characters themselves. */
export const wildcardWithoutLike: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'wildcard-without-like',
    severity: 'warning',
    summary: 'A value of StringEquals contains a wildcard, which is taken literally',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const placed of kmsConditions(located.policy)) {
      const { condition } = placed;
      if (condition.operatorName === undefined) continue;
      const like = condition.operatorName.endsWith('IgnoreCase') ? undefined : condition.operator.replace('Equals', 'Like');
      for (const text of literalValues(condition)) {
        const at = literalWildcardIndex(text.value, condition);
        if (at < 0) continue;
        yield {
          at: locationInFile(located, spanOfWildcard(text, at)),
          message: `${condition.operatorName} reads "${text.value.charAt(at)}" as the character itself, which no real value has, ${effectOfImpossibleValue(placed)}. ${like === undefined ? 'StringLike and StringNotLike support wildcards; they are case-sensitive.' : `${like} supports wildcards.`}`,
          fixes: () => like === undefined ? [] : fixCondition(`Use ${like}`, located, placed, { operator: like }, { preferred: true }),
        };
      }
    }
  },
};

function spanOfWildcard(text: PolicyString, at: number): Span {
  return text.value === text.node.value ? valueSpan(text.node, at, at + 1) : text.node.content;
}
