import * as path from 'node:path';
import { URI } from 'vscode-uri';
import { emptyWorkspace, isEffectiveManifest, mayBeRelevantFile, MANIFEST_NAME, plainLine, RULES, updateWorkspace, type Folder,
  type Location, type RuleLevels, type Workspace, type WorkspaceChange } from '../core/index';
import { CDK_OUTPUT_FOLDER, DEFAULT_FILE_GLOBS, DEFAULT_MAX_FILE_BYTES, type FileContent, type Host,
  type FileSelection } from '../host/host';
import type { FileReadOptions } from './arguments';
import { createLineAndColumnLookup, type LineAndColumnRange } from './line-and-column';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

export interface LoadedWorkspace {
  readonly workspace: Workspace;
  /** Texts of the files that were read as policies, by URI. */
  readonly texts: ReadonlyMap<string, string>;
  /** What was asked about: all of it, or only these files. The rest of their folder is read too, since the other half may be there. */
  readonly isRequested: (uri: string) => boolean;
  readonly rangeOf: (at: Location) => LineAndColumnRange;
}

export interface LoadOptions extends FileReadOptions {
  readonly paths: readonly string[];
  /** Levels that go before those of manifests. */
  readonly ruleOverrides?: RuleLevels;
}

/** Reads the folders that the paths name or lie in. Throws `UsageError` for paths that are not there or cannot be read. */
export async function loadWorkspace(host: Host, terminal: Terminal, request: LoadOptions): Promise<LoadedWorkspace> {
  const named = await Promise.all(request.paths.map((name) => requireExistingPath(terminal, name)));
  const manifest = request.config === undefined ? undefined : await configUri(terminal, request.config);
  const folders = outermostFolders(await Promise.all(named.map((existingPath) => workspaceRootOf(terminal, existingPath))));
  const files = named.filter(({ kind }) => kind === 'file').map(({ absolute }) => fileUriOf(absolute));
  const fileSelection: FileSelection = {
    folders: folders.map((folder) => ({ uri: fileUriOf(folder), exclude: [] })), files: DEFAULT_FILE_GLOBS,
    followLinks: request.followLinks,
    readCdkOutput: named.some(({ absolute }) => folders.some((folder) =>
      path.relative(folder, absolute).split(path.sep).includes(CDK_OUTPUT_FOLDER))),
  };
  const { texts, skippedFiles } = await readPolicyFiles(host, fileSelection, { namedFiles: files, manifest,
    maxBytes: request.maxBytes ?? DEFAULT_MAX_FILE_BYTES });
  for (const file of files)
    if (!texts.has(file)) throw new UsageError(`${relativePathOf(terminal, file)}: ${skippedFiles.get(file) ?? 'it cannot be read'}`);
  // Without its declarations, levels and suppressions all that is found would be something else.
  for (const file of manifest === undefined ? folders.map((folder) => fileUriOf(path.join(folder, MANIFEST_NAME))) : [manifest]) {
    const why = texts.has(file) ? undefined : skippedFiles.get(file) ?? await reasonNotListed(host, fileSelection, file);
    if (why !== undefined) throw new UsageError(`${relativePathOf(terminal, file)}: ${why}`);
  }
  const workspace = buildWorkspace(folders.map((folder) => ({ uri: fileUriOf(folder), manifest })), texts, request.ruleOverrides);
  // So it is with those of subfolders.
  for (const [file, why] of skippedFiles)
    if (isEffectiveManifest(workspace, file)) throw new UsageError(`${relativePathOf(terminal, file)}: ${why}`);
  const fileUris = new Set(files);
  const wholeFolders = named.filter(({ kind }) => kind === 'folder').map(({ absolute }) => fileUriOf(absolute));
  const isRequested = (uri: string): boolean =>
    fileUris.has(uri) || wholeFolders.some((folder) => isBelow(folder, uri, '/')) || uri === manifest;
  for (const [uri, why] of skippedFiles) if (isRequested(uri)) host.log.warn(plainLine(`${relativePathOf(terminal, uri)} is left out: `
    + `${why}${why.startsWith('larger than ') ? '; --max-file-size KIB reads larger ones' : ''}`));
  return { workspace, texts, isRequested, rangeOf: createLineAndColumnLookup(texts) };
}

interface ExistingPath {
  readonly absolute: string;
  readonly kind: 'file' | 'folder';
}

async function requireExistingPath(terminal: Terminal, filePath: string): Promise<ExistingPath> {
  const absolute = path.resolve(terminal.cwd, filePath);
  const kind = await terminal.kindOf(absolute);
  if (kind === undefined) throw new UsageError(`there is no file or folder ${filePath}`);
  if (kind === 'unreadable') throw new UsageError(`the folder ${filePath} cannot be read: permission denied`);
  return { absolute, kind };
}

async function configUri(terminal: Terminal, filePath: string): Promise<string> {
  const { absolute, kind } = await requireExistingPath(terminal, filePath);
  if (kind !== 'file') throw new UsageError(`--config takes a file; ${filePath} is a folder`);
  return fileUriOf(absolute);
}

/**
 * A file is judged in the current folder if that holds it, else in the outermost folder above it with a `kms-handshake.json`, else in its
 * own.
 */
async function workspaceRootOf(terminal: Terminal, { absolute, kind }: ExistingPath): Promise<string> {
  if (kind === 'folder') return absolute;
  if (isBelow(terminal.cwd, absolute, path.sep)) return terminal.cwd;
  let root = path.dirname(absolute);
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (await terminal.kindOf(path.join(folder, MANIFEST_NAME)) === 'file') root = folder;
    if (folder === path.dirname(folder)) return root;
  }
}

function outermostFolders(folders: readonly string[]): string[] {
  const unique = [...new Set(folders)];
  return unique.filter((file) => !unique.some((folder) => folder !== file && isBelow(folder, file, path.sep)));
}

/** Of paths or URIs without `.` and `..`; only those of a root end with the separator themselves. */
export function isBelow(folder: string, inside: string, separator: string): boolean {
  return inside.startsWith(folder.endsWith(separator) ? folder : folder + separator);
}

interface FileTexts {
  readonly texts: Map<string, string>;
  /** Files that were not read, with the reason. */
  readonly skippedFiles: Map<string, string>;
}

/** Why a file that is there was not even listed; undefined where none is there. */
async function reasonNotListed(host: Host, fileSelection: FileSelection, file: string): Promise<string | undefined> {
  if (await host.files.kindOf(file) !== 'file') return undefined;
  if (!await host.files.isSelected(fileSelection, file)) return 'a link that leads out of the folder; --follow-links has it read';
  const content = await host.files.read(file, DEFAULT_MAX_FILE_BYTES);
  return content.kind === 'left-out' ? content.why : undefined;
}

interface FilesToRead {
  /** Are named by themselves. */
  readonly namedFiles: readonly string[];
  readonly manifest: string | undefined;
  /** For all files that are not named. */
  readonly maxBytes: number;
}

async function readPolicyFiles(host: Host, fileSelection: FileSelection,
  { namedFiles, manifest, maxBytes }: FilesToRead): Promise<FileTexts> {
  const listed = await host.files.list(fileSelection);
  const texts = new Map<string, string>();
  const leftOut = new Map<string, string>();
  const always = new Set([...namedFiles, ...manifest === undefined ? [] : [manifest]]);
  const take = (uri: string, content: FileContent): void => {
    if (content.kind === 'left-out') leftOut.set(uri, content.why);
    // Most JSON files hold no policy: these are never parsed, nor kept.
    else if (content.kind === 'text' && (always.has(uri) || mayBeRelevantFile(uri, content.text))) texts.set(uri, content.text);
  };
  for (const uri of always)
    take(uri, await (uri === manifest ? host.files.read(uri, DEFAULT_MAX_FILE_BYTES) : host.files.readNamedFile(uri)));
  await host.files.readMany(listed.filter((uri) => !always.has(uri)), maxBytes, take);
  return { texts, skippedFiles: new Map([...leftOut].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function buildWorkspace(folders: readonly Folder[], texts: ReadonlyMap<string, string>, ruleOverrides: RuleLevels | undefined): Workspace {
  const empty = emptyWorkspace({ folders, ruleCodes: RULES.map((rule) => rule.code), ...ruleOverrides && { ruleOverrides } });
  const changes = Array.from(texts, ([uri, text]): WorkspaceChange => ({ put: { uri, text } }));
  return updateWorkspace(empty, changes).workspace;
}

export function fileUriOf(absolute: string): string {
  return URI.file(absolute).toString();
}

/** A file as people name it from where they stand, with forward slashes. */
export function relativePathOf(terminal: Terminal, uri: string): string {
  const relative = path.relative(terminal.cwd, URI.parse(uri).fsPath);
  return (relative === '' ? '.' : relative).split(path.sep).join('/');
}
