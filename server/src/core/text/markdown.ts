import { escapeDeceptiveCharacters } from './deceptive-characters';
import { plainLine } from './plain-line';
import { describeSymbolsInSentence } from './symbols-in-sentence';

/** They come from policies and mean nothing to a reader. */
const CONTROL_CHARACTERS = /[\u0000-\u001F\u007F\u0085\u2028\u2029]+/g;

/** The text in one line, with what deceives the eye as JSON escapes. */
export function oneLine(text: string): string {
  return escapeDeceptiveCharacters(describeSymbolsInSentence(text).replace(CONTROL_CHARACTERS, ' '));
}

/**
 * A text as Markdown that shows it as it is, in one line: everything that CommonMark, or the tables and links of GitHub's kind,
 * read as more than a character. `$` begins an icon in VS Code. What makes a list at the start of a line stays.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/(https?|www)([:.])/gi, '$1\\$2');
}

/** The same where it begins a paragraph or an item: `-`, `+` and `1.` would make a list of it. */
export function markdownParagraph(text: string): string {
  return escapeListMarker(escapeMarkdown(text));
}

/** Markdown that begins a line, so that its first character makes no list of it. */
export function escapeListMarker(markdown: string): string {
  return markdown.replace(/^(\s*)([-+]|\d+(?=[.)]))(?=[.)]?\s)/,
    (_, space: string, marker: string) => (/\d/.test(marker) ? `${space}${marker}\\` : `${space}\\${marker}`));
}

/** Lines in a fence that none of them can close (CommonMark 0.31, fenced code blocks). */
export function codeBlock(language: string, lines: readonly string[]): string {
  const longest = lines.reduce(
    (most, line) => Array.from(line.matchAll(/`+/g)).reduce((length, [run]) => Math.max(length, run.length), most),
    2,
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines.map((line) => plainLine(line)), fence].join('\n');
}
