import { link, paragraph, type Block } from '../hover/rich';
import { mapPlaceholders, placeholder } from '../../generate/placeholder';
import type { JsonValue } from '../../parse/edit';
import { escapeSnippet, tabStop } from '../../text/snippet';

/** What a list of suggestions offers: one thing to write at the place. */
export interface Candidate {
  readonly label: string;
  readonly kind: 'element' | 'action' | 'wildcard' | 'operator' | 'condition-key' | 'value' | 'arn' | 'account' | 'statement';
  /** A few words behind the label. */
  readonly detail?: string | undefined;
  readonly documentation?: readonly Block[] | undefined;
  /** What is written: a value, a member with its name, or statements one behind another. Placeholders are tab stops. */
  readonly writes: Written;
  /** What the typed text is compared with, where that is not the label. */
  readonly filter?: string | undefined;
  /** Lower comes first; within one rank the list keeps its order. */
  readonly rank: number;
  readonly deprecated?: boolean | undefined;
  /** What comes next is in the list of another place: that is asked for at once. */
  readonly goesOn?: boolean | undefined;
}

export type Written =
  | { readonly value: JsonValue }
  | { readonly name: string; readonly value: JsonValue }
  | { readonly items: readonly JsonValue[] };

/** Where the cursor goes next: a tab stop without a text. */
export const HERE = placeholder('HERE');

/** In place of a value: what stands behind it in the list is to be chosen. Written without quotes. */
export const BARE = placeholder('BARE');
/** As the value of a member: only its name is there yet. */
export const HOLLOW = placeholder('HOLLOW');

/** A candidate for one value that is its own label. */
export function plain(label: string, rank: number, more: Partial<Candidate> = {}): Candidate {
  return { label, kind: 'value', rank, writes: { value: label }, ...more };
}

/** The text with its placeholders as tab stops of a snippet, or, for editors without snippets, as words to replace. */
export function withTabStops(json: string, snippets: boolean): string {
  // Names without values are no JSON: only who can put the cursor there has a use for them.
  const text = (snippets ? json.replace(new RegExp(`:\\s*"?${HOLLOW}"?`, 'g'), '') : json.replace(new RegExp(`\\s*"${HERE}":\\s*"${HOLLOW}"\\s*`, 'g'), ''))
    .replaceAll(`"${BARE}"`, BARE);
  if (!snippets) return mapPlaceholders(text, (name) => (isCursor(name) ? '' : `<${name}>`));
  const numbers = new Map<string, number>();
  let next = 1;
  return mapPlaceholders(text, (name) => {
    if (isCursor(name)) return tabStop(next++);
    const number = numbers.get(name) ?? next++;
    numbers.set(name, number);
    return tabStop(number, name);
  }, escapeSnippet);
}

function isCursor(name: string): boolean {
  return name === 'HERE' || name === 'BARE';
}

/** The documentation of something of AWS's: the sentence, more of it, the page. */
export function page({ description, href }: { readonly description: string; readonly href: string }, ...more: readonly Block[]): readonly Block[] {
  return [...paragraph(description), ...more, ...paragraph(link('AWS documentation', href))];
}
