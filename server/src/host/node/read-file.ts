import * as fs from 'node:fs';
import { sep } from 'node:path';
import { URI } from 'vscode-uri';
import { largerThanPhrase, type FileContent } from '../host';

/** Opening a pipe would wait for somebody to write into it without `O_NONBLOCK`, which Windows does not have. */
const READ_FLAGS = fs.constants.O_RDONLY | ((fs.constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

export async function readFile(uri: string, maxBytes: number): Promise<FileContent> {
  const path = pathOf(uri);
  return path === undefined ? MISSING_FILE : readPathAsync(path, maxBytes);
}

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

/** What everything is read by: a regular file, as far as it is not larger than the limit, whatever it says of its size. */
export function readPathSync(path: string, maxBytes: number): FileContent {
  try {
    return withOpenFile(path, (file, stat) => {
      const refused = reasonNotReadable(stat, maxBytes);
      if (refused) return refused;
      const readBuffer = createReadBuffer(stat.size, maxBytes, SHARED_BUFFER);
      fillReadBuffer(file, readBuffer);
      return bufferContent(readBuffer, maxBytes);
    });
  } catch (error) {
    return unreadableContent(error);
  }
}

/** The same without holding others up. */
export async function readPathAsync(path: string, maxBytes: number): Promise<FileContent> {
  try {
    const file = await fs.promises.open(path, READ_FLAGS);
    try {
      const stat = await file.stat();
      const refused = reasonNotReadable(stat, maxBytes);
      if (refused) return refused;
      const readBuffer = createReadBuffer(stat.size, maxBytes, undefined);
      for (let asked = bytesToRequest(readBuffer); asked > 0; asked = bytesToRequest(readBuffer))
        recordRead(readBuffer, asked, (await file.read(readBuffer.bytes, readBuffer.length, asked, null)).bytesRead);
      return bufferContent(readBuffer, maxBytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    return unreadableContent(error);
  }
}

/** The size of a file, and how its text begins. */
export interface FileBeginning {
  readonly size: number;
  readonly beginning: string;
}

/** Enough to tell what a file is. */
export const BEGINNING_LENGTH = 4096;

/**
 * For regular files of a size that `wants` asks for; undefined for all others, and for those that are not texts. Whoever reads the file
 * finds what is wrong with it. A character cut in two at the end does not matter.
 */
export function readFileBeginning(path: string, wants: (size: number) => boolean): FileBeginning | undefined {
  try {
    return withOpenFile(path, (file, stat) => {
      if (!stat.isFile() || !wants(stat.size)) return undefined;
      const readBuffer = createReadBuffer(0, BEGINNING_LENGTH - 1, SHARED_BUFFER);
      fillReadBuffer(file, readBuffer);
      const content = decodeText(readBuffer.bytes.subarray(0, readBuffer.length));
      return content.kind === 'text' ? { size: stat.size, beginning: content.text } : undefined;
    });
  } catch {
    return undefined;
  }
}

function withOpenFile<R>(path: string, use: (file: number, stat: fs.Stats) => R): R {
  const file = fs.openSync(path, READ_FLAGS);
  try {
    return use(file, fs.fstatSync(file));
  } finally {
    fs.closeSync(file);
  }
}

function fillReadBuffer(file: number, readBuffer: ReadBuffer): void {
  for (let asked = bytesToRequest(readBuffer); asked > 0; asked = bytesToRequest(readBuffer))
    recordRead(readBuffer, asked, fs.readSync(file, readBuffer.bytes, readBuffer.length, asked, null));
}

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

/** Holds one small file after the other, each until the next is read: a buffer for each costs as much as reading it. */
const SHARED_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** What was read of a file so far. */
interface ReadBuffer {
  bytes: Buffer;
  length: number;
  isComplete: boolean;
  /** What the file says of itself: files that grow, and those that the system makes up, have more. */
  readonly size: number;
  /** One byte more than is wanted tells that there is more. */
  readonly limit: number;
}

function createReadBuffer(size: number, maxBytes: number, scratch: Buffer | undefined): ReadBuffer {
  const bytes = scratch !== undefined && size < scratch.length ? scratch : Buffer.allocUnsafeSlow(size + 1);
  return { bytes, length: 0, isComplete: false, size, limit: Math.floor(maxBytes) + 1 };
}

/** How many bytes to ask for next; 0 when the file is read, or too large. Nearly always all of it is there in one go. */
function bytesToRequest(readBuffer: ReadBuffer): number {
  if (readBuffer.isComplete || readBuffer.length >= readBuffer.limit) return 0;
  if (readBuffer.length === readBuffer.bytes.length)
    readBuffer.bytes = Buffer.concat([readBuffer.bytes], Math.min(2 * readBuffer.length + BUFFER_GROWTH, readBuffer.limit));
  return Math.min(readBuffer.bytes.length, readBuffer.limit) - readBuffer.length;
}

const BUFFER_GROWTH = 64 * 1024;

/**
 * A file system may give less than it has, and ends with nothing; asking once more where the size is reached would be half of all reading.
 */
function recordRead(readBuffer: ReadBuffer, asked: number, got: number): void {
  readBuffer.length += got;
  readBuffer.isComplete = got === 0 || readBuffer.length === readBuffer.size && got < asked;
}

function bufferContent({ bytes, length }: ReadBuffer, maxBytes: number): FileContent {
  return length > maxBytes ? tooLargeContent(maxBytes) : decodeText(bytes.subarray(0, length));
}

function reasonNotReadable(stat: fs.Stats, maxBytes: number): FileContent | undefined {
  if (!stat.isFile()) return { kind: 'left-out', why: 'not a file' };
  return stat.size > maxBytes ? tooLargeContent(maxBytes) : undefined;
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
