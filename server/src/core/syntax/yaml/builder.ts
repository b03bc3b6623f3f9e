import type { CST } from 'yaml';
import type { Span } from '../../text/span';
import { NO_PLACEHOLDERS } from '../placeholders';
import type { Node, ScalarNode, ScalarStyle } from '../tree';
import { addFault, tabAsIndentation, type YamlFaultCollector } from './yaml-faults';

/**
 * So many levels of lists and objects are read. CloudFormation templates have at most about twenty, and with this bound every walk over a
 * tree may call itself.
 */
export const MAX_NESTING = 64;

/** The names of members by the tags that stand for an object with that one member: `!Sub x` is read as `{ "Fn::Sub": x }`. */
export type TagMembers = ReadonlyMap<string, string>;

/** A node that aliases can stand for. */
export interface AnchoredNode {
  /** Undefined while it is read. */
  readonly node: Node | undefined;
  /** How many nodes it is, and how many levels. */
  readonly size: number;
  readonly height: number;
}

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
  readonly readNode: ReadNode;
}

/** @see readNode */
export type ReadNode = (builder: TreeBuilder, token: CST.Token | null | undefined, properties: readonly CST.SourceToken[], depth: number,
  emptyAt?: number) => Node | undefined;

export function tokenOfType(tokens: readonly CST.SourceToken[] | undefined, type: CST.SourceToken['type']): CST.SourceToken | undefined {
  if (tokens) for (const token of tokens) if (token.type === type) return token;
  return undefined;
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
