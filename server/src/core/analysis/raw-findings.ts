import type { Finding } from '../rules/shared/finding';

/** What came and went; what is in both stayed. */
interface FindingChange {
  readonly gone: readonly Finding[];
  readonly fresh: readonly Finding[];
}

/**
 * The findings of the files in which they are others now, before levels, suppressions and merging, in no order.
 *
 * @param before what was found in a file
 */
export function rawFindings(before: (uri: string) => readonly Finding[], { gone, fresh }: FindingChange): Map<string, readonly Finding[]> {
  const change = new Map<Finding, number>();
  for (const finding of fresh) change.set(finding, (change.get(finding) ?? 0) + 1);
  for (const finding of gone) change.set(finding, (change.get(finding) ?? 0) - 1);
  const touched = new Map<string, Finding[]>();
  for (const [finding, count] of change) {
    if (count === 0) continue;
    const added = touched.get(finding.at.uri) ?? [];
    touched.set(finding.at.uri, added);
    for (let i = 0; i < count; i++) added.push(finding);
  }
  for (const [uri, now] of touched) for (const finding of before(uri)) if (isKept(finding, change)) now.push(finding);
  return touched;
}

/** One that was found twice and is gone once is still there once. */
function isKept(finding: Finding, change: Map<Finding, number>): boolean {
  const count = change.get(finding) ?? 0;
  if (count >= 0) return true;
  change.set(finding, count + 1);
  return false;
}
