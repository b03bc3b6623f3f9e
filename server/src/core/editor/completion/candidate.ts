import { link, paragraph, type Block } from '../hover/rich-text';
import { replacePlaceholderMarkers, placeholderMarker } from '../../generate/placeholder-marker';
import type { JsonValue } from '../../syntax/tree-edit';
import { escapeSnippet, tabStop } from '../../text/snippet';

/** What a list of suggestions offers: one thing to write at the place. */
export interface CompletionCandidate {
  readonly label: string;
  readonly kind: 'element' | 'action' | 'wildcard' | 'operator' | 'condition-key' | 'value' | 'arn' | 'account' | 'statement';
  /** A few words behind the label. */
  readonly detail?: string | undefined;
  readonly documentation?: readonly Block[] | undefined;
  /** What is written: a value, a member with its name, or statements one behind another. Placeholders are tab stops. */
  readonly insertion: CompletionInsertion;
  /** What the typed text is compared with, where that is not the label. */
  readonly filterText?: string | undefined;
  /** Lower comes first; within one rank the list keeps its order. */
  readonly rank: number;
  readonly deprecated?: boolean | undefined;
  /** What comes next is in the list of another place: that is asked for at once. */
  readonly triggersSuggestions?: boolean | undefined;
}

export type CompletionInsertion =
  | { readonly value: JsonValue }
  | { readonly name: string; readonly value: JsonValue }
  | { readonly items: readonly JsonValue[] };

/** Where the cursor goes next: a tab stop without a text. */
export const CURSOR_STOP = placeholderMarker('HERE');

/** In place of a value: what stands behind it in the list is to be chosen. Written without quotes. */
export const UNQUOTED_STOP = placeholderMarker('BARE');
/** As the value of a member: only its name is there yet. */
export const OMITTED_VALUE = placeholderMarker('HOLLOW');

/** A candidate for one value that is its own label. */
export function valueCandidate(label: string, rank: number, more: Partial<CompletionCandidate> = {}): CompletionCandidate {
  return { label, kind: 'value', rank, insertion: { value: label }, ...more };
}

/** The text with its placeholders as tab stops of a snippet, or, for editors without snippets, as words to replace. */
export function withTabStops(json: string, snippets: boolean): string {
  // Names without values are no JSON: only who can put the cursor there has a use for them.
  const text = (snippets ? json.replace(new RegExp(`:\\s*"?${OMITTED_VALUE}"?`, 'g'), '') : json.replace(new RegExp(`\\s*"${CURSOR_STOP}":\\s*"${OMITTED_VALUE}"\\s*`, 'g'), ''))
    .replaceAll(`"${UNQUOTED_STOP}"`, UNQUOTED_STOP);
  if (!snippets) return replacePlaceholderMarkers(text, (name) => (isCursorStop(name) ? '' : `<${name}>`));
  const numbers = new Map<string, number>();
  let next = 1;
  return replacePlaceholderMarkers(text, (name) => {
    if (isCursorStop(name)) return tabStop(next++);
    const number = numbers.get(name) ?? next++;
    numbers.set(name, number);
    return tabStop(number, name);
  }, escapeSnippet);
}

function isCursorStop(name: string): boolean {
  return name === 'HERE' || name === 'BARE';
}

/** The documentation of something of AWS's: the sentence, more of it, the page. */
export function documentationBlocks({ description, href }: { readonly description: string; readonly href: string }, ...more: readonly Block[]): readonly Block[] {
  return [...paragraph(description), ...more, ...paragraph(link('AWS documentation', href))];
}
