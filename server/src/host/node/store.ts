import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { Store } from '../host';
import { pathOf, readFile } from './read-file';

/** More than the findings of any workspace take. */
const MAX_STORED_BYTES = 256 * 1024 * 1024;

/** See `Store`. Of `file:` URIs only. */
export const store: Store = {
  read: async (uri) => {
    const content = await readFile(uri, MAX_STORED_BYTES);
    return content.kind === 'text' ? content.text : undefined; // never written, or nothing that this user may read: the same to those who ask
  },
  write: async (uri, text) => {
    const path = pathOf(uri);
    if (path === undefined) throw new Error(`${uri} is not a file`);
    await fs.promises.mkdir(dirname(path), { recursive: true });
    // Two editors may have the same folder open: what is under a name of its own first is never half of one and half of the other.
    const half = `${path}.${process.pid}`;
    await fs.promises.writeFile(half, text, { mode: 0o600 });
    await fs.promises.rename(half, path);
  },
  digest: () => {
    const hash = createHash('sha256');
    return { add: (text) => void hash.update(text), end: () => hash.digest('hex') };
  },
  build: buildOf(__filename),
};

/** Another build may find other things: its file has another size or was written at another time. */
function buildOf(file: string): string {
  const { size, mtimeMs } = fs.statSync(file);
  return `${size} ${mtimeMs}`;
}
