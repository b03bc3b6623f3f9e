import { parseClean } from './clean';
import type { SyntaxFault } from './fault';
import { recover } from './recover';
import type { Node } from './tree';

export interface ParseOptions {
  /** Comments of `//` and `/* … *\/` are fine in `.jsonc` files. */
  readonly comments: 'allowed' | 'fault';
  /** Template expressions outside of quotes are fine in `.tpl` and `.tftpl` files. The default is `fault`. */
  readonly templates?: 'allowed' | 'fault' | undefined;
}

export interface ParseResult {
  /** The document, or the first when the text holds several; undefined when it holds none. */
  readonly root: Node | undefined;
  /** All values of the text, in order: more than one when statements or policies stand one behind another. */
  readonly roots: readonly Node[];
  /** The first document has no braces of its own: a row of members, as cut out of a policy. Its span starts at the first key. */
  readonly braceless: boolean;
  /** In the order of the text, one for each cause. Empty for text that is JSON. */
  readonly faults: readonly SyntaxFault[];
}

/**
 * Reads any text as JSON, as far as that goes. Never throws. Spans count in `text`, whatever had to be mended to read it.
 */
export function parseJson(text: string, options: ParseOptions): ParseResult {
  const root = parseClean(text, options.comments === 'allowed');
  if (root) return { root, roots: [root], braceless: false, faults: [] };
  return recover(text, { comments: options.comments, templates: options.templates ?? 'fault' });
}
