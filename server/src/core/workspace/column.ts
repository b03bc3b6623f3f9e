/**
 * What was made of each item of a list, at the same position. From one state of the list to the next what was made is kept with its
 * item; nearly all items stand where they stood, so that most of it is a comparison of two lists.
 */
export interface Column<Item extends object, Made> {
  readonly items: readonly Item[];
  readonly made: readonly Made[];
}

/**
 * Makes something of each item; `make` is given what the state before had for that very item. The same column again when nothing in it
 * is another than before.
 */
export function columnOf<Item extends object, Made>(
  items: readonly Item[], before: Column<Item, Made> | undefined, make: (item: Item, known: Made | undefined, position: number) => Made,
): Column<Item, Made> {
  const known = knownIn(before);
  let same = before?.items.length === items.length;
  const made = items.map((item, position) => {
    const now = make(item, known(item, position), position);
    same = same && before?.items[position] === item && before.made[position] === now;
    return now;
  });
  return before && same ? before : { items, made };
}

/** What the column has for an item. Where few items are not at their place they are searched for, else all are indexed. */
function knownIn<Item extends object, Made>(column: Column<Item, Made> | undefined): (item: Item, position: number) => Made | undefined {
  if (!column) return () => undefined;
  const { items, made } = column;
  let misses = 0;
  let positions: ReadonlyMap<Item, number> | undefined;
  return (item, position) => {
    if (items[position] === item) return made[position];
    if (++misses > FEW) positions ??= positionsOf(items);
    const at = positions ? positions.get(item) ?? -1 : items.indexOf(item);
    return at < 0 ? undefined : made[at];
  };
}

const FEW = 8;

/** Where each item stands; the first place of one that stands there twice. */
export function positionsOf<Item>(items: readonly Item[]): ReadonlyMap<Item, number> {
  const positions = new Map<Item, number>();
  items.forEach((item, position) => {
    if (!positions.has(item)) positions.set(item, position);
  });
  return positions;
}

/** The items of the first list that the second has not. Lists that are alike but for a few positions cost next to nothing. */
export function missing<T>(items: readonly T[], others: readonly T[]): readonly T[] {
  if (items === others) return [];
  // Most stand at the same position in both.
  const moved = items.filter((item, i) => item !== others[i]);
  if (moved.length <= FEW) return moved.filter((item) => !others.includes(item));
  const known = new Set(others);
  return moved.filter((item) => !known.has(item));
}

export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Whether the items that both lists have stand in the same order in both. */
export function sameOrder<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  const onlyA = new Set(missing(a, b));
  const onlyB = new Set(missing(b, a));
  return sameItems(a.filter((item) => !onlyA.has(item)), b.filter((item) => !onlyB.has(item)));
}
