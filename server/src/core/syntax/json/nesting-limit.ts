import type { SyntaxFault } from '../syntax-fault';
import { syntaxFault } from './fault-collector';
import type { Span } from '../../text/span';
import type { Node } from '../tree';

/**
 * So many levels of lists and objects are read. No policy and no output of a tool comes near, and with this bound every walk over a tree
 * may call itself.
 */
export const MAX_NESTING = 500;

export function hasContent(node: Node): boolean {
  return node.kind === 'list' ? node.items.length > 0 : node.kind === 'object' && node.members.length > 0;
}

/** The container as an empty one. */
export function withoutContent(node: Node): Node {
  switch (node.kind) {
    case 'object': return { ...node, members: [] };
    case 'list': return { ...node, items: [] };
    case 'scalar': return node;
  }
}

/** @param span the first container of which nothing is read */
export function tooDeepFault({ start }: Span): SyntaxFault {
  return syntaxFault('too-deep', { start, end: start + 1 }, `What is nested more than ${MAX_NESTING} levels deep, as this is, is not read`);
}
