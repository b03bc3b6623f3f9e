/** More names than this make a sentence unreadable; the rest is counted. */
const MAX_NAMES = 6;

/** `a, b and c`, cut after a few. */
export function joinNames(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  const displayed = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names;
  const last = displayed.at(-1) ?? '';
  return displayed.length < 2 ? last : `${displayed.slice(0, -1).join(', ')} ${word} ${last}`;
}
