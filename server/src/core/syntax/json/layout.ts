import type { Span } from '../../text/span';
import type { ListNode, ObjectNode } from '../tree';
import type { JsonPrintStyle } from './print-json';
import { lineIndent, startsLine } from './trivia';

/** How a text is laid out as a whole; `eol` is empty when the text is one line. */
export type TextLayout = Required<JsonPrintStyle>;

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
  /** How a value that is put into the container is written. */
  readonly style: TextLayout;
  /** The line ends of the text. */
  readonly eol: string;
}

export function containerLayout(text: string, layout: TextLayout, node: ObjectNode | ListNode): ContainerLayout {
  const { start, end } = node.span;
  const parts = node.kind === 'list' ? node.items : node.members;
  const baseIndent = lineIndent(text, start);
  const firstOfLine = parts.find((part) => startsLine(text, part.span.start))?.span;
  // The first part of a fragment without braces starts its line without any bracket before it.
  const onePartPerLine = firstOfLine
    ? parts.length > 1 || start === firstOfLine.start || text.slice(start, firstOfLine.start).includes('\n')
    : parts.length === 0 && layout.eol !== '';
  const partIndent = firstOfLine ? lineIndent(text, firstOfLine.start) : baseIndent + layout.indent;
  const isDeeper = firstOfLine && partIndent.startsWith(baseIndent) && partIndent.length > baseIndent.length;
  const style = !onePartPerLine && !text.slice(start, end).includes('\n')
    ? { ...layout, eol: '' }
    : { ...layout, indent: isDeeper ? partIndent.slice(baseIndent.length) : layout.indent,
      eol: layout.eol + (onePartPerLine ? partIndent : baseIndent) };
  return { onePartPerLine, partIndent, baseIndent, comma: commaBetween(text, parts) ?? layout.comma, style, eol: layout.eol };
}

function commaBetween(text: string, [first, second]: readonly { readonly span: Span }[]): string | undefined {
  if (!first || !second) return undefined;
  const gap = text.slice(first.span.end, second.span.start);
  return /^[ \t]*,[ \t]*$/.test(gap) ? gap : undefined;
}
