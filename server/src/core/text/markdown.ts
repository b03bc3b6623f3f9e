import { showDeceptive } from './deceptive';

/** They come from policies and mean nothing to a reader. */
const CONTROL = /[\u0000-\u001F\u007F\u0085\u2028\u2029]+/g;

/** The text in one line, with what deceives the eye as JSON escapes. */
export function oneLine(text: string): string {
  return showDeceptive(text.replace(CONTROL, ' '));
}

/**
 * A text as Markdown that shows it as it is, in one line: everything that CommonMark, or the tables and links of GitHub's kind,
 * read as more than a character. `$` begins an icon in VS Code. What makes a list at the start of a line stays.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/(https?|www)([:.])/gi, '$1\\$2');
}
