import { link, paragraph, type Block } from '../hover/rich-text';
import { replacePlaceholderMarkers, placeholderMarker } from '../../generate/placeholder-marker';
import { OMITTED_VALUE, TYPED_STRING, UNQUOTED_VALUE, type TokenInsertion } from '../../syntax/syntax';
import type { JsonValue } from '../../syntax/tree-edit';
import { choiceStop, escapeSnippet, tabStop } from '../../text/snippet';

/** What a list of suggestions offers: one thing to write at the place. */
export interface CompletionCandidate {
  readonly label: string;
  readonly kind: 'element' | 'action' | 'wildcard' | 'operator' | 'condition-key' | 'value' | 'arn' | 'account' | 'statement';
  /** A few words behind the label. */
  readonly detail?: string | undefined;
  readonly documentation?: readonly Block[] | undefined;
  /** What is written: a value, a member with its name, or statements one behind another. Placeholders are tab stops. */
  readonly insertion: TokenInsertion;
  /** What the workspace knows for a placeholder of the insertion, by its name: the editor has one of them chosen. */
  readonly choices?: Readonly<Partial<Record<string, readonly string[]>>> | undefined;
  /** What the typed text is compared with, where that is not the label. */
  readonly filterText?: string | undefined;
  /** Lower comes first; within one rank the list keeps its order. */
  readonly rank: number;
  readonly deprecated?: boolean | undefined;
  /** What comes next is in the list of another place: that is asked for at once. */
  readonly triggersSuggestions?: boolean | undefined;
}

/** Where the cursor goes next: a tab stop without a text. */
const CURSOR_STOP = placeholderMarker('HERE');
const isCursorStop = (name: string): boolean => name === 'HERE';

/** A candidate for one value that is its own label. */
export function valueCandidate(label: string, rank: number, more: Partial<CompletionCandidate> = {}): CompletionCandidate {
  return { label, kind: 'value', rank, insertion: { value: label }, ...more };
}

/** The insertion as an editor can take it: without snippets nobody would be put behind a name without a value. */
export function withoutOmittedValues(insertion: TokenInsertion): TokenInsertion {
  if (insertion.items) return { items: insertion.items.map(withoutOmittedMembers) };
  return { ...insertion, value: withoutOmittedMembers(insertion.value) };
}

function withoutOmittedMembers(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value as Readonly<Record<string, JsonValue>>).filter(([, member]) => member !== OMITTED_VALUE);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutOmittedMembers(member)]));
}

/** The text of an insertion with its placeholders as tab stops of a snippet, or, for editors without snippets, as words to replace. */
export function withTabStops(printed: string, snippets: boolean, choices: CompletionCandidate['choices'] = {}): string {
  const text = printed.replaceAll(UNQUOTED_VALUE, CURSOR_STOP).replaceAll(TYPED_STRING, CURSOR_STOP);
  if (!snippets) return replacePlaceholderMarkers(text, (name) => (isCursorStop(name) ? '' : `<${name}>`));
  const numbers = new Map<string, number>();
  let next = 1;
  return replacePlaceholderMarkers(text, (name) => {
    if (isCursorStop(name)) return tabStop(next++);
    const number = numbers.get(name) ?? next++;
    numbers.set(name, number);
    const texts = choices[name];
    return texts === undefined ? tabStop(number, name) : choiceStop(number, texts);
  }, escapeSnippet);
}

/** The documentation of something of AWS's: the sentence, more of it, the page. */
export function documentationBlocks({ description, href }: { readonly description: string; readonly href: string },
  ...more: readonly Block[]): readonly Block[] {
  return [...paragraph(description), ...more, ...paragraph(link('AWS documentation', href))];
}
