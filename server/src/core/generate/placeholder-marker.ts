import type { JsonValue } from '../syntax/tree-edit';

/*
 * A value that is not known yet stands in a generated document as its name between two characters of Unicode's private use area. No policy
 * can contain them (AWS takes U+0009 to U+00FF only), so they are never confused with real text; `render.ts` turns them into what a file or
 * an editor shows.
 */
const MARKER_START = '\uE000';
const MARKER_END = '\uE001';
const MARKER_PATTERN = /\uE000([A-Z0-9_]+)\uE001/g;

/** @param name capital letters, digits and `_`, as a person will read it: `KEY_ID` */
export function placeholderMarker(name: string): string {
  return `${MARKER_START}${name}${MARKER_END}`;
}

export function hasPlaceholderMarker(text: string): boolean {
  return text.includes(MARKER_START);
}

/** The text with each placeholder replaced, and the parts between them passed through `literal`. */
export function replacePlaceholderMarkers(text: string, show: (name: string) => string,
  literal: (part: string) => string = (part) => part): string {
  let display = '';
  let end = 0;
  for (const match of text.matchAll(MARKER_PATTERN)) {
    display += literal(text.slice(end, match.index)) + show(match[1] ?? '');
    end = match.index + match[0].length;
  }
  return display + literal(text.slice(end));
}

/** The names of the placeholders in a document, each once, in the order in which they appear. */
export function placeholderNamesIn(value: JsonValue): string[] {
  return [...new Set(Array.from(JSON.stringify(value).matchAll(MARKER_PATTERN), ([, name = '']) => name))];
}

/** The name of a placeholder for a placeholder of a template: `account_id` gives `ACCOUNT_ID`. */
export function toPlaceholderName(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_|_$/g, '') || 'VALUE';
}
