import type { TextEdit } from '../../text/span';
import { WRAPPED_NODES, type TreeEdit } from '../tree-edit';
import type { TextLayout } from './layout';
import { printJson } from './print-json';
import { lineIndent, readGap } from './trivia';

/** A value around nodes, whose lines are indented as deep as they stand in it. */
export function wrapNodesEdit(text: string, layout: TextLayout, { nodes, list, value }: Extract<TreeEdit, { edit: 'wrap' }>): TextEdit {
  const inner = { start: nodes[0]?.span.start ?? 0, end: nodes.at(-1)?.span.end ?? 0 };
  const span = list?.span ?? inner;
  const content = list ? contentOfList(text, layout, { start: span.start + 1, lastItemEnd: inner.end, end: span.end - 1 })
    : text.slice(inner.start, inner.end);
  const eol = layout.eol === '' ? '' : layout.eol + lineIndent(text, span.start);
  const [before = '', after = ''] = printJson(value, { ...layout, eol }).split(WRAPPED_NODES);
  const indent = /(?:^|\n)([ \t]*)$/.exec(before)?.[1] ?? '';
  const lineStart = lineIndent(text, inner.start);
  const lines = content.replace(/(\r?\n)([ \t]*)(?=\S)/g, (_match, lineEnd: string, blanks: string) =>
    lineEnd + indent + withoutPrefix(blanks, lineStart));
  return { span, newText: before + lines + after };
}

interface ListContent {
  readonly start: number;
  readonly lastItemEnd: number;
  readonly end: number;
}

/** With the comments before the first item and behind the last one; one that goes to the end of its line keeps the line end. */
function contentOfList(text: string, { eol }: TextLayout, { start, lastItemEnd, end }: ListContent): string {
  const content = text.slice(start, end).trim();
  return readGap(text, lastItemEnd, end).endsInComment ? content + eol : content;
}

function withoutPrefix(text: string, prefix: string): string {
  let length = 0;
  while (length < prefix.length && text[length] === prefix[length]) length++;
  return text.slice(length);
}
