import { parseStrictJson } from './strict-parser';
import { tooDeepFault } from './nesting-limit';
import { parseTolerantJson } from './tolerant-parser';
import type { ParseResult } from '../parse-result';

export type { ParseResult } from '../parse-result';

export interface ParseOptions {
  /** Comments of `//` and `/* … *\/` are fine in `.jsonc` files. */
  readonly comments: 'allowed' | 'fault';
  /** Template expressions outside of quotes are fine in `.tpl` and `.tftpl` files. The default is `fault`. */
  readonly templates?: 'allowed' | 'fault' | undefined;
}

/**
 * Reads any text as JSON, as far as that goes. Never throws. Spans count in `text`, whatever had to be mended to read it.
 */
export function parseJson(text: string, options: ParseOptions): ParseResult {
  const clean = parseStrictJson(text, options.comments === 'allowed');
  if (clean) return { root: clean.root, roots: [clean.root], isBraceless: false, faults: clean.tooDeep ? [tooDeepFault(clean.tooDeep)] : [] };
  return parseTolerantJson(text, { comments: options.comments, templates: options.templates ?? 'fault' });
}
