import { lineIndent, textLayout } from '../../parse/json-layout';
import { printJson, type PrintStyle } from '../../parse/print';
import type { Layer } from '../../parse/layer';
import type { Span, TextEdit } from '../../text/span';
import { withTabStops, type Candidate, type Written } from './candidate';
import type { Token } from './token';

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

/** Where candidates are written: the token that they replace, and the text that it counts in. */
export interface Spot {
  readonly token: Token;
  readonly layer: Layer;
}

/** The candidates as edits of the file, in their order; undefined when there are none. */
export function offered(candidates: readonly Candidate[], { token, layer }: Spot, snippets: boolean): Completions | undefined {
  const style = styleAt({ token, layer });
  const quote = token.quoted ? layer.escape('"') : '';
  const items = [...candidates].sort((a, b) => a.rank - b.rank).map((one) => (
    completion(one, withTabStops(layer.escape(printed(one.writes, style) + (token.commaBehind ? ',' : '')), snippets), quote)));
  if (items.length === 0) return undefined;
  const comma = token.commaBefore;
  return {
    span: layer.toFile(token.span), items,
    edits: comma === undefined ? [] : [{ span: layer.toFile({ start: comma, end: comma }), newText: ',' }],
  };
}

/** The same for a document in which nothing stands. @param typed what stands there nevertheless: an empty object */
export function offeredAlone(candidates: readonly Candidate[], span: Span, typed: string, snippets: boolean): Completions | undefined {
  const style = { indent: '  ', eol: '\n' };
  const items = candidates.map((one) => completion(one, withTabStops(printed(one.writes, style), snippets), typed));
  return items.length === 0 ? undefined : { span, items, edits: [] };
}

/** @param typed what stands at the beginning of the span whatever is chosen */
function completion(candidate: Candidate, newText: string, typed: string): Completion {
  const { label, kind, detail, documentation, deprecated, goesOn, rank, filter } = candidate;
  return { label: shown(label), kind, detail, documentation, deprecated, goesOn, rank, newText, filterText: typed + (filter ?? shown(label)) };
}

/** A placeholder in a label is its name. */
function shown(label: string): string {
  return withTabStops(label, false).replace(/<([A-Z0-9_]+)>/g, '$1');
}

/** On lines of their own where the text is written so. The editor itself indents lines of the file; those in a string it does not see. */
function styleAt({ layer, token }: Spot): PrintStyle {
  const layout = textLayout(layer.text);
  const inString = layer.escape('"') !== '"';
  const { indent, colon, comma, eol } = layout;
  return { indent, colon, comma, eol: eol === '' ? '' : eol + (inString ? lineIndent(layer.text, token.span.start) : '') };
}

function printed(writes: Written, style: PrintStyle): string {
  if ('items' in writes) return writes.items.map((item) => printJson(item, style)).join(style.eol === '' ? style.comma ?? ', ' : `,${style.eol}`);
  if (!('name' in writes)) return printJson(writes.value, style);
  return `${JSON.stringify(writes.name)}${style.colon ?? ': '}${printJson(writes.value, style)}`;
}
