import type { CST } from 'yaml';
import { NO_PLACEHOLDERS } from '../placeholders';
import type { Member, Node, ScalarNode } from '../tree';
import { readAlias, withAnchor } from './anchors';
import { emptyScalar, MAX_NESTING, spanOfToken, tokenOfType, type TreeBuilder } from './builder';
import { readMapping } from './mapping-builder';
import { readSequence } from './sequence-builder';
import { readBlockScalar, readFlowScalar, reportTrailingText } from './scalar-builder';
import { addFault, tooDeep, unexpectedText } from './yaml-faults';

/**
 * The node of a token, with its tag and anchor; undefined where nothing is written.
 *
 * @param properties the tokens in front of it: blanks, comments, anchor, tag, and the sign of the collection that it is in
 * @param emptyAt where nothing is, in places where that is a value
 */
export function readNode(builder: TreeBuilder, token: CST.Token | null | undefined, properties: readonly CST.SourceToken[], depth: number,
  emptyAt?: number): Node | undefined {
  const tag = tokenOfType(properties, 'tag');
  const anchor = tokenOfType(properties, 'anchor');
  if (!tag && !anchor)
    return token ? readToken(builder, token, depth, undefined) : emptyAt === undefined ? undefined : emptyScalar(builder, emptyAt);
  reportSurplusProperties(builder, properties, [tag, anchor]);
  return anchor ? withAnchor(builder, anchor.source.slice(1), depth, () => readTagged(builder, token, tag, tag ?? anchor, depth))
    : readTagged(builder, token, tag, tag, depth);
}

/** @param last what is in front of the value */
function readTagged(builder: TreeBuilder, token: CST.Token | null | undefined, tag: CST.SourceToken | undefined,
  last: CST.SourceToken | undefined, depth: number): Node | undefined {
  const memberName = tag && memberNameOfTag(builder, tag.source);
  const node = token ? readToken(builder, token, memberName === undefined ? depth : depth + 1, tag?.source) : undefined;
  const value = node ?? (last && emptyScalar(builder, last.offset + last.source.length));
  return value && memberName !== undefined && tag ? taggedObject(tag, memberName, value) : value;
}

function reportSurplusProperties(builder: TreeBuilder, tokens: readonly CST.SourceToken[],
  consumedTokens: readonly (CST.SourceToken | undefined)[]): void {
  for (const token of tokens)
    if ((token.type === 'tag' || token.type === 'anchor') && !consumedTokens.includes(token))
      addFault(builder, unexpectedText(spanOfToken(token)));
}

/** Tags of YAML itself (`!!str`) change the type at most. One that is not known keeps its name: what is behind it is not the value. */
function memberNameOfTag({ tagMembers }: TreeBuilder, tag: string): string | undefined {
  const name = tagMembers.get(tag);
  return name ?? (/^!\w/.test(tag) ? tag : undefined);
}

function taggedObject(tag: CST.SourceToken, memberName: string, value: Node): Node {
  const tagSpan = spanOfToken(tag);
  const span = { start: tagSpan.start, end: Math.max(tagSpan.end, value.span.end) };
  const key: ScalarNode = { kind: 'scalar', type: 'string', span: tagSpan, content: tagSpan, value: memberName,
    offsets: new Array<number>(memberName.length).fill(tagSpan.start).concat(tagSpan.end), placeholders: NO_PLACEHOLDERS, closed: true,
    style: 'tag', lineBreak: undefined };
  const member: Member = { span, key, value };
  return { kind: 'object', span, members: [member], closed: true, style: 'tag' };
}

function readToken(builder: TreeBuilder, token: CST.Token, depth: number, tag: string | undefined): Node | undefined {
  switch (token.type) {
    case 'block-map': case 'block-seq': case 'flow-collection': return readCollection(builder, token, depth);
    case 'alias':
      reportTrailingText(builder, token.end);
      return readAlias(builder, token, depth);
    case 'scalar': case 'single-quoted-scalar': case 'double-quoted-scalar':
      builder.nodeCount++;
      return readFlowScalar(builder, token, tag);
    case 'block-scalar':
      builder.nodeCount++;
      return readBlockScalar(builder, token);
    default:
      addFault(builder, unexpectedText(spanOfToken(token)));
      return undefined;
  }
}

function readCollection(builder: TreeBuilder, token: CST.BlockMap | CST.BlockSequence | CST.FlowCollection, depth: number): Node {
  builder.nodeCount++;
  if (depth > builder.deepest) builder.deepest = depth;
  const isMapping = token.type === 'block-map' || token.type === 'flow-collection' && token.start.source === '{';
  if (depth < MAX_NESTING) return isMapping ? readMapping(builder, token, depth) : readSequence(builder, token, depth);
  const span = { start: token.offset, end: token.offset + 1 };
  addFault(builder, tooDeep(span, MAX_NESTING));
  const style = token.type === 'flow-collection' ? 'flow' : 'block';
  return isMapping ? { kind: 'object', span, members: [], closed: true, style } : { kind: 'list', span, items: [], closed: true, style };
}
