import { syntaxFault, type SyntaxFaultKind } from '../syntax-fault';
import { removeSpan } from '../text-edits';
import { quoteEdits } from './syntax-faults';
import type { JsonToken } from './tolerant-lexer';
import {
  closeAllFrames, closeDownTo, closeInnermost, innermostFrame, openList, openObject, placeValue, reportUnlessCascading, scalarNodeOf,
  type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';

/** Reads a value from its first token on. */
export function startTolerantValue(state: TolerantParserState, token: JsonToken, name: string): void {
  if (token.kind === '{') openObject(state, token, name);
  else if (token.kind === '[') openList(state, token, name);
  else {
    const node = scalarNodeOf(state, token, name);
    if (token.kind === 'word') reportWordWithoutQuotes(state, token, node.value, node.type);
    placeValue(state, node);
  }
}

const PYTHON_WORDS: ReadonlyMap<string, string> = new Map([['True', 'true'], ['False', 'false'], ['None', 'null']]);

function reportWordWithoutQuotes(state: TolerantParserState, token: JsonToken, word: string, type: string): void {
  const { span } = token;
  const keyword = PYTHON_WORDS.get(word);
  if (type !== 'string' && !/^-?0\d/.test(word)) return;
  const message = type === 'string'
    ? 'A string in JSON must be in double quotes'
    : 'A number in JSON does not start with 0; an account id must be in quotes';
  reportUnlessCascading(state, token, keyword === undefined
    ? syntaxFault('unexpected', span, message, 'Put it in quotes', quoteEdits(span))
    : syntaxFault('unexpected', span, message, `Write ${keyword}`, [{ span, newText: keyword }]));
}

/** A container where none can stand: it is read, and kept apart. */
export function startOrphan(state: TolerantParserState, token: JsonToken): TokenOutcome {
  const isObject = token.kind === '{';
  reportUnlessCascading(state, token,
    syntaxFault('unexpected', token.span, `${isObject ? 'An object' : 'A list'} cannot be here: a name is expected`));
  if (isObject) openObject(state, token, '', 'no', true);
  else openList(state, token, '', true);
  return 'taken';
}

export function reportStrayToken(state: TolerantParserState, token: JsonToken): TokenOutcome {
  if (token.kind !== 'template') reportStrayText(state, token, token.span.end);
  return 'dropped';
}

function reportStrayText(state: TolerantParserState, token: JsonToken, end: number): void {
  const span = { start: token.span.start, end };
  reportUnlessCascading(state, token, syntaxFault('unexpected', span, 'This does not belong here', 'Delete it', [removeSpan(span)]));
}

/**
 * Whether a word in a container is the beginning of prose behind a document that was cut off: a whole line of words, or any
 * word behind the last value of a fragment without braces. The document then ends here.
 */
export function isProseAfterDocument(state: TolerantParserState, token: JsonToken): boolean {
  const isFragment = state.stack.length === 1 && state.stack[0]?.implied === 'root';
  const minWords = token.startsLine ? (isFragment ? 1 : 5) : isFragment ? 0 : Infinity;
  const prose = /^(?:[ \t\u00a0]+[^\s"{}[\]:]+)*/.exec(state.lexer.lookahead(300))?.[0] ?? '';
  if ((prose.match(/[^ \t\u00a0]+/g)?.length ?? 0) < minWords) return false;
  closeAllFrames(state);
  return true;
}

/** Words within a container: one fault for all that stand in a row. */
export function skipWords(state: TolerantParserState, token: JsonToken): TokenOutcome {
  // The comma before is not one too many: something is to come behind it.
  const frame = innermostFrame(state);
  if (frame) frame.pendingComma = undefined;
  const isProse = /^(?:[ \t]+[^\s"{}[\],:]+){3}/.test(state.lexer.lookahead(200));
  reportStrayText(state, token, isProse ? state.lexer.skipProse(token.span.end) : token.span.end);
  return 'dropped';
}

export function removeComma(state: TolerantParserState, comma: JsonToken, kind: SyntaxFaultKind, message: string): void {
  reportUnlessCascading(state, comma, syntaxFault(kind, comma.span, message, 'Delete the comma', [removeSpan(comma.span)]));
}

/**
 * A closing bracket that does not match the innermost container: closes the container of its kind that opens on a line indented alike,
 * else the innermost, with all that is open in it; a bracket that would end the document too early is passed over.
 */
export function closeMatchingFrame(state: TolerantParserState, token: JsonToken): TokenOutcome {
  const kind = token.kind === '}' ? 'object' : 'list';
  let depth = -1;
  for (let i = state.stack.length - 1; i >= 0; i--) {
    const frame = state.stack[i];
    if (frame?.kind !== kind || frame.implied === 'single') continue;
    if (depth < 0) depth = i;
    if (token.startsLine && frame.indent === token.indent && frame.lineStart !== token.lineStart) {
      depth = i;
      break;
    }
  }
  const endsTooEarly = depth === 0 && /^\s*[,}\]"]/.test(state.lexer.lookahead(400));
  if (depth < 0 || endsTooEarly) return reportStrayToken(state, token);
  closeDownTo(state, depth + 1, token, '');
  const top = innermostFrame(state);
  if (top?.kind === 'object' && top.key) top.expects = 'comma';
  closeInnermost(state, token.span.end, true);
  return 'taken';
}
