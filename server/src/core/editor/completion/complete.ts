import { printJson, type PrintStyle } from '../../parse/print';
import { lineIndent, textLayout } from '../../parse/json-layout';
import type { TextEdit, Span } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { actionCandidates } from './actions';
import { withTabStops, type Candidate, type Written } from './candidate';
import { conditionKeyCandidates } from './condition-keys';
import { conditionValueCandidates } from './condition-values';
import { documentCandidates } from './documents';
import { elementCandidates, elementValueCandidates } from './elements';
import { operatorCandidates } from './operators';
import { placeAt, type Place } from './place';
import { principalCandidates } from './principals';
import { resourceCandidates } from './resources';
import { statementCandidates } from './statements';

/** What an editor offers at a cursor. */
export interface Completions {
  /** Of the file: what each of them replaces. */
  readonly span: Span;
  readonly items: readonly Completion[];
  /** For commas that are missing before it. */
  readonly edits: readonly TextEdit[];
}

export interface Completion extends Pick<Candidate, 'label' | 'kind' | 'detail' | 'documentation' | 'deprecated' | 'goesOn' | 'rank'> {
  /** For the span, as the file has it, escapes included; a snippet of the Language Server Protocol where that was asked for. */
  readonly newText: string;
  /** What stands in the span is compared with this. */
  readonly filterText: string;
}

export interface CompletionOptions {
  /** The editor knows snippets. */
  readonly snippets: boolean;
  /** A file as its reader names it. */
  readonly file: (uri: string) => string;
}

/** What can be typed at an offset of a file; undefined in files and at places that are no policy's. */
export function complete(workspace: Workspace, uri: string, offset: number, { snippets, file }: CompletionOptions): Completions | undefined {
  const place = placeAt(workspace, uri, offset, file);
  return place && inPolicy(place, snippets);
}

/**
 * Whole policies for a document in which nothing stands yet, or an empty object.
 *
 * @param text the document's: the workspace keeps no text without a policy
 */
export function completeEmpty(workspace: Workspace, uri: string, text: string, { snippets }: CompletionOptions): Completions | undefined {
  if (!/^\s*(?:\{\s*\})?\s*$/.test(text)) return undefined;
  const style = { indent: '  ', eol: '\n' };
  const start = text.length - text.trimStart().length;
  const items = documentCandidates(workspace, uri).map((one) => completion(one, withTabStops(printed(one.writes, style), snippets), text.trim()));
  return items.length === 0 ? undefined : { span: { start, end: Math.max(start, text.trimEnd().length) }, items, edits: [] };
}

function inPolicy(place: Place, snippets: boolean): Completions | undefined {
  const { token, layer } = place;
  const style = styleAt(place);
  const quote = token.quoted ? layer.escape('"') : '';
  const items = [...candidatesAt(place)].sort((a, b) => a.rank - b.rank).map((one) => (
    completion(one, withTabStops(layer.escape(printed(one.writes, style) + (token.commaBehind ? ',' : '')), snippets), quote)));
  if (items.length === 0) return undefined;
  const comma = token.commaBefore;
  return {
    span: layer.toFile(token.span), items,
    edits: comma === undefined ? [] : [{ span: layer.toFile({ start: comma, end: comma }), newText: ',' }],
  };
}

/** @param typed what stands at the beginning of the span whatever is chosen */
function completion(candidate: Candidate, newText: string, typed: string): Completion {
  const { label, kind, detail, documentation, deprecated, goesOn, rank, filter } = candidate;
  return { label: shown(label), kind, detail, documentation, deprecated, goesOn, rank, newText, filterText: typed + (filter ?? shown(label)) };
}

function candidatesAt(place: Place): Candidate[] {
  const { wants } = place;
  switch (wants.what) {
    case 'document-element': case 'statement-element': case 'principal-key': return elementCandidates(place, wants);
    case 'statement': return statementCandidates(place);
    case 'operator': return operatorCandidates(place, wants);
    case 'condition-key': return conditionKeyCandidates(place, wants);
    case 'condition-value': return conditionValueCandidates(place, wants.condition);
    case 'principal': return principalCandidates(place, wants.key);
    case 'element-value': return valueCandidates(place, wants.element);
  }
}

function valueCandidates(place: Place, element: string): Candidate[] {
  switch (element) {
    case 'Action': case 'NotAction': return actionCandidates(place);
    case 'Resource': return resourceCandidates(place);
    case 'NotResource': return place.kind === 'key' ? [] : resourceCandidates(place);
    default: return elementValueCandidates(element);
  }
}

/** A placeholder in a label is its name. */
function shown(label: string): string {
  return withTabStops(label, false).replace(/<([A-Z0-9_]+)>/g, '$1');
}

/** On lines of their own where the policy is written so. The editor itself indents lines of the file; those in a string it does not see. */
function styleAt({ layer, token, policy }: Place): PrintStyle {
  const layout = textLayout(layer.text);
  const inString = policy.layer.escape('"') !== '"';
  const { indent, colon, comma, eol } = layout;
  return { indent, colon, comma, eol: eol === '' ? '' : eol + (inString ? lineIndent(layer.text, token.span.start) : '') };
}

function printed(writes: Written, style: PrintStyle): string {
  if ('items' in writes) return writes.items.map((item) => printJson(item, style)).join(style.eol === '' ? style.comma ?? ', ' : `,${style.eol}`);
  if (!('name' in writes)) return printJson(writes.value, style);
  return `${JSON.stringify(writes.name)}${style.colon ?? ': '}${printJson(writes.value, style)}`;
}
