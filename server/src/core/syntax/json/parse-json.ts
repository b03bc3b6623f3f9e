import { parseStrictJson } from './strict-parser';
import { tooDeepFault } from './nesting-limit';
import { parseTolerantJson } from './tolerant-parser';
import type { ParseOptions, ParseResult } from '../syntax';

/** Reads any text as JSON, as far as that goes. Never throws. Spans count in `text`, whatever had to be mended to read it. */
export function parseJson(text: string, options: ParseOptions): ParseResult {
  const strict = parseStrictJson(text, options);
  if (!strict) return parseTolerantJson(text, options);
  return { root: strict.root, roots: [strict.root], isBraceless: false, faults: strict.tooDeep ? [tooDeepFault(strict.tooDeep)] : [] };
}
