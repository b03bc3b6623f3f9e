import { trailingCharacters } from '../../text/trailing-characters';
import { lineEnd } from '../../text/lines';
import type { CursorToken, SourceLayer, TokenInsertion, TokenRepair } from '../syntax';
import { insertAt } from '../text-edits';
import { textLayout } from './layout';
import { printJson, printMember, type JsonPrintStyle } from './print-json';
import { commentEnds, lineIndent, skipBlanksAndComments } from './trivia';

/** The characters of actions, ARNs and names. */
const WORD_CHARACTER = /[\w*?:./@+=-]/;
const WORD_AFTER_CURSOR = /^[\w*?:./@+=-]*/;
const CLOSING_QUOTE = /^"(?:[ \t]*(?:$|[,:\]}]|\/[/*])|[ \t]+")/m;

/** The token at an offset of the layer, by the text around it alone; undefined in comments, and directly behind a value that is closed. */
export function jsonTokenAt(layer: SourceLayer, offset: number): CursorToken | undefined {
  const { text } = layer;
  const before = scanTextBeforeCursor(text, offset);
  if (before === undefined) return undefined;
  const extent = before.stringStart === undefined ? wordTokenAt(text, offset, before) : stringTokenAt(text, before.stringStart, offset);
  return extent && withPosition(layer, extent, before);
}

type TokenExtent = Pick<CursorToken, 'span' | 'opening' | 'prefix'>;

function stringTokenAt(text: string, start: number, offset: number): TokenExtent {
  const typed = text.slice(start + 1, offset);
  const content = /^(?:\\.|[^"\\\r\n])*/.exec(text.slice(offset))?.[0] ?? '';
  const close = offset + content.length;
  // `"kms:|, "Resource": …`: what looks like the closing quote opens the next string.
  const closed = !/[\s,[\]]/.test(content) && CLOSING_QUOTE.test(restOfLine(text, close));
  return { span: { start, end: closed ? close + 1 : offset + wordAfter(text, offset).length }, opening: '"', prefix: typed };
}

function wordTokenAt(text: string, offset: number, { lastCharacter, lastCharacterOffset }: TextBeforeCursor): TokenExtent | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const typed = trailingCharacters(line, WORD_CHARACTER).replace(/^:+/, '');
  if (typed === '' && lastCharacterOffset === offset - 1 && /^["}\]]$/.test(lastCharacter)) return undefined;
  if (typed === '' && lastCharacter === ':' && text[offset] === '"') return { ...stringTokenAt(text, offset, offset + 1), prefix: '' };
  const word = wordAfter(text, offset);
  const end = offset + (word.startsWith(':') ? 0 : word.length);
  return { span: { start: offset - typed.length, end }, opening: '', prefix: typed };
}

function wordAfter(text: string, offset: number): string {
  return WORD_AFTER_CURSOR.exec(restOfLine(text, offset))?.[0] ?? '';
}

function restOfLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? undefined : end).replace(/\r$/, '');
}

function withPosition(layer: SourceLayer, extent: TokenExtent, before: TextBeforeCursor): CursorToken {
  const { text } = layer;
  const { span, prefix } = extent;
  const position = before.lastCharacter === ':' ? 'value' : positionIn(before);
  const next = text[skipBlanksAndComments(text, span.end)] ?? '';
  const valueFollows = position === 'name' && next === ':';
  const isCommaMissing = position !== 'value' && before.lastCharacter !== '' && !'{[,'.includes(before.lastCharacter);
  const commaAfter = next === '"' || position !== 'name' && (next === '{' || next === '[') ? ',' : '';
  return {
    ...extent, position, valueFollows, indentsLines: isInString(layer),
    editsBefore: isCommaMissing ? [insertAt(before.lastCharacterOffset + 1, ',')] : [],
    repairs: (mark, documentMember) => {
      const string = `"${prefix}${mark}"`;
      const isName = position === 'name' && !valueFollows;
      const repairs: TokenRepair[] = [{ reading: 'typed', text: isName ? `${string}: null` : string }];
      if (isName) repairs.push({ reading: 'document-member', text: `${JSON.stringify(documentMember)}: ${string}` });
      if (position !== 'name' && span.start === span.end) repairs.push({ reading: 'object-item', text: `{"${mark}": null}` });
      return repairs.map((repair) => ({ ...repair, text: `${isCommaMissing ? ',' : ''}${repair.text}${commaAfter}` }));
    },
    print: (insertion) => printInsertion(insertion, printStyleAt(layer, span.start)) + commaAfter,
  };
}

/** On lines of their own where the text is written so. The editor itself indents lines of the file, and not those in a string. */
function printStyleAt(layer: SourceLayer, offset: number): Required<JsonPrintStyle> {
  const layout = textLayout(layer.text);
  return layout.eol !== '' && isInString(layer) ? { ...layout, eol: layout.eol + lineIndent(layer.text, offset) } : layout;
}

/** In a string or a block scalar. */
function isInString(layer: SourceLayer): boolean {
  return layer.escape('"') !== '"' || layer.escape('\n') !== '\n';
}

function printInsertion({ items, name, value }: TokenInsertion, style: Required<JsonPrintStyle>): string {
  if (items) return items.map((item) => printJson(item, style)).join(style.eol === '' ? style.comma : `,${style.eol}`);
  return name === undefined ? printJson(value, style) : printMember(name, value, style);
}

function positionIn({ enclosingBracket, lastCharacter }: TextBeforeCursor): CursorToken['position'] {
  if (enclosingBracket === '[') return 'item';
  return enclosingBracket === '{' || lastCharacter !== '' ? 'name' : 'root';
}

interface TextBeforeCursor {
  /** The bracket around; undefined outside of all. */
  readonly enclosingBracket: string | undefined;
  /** The last sign before the word or string at the cursor, and where it stands; empty for none. `"` for a string of any kind. */
  readonly lastCharacter: string;
  readonly lastCharacterOffset: number;
  /** Where the string starts that the cursor lies in. */
  readonly stringStart: number | undefined;
}

/** Reads the text up to the cursor. A string ends with its line at the latest, as JSON has it. Undefined in a comment. */
function scanTextBeforeCursor(text: string, cursor: number): TextBeforeCursor | undefined {
  const brackets: string[] = [];
  const commentEnd = commentEnds(text);
  let lastCharacter = '';
  let lastCharacterOffset = -1;
  const record = (character: string, offset: number): void => {
    if (character === '{' || character === '[') brackets.push(character);
    else if (character === '}' || character === ']') brackets.pop();
    lastCharacter = character;
    lastCharacterOffset = offset;
  };
  const result = (stringStart?: number): TextBeforeCursor =>
    ({ enclosingBracket: brackets.at(-1), lastCharacter, lastCharacterOffset, stringStart });
  for (let i = 0; i < cursor;) {
    const c = text.charAt(i);
    const endOfComment = commentEnd(i);
    if (c === '"') {
      const close = closingQuoteOf(text, i);
      if (close !== undefined) {
        if (close >= cursor) return result(i);
        record('"', close);
        i = close + 1;
      } else {
        const end = lineEnd(text, i);
        if (end >= cursor) return result(i);
        // What stands at the end of the line is taken for what follows the string.
        const tail = trailingCharacters(text.slice(i, end), /[\s,\]}]/);
        record('"', end - tail.length - 1);
        for (let j = end - tail.length; j < end; j++) if (!/\s/.test(text.charAt(j))) record(text.charAt(j), j);
        i = end;
      }
    } else if (endOfComment !== undefined) {
      if (endOfComment > cursor || endOfComment === cursor && !text.startsWith('/*', i)) return undefined;
      i = endOfComment;
    } else {
      const word = /^[\w*?./@+=-]+/.exec(text.slice(i, i + 256))?.[0] ?? '';
      // The word at the cursor, colons included, is what is being typed.
      if (word !== '' && /^[\w*?:./@+=-]*$/.test(text.slice(i, cursor))) break;
      if (word !== '') record('w', i + word.length - 1);
      else if (!/\s/.test(c)) record(c, i);
      i += Math.max(word.length, 1);
    }
  }
  return result();
}

/** Where the string that opens here closes, on its line. */
function closingQuoteOf(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"') return i;
    else if (c === '\n' || c === '\r') return undefined;
  }
  return undefined;
}
