import type { Node, ObjectNode } from '../../syntax/tree';
import type { SourceLayer } from '../../syntax/syntax';
import type { DiscoveredDocument, Discoverer, DiscoverySink, DiscoveryValue } from '../discoverer';
import { NO_CONTAINER } from '../discovery-result';
import { mayHoldPolicy } from '../may-hold-policy';
import { addressOfPointer } from '../policy-address';
import { hasPrincipalMember, isPolicyDocument, isStatementNode, isStatementPart } from './document-shapes';

/** Policy documents that stand alone or in a list, and statements without a document around them. */
export const POLICY_DOCUMENTS: Discoverer = {
  id: 'policy-documents',
  syntaxes: ['json'],
  mayContain: ({ text }) => mayHoldPolicy(text),
  discover(values, sink) {
    const groups = fragmentGroups(values);
    return values.flatMap((value) => {
      const statements = groups.get(value);
      if (statements) sink.documents.push(documentAt(value, statements));
      return statements || isBareStatement(value.node) ? [] : discoverInValue(value, sink);
    });
  },
};

/** Gives back what is not a policy. */
function discoverInValue(value: DiscoveryValue, sink: DiscoverySink): readonly DiscoveryValue[] {
  const { node, pointer, layer } = value;
  if (isPolicyDocument(node)) {
    sink.documents.push(documentAt(value, node));
    return [];
  }
  if (node.kind !== 'list') return [value];
  const statements = node.items.filter(isStatementNode);
  if (statements.length > 0) sink.documents.push(documentAt(value, statements));
  return node.items.flatMap((item, index) => {
    const inner = { node: item, pointer: `${pointer}/${index}`, layer };
    if (isPolicyDocument(item)) sink.documents.push(documentAt(inner, item));
    return isPolicyDocument(item) || isStatementNode(item) ? [] : inner;
  });
}

function documentAt({ pointer, layer }: DiscoveryValue, content: DiscoveredDocument['content']): DiscoveredDocument {
  return { content, address: addressOfPointer(pointer), layer, container: NO_CONTAINER, kind: undefined };
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
  let group: ObjectNode[] = [];
  for (const value of values) {
    const { node, layer } = value;
    const previous = group.at(-1);
    if (!isBareStatement(node)) group = [];
    else if (previous && hasPrincipalMember(previous) === hasPrincipalMember(node) && isSeparated(layer, previous, node)) group.push(node);
    else groups.set(value, group = [node]);
  }
  return groups;
}

function isSeparated({ syntax, text }: SourceLayer, previous: ObjectNode, next: ObjectNode): boolean {
  const between = text.slice(previous.span.end, next.span.start);
  let at = syntax.skipBlanks(between, 0);
  while (/[,\u200b]/.test(between.charAt(at))) at = syntax.skipBlanks(between, at + 1);
  return at === between.length;
}
