import type { SyntaxFault } from './syntax-fault';
import type { Node } from './tree';

export interface ParseResult {
  /** The document, or the first when the text holds several; undefined when it holds none. */
  readonly root: Node | undefined;
  /** All values of the text, in order: more than one when statements or policies stand one behind another. */
  readonly roots: readonly Node[];
  /** The first document has no braces of its own: a row of members, as cut out of a policy. Its span starts at the first key. */
  readonly isBraceless: boolean;
  /** In the order of the text, one for each cause. Empty for text that is JSON. */
  readonly faults: readonly SyntaxFault[];
}

/** What a text may hold beside JSON. */
export interface TolerantParseOptions {
  readonly comments: 'allowed' | 'fault';
  readonly templates: 'allowed' | 'fault';
}
