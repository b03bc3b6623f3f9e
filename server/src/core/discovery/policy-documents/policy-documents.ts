import type { Node, ObjectNode } from '../../syntax/tree';
import type { SourceLayer, Syntax } from '../../syntax/syntax';
import type { Discoverer, DiscoverySink, DiscoveryValue } from '../discoverer';
import { NO_CONTAINER } from '../discovery-result';
import { mayHoldPolicy } from '../may-hold-policy';
import { addressOfPointer } from '../policy-address';
import { hasPrincipalMember, isPolicyDocument, isStatementNode, isStatementPart } from './document-shapes';

/** Policy documents that stand alone or in a list, and statements without a document around them. */
export const POLICY_DOCUMENTS: Discoverer = {
  id: 'policy-documents',
  mayContain: ({ text }) => mayHoldPolicy(text),
  discover(values, sink) {
    const groups = fragmentGroups(values);
    return values.flatMap((value) => {
      const statements = groups.get(value);
      if (statements) addFragment(value, statements, sink);
      return statements || isBareStatement(value.node) ? [] : discoverInValue(value, sink);
    });
  },
};

/** Gives back what is not a policy. */
function discoverInValue(value: DiscoveryValue, sink: DiscoverySink): readonly DiscoveryValue[] {
  const { node, pointer, layer } = value;
  if (isPolicyDocument(node)) {
    addDocument(value, node, sink);
    return [];
  }
  if (node.kind !== 'list') return [value];
  const statements = node.items.filter(isStatementNode);
  if (statements.length > 0) addFragment(value, statements, sink);
  return node.items.flatMap((item, index) => {
    const inner = { node: item, pointer: `${pointer}/${index}`, layer };
    if (isPolicyDocument(item)) addDocument(inner, item, sink);
    return isPolicyDocument(item) || isStatementNode(item) ? [] : inner;
  });
}

function addDocument({ pointer, layer }: DiscoveryValue, node: ObjectNode, sink: DiscoverySink): void {
  sink.addDocument({ node, address: addressOfPointer(pointer), layer, container: NO_CONTAINER, kind: undefined });
}

function addFragment({ pointer, layer }: DiscoveryValue, statements: readonly ObjectNode[], sink: DiscoverySink): void {
  sink.addFragment({ statements, address: addressOfPointer(pointer), layer });
}

function isBareStatement(node: Node): node is ObjectNode {
  return !isPolicyDocument(node) && (isStatementNode(node) || isStatementPart(node));
}

/**
 * Statements that stand one behind another without a list around them, by the first of them: those with only blanks, commas and comments
 * between are one policy, unless one has a principal and the next has none, since these belong to two policies.
 */
function fragmentGroups(values: readonly DiscoveryValue[]): ReadonlyMap<DiscoveryValue, readonly ObjectNode[]> {
  const groups = new Map<DiscoveryValue, ObjectNode[]>();
  let group: ObjectNode[] | undefined;
  let previous: ObjectNode | undefined;
  for (const value of values) {
    const { node, layer } = value;
    if (!isBareStatement(node)) {
      previous = undefined;
      continue;
    }
    if (group && previous && hasPrincipalMember(previous) === hasPrincipalMember(node) && isSeparated(layer, previous, node))
      group.push(node);
    else groups.set(value, group = [node]);
    previous = node;
  }
  return groups;
}

function isSeparated({ syntax, text }: SourceLayer, previous: ObjectNode, next: ObjectNode): boolean {
  return isSeparator(syntax, text.slice(previous.span.end, next.span.start));
}

function isSeparator(syntax: Syntax, text: string): boolean {
  let at = syntax.skipBlanks(text, 0);
  while (/[,\u200b]/.test(text.charAt(at))) at = syntax.skipBlanks(text, at + 1);
  return at === text.length;
}
