/**
 * Condition operators, written from the IAM User Guide (reference_policies_elements_condition_operators,
 * …_condition-single-vs-multi-valued-context-keys, …_condition-logic-multiple-context-keys-or-values, reference_policies_variables) and
 * from nothing else: it shares no code with what it checks.
 */

/** Names of context keys in lower case, with their values. A key that is missing is not in the request. */
export type ReferenceContext = Readonly<Record<string, readonly string[]>>;

/** One operator with one key and its values, as the document has them. */
export interface ReferenceCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const NEGATED_OPERATOR = /^(StringNot|ArnNot)/;

/** @param variables whether the version of the document has policy variables */
export function referenceConditionHolds({ operator, key, values }: ReferenceCondition, context: ReferenceContext,
  variables: boolean): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const present = context[key.toLowerCase()];
  if (name === 'Null') return values.some((value) => value.toLowerCase() === String(present === undefined));
  if (present === undefined) {
    // "If the key is not present, evaluate the condition element as true"; "ForAllValues returns true if there are no context keys in the
    // request".
    if (ifExists !== undefined || set === 'ForAllValues') return true;
    // "ForAnyValue: for no matching context key, the condition returns false."
    if (set === 'ForAnyValue') return false;
    return NEGATED_OPERATOR.test(name);
  }
  const holdsForOne = (value: string): boolean => {
    const matches = values.some((wanted) => matchesValue(name, substituteVariables(wanted, context, variables), value));
    return NEGATED_OPERATOR.test(name) ? !matches : matches;
  };
  return set === 'ForAllValues' ? present.every(holdsForOne) : present.some(holdsForOne);
}

/**
 * A value of the document, in pieces: characters of a variable's value are no wildcards. Undefined where a variable has no value: it
 * matches nothing.
 */
type PatternPieces = readonly { readonly text: string; readonly literal: boolean }[] | undefined;

function substituteVariables(wanted: string, context: ReferenceContext, variables: boolean): PatternPieces {
  if (!variables) return [{ text: wanted, literal: false }];
  const pieces: { text: string; literal: boolean }[] = [];
  let end = 0;
  for (const found of wanted.matchAll(/\$\{([^}]*)\}/g)) {
    pieces.push({ text: wanted.slice(end, found.index), literal: false });
    const name = found[1] ?? '';
    const value = name === '*' || name === '?' || name === '$' ? name : context[name.toLowerCase()]?.[0];
    if (value === undefined) return undefined;
    pieces.push({ text: value, literal: true });
    end = found.index + found[0].length;
  }
  return [...pieces, { text: wanted.slice(end), literal: false }];
}

function matchesValue(name: string, pattern: PatternPieces, value: string): boolean {
  if (!pattern) return false;
  const text = pattern.map((piece) => piece.text).join('');
  switch (name) {
    case 'StringEquals': case 'StringNotEquals': return text === value;
    case 'StringEqualsIgnoreCase': case 'StringNotEqualsIgnoreCase': return text.toLowerCase() === value.toLowerCase();
    case 'StringLike': case 'StringNotLike': return regExpOfPieces(pattern, '[^]*', '[^]').test(value);
    // "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character match wildcards (*)
    // or …(?)."
    case 'ArnLike': case 'ArnEquals': case 'ArnNotLike': case 'ArnNotEquals': return matchesArn(text, value);
    case 'Bool': return text.toLowerCase() === value.toLowerCase();
    default: throw new RangeError(`the evaluator does not know ${name}`);
  }
}

function matchesArn(pattern: string, value: string): boolean {
  const [wanted, found] = [sixArnFields(pattern), sixArnFields(value)];
  return wanted.length === 6 && found.length === 6 && wanted.every((field, index) => globMatches(field, found[index] ?? ''));
}

function sixArnFields(arn: string): string[] {
  const fields = arn.split(':');
  return [...fields.slice(0, 5), ...fields.length > 5 ? [fields.slice(5).join(':')] : []];
}

/** `*` for any characters, `?` for one. */
export function globMatches(pattern: string, text: string): boolean {
  return regExpOfPieces([{ text: pattern, literal: false }], '[^]*', '[^]').test(text);
}

/** The same for a value with policy variables. */
export function globWithVariablesMatches(pattern: string, text: string, context: ReferenceContext, variables: boolean): boolean {
  const pieces = substituteVariables(pattern, context, variables);
  return pieces !== undefined && regExpOfPieces(pieces, '[^]*', '[^]').test(text);
}

function regExpOfPieces(pieces: NonNullable<PatternPieces>, many: string, single: string): RegExp {
  const source = pieces.map(({ text, literal }) => {
    const escaped = text.replace(/[.+^${}()|[\]\\*?]/g, '\\$&');
    return literal ? escaped : escaped.replaceAll('\\*', many).replaceAll('\\?', single);
  });
  return new RegExp(`^${source.join('')}$`);
}
