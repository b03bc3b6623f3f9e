import type { FileDiscovery } from '../discovery/read-file';
import { resourcesIn, spansOfPart } from '../discovery/file-part';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { insertSuppressionComment, type SuppressedCode } from '../discovery/suppression-comments';
import type { FileChange } from '../text/file-change';
import { spanContains, type TextEdit } from '../text/span';
import { declareSuppression } from '../manifest/manifest-edit';
import type { RuleSettings, SuppressionSetting } from '../manifest/rule-settings';
import type { Statement } from '../policy/policy';
import type { Workspace } from '../workspace/workspace';
import { RULES } from '../rules/registry';
import type { Finding } from '../rules/shared/finding';

/** An entry of `kms-handshake.json`, or a code in a comment. */
export type Suppression = SuppressionSetting | SuppressedCode;

/** Whether `kms-handshake.json` or a comment says that the finding is right as it is; what says so is added to `used`. */
export function isSuppressed(finding: Finding, settings: RuleSettings, reading: FileDiscovery | undefined,
  usedSuppressions: Set<Suppression>): boolean {
  const matching = settings.suppressions.filter((entry) =>
    entry.rule === finding.code && entry.coversFile(finding.at.uri) && isInPart(finding, entry, reading)
    && (entry.sid === undefined || entry.sid === sidOfEnclosingStatement(finding, reading))
  );
  const matchingCodes = suppressedCodesFor(finding, reading);
  for (const suppression of [...matching, ...matchingCodes]) usedSuppressions.add(suppression);
  return matching.length + matchingCodes.length > 0;
}

function isInPart({ at }: Finding, { reference: { pointer, logicalId } }: SuppressionSetting, reading: FileDiscovery | undefined): boolean {
  if (pointer === undefined || pointer === '') return true;
  return reading !== undefined && spansOfPart(reading, pointer, logicalId).some((span) => spanContains(span, at.span));
}

function suppressedCodesFor({ code, at }: Finding, reading: FileDiscovery | undefined): readonly SuppressedCode[] {
  return (reading?.suppressionComments ?? []).flatMap(({ codes, coveredSpans }) =>
    (coveredSpans.some((span) => spanContains(span, at.span)) ? codes.filter((suppressed) => suppressed.code === code) : []));
}

/** The Sid of the statement that the finding is in. */
function sidOfEnclosingStatement(finding: Finding, reading: FileDiscovery | undefined): string | undefined {
  return enclosingStatement(finding, reading)?.statement.sid?.value;
}

function enclosingStatement({ at }: Finding,
  reading: FileDiscovery | undefined): { readonly policy: DiscoveredPolicy; readonly statement: Statement } | undefined {
  for (const policy of reading?.policies ?? []) {
    const statement = policy.policy.statements.find(({ node }) => spanContains(locationInFile(policy, node.span).span, at.span));
    if (statement) return { policy, statement };
  }
  return undefined;
}

export interface SuppressionProposal {
  /** An entry of `kms-handshake.json`, or a comment in the file. */
  readonly form: SuppressionForm;
  /** What it covers, for a title: `in statement "Public"`, `in this file`. */
  readonly scopeText: string;
  /** Undefined where there is no folder for a `kms-handshake.json`, or the one there is too broken to change. */
  readonly changeWithReason: (reason: string) => FileChange | undefined;
}

export type SuppressionForm = 'manifest' | 'comment';

const NOT_SUPPRESSIBLE: ReadonlySet<string> = new Set(RULES.filter(({ suppressible }) => suppressible === false).map(({ code }) => code));

/** The ways to suppress the finding. None for what AWS rejects. */
export function proposeSuppressions(workspace: Workspace, finding: Finding): readonly SuppressionProposal[] {
  const { uri } = finding.at;
  if (NOT_SUPPRESSIBLE.has(finding.code) || workspace.world.manifests.some((manifest) => manifest.uri === uri)) return [];
  const sid = sidOfEnclosingStatement(finding, workspace.readings.get(uri));
  const named = sid === undefined || sid === '' ? undefined : sid;
  const reading = workspace.readings.get(uri);
  const logicalId = reading && resourcesIn(reading).find(({ member }) => spanContains(member.span, finding.at.span))?.logicalId;
  return [
    ...proposeComment(workspace, finding, named),
    { form: 'manifest',
      scopeText: named !== undefined ? `in statement "${named}"` : logicalId !== undefined ? `in ${logicalId}` : 'in this file',
      changeWithReason: (reason) => declareSuppression(workspace.world, uri, { rule: finding.code, logicalId, sid: named, reason }) },
  ];
}

/** In files that may have comments. */
function proposeComment({ readings }: Workspace, finding: Finding, sid: string | undefined): readonly SuppressionProposal[] {
  const { code, at: { uri, span } } = finding;
  const reading = readings.get(uri);
  const lineCommentStart = reading?.layer.syntax.lineCommentStart(reading.parseOptions);
  if (!reading || lineCommentStart === undefined || reading.layer.refusalOf(lineCommentStart) !== undefined) return [];
  const { layer: { text }, roots } = reading;
  const enclosing = enclosingStatement(finding, reading);
  // A statement in a string cannot have a comment.
  const statement = enclosing?.policy.layer.text === text ? enclosing.statement.node.span : undefined;
  const editFor = (reason: string): TextEdit | undefined =>
    insertSuppressionComment(text, roots, { place: span, statement }, { code, reason, lineCommentStart });
  if (!editFor('')) return [];
  return [{ form: 'comment', scopeText: sid === undefined ? 'here with a comment' : `in statement "${sid}" with a comment`,
    changeWithReason: (reason) => {
      const edit = editFor(reason.replace(/\s+/g, ' '));
      return edit && { uri, edits: [edit] };
    } }];
}
