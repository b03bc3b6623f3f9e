import { mapStrings } from '../syntax/canonical-value';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import type { Syntax } from '../syntax/syntax';
import type { JsonValue } from '../syntax/tree-edit';
import { escapeSnippet, tabStop } from '../text/snippet';
import { symbolsAsWords } from '../text/symbol-text';
import { replacePlaceholderMarkers } from './placeholder-marker';

/** The syntax of policies in files of their own. */
export const NEW_DOCUMENT_SYNTAX: Syntax = JSON_SYNTAX;

/** The document as the text of a file: what is not known yet stands as a word to replace, `key/<KEY_ID>`. */
export function renderFile(document: JsonValue): string {
  // Before it is printed, which escapes the characters of symbols.
  return NEW_DOCUMENT_SYNTAX.print(mapStrings(document, (text) => symbolsAsWords(placeholdersAsWords(text))));
}

/** The names of the words to replace in the document as a file has it, each once, in the order in which they appear. */
export function wordsToReplaceIn(document: JsonValue): string[] {
  const names = new Set<string>();
  mapStrings(document, (text) => {
    for (const [, name = ''] of symbolsAsWords(placeholdersAsWords(text)).matchAll(WORD_TO_REPLACE)) names.add(name);
    return text;
  });
  return [...names];
}

const WORD_TO_REPLACE = /<([A-Z0-9_]+)>/g;

/**
 * Text of a file as a snippet: its words to replace, `<NAME>`, become tab stops with the name as text, one number for each name.
 * @param names of the placeholders; other words in angle brackets stay as they are
 */
export function toSnippet(text: string, names: readonly string[]): string {
  const numbers = new Map(names.map((name, index) => [name, index + 1]));
  let snippet = '';
  let end = 0;
  for (const match of text.matchAll(WORD_TO_REPLACE)) {
    const [word, name = ''] = match;
    const number = numbers.get(name);
    if (number === undefined) continue;
    snippet += escapeSnippet(text.slice(end, match.index)) + tabStop(number, name);
    end = match.index + word.length;
  }
  return snippet + escapeSnippet(text.slice(end));
}

/** `arn:aws:kms:us-west-2:111122223333:key/<KEY_ID>` */
export function placeholdersAsWords(text: string): string {
  return replacePlaceholderMarkers(text, (name) => `<${name}>`);
}

/** The same value with words to replace in place of placeholders, for text that goes into a file. */
export function withPlaceholderWords<T extends JsonValue | object>(value: T): T {
  // Symbols stay: the file that the text goes into may be the template that they are of.
  return mapStrings(value as JsonValue, placeholdersAsWords) as T;
}
