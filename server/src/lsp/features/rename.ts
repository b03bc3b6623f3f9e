import {
  LSPErrorCodes, MessageType, ResponseError, type PrepareRenameParams, type Range, type RenameParams, type WorkspaceEdit,
} from 'vscode-languageserver';
import { isRefusal, reasonNotRenamed, renameTargetAt, rename, renameNotes, type Rename } from '../../core/index';
import { toRange, toWorkspaceEdit, reasonNotWritable } from '../protocol-conversion';
import type { Session } from '../session';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { showMessage } from './messages';
import { offsetAtPosition } from './navigation';
import { locationLabel, workspacePath } from './policy-lookup';
import { contentModifiedError } from './request-handling';

/** Null where nothing can be renamed: the editor says so, and a message why not where a name stands there. */
export function prepareRename(session: Session, params: PrepareRenameParams): { range: Range; placeholder: string } | null {
  const requested = offsetAtPosition(session, params);
  const target = requested && renameTargetAt(session.analysisHost.workspace(), requested.uri, requested.offset);
  const reason = requested && !target ? reasonNotRenamed(session.analysisHost.workspace(), requested.uri, requested.offset) : undefined;
  if (reason !== undefined) showMessage(session, MessageType.Info, reason);
  return target ? { range: toRange(requested.lines, target.location.span), placeholder: target.name } : null;
}

/** The edit; what it leaves to a person is shown in a message. A name that cannot be given is an error, which the editor shows. */
export async function renameAndReport(session: Session, params: RenameParams): Promise<WorkspaceEdit> {
  const { edit, result: { unrenamed, changes } } = await withUpToDateTexts(session, (editingSession) => renameAt(editingSession, params));
  const notes = changes.length === 0
    ? []
    : renameNotes(unrenamed, { file: (uri) => workspacePath(session, uri), place: (at) => locationLabel(session, at) });
  if (notes.length > 0) showMessage(session, MessageType.Info, notes.join(' '));
  return edit;
}

function renameAt(session: EditingSession, params: RenameParams): { readonly edit: WorkspaceEdit; readonly result: Rename } {
  const { analysisHost, conversionContext } = session;
  const requested = offsetAtPosition(session, params);
  const result = requested
    ? rename(analysisHost.workspace(), requested.uri, requested.offset, params.newName)
    : { refused: 'The file has gone meanwhile.' };
  if (isRefusal(result)) throw new ResponseError(LSPErrorCodes.RequestFailed, result.refused);
  // No confirmation change by change: half a rename would break every handshake that has both names.
  const edit = toWorkspaceEdit(conversionContext, result.changes);
  const reason = reasonNotWritable(conversionContext, result.changes);
  if (reason !== undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, reason);
  if (edit === undefined) throw contentModifiedError(params.textDocument.uri);
  return { edit, result };
}
