import { MISSING_BRACES } from './fault-causes';
import { syntaxFault, type LayerEdit } from './fault-collector';
import {
  closeDownTo, closeInnermost, reportUnlessCascading, closeAllFrames, endMemberWithoutValue, endOfLastToken, isExpectedName, openObject,
  scalarNodeOf, setKey, innermostFrame,
  type TolerantFrame, type TolerantObjectFrame, type TokenOutcome, type TolerantParserState,
} from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';
import { closeMatchingFrame, isProseAfterDocument, reportStrayToken, removeComma, skipWords, startOrphan,
  startTolerantValue } from './tolerant-tokens';

/** One token inside of an object. False when it is no part of the document. */
export function parseInObject(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  switch (frame.expects) {
    case 'key': return parseExpectedKey(state, frame, jsonToken);
    case 'colon': return parseExpectedColon(state, frame, jsonToken);
    case 'value': return parseExpectedValue(state, frame, jsonToken);
    case 'comma': return parseExpectedComma(state, frame, jsonToken);
  }
}

function parseExpectedKey(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  switch (jsonToken.kind) {
    case 'string': return parseKey(state, frame, jsonToken);
    case '}':
      if (frame.pendingComma && frame.implied !== 'root')
        removeComma(state, frame.pendingComma, 'trailing-comma', 'There is a comma after the last member');
      closeInnermost(state, jsonToken.end, true);
      return 'taken';
    case 'word':
      if (state.lexer.colonFollows()) return parseUnquotedKey(state, frame, jsonToken);
      return isProseAfterDocument(state, jsonToken) ? 'again' : skipWords(state, jsonToken);
    case ',':
      removeComma(state, jsonToken, 'unexpected', 'There is a comma too many');
      return 'taken';
    case '{':
    case '[': return startSiblingContainer(state, frame, jsonToken);
    case ']': return closeMatchingFrame(state, jsonToken);
    default: return reportStrayToken(state, jsonToken);
  }
}

function parseKey(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  const home = frame.members.length === 0 || state.lexer.colonFollows() ? objectForKey(state, frame, jsonToken) : frame;
  setKey(state, home, jsonToken);
  return 'taken';
}

/**
 * The object that a key belongs to: an outer one when the key is an element of policies, starts a line, stands no further
 * right than the line on which this object opens, and this object is part of a statement's element. Then the closing brace
 * is missing.
 */
function objectForKey(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TolerantObjectFrame {
  if (!jsonToken.startsLine || jsonToken.indent > frame.indent || frame.lineStart === jsonToken.lineStart
    || !isExpectedName(state, jsonToken.string?.value ?? '')) return frame;
  const depth = stackDepthForKey(state, jsonToken);
  if (depth === undefined || !state.stack.slice(depth + 1).some(({ name }) => state.options.hints?.membersWithObject.includes(name)))
    return frame;
  closeDownTo(state, depth + 1, jsonToken, ',');
  const top = innermostFrame(state);
  return top?.kind === 'object' ? top : frame;
}

/**
 * Which of the open objects a key belongs to, as a position in the stack: the one whose keys are indented alike, and among
 * several of those, for an element of policies, one that has such elements already.
 */
export function stackDepthForKey(state: TolerantParserState, jsonToken: JsonToken): number | undefined {
  const depths = state.stack.flatMap((tolerantFrame, depth) => (tolerantFrame.kind === 'object' ? [depth] : []));
  const at = (depth: number): TolerantFrame | undefined => state.stack[depth];
  const alike = jsonToken.startsLine
    ? depths.filter((depth) => {
      const frame = at(depth);
      return frame?.kind === 'object' && frame.keyIndent === jsonToken.indent;
    })
    : [];
  const candidates = alike.length > 0 ? alike : depths;
  const elements = isExpectedName(state, jsonToken.string?.value ?? '')
    ? candidates.filter((depth) => {
      const frame = at(depth);
      return frame?.kind === 'object' && frame.members.some((member) => isExpectedName(state, member.key.value));
    })
    : [];
  return (elements.length > 0 ? elements : candidates).at(-1);
}

function parseUnquotedKey(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  const span = { start: jsonToken.start, end: jsonToken.end };
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', span, 'A name in JSON must be in double quotes', 'Put it in quotes', quoteEdits(jsonToken)));
  setKey(state, frame, jsonToken);
  return 'taken';
}

function quoteEdits({ start, end }: JsonToken): LayerEdit[] {
  return [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }];
}

function startSiblingContainer(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  const around = state.stack[state.stack.length - 2];
  if (jsonToken.kind === '{' && around?.kind === 'list' && frame.members.length > 0) {
    closeDownTo(state, state.stack.length - 1, jsonToken, frame.expects === 'comma' || frame.pendingComma ? ',' : '');
    openObject(state, jsonToken, around.name);
    return 'taken';
  }
  if (frame.implied === 'root' && frame.members.length > 0) {
    closeAllFrames(state);
    return 'again';
  }
  return startOrphan(state, jsonToken);
}

function parseExpectedColon(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  const missing = syntaxFault('unexpected', { start: jsonToken.start, end: jsonToken.end },
    'A colon is missing between the name and this value', 'Insert a colon', [{
    span: { start: endOfLastToken(state), end: endOfLastToken(state) },
    newText: ':',
  }]);
  switch (jsonToken.kind) {
    case ':':
      frame.expects = 'value';
      return 'taken';
    case 'string':
      if (state.lexer.colonFollows()) return endMemberBeforeKey(state, frame, jsonToken);
      reportUnlessCascading(state, jsonToken, missing);
      return startMemberValue(state, frame, jsonToken);
    case '{':
    case '[':
    case 'template':
      reportUnlessCascading(state, jsonToken, missing);
      return startMemberValue(state, frame, jsonToken);
    case 'word':
      if (acceptForeignSign(state, jsonToken, '=', ':', 'colon')) {
        frame.expects = 'value';
        return 'taken';
      }
      if (jsonToken.startsLine) return endMemberBeforeKey(state, frame, jsonToken);
      reportUnlessCascading(state, jsonToken, missing);
      return startMemberValue(state, frame, jsonToken);
    default:
      frame.keysWithoutColon++;
      return endMissingValue(state, frame, jsonToken, !isListInBraces(frame));
  }
}

/** A sign of other languages in place of JSON's. */
function acceptForeignSign(state: TolerantParserState, jsonToken: JsonToken, sign: string, meant: string, name: string): boolean {
  const span = { start: jsonToken.start, end: jsonToken.end };
  if (state.text.slice(span.start, span.end) !== sign) return false;
  reportUnlessCascading(state, jsonToken,
    syntaxFault('unexpected', span, `JSON has a ${name} here, not "${sign}"`, `Write a ${name}`, [{ span, newText: meant }]));
  return true;
}

/** `{ "a", "b" }` is most likely a list; its fault is told when it ends. */
function isListInBraces(frame: TolerantObjectFrame): boolean {
  return frame.keysWithoutColon === frame.members.length + 1;
}

function parseExpectedValue(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  switch (jsonToken.kind) {
    case 'string':
      return jsonToken.startsLine && state.lexer.colonFollows()
        ? endMemberBeforeKey(state, frame, jsonToken)
        : startMemberValue(state, frame, jsonToken);
    case 'word':
      return jsonToken.startsLine && state.lexer.colonFollows()
        ? endMemberBeforeKey(state, frame, jsonToken)
        : startMemberValue(state, frame, jsonToken);
    case '{':
    case '[':
    case 'template': return startMemberValue(state, frame, jsonToken);
    case ':': return reportStrayToken(state, jsonToken);
    default: return endMissingValue(state, frame, jsonToken, true);
  }
}

function startMemberValue(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  frame.expects = 'comma';
  startTolerantValue(state, jsonToken, frame.key?.value ?? '');
  return 'taken';
}

/** The member ends, and the token is the first of what comes behind it. */
function endMissingValue(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken, tell: boolean): TokenOutcome {
  const known = frame.key;
  if (tell && known) reportUnlessCascading(state, jsonToken, syntaxFault('missing-value', known.span, `"${known.value}" has no value`));
  endMemberWithoutValue(frame);
  frame.expects = 'comma';
  return 'again';
}

function endMemberBeforeKey(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  const known = frame.key;
  if (known) reportUnlessCascading(state, jsonToken, syntaxFault('missing-value', known.span, `"${known.value}" has no value`));
  endMemberWithoutValue(frame);
  frame.expects = 'key';
  return 'again';
}

function parseExpectedComma(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  switch (jsonToken.kind) {
    case ',':
      frame.pendingComma = jsonToken;
      frame.expects = 'key';
      return 'taken';
    case '}':
      closeInnermost(state, jsonToken.end, true);
      return 'taken';
    case 'string':
    case 'word': return parseNextMember(state, frame, jsonToken);
    case ':': return parseNestedMember(state, frame, jsonToken);
    case '{':
    case '[': return startSiblingContainer(state, frame, jsonToken);
    case ']': return closeMatchingFrame(state, jsonToken);
    default: return reportStrayToken(state, jsonToken);
  }
}

function parseNextMember(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  if (state.lexer.colonFollows() || jsonToken.kind === 'string' && jsonToken.startsLine) {
    const home = jsonToken.kind === 'string' ? objectForKey(state, frame, jsonToken) : frame;
    if (home === frame) {
      const end = endOfLastToken(state);
      reportUnlessCascading(state, jsonToken,
        syntaxFault('missing-comma', { start: jsonToken.start, end: jsonToken.end }, 'A comma is missing before this member',
          'Insert a comma', [{ span: { start: end, end }, newText: ',' }]));
    }
    home.expects = 'key';
    return 'again';
  }
  if (jsonToken.kind === 'word' && acceptForeignSign(state, jsonToken, ';', ',', 'comma')) {
    frame.pendingComma = jsonToken;
    frame.expects = 'key';
    return 'taken';
  }
  if (jsonToken.kind === 'word') return isProseAfterDocument(state, jsonToken) ? 'again' : skipWords(state, jsonToken);
  return reportStrayToken(state, jsonToken);
}

/** `"Bool": "kms:MultiRegion": true`: the last value is a key, its braces are missing. */
function parseNestedMember(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): TokenOutcome {
  const member = frame.members[frame.members.length - 1];
  const inner = member?.value;
  const last = state.lastToken;
  if (!member || inner?.kind !== 'scalar' || last?.kind !== 'string' || inner.span.start !== last.start)
    return reportStrayToken(state, jsonToken);
  frame.members.pop();
  frame.key = member.key;
  frame.expects = 'comma';
  const nested = openObject(state, last, member.key.value, 'single');
  nested.key = scalarNodeOf(state, last, undefined);
  nested.expects = 'value';
  const end = inner.span.start;
  state.faults.addOccurrence(MISSING_BRACES, inner.span, [{ span: { start: end, end }, newText: '{' }]);
  return 'taken';
}

