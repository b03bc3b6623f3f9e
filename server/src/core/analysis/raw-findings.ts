import type { Finding } from '../rules/shared/finding';

/** What is in both lists stays. */
interface FindingChange {
  readonly removed: readonly Finding[];
  readonly added: readonly Finding[];
}

/**
 * The findings of the files whose findings changed, before levels, suppressions and merging, in no order.
 *
 * @param before the findings of a file before the change
 */
export function rawFindings(before: (uri: string) => readonly Finding[],
  { removed, added }: FindingChange): Map<string, readonly Finding[]> {
  const change = new Map<Finding, number>();
  for (const finding of added) change.set(finding, (change.get(finding) ?? 0) + 1);
  for (const finding of removed) change.set(finding, (change.get(finding) ?? 0) - 1);
  const touched = new Map<string, Finding[]>();
  for (const [finding, count] of change) {
    if (count === 0) continue;
    const findings = touched.get(finding.at.uri) ?? [];
    touched.set(finding.at.uri, findings);
    for (let i = 0; i < count; i++) findings.push(finding);
  }
  for (const [uri, findings] of touched) for (const finding of before(uri)) if (isKept(finding, change)) findings.push(finding);
  return touched;
}

/** A finding that was found twice and removed once is still there once. */
function isKept(finding: Finding, change: Map<Finding, number>): boolean {
  const count = change.get(finding) ?? 0;
  if (count >= 0) return true;
  change.set(finding, count + 1);
  return false;
}
