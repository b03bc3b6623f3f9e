import type { JsonValue } from '../../syntax/tree-edit';
import type { Node, ObjectNode, ScalarNode } from '../../syntax/tree';
import type { Span } from '../../text/span';
import type { TemplateReferences } from './template-references';

/**
 * The policy that KMS gives to a key without one, as a tree without text: all of it stands at one place.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy({ partition, account }: TemplateReferences, span: Span): ObjectNode {
  return treeOf({
    Version: '2012-10-17', Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*', Resource: '*' }],
  }, span) as ObjectNode;
}

/** The tree of a value that is not written anywhere: all of its nodes have one span. */
export function treeOf(value: JsonValue, span: Span): Node {
  if (Array.isArray(value)) return { kind: 'list', span, items: value.map((item: JsonValue) => treeOf(item, span)), closed: true };
  if (typeof value !== 'object' || value === null) return scalarOf(String(value), span);
  const members = Object.entries(value as Readonly<Record<string, JsonValue>>)
    .map(([name, inner]) => ({ span, key: scalarOf(name, span), value: treeOf(inner, span) }));
  return { kind: 'object', span, members, closed: true };
}

function scalarOf(value: string, span: Span): ScalarNode {
  const offsets = [...new Array<number>(value.length).fill(span.start), span.end];
  return { kind: 'scalar', type: 'string', span, content: span, value, offsets, placeholders: [], closed: true };
}
