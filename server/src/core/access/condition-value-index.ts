import type { OperatorInfo } from '../aws/operators';
import type { Condition } from '../model/policy';
import type { Text } from '../model/text';
import { hasUnknown } from './glob';

/** Shorter lists are compared faster than an index is made. */
const SHORT = 16;

interface ValueIndex {
  /** Values that match themselves only. */
  readonly literals: ReadonlyMap<string, Text>;
  readonly others: readonly Text[];
}

const indexes = new WeakMap<Condition, ValueIndex>();

/** The values of the condition that may match the value of a request: of thousands of literal ones at most one. */
export function valuesFor(condition: Condition, { family, name, wildcards }: OperatorInfo, value: string): readonly Text[] {
  if (condition.values.length < SHORT || family !== 'String' || name.endsWith('IgnoreCase') || hasUnknown(value)) return condition.values;
  let index = indexes.get(condition);
  if (!index) indexes.set(condition, index = indexOf(condition, wildcards));
  const literal = index.literals.get(value);
  return literal ? [literal, ...index.others] : index.others;
}

function indexOf({ values }: Condition, wildcards: boolean): ValueIndex {
  const literals = new Map<string, Text>();
  const others: Text[] = [];
  for (const text of values) {
    if (text.holes.length > 0 || text.value.includes('${') || wildcards && /[*?]/.test(text.value)) others.push(text);
    else literals.set(text.value, text);
  }
  return { literals, others };
}
