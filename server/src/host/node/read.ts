import * as fs from 'node:fs';
import { URI } from 'vscode-uri';
import type { FileContent, Files } from '../contract';
import { drain, newPace, paced, rest } from './pace';

/** Opening a pipe would wait for somebody to write into it without `O_NONBLOCK`, which Windows does not have. */
const READ_FLAGS = fs.constants.O_RDONLY | ((fs.constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

export async function readFile(uri: string, maxBytes: number): Promise<FileContent> {
  const path = pathOf(uri);
  return path === undefined ? { kind: 'missing' } : inBackground(path, maxBytes);
}

export const readMany: Files['readMany'] = async (uris, maxBytes, take, stop) => {
  const pace = newPace();
  await drain([...uris].reverse(), async (uri) => {
    if (stop?.() === true) return;
    const path = pathOf(uri);
    const content = path === undefined ? MISSING : await paced(pace, () => atOnce(path, maxBytes), () => inBackground(path, maxBytes));
    if (stop?.() === true) return;
    take(uri, content);
    await rest(pace);
  });
};

const MISSING: FileContent = { kind: 'missing' };

/** Only `file:` URIs have a path. */
export function pathOf(uri: string): string | undefined {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : undefined;
}

function atOnce(path: string, maxBytes: number): FileContent {
  try {
    const file = fs.openSync(path, READ_FLAGS);
    try {
      const stat = fs.fstatSync(file);
      return tooMuch(stat, maxBytes) ?? decode(readAll(file, stat.size));
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    return unreadable(error);
  }
}

/** What the size says in one go, which nearly always is all; `readFileSync` would ask for the size again. */
function readAll(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + 1);
  const read = fs.readSync(file, bytes, 0, size + 1, null);
  return read <= size ? bytes.subarray(0, read) : Buffer.concat([bytes, fs.readFileSync(file)]);
}

async function inBackground(path: string, maxBytes: number): Promise<FileContent> {
  try {
    const stat = await fs.promises.stat(path);
    return tooMuch(stat, maxBytes) ?? decode(await fs.promises.readFile(path, { flag: READ_FLAGS }));
  } catch (error) {
    return unreadable(error);
  }
}

function tooMuch(stat: fs.Stats, maxBytes: number): FileContent | undefined {
  if (!stat.isFile()) return { kind: 'left-out', why: 'not a file' };
  return stat.size > maxBytes ? { kind: 'left-out', why: `larger than ${maxBytes / 1024} KiB` } : undefined;
}

function unreadable(error: unknown): FileContent {
  const { code, message } = error as NodeJS.ErrnoException;
  // Node adds the system call and the path, which the reader knows.
  return code === 'ENOENT' || code === 'ENOTDIR' ? MISSING : { kind: 'left-out', why: `it cannot be read (${message.replace(/, \w+( '.*')?$/, '')})` };
}

/** UTF-8, and the UTF-16 with byte order mark that a redirected AWS CLI leaves on Windows. */
function decode(bytes: Buffer): FileContent {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { kind: 'text', text: bytes.toString('utf16le', 2) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { kind: 'text', text: bytes.subarray(2, bytes.length & ~1).swap16().toString('utf16le') };
  if (bytes.includes(0)) return { kind: 'left-out', why: 'not a text' };
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { kind: 'text', text: bytes.toString('utf8', mark ? 3 : 0) };
}
