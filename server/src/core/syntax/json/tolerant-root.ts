import { LEADING_TEXT, MISSING_BRACES, TRAILING_TEXT } from './fault-causes';
import { syntaxFault, type LayerEdit } from './fault-collector';
import { reportUnlessCascading, lineBreak, openList, openObject, type TokenOutcome,
  type TolerantParserState } from './tolerant-parser-state';
import type { JsonToken } from './tolerant-lexer';
import { removeComma } from './tolerant-tokens';
import type { Node } from '../tree';

/** One token outside of all containers. False when it is no part of a document. */
export function parseAtRoot(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  switch (jsonToken.kind) {
    case '{':
      openObject(state, jsonToken, '');
      return 'taken';
    case '[':
      openList(state, jsonToken, '');
      return 'taken';
    case 'string': return state.lexer.colonFollows() ? startBracelessObject(state, jsonToken) : skipProseAtRoot(state, jsonToken);
    case ',':
      state.rootCommas.push({ token: jsonToken, behind: state.roots.length });
      return 'taken';
    case 'template': return state.options.templates === 'allowed' ? 'dropped' : skipProseAtRoot(state, jsonToken);
    case '}':
    case ']': {
      const span = { start: jsonToken.start, end: jsonToken.end };
      reportUnlessCascading(state, jsonToken,
        syntaxFault('unexpected', span, 'This bracket closes nothing', 'Delete the bracket', [{ span, newText: '' }]));
      return state.roots.length > 0 ? 'taken' : 'dropped';
    }
    default: return skipProseAtRoot(state, jsonToken);
  }
}

/** Members without the braces around them, as they are cut out of a policy. */
function startBracelessObject(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  if (state.roots.length === 0) state.braceless = true;
  const edit = jsonToken.startsLine && /[\r\n]/.test(state.text.slice(jsonToken.end))
    ? { span: { start: jsonToken.lineStart, end: jsonToken.lineStart }, newText: `{${lineBreak(state.text)}` }
    : { span: { start: jsonToken.start, end: jsonToken.start }, newText: '{' };
  state.faults.addOccurrence(MISSING_BRACES, { start: jsonToken.start, end: jsonToken.end }, [edit]);
  openObject(state, jsonToken, '', 'root');
  return 'again';
}

function skipProseAtRoot(state: TolerantParserState, jsonToken: JsonToken): TokenOutcome {
  const end = Math.max(state.lexer.skipProse(jsonToken.end), jsonToken.end);
  const last = state.prose[state.prose.length - 1];
  const behind = state.roots.length;
  if (last?.behind === behind) last.end = end;
  else state.prose.push({ start: jsonToken.start, end, behind });
  return 'dropped';
}

/** Says what is wrong with the row of documents and text that the file turned out to be. */
export function reportRootFaults(state: TolerantParserState): void {
  reportProse(state);
  const [first, second] = state.roots;
  if (!first) return;
  for (const { token: jsonToken, behind } of state.rootCommas) {
    if (behind === 0 || behind === state.roots.length)
      removeComma(state, jsonToken, 'trailing-comma', behind === 0 ? 'There is a comma too many' : 'There is a comma after the document');
  }
  if (!second) return;
  const count = state.roots.length - 1;
  const layerEdits = wrapInListEdits(state);
  const found = syntaxFault('extra-document', { start: second.span.start, end: second.span.start + 1 },
    'A JSON file contains one document, and another one starts here', 'Put them in one list', layerEdits);
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
  const layerEdits: LayerEdit[] = [];
  roots.forEach((root, index) => {
    if (index === 0) layerEdits.push({ span: { start: root.span.start, end: root.span.start }, newText: '[' });
    const last = index === roots.length - 1;
    if (last || !state.rootCommas.some(({ behind }) => behind === index + 1))
      layerEdits.push({ span: { start: root.span.end, end: root.span.end }, newText: last ? ']' : ',' });
  });
  return layerEdits;
}

function hasMember(node: Node, name: string): boolean {
  return node.kind === 'object' && node.members.some((member) => member.key.value === name);
}

