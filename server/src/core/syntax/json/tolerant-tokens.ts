import { syntaxFault } from './fault-collector';
import type { SyntaxFaultKind } from '../syntax-fault';
import {
  closeDownTo, closeInnermost, reportUnlessCascading, closeAllFrames, openList, openObject, placeValue, scalarNodeOf, innermostFrame,
  type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';

/** Reads a value from its first token on. */
export function startTolerantValue(state: TolerantParserState, jsonToken: JsonToken, name: string): void {
  if (jsonToken.kind === '{') openObject(state, jsonToken, name);
  else if (jsonToken.kind === '[') openList(state, jsonToken, name);
  else {
    const node = scalarNodeOf(state, jsonToken, name);
    if (jsonToken.kind === 'word' && node.type === 'string') reportBareWord(state, jsonToken);
    else if (jsonToken.kind === 'word' && /^-?0\d/.test(node.value)) reportLeadingZero(state, jsonToken);
    placeValue(state, node);
  }
}

const PYTHON_WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

function reportBareWord(state: TolerantParserState, jsonToken: JsonToken): void {
  const { start, end } = jsonToken;
  const word = PYTHON_WORDS[state.text.slice(start, end)];
  const edits = word === undefined
    ? [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }]
    : [{ span: { start, end }, newText: word }];
  const title = word === undefined ? 'Put it in quotes' : `Write ${word}`;
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', { start, end }, 'A string in JSON must be in double quotes', title, edits));
}

function reportLeadingZero(state: TolerantParserState, jsonToken: JsonToken): void {
  const { start, end } = jsonToken;
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', { start, end }, 'A number in JSON does not start with 0; an account id must be in quotes', 'Put it in quotes',
      [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }]));
}

/** A container where none can stand: it is read, and kept apart. */
export function startOrphan(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  const span = { start: jsonToken.start, end: jsonToken.end };
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', span,
      jsonToken.kind === '{' ? 'An object cannot be here: a name is expected' : 'A list cannot be here: a name is expected'));
  if (jsonToken.kind === '{') openObject(state, jsonToken, '', 'no', true);
  else openList(state, jsonToken, '', true);
  return 'taken';
}

export function reportStrayToken(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  if (jsonToken.kind === 'template') return 'dropped';
  const span = { start: jsonToken.start, end: jsonToken.end };
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', span, 'This does not belong here', 'Delete it', [{ span, newText: '' }]));
  return 'dropped';
}

/**
 * Whether a word in a container is the beginning of prose behind a document that was cut off: a whole line of words, or any
 * word behind the last value of a fragment without braces. The document then ends here.
 */
export function isProseAfterDocument(state: TolerantParserState, jsonToken: JsonToken): boolean {
  const fragment = state.stack.length === 1 && state.stack[0]?.implied === 'root';
  const words = jsonToken.startsLine ? (fragment ? 1 : 5) : fragment ? 0 : Infinity;
  const prose = /^(?:[ \t\u00a0]+[^\s"{}[\]:]+)*/.exec(state.lexer.lookahead(300))?.[0] ?? '';
  if ((prose.match(/[^ \t\u00a0]+/g)?.length ?? 0) < words) return false;
  closeAllFrames(state);
  return true;
}

/** Words within a container: one fault for all that stand in a row. */
export function skipWords(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  // The comma before is not one too many: something is to come behind it.
  const tolerantFrame = innermostFrame(state);
  if (tolerantFrame) tolerantFrame.pendingComma = undefined;
  const prose = /^(?:[ \t]+[^\s"{}[\],:]+){3}/.test(state.lexer.lookahead(200));
  const end = prose ? state.lexer.skipProse(jsonToken.end) : jsonToken.end;
  const span = { start: jsonToken.start, end };
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', span, 'This does not belong here', 'Delete it', [{ span, newText: '' }]));
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
export function closeMatchingFrame(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  const kind = jsonToken.kind === '}' ? 'object' : 'list';
  let depth = -1;
  for (let i = state.stack.length - 1; i >= 0; i--) {
    const tolerantFrame = state.stack[i];
    if (tolerantFrame?.kind !== kind || tolerantFrame.implied === 'single') continue;
    if (depth < 0) depth = i;
    if (jsonToken.startsLine && tolerantFrame.indent === jsonToken.indent && tolerantFrame.lineStart !== jsonToken.lineStart) {
      depth = i;
      break;
    }
  }
  const endsTooEarly = depth === 0 && /^\s*[,}\]"]/.test(state.lexer.lookahead(400));
  if (depth < 0 || endsTooEarly) return reportStrayToken(state, jsonToken);
  closeDownTo(state, depth + 1, jsonToken, '');
  const top = innermostFrame(state);
  if (top?.kind === 'object' && top.key) top.expects = 'comma';
  closeInnermost(state, jsonToken.end, true);
  return 'taken';
}
