import type { CST } from 'yaml';
import type { Span } from '../../text/span';
import { NO_PLACEHOLDERS } from '../placeholders';
import type { Member, Node, ScalarNode, ScalarStyle } from '../tree';
import { readAlias, withAnchor, type AnchoredNode } from './anchors';
import { readMapping } from './mapping-builder';
import { readSequence } from './sequence-builder';
import { readBlockScalar, readFlowScalar, reportTrailingText } from './scalar-builder';
import { addFault, tabAsIndentation, tooDeep, unexpectedText, type YamlFaultCollector } from './yaml-faults';

/**
 * So many levels of lists and objects are read. CloudFormation templates have at most about twenty, and with this bound every walk over a
 * tree may call itself.
 */
export const MAX_NESTING = 64;

/** The names of members by the tags that stand for an object with that one member: `!Sub x` is read as `{ "Fn::Sub": x }`. */
export type TagMembers = ReadonlyMap<string, string>;

/** What is known while the tree of one document is made. */
export interface TreeBuilder extends YamlFaultCollector {
  /** As it is in the file: what was repaired in the text that the tokens come from has the same length. */
  readonly text: string;
  readonly tagMembers: TagMembers;
  readonly anchors: Map<string, AnchoredNode>;
  /** Nodes so far, with those that aliases stand for as often as they do. */
  nodeCount: number;
  /** Those of them that aliases stand for. */
  aliasedNodeCount: number;
  /** The deepest level so far. */
  deepest: number;
  /** Whether any is in the text. */
  readonly hasTabs: boolean;
  readonly mayHaveSpecialBlanks: boolean;
  /** A plain scalar begins or ends with a no-break space or the like. */
  hasSpecialBlanks: boolean;
}

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
  used: readonly (CST.SourceToken | undefined)[]): void {
  for (const token of tokens)
    if ((token.type === 'tag' || token.type === 'anchor') && !used.includes(token)) addFault(builder, unexpectedText(spanOfToken(token)));
}

export function tokenOfType(tokens: readonly CST.SourceToken[] | undefined, type: CST.SourceToken['type']): CST.SourceToken | undefined {
  if (tokens) for (const token of tokens) if (token.type === type) return token;
  return undefined;
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
    offsets: new Array<number>(memberName.length).fill(tagSpan.start).concat(tagSpan.end), placeholders: NO_PLACEHOLDERS, closed: true, style: 'tag',
    lineBreak: undefined };
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

export function emptyScalar(builder: TreeBuilder, at: number): ScalarNode {
  builder.nodeCount++;
  const span = { start: at, end: at };
  return scalarNode('null', span, span, '', undefined, 'empty');
}

export function scalarNode(type: ScalarNode['type'], span: Span, content: Span, value: string, offsets: readonly number[] | undefined,
  style: ScalarStyle, closed = true, lineBreak?: string): ScalarNode {
  return { kind: 'scalar', type, span, content, value, offsets, placeholders: NO_PLACEHOLDERS, closed, style, lineBreak };
}

export function spanOfToken(token: CST.Token): Span {
  const length = 'source' in token ? token.source.length : 1;
  return { start: token.offset, end: token.offset + length };
}

/** What is around tokens in front of a name, a value or an item of a block. */
interface TabContext {
  readonly startsLine: boolean;
  readonly next: CST.Token | null | undefined;
  readonly parentIndentation: number;
}

/** Reports tabs in front of what stands in a block. */
export function reportTabs(builder: TreeBuilder, tokens: readonly CST.SourceToken[],
  { startsLine, next, parentIndentation }: TabContext): void {
  let isAtLineStart = startsLine;
  let tab: CST.SourceToken | undefined;
  for (const token of tokens) {
    if (tab && isAtLineStart && token.type !== 'newline' && token.type !== 'comment')
      addFault(builder, tabAsIndentation(spanOfToken(tab)));
    tab = token.type === 'space' && token.source.includes('\t') ? token : undefined;
    if (token.type === 'newline' || token.type === 'seq-item-ind' || token.type === 'explicit-key-ind') isAtLineStart = true;
    else if (token.type !== 'space') isAtLineStart = false;
  }
  if (tab && (isAtLineStart && tab.indent <= parentIndentation || next?.type === 'block-map' || next?.type === 'block-seq'))
    addFault(builder, tabAsIndentation(spanOfToken(tab)));
}
