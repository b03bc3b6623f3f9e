import assert from 'node:assert/strict';
import { canonicalNode } from '../../../../server/src/core/syntax/hcl/canonical-tree';
import type { HclBlock } from '../../../../server/src/core/syntax/hcl/hcl-tree';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import { itemsOf, type ListNode, type Member, type Node, type ObjectNode, type ScalarNode } from '../../../../server/src/core/syntax/tree';
import { scalarWithoutText } from '../../../../server/src/core/syntax/tree-without-text';
import type { Span } from '../../../../server/src/core/text/span';

const ELEMENTS: Readonly<Record<string, string>> = { sid: 'Sid', effect: 'Effect', actions: 'Action', not_actions: 'NotAction',
  resources: 'Resource', not_resources: 'NotResource' };

/** The policy of the first document of a text, as discovery makes it, for documents whose types and tests are texts. */
export function documentTree(text: string): ObjectNode {
  const document = parseHcl(text).body.items.find((item) => item.kind === 'block' && item.labels[0]?.value === 'aws_iam_policy_document');
  assert.ok(document?.kind === 'block');
  const list: ListNode = { kind: 'list', span: document.body.span, items: blocksOf(document, 'statement').map((block) =>
    statementNode(block, text)), closed: true, style: 'block' };
  return objectNode(document.span, [
    { span: document.typeSpan, key: scalarWithoutText('Version', document.typeSpan), value: valueOf(document, 'version', text)
      ?? scalarWithoutText('2012-10-17', document.typeSpan) },
    { span: document.body.span, key: scalarWithoutText('Statement', document.typeSpan), value: list },
  ]);
}

function objectNode(span: Span, members: readonly Member[]): ObjectNode {
  return { kind: 'object', span, members, closed: true, style: 'block' };
}

function blocksOf({ body }: HclBlock, type: string): readonly HclBlock[] {
  return body.items.filter((item): item is HclBlock => item.kind === 'block' && item.type === type);
}

function valueOf({ body }: HclBlock, name: string, text: string): Node | undefined {
  const attribute = body.items.find((item) => item.kind === 'attribute' && item.name === name);
  return attribute?.kind === 'attribute' ? canonicalNode(attribute.value, text) : undefined;
}

function keyOf(block: HclBlock, name: string, text: string): ScalarNode {
  const node = valueOf(block, name, text);
  assert.ok(node?.kind === 'scalar');
  return node;
}

function statementNode(block: HclBlock, text: string): ObjectNode {
  const members = block.body.items.flatMap((item): Member[] => {
    const element = item.kind === 'attribute' ? ELEMENTS[item.name] : undefined;
    return item.kind === 'attribute' && element !== undefined
      ? [{ span: item.span, key: scalarWithoutText(element, item.nameSpan), value: canonicalNode(item.value, text) }] : [];
  });
  const { typeSpan } = block;
  if (!members.some(({ key }) => key.value === 'Effect'))
    members.push({ span: typeSpan, key: scalarWithoutText('Effect', typeSpan), value: scalarWithoutText('Allow', typeSpan) });
  for (const [type, element] of [['principals', 'Principal'], ['not_principals', 'NotPrincipal']] as const) {
    const [first, ...others] = blocksOf(block, type);
    if (!first) continue;
    const types = joinedMembers([first, ...others], 'type', 'identifiers', text);
    const everybody = types.length === 1 && types[0]?.key.value === '*' ? itemsOf(types[0].value)[0] : undefined;
    members.push({ span: first.span, key: scalarWithoutText(element, first.typeSpan), value: everybody ?? objectNode(first.span, types) });
  }
  const [first, ...others] = blocksOf(block, 'condition');
  if (first) {
    const tests = new Map<string, HclBlock[]>();
    for (const condition of [first, ...others]) {
      const { value } = keyOf(condition, 'test', text);
      tests.set(value, [...tests.get(value) ?? [], condition]);
    }
    const operators = [...tests.values()].flatMap((conditions): Member[] => (conditions[0] ? [{ span: conditions[0].span,
      key: keyOf(conditions[0], 'test', text),
      value: objectNode(conditions[0].span, joinedMembers(conditions, 'variable', 'values', text)) }] : []));
    members.push({ span: first.span, key: scalarWithoutText('Condition', first.typeSpan), value: objectNode(first.span, operators) });
  }
  return objectNode(block.span, members);
}

/** Blocks with the same key are one member with the values of all. */
function joinedMembers(blocks: readonly HclBlock[], key: string, values: string, text: string): readonly Member[] {
  const members = new Map<string, Member>();
  for (const block of blocks) {
    const keyNode = keyOf(block, key, text);
    const value = valueOf(block, values, text);
    const before = members.get(keyNode.value);
    const joined: Node | undefined = !before?.value ? value
      : { kind: 'list', span: before.value.span, items: [...itemsOf(before.value), ...itemsOf(value)], closed: true };
    members.set(keyNode.value, { span: keyNode.span, key: before?.key ?? keyNode, value: joined });
  }
  return [...members.values()];
}
