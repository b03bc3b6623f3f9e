import type { CodeAction, CodeActionKind } from 'vscode-languageserver';
import { fixAll } from '../../core/index';
import { toWorkspaceEdit } from '../protocol-conversion';
import type { EditingSession } from './up-to-date-texts';

/** Its own kind below `source.fixAll`: `editor.codeActionsOnSave` of VS Code can name it. */
export const FIX_ALL_KIND = 'source.fixAll.kmsHandshake';

/** One action for all that can be mended in the document without changing what it grants; none when there is nothing. */
export function fixAllActions(session: EditingSession, uri: string, kind: CodeActionKind = FIX_ALL_KIND): CodeAction[] {
  const { analysisHost } = session;
  const edits = fixAll(analysisHost.workspace(), analysisHost.analysis(), uri);
  const edit = edits.length > 0 ? toWorkspaceEdit(session.conversionContext, [{ uri, edits }]) : undefined;
  return edit === undefined ? [] : [{ title: 'Fix all KMS Handshake problems that do not change access', kind, edit }];
}
