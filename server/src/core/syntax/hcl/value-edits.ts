import type { TextEdit } from '../../text/span';
import { valueSpan, type Node, type ScalarNode } from '../tree';
import type { JsonValue } from '../tree-edit';
import { type HclTarget, spanKey, styleAt } from './edit-target';
import { escapeInTemplate } from './escape';
import { splitInterpolations } from './interpolations';
import { type HclPrintStyle, printExpression } from './print-hcl';

/** A value in place of a node; of a text only what differs is written. Undefined for a node that is not an expression of the text. */
export function replacementEdits(target: HclTarget, node: Node, value: JsonValue): readonly TextEdit[] | undefined {
  const expression = target.expressions.get(spanKey(node.span));
  if (!expression) return undefined;
  const pieces = node.kind === 'scalar' && typeof value === 'string' ? pieceEdits(target, node, value) : undefined;
  if (pieces) return pieces;
  const { span } = expression;
  const isOneLine = node.kind !== 'scalar' && span.end - span.start > 2 && !target.text.slice(span.start, span.end).includes('\n');
  return [{ span, newText: printExpression(value, oneLineStyle(styleAt(target, span.start), isOneLine)) }];
}

export function oneLineStyle(style: HclPrintStyle, isOneLine: boolean): HclPrintStyle {
  return isOneLine ? { ...style, eol: '' } : style;
}

/** What differs between a string or a heredoc and its new text. Undefined where it becomes a reference, which has no quotes. */
function pieceEdits({ expressionTexts }: HclTarget, node: ScalarNode, value: string): readonly TextEdit[] | undefined {
  const segments = splitInterpolations(value, expressionTexts);
  if (node.style !== 'double-quoted' && node.style !== 'heredoc' || !node.closed) return undefined;
  if (segments.length === 1 && segments[0]?.expression !== undefined || node.style === 'heredoc' && hasOtherLines(node.value, value))
    return undefined;
  let start = commonLength(node.value, value);
  let tail = commonEndLength(node.value.slice(start), value.slice(start));
  // Placeholders, escapes and characters of two code units are not cut.
  const newSpans = segments.reduce<{ readonly start: number; readonly end: number }[]>((spans, { text }) =>
    [...spans, { start: spans.at(-1)?.end ?? 0, end: (spans.at(-1)?.end ?? 0) + text.length }], [])
    .filter((_, index) => segments[index]?.expression !== undefined);
  for (;;) {
    const oldEnd = node.value.length - tail;
    const newEnd = value.length - tail;
    const cut = node.placeholders.find((placeholder) => isInside(start, placeholder) || isInside(oldEnd, placeholder));
    const newCut = newSpans.find((span) => isInside(start, span) || isInside(newEnd, span));
    if (cut && isInside(start, cut)) start = cut.start;
    else if (cut) tail = node.value.length - cut.end;
    else if (newCut && isInside(start, newCut)) start = newCut.start;
    else if (newCut) tail = value.length - newCut.end;
    else if (start > 0 && /[$%\ud800-\udbff]/.test(value.charAt(start - 1))) start--;
    else if (tail > 0 && /[{\udc00-\udfff]/.test(value.charAt(newEnd))) tail--;
    else break;
  }
  const span = valueSpan(node, start, node.value.length - tail);
  return [{ span, newText: escapeInTemplate(value.slice(start, value.length - tail), node, expressionTexts) }];
}

/** A heredoc ends in a line end, and its indentation depends on all lines. */
function hasOtherLines(before: string, after: string): boolean {
  return !after.endsWith('\n') || before.split('\n').length !== after.split('\n').length;
}

function isInside(offset: number, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return start < offset && offset < end;
}

function commonEndLength(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
