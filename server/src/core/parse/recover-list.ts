import { MISSING_BRACES } from './causes';
import { fault } from './fault-book';
import {
  closeDownTo, closeTop, complain, endOfLast, isElement, isStatementElement, lineBreak, openObject, topOf,
  type ListFrame, type Outcome, type Recovery,
} from './frames';
import type { Token } from './lex';
import { homeDepth } from './recover-object';
import { closeBy, endsDocument, ignore, removeComma, skipWords, startValue } from './recover-tokens';
import type { Member } from './tree';

/** One token inside of a list. False when it is no part of the document. */
export function inList(state: Recovery, frame: ListFrame, token: Token): Outcome {
  switch (token.kind) {
    case ']':
      if (frame.comma) removeComma(state, frame.comma, 'trailing-comma', 'There is a comma after the last value');
      closeTop(state, token.end, true);
      return 'taken';
    case ',':
      if (frame.expects === 'item') removeComma(state, token, 'unexpected', 'There is a comma too many');
      else frame.comma = token;
      frame.expects = 'item';
      return 'taken';
    case '}': return closeBy(state, token);
    case ':': return ignore(state, token);
    case 'string':
      if (state.lexer.colonFollows()) return keyInList(state, frame, token);
      return item(state, frame, token);
    case 'word':
      // Prose, or what is left of a line that went wrong.
      if (endsDocument(state, token)) return 'again';
      return frame.expects === 'item' && !/^[ \t]+[^\s"{}[\],:]/.test(state.lexer.rest(40)) ? item(state, frame, token) : skipWords(state, token);
    default: return item(state, frame, token);
  }
}

function item(state: Recovery, frame: ListFrame, token: Token): Outcome {
  if (frame.expects === 'comma') {
    if (token.kind === 'template') return 'dropped';
    const end = endOfLast(state);
    complain(state, token, fault('missing-comma', { start: token.start, end: token.end }, 'A comma is missing before this value', 'Insert a comma', [{ span: { start: end, end }, newText: ',' }]));
  }
  frame.comma = undefined;
  frame.expects = 'comma';
  startValue(state, token, frame.name);
  return 'taken';
}

/**
 * A key directly in a list: the braces around a statement are missing, or the brace before it came too early, or else the
 * list's closing bracket is missing. Indentation tells first, the names of policy elements second.
 */
function keyInList(state: Recovery, frame: ListFrame, token: Token): Outcome {
  const name = token.string?.value ?? '';
  if (frame.name === 'Statement' && isStatementElement(name)) {
    const last = lastObject(frame, state);
    return last && name !== 'Sid' && !last.some((member) => member.key.value === name) ? reopen(state, frame, token) : impliedItem(state, frame, token);
  }
  const depth = homeDepth(state, token);
  const outside = token.first ? token.indent <= frame.indent || isElement(name) : isElement(name) || frame.items.some((node) => node.kind === 'scalar');
  if (depth === undefined || !outside) return impliedItem(state, frame, token);
  closeDownTo(state, depth + 1, token, ',');
  const top = topOf(state);
  if (top?.kind !== 'object') return 'dropped';
  top.expects = 'key';
  return 'again';
}

function lastObject(frame: ListFrame, state: Recovery): readonly Member[] | undefined {
  const node = frame.items[frame.items.length - 1];
  return node?.kind === 'object' && node.closed && state.text[node.span.end - 1] === '}' ? node.members : undefined;
}

/** Takes the brace behind the last item for a slip: the item goes on. */
function reopen(state: Recovery, frame: ListFrame, token: Token): Outcome {
  const node = frame.items.pop();
  if (node?.kind !== 'object') return 'dropped';
  const span = { start: node.span.end - 1, end: node.span.end };
  complain(state, token, fault('unexpected', span, 'This brace closes the statement too early', 'Delete the brace', [{ span, newText: '' }]));
  const reopened = openObject(state, { ...token, start: node.span.start }, frame.name);
  reopened.members.push(...node.members);
  frame.comma = undefined;
  return 'again';
}

function impliedItem(state: Recovery, frame: ListFrame, token: Token): Outcome {
  const newText = token.first ? `{${lineBreak(state.text)}${' '.repeat(token.indent)}` : '{ ';
  state.faults.note(MISSING_BRACES, { start: token.start, end: token.end }, [{ span: { start: token.start, end: token.start }, newText }]);
  frame.comma = undefined;
  frame.expects = 'comma';
  openObject(state, token, frame.name, 'item');
  return 'again';
}
