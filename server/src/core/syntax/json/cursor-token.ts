import { skipBlanksAndComments } from './comments';
import { lineIndent, textLayout } from './layout';
import { printJson, type JsonPrintStyle } from './print-json';
import type { CursorToken, SourceLayer, TokenInsertion, TokenRepair } from '../syntax';
import type { JsonValue } from '../tree-edit';
import { trailingCharacters } from '../../text/trailing-characters';

/** The characters of actions, ARNs and names. */
const WORD_CHARACTER = /[\w*?:./@+=-]/;
const WORD_AFTER_CURSOR = /^[\w*?:./@+=-]*/;
const CLOSING_QUOTE = /^"(?:[ \t]*(?:$|[,:\]}]|\/[/*])|[ \t]+")/m;

/**
 * The token at an offset of the layer; undefined in comments, and directly behind a value that is closed. Told by the text around it alone.
 */
export function jsonTokenAt(layer: SourceLayer, offset: number): CursorToken | undefined {
  const { text } = layer;
  const before = scanTextBeforeCursor(text, offset);
  if (before === undefined) return undefined;
  const tokenExtent = before.stringStart === undefined
    ? wordTokenAt(text, offset, before)
    : stringTokenAt(text, before.stringStart, offset);
  return tokenExtent && withPosition(layer, tokenExtent, before);
}

type TokenExtent = Pick<CursorToken, 'span' | 'openingQuote' | 'prefix'>;

function stringTokenAt(text: string, start: number, offset: number): TokenExtent {
  const typed = text.slice(start + 1, offset);
  const rest = /^(?:\\.|[^"\\\r\n])*/.exec(text.slice(offset))?.[0] ?? '';
  const close = offset + rest.length;
  // `"kms:|, "Resource": …`: what looks like the closing quote opens the next string.
  const closed = !/[\s,[\]]/.test(rest) && CLOSING_QUOTE.test(restOfLine(text, close));
  const end = closed ? close + 1 : offset + (WORD_AFTER_CURSOR.exec(restOfLine(text, offset))?.[0].length ?? 0);
  return { span: { start, end }, openingQuote: '"', prefix: typed };
}

function wordTokenAt(text: string, offset: number, { lastCharacter, lastCharacterOffset }: TextBeforeCursor): TokenExtent | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const typed = trailingCharacters(line, WORD_CHARACTER).replace(/^:+/, '');
  if (typed === '' && lastCharacterOffset === offset - 1 && /^["}\]]$/.test(lastCharacter)) return undefined;
  const behind = WORD_AFTER_CURSOR.exec(restOfLine(text, offset))?.[0] ?? '';
  if (typed === '' && lastCharacter === ':' && text[offset] === '"') return { ...stringTokenAt(text, offset, offset + 1), prefix: '' };
  const end = offset + (behind.startsWith(':') ? 0 : behind.length);
  return { span: { start: offset - typed.length, end }, openingQuote: '', prefix: typed };
}

/** From the offset to the end of its line, or of the document. */
function restOfLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? undefined : end).replace(/\r$/, '');
}

function withPosition(layer: SourceLayer, extent: TokenExtent, before: TextBeforeCursor): CursorToken {
  const { text } = layer;
  const position = before.lastCharacter === ':' ? 'value' : positionIn(before);
  const next = text[skipBlanksAndComments(text, extent.span.end)] ?? '';
  const valueFollows = position === 'name' && next === ':';
  const isCommaMissing = position !== 'value' && before.lastCharacter !== '' && !'{[,'.includes(before.lastCharacter);
  const commaOffset = before.lastCharacterOffset + 1;
  const commaAfter = next === '"' || position !== 'name' && (next === '{' || next === '[') ? ',' : '';
  return {
    ...extent, position, valueFollows,
    editsBefore: isCommaMissing ? [{ span: { start: commaOffset, end: commaOffset }, newText: ',' }] : [],
    repairs: (mark, documentMember) => {
      const string = `"${extent.prefix}${mark}"`;
      const isTyped = extent.openingQuote !== '' || extent.span.start !== extent.span.end;
      const repairs: TokenRepair[] = [{ reading: 'typed', text: position !== 'name' || valueFollows ? string : `${string}: null` }];
      if (position === 'name' && !valueFollows)
        repairs.push({ reading: 'document-member', text: `${JSON.stringify(documentMember)}: ${string}` });
      if (position !== 'name' && !isTyped) repairs.push({ reading: 'object-item', text: `{"${mark}": null}` });
      return repairs.map((repair) => ({ ...repair, text: `${isCommaMissing ? ',' : ''}${repair.text}${commaAfter}` }));
    },
    print: (insertion) => printInsertion(insertion, printStyleAt(layer, extent.span.start)) + commaAfter,
  };
}

/** On lines of their own where the text is written so. The editor itself indents lines of the file; those in a string it does not see. */
function printStyleAt(layer: SourceLayer, offset: number): JsonPrintStyle {
  const { indent, colon, comma, eol } = textLayout(layer.text);
  const isInString = layer.escape('"') !== '"';
  return { indent, colon, comma, eol: eol === '' ? '' : eol + (isInString ? lineIndent(layer.text, offset) : '') };
}

function printInsertion(insertion: TokenInsertion, style: JsonPrintStyle): string {
  const print = (value: JsonValue): string => printJson(value, style);
  if (insertion.items) return insertion.items.map(print).join(style.eol === '' ? style.comma ?? ', ' : `,${style.eol}`);
  if (insertion.name === undefined) return print(insertion.value);
  return `${JSON.stringify(insertion.name)}${style.colon ?? ': '}${print(insertion.value)}`;
}

function positionIn({ enclosingBracket, lastCharacter }: TextBeforeCursor): CursorToken['position'] {
  if (enclosingBracket === '[') return 'item';
  return enclosingBracket === '{' || lastCharacter !== '' ? 'name' : 'root';
}

interface TextBeforeCursor {
  /** The bracket around; undefined outside of all. */
  readonly enclosingBracket: '{' | '[' | undefined;
  /** The last sign before the word or string at the end, and where it stands; empty for none. `"` for a string of any kind. */
  readonly lastCharacter: string;
  readonly lastCharacterOffset: number;
  /** Where the string starts that the end lies in. */
  readonly stringStart: number | undefined;
}

/** Reads the text up to `end`. A string ends with its line at the latest, as JSON has it. Undefined in a comment. */
function scanTextBeforeCursor(text: string, end: number): TextBeforeCursor | undefined {
  const stack: ('{' | '[')[] = [];
  let last = '';
  let at = -1;
  const sign = (c: string, i: number): void => {
    if (c === '{' || c === '[') stack.push(c);
    else if (c === '}' || c === ']') stack.pop();
    last = c;
    at = i;
  };
  for (let i = 0; i < end;) {
    const c = text[i] ?? '';
    if (c === '"') {
      const close = stringEnd(text, i);
      if (close === undefined || close >= end) {
        const lineEnd = i + restOfLine(text, i).length;
        if (close !== undefined || lineEnd >= end)
          return { enclosingBracket: stack.at(-1), lastCharacter: last, lastCharacterOffset: at, stringStart: i };
        // What stands at the end of the line is taken for what follows the string.
        const line = text.slice(i, lineEnd);
        const tail = trailingCharacters(line, /[\s,\]}]/).length;
        sign('"', lineEnd - tail - 1);
        for (let j = lineEnd - tail; j < lineEnd; j++) if (!/\s/.test(text[j] ?? '')) sign(text[j] ?? '', j);
        i = lineEnd;
        continue;
      }
      sign('"', close);
      i = close + 1;
    } else if (c === '#' || c === '/' && (text[i + 1] === '/' || text[i + 1] === '*')) {
      const close = text.indexOf(text[i + 1] === '*' && c === '/' ? '*/' : '\n', i);
      if (close < 0 || close >= end) return undefined;
      i = close + (text[close] === '*' ? 2 : 1);
    } else {
      // The word at the end is what is being typed.
      const word = /^[\w*?./@+=-]+/.exec(text.slice(i, i + 256))?.[0] ?? '';
      if (word !== '' && isWordUpToCursor(text, i, end)) break;
      if (word !== '') sign('w', i + word.length - 1);
      else if (!/\s/.test(c)) sign(c, i);
      i += Math.max(word.length, 1);
    }
  }
  return { enclosingBracket: stack.at(-1), lastCharacter: last, lastCharacterOffset: at, stringStart: undefined };
}

/** Whether a word without quotes, colons included, goes on to the end. */
function isWordUpToCursor(text: string, start: number, end: number): boolean {
  return /^[\w*?:./@+=-]*$/.test(text.slice(start, end));
}

/** Where the string that opens here closes, on its line. */
function stringEnd(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"') return i;
    else if (c === '\n' || c === '\r') return undefined;
  }
  return undefined;
}
