import { largerThan, type FileContent, type Files } from '../contract';
import { limitOfNamed, outputLimits, type LargerLimit, type OutputLimit } from './large-files';
import { drain, newPace, rest, timed } from './pace';
import { MISSING, pathOf, readAtOnce, readInBackground } from './read';

export const readMany: Files['readMany'] = async (uris, maxBytes, take, stop = () => false) => {
  const pace = newPace();
  const limitOf = outputLimits(maxBytes);
  // Without a promise for each file, of which a start would wait for thousands.
  let next = 0;
  for (; next < uris.length && !pace.slow; next++) {
    const uri = uris[next] ?? '';
    if (stop()) return;
    const path = pathOf(uri);
    take(uri, path === undefined ? MISSING : timed(pace, () => {
      const content = readAtOnce(path, maxBytes);
      const limit = largerLimit(path, content, maxBytes, limitOf);
      return typeof limit === 'number' ? readAtOnce(path, limit) : limit ?? content;
    }));
    const pause = rest(pace);
    if (pause) await pause;
  }
  await drain(uris.slice(next).reverse(), async (uri) => {
    if (stop()) return;
    const content = await readOneOfMany(uri, maxBytes, limitOf);
    if (stop()) return;
    take(uri, content);
    await rest(pace);
  });
};

async function readOneOfMany(uri: string, maxBytes: number, limitOf: OutputLimit): Promise<FileContent> {
  const path = pathOf(uri);
  if (path === undefined) return MISSING;
  const content = await readInBackground(path, maxBytes);
  const limit = largerLimit(path, content, maxBytes, limitOf);
  return typeof limit === 'number' ? readInBackground(path, limit) : limit ?? content;
}

/** For a file that is above the usual limit. */
function largerLimit(path: string, content: FileContent, maxBytes: number, limitOf: OutputLimit): LargerLimit {
  return content.kind === 'left-out' && content.why === largerThan(maxBytes) ? limitOf(path) : undefined;
}

export async function readNamed(uri: string): Promise<FileContent> {
  const path = pathOf(uri);
  if (path === undefined) return MISSING;
  const limit = limitOfNamed(path);
  return typeof limit === 'number' ? readInBackground(path, limit) : limit;
}
