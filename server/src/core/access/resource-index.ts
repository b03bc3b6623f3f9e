import { containsSymbol } from '../aws/identifier-comparison';
import type { ResourceElement, ResourcePattern, Statement } from '../policy/policy';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';

/** Shorter lists are looked through faster than an index is made. */
const MIN_ITEMS_FOR_KEY_ID_INDEX = 16;

const keyIdIndexes = new WeakMap<readonly unknown[], KeyIdIndex>();

interface KeyIdIndex {
  /** Positions of the items that are about whole ARNs of keys only, by the ids of these. */
  readonly byId: ReadonlyMap<string, readonly number[]>;
  /** Positions of all others. */
  readonly withoutKeyId: readonly number[];
}

/**
 * The items that may cover the key, or name its id elsewhere, in their order; too many perhaps, never too few. The index of a list is made
 * once, so that an identity with a statement for each of thousands of keys does not hold each against all.
 *
 * @param resourcesOf what an item is about, always the same for one list
 */
export function itemsForKey<Item>(items: readonly Item[], resourcesOf: (item: Item) => ResourceElements, key: Key): readonly Item[] {
  return itemsWithKeyId(items, (item) => resourcesOf(item).flatMap(keyIdsOfElement), key);
}

/** The values of a resource element of which the same is true. */
export function patternsForKey({ patterns }: ResourceElement, key: Key): readonly ResourcePattern[] {
  return itemsWithKeyId(patterns, (pattern) => [keyIdOfPattern(pattern)], key);
}

/** @param idsOf the ids of the keys that an item is about; one that is undefined stands for what may mean any key */
function itemsWithKeyId<Item>(items: readonly Item[], idsOf: (item: Item) => readonly (string | undefined)[],
  { keyId }: Key): readonly Item[] {
  if (items.length < MIN_ITEMS_FOR_KEY_ID_INDEX || keyId === undefined || containsSymbol(keyId)) return items;
  let index = keyIdIndexes.get(items);
  if (!index) keyIdIndexes.set(items, index = indexByKeyId(items.map(idsOf)));
  const positions = [...index.byId.get(keyId) ?? [], ...index.withoutKeyId].sort((a, b) => a - b);
  return positions.flatMap((position) => items[position] ?? []);
}

/** What statements are about; undefined for one that does not say. */
export type ResourceElements = readonly (ResourceElement | undefined)[];

export function resourceElementsOfStatement({ resource }: Statement): ResourceElements {
  return [resource];
}

/** The policies with a statement that may cover the key, or name its id elsewhere. */
export function policiesForKey(policies: readonly DiscoveredPolicy[], key: Key): readonly DiscoveredPolicy[] {
  return itemsForKey(policies, ({ policy }) => policy.statements.map(({ resource }) => resource), key);
}

function indexByKeyId(idsOfItems: readonly (readonly (string | undefined)[])[]): KeyIdIndex {
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
  return { byId, withoutKeyId: others };
}

/** The ids of the keys that the element names; one that is undefined stands for what may mean any key. */
function keyIdsOfElement(element: ResourceElement | undefined): readonly (string | undefined)[] {
  if (element === undefined || element.negated || element.patterns.length === 0) return [undefined];
  return element.patterns.map(keyIdOfPattern);
}

function keyIdOfPattern({ text: policyString }: ResourcePattern): string | undefined {
  return policyString.placeholders.length > 0 ? undefined : SINGLE_KEY_ARN.exec(policyString.value)?.[1];
}

/** An ARN that means one key, or none: every other text might be meant for another key than it says. */
const SINGLE_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/([0-9a-z-]+)$/;
