import type { OperatorInfo } from '../aws/operators';
import type { Condition } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { hasUnknown } from './pattern-matching';

/** Shorter lists are compared faster than an index is made. */
const MIN_VALUES_FOR_INDEX = 16;

interface ConditionValueIndex {
  /** Values that match themselves only. */
  readonly literals: ReadonlyMap<string, PolicyString>;
  readonly nonLiterals: readonly PolicyString[];
}

const conditionValueIndexes = new WeakMap<Condition, ConditionValueIndex>();

/** The values of the condition that may match the value of a request: of thousands of literal ones at most one. */
export function candidateConditionValues(condition: Condition, { family, name, wildcards }: OperatorInfo,
  value: string): readonly PolicyString[] {
  if (condition.values.length < MIN_VALUES_FOR_INDEX || family !== 'String' || name.endsWith('IgnoreCase') || hasUnknown(value))
    return condition.values;
  let index = conditionValueIndexes.get(condition);
  if (!index) conditionValueIndexes.set(condition, index = indexConditionValues(condition, wildcards));
  const literal = index.literals.get(value);
  return literal ? [literal, ...index.nonLiterals] : index.nonLiterals;
}

function indexConditionValues({ values }: Condition, wildcards: boolean): ConditionValueIndex {
  const literals = new Map<string, PolicyString>();
  const others: PolicyString[] = [];
  for (const policyString of values) {
    if (policyString.placeholders.length > 0 || policyString.value.includes('${') || wildcards && /[*?]/.test(policyString.value))
      others.push(policyString);
    else literals.set(policyString.value, policyString);
  }
  return { literals, nonLiterals: others };
}
