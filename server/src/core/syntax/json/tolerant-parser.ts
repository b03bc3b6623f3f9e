import { MISSING_BRACES } from './fault-causes';
import { createSyntaxFaultCollector } from './fault-collector';
import { closingBracketEdits, closeInnermost, closeAllFrames, endOfLastToken, innermostFrame, type TokenOutcome,
  type TolerantParserState } from './tolerant-parser-state';
import { mayHavePlaceholders } from '../placeholders';
import { createTolerantLexer, type JsonToken } from './tolerant-lexer';
import { parseInList } from './tolerant-list';
import { parseInObject } from './tolerant-object';
import { parseAtRoot, reportRootFaults } from './tolerant-root';
import type { ParseOptions, ParseResult } from '../syntax';

/** Reads text that is not JSON all through: keeps every value that can be told, and says once what each trouble comes from. */
export function parseTolerantJson(text: string, options: ParseOptions): ParseResult {
  const faults = createSyntaxFaultCollector();
  const state: TolerantParserState = {
    text, options, faults, lexer: createTolerantLexer(text, options, faults), mayHavePlaceholders: mayHavePlaceholders(text),
    stack: [], roots: [], orphans: [], prose: [], rootCommas: [], lastToken: undefined, suppressCascadeOnLine: -1, tooDeep: false,
    braceless: false,
  };
  for (let jsonToken = state.lexer.nextToken(true); jsonToken.kind !== 'end'; jsonToken = state.lexer.nextToken(state.stack.length === 0)) {
    let tokenOutcome: TokenOutcome;
    do tokenOutcome = parseToken(state, jsonToken); while (tokenOutcome === 'again');
    if (tokenOutcome === 'dropped') continue;
    state.lastToken = jsonToken;
    if (jsonToken.string?.closed === false) state.suppressCascadeOnLine = jsonToken.lineStart;
  }
  closeAtEnd(state);
  reportRootFaults(state);
  // Text that is all prose has no faults of JSON.
  const roots = [...state.roots, ...state.orphans];
  return { root: roots[0], roots, isBraceless: state.braceless, faults: roots.length === 0 ? [] : faults.sortedFaults() };
}

function parseToken(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  const tolerantFrame = innermostFrame(state);
  if (!tolerantFrame) return parseAtRoot(state, jsonToken);
  return tolerantFrame.kind === 'object' ? parseInObject(state, tolerantFrame, jsonToken) : parseInList(state, tolerantFrame, jsonToken);
}

/** The text ends, maybe before its containers do. */
function closeAtEnd(state: TolerantParserState): void {
  if (state.stack.length === 0) return;
  // Where the text stops within a string, that is the one fault, and its fix closes all.
  if (state.lastToken?.string?.closed === false && !state.faults.hasOccurrence(MISSING_BRACES)) {
    state.faults.extendOpenString(closingBracketEdits(state, [...state.stack].reverse(), ''));
    while (state.stack.length > 0) closeInnermost(state, endOfLastToken(state), false);
  } else {
    closeAllFrames(state);
  }
}
