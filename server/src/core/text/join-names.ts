/** More names than this make a sentence unreadable; the rest is counted. */
const MAX_NAMES = 6;

/** `a, b and c`, cut after a few. */
export function joinNames(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}
