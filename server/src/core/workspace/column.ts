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
 *
 * @param elsewhere positions at which something else that `make` looks at is another than before: where items stand still, only those
 *   and the places of new items are made again. Undefined: all are.
 */
export function columnOf<Item extends object, Made>(
  items: readonly Item[], before: Column<Item, Made> | undefined, make: (item: Item, known: Made | undefined, position: number) => Made,
  elsewhere?: readonly number[],
): Column<Item, Made> {
  const swapped = elsewhere && before && swapsIn(items, before.items);
  if (!before || !swapped) return remade(items, before, make);
  return patched(items, before, make, { swapped, elsewhere });
}

function remade<Item extends object, Made>(
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

function patched<Item extends object, Made>(
  items: readonly Item[], before: Column<Item, Made>, make: (item: Item, known: Made | undefined, position: number) => Made,
  { swapped, elsewhere }: { readonly swapped: readonly number[]; readonly elsewhere: readonly number[] },
): Column<Item, Made> {
  const known = knownIn(before);
  let made: Made[] | undefined;
  for (const position of swapped.length === 0 || elsewhere.length === 0 ? [...swapped, ...elsewhere] : new Set([...swapped, ...elsewhere])) {
    const item = items[position];
    if (item === undefined) continue;
    const now = make(item, known(item, position), position);
    if (now !== before.made[position]) (made ??= before.made.slice())[position] = now;
  }
  return made || swapped.length > 0 ? { items, made: made ?? before.made } : before;
}

/** The positions at which two lists of one length differ; undefined for lists of several lengths. */
export function swapsIn<T>(now: readonly T[], before: readonly T[] | undefined): readonly number[] | undefined {
  if (now === before) return [];
  if (now.length !== before?.length) return undefined;
  const swaps: number[] = [];
  for (let position = 0; position < now.length; position++) if (now[position] !== before[position]) swaps.push(position);
  return swaps;
}

/** What the column has for an item. */
function knownIn<Item extends object, Made>(column: Column<Item, Made> | undefined): (item: Item, position: number) => Made | undefined {
  if (!column) return () => undefined;
  const { items, made } = column;
  const placeOf = finder(items);
  return (item, position) => (items[position] === item ? made[position] : made[placeOf(item)]);
}

/** Where an item stands, -1 for one that does not. The first few are searched for, for more of them all are indexed. */
export function finder<Item>(items: readonly Item[]): (item: Item) => number {
  let asked = 0;
  let positions: ReadonlyMap<Item, number> | undefined;
  return (item) => {
    if (++asked > FEW) positions ??= positionsOf(items);
    return positions ? positions.get(item) ?? -1 : items.indexOf(item);
  };
}

const FEW = 8;

/** Where each item stands; the first place of one that stands there twice. */
function positionsOf<Item>(items: readonly Item[]): ReadonlyMap<Item, number> {
  const positions = new Map<Item, number>();
  items.forEach((item, position) => {
    if (!positions.has(item)) positions.set(item, position);
  });
  return positions;
}

/** Where some of the items stand, in ascending order; none of those that do not stand there. */
export function placesIn<Item>(items: readonly Item[], some: Iterable<Item>): readonly number[] {
  const wanted = [...some];
  if (wanted.length <= FEW) return wanted.map((item) => items.indexOf(item)).filter((position) => position >= 0).sort((a, b) => a - b);
  const all = new Set(wanted);
  return items.flatMap((item, position) => (all.has(item) ? [position] : []));
}

/** The items of the first list that do not stand at the same position of the second. */
export function unlike<T>(items: readonly T[], others: readonly T[]): readonly T[] {
  if (items === others) return [];
  const found: T[] = [];
  for (let position = 0; position < items.length; position++) {
    const item = items[position] as T;
    if (item !== others[position]) found.push(item);
  }
  return found;
}

/** The items of the first list that the second has not. Lists that are alike but for a few positions cost next to nothing. */
export function missing<T>(items: readonly T[], others: readonly T[]): readonly T[] {
  const moved = unlike(items, others);
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
  // Where each difference is an item that only one list has, the others stand at the same positions.
  if (a.length === b.length && onlyA.size === unlike(a, b).length) return true;
  const onlyB = new Set(missing(b, a));
  return sameItems(a.filter((item) => !onlyA.has(item)), b.filter((item) => !onlyB.has(item)));
}

/** Some of the items in the order of all. */
export function inOrder<T>(all: readonly T[], some: readonly T[]): readonly T[] {
  return placesIn(all, some).map((position) => all[position] as T);
}

/** The list with others in the places of some of its items, or, for undefined, without them; the same list where it has none of them. */
export function replaced<T>(items: readonly T[], others: ReadonlyMap<T, T | undefined>): readonly T[] {
  if (!items.some((item) => others.has(item))) return items;
  const now: T[] = [];
  for (const item of items) {
    const kept = others.has(item) ? others.get(item) : item;
    if (kept !== undefined) now.push(kept);
  }
  return now;
}
