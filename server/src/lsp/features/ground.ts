import { canonicalUri } from '../../host/contract';
import type { EditContext } from '../convert';
import type { Session } from '../session';
import { folderOf } from './policies';
import { contentModified } from './request';

/** A session in which edits can be made. */
export interface EditingSession extends Session {
  readonly context: EditContext;
}

/** Another program that writes a file this often while one edit is worked out will not be done soon. */
const ATTEMPTS = 5;

/**
 * The result of work that makes edits, with which the text of every file that they change is the one that stands on the disk at this
 * moment, or in the editor. The editor tells of what other programs write only a while later, and an edit of the text before would
 * land at the wrong characters: so the files are read again, and where one differs the work is done again. Work must thus do
 * nothing but answer. Nor does any edit reach outside of the workspace: where a file lies outside, links followed, the work is done
 * again and told so. Throws `ContentModified` where the files do not come to rest.
 */
export async function onFreshGround<R>(session: Session, work: (session: EditingSession) => R | Promise<R>): Promise<R> {
  const outside = new Set<string>();
  const textOf = (uri: string): string | undefined => session.knowledge.workspace().files.get(uri)?.source.text;
  let moved = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const ground = new Map<string, string | undefined>();
    const context: EditContext = {
      ...session.context, restsOn: (uri) => ground.set(canonicalUri(uri), textOf(canonicalUri(uri))), isOutside: (uri) => outside.has(canonicalUri(uri)),
    };
    const result = await work({ ...session, context });
    if (await anyOutside(session, ground.keys(), outside)) continue;
    await session.intake.readAgain([...ground.keys()]);
    const differing = [...ground].find(([uri, text]) => textOf(uri) !== text);
    if (differing === undefined) return result;
    [moved] = differing;
  }
  throw contentModified(moved);
}

/** Adds those of the files that lie outside of the workspace; true when there is one that was not known to. */
async function anyOutside(session: Session, uris: Iterable<string>, outside: Set<string>): Promise<boolean> {
  const before = outside.size;
  for (const uri of uris) if (!outside.has(uri) && !await mayBeWritten(session, uri)) outside.add(uri);
  return outside.size > before;
}

/** What lies in a folder of the workspace, links followed; besides that only what the person has opened from elsewhere. */
async function mayBeWritten(session: Session, uri: string): Promise<boolean> {
  if (!uri.startsWith('file:')) return true;
  if (session.host.documents.get(uri) !== undefined && folderOf(session, uri) === undefined) return true;
  return session.host.files.leadsInto(session.folders(), uri);
}
