import * as path from 'node:path';
import type { Host } from '../host/host';
import { fileUriOf, isBelow } from './load-workspace';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

interface FileToWrite {
  /** `--out`, for messages. */
  readonly option: string;
  /** As somebody wrote it. */
  readonly name: string;
  /** A file that is there is replaced; else it is kept, and named as a mistake. */
  readonly overwrite: boolean;
  /** A larger file is not replaced, since nobody has read it; undefined: any that can be read by itself. */
  readonly maxBytes: number | undefined;
  /** Undefined where the file stays as it is. */
  readonly text: string | undefined;
}

/** Writes the file that an option names, and tells it on standard error. Throws `UsageError` where it cannot be written or must not be. */
export async function writeNamedFile({ option, name, overwrite, maxBytes, text }: FileToWrite, host: Host,
  terminal: Terminal): Promise<void> {
  const absolute = path.resolve(terminal.cwd, name);
  if (absolute.includes('\0')) throw new UsageError(`${option}: no file can have a NUL in its name`);
  const kind = await terminal.kindOf(absolute);
  if (kind === 'folder' || kind === 'unreadable') throw new UsageError(`${option} takes a file; ${name} is a folder`);
  if (!overwrite && kind !== undefined) throw new UsageError(`${name} already exists; --force replaces it`);
  if (text === undefined) {
    terminal.writeError(`${name} stays as it is\n`);
    return;
  }
  const reason = await reasonNotToWrite(absolute, maxBytes, host, terminal);
  if (reason !== undefined) throw new UsageError(`${name} is not written: ${reason}`);
  try {
    await terminal.writeFile(absolute, text, overwrite);
  } catch (error) {
    throw new UsageError(`${name} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  terminal.writeError(`wrote ${name}\n`);
}

/**
 * What an option names is what is written, and nothing else: no file that a link leads to, nothing outside of the current folder that
 * looks as if it were inside, and no file that could not be read, of which nobody can say what would be lost.
 */
async function reasonNotToWrite(absolute: string, maxBytes: number | undefined, host: Host,
  terminal: Terminal): Promise<string | undefined> {
  const uri = fileUriOf(absolute);
  if (await terminal.isLink(absolute)) return 'it is a link; name the file that it leads to';
  if (isBelow(terminal.cwd, absolute, path.sep) && !await host.files.resolvesInto([fileUriOf(terminal.cwd)], uri)) {
    return 'a link leads out of the current folder; name the place that it leads to';
  }
  const content = await (maxBytes === undefined ? host.files.readNamedFile(uri) : host.files.read(uri, maxBytes));
  return content.kind === 'left-out' ? content.why : undefined;
}
