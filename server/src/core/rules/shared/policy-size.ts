import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { itemsOf, type Node } from '../../syntax/tree';

/** The size of a key policy as KMS counts it: bytes of UTF-8, white space included. What a template fills in does not count, as nobody knows it. */
export function sizeInBytes(located: DiscoveredPolicy): number {
  const { node } = located.policy;
  const text = located.layer.text.slice(node.span.start, node.span.end);
  // Inside of another document the indentation is the document's, and AWS is given the policy without it.
  const own = isWholeFile(located) ? text : text.replace(/\s+/g, '');
  return utf8Length(own) - placeholderLength(node, utf8Length);
}

/** The size of an identity policy as IAM counts it: characters, white space left out. */
export function sizeInCharacters(located: DiscoveredPolicy): number {
  const { node } = located.policy;
  return lengthWithoutWhitespace(located.layer.text.slice(node.span.start, node.span.end)) - placeholderLength(node, lengthWithoutWhitespace);
}

function isWholeFile({ layer: sourceLayer, policy: { node } }: DiscoveredPolicy): boolean {
  return sourceLayer.text.slice(0, node.span.start).trim() === '' && sourceLayer.text.slice(node.span.end).trim() === '';
}

function lengthWithoutWhitespace(text: string): number {
  return text.replace(/\s+/g, '').length;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function placeholderLength(node: Node, lengthOf: (text: string) => number): number {
  if (node.kind === 'scalar') return node.placeholders.reduce((sum, { start, end }) => sum + lengthOf(node.value.slice(start, end)), 0);
  const inner = node.kind === 'list' ? itemsOf(node) : node.members.flatMap(({ key, value }) => (value ? [key, value] : [key]));
  return inner.reduce((sum, one) => sum + placeholderLength(one, lengthOf), 0);
}
