import type { JsonValue } from '../parse/edit';
import { printJson } from '../parse/print';
import { mapPlaceholders, placeholdersIn } from './placeholder';

/** The document as the text of a file: what is not known yet stands as a word to replace, `key/<KEY_ID>`. */
export function renderFile(document: JsonValue): string {
  return wordsFor(printed(document));
}

/**
 * The document as a snippet of the Language Server Protocol (TextMate syntax): what is not known yet is a tab stop with
 * its name as default text, one number for each name.
 */
export function renderSnippet(document: JsonValue): string {
  const numbers = new Map(placeholdersIn(document).map((name, index) => [name, index + 1]));
  return mapPlaceholders(printed(document), (name) => `\${${numbers.get(name) ?? 0}:${name}}`, escapeSnippet);
}

/** The document as plain JSON; undefined while it has placeholders. */
export function renderPlain(document: JsonValue): string | undefined {
  return placeholdersIn(document).length === 0 ? printed(document) : undefined;
}

function printed(document: JsonValue): string {
  return `${printJson(document, { indent: '  ', eol: '\n' })}\n`;
}

/** The same value with words to replace in place of placeholders, for text that goes into a file. */
export function inFileWords<T extends JsonValue | object>(value: T): T {
  return replaced(value as JsonValue) as T;
}

/** `arn:aws:kms:us-west-2:111122223333:key/<KEY_ID>` */
export function wordsFor(text: string): string {
  return mapPlaceholders(text, (name) => `<${name}>`);
}

function replaced(value: JsonValue): JsonValue {
  if (typeof value === 'string') return wordsFor(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => replaced(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
}

/** `$`, `}` and `\` mean something in a snippet; a backslash makes each of them a character again. */
function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
