import { CodeActionKind, type CodeAction, type CodeActionParams } from 'vscode-languageserver';
import { certainOwnersOf, isRefusal, locationInFile, manifestForFile, MANIFEST_NAME, reasonNotSaved, savePolicyAsFile, spansOverlap,
  type DiscoveredPolicy } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toSpan, toWorkspaceEdit } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type { Generated } from '../protocol/generate';
import type { PolicyRef } from '../protocol/policies';
import type { ClientCommands } from '../protocol/requests';
import type { Session } from '../session';
import { describeWrittenFiles } from './generate-outcome';
import { toGenerated, withUnusedFileName } from './generate';
import { policyRefOf, requirePolicy } from './policy-lookup';
import type { EditingSession } from './up-to-date-texts';

/** See `kmsHandshake/savePolicyAsFile`. */
export async function policyFile(session: EditingSession, ref: PolicyRef): Promise<Generated | Refused> {
  const policy = requirePolicy(session, ref);
  const result = await withUnusedFileName(session, (existingUris) =>
    savePolicyAsFile({ workspace: session.analysisHost.workspace(), policy, existingUris }));
  return isRefusal(result) ? result : toGenerated(session, result, undefined, ({ changes, manifestChange }) => ({
    outcome: `${describeWrittenFiles(session, changes, manifestChange)}.`, links: [] }));
}

/** Saves the policies at the range that are part of AWS CLI output: a client that shows new files is given a command, others the edit. */
export function policyFileActions(session: EditingSession, { textDocument, range }: CodeActionParams): CodeAction[] {
  const { analysisHost, clientCapabilities } = session;
  const uri = canonicalUri(textDocument.uri);
  const workspace = analysisHost.workspace();
  const lines = analysisHost.lineIndexOf(uri);
  if (lines === undefined) return [];
  const requestedSpan = toSpan(lines, range);
  const policy = workspace.readings.get(uri)?.policies.find((candidate) =>
    spansOverlap(requestedSpan, locationInFile(candidate, candidate.policy.node.span).span)
      && reasonNotSaved(workspace, candidate) === undefined);
  if (policy === undefined) return [];
  const common = { title: actionTitle(session, policy), kind: CodeActionKind.RefactorExtract };
  if (clientCapabilities.clientCommands) {
    const command = { title: common.title, command: 'kmsHandshake.savePolicyAsFile' satisfies keyof ClientCommands,
      arguments: [policyRefOf(session, policy)] };
    return [{ ...common, command }];
  }
  const result = savePolicyAsFile({ workspace, policy, existingUris: [...workspace.files.keys()] });
  const edit = isRefusal(result) ? undefined
    : toWorkspaceEdit(session.conversionContext, [...result.changes, ...result.manifestChange ? [result.manifestChange] : []]);
  return edit === undefined ? [] : [{ ...common, edit }];
}

/** The file that is written besides is named before it is written. */
function actionTitle({ analysisHost }: Session, policy: DiscoveredPolicy): string {
  const title = 'Save the policy as a file of its own';
  const workspace = analysisHost.workspace();
  return certainOwnersOf(workspace, policy).length > 0 && manifestForFile(workspace.world, policy.uri).declarable
    ? `${title}, linked in ${MANIFEST_NAME}`
    : title;
}
