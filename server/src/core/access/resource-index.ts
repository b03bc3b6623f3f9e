import type { ResourceElement, ResourcePattern, Statement } from '../model/policy';
import type { LocatedPolicy } from '../locate/located';
import type { Key } from '../workspace/world';

/** Shorter lists are looked through faster than an index is made. */
const SHORT = 16;

interface ResourceIndex {
  /** Positions of the values that are the whole ARN of a key, by what follows its account. */
  readonly byResource: ReadonlyMap<string, readonly number[]>;
  /** Positions of all others. */
  readonly others: readonly number[];
}

const indexes = new WeakMap<ResourceElement, ResourceIndex>();

/** The values of a resource element that may cover the key, or name its id elsewhere, in their order: of thousands of key ARNs those of this id. */
export function patternsFor(element: ResourceElement, { keyId }: Key): readonly ResourcePattern[] {
  const { patterns } = element;
  if (patterns.length < SHORT || keyId === undefined) return patterns;
  let index = indexes.get(element);
  if (!index) indexes.set(element, index = indexOf(patterns));
  const { byResource, others } = index;
  const positions = [...byResource.get(`key/${keyId}`) ?? [], ...others].sort((a, b) => a - b);
  return positions.flatMap((position) => patterns[position] ?? []);
}

function indexOf(patterns: readonly ResourcePattern[]): ResourceIndex {
  const byResource = new Map<string, number[]>();
  const others: number[] = [];
  patterns.forEach(({ form, arn, text, pattern }, position) => {
    if (form !== 'key' || !arn || pattern || text.holes.length > 0) {
      others.push(position);
      return;
    }
    const positions = byResource.get(arn.resource);
    if (positions) positions.push(position);
    else byResource.set(arn.resource, [position]);
  });
  return { byResource, others };
}

const itemIndexes = new WeakMap<readonly unknown[], ItemIndex>();

interface ItemIndex {
  /** Positions of the items whose resources are whole ARNs of keys, by the ids of these. */
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
export function itemsAbout<Item>(items: readonly Item[], resourcesOf: (item: Item) => Resources, { keyId }: Key): readonly Item[] {
  if (items.length < SHORT || keyId === undefined) return items;
  let index = itemIndexes.get(items);
  if (!index) itemIndexes.set(items, index = indexOfItems(items.map(resourcesOf)));
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

function indexOfItems(items: readonly Resources[]): ItemIndex {
  const byId = new Map<string, number[]>();
  const others: number[] = [];
  items.forEach((resources, position) => {
    const ids = resources.flatMap(keyIdsOf);
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
  return element.patterns.map(({ text }) => (text.holes.length > 0 ? undefined : KEY_ARN.exec(text.value)?.[1]));
}

/** An ARN that means one key, or none: every other text might be meant for another key than it says. */
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/([0-9a-z-]+)$/;
