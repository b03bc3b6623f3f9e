import { compareConditionValue } from '../access/condition-comparison';
import { joinNames } from '../access/text/describe-access';
import type { ConditionKeyInfo } from '../aws/condition-keys';
import { operatorNamed, type OperatorFamily, type OperatorInfo } from '../aws/operators';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { nearestWord } from '../text/nearest-word';
import { fixBySuggestion } from './shared/fix';
import { effectIfNegated, hasPolicyVariable, literalValues, takesWildcards, type ResolvedCondition } from './shared/kms-conditions';
import { literalWildcardIndex, matchesAnyValue, valuesOfConditionKey } from './shared/condition-values';
import type { FindingDraft, Rule } from './rule';

export const conditionValueNotInEnum: Rule = {
  code: 'condition-value-not-in-enum',
  severity: 'error',
  summary: 'The condition key never has this value',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      yield* wrongTypeDrafts(located, resolved);
      const { condition, key, base } = resolved;
      // The operations of grants have a rule of their own.
      const values = base.startsWith('String') && key.name !== 'kms:GrantOperations' ? valuesOfConditionKey(key) : undefined;
      if (!values) return;
      for (const policyString of literalValues(condition)) {
        if (hasPolicyVariable(policyString.value) || matchesAnyValue(policyString.value, condition, values)) continue;
        // StringEquals with a wildcard is a finding of its own.
        if (literalWildcardIndex(policyString.value, condition) >= 0) continue;
        const suggestion = nearestWord(policyString.value, values);
        yield {
          at: locationInFile(located, policyString.node.span),
          severity: takesWildcards(condition) ? 'warning' : 'error',
          message: `${key.name} never has the value ${policyString.value}${effectIfNegated(resolved)}. `
            + (suggestion === undefined ? `It is one of ${joinNames(values)}.` : `Did you mean ${suggestion}?`),
          fixes: () => fixBySuggestion(located, policyString, suggestion),
        };
      }
    },
  },
};

/**
 * A value that the operator cannot compare: `yes` under `Bool` (IAM User Guide, Access Analyzer policy check reference, type mismatches).
 */
function* wrongTypeDrafts(located: DiscoveredPolicy, { condition, key, base }: ResolvedCondition): Iterable<FindingDraft> {
  const operator = operatorNamed(base);
  const valueType = operator && VALUE_TYPES[operator.family];
  // An operator that does not fit its key is a finding of its own.
  if (!operator || !valueType || operator.family !== 'Null' && key.prefix === undefined && !valueType.of.includes(key.type)) return;
  for (const policyString of literalValues(condition)) {
    if (hasPolicyVariable(policyString.value) || valueType.test(policyString.value, operator)) continue;
    const suggestion = valueType.values && nearestWord(policyString.value.toLowerCase(), valueType.values);
    yield {
      at: locationInFile(located, policyString.node.span),
      message: `"${policyString.value}" does not fit ${base}, which compares ${valueType.name}, so AWS has nothing to compare `
        + `${key.name} with.${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`,
      fixes: () => fixBySuggestion(located, policyString, suggestion),
    };
  }
}

interface ValueType {
  readonly name: string;
  readonly of: readonly ConditionKeyInfo['type'][];
  readonly test: (value: string, operator: OperatorInfo) => boolean;
  readonly values?: readonly string[];
}

const BOOLEAN_VALUES: readonly string[] = ['true', 'false'];
const isBooleanValue = (value: string): boolean => BOOLEAN_VALUES.includes(value.toLowerCase());

/** By family of operators; those that compare any text are left out. */
const VALUE_TYPES: Partial<Record<OperatorFamily, ValueType>> = {
  Bool: { name: 'true and false', of: ['Bool'], test: isBooleanValue, values: BOOLEAN_VALUES },
  Null: { name: 'true and false', of: [], test: isBooleanValue, values: BOOLEAN_VALUES },
  Numeric: { name: 'numbers', of: ['Numeric', 'Date'],
    test: (value, operator) => compareConditionValue(operator, value, '0') !== 'unknown' },
  IpAddress: { name: 'addresses and ranges of them', of: ['IPAddress'],
    test: (value, operator) => compareConditionValue(operator, value, '203.0.113.7') !== 'unknown' },
  // Dates can be written in many forms: only a value that cannot be a date is reported.
  Date: { name: 'dates', of: ['Date'], test: (value) => /^\s*\d/.test(value) },
};
