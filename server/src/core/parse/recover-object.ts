import { MISSING_BRACES } from './causes';
import { fault, type Edit } from './fault-book';
import {
  closeDownTo, closeTop, complain, endAll, endKey, endOfLast, isElement, openObject, scalarOf, setKey, topOf,
  type Frame, type ObjectFrame, type Outcome, type Recovery,
} from './frames';
import type { Token } from './lex';
import { closeBy, endsDocument, ignore, removeComma, skipWords, startOrphan, startValue } from './recover-tokens';

/** One token inside of an object. False when it is no part of the document. */
export function inObject(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  switch (frame.expects) {
    case 'key': return expectKey(state, frame, token);
    case 'colon': return expectColon(state, frame, token);
    case 'value': return expectValue(state, frame, token);
    case 'comma': return expectComma(state, frame, token);
  }
}

function expectKey(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  switch (token.kind) {
    case 'string': return key(state, frame, token);
    case '}':
      if (frame.comma && frame.implied !== 'root') removeComma(state, frame.comma, 'trailing-comma', 'There is a comma after the last member');
      closeTop(state, token.end, true);
      return 'taken';
    case 'word':
      if (state.lexer.colonFollows()) return bareKey(state, frame, token);
      return endsDocument(state, token) ? 'again' : skipWords(state, token);
    case ',':
      removeComma(state, token, 'unexpected', 'There is a comma too many');
      return 'taken';
    case '{':
    case '[': return startSibling(state, frame, token);
    case ']': return closeBy(state, token);
    default: return ignore(state, token);
  }
}

function key(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  const home = frame.members.length === 0 || state.lexer.colonFollows() ? homeOf(state, frame, token) : frame;
  setKey(state, home, token);
  return 'taken';
}

/**
 * The object that a key belongs to: an outer one when the key is an element of policies, starts a line, stands no further
 * right than the line on which this object opens, and this object is part of a statement's element. Then the closing brace
 * is missing.
 */
function homeOf(state: Recovery, frame: ObjectFrame, token: Token): ObjectFrame {
  if (!token.first || token.indent > frame.indent || frame.lineStart === token.lineStart || !isElement(token.string?.value ?? '')) return frame;
  const depth = homeDepth(state, token);
  if (depth === undefined || !state.stack.slice(depth + 1).some(({ name }) => PARTS.has(name))) return frame;
  closeDownTo(state, depth + 1, token, ',');
  const top = topOf(state);
  return top?.kind === 'object' ? top : frame;
}

/** The elements whose value is an object: no other element stands in it. */
const PARTS = new Set(['Principal', 'NotPrincipal', 'Condition']);

/**
 * Which of the open objects a key belongs to, as a position in the stack: the one whose keys are indented alike, and among
 * several of those, for an element of policies, one that has such elements already.
 */
export function homeDepth(state: Recovery, token: Token): number | undefined {
  const depths = state.stack.flatMap((frame, depth) => (frame.kind === 'object' ? [depth] : []));
  const at = (depth: number): Frame | undefined => state.stack[depth];
  const alike = token.first ? depths.filter((depth) => { const frame = at(depth); return frame?.kind === 'object' && frame.keyIndent === token.indent; }) : [];
  const candidates = alike.length > 0 ? alike : depths;
  const elements = isElement(token.string?.value ?? '')
    ? candidates.filter((depth) => { const frame = at(depth); return frame?.kind === 'object' && frame.members.some((member) => isElement(member.key.value)); })
    : [];
  return (elements.length > 0 ? elements : candidates).at(-1);
}

function bareKey(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  const span = { start: token.start, end: token.end };
  complain(state, token, fault('unexpected', span, 'A name in JSON must be in double quotes', 'Put it in quotes', quote(token)));
  setKey(state, frame, token);
  return 'taken';
}

function quote({ start, end }: Token): Edit[] {
  return [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }];
}

function startSibling(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  const around = state.stack[state.stack.length - 2];
  if (token.kind === '{' && around?.kind === 'list' && frame.members.length > 0) {
    closeDownTo(state, state.stack.length - 1, token, frame.expects === 'comma' || frame.comma ? ',' : '');
    openObject(state, token, around.name);
    return 'taken';
  }
  if (frame.implied === 'root' && frame.members.length > 0) {
    endAll(state);
    return 'again';
  }
  return startOrphan(state, token);
}

function expectColon(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  const missing = fault('unexpected', { start: token.start, end: token.end }, 'A colon is missing between the name and this value', 'Insert a colon',
    [{ span: { start: endOfLast(state), end: endOfLast(state) }, newText: ':' }]);
  switch (token.kind) {
    case ':':
      frame.expects = 'value';
      return 'taken';
    case 'string':
      if (state.lexer.colonFollows()) return keyWithoutValue(state, frame, token);
      complain(state, token, missing);
      return value(state, frame, token);
    case '{':
    case '[':
    case 'template':
      complain(state, token, missing);
      return value(state, frame, token);
    case 'word':
      if (isSign(state, token, '=', ':', 'colon')) {
        frame.expects = 'value';
        return 'taken';
      }
      if (token.first) return keyWithoutValue(state, frame, token);
      complain(state, token, missing);
      return value(state, frame, token);
    default:
      frame.bare++;
      return noValue(state, frame, token, !isListInBraces(frame));
  }
}

/** A sign of other languages in place of JSON's. */
function isSign(state: Recovery, token: Token, sign: string, meant: string, name: string): boolean {
  const span = { start: token.start, end: token.end };
  if (state.text.slice(span.start, span.end) !== sign) return false;
  complain(state, token, fault('unexpected', span, `JSON has a ${name} here, not "${sign}"`, `Write a ${name}`, [{ span, newText: meant }]));
  return true;
}

/** `{ "a", "b" }` is most likely a list; its fault is told when it ends. */
function isListInBraces(frame: ObjectFrame): boolean {
  return frame.bare === frame.members.length + 1;
}

function expectValue(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  switch (token.kind) {
    case 'string':
      return token.first && state.lexer.colonFollows() ? keyWithoutValue(state, frame, token) : value(state, frame, token);
    case 'word':
      return token.first && state.lexer.colonFollows() ? keyWithoutValue(state, frame, token) : value(state, frame, token);
    case '{':
    case '[':
    case 'template': return value(state, frame, token);
    case ':': return ignore(state, token);
    default: return noValue(state, frame, token, true);
  }
}

function value(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  frame.expects = 'comma';
  startValue(state, token, frame.key?.value ?? '');
  return 'taken';
}

/** The member ends, and the token is the first of what comes behind it. */
function noValue(state: Recovery, frame: ObjectFrame, token: Token, tell: boolean): Outcome {
  const known = frame.key;
  if (tell && known) complain(state, token, fault('missing-value', known.span, `"${known.value}" has no value`));
  endKey(frame);
  frame.expects = 'comma';
  return 'again';
}

function keyWithoutValue(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  const known = frame.key;
  if (known) complain(state, token, fault('missing-value', known.span, `"${known.value}" has no value`));
  endKey(frame);
  frame.expects = 'key';
  return 'again';
}

function expectComma(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  switch (token.kind) {
    case ',':
      frame.comma = token;
      frame.expects = 'key';
      return 'taken';
    case '}':
      closeTop(state, token.end, true);
      return 'taken';
    case 'string':
    case 'word': return nextMember(state, frame, token);
    case ':': return nestedMember(state, frame, token);
    case '{':
    case '[': return startSibling(state, frame, token);
    case ']': return closeBy(state, token);
    default: return ignore(state, token);
  }
}

function nextMember(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  if (state.lexer.colonFollows() || token.kind === 'string' && token.first) {
    const home = token.kind === 'string' ? homeOf(state, frame, token) : frame;
    if (home === frame) {
      const end = endOfLast(state);
      complain(state, token, fault('missing-comma', { start: token.start, end: token.end }, 'A comma is missing before this member', 'Insert a comma', [{ span: { start: end, end }, newText: ',' }]));
    }
    home.expects = 'key';
    return 'again';
  }
  if (token.kind === 'word' && isSign(state, token, ';', ',', 'comma')) {
    frame.comma = token;
    frame.expects = 'key';
    return 'taken';
  }
  if (token.kind === 'word') return endsDocument(state, token) ? 'again' : skipWords(state, token);
  return ignore(state, token);
}

/** `"Bool": "kms:MultiRegion": true`: the last value is a key, its braces are missing. */
function nestedMember(state: Recovery, frame: ObjectFrame, token: Token): Outcome {
  const member = frame.members[frame.members.length - 1];
  const inner = member?.value;
  const last = state.last;
  if (!member || inner?.kind !== 'scalar' || last?.kind !== 'string' || inner.span.start !== last.start) return ignore(state, token);
  frame.members.pop();
  frame.key = member.key;
  frame.expects = 'comma';
  const nested = openObject(state, last, member.key.value, 'single');
  nested.key = scalarOf(state, last, undefined);
  nested.expects = 'value';
  const end = inner.span.start;
  state.faults.note(MISSING_BRACES, inner.span, [{ span: { start: end, end }, newText: '{' }]);
  return 'taken';
}

