/** The items by each of their keys. */
export function groupBy<K, V>(items: Iterable<V>, keysOf: (item: V) => readonly K[]): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) for (const key of keysOf(item)) appendToList(groups, key, item);
  return groups;
}

/** Adds to the list under the key. */
export function appendToList<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
