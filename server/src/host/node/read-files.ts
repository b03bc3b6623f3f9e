import { largerThanPhrase, type FileContent, type HostFiles } from '../host';
import { namedFileLimit, createAwsOutputLimits, type ExtendedSizeLimit, type ExtendedSizeLimitOf } from './large-files';
import { processQueue, createDiskLatency, yieldIfDue, measureRead } from './disk-latency';
import { MISSING_FILE, pathOf, readPathSync, readPathAsync } from './read-file';

export const readManyFiles: HostFiles['readMany'] = async (uris, maxBytes, take, stop = () => false) => {
  const diskLatency = createDiskLatency();
  const limitOf = createAwsOutputLimits(maxBytes);
  // Without a promise for each file, of which a start would wait for thousands.
  let next = 0;
  for (; next < uris.length && !diskLatency.slow; next++) {
    const uri = uris[next] ?? '';
    if (stop()) return;
    const path = pathOf(uri);
    take(uri, path === undefined ? MISSING_FILE : measureRead(diskLatency, () => {
      const content = readPathSync(path, maxBytes);
      const limit = extendedLimitFor(path, content, maxBytes, limitOf);
      return typeof limit === 'number' ? readPathSync(path, limit) : limit ?? content;
    }));
    const pause = yieldIfDue(diskLatency);
    if (pause) await pause;
  }
  await processQueue(uris.slice(next).reverse(), async (uri) => {
    if (stop()) return;
    const content = await readWithLimit(uri, maxBytes, limitOf);
    if (stop()) return;
    take(uri, content);
    await yieldIfDue(diskLatency);
  });
};

async function readWithLimit(uri: string, maxBytes: number, limitOf: ExtendedSizeLimitOf): Promise<FileContent> {
  const path = pathOf(uri);
  if (path === undefined) return MISSING_FILE;
  const content = await readPathAsync(path, maxBytes);
  const limit = extendedLimitFor(path, content, maxBytes, limitOf);
  return typeof limit === 'number' ? readPathAsync(path, limit) : limit ?? content;
}

/** For a file that is above the usual limit. */
function extendedLimitFor(path: string, content: FileContent, maxBytes: number, limitOf: ExtendedSizeLimitOf): ExtendedSizeLimit {
  return content.kind === 'left-out' && content.why === largerThanPhrase(maxBytes) ? limitOf(path) : undefined;
}

export async function readNamedFile(uri: string): Promise<FileContent> {
  const path = pathOf(uri);
  if (path === undefined) return MISSING_FILE;
  const limit = namedFileLimit(path);
  return typeof limit === 'number' ? readPathAsync(path, limit) : limit;
}
