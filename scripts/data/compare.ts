/** One action, condition key or global key, reduced to what both sides know. */
export interface Entry {
  readonly name: string;
  /** Facet to value: `level` to `Write`, `condition keys` to a sorted list. */
  readonly facets: Readonly<Record<string, string>>;
}

export interface Catalogue {
  readonly what: string;
  readonly entries: readonly Entry[];
}

/** A disagreement, named so that an explanation can be written for it: `action kms:Encrypt: level`. */
export interface Difference {
  readonly about: string;
  readonly ours: string;
  readonly theirs: string;
}

/** What the two say differently; entries that only one of them has count as one difference. Case of names does not count. */
export function differencesOf(ours: Catalogue, theirs: Catalogue): readonly Difference[] {
  const mine = byName(ours);
  const others = byName(theirs);
  const names = [...new Set([...mine.keys(), ...others.keys()])].sort();
  return names.flatMap((name) => {
    const [a, b] = [mine.get(name), others.get(name)];
    const about = `${ours.what} ${(a ?? b)?.name ?? name}`;
    if (!a || !b) return [{ about, ours: a ? 'has it' : 'lacks it', theirs: b ? 'has it' : 'lacks it' }];
    return Object.keys(a.facets).filter((facet) => a.facets[facet] !== b.facets[facet])
      .map((facet) => ({ about: `${about}: ${facet}`, ours: a.facets[facet] ?? '', theirs: b.facets[facet] ?? '' }));
  });
}

function byName({ entries }: Catalogue): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
}
