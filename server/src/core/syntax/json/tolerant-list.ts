import { lineBreak } from '../../text/lines';
import type { Member } from '../tree';
import { syntaxFault } from '../syntax-fault';
import { insertAt, removeSpan } from '../text-edits';
import { MISSING_BRACES } from './syntax-faults';
import type { JsonToken } from './tolerant-lexer';
import { stackDepthForKey } from './tolerant-object';
import {
  closeDownTo, closeInnermost, endOfLastToken, innermostFrame, isExpectedName, openObject, reportUnlessCascading, type TokenOutcome,
  type TolerantListFrame, type TolerantParserState,
} from './tolerant-parser-state';
import { closeMatchingFrame, isProseAfterDocument, removeComma, reportStrayToken, skipWords, startTolerantValue } from './tolerant-tokens';

/** One token inside of a list. */
export function parseInList(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case ']':
      if (frame.pendingComma) removeComma(state, frame.pendingComma, 'trailing-comma', 'There is a comma after the last value');
      closeInnermost(state, token.span.end, true);
      return 'taken';
    case ',':
      if (frame.expects === 'item') removeComma(state, token, 'unexpected', 'There is a comma too many');
      else frame.pendingComma = token;
      frame.expects = 'item';
      return 'taken';
    case '}': return closeMatchingFrame(state, token);
    case ':': return reportStrayToken(state, token);
    case 'string': return state.lexer.colonFollows() ? parseKeyInList(state, frame, token) : startItem(state, frame, token);
    case 'word':
      // Prose, or the end of a line that went wrong.
      if (isProseAfterDocument(state, token)) return 'again';
      return frame.expects === 'item' && !/^[ \t]+[^\s"{}[\],:]/.test(state.lexer.lookahead(40))
        ? startItem(state, frame, token)
        : skipWords(state, token);
    default: return startItem(state, frame, token);
  }
}

function startItem(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  if (frame.expects === 'comma') {
    if (token.kind === 'template') return 'dropped';
    reportUnlessCascading(state, token, syntaxFault('missing-comma', token.span, 'A comma is missing before this value', 'Insert a comma',
      [insertAt(endOfLastToken(state), ',')]));
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
  const { hints } = state.options;
  if (frame.name === hints?.itemList && hints.itemMembers.includes(name)) {
    const last = membersOfLastObject(frame, state);
    return last && name !== hints.firstItemMember && !last.some((member) => member.key.value === name)
      ? reopenLastItem(state, frame, token)
      : startImpliedItem(state, frame, token);
  }
  const depth = stackDepthForKey(state, token);
  const isOutside = isExpectedName(state, name)
    || (token.startsLine ? token.indent <= frame.indent : frame.items.some((node) => node.kind === 'scalar'));
  if (depth === undefined || !isOutside) return startImpliedItem(state, frame, token);
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
  const brace = { start: node.span.end - 1, end: node.span.end };
  reportUnlessCascading(state, token,
    syntaxFault('unexpected', brace, 'This brace closes the statement too early', 'Delete the brace', [removeSpan(brace)]));
  openObject(state, { ...token, span: node.span }, frame.name).members.push(...node.members);
  frame.pendingComma = undefined;
  return 'again';
}

function startImpliedItem(state: TolerantParserState, frame: TolerantListFrame, token: JsonToken): TokenOutcome {
  const newText = token.startsLine ? `{${lineBreak(state.text)}${' '.repeat(token.indent)}` : '{ ';
  state.faults.addOccurrence(MISSING_BRACES, token.span, [insertAt(token.span.start, newText)]);
  frame.pendingComma = undefined;
  frame.expects = 'comma';
  openObject(state, token, frame.name, 'item');
  return 'again';
}
