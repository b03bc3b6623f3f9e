import type { CST } from 'yaml';
import type { Node } from '../tree';
import { MAX_NESTING, scalarNode, spanOfToken, type TreeBuilder } from './builder';
import { addFault, aliasInItself, aliasTooLarge, unknownAlias } from './yaml-faults';

/**
 * So many nodes may aliases stand for in one text: since an alias is the anchored node itself it costs nothing to read, but whoever walks
 * the tree comes by as often as it is in it.
 */
const MAX_ALIASED_NODES = 100_000;

/** Reads a node, and keeps it by the name of its anchor. */
export function withAnchor(builder: TreeBuilder, name: string, depth: number, read: () => Node | undefined): Node | undefined {
  const { anchors, nodeCount, deepest } = builder;
  anchors.set(name, { node: undefined, size: 0, height: 0 });
  builder.deepest = depth;
  const node = read();
  anchors.set(name, { node, size: builder.nodeCount - nodeCount, height: builder.deepest - depth + 1 });
  builder.deepest = Math.max(builder.deepest, deepest);
  return node;
}

export function readAlias(builder: TreeBuilder, token: CST.FlowScalar, depth: number): Node {
  const span = spanOfToken(token);
  const anchored = builder.anchors.get(token.source.slice(1));
  if (!anchored) {
    addFault(builder, unknownAlias(span, token.source));
  } else if (!anchored.node) {
    addFault(builder, aliasInItself(span));
  } else if (builder.aliasedNodeCount + anchored.size > MAX_ALIASED_NODES || depth + anchored.height > MAX_NESTING) {
    addFault(builder, aliasTooLarge(span));
  } else {
    builder.aliasedNodeCount += anchored.size;
    builder.nodeCount += anchored.size;
    builder.deepest = Math.max(builder.deepest, depth + anchored.height - 1);
    return anchored.node;
  }
  // As it is written: a star without quotes is read as the star that is meant.
  builder.nodeCount++;
  return scalarNode('string', span, span, token.source, undefined, 'plain');
}
