import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { accountOfPath, pathHintsOfFile } from '../linking/path-hints';
import { plainUri, relativePath } from '../text/uri-path';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { hasPlaceholderMarker } from './placeholder-marker';
import type { Grantee } from './grantee';
import { declaredIdentityPolicyLocations, declaredKeyPolicyLocations, type DeclaredLocation } from './declared-locations';

/** Where a new file may go: the files that are there already, known to the workspace or not. */
export interface NewFileContext {
  readonly world: World;
  /** URIs of further files, so that no name is given twice. */
  readonly existingUris: readonly string[];
}

/**
 * The URI of the new identity policy: where `kms-handshake.json` expects it, else in the folder of the policies of that
 * identity, else of its account, else beside the key policy. There the name says the account, since the path would tell
 * nothing, or the owner.
 */
export function newIdentityPolicyUri(newFileContext: NewFileContext, grantee: Grantee, key: Key, beside: DiscoveredPolicy): string {
  const declared = firstUnusedLocation(newFileContext, declaredIdentityPolicyLocations(newFileContext.world, grantee));
  if (declared && 'uri' in declared) return declared.uri;
  const home = folderIfInWorkspace(newFileContext.world, declared?.folder ?? usualIdentityPolicyFolder(newFileContext.world, grantee));
  const folder = home ?? counterpartFolder(newFileContext, beside, key.account, grantee.account);
  const account = home === undefined && accountInFolderPath(newFileContext.world, folder) !== grantee.account ? grantee.account : undefined;
  return unusedFileUri(newFileContext, folder, ['kms', keyIdForFileName(key.keyId), account, grantee.name]);
}

/**
 * The URI of the new key policy: where `kms-handshake.json` expects it, else where key policies of the owner are, else
 * beside the identity policy. The name has the whole key id: a path that names the key ties the policy to it.
 */
export function counterpartKeyPolicyUri(newFileContext: NewFileContext, key: Pick<Key, 'account' | 'arn' | 'keyId'>,
  beside: DiscoveredPolicy, consumer: string): string {
  const { world } = newFileContext;
  const declared = firstUnusedLocation(newFileContext, declaredKeyPolicyLocations(world, key.arn ?? ''));
  if (declared && 'uri' in declared) return declared.uri;
  const home = folderIfInWorkspace(world, declared?.folder ?? usualKeyPolicyFolder(world, key.account));
  const folder = home ?? counterpartFolder(newFileContext, beside, consumer, key.account);
  const told = accountInFolderPath(world, folder);
  const account = told !== undefined && told !== key.account ? key.account : undefined;
  return unusedFileUri(newFileContext, folder, ['key-policy', account, key.keyId]);
}

/**
 * The URI of the policy of a key that nobody knows yet: where key policies of the owner are, else in the folder; the name says the owner.
 */
export function newKeyPolicyUri(newFileContext: NewFileContext, owner: string, folder: string): string {
  const home = folderIfInWorkspace(newFileContext.world, usualKeyPolicyFolder(newFileContext.world, owner)) ?? folder;
  return unusedFileUri(newFileContext, home, ['key-policy', accountInFolderPath(newFileContext.world, home) === owner ? undefined : owner]);
}

/** The first eight characters that tell keys apart: `1234abcd`, `mrk-1234abcd`. */
export function keyIdForFileName(keyId: string | undefined): string | undefined {
  return keyId === undefined || hasPlaceholderMarker(keyId) ? undefined : /^(?:mrk-)?[0-9a-z]{1,8}/i.exec(keyId)?.[0];
}

/** The URIs of every file that the workspace has a policy or a key fact from. */
function urisInWorkspace(world: World): Set<string> {
  const policies = [...world.identitiesByPolicy.keys(), ...world.keyByPolicy.keys()];
  return new Set([...policies.map((policy) => policy.uri), ...world.keyFacts.map((fact) => fact.uri)]);
}

function usualKeyPolicyFolder(world: World, account: string | undefined): string | undefined {
  return mostFrequentFolder(
    world.keys.flatMap((known) => known.account === account && known.policy?.address.kind === 'document' ? [known.policy.uri] : []),
  );
}

function usualIdentityPolicyFolder(world: World, grantee: Grantee): string | undefined {
  const own = world.identities.filter((identity) => identity.arn !== undefined && identity.arn === grantee.arn);
  const neighbours = world.identities.filter((identity) => identity.account === grantee.account);
  return [own, neighbours]
    .map((identities) =>
      mostFrequentFolder(
        identities.flatMap((identity) => identity.policies).filter((policy) => policy.address.kind === 'document').map((policy) =>
          policy.uri
        ),
      )
    )
    .find((folder) => folder !== undefined);
}

/** A document that was never saved lies in no folder: the one of most policies stands in. */
function folderBeside(newFileContext: NewFileContext, policy: DiscoveredPolicy): string {
  if (policy.uri.includes('/')) return folderOfUri(policy.uri);
  return mostFrequentFolder([...urisInWorkspace(newFileContext.world)].filter((uri) => uri.includes('/'))) ?? folderOfUri(policy.uri);
}

/** The folder of most of the files; of several such the one that comes first. */
function mostFrequentFolder(uris: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const uri of uris) {
    const folder = folderOfUri(uri);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))[0]?.[0];
}

/**
 * The folder of the policy, or the same one of the other account. Above the folders of the workspace an account id says nothing, and
 * of a policy outside of them the other half belongs into the first one.
 */
function counterpartFolder(newFileContext: NewFileContext, policy: DiscoveredPolicy, from: string | undefined,
  to: string | undefined): string {
  const { world } = newFileContext;
  const beside = folderBeside(newFileContext, policy);
  const [first] = world.folders;
  return folderIfInWorkspace(world, folderForAccount(beside, from, to)) ?? folderIfInWorkspace(world, beside)
    ?? (first === undefined || !beside.includes('/') ? beside : `${first.uri.replace(/\/$/, '')}/`);
}

/** The folder, unless it lies outside of all folders of the workspace. */
function folderIfInWorkspace(world: World, folder: string | undefined): string | undefined {
  if (folder === undefined || world.folders.length === 0) return folder;
  const plain = plainUri(folder);
  return world.folders.some(({ uri }) => plainUri(uri) === plain || relativePath(plainUri(uri), plain) !== undefined) ? folder : undefined;
}

/** `accounts/111122223333/kms` for the other account is `accounts/444455556666/kms`. */
function folderForAccount(folder: string, from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined || hasPlaceholderMarker(to)) return folder;
  return folder.split('/').map((part) => (part === from ? to : part)).join('/');
}

function accountInFolderPath(world: World, folder: string): string | undefined {
  return accountOfPath(pathHintsOfFile(plainUri(`${folder}-`), world.folders.map(({ uri }) => plainUri(uri))),
    (account) => world.accounts.has(account));
}

function firstUnusedLocation(newFileContext: NewFileContext, places: readonly DeclaredLocation[]): DeclaredLocation | undefined {
  const taken = existingFileUris(newFileContext);
  return places.find((place) => 'folder' in place || !taken.has(place.uri));
}

function existingFileUris({ world, existingUris }: NewFileContext): Set<string> {
  return new Set([...urisInWorkspace(world), ...existingUris]);
}

function unusedFileUri(newFileContext: NewFileContext, folder: string, parts: readonly (string | undefined)[]): string {
  const taken = existingFileUris(newFileContext);
  const stem = parts.filter((part) => part !== undefined && !hasPlaceholderMarker(part)).map((part) => slug(part ?? '')).filter((part) =>
    part !== ''
  ).join('-');
  for (let number = 1;; number++) {
    const uri = `${folder}${number === 1 ? stem : `${stem}-${number}`}.json`;
    if (!taken.has(uri)) return uri;
  }
}

/** Lower case and without what a URI would escape. */
function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** Up to the last slash; a document that was never saved (`untitled:Untitled-1`) has its scheme only. */
function folderOfUri(uri: string): string {
  return uri.slice(0, (uri.lastIndexOf('/') < 0 ? uri.indexOf(':') : uri.lastIndexOf('/')) + 1);
}
