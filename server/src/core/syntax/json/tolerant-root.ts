import { LEADING_TEXT, MISSING_BRACES, TRAILING_TEXT } from './fault-causes';
import { syntaxFault, type LayerEdit } from './fault-collector';
import { reportUnlessCascading, lineBreak, openList, openObject, type TokenOutcome, type TolerantParserState } from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';
import { removeComma } from './tolerant-tokens';
import type { Node } from '../tree';

/** One token outside of all containers. False when it is no part of a document. */
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
    case ']': {
      const span = { start: token.start, end: token.end };
      reportUnlessCascading(state, token, syntaxFault('unexpected', span, 'This bracket closes nothing', 'Delete the bracket', [{ span, newText: '' }]));
      return state.roots.length > 0 ? 'taken' : 'dropped';
    }
    default: return skipProseAtRoot(state, token);
  }
}

/** Members without the braces around them, as they are cut out of a policy. */
function startBracelessObject(state: TolerantParserState, token: JsonToken): TokenOutcome {
  if (state.roots.length === 0) state.braceless = true;
  const edit = token.startsLine && /[\r\n]/.test(state.text.slice(token.end))
    ? { span: { start: token.lineStart, end: token.lineStart }, newText: `{${lineBreak(state.text)}` }
    : { span: { start: token.start, end: token.start }, newText: '{' };
  state.faults.addOccurrence(MISSING_BRACES, { start: token.start, end: token.end }, [edit]);
  openObject(state, token, '', 'root');
  return 'again';
}

function skipProseAtRoot(state: TolerantParserState, token: JsonToken): TokenOutcome {
  const end = Math.max(state.lexer.skipProse(token.end), token.end);
  const last = state.prose[state.prose.length - 1];
  const behind = state.roots.length;
  if (last?.behind === behind) last.end = end;
  else state.prose.push({ start: token.start, end, behind });
  return 'dropped';
}

/** Says what is wrong with the row of documents and text that the file turned out to be. */
export function reportRootFaults(state: TolerantParserState): void {
  reportProse(state);
  const [first, second] = state.roots;
  if (!first) return;
  for (const { token, behind } of state.rootCommas) {
    if (behind === 0 || behind === state.roots.length) removeComma(state, token, 'trailing-comma', behind === 0 ? 'There is a comma too many' : 'There is a comma after the document');
  }
  if (!second) return;
  const count = state.roots.length - 1;
  const edits = wrapInListEdits(state);
  const found = syntaxFault('extra-document', { start: second.span.start, end: second.span.start + 1 }, 'A JSON file contains one document, and another one starts here', 'Put them in one list', edits);
  state.faults.add({ ...found, count });
}

/** Text that is all prose is no document, and has no faults of one. */
function reportProse(state: TolerantParserState): void {
  if (state.roots.length === 0) return;
  for (const { start, end, behind } of state.prose) {
    const before = state.roots[behind - 1];
    const after = state.roots[behind];
    const from = before ? before.span.end : start;
    // What stands between two documents goes, but for one line break.
    const newText = before && after ? lineBreak(state.text) : '';
    const span = { start: before && !after ? from : start, end: after ? after.span.start : end };
    state.faults.addOccurrence(behind === 0 ? LEADING_TEXT : TRAILING_TEXT, { start, end }, [{ span, newText }]);
  }
}

/** Brackets around the documents and commas between them; nothing when that would be no list of like things. */
function wrapInListEdits(state: TolerantParserState): LayerEdit[] {
  const { roots } = state;
  if (!roots.every((root) => root.kind === 'object' && root.closed && state.text[root.span.start] === '{')) return [];
  const documents = roots.filter((root) => hasMember(root, 'Statement')).length;
  if (documents !== 0 && documents !== roots.length || state.prose.some(({ behind }) => behind > 0 && behind < roots.length)) return [];
  const edits: LayerEdit[] = [];
  roots.forEach((root, index) => {
    if (index === 0) edits.push({ span: { start: root.span.start, end: root.span.start }, newText: '[' });
    const last = index === roots.length - 1;
    if (last || !state.rootCommas.some(({ behind }) => behind === index + 1)) edits.push({ span: { start: root.span.end, end: root.span.end }, newText: last ? ']' : ',' });
  });
  return edits;
}

function hasMember(node: Node, name: string): boolean {
  return node.kind === 'object' && node.members.some((member) => member.key.value === name);
}

