import { MISSING_BRACES } from './fault-causes';
import { syntaxFault } from './fault-collector';
import {
  closeDownTo, closeInnermost, reportUnlessCascading, endOfLastToken, isPolicyElement, isStatementElement, lineBreak, openObject, innermostFrame,
  type TolerantListFrame, type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';
import { stackDepthForKey } from './tolerant-object';
import { closeMatchingFrame, isProseAfterDocument, reportStrayToken, removeComma, skipWords, startTolerantValue } from './tolerant-tokens';
import type { Member } from '../tree';

/** One token inside of a list. False when it is no part of the document. */
export function parseInList(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case ']':
      if (frame.pendingComma) removeComma(state, frame.pendingComma, 'trailing-comma', 'There is a comma after the last value');
      closeInnermost(state, token.end, true);
      return 'taken';
    case ',':
      if (frame.expects === 'item') removeComma(state, token, 'unexpected', 'There is a comma too many');
      else frame.pendingComma = token;
      frame.expects = 'item';
      return 'taken';
    case '}': return closeMatchingFrame(state, token);
    case ':': return reportStrayToken(state, token);
    case 'string':
      if (state.lexer.colonFollows()) return parseKeyInList(state, frame, token);
      return startItem(state, frame, token);
    case 'word':
      // Prose, or what is left of a line that went wrong.
      if (isProseAfterDocument(state, token)) return 'again';
      return frame.expects === 'item' && !/^[ \t]+[^\s"{}[\],:]/.test(state.lexer.lookahead(40)) ? startItem(state, frame, token) : skipWords(state, token);
    default: return startItem(state, frame, token);
  }
}

function startItem(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  if (frame.expects === 'comma') {
    if (token.kind === 'template') return 'dropped';
    const end = endOfLastToken(state);
    reportUnlessCascading(state, token, syntaxFault('missing-comma', { start: token.start, end: token.end }, 'A comma is missing before this value', 'Insert a comma', [{ span: { start: end, end }, newText: ',' }]));
  }
  frame.pendingComma = undefined;
  frame.expects = 'comma';
  startTolerantValue(state, token, frame.name);
  return 'taken';
}

/**
 * A key directly in a list: the braces around a statement are missing, or the brace before it came too early, or else the
 * list's closing bracket is missing. Indentation tells first, the names of policy elements second.
 */
function parseKeyInList(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  const name = token.string?.value ?? '';
  if (frame.name === 'Statement' && isStatementElement(name)) {
    const last = membersOfLastObject(frame, state);
    return last && name !== 'Sid' && !last.some((member) => member.key.value === name) ? reopenLastItem(state, frame, token) : startImpliedItem(state, frame, token);
  }
  const depth = stackDepthForKey(state, token);
  const outside = token.startsLine ? token.indent <= frame.indent || isPolicyElement(name) : isPolicyElement(name) || frame.items.some((node) => node.kind === 'scalar');
  if (depth === undefined || !outside) return startImpliedItem(state, frame, token);
  closeDownTo(state, depth + 1, token, ',');
  const top = innermostFrame(state);
  if (top?.kind !== 'object') return 'dropped';
  top.expects = 'key';
  return 'again';
}

function membersOfLastObject(frame: TolerantListFrame, state: TolerantParserState): readonly Member[] | undefined {
  const node = frame.items[frame.items.length - 1];
  return node?.kind === 'object' && node.closed && state.text[node.span.end - 1] === '}' ? node.members : undefined;
}

/** Takes the brace behind the last item for a slip: the item goes on. */
function reopenLastItem(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  const node = frame.items.pop();
  if (node?.kind !== 'object') return 'dropped';
  const span = { start: node.span.end - 1, end: node.span.end };
  reportUnlessCascading(state, token, syntaxFault('unexpected', span, 'This brace closes the statement too early', 'Delete the brace', [{ span, newText: '' }]));
  const reopened = openObject(state, { ...token, start: node.span.start }, frame.name);
  reopened.members.push(...node.members);
  frame.pendingComma = undefined;
  return 'again';
}

function startImpliedItem(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  const newText = token.startsLine ? `{${lineBreak(state.text)}${' '.repeat(token.indent)}` : '{ ';
  state.faults.addOccurrence(MISSING_BRACES, { start: token.start, end: token.end }, [{ span: { start: token.start, end: token.start }, newText }]);
  frame.pendingComma = undefined;
  frame.expects = 'comma';
  openObject(state, token, frame.name, 'item');
  return 'again';
}
