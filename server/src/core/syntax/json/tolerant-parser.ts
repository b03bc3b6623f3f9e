import { mayHavePlaceholders } from '../placeholders';
import type { ParseOptions, ParseResult } from '../syntax';
import { createSyntaxFaultCollector, MISSING_BRACES } from './syntax-faults';
import { createTolerantLexer, type JsonToken } from './tolerant-lexer';
import { parseInList } from './tolerant-list';
import { parseInObject } from './tolerant-object';
import {
  closeAllFrames, closeFrames, closingBracketEdits, innermostFrame, type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';
import { parseAtRoot, reportRootFaults } from './tolerant-root';

/** Reads text that is not JSON all through: keeps every value that can be told, and reports once what each trouble comes from. */
export function parseTolerantJson(text: string, options: ParseOptions): ParseResult {
  const faults = createSyntaxFaultCollector();
  const lexer = createTolerantLexer(text, options, faults);
  const state: TolerantParserState = {
    text, options, faults, lexer, mayHavePlaceholders: mayHavePlaceholders(text), stack: [], roots: [], orphans: [], prose: [],
    rootCommas: [], lastToken: undefined, suppressCascadeOnLine: -1, tooDeep: false, braceless: false,
  };
  for (let token = lexer.nextToken(true); token.kind !== 'end'; token = lexer.nextToken(state.stack.length === 0)) {
    let outcome: TokenOutcome;
    do outcome = parseToken(state, token); while (outcome === 'again');
    if (outcome === 'dropped') continue;
    state.lastToken = token;
    if (token.string?.closed === false) state.suppressCascadeOnLine = token.lineStart;
  }
  if (state.stack.length > 0) closeAtEnd(state);
  reportRootFaults(state);
  // Text that is all prose has no faults of JSON.
  const roots = [...state.roots, ...state.orphans];
  return { root: roots[0], roots, isBraceless: state.braceless, faults: roots.length === 0 ? [] : faults.sortedFaults(),
    comments: lexer.comments };
}

function parseToken(state: TolerantParserState, token: JsonToken): TokenOutcome {
  const frame = innermostFrame(state);
  if (!frame) return parseAtRoot(state, token);
  return frame.kind === 'object' ? parseInObject(state, frame, token) : parseInList(state, frame, token);
}

/** The text ends before its containers do. Where it stops within a string, that is the one fault, and its fix closes all. */
function closeAtEnd(state: TolerantParserState): void {
  if (state.lastToken?.string?.closed !== false || state.faults.hasOccurrence(MISSING_BRACES)) {
    closeAllFrames(state);
  } else {
    state.faults.extendOpenString(closingBracketEdits(state, 0, ''));
    closeFrames(state, 0);
  }
}
