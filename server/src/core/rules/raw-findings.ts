import type { Finding } from './finding';

/** What was found by file, before levels, suppressions and merging, in no order. A file whose findings are the same has the same list. */
export interface RawFindings {
  readonly byFile: ReadonlyMap<string, readonly Finding[]>;
  /** The files in which anything may differ from before; undefined: all. */
  readonly touched: ReadonlySet<string> | undefined;
}

/** The findings by file after some are gone and others are there; what is in both stays. */
export function rawFindings(before: RawFindings['byFile'] | undefined, { gone, fresh }: { readonly gone: readonly Finding[]; readonly fresh: readonly Finding[] }): RawFindings {
  const change = new Map<Finding, number>();
  for (const finding of fresh) change.set(finding, (change.get(finding) ?? 0) + 1);
  for (const finding of gone) change.set(finding, (change.get(finding) ?? 0) - 1);
  const added = new Map<string, Finding[]>();
  for (const [finding, count] of change) {
    if (count === 0) continue;
    const { uri } = finding.at;
    const own = added.get(uri) ?? [];
    added.set(uri, own);
    for (let i = 0; i < count; i++) own.push(finding);
  }
  if (!before) return { byFile: added, touched: undefined };
  if (added.size === 0) return { byFile: before, touched: new Set() };
  const byFile = new Map(before);
  for (const [uri, more] of added) {
    const now = [...(before.get(uri) ?? []).filter((finding) => isKept(finding, change)), ...more];
    if (now.length > 0) byFile.set(uri, now);
    else byFile.delete(uri);
  }
  return { byFile, touched: new Set(added.keys()) };
}

/** One that was found twice and is gone once is still there once. */
function isKept(finding: Finding, change: Map<Finding, number>): boolean {
  const count = change.get(finding) ?? 0;
  if (count >= 0) return true;
  change.set(finding, count + 1);
  return false;
}
