import { fileLayer } from '../parse/layer';
import { parseJson } from '../parse/parse';
import { MANIFEST_NAME, type Manifest } from './manifest';
import { MANIFEST_MEMBERS } from './manifest-shape';
import type { Span } from '../text/span';
import { baseName, folderOf, plainUri, type PlainUri } from './paths';
import { readManifest } from './read-manifest';

/** A workspace folder. */
export interface Folder {
  readonly uri: string;
  /** Its manifest, where that is not the `kms-handshake.json` at its root (`--config` of the command line). */
  readonly manifest?: string | undefined;
}

/** The plain URI of each folder's manifest, with the folder. */
export function manifestPaths(folders: readonly Folder[]): ReadonlyMap<PlainUri, PlainUri> {
  return new Map(folders.map(({ uri, manifest }) => {
    const folder = plainUri(uri);
    return [manifest === undefined ? `${folder}/${MANIFEST_NAME}` : plainUri(manifest), folder];
  }));
}

/**
 * Whether people who made the file will think that it counts: it has the name, and lies below the root of a folder whose manifest is
 * the one at the root.
 */
export function isStrayManifest(path: PlainUri, folders: readonly PlainUri[], manifests: ReadonlyMap<PlainUri, PlainUri>): boolean {
  if (baseName(path) !== MANIFEST_NAME || manifests.has(path)) return false;
  const folder = folderOf(folders, path);
  return folder !== undefined && manifests.has(`${folder}/${MANIFEST_NAME}`);
}

/** The opening brace of a manifest that declares something; undefined for any other text, whatever the name of its file. */
export function declaringBrace(text: string): Span | undefined {
  const { root } = parseJson(text, { comments: 'allowed' });
  if (root?.kind !== 'object') return undefined;
  const declares = root.members.some(({ key, value }) => DECLARING.has(key.value) && (value?.kind === 'object' && value.members.length > 0 || value?.kind === 'list' && value.items.length > 0));
  return declares ? { start: root.span.start, end: root.span.start + 1 } : undefined;
}

const DECLARING: ReadonlySet<string> = new Set(MANIFEST_MEMBERS.manifest.filter((name) => name !== '$schema'));

/** Parses and reads one manifest; comments are fine in it. */
export function parseManifest(file: { readonly uri: string; readonly text: string }, folder: PlainUri, ruleCodes: readonly string[]): Manifest {
  const { root, faults } = parseJson(file.text, { comments: 'allowed' });
  return readManifest({ uri: file.uri, folder, layer: fileLayer(file.text), root, syntax: faults }, ruleCodes);
}
