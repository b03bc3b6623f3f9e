import type { FileDiscovery } from '../discovery/read-file';
import { locationInFile } from '../discovery/discovery-result';
import type { FileChange } from '../text/file-change';
import { spanContains } from '../text/span';
import { declareSuppression } from '../manifest/manifest-edit';
import type { RuleSettings, SuppressionSetting } from '../manifest/rule-settings';
import type { Workspace } from '../workspace/workspace';
import { RULES } from '../rules/registry';
import type { Finding } from '../rules/shared/finding';

/** Whether `kms-handshake.json` says that the finding is right as it is; the entries that say so are added to `used`. */
export function isSuppressed(finding: Finding, settings: RuleSettings, reading: FileDiscovery | undefined,
  usedSuppressions: Set<SuppressionSetting>): boolean {
  const matching = settings.suppressions.filter((entry) =>
    entry.rule === finding.code && entry.coversFile(finding.at.uri)
    && (entry.sid === undefined || entry.sid === sidOfEnclosingStatement(finding, reading))
  );
  for (const entry of matching) usedSuppressions.add(entry);
  return matching.length > 0;
}

/** The Sid of the statement that the finding is in. */
function sidOfEnclosingStatement(finding: Finding, reading: FileDiscovery | undefined): string | undefined {
  for (const policy of reading?.policies ?? []) {
    for (const statement of policy.policy.statements) {
      if (spanContains(locationInFile(policy, statement.node.span).span, finding.at.span)) return statement.sid?.value;
    }
  }
  return undefined;
}

export interface SuppressionProposal {
  /** What the entry covers, for a title: `in statement "Public"`, `in this file`. */
  readonly scopeText: string;
  /** Undefined where there is no folder for a `kms-handshake.json`, or the one there is too broken to change. */
  readonly changeWithReason: (reason: string) => FileChange | undefined;
}

const NOT_SUPPRESSIBLE: ReadonlySet<string> = new Set(RULES.filter(({ suppressible }) => suppressible === false).map(({ code }) => code));

/**
 * An entry for `kms-handshake.json` that suppresses the finding: for its statement where that has a Sid, else for the file. None for what
 * AWS rejects.
 */
export function proposeSuppression(workspace: Workspace, finding: Finding): SuppressionProposal | undefined {
  const { uri } = finding.at;
  if (NOT_SUPPRESSIBLE.has(finding.code)) return undefined;
  if (workspace.world.manifests.some((manifest) => manifest.uri === uri)) return undefined;
  const sid = sidOfEnclosingStatement(finding, workspace.readings.get(uri));
  const named = sid === undefined || sid === '' ? undefined : sid;
  return {
    scopeText: named === undefined ? 'in this file' : `in statement "${named}"`,
    changeWithReason: (reason) => declareSuppression(workspace.world, uri, { rule: finding.code, sid: named, reason }),
  };
}
