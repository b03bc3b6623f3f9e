import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import { accountOfPath, pathHintsOfFile } from '../linking/path-hints';
import { plainUri, relativePath } from '../text/uri-path';
import type { World } from '../workspace/world';
import { declaredIdentityPolicyLocations, declaredKeyPolicyLocations, type DeclaredLocation } from './declared-locations';
import type { Grantee } from './grantee';
import { describeSymbols } from '../text/symbol-text';
import { hasPlaceholderMarker } from './placeholder-marker';

/** Where a new file may go: the files that are there already, known to the workspace or not. */
export interface NewFileContext {
  readonly world: World;
  /** URIs of further files, so that no name is given twice. */
  readonly existingUris: readonly string[];
}

/**
 * The URI of the new identity policy: where `kms-handshake.json` expects it, else in the folder of the policies of that identity, else of
 * its account, else beside the key policy. There the name contains the account, unless the path does.
 */
export function newIdentityPolicyUri(context: NewFileContext, grantee: Grantee, key: Key, beside: DiscoveredPolicy | undefined): string {
  const { world } = context;
  const declared = firstUnusedLocation(context, declaredIdentityPolicyLocations(world, grantee));
  if (declared && 'uri' in declared) return declared.uri;
  const usual = folderIfInWorkspace(world, declared?.folder ?? usualIdentityPolicyFolder(world, grantee));
  const folder = usual ?? counterpartFolder(world, beside, key.account, grantee.account);
  const account = usual === undefined && accountInFolderPath(world, folder) !== grantee.account ? grantee.account : undefined;
  return unusedFileUri(context, folder, ['kms', keyIdForFileName(key.keyId), account, grantee.name]);
}

/**
 * The URI of the new key policy: where `kms-handshake.json` expects it, else where key policies of the owner are, else beside the identity
 * policy. The name contains the whole key id: a path that names the key links the policy to it.
 */
export function counterpartKeyPolicyUri(context: NewFileContext, key: Pick<Key, 'account' | 'arn' | 'keyId'>, beside: DiscoveredPolicy,
  consumer: string): string {
  const { world } = context;
  const declared = firstUnusedLocation(context, declaredKeyPolicyLocations(world, key.arn ?? ''));
  if (declared && 'uri' in declared) return declared.uri;
  const folder = folderIfInWorkspace(world, declared?.folder ?? usualKeyPolicyFolder(world, key.account))
    ?? counterpartFolder(world, beside, consumer, key.account);
  const accountInPath = accountInFolderPath(world, folder);
  const account = accountInPath !== undefined && accountInPath !== key.account ? key.account : undefined;
  return unusedFileUri(context, folder, ['key-policy', account, key.keyId]);
}

/**
 * The URI of the policy of a key that does not exist yet: where key policies of the owner are, else in the folder; the name contains the
 * owner, unless the path does.
 */
export function newKeyPolicyUri(context: NewFileContext, owner: string, folder: string): string {
  const { world } = context;
  const usual = folderIfInWorkspace(world, usualKeyPolicyFolder(world, owner)) ?? folder;
  return unusedFileUri(context, usual, ['key-policy', accountInFolderPath(world, usual) === owner ? undefined : owner]);
}

/** The URI of a policy that is saved out of a larger file: beside that file. */
export function savedPolicyUri(context: NewFileContext, policy: DiscoveredPolicy, nameParts: readonly (string | undefined)[]): string {
  return unusedFileUri(context, counterpartFolder(context.world, policy, undefined, undefined), nameParts);
}

/** The first eight characters that distinguish keys: `1234abcd`, `mrk-1234abcd`. */
export function keyIdForFileName(keyId: string | undefined): string | undefined {
  return keyId === undefined || hasPlaceholderMarker(keyId) ? undefined : /^(?:mrk-)?[0-9a-z]{1,8}/i.exec(keyId)?.[0];
}

/** The URIs of every file that the workspace has a policy or a key fact from. */
function urisInWorkspace(world: World): string[] {
  return [...world.identitiesByPolicy.keys(), ...world.keyByPolicy.keys(), ...world.keyFacts].map(({ uri }) => uri);
}

function usualKeyPolicyFolder({ keys }: World, account: string | undefined): string | undefined {
  return usualFolder(keys.flatMap((key) => (key.account === account ? key.policy ?? [] : [])));
}

function usualIdentityPolicyFolder({ identities }: World, { arn, account }: Grantee): string | undefined {
  return usualFolder(identities.filter((identity) => arn !== undefined && identity.arn === arn).flatMap(({ policies }) => policies))
    ?? usualFolder(identities.filter((identity) => identity.account === account).flatMap(({ policies }) => policies));
}

/** The folder of most of the policies that are files of their own. */
function usualFolder(policies: readonly DiscoveredPolicy[]): string | undefined {
  return mostFrequentFolder(policies.filter(({ address }) => address.kind === 'document').map(({ uri }) => uri));
}

/** The folder of most of the files; the first of those by name. */
function mostFrequentFolder(uris: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const folder of uris.map(folderOfUri)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return [...counts].sort(([a, count], [b, other]) => other - count || (a < b ? -1 : 1))[0]?.[0];
}

/**
 * The folder of the policy, or the same folder of the other account. Above the folders of the workspace an account id means nothing; the
 * counterpart of a policy outside of them belongs into the first one.
 */
function counterpartFolder(world: World, policy: DiscoveredPolicy | undefined, from: string | undefined, to: string | undefined): string {
  const beside = folderBeside(world, policy);
  const [first] = world.folders;
  return folderIfInWorkspace(world, folderForAccount(beside, from, to)) ?? folderIfInWorkspace(world, beside)
    ?? (first === undefined || !beside.includes('/') ? beside : `${first.uri.replace(/\/$/, '')}/`);
}

/** The folder of the policy; for a document that was never saved, which is in no folder, the one of most policies. */
function folderBeside(world: World, policy: DiscoveredPolicy | undefined): string {
  const { uri = '' } = policy ?? {};
  return (uri.includes('/') ? undefined : mostFrequentFolder([...new Set(urisInWorkspace(world))].filter((other) => other.includes('/'))))
    ?? folderOfUri(uri);
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
    (account) => world.accounts.has(account))?.account;
}

function firstUnusedLocation(context: NewFileContext, locations: readonly DeclaredLocation[]): DeclaredLocation | undefined {
  const existingUris = existingFileUris(context);
  return locations.find((location) => 'folder' in location || !existingUris.has(location.uri));
}

function existingFileUris({ world, existingUris }: NewFileContext): Set<string> {
  return new Set([...urisInWorkspace(world), ...existingUris]);
}

function unusedFileUri(context: NewFileContext, folder: string, parts: readonly (string | undefined)[]): string {
  const existingUris = existingFileUris(context);
  const stem = parts.flatMap((part = '') => (hasPlaceholderMarker(part) ? [] : slug(part) || [])).join('-');
  for (let number = 1;; number++) {
    const uri = `${folder}${number === 1 ? stem : `${stem}-${number}`}.json`;
    if (!existingUris.has(uri)) return uri;
  }
}

/** Lower case and without what a URI would escape. */
function slug(text: string): string {
  return describeSymbols(text).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** Up to the last slash; a document that was never saved (`untitled:Untitled-1`) has its scheme only. */
function folderOfUri(uri: string): string {
  return uri.slice(0, (uri.lastIndexOf('/') < 0 ? uri.indexOf(':') : uri.lastIndexOf('/')) + 1);
}
