import { withoutTrailingCharacters } from './trailing-characters';

/**
 * A URI as paths are compared here: percent-decoded, with a lower-case scheme and Windows drive letter and without a slash
 * at the end, `file:///c:/keys/key policy.json`. Never handed to the editor, which wants its own spelling.
 */
export type PlainUri = string;

/** The same for every spelling of one URI: `file:///C%3A/a%20b` and `file:///c:/a b`. */
export function plainUri(uri: string): PlainUri {
  if (PLAIN.test(uri)) return uri;
  const plain = uri.includes('%') ? decodeParts(uri) : uri;
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(plain)?.[0] ?? '';
  const rest = plain.slice(scheme.length).replace(/^(\/\/\/)([A-Z])(?=:)/,
    (_, slashes: string, drive: string) => slashes + drive.toLowerCase());
  return scheme.toLowerCase() + (rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest);
}

/** How nearly every URI of a file is written: it is plain already. */
const PLAIN = /^file:\/\/\/(?![A-Z]:)[^%]*[^%/]$/;

/** A stray percent sign is a character of the name: only what decodes is decoded. */
function decodeParts(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(%[0-9a-f]{2})+/gi, (escaped) => {
      try {
        return decodeURIComponent(escaped);
      } catch {
        return escaped;
      }
    });
  }
}

/** The path of a file below a folder, `consumer/app.json`; undefined when it lies elsewhere. */
export function relativePath(folder: PlainUri, file: PlainUri): string | undefined {
  return file.length > folder.length && file.startsWith(folder) && file.charCodeAt(folder.length) === 47
    ? file.slice(folder.length + 1)
    : undefined;
}

/** The folder that a file lies in. */
export function parentFolder(file: PlainUri): PlainUri {
  return file.slice(0, file.lastIndexOf('/'));
}

/** Whether the file or folder lies below the folder. */
export function isBelow(folder: PlainUri, path: PlainUri): boolean {
  return relativePath(folder, path) !== undefined;
}

/** How near the folder of a manifest is to a file, to compare several of them; 0 for one that does not hold the file. */
export function folderNearness(folder: PlainUri, file: PlainUri): number {
  return isBelow(folder, file) ? folder.length : 0;
}

/** The innermost of the folders that the file lies in. */
export function innermostFolderOf(folders: readonly PlainUri[], file: PlainUri): PlainUri | undefined {
  let inner: PlainUri | undefined;
  for (const folder of folders) {
    if (relativePath(folder, file) !== undefined && folder.length > (inner?.length ?? -1)) inner = folder;
  }
  return inner;
}

/** A path of `kms-handshake.json` seen from the folder's root, with its `.` and `..` taken out. */
export function resolvePath(folder: PlainUri, path: string): PlainUri {
  let resolved = folder;
  for (const part of path.split('/')) {
    if (part === '..') resolved = parentOf(resolved);
    else if (part !== '.' && part !== '') resolved = `${resolved}/${part}`;
  }
  return resolved;
}

/** A path below some folder with its `.` and `..` taken out, `a/b.json`; undefined where it leads out of the folder. */
export function pathBelow(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return path.startsWith('/') ? undefined : parts.join('/');
}

function parentOf(folder: PlainUri): PlainUri {
  const slash = folder.lastIndexOf('/');
  // The authority and its two slashes are no folder to leave.
  return /:\/\/?$/.test(folder.slice(0, slash + 1)) ? folder : folder.slice(0, slash);
}

/** The URI of a path below a folder, each part encoded; `folder` as the editor spells it. */
export function uriInFolder(folder: string, path: string): string {
  return `${withoutTrailingCharacters(folder, /\//)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
