import type { Span } from '../text/span';
import { NO_PLACEHOLDERS } from './placeholders';
import type { Node, ScalarNode } from './tree';
import type { JsonValue } from './tree-edit';

/** The tree of a value that is not written anywhere: all of its characters stand for one place. */
export function treeWithoutText(value: JsonValue, span: Span): Node {
  if (Array.isArray(value)) return { kind: 'list', span, items: value.map((item: JsonValue) => treeWithoutText(item, span)), closed: true };
  if (typeof value !== 'object' || value === null) return scalarWithoutText(String(value), span);
  const members = Object.entries(value as Readonly<Record<string, JsonValue>>)
    .map(([name, inner]) => ({ span, key: scalarWithoutText(name, span), value: treeWithoutText(inner, span) }));
  return { kind: 'object', span, members, closed: true };
}

/** A string, each of whose characters begins where the place begins. */
export function scalarWithoutText(value: string, span: Span): ScalarNode {
  const offsets = [...new Array<number>(value.length).fill(span.start), span.end];
  return { kind: 'scalar', type: 'string', span, content: span, value, offsets, placeholders: NO_PLACEHOLDERS, closed: true };
}
