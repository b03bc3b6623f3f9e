import { lineIndent, textLayout } from '../../syntax/json/layout';
import { printJson, type JsonPrintStyle } from '../../syntax/json/print-json';
import type { SourceLayer } from '../../syntax/source-layer';
import type { Span, TextEdit } from '../../text/span';
import { withTabStops, type CompletionCandidate, type CompletionInsertion } from './candidate';
import type { CursorToken } from '../../syntax/json/cursor-token';

/** What an editor offers at a cursor. */
export interface Completions {
  /** Of the file: what each of them replaces. */
  readonly span: Span;
  readonly items: readonly Completion[];
  /** For commas that are missing before it. */
  readonly additionalEdits: readonly TextEdit[];
}

export interface Completion extends Pick<CompletionCandidate, 'label' | 'kind' | 'detail' | 'documentation' | 'deprecated' | 'triggersSuggestions' | 'rank'> {
  /** For the span, as the file has it, escapes included; a snippet of the Language Server Protocol where that was asked for. */
  readonly newText: string;
  /** What stands in the span is compared with this. */
  readonly filterText: string;
}

/** Where candidates are written: the token that they replace, and the text that it counts in. */
export interface InsertionTarget {
  readonly token: CursorToken;
  readonly layer: SourceLayer;
}

/** The candidates as edits of the file, in their order; undefined when there are none. */
export function toCompletions(completionCandidates: readonly CompletionCandidate[], { token: cursorToken, layer: sourceLayer }: InsertionTarget, snippets: boolean): Completions | undefined {
  const style = printStyleAt({ token: cursorToken, layer: sourceLayer });
  const quote = cursorToken.quoted ? sourceLayer.escape('"') : '';
  const items = [...completionCandidates].sort((a, b) => a.rank - b.rank).map((completionCandidate) => (
    toCompletion(completionCandidate, withTabStops(sourceLayer.escape(printInsertion(completionCandidate.insertion, style) + (cursorToken.needsCommaAfter ? ',' : '')), snippets), quote)));
  if (items.length === 0) return undefined;
  const comma = cursorToken.missingCommaBefore;
  return {
    span: sourceLayer.toFileSpan(cursorToken.span), items,
    additionalEdits: comma === undefined ? [] : [{ span: sourceLayer.toFileSpan({ start: comma, end: comma }), newText: ',' }],
  };
}

/** The same for a document in which nothing stands. @param typed what stands there nevertheless: an empty object */
export function toDocumentCompletions(completionCandidates: readonly CompletionCandidate[], span: Span, typed: string, snippets: boolean): Completions | undefined {
  const style = { indent: '  ', eol: '\n' };
  const items = completionCandidates.map((completionCandidate) => toCompletion(completionCandidate, withTabStops(printInsertion(completionCandidate.insertion, style), snippets), typed));
  return items.length === 0 ? undefined : { span, items, additionalEdits: [] };
}

/** @param typed what stands at the beginning of the span whatever is chosen */
function toCompletion(completionCandidate: CompletionCandidate, newText: string, typed: string): Completion {
  const { label, kind, detail, documentation, deprecated, triggersSuggestions, rank, filterText } = completionCandidate;
  return { label: candidateLabel(label), kind, detail, documentation, deprecated, triggersSuggestions, rank, newText, filterText: typed + (filterText ?? candidateLabel(label)) };
}

/** A placeholder in a label is its name. */
function candidateLabel(label: string): string {
  return withTabStops(label, false).replace(/<([A-Z0-9_]+)>/g, '$1');
}

/** On lines of their own where the text is written so. The editor itself indents lines of the file; those in a string it does not see. */
function printStyleAt({ layer: sourceLayer, token: cursorToken }: InsertionTarget): JsonPrintStyle {
  const layout = textLayout(sourceLayer.text);
  const inString = sourceLayer.escape('"') !== '"';
  const { indent, colon, comma, eol } = layout;
  return { indent, colon, comma, eol: eol === '' ? '' : eol + (inString ? lineIndent(sourceLayer.text, cursorToken.span.start) : '') };
}

function printInsertion(writes: CompletionInsertion, style: JsonPrintStyle): string {
  if ('items' in writes) return writes.items.map((item) => printJson(item, style)).join(style.eol === '' ? style.comma ?? ', ' : `,${style.eol}`);
  if (!('name' in writes)) return printJson(writes.value, style);
  return `${JSON.stringify(writes.name)}${style.colon ?? ': '}${printJson(writes.value, style)}`;
}
