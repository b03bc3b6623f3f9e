import { createFileMatcher } from './path-glob';
import { MANIFEST_NAME, type Manifest } from './manifest';
import { baseName, isBelow, parentFolder, plainUri, relativePath, type PlainUri } from '../text/uri-path';

/** A workspace folder. */
export interface Folder {
  readonly uri: string;
  /** The file that stands in for the `kms-handshake.json` at its root (`--config` of the command line). */
  readonly manifest?: string | undefined;
}

/** Which files are manifests, and of which folders. */
export interface ManifestLocations {
  readonly roots: readonly PlainUri[];
  /** The roots of each file that stands in for their `kms-handshake.json`. */
  readonly substitutes: ReadonlyMap<PlainUri, readonly PlainUri[]>;
  /** What such a file stands in for, which does not count. */
  readonly replacedPaths: ReadonlySet<PlainUri>;
}

export function locateManifests(folders: readonly Folder[]): ManifestLocations {
  const substitutes = new Map<PlainUri, PlainUri[]>();
  const replacedPaths = new Set<PlainUri>();
  for (const { uri, manifest } of folders) {
    if (manifest === undefined) continue;
    const [root, file] = [plainUri(uri), plainUri(manifest)];
    substitutes.set(file, [...substitutes.get(file) ?? [], root]);
    replacedPaths.add(`${root}/${MANIFEST_NAME}`);
  }
  return { roots: folders.map(({ uri }) => plainUri(uri)), substitutes, replacedPaths };
}

/**
 * The folders that the paths of a manifest are seen from: its own folder, or the roots whose `kms-handshake.json` it stands in for.
 * None for a file that is not a manifest.
 */
export function baseFoldersOfManifest(path: PlainUri, { roots, substitutes, replacedPaths }: ManifestLocations): readonly PlainUri[] {
  const substitutedRoots = substitutes.get(path);
  if (substitutedRoots) return substitutedRoots;
  if (baseName(path) !== MANIFEST_NAME || replacedPaths.has(path) || !roots.some((root) => relativePath(root, path) !== undefined))
    return [];
  return [parentFolder(path)];
}

/**
 * The manifests in the order in which they add up: by the workspace folders, in each of them outer folders before inner ones. Those that
 * a manifest further out excludes are left out; the manifest of a workspace folder never is.
 */
export function effectiveManifests(manifests: readonly Manifest[], { roots }: ManifestLocations): readonly Manifest[] {
  const outerManifests = new Map<PlainUri, Manifest>();
  const position = ({ folder }: Manifest): number => roots.findIndex((root) => folder === root || isBelow(root, folder));
  const sorted = [...manifests].sort((a, b) => position(a) - position(b) || compareFolders(a.folder, b.folder));
  return sorted.filter((manifest) => {
    const counts = roots.includes(manifest.folder) || !isExcludedByOuterManifest(outerManifests, manifest);
    if (counts) outerManifests.set(manifest.folder, manifest);
    return counts;
  });
}

/** A folder before everything below it. */
function compareFolders(a: PlainUri, b: PlainUri): number {
  return `${a}/` < `${b}/` ? -1 : a === b ? 0 : 1;
}

function isExcludedByOuterManifest(outerManifests: ReadonlyMap<PlainUri, Manifest>, { folder, uri }: Manifest): boolean {
  const path = plainUri(uri);
  for (let outerFolder = parentFolder(folder); outerFolder.includes('/'); outerFolder = parentFolder(outerFolder)) {
    const outer = outerManifests.get(outerFolder);
    if (outer?.exclude.some(({ value }) => patternExcludes(outer.folder, value, path)) === true) return true;
  }
  return false;
}

/** A pattern may mean the file or a folder around it. */
function patternExcludes(folder: PlainUri, pattern: string, path: PlainUri): boolean {
  const matches = createFileMatcher(folder, pattern);
  for (let around = path; around.length > folder.length; around = parentFolder(around)) if (matches(around)) return true;
  return false;
}

/**
 * The declarations about one subject without those of outer folders: a `kms-handshake.json` further in says more about its folder.
 * Declarations of neighbouring folders stay beside each other.
 */
export function innermostDeclarations<T>(declarations: readonly T[], folderOf: (declaration: T) => PlainUri): readonly T[] {
  if (declarations.length < 2) return declarations;
  const folders = [...new Set(declarations.map(folderOf))].sort(compareFolders);
  const outerFolders = new Set(folders.filter((folder, i) => isBelow(folder, folders[i + 1] ?? '')));
  return outerFolders.size === 0 ? declarations : declarations.filter((declaration) => !outerFolders.has(folderOf(declaration)));
}
