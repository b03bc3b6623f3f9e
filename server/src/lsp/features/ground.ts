import { canonicalUri } from '../../host/contract';
import type { EditContext } from '../convert';
import type { Session } from '../session';
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
 * nothing but answer. Throws `ContentModified` where the files do not come to rest.
 */
export async function onFreshGround<R>(session: Session, work: (session: EditingSession) => R | Promise<R>): Promise<R> {
  const textOf = (uri: string): string | undefined => session.knowledge.workspace().files.get(uri)?.source.text;
  let moved = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const ground = new Map<string, string | undefined>();
    const result = await work({ ...session, context: { ...session.context, restsOn: (uri) => ground.set(canonicalUri(uri), textOf(canonicalUri(uri))) } });
    await session.intake.readAgain([...ground.keys()]);
    const differing = [...ground].find(([uri, text]) => textOf(uri) !== text);
    if (differing === undefined) return result;
    [moved] = differing;
  }
  throw contentModified(moved);
}
