import {
  LSPErrorCodes, MessageType, ResponseError, type Connection, type PrepareRenameParams, type Range, type RenameParams, type WorkspaceEdit,
} from 'vscode-languageserver';
import { isRefusal, renamableAt, rename, renameNotes, type Rename } from '../../core/index';
import { toRange, toWorkspaceEdit, whyNotWritten } from '../convert';
import { checked } from '../parameters';
import type { Session } from '../session';
import { onFreshGround, type EditingSession } from './ground';
import { showMessage } from './messages';
import { placeAsked } from './navigation';
import { labelOf, shortPath } from './policies';
import { answer, contentModified } from './request';

/** Ties renaming to its requests. */
export function registerRename(connection: Connection, current: () => Session): void {
  connection.onPrepareRename(checked('textDocument/prepareRename', current, (session, params, token) => (
    answer(session, 'preparing a rename', params.textDocument.uri, token, () => prepareRename(session, params)))));
  connection.onRenameRequest(checked('textDocument/rename', current, (session, params, token) => {
    return answer(session, 'renaming', params.textDocument.uri, token, async () => {
      const { edit, result } = await onFreshGround(session, (own) => renameAt(own, params));
      tellWhatIsLeft(session, result);
      return edit;
    });
  }));
}

/** Null where nothing can be renamed: the editor says so. */
function prepareRename(session: Session, params: PrepareRenameParams): { range: Range; placeholder: string } | null {
  const asked = placeAsked(session, params);
  const found = asked && renamableAt(session.knowledge.workspace(), asked.uri, asked.offset);
  return found ? { range: toRange(asked.lines, found.at.span), placeholder: found.name } : null;
}

/** The edit, and what it leaves to a person. A name that cannot be given is an error, which the editor shows. */
function renameAt(session: EditingSession, params: RenameParams): { readonly edit: WorkspaceEdit; readonly result: Rename } {
  const { knowledge, context } = session;
  const asked = placeAsked(session, params);
  const result = asked ? rename(knowledge.workspace(), asked.uri, asked.offset, params.newName) : { refused: 'The file has gone meanwhile.' };
  if (isRefusal(result)) throw new ResponseError(LSPErrorCodes.RequestFailed, result.refused);
  // Nothing to confirm one by one: half a rename would break every handshake that has both names.
  const edit = toWorkspaceEdit(context, result.changes);
  const why = whyNotWritten(context, result.changes);
  if (why !== undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, why);
  if (edit === undefined) throw contentModified(params.textDocument.uri);
  return { edit, result };
}

function tellWhatIsLeft(session: Session, { left, changes }: Rename): void {
  const notes = changes.length === 0 ? [] : renameNotes(left, { file: (uri) => shortPath(session, uri), place: (at) => labelOf(session, at) });
  if (notes.length === 0) return;
  showMessage(session, MessageType.Info, notes.join(' '));
}
