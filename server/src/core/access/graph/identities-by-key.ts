import { columnOf, inOrder, missing, placesIn, replaced, sameItems, swapsIn, type Column } from '../../workspace/column';
import { push } from '../../linking/link-index';
import type { Identity, Key } from '../../linking/entities';

type KeysByIdentity = Column<Identity, readonly Key[]>;
type IdentitiesByKey = Column<Key, readonly Identity[]>;

/** Who meets each key, as it follows from the keys that each identity meets; the same list while nobody comes, goes or changes. */
export function identitiesByKeyOf(keys: readonly Key[], keysByIdentity: KeysByIdentity, before: { readonly keysByIdentity: KeysByIdentity; readonly identitiesByKey: IdentitiesByKey } | undefined): IdentitiesByKey {
  const moves = before && identityListChangesByKey(keysByIdentity, before.keysByIdentity);
  if (moves) return columnOf(keys, before.identitiesByKey, (key, known) => applyIdentityListChange(known ?? NO_IDENTITIES_OF_KEY, moves.get(key), keysByIdentity.items), placesIn(keys, moves.keys()));
  const gathered = collectIdentitiesByKey(keysByIdentity);
  return columnOf(keys, before?.identitiesByKey, (key, known) => {
    const now = gathered.get(key) ?? NO_IDENTITIES_OF_KEY;
    return known && sameItems(known, now) ? known : now;
  });
}

const NO_IDENTITIES_OF_KEY: readonly Identity[] = [];

/** What happens to the list of a key. */
interface IdentityListChange {
  /** Who no longer meets it, or has another record now. */
  readonly replacements: Map<Identity, Identity | undefined>;
  readonly addedIdentities: Identity[];
}

/** By key; undefined where identities do not stand at their places. */
function identityListChangesByKey(now: KeysByIdentity, before: KeysByIdentity): ReadonlyMap<Key, IdentityListChange> | undefined {
  const swapped = swapsIn(now.items, before.items);
  const changed = swapsIn(now.made, before.made);
  if (!swapped || !changed) return undefined;
  const moves = new Map<Key, IdentityListChange>();
  const moveOf = (key: Key): IdentityListChange => {
    const known = moves.get(key) ?? { replacements: new Map(), addedIdentities: [] };
    moves.set(key, known);
    return known;
  };
  for (const position of new Set([...swapped, ...changed])) {
    const [was, is] = [before.items[position], now.items[position]];
    if (!was || !is) continue;
    const [had, has] = [before.made[position] ?? [], now.made[position] ?? []];
    const gained = new Set(missing(has, had));
    for (const key of missing(had, has)) moveOf(key).replacements.set(was, undefined);
    for (const key of gained) moveOf(key).addedIdentities.push(is);
    if (was !== is) for (const key of has) if (!gained.has(key)) moveOf(key).replacements.set(was, is);
  }
  return moves;
}

function applyIdentityListChange(known: readonly Identity[], identityListChange: IdentityListChange | undefined, order: readonly Identity[]): readonly Identity[] {
  if (!identityListChange) return known;
  const stayed = replaced(known, identityListChange.replacements);
  return identityListChange.addedIdentities.length === 0 ? stayed : inOrder(order, [...stayed, ...identityListChange.addedIdentities]);
}

function collectIdentitiesByKey({ items, made }: KeysByIdentity): ReadonlyMap<Key, readonly Identity[]> {
  const gathered = new Map<Key, Identity[]>();
  items.forEach((identity, i) => {
    for (const key of made[i] ?? []) push(gathered, key, identity);
  });
  return gathered;
}
