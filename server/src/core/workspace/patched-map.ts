/** Entries to set; undefined takes one away. */
type MapPatch<K, V> = Iterable<readonly [K, V | undefined]>;

/**
 * The map after a patch; the map itself does not change. What did not change is shared: a map of thousands of files is not copied at
 * every keystroke, which would be most of what a keystroke allocates.
 */
export function patchMap<K, V extends object>(map: ReadonlyMap<K, V>, patch: MapPatch<K, V>): ReadonlyMap<K, V> {
  const entries = [...patch];
  if (entries.length === 0) return map;
  const { base, changes } = map instanceof PatchedMap ? map as PatchedMap<K, V> : { base: map, changes: undefined };
  const patched = new Map(changes);
  for (const [key, value] of entries) {
    if (value !== undefined || base.has(key)) patched.set(key, value);
    else patched.delete(key);
  }
  if (patched.size === 0) return base;
  return patched.size > MAX_PATCHED_ENTRIES ? copyWithChanges(base, patched) : new PatchedMap(base, patched);
}

function copyWithChanges<K, V>(base: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V | undefined>): ReadonlyMap<K, V> {
  const copy = new Map(base);
  for (const [key, value] of changes) {
    if (value === undefined) copy.delete(key);
    else copy.set(key, value);
  }
  return copy;
}

/** So many changed entries are put in their places: looking them up first costs more and more. */
const MAX_PATCHED_ENTRIES = 64;

/**
 * Keeps the order of the map below, new entries last; one that was taken away and comes again stands where it stood. A class, for
 * `instanceof` and since it is read like a `Map`.
 */
class PatchedMap<K, V extends object> implements ReadonlyMap<K, V> {
  readonly size: number;

  constructor(readonly base: ReadonlyMap<K, V>, readonly changes: ReadonlyMap<K, V | undefined>) {
    let size = base.size;
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(base.has(key));
    this.size = size;
  }

  get(key: K): V | undefined {
    return this.changes.get(key) ?? (this.changes.has(key) ? undefined : this.base.get(key));
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.base.forEach((value, key) => {
      const now = this.changes.has(key) ? this.changes.get(key) : value;
      if (now !== undefined) visit(now, key, this);
    });
    this.changes.forEach((value, key) => {
      if (value !== undefined && !this.base.has(key)) visit(value, key, this);
    });
  }

  // Lists of a moment: iterators of arrays are much faster than generators.
  entries(): MapIterator<[K, V]> {
    const entries: [K, V][] = [];
    this.forEach((value, key) => entries.push([key, value]));
    return entries.values();
  }

  keys(): MapIterator<K> {
    const keys: K[] = [];
    this.forEach((_, key) => keys.push(key));
    return keys.values();
  }

  values(): MapIterator<V> {
    const values: V[] = [];
    this.forEach((value) => values.push(value));
    return values.values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}
