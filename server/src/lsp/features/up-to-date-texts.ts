import { canonicalUri } from '../../host/host';
import type { EditContext } from '../protocol-conversion';
import type { Session } from '../session';
import { workspaceFolderOf } from './policy-lookup';
import { contentModifiedError } from './request-handling';

/** A session in which edits can be made. */
export interface EditingSession extends Session {
  readonly conversionContext: EditContext;
}

/** A file that another program writes this often while one edit is computed will not come to rest soon. */
const MAX_ATTEMPTS = 5;

/**
 * Runs work that makes edits against the texts that the edited files have at this moment, on the disk or in the editor. Editors report what
 * other programs write only later, and an edit of an older text would change the wrong characters: so the edited files are read again, and
 * where one differs the work is repeated. Work must therefore have no effects. Where an edited file lies outside of the workspace, links
 * followed, the work is repeated with `isOutsideWorkspace` true for it. Throws `ContentModified` where the files do not come to rest.
 */
export async function withUpToDateTexts<R>(session: Session, work: (session: EditingSession) => R | Promise<R>): Promise<R> {
  const outside = new Set<string>();
  const textOf = (uri: string): string | undefined => session.analysisHost.workspace().files.get(uri)?.source.text;
  let changedUri = '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const editedTexts = new Map<string, string | undefined>();
    const conversionContext: EditContext = {
      ...session.conversionContext,
      recordEdited: (uri) => editedTexts.set(canonicalUri(uri), textOf(canonicalUri(uri))),
      isOutsideWorkspace: (uri) => outside.has(canonicalUri(uri)),
    };
    const result = await work({ ...session, conversionContext });
    if (await addFilesOutsideWorkspace(session, editedTexts.keys(), outside)) continue;
    await session.documentSync.rereadFiles([...editedTexts.keys()]);
    const changedText = [...editedTexts].find(([uri, text]) => textOf(uri) !== text);
    if (changedText === undefined) return result;
    [changedUri] = changedText;
  }
  throw contentModifiedError(changedUri);
}

/** Adds those of the files that lie outside of the workspace; true when one was added. */
async function addFilesOutsideWorkspace(session: Session, uris: Iterable<string>, outside: Set<string>): Promise<boolean> {
  const before = outside.size;
  for (const uri of uris) if (!outside.has(uri) && !await isWritable(session, uri)) outside.add(uri);
  return outside.size > before;
}

/** What lies in a folder of the workspace, links followed; besides that only what the person has opened from elsewhere. */
async function isWritable(session: Session, uri: string): Promise<boolean> {
  if (!uri.startsWith('file:')) return true;
  if (session.host.documents.get(uri) !== undefined && workspaceFolderOf(session, uri) === undefined) return true;
  return session.host.files.resolvesInto(session.workspaceFolders(), uri);
}
