import { createHash } from 'node:crypto';
import type { Finding, FindingKey } from '../core/index';

/**
 * `kmsHandshake/v1`: the same as long as the finding is about the same value of the same statement, wherever it stands in its file. Several
 * findings of one key are told apart by their order.
 */
export function createFingerprints(findings: readonly Finding[], pathOf: (uri: string) => string,
  keyOf: (finding: Finding) => FindingKey): ReadonlyMap<Finding, string> {
  const counts = new Map<string, number>();
  return new Map(findings.map((finding) => {
    const { rule, policy, statement, element, value } = keyOf(finding);
    const text = JSON.stringify([rule, pathOf(finding.at.uri), policy, statement, element, value]);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    return [finding, createHash('sha256').update(count === 1 ? text : `${text} ${count}`).digest('hex')];
  }));
}
