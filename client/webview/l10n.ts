/** The strings of the page in the language of VS Code, by their English text; empty for English. The extension puts them into the page. */
const strings = readStrings();

/** A sentence in the language of VS Code; `{0}` and so on stand for the values, as in `vscode.l10n.t`. */
export function t(message: string, ...values: readonly (string | number)[]): string {
  return (strings[message] ?? message).replace(/\{(\d+)\}/g, (hole, at: string) => String(values[Number(at)] ?? hole));
}

/** Tests of the parts that draw nothing have no page. */
function readStrings(): Readonly<Record<string, string>> {
  const text = typeof document === 'undefined' ? undefined : document.querySelector<HTMLMetaElement>('meta[name=strings]')?.content;
  return text === undefined ? {} : JSON.parse(text) as Record<string, string>;
}
