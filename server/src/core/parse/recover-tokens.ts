import { fault } from './fault-book';
import type { SyntaxFaultKind } from './fault';
import {
  closeDownTo, closeTop, complain, endAll, openList, openObject, placeValue, scalarOf, topOf, type Outcome, type Recovery,
} from './frames';
import type { Token } from './lex';

/** Reads a value from its first token on. */
export function startValue(state: Recovery, token: Token, name: string): void {
  if (token.kind === '{') openObject(state, token, name);
  else if (token.kind === '[') openList(state, token, name);
  else {
    const node = scalarOf(state, token, name);
    if (token.kind === 'word' && node.type === 'string') complainBareWord(state, token);
    else if (token.kind === 'word' && /^-?0\d/.test(node.value)) complainLeadingZero(state, token);
    placeValue(state, node);
  }
}

const PYTHON_WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

function complainBareWord(state: Recovery, token: Token): void {
  const { start, end } = token;
  const word = PYTHON_WORDS[state.text.slice(start, end)];
  const edits = word === undefined
    ? [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }]
    : [{ span: { start, end }, newText: word }];
  const title = word === undefined ? 'Put it in quotes' : `Write ${word}`;
  complain(state, token, fault('unexpected', { start, end }, 'A string in JSON must be in double quotes', title, edits));
}

function complainLeadingZero(state: Recovery, token: Token): void {
  const { start, end } = token;
  complain(state, token, fault('unexpected', { start, end }, 'A number in JSON does not start with 0; an account id must be in quotes', 'Put it in quotes',
    [{ span: { start, end: start }, newText: '"' }, { span: { start: end, end }, newText: '"' }]));
}

/** A container where none can stand: it is read, and kept apart. */
export function startOrphan(state: Recovery, token: Token): Outcome {
  const span = { start: token.start, end: token.end };
  complain(state, token, fault('unexpected', span, token.kind === '{' ? 'An object cannot be here: a name is expected' : 'A list cannot be here: a name is expected'));
  if (token.kind === '{') openObject(state, token, '', 'no', true);
  else openList(state, token, '', true);
  return 'taken';
}

export function ignore(state: Recovery, token: Token): Outcome {
  if (token.kind === 'template') return 'dropped';
  const span = { start: token.start, end: token.end };
  complain(state, token, fault('unexpected', span, 'This does not belong here', 'Delete it', [{ span, newText: '' }]));
  return 'dropped';
}

/**
 * Whether a word in a container is the beginning of prose behind a document that was cut off: a whole line of words, or any
 * word behind the last value of a fragment without braces. The document then ends here.
 */
export function endsDocument(state: Recovery, token: Token): boolean {
  const fragment = state.stack.length === 1 && state.stack[0]?.implied === 'root';
  const words = token.first ? (fragment ? 1 : 5) : fragment ? 0 : Infinity;
  const prose = /^(?:[ \t\u00a0]+[^\s"{}[\]:]+)*/.exec(state.lexer.rest(300))?.[0] ?? '';
  if ((prose.match(/[^ \t\u00a0]+/g)?.length ?? 0) < words) return false;
  endAll(state);
  return true;
}

/** Words within a container: one fault for all that stand in a row. */
export function skipWords(state: Recovery, token: Token): Outcome {
  // The comma before is not one too many: something is to come behind it.
  const frame = topOf(state);
  if (frame) frame.comma = undefined;
  const prose = /^(?:[ \t]+[^\s"{}[\],:]+){3}/.test(state.lexer.rest(200));
  const end = prose ? state.lexer.skipProse(token.end) : token.end;
  const span = { start: token.start, end };
  complain(state, token, fault('unexpected', span, 'This does not belong here', 'Delete it', [{ span, newText: '' }]));
  return 'dropped';
}

export function removeComma(state: Recovery, comma: Token, kind: SyntaxFaultKind, message: string): void {
  const span = { start: comma.start, end: comma.end };
  complain(state, comma, fault(kind, span, message, 'Delete the comma', [{ span, newText: '' }]));
}

/**
 * A closing bracket that is not the one that is due: closes the container of its kind that opens on a line indented alike,
 * else the innermost, with all that is open in it; a bracket that would end the document too early is passed over.
 */
export function closeBy(state: Recovery, token: Token): Outcome {
  const kind = token.kind === '}' ? 'object' : 'list';
  let depth = -1;
  for (let i = state.stack.length - 1; i >= 0; i--) {
    const frame = state.stack[i];
    if (frame?.kind !== kind || frame.implied === 'single') continue;
    if (depth < 0) depth = i;
    if (token.first && frame.indent === token.indent && frame.lineStart !== token.lineStart) {
      depth = i;
      break;
    }
  }
  const endsTooEarly = depth === 0 && /^\s*[,}\]"]/.test(state.lexer.rest(400));
  if (depth < 0 || endsTooEarly) return ignore(state, token);
  closeDownTo(state, depth + 1, token, '');
  const top = topOf(state);
  if (top?.kind === 'object' && top.key) top.expects = 'comma';
  closeTop(state, token.end, true);
  return 'taken';
}
