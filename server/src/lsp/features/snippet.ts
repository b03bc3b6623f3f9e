/**
 * A text as a snippet of the Language Server Protocol: the words `<NAME>` become tab stops with the name as default text, one
 * number for each name; everything else stays as it is.
 */
export function snippetOf(text: string, names: readonly string[]): string {
  const numbers = new Map(names.map((name, index) => [name, index + 1]));
  const escape = (part: string): string => part.replace(/[\\$}]/g, '\\$&');
  let snippet = '';
  let end = 0;
  for (const match of text.matchAll(/<([A-Z0-9_]+)>/g)) {
    const [word, name = ''] = match;
    const number = numbers.get(name);
    if (number === undefined) continue;
    snippet += `${escape(text.slice(end, match.index))}\${${number}:${name}}`;
    end = match.index + word.length;
  }
  return snippet + escape(text.slice(end));
}
