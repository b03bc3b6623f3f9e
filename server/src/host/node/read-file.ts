import * as fs from 'node:fs';
import { sep } from 'node:path';
import { URI } from 'vscode-uri';
import { largerThanPhrase, type FileContent } from '../host';

/** Opening a pipe would wait for somebody to write into it without `O_NONBLOCK`, which Windows does not have. */
const READ_FLAGS = fs.constants.O_RDONLY | ((fs.constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);


export const MISSING_FILE: FileContent = { kind: 'missing' };

/** Only `file:` URIs have a path, and those with a NUL in it have none: no file can have that name. */
export function pathOf(uri: string): string | undefined {
  if (UNESCAPED_FILE_URI.test(uri)) return uri.slice('file://'.length);
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' && !parsed.fsPath.includes('\0') ? parsed.fsPath : undefined;
}

/** How nearly every file is named where paths have `/`: parsing its URI takes longer than opening it. */
const UNESCAPED_FILE_URI = sep === '/' ? /^file:\/\/\/(?!\/)[\w.~/-]*$/ : /^(?!)/;

/** The reverse of `pathOf`. */
export function uriOf(path: string): string {
  const uri = `file://${path}`;
  return UNESCAPED_FILE_URI.test(uri) ? uri : URI.file(path).toString();
}

/** The size of a file as the file system gives it, and how its text begins; undefined where that is not a text. */
export interface FileStart {
  readonly size: number;
  readonly readBeginning: () => Promise<string | undefined>;
}

export type LeftOutFile = Extract<FileContent, { readonly kind: 'left-out' }>;

/** The most bytes that are read of a file, or why it is not read. */
export type SizeLimit = (start: FileStart) => number | LeftOutFile | Promise<number | LeftOutFile>;

/** What files that are read at the same time share. */
export interface ReadOptions {
  /** Holds a file that fits into it until the next is read: a buffer for each file costs as much as reading it. */
  readonly buffer?: Buffer;
  /** Waits before larger buffers are made until there is room for them. */
  readonly withBytes?: <T>(bytes: number, work: () => Promise<T>) => Promise<T>;
}

/** Enough to tell what a file is. */
export const BEGINNING_LENGTH = 4096;

/** Reads a regular file, as far as it is not larger than the limit, whatever its size says. Never fails. */
export async function readPath(path: string, limitOf: SizeLimit, { buffer, withBytes }: ReadOptions = {}): Promise<FileContent> {
  try {
    const file = await openFile(path);
    try {
      const stat = fs.fstatSync(file);
      if (!stat.isFile()) return { kind: 'left-out', why: 'not a file' };
      const limit = await limitOf({ size: stat.size, readBeginning: () => readBeginning(file) });
      if (typeof limit !== 'number') return limit;
      if (stat.size > limit) return tooLargeContent(limit);
      if (buffer !== undefined && stat.size < buffer.length) return await readContent(file, stat.size, limit, buffer);
      const read = (): Promise<FileContent> => readContent(file, stat.size, limit, Buffer.allocUnsafeSlow(stat.size + 1));
      return await (withBytes === undefined ? read() : withBytes(stat.size, read));
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    return unreadableContent(error);
  }
}

/*
 * Opening and reading may wait for the disk and are done on other threads; what the system knows of an open file, and closing it, are not.
 * Not by the `FileHandle` of `fs/promises`, which makes a check of many files an eighth slower (docs/performance.md).
 */

function openFile(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(path, READ_FLAGS, (error, file) => { if (error) reject(error); else resolve(file); });
  });
}

/** The number of bytes that were read; from where the last reading ended when `position` is null. */
function readBytes(file: number, bytes: Buffer,
  { offset, length, position }: { readonly offset: number; readonly length: number; readonly position: number | null }): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(file, bytes, offset, length, position, (error, bytesRead) => { if (error) reject(error); else resolve(bytesRead); });
  });
}

/** A character cut in two at the end does not matter. */
async function readBeginning(file: number): Promise<string | undefined> {
  const bytes = Buffer.alloc(BEGINNING_LENGTH);
  const content = decodeText(bytes.subarray(0, await readBytes(file, bytes, { offset: 0, length: BEGINNING_LENGTH, position: 0 })));
  return content.kind === 'text' ? content.text : undefined;
}

/** @param size what the file says of itself: files that grow, and those that the system makes up, have more */
async function readContent(file: number, size: number, maxBytes: number, buffer: Buffer): Promise<FileContent> {
  // One byte more than is taken tells that there is more.
  const limit = Math.floor(maxBytes) + 1;
  let bytes = buffer;
  let length = 0;
  while (length < limit) {
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length + BUFFER_GROWTH, limit));
    const requested = Math.min(bytes.length, limit) - length;
    const bytesRead = await readBytes(file, bytes, { offset: length, length: requested, position: null });
    length += bytesRead;
    // A file system may give less than it has, and ends with nothing; asking once more where the size is reached would double the reads.
    if (bytesRead === 0 || length === size && bytesRead < requested) break;
  }
  return length > maxBytes ? tooLargeContent(maxBytes) : decodeText(bytes.subarray(0, length));
}

const BUFFER_GROWTH = 64 * 1024;

/** All of a stream that is not larger than the limit; of another one nothing more is asked for. */
export async function readStream(stream: AsyncIterable<Buffer | string>, maxBytes: number): Promise<FileContent> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBytes) return tooLargeContent(maxBytes);
    chunks.push(bytes);
  }
  return decodeText(Buffer.concat(chunks));
}

function tooLargeContent(maxBytes: number): FileContent {
  return { kind: 'left-out', why: largerThanPhrase(maxBytes) };
}

function unreadableContent(error: unknown): FileContent {
  const { code, message } = error as NodeJS.ErrnoException;
  // Node adds the system call and the path, which the reader knows.
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? MISSING_FILE
    : { kind: 'left-out', why: `it cannot be read (${/^[^,]*/.exec(message)?.[0] ?? message})` };
}

/** UTF-8, and the UTF-16 with byte order mark that a redirected AWS CLI leaves on Windows. */
function decodeText(bytes: Buffer): FileContent {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { kind: 'text', text: bytes.toString('utf16le', 2) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { kind: 'text', text: bytes.subarray(2, bytes.length & ~1).swap16().toString('utf16le') };
  if (bytes.includes(0)) return { kind: 'left-out', why: 'not a text' };
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { kind: 'text', text: bytes.toString('utf8', mark ? 3 : 0) };
}
