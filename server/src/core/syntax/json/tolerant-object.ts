import { syntaxFault } from '../syntax-fault';
import { insertAt } from '../text-edits';
import { MISSING_BRACES, quoteEdits } from './syntax-faults';
import type { JsonToken } from './tolerant-lexer';
import {
  closeAllFrames, closeDownTo, closeInnermost, endMemberWithoutValue, endOfLastToken, innermostFrame, isExpectedName, openObject,
  reportUnlessCascading, scalarNodeOf, setKey, type TokenOutcome, type TolerantObjectFrame, type TolerantParserState,
} from './tolerant-parser-state';
import {
  closeMatchingFrame, isProseAfterDocument, removeComma, reportStrayToken, skipWords, startOrphan, startTolerantValue,
} from './tolerant-tokens';

/** One token inside of an object. */
export function parseInObject(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  switch (frame.expects) {
    case 'key': return parseExpectedKey(state, frame, token);
    case 'colon': return parseExpectedColon(state, frame, token);
    case 'value': return parseExpectedValue(state, frame, token);
    case 'comma': return parseExpectedComma(state, frame, token);
  }
}

function parseExpectedKey(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case 'string':
      setKey(state, frame.members.length === 0 || state.lexer.colonFollows() ? objectForKey(state, frame, token) : frame, token);
      return 'taken';
    case '}':
      if (frame.pendingComma && frame.implied !== 'root')
        removeComma(state, frame.pendingComma, 'trailing-comma', 'There is a comma after the last member');
      closeInnermost(state, token.span.end, true);
      return 'taken';
    case 'word':
      if (!state.lexer.colonFollows()) return isProseAfterDocument(state, token) ? 'again' : skipWords(state, token);
      reportUnlessCascading(state, token,
        syntaxFault('unexpected', token.span, 'A name in JSON must be in double quotes', 'Put it in quotes', quoteEdits(token.span)));
      setKey(state, frame, token);
      return 'taken';
    case ',':
      removeComma(state, token, 'unexpected', 'There is a comma too many');
      return 'taken';
    case '{':
    case '[': return startSiblingContainer(state, frame, token);
    case ']': return closeMatchingFrame(state, token);
    default: return reportStrayToken(state, token);
  }
}

/**
 * The object that a key belongs to: an outer one when the key is an element of policies, starts a line, stands no further
 * right than the line on which this object opens, and this object is part of a statement's element. Then the closing brace
 * is missing.
 */
function objectForKey(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TolerantObjectFrame {
  if (!token.startsLine || token.indent > frame.indent || frame.lineStart === token.lineStart
    || !isExpectedName(state, token.string?.value ?? '')) return frame;
  const depth = stackDepthForKey(state, token);
  if (depth === undefined || !state.stack.slice(depth + 1).some(({ name }) => state.options.hints?.membersWithObject.includes(name)))
    return frame;
  closeDownTo(state, depth + 1, token, ',');
  const top = innermostFrame(state);
  return top?.kind === 'object' ? top : frame;
}

/**
 * Which of the open objects a key belongs to, as a position in the stack: the one whose keys are indented alike, and among
 * several of those, for an element of policies, one that has such elements already.
 */
export function stackDepthForKey(state: TolerantParserState, token: JsonToken): number | undefined {
  const objects = state.stack.flatMap((frame, depth) => (frame.kind === 'object' ? [{ frame, depth }] : []));
  const alike = token.startsLine ? objects.filter(({ frame }) => frame.keyIndent === token.indent) : [];
  const candidates = alike.length > 0 ? alike : objects;
  const withElements = isExpectedName(state, token.string?.value ?? '')
    ? candidates.filter(({ frame }) => frame.members.some((member) => isExpectedName(state, member.key.value)))
    : [];
  return (withElements.length > 0 ? withElements : candidates).at(-1)?.depth;
}

function startSiblingContainer(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  const around = state.stack[state.stack.length - 2];
  if (token.kind === '{' && around?.kind === 'list' && frame.members.length > 0) {
    closeDownTo(state, state.stack.length - 1, token, frame.expects === 'comma' || frame.pendingComma ? ',' : '');
    openObject(state, token, around.name);
    return 'taken';
  }
  if (frame.implied !== 'root' || frame.members.length === 0) return startOrphan(state, token);
  closeAllFrames(state);
  return 'again';
}

function parseExpectedColon(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case ':':
      frame.expects = 'value';
      return 'taken';
    case 'word':
      if (acceptForeignSign(state, token, '=', ':', 'colon')) {
        frame.expects = 'value';
        return 'taken';
      }
      if (token.startsLine) return endMissingValue(state, frame, token, 'key');
      break;
    case 'string':
      if (state.lexer.colonFollows()) return endMissingValue(state, frame, token, 'key');
      break;
    case '{':
    case '[':
    case 'template': break;
    default:
      frame.keysWithoutColon++;
      // `{ "a", "b" }` is most likely a list; its fault is reported when it ends.
      return endMissingValue(state, frame, token, 'comma', frame.keysWithoutColon !== frame.members.length + 1);
  }
  reportUnlessCascading(state, token, syntaxFault('unexpected', token.span, 'A colon is missing between the name and this value',
    'Insert a colon', [insertAt(endOfLastToken(state), ':')]));
  return startMemberValue(state, frame, token);
}

/** A sign of other languages in place of JSON's. */
function acceptForeignSign(state: TolerantParserState, token: JsonToken, sign: string, jsonSign: string, name: string): boolean {
  const { span } = token;
  if (state.text.slice(span.start, span.end) !== sign) return false;
  reportUnlessCascading(state, token,
    syntaxFault('unexpected', span, `JSON has a ${name} here, not "${sign}"`, `Write a ${name}`, [{ span, newText: jsonSign }]));
  return true;
}

function parseExpectedValue(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case 'string':
    case 'word':
      return token.startsLine && state.lexer.colonFollows()
        ? endMissingValue(state, frame, token, 'key')
        : startMemberValue(state, frame, token);
    case '{':
    case '[':
    case 'template': return startMemberValue(state, frame, token);
    case ':': return reportStrayToken(state, token);
    default: return endMissingValue(state, frame, token, 'comma');
  }
}

function startMemberValue(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  frame.expects = 'comma';
  startTolerantValue(state, token, frame.key?.value ?? '');
  return 'taken';
}

/** The member ends, and the token is the first of what comes behind it. */
function endMissingValue(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken, expects: 'key' | 'comma',
  isReported = true): TokenOutcome {
  const { key } = frame;
  if (isReported && key) reportUnlessCascading(state, token, syntaxFault('missing-value', key.span, `"${key.value}" has no value`));
  endMemberWithoutValue(frame);
  frame.expects = expects;
  return 'again';
}

function parseExpectedComma(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case ',':
      frame.pendingComma = token;
      frame.expects = 'key';
      return 'taken';
    case '}':
      closeInnermost(state, token.span.end, true);
      return 'taken';
    case 'string':
    case 'word': return parseNextMember(state, frame, token);
    case ':': return parseNestedMember(state, frame, token);
    case '{':
    case '[': return startSiblingContainer(state, frame, token);
    case ']': return closeMatchingFrame(state, token);
    default: return reportStrayToken(state, token);
  }
}

function parseNextMember(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  if (state.lexer.colonFollows() || token.kind === 'string' && token.startsLine) {
    const home = token.kind === 'string' ? objectForKey(state, frame, token) : frame;
    if (home === frame)
      reportUnlessCascading(state, token, syntaxFault('missing-comma', token.span, 'A comma is missing before this member',
        'Insert a comma', [insertAt(endOfLastToken(state), ',')]));
    home.expects = 'key';
    return 'again';
  }
  if (token.kind !== 'word') return reportStrayToken(state, token);
  if (acceptForeignSign(state, token, ';', ',', 'comma')) {
    frame.pendingComma = token;
    frame.expects = 'key';
    return 'taken';
  }
  return isProseAfterDocument(state, token) ? 'again' : skipWords(state, token);
}

/** `"Bool": "kms:MultiRegion": true`: the last value is a key, its braces are missing. */
function parseNestedMember(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): TokenOutcome {
  const member = frame.members[frame.members.length - 1];
  const inner = member?.value;
  const { lastToken } = state;
  if (!member || inner?.kind !== 'scalar' || lastToken?.kind !== 'string' || inner.span.start !== lastToken.span.start)
    return reportStrayToken(state, token);
  frame.members.pop();
  frame.key = member.key;
  frame.expects = 'comma';
  const nested = openObject(state, lastToken, member.key.value, 'single');
  nested.key = scalarNodeOf(state, lastToken, undefined);
  nested.expects = 'value';
  state.faults.addOccurrence(MISSING_BRACES, inner.span, [insertAt(inner.span.start, '{')]);
  return 'taken';
}
