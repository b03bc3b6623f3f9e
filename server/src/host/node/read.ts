import * as fs from 'node:fs';
import { sep } from 'node:path';
import { URI } from 'vscode-uri';
import type { FileContent, Files } from '../contract';
import { drain, newPace, rest, timed } from './pace';

/** Opening a pipe would wait for somebody to write into it without `O_NONBLOCK`, which Windows does not have. */
const READ_FLAGS = fs.constants.O_RDONLY | ((fs.constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

export async function readFile(uri: string, maxBytes: number): Promise<FileContent> {
  const path = pathOf(uri);
  return path === undefined ? { kind: 'missing' } : inBackground(path, maxBytes);
}

export const readMany: Files['readMany'] = async (uris, maxBytes, take, stop = () => false) => {
  const pace = newPace();
  // Without a promise for each file, of which a start would wait for thousands.
  let next = 0;
  for (; next < uris.length && !pace.slow; next++) {
    const uri = uris[next] ?? '';
    if (stop()) return;
    const path = pathOf(uri);
    take(uri, path === undefined ? MISSING : timed(pace, () => atOnce(path, maxBytes)));
    const pause = rest(pace);
    if (pause) await pause;
  }
  await drain(uris.slice(next).reverse(), async (uri) => {
    if (stop()) return;
    const content = await readFile(uri, maxBytes);
    if (stop()) return;
    take(uri, content);
    await rest(pace);
  });
};

const MISSING: FileContent = { kind: 'missing' };

/** Only `file:` URIs have a path. */
export function pathOf(uri: string): string | undefined {
  if (PLAIN.test(uri)) return uri.slice('file://'.length);
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : undefined;
}

/** How nearly every file is named where paths have `/`: parsing its URI takes longer than opening it. */
const PLAIN = sep === '/' ? /^file:\/\/\/(?!\/)[\w.~/-]*$/ : /^(?!)/;

/** The reverse of `pathOf`. */
export function uriOf(path: string): string {
  const uri = `file://${path}`;
  return PLAIN.test(uri) ? uri : URI.file(path).toString();
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

/** Holds one small file after the other, each until the next is read: a buffer for each costs as much as reading it. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024);

/** What the size says, nearly always in one go; `readFileSync` would ask for the size again. */
function readAll(file: number, size: number): Buffer {
  const bytes = size < SCRATCH.length ? SCRATCH : Buffer.allocUnsafeSlow(size + 1);
  let read = fs.readSync(file, bytes, 0, size + 1, null);
  // A file system may give less than it has, and ends with nothing.
  for (let more = read; read < size && more > 0; read += more) more = fs.readSync(file, bytes, read, size + 1 - read, null);
  return read <= size ? bytes.subarray(0, read) : Buffer.concat([bytes.subarray(0, read), fs.readFileSync(file)]);
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
