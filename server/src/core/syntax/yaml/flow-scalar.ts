import type { Span } from '../../text/span';

/** The value of a scalar, and where its characters are in the text; `offsets` is undefined where value and content are the same text. */
export interface DecodedScalar {
  readonly value: string;
  readonly offsets: number[] | undefined;
}

/** What opens and closes a scalar: nothing for a plain one. */
export type Quote = '' | '\'' | '"';

/**
 * The value of a plain or quoted scalar (YAML 1.2.2, 7.3): line breaks are folded, escapes resolved. A folded line break is where the
 * blanks before it begin.
 *
 * @param content without the quotes
 * @param reportEscape is given each escape that YAML does not know
 */
export function decodeFlowScalar(text: string, content: Span, quote: Quote, reportEscape: (span: Span) => void): DecodedScalar {
  const raw = text.slice(content.start, content.end);
  if (!raw.includes('\n') && !(quote === '"' && raw.includes('\\')) && !(quote === '\'' && raw.includes('\'')))
    return { value: raw, offsets: undefined };
  const decoder: Decoder = { text, end: content.end, value: '', offsets: [] };
  let at = content.start;
  while (at < content.end) {
    const c = text[at];
    if (c === ' ' || c === '\t' || c === '\n' || c === '\r') at = readBlanks(decoder, at);
    else if (c === '\\' && quote === '"') at = readEscape(decoder, at, reportEscape);
    else if (c === '\'' && quote === '\'') at = append(decoder, '\'', at, at + 2);
    else at = readText(decoder, at);
  }
  decoder.offsets.push(content.end);
  return decoder;
}

/** Up to what can be a line break or an escape. */
function readText(decoder: Decoder, start: number): number {
  NEXT_SPECIAL.lastIndex = start + 1;
  const end = Math.min(NEXT_SPECIAL.exec(decoder.text)?.index ?? decoder.end, decoder.end);
  decoder.value += decoder.text.slice(start, end);
  for (let i = start; i < end; i++) decoder.offsets.push(i);
  return end;
}

const NEXT_SPECIAL = /[ \t\r\n\\']/g;

interface Decoder {
  readonly text: string;
  readonly end: number;
  value: string;
  readonly offsets: number[];
}

/** @returns `end` */
function append(decoder: Decoder, characters: string, start: number, end: number): number {
  decoder.value += characters;
  while (decoder.offsets.length < decoder.value.length) decoder.offsets.push(start);
  return end;
}

/** Blanks within a line are kept; those around line breaks become a space for one break, and n − 1 breaks for n of them. */
function readBlanks(decoder: Decoder, start: number): number {
  const { text, end } = decoder;
  let at = start;
  let breaks = 0;
  for (; at < end; at++) {
    const c = text[at];
    if (c === '\n') breaks++;
    else if (c !== ' ' && c !== '\t' && !(c === '\r' && text[at + 1] === '\n' && at + 1 < end)) break;
  }
  if (at === start) return append(decoder, text.charAt(start), start, start + 1);
  if (breaks > 0) return append(decoder, breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), start, at);
  for (let i = start; i < at; i++) append(decoder, text.charAt(i), i, i + 1);
  return at;
}

/** YAML 1.2.2, 5.7. */
const ESCAPES: Readonly<Record<string, string>> = {
  0: '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029',
  ' ': ' ', '"': '"', '/': '/', '\\': '\\', '\t': '\t',
};
const HEXADECIMAL_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readEscape(decoder: Decoder, start: number, reportEscape: (span: Span) => void): number {
  const { text, end } = decoder;
  const letter = start + 1 < end ? text.charAt(start + 1) : '';
  const lineBreak = /^(?:\r\n|\n)/.exec(text.slice(start + 1, Math.min(start + 3, end)));
  if (lineBreak) {
    let at = start + 1 + lineBreak[0].length;
    while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
    return at;
  }
  const character = ESCAPES[letter];
  if (character !== undefined) return append(decoder, character, start, start + 2);
  const digits = HEXADECIMAL_DIGITS[letter] ?? 0;
  const behind = Math.min(start + 2 + digits, end);
  const code = text.slice(start + 2, behind);
  if (digits > 0 && code.length === digits && /^[0-9a-fA-F]+$/.test(code) && Number.parseInt(code, 16) <= 0x10ffff)
    return append(decoder, String.fromCodePoint(Number.parseInt(code, 16)), start, behind);
  reportEscape({ start, end: behind });
  for (let i = start; i < behind; i++) append(decoder, text.charAt(i), i, i + 1);
  return Math.max(behind, start + 1);
}
