import { CodeActionKind, type CodeAction, type Diagnostic } from 'vscode-languageserver';
import { MANIFEST_NAME, proposeSuppressions, type Finding } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { findingId, toWorkspaceEdit } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { SuppressParams, SuppressTarget } from '../protocol/findings';
import type { ClientCommands } from '../protocol/requests';
import type { EditingSession } from './up-to-date-texts';
import { offerManifestChange } from './manifest-edit-offer';

/**
 * The quick fixes that suppress a finding. A client that can ask is given a command, so that the reason is not forgotten; for others
 * the suppression is written with an empty reason, which is a finding until somebody fills it in.
 */
export function suppressActions(session: EditingSession, finding: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return proposeSuppressions(session.analysisHost.workspace(), finding).flatMap(({ form, scopeText, changeWithReason }): CodeAction[] => {
    const change = changeWithReason('');
    if (change === undefined) return [];
    const title = `Suppress ${finding.code} ${scopeText}`;
    const common = { title, kind: CodeActionKind.QuickFix, diagnostics: [...diagnostics] };
    if (session.clientCapabilities.clientCommands) {
      const target: SuppressTarget = { uri: session.conversionContext.editorUri(finding.at.uri), id: findingId(finding),
        ...form === 'manifest' ? {} : { form } };
      const command: keyof ClientCommands = 'kmsHandshake.suppressFinding';
      return [{ ...common, command: { title, command, arguments: [target] } }];
    }
    const edit = toWorkspaceEdit(session.conversionContext, [change]);
    return edit === undefined ? [] : [{ ...common, edit }];
  });
}

/** See `kmsHandshake/suppress`. */
export function suppress(session: EditingSession, { uri, id, form = 'manifest', reason }: SuppressParams): EditOffer | Refused {
  const finding = session.analysisHost.analysis().findingsByFile.get(canonicalUri(uri))?.find((candidate) => findingId(candidate) === id);
  if (finding === undefined) return { refused: 'The finding is not there any more.' };
  if (reason.trim() === '') return { refused: 'A suppression needs a reason.' };
  const proposal = proposeSuppressions(session.analysisHost.workspace(), finding).find((candidate) => candidate.form === form);
  if (form === 'comment' && !proposal) return { refused: 'There is no place for a comment above the finding.' };
  return offerManifestChange(session, proposal?.changeWithReason(reason.trim()),
    `Suppresses ${finding.code} ${form === 'comment' ? 'with a comment' : `in ${MANIFEST_NAME}`}.`);
}
