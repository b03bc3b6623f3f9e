import { CodeActionResolveRequest } from 'vscode-languageclient';
import { runningClient } from '../server-request';
import type { LanguageServer } from '../language-server';
import type { DeferredFix } from './fix-middleware';
import type { EditPreview } from './preview-edit';

/** Works out the edit of a fix and makes it. False where nothing was changed. */
export async function applyFix(languageServer: LanguageServer, editPreview: EditPreview, fix: DeferredFix,
  isConfirmed: boolean): Promise<boolean> {
  const { edit } = await runningClient(languageServer).sendRequest(CodeActionResolveRequest.type, fix);
  return edit === undefined ? false : editPreview.apply(edit, fix.title, isConfirmed);
}
