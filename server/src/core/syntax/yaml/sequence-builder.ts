import type { CST } from 'yaml';
import type { Node } from '../tree';
import { isFlowItemEmpty, readFlowEnd, reportCommas } from './flow-items';
import { readPair } from './mapping-builder';
import { reportTabs, tokenOfType, type TreeBuilder } from './builder';
import { addFault, missingDash, unexpectedText, wrongColumn } from './yaml-faults';

export function readSequence(builder: TreeBuilder, token: CST.BlockSequence | CST.FlowCollection, depth: number): Node {
  return token.type === 'block-seq' ? readBlockSequence(builder, token, depth) : readFlowSequence(builder, token, depth);
}

function readBlockSequence(builder: TreeBuilder, token: CST.BlockSequence, depth: number): Node {
  const items: Node[] = [];
  let end = token.offset + 1;
  for (const { start, value } of token.items) {
    const dash = tokenOfType(start, 'seq-item-ind');
    // Comments below the last item are an item of their own for the parser.
    if (!dash && !value) continue;
    if (builder.hasTabs) reportTabs(builder, start, { startsLine: true, next: value, parentIndentation: token.indent });
    if (!dash && value) {
      const span = { start: value.offset, end: value.offset + 1 };
      addFault(builder, value.type === 'block-seq' ? wrongColumn(span, 'item') : missingDash(span));
    }
    const node = builder.readNode(builder, value, start, depth + 1, dash && dash.offset + 1);
    if (!node) continue;
    items.push(node);
    end = Math.max(end, dash ? dash.offset + 1 : 0, value?.type === 'alias' ? value.offset + value.source.length : node.span.end);
  }
  return { kind: 'list', span: { start: token.offset, end }, items: items.slice(), closed: true, style: 'block' };
}

function readFlowSequence(builder: TreeBuilder, token: CST.FlowCollection, depth: number): Node {
  const items: Node[] = [];
  let contentEnd = token.start.offset + 1;
  for (const [index, item] of token.items.entries()) {
    reportCommas(builder, token, index);
    if (isFlowItemEmpty(item)) continue;
    const { start, key, sep, value } = item;
    const node = key || sep ? readPair(builder, token, item, depth + 1) : builder.readNode(builder, value, start, depth + 1);
    if (!node) continue;
    if (tokenOfType(start, 'explicit-key-ind') && !key && !sep)
      addFault(builder, unexpectedText({ start: node.span.start, end: node.span.start + 1 }));
    items.push(node);
    contentEnd = Math.max(contentEnd, value?.type === 'alias' ? value.offset + value.source.length : node.span.end);
  }
  const { end, closed } = readFlowEnd(builder, token, contentEnd);
  return { kind: 'list', span: { start: token.start.offset, end }, items: items.slice(), closed, style: 'flow' };
}
