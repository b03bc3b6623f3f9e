/*
 * Snippets of the Language Server Protocol, whose syntax is TextMate's:
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#snippet_syntax
 */

/** A place that the cursor goes to, in the order of the numbers; places of one number are typed into at once. */
export function tabStop(number: number, text = ''): string {
  return text === '' ? `\${${number}}` : `\${${number}:${text}}`;
}

/** A tab stop at which one of the texts is chosen; the first of them stands there until then. */
export function choiceStop(number: number, texts: readonly string[]): string {
  return `\${${number}|${texts.map((text) => text.replace(/[\\,|$}]/g, '\\$&')).join(',')}|}`;
}

/** `$`, `}` and `\` mean something in a snippet; a backslash makes each of them a character again. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
