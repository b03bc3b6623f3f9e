/** What an expression of Terraform stands for, as far as that is known. */
export type Value = TextValue | NullValue | ListValue | ObjectValue | UnknownValue;

export interface TextValue {
  readonly kind: 'text';
  readonly type: 'string' | 'number' | 'boolean';
  /** Symbols stand in for what only a deployment gives. */
  readonly text: string;
  /** Why it may be something else: "the default of the variable env". */
  readonly assumptions: readonly string[];
}

export interface NullValue {
  readonly kind: 'null';
  readonly assumptions: readonly string[];
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  /** Why there may be others. */
  readonly assumptions: readonly string[];
}

export interface ObjectValue {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Value>;
  readonly assumptions: readonly string[];
}

export interface UnknownValue {
  readonly kind: 'unknown';
}

export const UNKNOWN: UnknownValue = { kind: 'unknown' };
export const NO_ASSUMPTIONS: readonly string[] = [];

export function textValue(text: string, assumptions = NO_ASSUMPTIONS, type: TextValue['type'] = 'string'): TextValue {
  return { kind: 'text', type, text, assumptions };
}

export function listValue(items: readonly Value[], assumptions = NO_ASSUMPTIONS): ListValue {
  return { kind: 'list', items, assumptions };
}

export function objectValue(entries: Iterable<readonly [string, Value]>, assumptions = NO_ASSUMPTIONS): ObjectValue {
  return { kind: 'object', entries: new Map(entries), assumptions };
}

export function booleanValue(value: boolean, assumptions = NO_ASSUMPTIONS): TextValue {
  return textValue(String(value), assumptions, 'boolean');
}

export function assumptionsOf(...values: readonly Value[]): readonly string[] {
  const assumptions = values.flatMap((value) => (value.kind === 'unknown' ? NO_ASSUMPTIONS : value.assumptions));
  return assumptions.length === 0 ? NO_ASSUMPTIONS : [...new Set(assumptions)];
}

/** The value, which now rests on these assumptions too, and with it all of its parts. */
export function withAssumptions(value: Value, assumptions: readonly string[]): Value {
  if (assumptions.length === 0) return value;
  switch (value.kind) {
    case 'unknown': return value;
    case 'null': return { kind: 'null', assumptions };
    case 'text': return { ...value, assumptions: [...new Set([...value.assumptions, ...assumptions])] };
    case 'list': return listValue(value.items.map((item) => withAssumptions(item, assumptions)), assumptions);
    case 'object':
      return objectValue(Array.from(value.entries, ([name, entry]) => [name, withAssumptions(entry, assumptions)] as const), assumptions);
  }
}

/** The text of a value that is certain. */
export function certainTextOf(value: Value | undefined): string | undefined {
  return value?.kind === 'text' && value.assumptions.length === 0 ? value.text : undefined;
}
