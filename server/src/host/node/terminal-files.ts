import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { constants } from 'node:fs';
import type { FileContent } from '../host';
import { isSymbolicLink } from './real-paths';
import { readStream } from './read-file';

/** What the command line needs of files beyond `Files`: it is asked about paths, reads standard input, and writes what `--out` names. */
export const terminalFiles = {
  kindOf: async (file: string): Promise<'folder' | 'file' | 'unreadable' | undefined> => {
    const stat = await fs.stat(file).catch(() => undefined);
    if (stat === undefined) return undefined;
    if (!stat.isDirectory()) return 'file';
    return await fs.access(file, constants.R_OK | constants.X_OK).then(() => 'folder' as const, () => 'unreadable' as const);
  },
  isLink: isSymbolicLink,
  readStandardInput: (maxBytes: number): Promise<FileContent> => readStream(process.stdin, maxBytes),
  writeFile: async (file: string, text: string, overwrite: boolean): Promise<void> => {
    await fs.mkdir(path.dirname(file), { recursive: true });
    const fileHandle = await fs.open(file, WRITE_FLAGS | (overwrite ? 0 : constants.O_EXCL));
    try {
      if (!(await fileHandle.stat()).isFile()) throw new Error('not a file');
      await fileHandle.truncate();
      await fileHandle.writeFile(text);
    } finally {
      await fileHandle.close();
    }
  },
};

/** Neither through a link, nor waiting for somebody who reads from a pipe; Windows has no word for either. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as { readonly O_NOFOLLOW?: number; readonly O_NONBLOCK?: number };
const WRITE_FLAGS = constants.O_WRONLY | constants.O_CREAT | O_NOFOLLOW | O_NONBLOCK;
