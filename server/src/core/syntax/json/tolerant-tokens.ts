import { syntaxFault } from './fault-collector';
import type { SyntaxFaultKind } from '../syntax-fault';
import {
  closeDownTo, closeInnermost, reportUnlessCascading, closeAllFrames, openList, openObject, placeValue, scalarNodeOf, innermostFrame, type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';

/** Reads a value from its first token on. */
export function startTolerantValue(state: TolerantParserState, token: JsonToken, name: string): void {
  if (token.kind === '{') openObject(state, token, name);
  else if (token.kind === '[') openList(state, token, name);
  else {
    const node = scalarNodeOf(state, token, name);
    if (token.kind === 'word' && node.type === 'string') reportBareWord(state, token);
    else if (token.kind === 'word' && /^-?0\d/.test(node.value)) reportLeadingZero(state, token);
    placeValue(state, node);
  }
}

const PYTHON_WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

function reportBareWord(state: TolerantParserState, token: JsonToken): void {
  const { start, end } = token;
  const word = PYTHON_WORDS[state.text.slice(start, end)];
  const edits = word === undefined
    ? [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }]
    : [{ span: { start, end }, newText: word }];
  const title = word === undefined ? 'Put it in quotes' : `Write ${word}`;
  reportUnlessCascading(state, token, syntaxFault('unexpected', { start, end }, 'A string in JSON must be in double quotes', title, edits));
}

function reportLeadingZero(state: TolerantParserState, token: JsonToken): void {
  const { start, end } = token;
  reportUnlessCascading(state, token, syntaxFault('unexpected', { start, end }, 'A number in JSON does not start with 0; an account id must be in quotes', 'Put it in quotes',
    [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }]));
}

/** A container where none can stand: it is read, and kept apart. */
export function startOrphan(state: TolerantParserState, token: JsonToken): TokenOutcome {
  const span = { start: token.start, end: token.end };
  reportUnlessCascading(state, token, syntaxFault('unexpected', span, token.kind === '{' ? 'An object cannot be here: a name is expected' : 'A list cannot be here: a name is expected'));
  if (token.kind === '{') openObject(state, token, '', 'no', true);
  else openList(state, token, '', true);
  return 'taken';
}

export function reportStrayToken(state: TolerantParserState, token: JsonToken): TokenOutcome {
  if (token.kind === 'template') return 'dropped';
  const span = { start: token.start, end: token.end };
  reportUnlessCascading(state, token, syntaxFault('unexpected', span, 'This does not belong here', 'Delete it', [{ span, newText: '' }]));
  return 'dropped';
}

/**
 * Whether a word in a container is the beginning of prose behind a document that was cut off: a whole line of words, or any
 * word behind the last value of a fragment without braces. The document then ends here.
 */
export function isProseAfterDocument(state: TolerantParserState, token: JsonToken): boolean {
  const fragment = state.stack.length === 1 && state.stack[0]?.implied === 'root';
  const words = token.startsLine ? (fragment ? 1 : 5) : fragment ? 0 : Infinity;
  const prose = /^(?:[ \t\u00a0]+[^\s"{}[\]:]+)*/.exec(state.lexer.lookahead(300))?.[0] ?? '';
  if ((prose.match(/[^ \t\u00a0]+/g)?.length ?? 0) < words) return false;
  closeAllFrames(state);
  return true;
}

/** Words within a container: one fault for all that stand in a row. */
export function skipWords(state: TolerantParserState, token: JsonToken): TokenOutcome {
  // The comma before is not one too many: something is to come behind it.
  const frame = innermostFrame(state);
  if (frame) frame.pendingComma = undefined;
  const prose = /^(?:[ \t]+[^\s"{}[\],:]+){3}/.test(state.lexer.lookahead(200));
  const end = prose ? state.lexer.skipProse(token.end) : token.end;
  const span = { start: token.start, end };
  reportUnlessCascading(state, token, syntaxFault('unexpected', span, 'This does not belong here', 'Delete it', [{ span, newText: '' }]));
  return 'dropped';
}

export function removeComma(state: TolerantParserState, comma: JsonToken, kind: SyntaxFaultKind, message: string): void {
  const span = { start: comma.start, end: comma.end };
  reportUnlessCascading(state, comma, syntaxFault(kind, span, message, 'Delete the comma', [{ span, newText: '' }]));
}

/**
 * A closing bracket that is not the one that is due: closes the container of its kind that opens on a line indented alike,
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
  closeInnermost(state, token.end, true);
  return 'taken';
}
