import type { TextEdit } from '../../text/span';
import { lineBreak } from '../../text/lines';
import { syntaxFault } from '../syntax-fault';
import { insertAt, removeSpan } from '../text-edits';
import { LEADING_TEXT, MISSING_BRACES, TRAILING_TEXT } from './syntax-faults';
import type { JsonToken } from './tolerant-lexer';
import { openList, openObject, reportUnlessCascading, type TokenOutcome, type TolerantParserState } from './tolerant-parser-state';
import { removeComma } from './tolerant-tokens';

/** One token outside of all containers. */
export function parseAtRoot(state: TolerantParserState, token: JsonToken): TokenOutcome {
  switch (token.kind) {
    case '{':
      openObject(state, token, '');
      return 'taken';
    case '[':
      openList(state, token, '');
      return 'taken';
    case 'string': return state.lexer.colonFollows() ? startBracelessObject(state, token) : skipProseAtRoot(state, token);
    case ',':
      state.rootCommas.push({ token, behind: state.roots.length });
      return 'taken';
    case 'template': return state.options.templates === 'allowed' ? 'dropped' : skipProseAtRoot(state, token);
    case '}':
    case ']':
      reportUnlessCascading(state, token,
        syntaxFault('unexpected', token.span, 'This bracket closes nothing', 'Delete the bracket', [removeSpan(token.span)]));
      return state.roots.length > 0 ? 'taken' : 'dropped';
    default: return skipProseAtRoot(state, token);
  }
}

/** Members without the braces around them, as they are cut out of a policy. */
function startBracelessObject(state: TolerantParserState, token: JsonToken): TokenOutcome {
  if (state.roots.length === 0) state.braceless = true;
  const edit = token.startsLine && /[\r\n]/.test(state.text.slice(token.span.end))
    ? insertAt(token.lineStart, `{${lineBreak(state.text)}`)
    : insertAt(token.span.start, '{');
  state.faults.addOccurrence(MISSING_BRACES, token.span, [edit]);
  openObject(state, token, '', 'root');
  return 'again';
}

function skipProseAtRoot(state: TolerantParserState, { span }: JsonToken): TokenOutcome {
  const end = Math.max(state.lexer.skipProse(span.end), span.end);
  const last = state.prose[state.prose.length - 1];
  const behind = state.roots.length;
  if (last?.behind === behind) last.end = end;
  else state.prose.push({ start: span.start, end, behind });
  return 'dropped';
}

/** Reports what is wrong with the row of documents and text that the file turned out to be. */
export function reportRootFaults(state: TolerantParserState): void {
  const { roots, rootCommas, faults } = state;
  // Text that is all prose is no document, and has no faults of one.
  if (roots.length === 0) return;
  reportProse(state);
  for (const { token, behind } of rootCommas) {
    if (behind === 0 || behind === roots.length)
      removeComma(state, token, 'trailing-comma', behind === 0 ? 'There is a comma too many' : 'There is a comma after the document');
  }
  const [, second] = roots;
  if (!second) return;
  const fault = syntaxFault('extra-document', { start: second.span.start, end: second.span.start + 1 },
    'A JSON file contains one document, and another one starts here', 'Combine the documents into one list', wrapInListEdits(state));
  faults.add({ ...fault, count: roots.length - 1 });
}

function reportProse({ roots, prose, text, faults }: TolerantParserState): void {
  for (const { start, end, behind } of prose) {
    const before = roots[behind - 1];
    const after = roots[behind];
    // What stands between two documents goes, but for one line break.
    const edit = { span: { start: before && !after ? before.span.end : start, end: after?.span.start ?? end },
      newText: before && after ? lineBreak(text) : '' };
    faults.addOccurrence(before ? TRAILING_TEXT : LEADING_TEXT, { start, end }, [edit]);
  }
}

/** Brackets around the documents and commas between them; nothing while one of them lacks its own brackets or prose is between them. */
function wrapInListEdits({ roots, rootCommas, prose, text }: TolerantParserState): TextEdit[] {
  if (!roots.every((root) => root.kind === 'object' && root.closed && text[root.span.start] === '{')
    || prose.some(({ behind }) => behind > 0 && behind < roots.length)) return [];
  return roots.flatMap(({ span }, index) => {
    const isLast = index === roots.length - 1;
    const needsSeparator = isLast || !rootCommas.some(({ behind }) => behind === index + 1);
    return [...index === 0 ? [insertAt(span.start, '[')] : [], ...needsSeparator ? [insertAt(span.end, isLast ? ']' : ',')] : []];
  });
}
