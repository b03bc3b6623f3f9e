import type { FileReading } from '../locate/read-file';
import { placeOf } from '../locate/located';
import type { FileChange } from '../text/change';
import { contains } from '../text/span';
import { declareSuppression } from '../workspace/manifest-edit';
import type { RuleSettings, SuppressionSetting } from '../workspace/rule-settings';
import type { Workspace } from '../workspace/workspace';
import type { Finding } from './finding';

/** Whether `kms-handshake.json` says that the finding is right as it is; the entries that say so are added to `used`. */
export function suppressed(finding: Finding, settings: RuleSettings, reading: FileReading | undefined, used: Set<SuppressionSetting>): boolean {
  const matching = settings.suppressions.filter((entry) => entry.rule === finding.code && entry.coversFile(finding.at.uri)
    && (entry.sid === undefined || entry.sid === sidAt(finding, reading)));
  for (const entry of matching) used.add(entry);
  return matching.length > 0;
}

/** The Sid of the statement that the finding is in. */
function sidAt(finding: Finding, reading: FileReading | undefined): string | undefined {
  for (const policy of reading?.policies ?? []) {
    for (const statement of policy.policy.statements) {
      if (contains(placeOf(policy, statement.node.span).span, finding.at.span)) return statement.sid?.value;
    }
  }
  return undefined;
}

export interface Suppressing {
  /** What the entry covers, for a title: `in statement "Public"`, `in this file`. */
  readonly where: string;
  /** Undefined where there is no folder for a `kms-handshake.json`, or the one there is too broken to change. */
  readonly change: (reason: string) => FileChange | undefined;
}

/** An entry for `kms-handshake.json` that suppresses the finding: for its statement where that has a Sid, else for the file. */
export function suppressing(workspace: Workspace, finding: Finding): Suppressing | undefined {
  const { uri } = finding.at;
  if (workspace.world.manifests.some((manifest) => manifest.uri === uri)) return undefined;
  const sid = sidAt(finding, workspace.readings.get(uri));
  const named = sid === undefined || sid === '' ? undefined : sid;
  return {
    where: named === undefined ? 'in this file' : `in statement "${named}"`,
    change: (reason) => declareSuppression(workspace.world, uri, { rule: finding.code, sid: named, reason }),
  };
}
