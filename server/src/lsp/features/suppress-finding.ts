import { CodeActionKind, type CodeAction, type Diagnostic } from 'vscode-languageserver';
import { MANIFEST_NAME, proposeSuppression, type Finding } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { findingId, toWorkspaceEdit } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { FindingRef, SuppressParams } from '../protocol/findings';
import type { ClientCommands } from '../protocol/requests';
import type { EditingSession } from './up-to-date-texts';
import { offerManifestChange } from './manifest-edit-offer';

/**
 * The quick fix that suppresses a finding. A client that can ask is given a command, so that the reason is not forgotten; for others
 * the entry is written with an empty reason, which is a finding until somebody fills it in.
 */
export function suppressActions(session: EditingSession, finding: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const entry = proposeSuppression(session.analysisHost.workspace(), finding);
  const change = entry?.changeWithReason('');
  if (entry === undefined || change === undefined) return [];
  const title = `Suppress ${finding.code} ${entry.scopeText}`;
  const common = { title, kind: CodeActionKind.QuickFix, diagnostics: [...diagnostics] };
  if (session.clientCapabilities.clientCommands) {
    const ref: FindingRef = { uri: session.conversionContext.editorUri(finding.at.uri), id: findingId(finding) };
    return [{ ...common, command: { title, command: 'kmsHandshake.suppressFinding' satisfies keyof ClientCommands, arguments: [ref] } }];
  }
  const edit = toWorkspaceEdit(session.conversionContext, [change]);
  return edit === undefined ? [] : [{ ...common, edit }];
}

/** See `kmsHandshake/suppress`. */
export function suppress(session: EditingSession, { uri, id, reason }: SuppressParams): EditOffer | Refused {
  const finding = session.analysisHost.analysis().findingsByFile.get(canonicalUri(uri))?.find((candidate) => findingId(candidate) === id);
  if (finding === undefined) return { refused: 'The finding is not there any more.' };
  if (reason.trim() === '') return { refused: 'A suppression needs a reason.' };
  const change = proposeSuppression(session.analysisHost.workspace(), finding)?.changeWithReason(reason.trim());
  return offerManifestChange(session, change, `Suppresses ${finding.code} in ${MANIFEST_NAME}.`);
}
