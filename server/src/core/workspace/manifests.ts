import { fileLayer } from '../parse/layer';
import { parseJson } from '../parse/parse';
import { MANIFEST_NAME, type Manifest } from './manifest';
import { plainUri, type PlainUri } from './paths';
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

/** Parses and reads one manifest; comments are fine in it. */
export function parseManifest(file: { readonly uri: string; readonly text: string }, folder: PlainUri, ruleCodes: readonly string[]): Manifest {
  const { root, faults } = parseJson(file.text, { comments: 'allowed' });
  return readManifest({ uri: file.uri, folder, layer: fileLayer(file.text), root, syntax: faults }, ruleCodes);
}
