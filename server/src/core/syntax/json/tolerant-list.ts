import { MISSING_BRACES } from './fault-causes';
import { syntaxFault } from './fault-collector';
import {
  closeDownTo, closeInnermost, reportUnlessCascading, endOfLastToken, isExpectedName, lineBreak, openObject, innermostFrame,
  type TolerantListFrame, type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';
import { stackDepthForKey } from './tolerant-object';
import { closeMatchingFrame, isProseAfterDocument, reportStrayToken, removeComma, skipWords, startTolerantValue } from './tolerant-tokens';
import type { Member } from '../tree';

/** One token inside of a list. False when it is no part of the document. */
export function parseInList(state: TolerantParserState, frame: TolerantListFrame, jsonToken: JsonToken): TokenOutcome {
  switch (jsonToken.kind) {
    case ']':
      if (frame.pendingComma) removeComma(state, frame.pendingComma, 'trailing-comma', 'There is a comma after the last value');
      closeInnermost(state, jsonToken.end, true);
      return 'taken';
    case ',':
      if (frame.expects === 'item') removeComma(state, jsonToken, 'unexpected', 'There is a comma too many');
      else frame.pendingComma = jsonToken;
      frame.expects = 'item';
      return 'taken';
    case '}': return closeMatchingFrame(state, jsonToken);
    case ':': return reportStrayToken(state, jsonToken);
    case 'string':
      if (state.lexer.colonFollows()) return parseKeyInList(state, frame, jsonToken);
      return startItem(state, frame, jsonToken);
    case 'word':
      // Prose, or what is left of a line that went wrong.
      if (isProseAfterDocument(state, jsonToken)) return 'again';
      return frame.expects === 'item' && !/^[ \t]+[^\s"{}[\],:]/.test(state.lexer.lookahead(40))
        ? startItem(state, frame, jsonToken)
        : skipWords(state, jsonToken);
    default:
      return startItem(state, frame, jsonToken);
  }
}

function startItem(state: TolerantParserState, frame: TolerantListFrame, jsonToken: JsonToken): TokenOutcome {
  if (frame.expects === 'comma') {
    if (jsonToken.kind === 'template') return 'dropped';
    const end = endOfLastToken(state);
    reportUnlessCascading(state, jsonToken,
      syntaxFault('missing-comma', { start: jsonToken.start, end: jsonToken.end }, 'A comma is missing before this value', 'Insert a comma',
        [{ span: { start: end, end }, newText: ',' }]));
  }
  frame.pendingComma = undefined;
  frame.expects = 'comma';
  startTolerantValue(state, jsonToken, frame.name);
  return 'taken';
}

/**
 * A key directly in a list: the braces around a statement are missing, or the brace before it came too early, or else the
 * list's closing bracket is missing. Indentation tells first, the names of policy elements second.
 */
function parseKeyInList(state: TolerantParserState, frame: TolerantListFrame, jsonToken: JsonToken): TokenOutcome {
  const name = jsonToken.string?.value ?? '';
  const { hints } = state.options;
  if (frame.name === hints?.itemList && hints.itemMembers.includes(name)) {
    const last = membersOfLastObject(frame, state);
    return last && name !== hints.firstItemMember && !last.some((member) => member.key.value === name)
      ? reopenLastItem(state, frame, jsonToken)
      : startImpliedItem(state, frame, jsonToken);
  }
  const depth = stackDepthForKey(state, jsonToken);
  const outside = jsonToken.startsLine
    ? jsonToken.indent <= frame.indent || isExpectedName(state, name)
    : isExpectedName(state, name) || frame.items.some((node) => node.kind === 'scalar');
  if (depth === undefined || !outside) return startImpliedItem(state, frame, jsonToken);
  closeDownTo(state, depth + 1, jsonToken, ',');
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
function reopenLastItem(state: TolerantParserState, frame: TolerantListFrame, jsonToken: JsonToken): TokenOutcome {
  const node = frame.items.pop();
  if (node?.kind !== 'object') return 'dropped';
  const span = { start: node.span.end - 1, end: node.span.end };
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', span, 'This brace closes the statement too early', 'Delete the brace', [{ span, newText: '' }]));
  const reopened = openObject(state, { ...jsonToken, start: node.span.start }, frame.name);
  reopened.members.push(...node.members);
  frame.pendingComma = undefined;
  return 'again';
}

function startImpliedItem(state: TolerantParserState, frame: TolerantListFrame, jsonToken: JsonToken): TokenOutcome {
  const newText = jsonToken.startsLine ? `{${lineBreak(state.text)}${' '.repeat(jsonToken.indent)}` : '{ ';
  state.faults.addOccurrence(MISSING_BRACES, { start: jsonToken.start, end: jsonToken.end }, [{
    span: { start: jsonToken.start, end: jsonToken.start },
    newText,
  }]);
  frame.pendingComma = undefined;
  frame.expects = 'comma';
  openObject(state, jsonToken, frame.name, 'item');
  return 'again';
}
