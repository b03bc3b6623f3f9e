import {
  LSPErrorCodes, MessageType, ResponseError, type Connection, type PrepareRenameParams, type Range, type RenameParams, type WorkspaceEdit,
} from 'vscode-languageserver';
import { isRefusal, renameTargetAt, rename, renameNotes, type Rename } from '../../core/index';
import { toRange, toWorkspaceEdit, reasonNotWritable } from '../protocol-conversion';
import { withValidatedParameters } from '../parameter-validation';
import type { Session } from '../session';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { showMessage } from './messages';
import { offsetAtPosition } from './navigation';
import { locationLabel, workspacePath } from './policy-lookup';
import { handleRequest, contentModifiedError } from './request-handling';

/** Ties renaming to its requests. */
export function registerRename(connection: Connection, current: () => Session): void {
  connection.onPrepareRename(withValidatedParameters('textDocument/prepareRename', current, (session, params, token) => (
    handleRequest(session, 'preparing a rename', params.textDocument.uri, token, () => prepareRename(session, params)))));
  connection.onRenameRequest(withValidatedParameters('textDocument/rename', current, (session, params, token) => {
    return handleRequest(session, 'renaming', params.textDocument.uri, token, async () => {
      const { edit, result } = await withUpToDateTexts(session, (own) => renameAt(own, params));
      showUnrenamedPlaces(session, result);
      return edit;
    });
  }));
}

/** Null where nothing can be renamed: the editor says so. */
function prepareRename(session: Session, params: PrepareRenameParams): { range: Range; placeholder: string } | null {
  const asked = offsetAtPosition(session, params);
  const found = asked && renameTargetAt(session.analysisHost.workspace(), asked.uri, asked.offset);
  return found ? { range: toRange(asked.lines, found.location.span), placeholder: found.name } : null;
}

/** The edit, and what it leaves to a person. A name that cannot be given is an error, which the editor shows. */
function renameAt(session: EditingSession, params: RenameParams): { readonly edit: WorkspaceEdit; readonly result: Rename } {
  const { analysisHost, conversionContext } = session;
  const asked = offsetAtPosition(session, params);
  const result = asked
    ? rename(analysisHost.workspace(), asked.uri, asked.offset, params.newName)
    : { refused: 'The file has gone meanwhile.' };
  if (isRefusal(result)) throw new ResponseError(LSPErrorCodes.RequestFailed, result.refused);
  // Nothing to confirm one by one: half a rename would break every handshake that has both names.
  const edit = toWorkspaceEdit(conversionContext, result.changes);
  const why = reasonNotWritable(conversionContext, result.changes);
  if (why !== undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, why);
  if (edit === undefined) throw contentModifiedError(params.textDocument.uri);
  return { edit, result };
}

function showUnrenamedPlaces(session: Session, { unrenamed, changes }: Rename): void {
  const notes = changes.length === 0
    ? []
    : renameNotes(unrenamed, { file: (uri) => workspacePath(session, uri), place: (at) => locationLabel(session, at) });
  if (notes.length === 0) return;
  showMessage(session, MessageType.Info, notes.join(' '));
}
