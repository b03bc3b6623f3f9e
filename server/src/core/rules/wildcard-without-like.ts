import { locationInFile } from '../discovery/discovery-result';
import { hasSubstitutedPlaceholder, type PolicyString } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import type { Span } from '../text/span';
import { fixCondition } from './shared/condition-edits';
import { literalWildcardIndex } from './shared/condition-values';
import { effectOfImpossibleValue, literalValues } from './shared/kms-conditions';
import type { Rule } from './rule';

export const wildcardWithoutLike: Rule = {
  code: 'wildcard-without-like',
  severity: 'warning',
  summary: 'A value of StringEquals contains a wildcard, which is taken literally',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String',
  check: {
    *condition(conditionInStatement, { policy: located }) {
      const { condition } = conditionInStatement;
      if (condition.operatorName === undefined) return;
      const like = condition.operatorName.endsWith('IgnoreCase') ? undefined : condition.operator.replace('Equals', 'Like');
      for (const policyString of literalValues(condition)) {
        const at = literalWildcardIndex(policyString.value, condition);
        if (at < 0) continue;
        yield {
          at: locationInFile(located, spanOfWildcard(policyString, at)),
          message: `${condition.operatorName} reads "${policyString.value.charAt(at)}" as the character itself, which no real value has, `
            + `${effectOfImpossibleValue(conditionInStatement)}. `
            + (like === undefined
                ? 'StringLike and StringNotLike support wildcards; they are case-sensitive.'
                : `${like} supports wildcards.`),
          fixes: () =>
            like === undefined ? [] : fixCondition(`Use ${like}`, located, conditionInStatement, { operator: like }, { preferred: true }),
        };
      }
    },
  },
};

function spanOfWildcard(policyString: PolicyString, at: number): Span {
  return hasSubstitutedPlaceholder(policyString) ? policyString.node.content : valueSpan(policyString.node, at, at + 1);
}
