import { canonicalUri } from '../../host/host';
import type { EditContext } from '../protocol-conversion';
import type { Session } from '../session';
import { workspaceFolderOf } from './policy-lookup';
import { contentModifiedError } from './request-handling';

/** A session in which edits can be made. */
export interface EditingSession extends Session {
  readonly conversionContext: EditContext;
}

/** Another program that writes a file this often while one edit is worked out will not be done soon. */
const MAX_ATTEMPTS = 5;

/**
 * The result of work that makes edits, with which the text of every file that they change is the one that stands on the disk at this
 * moment, or in the editor. The editor tells of what other programs write only a while later, and an edit of the text before would
 * land at the wrong characters: so the files are read again, and where one differs the work is done again. Work must thus do
 * nothing but answer. Nor does any edit reach outside of the workspace: where a file lies outside, links followed, the work is done
 * again and told so. Throws `ContentModified` where the files do not come to rest.
 */
export async function withUpToDateTexts<R>(session: Session, work: (session: EditingSession) => R | Promise<R>): Promise<R> {
  const outside = new Set<string>();
  const textOf = (uri: string): string | undefined => session.analysisHost.workspace().files.get(uri)?.source.text;
  let moved = '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const ground = new Map<string, string | undefined>();
    const context: EditContext = {
      ...session.conversionContext, recordEdited: (uri) => ground.set(canonicalUri(uri), textOf(canonicalUri(uri))),
      isOutsideWorkspace: (uri) => outside.has(canonicalUri(uri)),
    };
    const result = await work({ ...session, conversionContext: context });
    if (await addFilesOutsideWorkspace(session, ground.keys(), outside)) continue;
    await session.documentSync.rereadFiles([...ground.keys()]);
    const differing = [...ground].find(([uri, text]) => textOf(uri) !== text);
    if (differing === undefined) return result;
    [moved] = differing;
  }
  throw contentModifiedError(moved);
}

/** Adds those of the files that lie outside of the workspace; true when there is one that was not known to. */
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
