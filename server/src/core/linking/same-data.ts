/** Whether two values of plain data (objects, lists, scalars) say the same. Shared parts cost nothing. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isDeepEqual(item, b[i]));
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length
    && keys.every((key) => isDeepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** Whether two lists have the same objects at the same positions. */
export function haveSameItems<T>(items: readonly T[] | undefined, others: readonly T[]): boolean {
  return items === others || items?.length === others.length && items.every((item, position) => item === others[position]);
}
