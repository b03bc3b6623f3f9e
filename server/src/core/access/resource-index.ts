import type { ResourceElement, ResourcePattern } from '../model/policy';
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
