import type { ParseOptions, ParseResult, Syntax } from '../syntax';
import { jsonTokenAt } from './cursor-token';
import { tooDeepFault } from './nesting-limit';
import { printJson } from './print-json';
import { renderJsonEdits } from './render-edits';
import { parseStrictJson } from './strict-parser';
import { parseTolerantJson } from './tolerant-parser';
import { skipBlanksAndComments } from './trivia';

/** JSON, and what people write in its place (comments, half-typed text, pasted pieces). */
export const JSON_SYNTAX: Syntax = {
  id: 'json',
  parse: parseJson,
  renderEdits: renderJsonEdits,
  print: (value) => `${printJson(value, { indent: '  ', eol: '\n' })}\n`,
  tokenAt: jsonTokenAt,
  escape: (text) => JSON.stringify(text).slice(1, -1),
  refusalOf: () => undefined,
  skipBlanks: skipBlanksAndComments,
  lineCommentStart: ({ comments }) => (comments === 'allowed' ? '//' : undefined),
};

/** Reads any text as JSON, as far as that goes. Never throws. Spans count in `text`, whatever had to be mended to read it. */
export function parseJson(text: string, options: ParseOptions): ParseResult {
  const strict = parseStrictJson(text, options);
  if (!strict) return parseTolerantJson(text, options);
  const { root, comments, tooDeep } = strict;
  return { root, roots: [root], isBraceless: false, faults: tooDeep ? [tooDeepFault(tooDeep)] : [], comments };
}
