import { lineEnd, lineStart } from '../../text/lines';
import type { TextEdit } from '../../text/span';
import type { ContainerChange } from '../edit-plan';
import { insertAt, removeSpan } from '../text-edits';
import type { ListNode, ObjectNode } from '../tree';
import { divideParts, indexOfMember, ownMembers, printStyleIn, type YamlTarget } from './edit-target';
import { printItem, printMember } from './print-yaml';
import { isFirstInLine } from './value-edits';
import { columnOf } from './yaml-layout';

/** A part of a block: from its name or dash to the end of its value. */
interface BlockPart {
  readonly start: number;
  readonly end: number;
}

/** What is to change in a list or an object of which something stays. Undefined where its lines cannot be told apart. */
export function blockEdits(target: YamlTarget, node: ListNode | ObjectNode, change: ContainerChange): TextEdit[] | undefined {
  const { text, layout } = target;
  const parts = node.kind === 'list' ? itemParts(text, node) : ownMembers(node).map(({ span }) => span);
  const [first] = parts ?? [];
  if (!parts || !first) return undefined;
  const nodes = node.kind === 'list' ? node.items : ownMembers(node);
  const { removed, kept } = divideParts(parts, nodes, change);
  const last = kept.at(-1);
  if (!last) return undefined;
  const column = columnOf(text, first.start);
  const style = printStyleIn(target, node);
  const gap = node.kind === 'list' ? /^-( +)\S/.exec(text.slice(first.start, first.start + 40))?.[1] ?? ' ' : '';
  const lineBreak = layout.eol + ' '.repeat(column);
  const edits = removalEdits(text, parts, removed);
  for (const { name, value, after, first: isFirst } of change.addedParts) {
    const printed = name === undefined ? printItem(value, column, style, gap) : printMember(name, value, column, style);
    const before = after === undefined ? undefined : parts[indexOfMember(nodes, after)];
    if (isFirst) edits.push(insertAt(kept[0]?.start ?? first.start, printed + lineBreak));
    else edits.push(insertAt(lineEnd(text, (before && kept.includes(before) ? before : last).end), lineBreak + printed));
  }
  return edits;
}

/** The dashes of a list, found by their column. Undefined where there are not as many as items. */
function itemParts(text: string, { span, items }: ListNode): BlockPart[] | undefined {
  const column = columnOf(text, span.start);
  const dashes = [span.start];
  for (let at = text.indexOf('\n', span.start) + 1; at > 0 && at < span.end; at = text.indexOf('\n', at) + 1) {
    const dash = at + column;
    if (text[dash] === '-' && /^(?:\s|$)/.test(text.charAt(dash + 1)) && text.slice(at, dash).trim() === '') dashes.push(dash);
  }
  if (dashes.length !== items.length) return undefined;
  return dashes.map((start, index) => {
    const behind = dashes[index + 1] ?? span.end + 1;
    const item = items[index];
    // An item that is an alias has its text elsewhere.
    const end = item && item.span.start > start && item.span.end < behind ? item.span.end : lineEnd(text, start);
    return { start, end };
  });
}

/** A part goes with its lines and the comment behind it; one that does not begin its line, with what leads to the next one. */
function removalEdits(text: string, parts: readonly BlockPart[], removed: ReadonlySet<BlockPart>): TextEdit[] {
  return parts.flatMap((part, index): TextEdit[] => {
    if (!removed.has(part)) return [];
    const end = lineEnd(text, part.end);
    if (isFirstInLine(text, part.start)) return [removeSpan(wholeLines(text, part.start, end))];
    const next = parts.slice(index + 1).find((other) => !removed.has(other));
    const nextPart = parts[index + 1];
    if (!next || !nextPart) return [removeSpan({ start: part.start, end })];
    const isOnlyBlank = text.slice(end, nextPart.start).trim() === '';
    return [removeSpan({ start: part.start, end: isOnlyBlank ? nextPart.start : end })];
  });
}

/** With the line break behind, or the one before where the text ends. */
function wholeLines(text: string, from: number, end: number): { start: number; end: number } {
  const start = lineStart(text, from);
  if (end < text.length) return { start, end: text.startsWith('\r\n', end) ? end + 2 : end + 1 };
  return { start: text.startsWith('\r\n', start - 2) ? start - 2 : Math.max(0, start - 1), end };
}
