import type { CursorToken, SourceLayer, Syntax } from '../../syntax/syntax';
import type { Span, TextEdit } from '../../text/span';
import { withoutOmittedValues, withTabStops, type CompletionCandidate } from './candidate';

/** What an editor offers at a cursor. */
export interface Completions {
  /** Of the file: what each of them replaces. */
  readonly span: Span;
  readonly items: readonly Completion[];
  /** For commas that are missing before it. */
  readonly additionalEdits: readonly TextEdit[];
  /** The lines of the texts have their whole indentation; else an editor adds that of the line. */
  readonly areLinesIndented: boolean;
}

export interface Completion
  extends Pick<CompletionCandidate, 'label' | 'kind' | 'detail' | 'documentation' | 'deprecated' | 'triggersSuggestions' | 'rank'> {
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
export function toCompletions(
  candidates: readonly CompletionCandidate[], { token, layer }: InsertionTarget, snippets: boolean,
): Completions | undefined {
  const opening = layer.escape(token.opening);
  const items = [...candidates].sort((a, b) => a.rank - b.rank).map((candidate) => {
    const printed = token.print(snippets ? candidate.insertion : withoutOmittedValues(candidate.insertion));
    return toCompletion(candidate, withTabStops(layer.escape(printed), snippets, candidate.choices), opening);
  });
  if (items.length === 0) return undefined;
  const additionalEdits = token.editsBefore.map(({ span, newText }) => ({ span: layer.toFileSpan(span), newText: layer.escape(newText) }));
  return { span: layer.toFileSpan(token.span), items, additionalEdits, areLinesIndented: token.indentsLines };
}

/** The same for a document in which nothing stands. @param typed what stands there nevertheless: an empty object */
export function toDocumentCompletions(
  candidates: readonly CompletionCandidate[], syntax: Syntax, span: Span, typed: string, snippets: boolean,
): Completions | undefined {
  const items = candidates.flatMap((candidate) => {
    const { value } = candidate.insertion;
    return value === undefined ? [] : toCompletion(candidate, withTabStops(syntax.print(value).trimEnd(), snippets), typed);
  });
  return items.length === 0 ? undefined : { span, items, additionalEdits: [], areLinesIndented: false };
}

/** @param typed what stands at the beginning of the span whatever is chosen */
function toCompletion(candidate: CompletionCandidate, newText: string, typed: string): Completion {
  const { label, kind, detail, documentation, deprecated, triggersSuggestions, rank, filterText } = candidate;
  return { label: candidateLabel(label), kind, detail, documentation, deprecated, triggersSuggestions, rank, newText,
    filterText: typed + (filterText ?? candidateLabel(label)) };
}

/** A placeholder in a label is its name. */
function candidateLabel(label: string): string {
  return withTabStops(label, false).replace(/<([A-Z0-9_]+)>/g, '$1');
}
