import type { HostFiles } from '../host';
import { awsOutputLimit } from './large-files';
import { MISSING_FILE, pathOf, readPath } from './read-file';

/** Files that are open at the same time: four times the threads that Node reads with, so that none of them waits. */
const MAX_OPEN_FILES = 16;
/** Each open file has a buffer of this size, which most files fit into. */
const SHARED_BUFFER_BYTES = 64 * 1024;
/** Bytes of larger files that are in memory at the same time; a file that is larger than all of it is read alone. */
const MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024;

export const readManyFiles: HostFiles['readMany'] = async (uris, maxBytes, take, stop = () => false) => {
  const limitOf = awsOutputLimit(maxBytes);
  const withBytes = createByteLimit(MAX_BYTES_IN_FLIGHT);
  const buffers: Buffer[] = [];
  await mapInParallel(uris, async (uri) => {
    if (stop()) return;
    const path = pathOf(uri);
    const buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(SHARED_BUFFER_BYTES);
    const content = path === undefined ? MISSING_FILE : await readPath(path, limitOf, { buffer, withBytes });
    buffers.push(buffer);
    if (!stop()) take(uri, content);
  });
};

/** The results of work on each of the items, in their order; so many at a time that the disk is busy and others have their turn. */
export async function mapInParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const remaining = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of remaining) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_OPEN_FILES, items.length) }, worker));
  return results;
}

/** Lets work begin while there is room for the bytes that it takes; what takes more than the limit is done alone. */
export function createByteLimit(maxBytes: number): <T>(bytes: number, work: () => Promise<T>) => Promise<T> {
  let usedBytes = 0;
  let waiting: (() => void)[] = [];
  return async (bytes, work) => {
    while (usedBytes > 0 && usedBytes + bytes > maxBytes) await new Promise<void>((resolve) => waiting.push(resolve));
    usedBytes += bytes;
    try {
      return await work();
    } finally {
      usedBytes -= bytes;
      const resumed = waiting;
      waiting = [];
      for (const resume of resumed) resume();
    }
  };
}
