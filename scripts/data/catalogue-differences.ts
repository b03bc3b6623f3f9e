/** One action, condition key or global key, reduced to what both sides know. */
export interface CatalogueEntry {
  readonly name: string;
  /** Facet to value: `level` to `Write`, `condition keys` to a sorted list. */
  readonly facets: Readonly<Record<string, string>>;
}

export interface Catalogue {
  readonly kind: string;
  readonly entries: readonly CatalogueEntry[];
}

/** A disagreement, named so that an explanation can be written for it: `action kms:Encrypt: level`. */
export interface Difference {
  readonly subject: string;
  readonly projectValue: string;
  readonly awsValue: string;
}

/** What the two say differently; entries that only one of them has count as one difference. Case of names does not count. */
export function catalogueDifferences(ours: Catalogue, theirs: Catalogue): readonly Difference[] {
  const mine = entriesByName(ours);
  const others = entriesByName(theirs);
  const names = [...new Set([...mine.keys(), ...others.keys()])].sort();
  return names.flatMap((name) => {
    const [a, b] = [mine.get(name), others.get(name)];
    const about = `${ours.kind} ${(a ?? b)?.name ?? name}`;
    if (!a || !b) return [{ subject: about, projectValue: a ? 'has it' : 'lacks it', awsValue: b ? 'has it' : 'lacks it' }];
    return Object.keys(a.facets).filter((facet) => a.facets[facet] !== b.facets[facet])
      .map((facet) => ({ subject: `${about}: ${facet}`, projectValue: a.facets[facet] ?? '', awsValue: b.facets[facet] ?? '' }));
  });
}

function entriesByName({ entries: catalogueEntries }: Catalogue): ReadonlyMap<string, CatalogueEntry> {
  return new Map(catalogueEntries.map((catalogueEntry) => [catalogueEntry.name.toLowerCase(), catalogueEntry]));
}
