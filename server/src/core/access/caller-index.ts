import type { Principal } from '../model/policy';
import type { Caller } from './caller';

/** Shorter lists are looked through faster than an index is made. */
const SHORT = 16;

const indexes = new WeakMap<readonly unknown[], CallerIndex<unknown>>();

/**
 * The items that may mean the caller, in their order; too many perhaps, never too few. The index of a list is made once.
 *
 * @param principalsOf whom an item is for, always the same for one list; undefined where that is anybody
 */
export function candidatesFor<Item>(items: readonly Item[], principalsOf: (item: Item) => readonly Principal[] | undefined, caller: Caller): readonly Item[] {
  if (items.length < SHORT || caller.account === undefined) return items;
  // Lists and their indexes have the same items.
  let index = indexes.get(items) as CallerIndex<Item> | undefined;
  if (!index) indexes.set(items, index = indexByCaller(items, principalsOf));
  return itemsFor(index, caller);
}

/** Finds what may mean a caller without holding the caller against every principal: a key policy can name thousands, each of whom is a caller. */
interface CallerIndex<Item> {
  readonly items: readonly Item[];
  /** Positions of the items that name a role by its whole ARN. */
  readonly byRole: ReadonlyMap<string, readonly number[]>;
  /** Positions of those that name an account, or anybody of it but a role by its whole ARN. */
  readonly byAccount: ReadonlyMap<string, readonly number[]>;
  /** Positions of those that name roles of an account by their whole ARNs. */
  readonly rolesByAccount: ReadonlyMap<string, readonly number[]>;
  /** Positions of those that may mean callers of any account. */
  readonly open: readonly number[];
}

function indexByCaller<Item>(items: readonly Item[], principalsOf: (item: Item) => readonly Principal[] | undefined): CallerIndex<Item> {
  const index = { items, byRole: new Map<string, number[]>(), byAccount: new Map<string, number[]>(), rolesByAccount: new Map<string, number[]>(), open: [] as number[] };
  items.forEach((item, position) => {
    const principals = principalsOf(item);
    if (!principals) index.open.push(position);
    for (const { account, form, text } of principals ?? []) {
      // A service has no account, and gets all items.
      if (form === 'service') continue;
      if (account === undefined) {
        if (index.open.at(-1) !== position) index.open.push(position);
      } else if (form === 'role' && text.holes.length === 0) {
        add(index.byRole, text.value, position);
        add(index.rolesByAccount, account, position);
      } else {
        add(index.byAccount, account, position);
      }
    }
  });
  return index;
}

function add(map: Map<string, number[]>, name: string, position: number): void {
  const positions = map.get(name);
  if (!positions) map.set(name, [position]);
  else if (positions.at(-1) !== position) positions.push(position);
}

function itemsFor<Item>({ items, byRole, byAccount, rolesByAccount, open }: CallerIndex<Item>, { kind, arn, account = '' }: Caller): readonly Item[] {
  const roles = kind === 'role' && arn !== undefined ? byRole.get(arn) : rolesByAccount.get(account);
  const positions = new Set([...open, ...byAccount.get(account) ?? [], ...roles ?? []]);
  return [...positions].sort((a, b) => a - b).flatMap((position) => items[position] ?? []);
}
