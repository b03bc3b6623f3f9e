import type { Span } from '../../text/span';
import { syntaxFault, type SyntaxFault } from '../syntax-fault';
import type { Node } from '../tree';

/**
 * So many levels of lists and objects are read. No policy and no output of a tool comes near, and with this bound every walk over a tree
 * may call itself.
 */
export const MAX_NESTING = 500;

/**
 * The container as it is kept at a depth: below the limit as an empty one.
 *
 * @param report is given the first container of which nothing is read
 */
export function withLimitedNesting(node: Node, depth: number, report: (span: Span) => void): Node {
  if (depth < MAX_NESTING || node.kind === 'scalar') return node;
  const parts = node.kind === 'list' ? node.items : node.members;
  if (depth === MAX_NESTING && parts.length > 0) report(node.span);
  return node.kind === 'list' ? { ...node, items: [] } : { ...node, members: [] };
}

/** @param span the first container of which nothing is read */
export function tooDeepFault({ start }: Span): SyntaxFault {
  return syntaxFault('too-deep', { start, end: start + 1 }, `What is nested more than ${MAX_NESTING} levels deep, as this is, is not read`);
}
