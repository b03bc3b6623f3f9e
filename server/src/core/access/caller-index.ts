import { containsSymbol } from '../aws/identifier-comparison';
import type { Principal } from '../policy/policy';
import type { Caller } from './caller';

/** Shorter lists are looked through faster than an index is made. */
const MIN_ITEMS_FOR_CALLER_INDEX = 16;

const callerIndexes = new WeakMap<readonly unknown[], CallerIndex<unknown>>();

/**
 * The items that may mean the caller, in their order; too many perhaps, never too few. The index of a list is made once.
 *
 * @param principalsOf whom an item is for, always the same for one list; undefined where that is anybody
 */
export function itemsForCaller<Item>(items: readonly Item[], principalsOf: (item: Item) => readonly Principal[] | undefined,
  caller: Caller): readonly Item[] {
  if (items.length < MIN_ITEMS_FOR_CALLER_INDEX || caller.account === undefined || containsSymbol(caller.account)) return items;
  // Lists and their indexes have the same items.
  let index = callerIndexes.get(items) as CallerIndex<Item> | undefined;
  if (!index) callerIndexes.set(items, index = indexByCaller(items, principalsOf));
  return lookUpCaller(index, caller);
}

/**
 * Finds what may mean a caller without holding the caller against every principal: a key policy can name thousands, each of whom is a
 * caller.
 */
interface CallerIndex<Item> {
  readonly items: readonly Item[];
  /** Positions of the items that name a role by its whole ARN. */
  readonly byRole: ReadonlyMap<string, readonly number[]>;
  /** Positions of those that name an account, or anybody of it but a role by its whole ARN. */
  readonly byAccount: ReadonlyMap<string, readonly number[]>;
  /** Positions of those that name roles of an account by their whole ARNs. */
  readonly rolesByAccount: ReadonlyMap<string, readonly number[]>;
  /** Positions of those that may mean callers of any account. */
  readonly ofAnyAccount: readonly number[];
}

function indexByCaller<Item>(items: readonly Item[], principalsOf: (item: Item) => readonly Principal[] | undefined): CallerIndex<Item> {
  const index = { items, byRole: new Map<string, number[]>(), byAccount: new Map<string, number[]>(),
    rolesByAccount: new Map<string, number[]>(), ofAnyAccount: [] as number[] };
  items.forEach((item, position) => {
    const principals = principalsOf(item);
    if (!principals) index.ofAnyAccount.push(position);
    for (const { account, form, text: policyString } of principals ?? []) {
      // A service has no account, and gets all items.
      if (form === 'service') continue;
      if (account === undefined || containsSymbol(account)) {
        if (index.ofAnyAccount.at(-1) !== position) index.ofAnyAccount.push(position);
      } else if (form === 'role' && policyString.placeholders.length === 0) {
        addPosition(index.byRole, policyString.value, position);
        addPosition(index.rolesByAccount, account, position);
      } else {
        addPosition(index.byAccount, account, position);
      }
    }
  });
  return index;
}

function addPosition(map: Map<string, number[]>, name: string, position: number): void {
  const positions = map.get(name);
  if (!positions) map.set(name, [position]);
  else if (positions.at(-1) !== position) positions.push(position);
}

function lookUpCaller<Item>({ items, byRole, byAccount, rolesByAccount, ofAnyAccount }: CallerIndex<Item>,
  { kind, arn, account = '' }: Caller): readonly Item[] {
  const roles = kind === 'role' && arn !== undefined ? byRole.get(arn) : rolesByAccount.get(account);
  const positions = new Set([...ofAnyAccount, ...byAccount.get(account) ?? [], ...roles ?? []]);
  return [...positions].sort((a, b) => a - b).flatMap((position) => items[position] ?? []);
}
