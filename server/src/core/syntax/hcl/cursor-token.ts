import { lineEnd } from '../../text/lines';
import { trailingCharacters } from '../../text/trailing-characters';
import type { CursorToken, SourceLayer, TokenInsertion, TokenRepair } from '../syntax';
import { insertAt } from '../text-edits';
import { createTarget, styleAt } from './edit-target';
import { laidOut } from './layout';
import { type HclPrintStyle, printExpression, printMember, printName } from './print-hcl';
import { blockCommentEnd, skipBlanksOfHcl } from './skip-blanks';

/**
 * The token at an offset of the layer, by the text around it alone. Undefined in comments, heredocs and expressions, and where the name of
 * an argument or a block is typed: what these are, the extension for the language knows.
 */
export function hclTokenAt(layer: SourceLayer, offset: number): CursorToken | undefined {
  const { text } = layer;
  const before = scanBeforeCursor(text, offset);
  const position = before && positionOf(before);
  const extent = before && position && tokenExtent(text, offset, before);
  if (!extent) return undefined;
  const { span, prefix } = extent;
  const next = skipBlanksOfHcl(text, span.end);
  const isSameLine = !text.slice(span.end, next).includes('\n');
  const valueFollows = position === 'name' && /[=:]/.test(text.charAt(next));
  const isBehindPart = before.lastToken !== '' && !/^[[{,=:]$/.test(before.lastToken);
  const isCommaMissing = isBehindPart && (position === 'item' || position === 'name' && !before.isFirstInLine);
  const needsCommaBehind = position === 'item' ? /["\w{[]/.test(text.charAt(next)) : position === 'name' && isSameLine
    && !valueFollows && /["\w]/.test(text.charAt(next));
  const comma = needsCommaBehind ? ',' : '';
  return {
    ...extent, position, valueFollows, indentsLines: false,
    editsBefore: isCommaMissing ? [insertAt(before.lastTokenEnd, ',')] : [],
    repairs: (mark, documentMember) => repairsOf(`"${prefix}${mark}"`, mark, documentMember, { position, valueFollows, span })
      .map((repair) => ({ ...repair, text: `${isCommaMissing ? ',' : ''}${repair.text}${comma}` })),
    print: (insertion) => printInsertion(insertion, { ...styleAt(createTarget(text), span.start), eol: '\n' }, valueFollows) + comma,
  };
}

interface HclBeforeCursor {
  /** What is open around the cursor: `{` for an object, `b` for the body of a block; empty for the body of the file. */
  readonly bracket: string;
  /** The last token before the one at the cursor, and where it ends; empty for none. */
  readonly lastToken: string;
  readonly lastTokenEnd: number;
  readonly isFirstInLine: boolean;
  /** Where the string begins that the cursor is in. */
  readonly stringStart: number | undefined;
}

/** Undefined in a comment, a heredoc or an expression of a string. */
function scanBeforeCursor(text: string, cursor: number): HclBeforeCursor | undefined {
  const tokens = /\s+|(?:#|\/\/)[^\n]*|\/\*|<<-?([A-Za-z_][\w-]{0,99})[ \t]{0,99}\r?\n|[\w.*-]+|[^]/y;
  const brackets: string[] = [];
  let lastToken = '';
  let lastTokenEnd = 0;
  let isFirstInLine = true;
  const result = (stringStart?: number): HclBeforeCursor =>
    ({ bracket: brackets.at(-1) ?? '', lastToken, lastTokenEnd, isFirstInLine, stringStart });
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < cursor;) {
    tokens.lastIndex = at;
    const start = at;
    const [first = '', marker] = tokens.exec(text) ?? [];
    at = first === '"' ? stringEnd(text, start) : first === '/*' ? blockCommentEnd(text, start) : start + first.length;
    const token = text.slice(start, at);
    if (token.trim() === '') {
      if (token.slice(0, cursor - start).includes('\n')) isFirstInLine = true;
      continue;
    }
    if (/^(?:#|\/\/|\/\*)/.test(token)) {
      if (at >= cursor && !(at === cursor && token.endsWith('*/'))) return undefined;
      continue;
    }
    if (marker !== undefined) {
      at = heredocEnd(text, at, marker);
      if (at > cursor) return undefined;
    }
    const isClosedString = token.length > 1 && token.endsWith('"');
    if (token.startsWith('"') && (at > cursor || at === cursor && !isClosedString))
      return isInExpression(text.slice(start, cursor)) ? undefined : result(start);
    // The word at the cursor, colons included, is what is being typed.
    if (/^[\w*?:./@+=-]*$/.test(text.slice(start, cursor)) && /^[\w*-]/.test(token)) break;
    if (/^[[{(]$/.test(token)) brackets.push(token === '{' && !/^(?:[=:[({,?]|)$/.test(lastToken) ? 'b' : token);
    else if (/^[\])}]$/.test(token)) brackets.pop();
    lastToken = token;
    lastTokenEnd = at;
    isFirstInLine = false;
  }
  return result();
}

/** A string has at most one level of strings in its expressions; it ends with its line. */
function stringEnd(text: string, start: number): number {
  let hasExpressions = true;
  for (let at = start + 1;;) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character === '' || character === '\n' || character === '\\' && /^\n?$/.test(text.charAt(at + 1))) return at;
    const isExpression = hasExpressions && (character === '$' || character === '%') && text.charAt(at + 1) === '{';
    const end = isExpression ? expressionEnd(text, at + 2) : undefined;
    // Where one does not end in the line, none behind it does.
    if (isExpression && end === undefined) hasExpressions = false;
    at = end ?? at + (character === '\\' ? 2 : 1);
  }
}

/** Behind the brace that ends an expression, which may contain strings; undefined where the line ends first. */
function expressionEnd(text: string, start: number): number | undefined {
  let isInString = false;
  for (let at = start; at < text.length && text.charAt(at) !== '\n'; at++) {
    if (text.charAt(at) === '"') isInString = !isInString;
    else if (text.charAt(at) === '}' && !isInString) return at + 1;
  }
  return undefined;
}

/** Whether an interpolation or a directive begins in the text and does not end there. */
function isInExpression(text: string): boolean {
  return Math.max(text.lastIndexOf('${'), text.lastIndexOf('%{')) > text.lastIndexOf('}');
}

/** The end of the line that consists of the marker. */
function heredocEnd(text: string, start: number, marker: string): number {
  for (let at = start; at < text.length;) {
    const lineBreak = text.indexOf('\n', at);
    const end = lineBreak < 0 ? text.length : lineBreak;
    if (text.slice(at, end).trim() === marker) return end;
    at = end + 1;
  }
  return text.length;
}

function positionOf({ bracket, lastToken, isFirstInLine }: HclBeforeCursor): CursorToken['position'] | undefined {
  if (bracket === '[') return 'item';
  const isBehindSign = lastToken === '=' || lastToken === ':';
  if (bracket === '{') return isBehindSign ? 'value' : 'name';
  return isBehindSign && !isFirstInLine && bracket !== '(' ? 'value' : undefined;
}

function tokenExtent(text: string, offset: number, { stringStart, lastTokenEnd, lastToken }: HclBeforeCursor):
  Pick<CursorToken, 'span' | 'opening' | 'prefix'> | undefined {
  const line = text.slice(offset, lineEnd(text, offset));
  const word = /^[\w*?:./@+=-]*/.exec(line)?.[0] ?? '';
  if (stringStart !== undefined) {
    const content = /^(?:\\.|[^"\\])*/.exec(line)?.[0] ?? '';
    // `"kms:|, "kms:Encrypt"]`: what looks like the closing quote opens the next string.
    const isClosed = line.charAt(content.length) === '"' && !/[\s,[\]]/.test(content);
    return { span: { start: stringStart, end: offset + (isClosed ? content.length + 1 : word.length) }, opening: '"',
      prefix: text.slice(stringStart + 1, offset) };
  }
  const typed = trailingCharacters(text.slice(lastTokenEnd, offset), /[\w*?:./@-]/).replace(/^:+/, '');
  if (typed === '' && offset === lastTokenEnd && /["}\])]$/.test(lastToken)) return undefined;
  return { span: { start: offset - typed.length, end: offset + (/^[=:]/.test(word) ? 0 : word.length) }, opening: '', prefix: typed };
}

function repairsOf(string: string, mark: string, documentMember: string,
  { position, valueFollows, span }: Pick<CursorToken, 'position' | 'valueFollows' | 'span'>): readonly TokenRepair[] {
  if (position === 'name' && !valueFollows) {
    return [{ reading: 'typed', text: `${string} = null` },
      { reading: 'document-member', text: `${JSON.stringify(documentMember)} = ${string}` }];
  }
  const typed: TokenRepair = { reading: 'typed', text: string };
  return position === 'name' || span.start < span.end ? [typed] : [typed, { reading: 'object-item', text: `{ "${mark}" = null }` }];
}

function printInsertion({ name, value, items }: TokenInsertion, style: HclPrintStyle, valueFollows: boolean): string {
  if (items) return laidOut(items.map((item) => printExpression(item, style)).join(', '));
  if (name !== undefined) return laidOut(printMember(name, value, style));
  return valueFollows && typeof value === 'string' ? printName(value, style) : laidOut(printExpression(value, style));
}
