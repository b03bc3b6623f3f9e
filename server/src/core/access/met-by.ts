import { columnOf, inOrder, missing, placesIn, replaced, sameItems, swapsIn, type Column } from '../workspace/column';
import { push } from '../workspace/known';
import type { Identity, Key } from '../workspace/world';

type Met = Column<Identity, readonly Key[]>;
type MetBy = Column<Key, readonly Identity[]>;

/** Who meets each key, as it follows from the keys that each identity meets; the same list while nobody comes, goes or changes. */
export function metByKeys(keys: readonly Key[], met: Met, before: { readonly met: Met; readonly metBy: MetBy } | undefined): MetBy {
  const moves = before && movesIn(met, before.met);
  if (moves) return columnOf(keys, before.metBy, (key, known) => moved(known ?? NOBODY, moves.get(key), met.items), placesIn(keys, moves.keys()));
  const gathered = gatheredIdentities(met);
  return columnOf(keys, before?.metBy, (key, known) => {
    const now = gathered.get(key) ?? NOBODY;
    return known && sameItems(known, now) ? known : now;
  });
}

const NOBODY: readonly Identity[] = [];

/** What happens to the list of a key. */
interface Move {
  /** Who no longer meets it, or has another record now. */
  readonly others: Map<Identity, Identity | undefined>;
  readonly joined: Identity[];
}

/** By key; undefined where identities do not stand at their places. */
function movesIn(now: Met, before: Met): ReadonlyMap<Key, Move> | undefined {
  const swapped = swapsIn(now.items, before.items);
  const changed = swapsIn(now.made, before.made);
  if (!swapped || !changed) return undefined;
  const moves = new Map<Key, Move>();
  const moveOf = (key: Key): Move => {
    const known = moves.get(key) ?? { others: new Map(), joined: [] };
    moves.set(key, known);
    return known;
  };
  for (const position of new Set([...swapped, ...changed])) {
    const [was, is] = [before.items[position], now.items[position]];
    if (!was || !is) continue;
    const [had, has] = [before.made[position] ?? [], now.made[position] ?? []];
    const gained = new Set(missing(has, had));
    for (const key of missing(had, has)) moveOf(key).others.set(was, undefined);
    for (const key of gained) moveOf(key).joined.push(is);
    if (was !== is) for (const key of has) if (!gained.has(key)) moveOf(key).others.set(was, is);
  }
  return moves;
}

function moved(known: readonly Identity[], move: Move | undefined, order: readonly Identity[]): readonly Identity[] {
  if (!move) return known;
  const stayed = replaced(known, move.others);
  return move.joined.length === 0 ? stayed : inOrder(order, [...stayed, ...move.joined]);
}

function gatheredIdentities({ items, made }: Met): ReadonlyMap<Key, readonly Identity[]> {
  const gathered = new Map<Key, Identity[]>();
  items.forEach((identity, i) => {
    for (const key of made[i] ?? []) push(gathered, key, identity);
  });
  return gathered;
}
