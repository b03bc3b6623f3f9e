import { MISSING_BRACES } from './causes';
import { faultBook } from './fault-book';
import { closers, closeTop, endAll, endOfLast, topOf, type Outcome, type Recovery } from './frames';
import { mayHaveHoles } from './holes';
import { tolerantLexer, type Token } from './lex';
import { inList } from './recover-list';
import { inObject } from './recover-object';
import { atRoot, judgeRoots } from './recover-root';
import type { ParseResult, SyntaxOptions } from './result';

/** Reads text that is not JSON all through: keeps every value that can be told, and says once what each trouble comes from. */
export function recover(text: string, options: SyntaxOptions): ParseResult {
  const faults = faultBook();
  const state: Recovery = {
    text, options, faults, lexer: tolerantLexer(text, options, faults), holes: mayHaveHoles(text),
    stack: [], roots: [], orphans: [], prose: [], rootCommas: [], last: undefined, quietLine: -1, tooDeep: false, braceless: false,
  };
  for (let token = state.lexer.next(true); token.kind !== 'end'; token = state.lexer.next(state.stack.length === 0)) {
    let outcome: Outcome;
    do outcome = step(state, token); while (outcome === 'again');
    if (outcome === 'dropped') continue;
    state.last = token;
    if (token.string?.closed === false) state.quietLine = token.lineStart;
  }
  closeAtEnd(state);
  judgeRoots(state);
  // Text that is all prose has no faults of JSON.
  const roots = [...state.roots, ...state.orphans];
  return { root: roots[0], roots, braceless: state.braceless, faults: roots.length === 0 ? [] : faults.all() };
}

function step(state: Recovery, token: Token): Outcome {
  const frame = topOf(state);
  if (!frame) return atRoot(state, token);
  return frame.kind === 'object' ? inObject(state, frame, token) : inList(state, frame, token);
}

/** The text ends, maybe before its containers do. */
function closeAtEnd(state: Recovery): void {
  if (state.stack.length === 0) return;
  // Where the text stops within a string, that is the one fault, and its fix closes all.
  if (state.last?.string?.closed === false && !state.faults.noted(MISSING_BRACES)) {
    state.faults.extendOpenString(closers(state, [...state.stack].reverse(), ''));
    while (state.stack.length > 0) closeTop(state, endOfLast(state), false);
  } else {
    endAll(state);
  }
}
