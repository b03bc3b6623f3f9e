import type { JsonValue } from '../tree-edit';
import { printJson, type JsonPrintStyle } from './print-json';
import type { ListNode, ObjectNode } from '../tree';

/** How a text is laid out as a whole. */
export interface TextLayout {
  /** The end of a line; empty when the text is one line. */
  readonly eol: string;
  readonly indent: string;
  readonly colon: string;
  readonly comma: string;
}

export function textLayout(text: string): TextLayout {
  const colon = /[\w*"]"([ \t]{0,2}:[ \t]{0,2})(?=["[{\w])/.exec(text)?.[1] ?? ': ';
  return {
    eol: text.includes('\r\n') ? '\r\n' : text.includes('\n') ? '\n' : '',
    indent: /(?:^|\n)([ \t]+)["{\w]/.exec(text)?.[1] ?? '  ',
    colon,
    comma: colon === ':' ? ',' : ', ',
  };
}

/** How the parts of one container stand. */
export interface ContainerLayout {
  /** Each part has lines of its own. */
  readonly onePartPerLine: boolean;
  /** What a line of a part starts with, and the line of the closing bracket. */
  readonly partIndent: string;
  readonly baseIndent: string;
  /** What stands between parts of one line. */
  readonly comma: string;
  /** The JSON text of a value that is put into the container. */
  readonly print: (value: JsonValue) => string;
  readonly colon: string;
}

export function containerLayout(text: string, layout: TextLayout, node: ObjectNode | ListNode): ContainerLayout {
  const parts = node.kind === 'list' ? node.items : node.members;
  const inner = text.slice(node.span.start, node.span.end);
  const baseIndent = lineIndent(text, node.span.start);
  const own = parts.find((part) => startsLine(text, part.span.start));
  const lines = own
    ? parts.length > 1 || startsBehindBreak(text, node.span.start, own.span.start)
    : parts.length === 0 && layout.eol !== '';
  const partIndent = own ? lineIndent(text, own.span.start) : baseIndent + layout.indent;
  const unit = own && partIndent.startsWith(baseIndent) && partIndent.length > baseIndent.length
    ? partIndent.slice(baseIndent.length)
    : layout.indent;
  const oneLine = !lines && !inner.includes('\n');
  const style: JsonPrintStyle = oneLine
    ? { indent: '', eol: '', colon: layout.colon, comma: layout.comma }
    : { indent: unit, eol: layout.eol + (lines ? partIndent : baseIndent), colon: layout.colon };
  return { onePartPerLine: lines, partIndent, baseIndent, comma: commaBetween(text, parts) ?? layout.comma,
    print: (value) => printJson(value, style), colon: layout.colon };
}

/** The first part of a fragment without braces starts its line without any bracket before it. */
function startsBehindBreak(text: string, start: number, part: number): boolean {
  return start === part || text.slice(start, part).includes('\n');
}

function commaBetween(text: string, parts: readonly { readonly span: { readonly start: number; readonly end: number } }[]): string
  | undefined {
  const [first, second] = parts;
  if (!first || !second) return undefined;
  const gap = text.slice(first.span.end, second.span.start);
  return /^[ \t]*,[ \t]*$/.test(gap) ? gap : undefined;
}

/** The blanks at the beginning of the line that `offset` stands in; special blanks, which JSON does not take, become spaces. */
export function lineIndent(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (end < offset && isBlank(text[end])) end++;
  return text.slice(start, end).replace(/[^\t]/g, ' ');
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

export function startsLine(text: string, offset: number): boolean {
  let at = offset;
  while (at > 0 && isBlank(text[at - 1])) at--;
  return at === 0 || text[at - 1] === '\n';
}

export function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\u00a0' || c === '\ufeff';
}
