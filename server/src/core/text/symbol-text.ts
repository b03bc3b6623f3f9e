/**
 * How a symbol is written in a text: a mark, one character for its kind, its name, its scope and an end. Identifiers of AWS do not contain
 * these characters (policies contain U+0009 and up only, docs/aws-rules.md 1.4), and `aws/identifier-comparison.ts` says what symbols are.
 */
export const SYMBOL_START = '\u0006';
const ENCODED_COLON = '\u0007';
const ENCODED_SLASH = '\u0008';
/** Between the name and the scope. */
export const SCOPE_START = '\u000e';
export const SYMBOL_END = '\u000f';

/**
 * Symbols with their kind and their name; to the end of the field where the end of one is missing, as in a text that only looks like one.
 */
export const SYMBOL_TEXTS = /\u0006([^:/\u000e\u000f]?)([^:/\u000e\u000f]*)(?:\u000e[^:/\u000f]*)?\u000f?/g;

export function symbolText(kindMark: string, name: string, scope: string): string {
  return `${SYMBOL_START}${kindMark}${encodeSeparators(name)}${SCOPE_START}${encodeSeparators(scope)}${SYMBOL_END}`;
}

function encodeSeparators(text: string): string {
  return text.replaceAll(':', ENCODED_COLON).replaceAll('/', ENCODED_SLASH);
}

/** The text with a word for a person to replace in place of each symbol: `<DATAKEY>`. */
export function symbolsAsWords(text: string): string {
  return text.includes(SYMBOL_START)
    ? text.replace(SYMBOL_TEXTS, (symbol: string) => `<${wordOf(describeSymbols(symbol).split(' ')[0] ?? '')}>`) : text;
}

function wordOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_|_$/g, '');
}

/** The text as people read it: symbols by their names. */
export function describeSymbols(text: string): string {
  return text.includes(SYMBOL_START)
    ? text.replace(SYMBOL_TEXTS, (_, _kind, name: string) => name.replaceAll(ENCODED_COLON, ':').replaceAll(ENCODED_SLASH, '/'))
    : text;
}
