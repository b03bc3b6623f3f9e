/** Shorter lists are looked through faster than an index is made. */
export const MIN_INDEXED_ITEMS = 16;

/** Finds the items of a list that may match without a look at all others: a policy can name thousands of principals or keys. */
export interface CandidateIndex {
  /** Positions of the items by mark, in their order. */
  readonly positionsByMark: ReadonlyMap<string, readonly number[]>;
  /** Positions of the items that may match whatever the mark. */
  readonly unmarked: readonly number[];
}

/**
 * @param marksOf what an item can be found by; undefined among the marks where anything may match it
 * @returns undefined for a list that is too short
 */
export function indexCandidates<Item>(items: readonly Item[],
  marksOf: (item: Item) => readonly (string | undefined)[]): CandidateIndex | undefined {
  if (items.length < MIN_INDEXED_ITEMS) return undefined;
  const positionsByMark = new Map<string, number[]>();
  const unmarked: number[] = [];
  items.forEach((item, position) => {
    const marks = new Set(marksOf(item));
    if (marks.has(undefined)) unmarked.push(position);
    else for (const mark of marks) addPosition(positionsByMark, mark ?? '', position);
  });
  return { positionsByMark, unmarked };
}

function addPosition(positionsByMark: Map<string, number[]>, mark: string, position: number): void {
  const positions = positionsByMark.get(mark);
  if (positions) positions.push(position);
  else positionsByMark.set(mark, [position]);
}

/**
 * The items that may match, in their order; too many perhaps, never too few.
 *
 * @param marks what a match has one of; undefined where that is unknown
 */
export function candidatesIn<Item>(items: readonly Item[], candidateIndex: CandidateIndex | undefined,
  marks: readonly string[] | undefined): readonly Item[] {
  if (!candidateIndex || !marks) return items;
  const { positionsByMark, unmarked } = candidateIndex;
  const positions = new Set([...unmarked, ...marks.flatMap((mark) => positionsByMark.get(mark) ?? [])]);
  return [...positions].sort((a, b) => a - b).flatMap((position) => items[position] ?? []);
}
