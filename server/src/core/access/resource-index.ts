import type { ResourceElement, ResourcePattern, Statement } from '../model/policy';
import type { LocatedPolicy } from '../locate/located';
import type { Key } from '../workspace/world';

/** Shorter lists are looked through faster than an index is made. */
const SHORT = 16;

const indexes = new WeakMap<readonly unknown[], ItemIndex>();

interface ItemIndex {
  /** Positions of the items that are about whole ARNs of keys only, by the ids of these. */
  readonly byId: ReadonlyMap<string, readonly number[]>;
  /** Positions of all others. */
  readonly others: readonly number[];
}

/**
 * The items that may cover the key, or name its id elsewhere, in their order; too many perhaps, never too few. The index of a list is made
 * once, so that an identity with a statement for each of thousands of keys does not hold each against all.
 *
 * @param resourcesOf what an item is about, always the same for one list
 */
export function itemsAbout<Item>(items: readonly Item[], resourcesOf: (item: Item) => Resources, key: Key): readonly Item[] {
  return itemsNaming(items, (item) => resourcesOf(item).flatMap(keyIdsOf), key);
}

/** The values of a resource element of which the same is true. */
export function patternsFor({ patterns }: ResourceElement, key: Key): readonly ResourcePattern[] {
  return itemsNaming(patterns, (pattern) => [keyIdOf(pattern)], key);
}

/** @param idsOf the ids of the keys that an item is about; one that is undefined stands for what may mean any key */
function itemsNaming<Item>(items: readonly Item[], idsOf: (item: Item) => readonly (string | undefined)[], { keyId }: Key): readonly Item[] {
  if (items.length < SHORT || keyId === undefined) return items;
  let index = indexes.get(items);
  if (!index) indexes.set(items, index = indexOf(items.map(idsOf)));
  const positions = [...index.byId.get(keyId) ?? [], ...index.others].sort((a, b) => a - b);
  return positions.flatMap((position) => items[position] ?? []);
}

/** What statements are about; undefined for one that does not say. */
export type Resources = readonly (ResourceElement | undefined)[];

export function resourcesOfStatement({ resource }: Statement): Resources {
  return [resource];
}

/** The policies with a statement that may cover the key, or name its id elsewhere. */
export function policiesAbout(policies: readonly LocatedPolicy[], key: Key): readonly LocatedPolicy[] {
  return itemsAbout(policies, ({ policy }) => policy.statements.map(({ resource }) => resource), key);
}

function indexOf(idsOfItems: readonly (readonly (string | undefined)[])[]): ItemIndex {
  const byId = new Map<string, number[]>();
  const others: number[] = [];
  idsOfItems.forEach((ids, position) => {
    const known = ids.filter((id) => id !== undefined);
    if (known.length === 0 || known.length < ids.length) others.push(position);
    else for (const id of new Set(known)) {
      const positions = byId.get(id);
      if (positions) positions.push(position);
      else byId.set(id, [position]);
    }
  });
  return { byId, others };
}

/** The ids of the keys that the element names; one that is undefined stands for what may mean any key. */
function keyIdsOf(element: ResourceElement | undefined): readonly (string | undefined)[] {
  if (element === undefined || element.negated || element.patterns.length === 0) return [undefined];
  return element.patterns.map(keyIdOf);
}

function keyIdOf({ text }: ResourcePattern): string | undefined {
  return text.holes.length > 0 ? undefined : KEY_ARN.exec(text.value)?.[1];
}

/** An ARN that means one key, or none: every other text might be meant for another key than it says. */
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/([0-9a-z-]+)$/;
