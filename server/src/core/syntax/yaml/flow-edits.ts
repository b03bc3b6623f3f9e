import { lineEnd, lineStart } from '../../text/lines';
import type { Span, TextEdit } from '../../text/span';
import type { ContainerChange } from '../edit-plan';
import { insertAt, removeSpan } from '../text-edits';
import type { ListNode, ObjectNode } from '../tree';
import { divideParts, indexOfMember, ownMembers, printStyleIn, type YamlTarget } from './edit-target';
import { printFlow, printFlowMember } from './print-yaml';
import { isFirstInLine } from './value-edits';

/** What is to change in a list or an object in brackets. */
export function flowEdits(target: YamlTarget, node: ListNode | ObjectNode, change: ContainerChange): TextEdit[] {
  const { text, layout } = target;
  const nodes = node.kind === 'list' ? node.items : ownMembers(node);
  const parts = nodes.map(({ span }) => span);
  const style = printStyleIn(target, node);
  const { removed, kept } = divideParts(parts, nodes, change);
  const added = change.addedParts.map(({ name, value, ...place }) =>
    ({ ...place, printed: name === undefined ? printFlow(value, style) : printFlowMember(name, value, style) }));
  const inner = { start: node.span.start + 1, end: node.closed ? node.span.end - 1 : node.span.end };
  const last = kept.at(-1);
  if (!last) return [{ span: innerParts(parts, inner), newText: added.map(({ printed }) => printed).join(', ') }];
  const isOnLines = isFirstInLine(text, last.start);
  const lineBreak = isOnLines ? layout.eol + text.slice(lineStart(text, last.start), last.start) : ' ';
  const edits = removalEdits(text, parts, removed);
  for (const { printed, after, first } of added) {
    const before = after === undefined ? undefined : parts[indexOfMember(nodes, after)];
    const front = kept[0];
    if (first && front) edits.push(insertAt(front.start, `${printed},${lineBreak}`));
    else edits.push(...insertBehind(text, before && kept.includes(before) ? before : last, inner.end, lineBreak, printed));
  }
  return edits;
}

function innerParts(parts: readonly Span[], inner: Span): Span {
  return { start: parts[0]?.start ?? inner.start, end: inner.end };
}

/** Behind a part with its comma and the comment on its line. */
function insertBehind(text: string, part: Span, limit: number, lineBreak: string, printed: string): TextEdit[] {
  const comma = /^\s*,/.exec(text.slice(part.end, limit))?.[0].length;
  if (comma === undefined) {
    const comment = lineBreak === ' ' ? undefined : /^[ \t]*#[^\r\n]*/.exec(text.slice(part.end, limit))?.[0].length;
    return comment === undefined ? [insertAt(part.end, `,${lineBreak}${printed}`)]
      : [insertAt(part.end, ','), insertAt(part.end + comment, lineBreak + printed)];
  }
  const behind = part.end + comma;
  const isLast = /^[\s]*$/.test(text.slice(behind, limit).replace(/#[^\r\n]*/g, ''));
  const at = lineBreak === ' ' ? behind : Math.min(lineEnd(text, behind), limit);
  return [insertAt(at, `${lineBreak}${printed}${isLast ? '' : ','}`)];
}

function removalEdits(text: string, parts: readonly Span[], removed: ReadonlySet<Span>): TextEdit[] {
  return parts.flatMap((part, index): TextEdit[] => {
    if (!removed.has(part)) return [];
    const behind = /^[ \t]*(?:,[ \t]*)?(?:#[^\r\n]*)?(?=\r?\n)/.exec(text.slice(part.end))?.[0].length;
    if (behind !== undefined && isFirstInLine(text, part.start)) {
      const end = part.end + behind;
      return [removeSpan({ start: lineStart(text, part.start), end: text.startsWith('\r\n', end) ? end + 2 : end + 1 })];
    }
    const next = parts[index + 1];
    if (next && parts.slice(index + 1).some((other) => !removed.has(other))) return [removeSpan({ start: part.start, end: next.start })];
    const previous = parts.slice(0, index).filter((other) => !removed.has(other)).at(-1);
    return [removeSpan({ start: previous?.end ?? part.start, end: part.end })];
  });
}
