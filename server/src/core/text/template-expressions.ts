/** No expression is longer: bounds the search in texts full of openings that are never closed. */
const MAX_EXPRESSION_LENGTH = 800;
const DOLLAR = 36;
const HASH = 35;
const COLON = 58;
const LESS_THAN = 60;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

/**
 * Where the expression that starts at `at` ends: `${…}`, `#{…}`, `{{…}}` and `<…>`, which all may contain colons of their own;
 * undefined where none starts or it is never closed.
 */
export function expressionEnd(text: string, at: number): number | undefined {
  const character = text.charCodeAt(at);
  if (character === DOLLAR || character === HASH)
    return text.charCodeAt(at + 1) === OPENING_BRACE ? closingBraceEnd(text, at + 2) : undefined;
  if (character === OPENING_BRACE) return text.charCodeAt(at + 1) === OPENING_BRACE ? endOfDelimiter(text, at + 2, '}}') : undefined;
  if (character === LESS_THAN) return text.startsWith('<%', at) ? endOfDelimiter(text, at + 2, '%>') : endOfDelimiter(text, at + 1, '>');
  return undefined;
}

/** The end of the next `close`; undefined where it is missing or too far away. */
export function endOfDelimiter(text: string, from: number, close: string): number | undefined {
  const end = text.slice(from, from + MAX_EXPRESSION_LENGTH).indexOf(close);
  return end < 0 ? undefined : from + end + close.length;
}

function closingBraceEnd(text: string, from: number): number | undefined {
  let depth = 1;
  if (!text.slice(from, from + MAX_EXPRESSION_LENGTH).includes('}')) return undefined;
  const limit = Math.min(text.length, from + MAX_EXPRESSION_LENGTH);
  for (let i = from; i < limit; i++) {
    const character = text.charCodeAt(i);
    if (character === OPENING_BRACE) depth++;
    else if (character === CLOSING_BRACE && --depth === 0) return i + 1;
  }
  return undefined;
}

/** The position of the first colon at or after `from` that is not part of an expression; -1 where there is none. */
export function nextColon(text: string, from: number): number {
  const colon = text.indexOf(':', from);
  // Only up to the colon: a look at all of the text for each colon takes the square of its length.
  if (colon < 0 || !/[{<]/.test(text.slice(from, colon))) return colon;
  for (let at = from; at < text.length; at++) {
    if (text.charCodeAt(at) === COLON) return at;
    const end = expressionEnd(text, at);
    if (end !== undefined) at = end - 1;
  }
  return -1;
}

/** Splits a text at its colons; those of `${self:custom.account}` and other expressions do not count (docs/aws-rules.md 8.2). */
export function splitAtColons(text: string): string[] {
  const fields: string[] = [];
  let start = 0;
  for (let colon = nextColon(text, 0); colon >= 0; colon = nextColon(text, start)) {
    fields.push(text.slice(start, colon));
    start = colon + 1;
  }
  return [...fields, text.slice(start)];
}
