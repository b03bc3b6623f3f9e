import type { LocatedPolicy } from '../locate/located';
import { accountOfPath, hintsOf } from '../workspace/path-hints';
import { plainUri, relativePath } from '../workspace/paths';
import type { Key, World } from '../workspace/world';
import { hasPlaceholder } from './placeholder';
import type { Party } from './party';
import { declaredIdentityPlaces, declaredKeyPlaces, type DeclaredPlace } from './place-declared';

/** Where a new file may go: the files that are there already, known to the workspace or not. */
export interface Surroundings {
  readonly world: World;
  /** URIs of further files, so that no name is given twice. */
  readonly existing: readonly string[];
}

/**
 * The URI of the new identity policy: where `kms-handshake.json` expects it, else in the folder of the policies of that
 * identity, else of its account, else beside the key policy. There the name says the account, since the path would tell
 * nothing, or the owner.
 */
export function placeConsumerPolicy(surroundings: Surroundings, party: Party, key: Key, beside: LocatedPolicy): string {
  const declared = firstFree(surroundings, declaredIdentityPlaces(surroundings.world, party));
  if (declared && 'uri' in declared) return declared.uri;
  const home = insideOnly(surroundings.world, declared?.folder ?? homeOf(surroundings.world, party));
  const folder = home ?? placeBeside(surroundings, beside, key.account, party.account);
  const account = home === undefined && tellsAccount(surroundings.world, folder) !== party.account ? party.account : undefined;
  return freeUri(surroundings, folder, ['kms', shortKeyId(key.keyId), account, party.name]);
}

/**
 * The URI of the new key policy: where `kms-handshake.json` expects it, else where key policies of the owner are, else
 * beside the identity policy. The name has the whole key id: a path that names the key ties the policy to it.
 */
export function placeKeyPolicy(surroundings: Surroundings, key: Pick<Key, 'account' | 'arn' | 'keyId'>, beside: LocatedPolicy, consumer: string): string {
  const { world } = surroundings;
  const declared = firstFree(surroundings, declaredKeyPlaces(world, key.arn ?? ''));
  if (declared && 'uri' in declared) return declared.uri;
  const home = insideOnly(world, declared?.folder ?? homeOfKeyPolicies(world, key.account));
  const folder = home ?? placeBeside(surroundings, beside, consumer, key.account);
  const told = tellsAccount(world, folder);
  const account = told !== undefined && told !== key.account ? key.account : undefined;
  return freeUri(surroundings, folder, ['key-policy', account, key.keyId]);
}

/** The URI of the policy of a key that nobody knows yet: where key policies of the owner are, else in the folder; the name says the owner. */
export function placeNewKeyPolicy(surroundings: Surroundings, owner: string, folder: string): string {
  const home = insideOnly(surroundings.world, homeOfKeyPolicies(surroundings.world, owner)) ?? folder;
  return freeUri(surroundings, home, ['key-policy', tellsAccount(surroundings.world, home) === owner ? undefined : owner]);
}

/** The first eight characters that tell keys apart: `1234abcd`, `mrk-1234abcd`. */
export function shortKeyId(keyId: string | undefined): string | undefined {
  return keyId === undefined || hasPlaceholder(keyId) ? undefined : /^(?:mrk-)?[0-9a-z]{1,8}/i.exec(keyId)?.[0];
}

/** The URIs of every file that the workspace has a policy or a key fact from. */
function knownUris(world: World): Set<string> {
  const policies = [...world.identitiesOf.keys(), ...world.keyOf.keys()];
  return new Set([...policies.map((policy) => policy.uri), ...world.facts.map((fact) => fact.uri)]);
}

function homeOfKeyPolicies(world: World, account: string | undefined): string | undefined {
  return folderOfMost(world.keys.flatMap((known) => known.account === account && known.policy?.pointer === '' ? [known.policy.uri] : []));
}

function homeOf(world: World, party: Party): string | undefined {
  const own = world.identities.filter((identity) => identity.arn !== undefined && identity.arn === party.arn);
  const neighbours = world.identities.filter((identity) => identity.account === party.account);
  return [own, neighbours]
    .map((identities) => folderOfMost(identities.flatMap((identity) => identity.policies).filter((policy) => policy.pointer === '').map((policy) => policy.uri)))
    .find((folder) => folder !== undefined);
}

/** A document that was never saved lies in no folder: the one of most policies stands in. */
function folderBeside(surroundings: Surroundings, policy: LocatedPolicy): string {
  if (policy.uri.includes('/')) return folderOfUri(policy.uri);
  return folderOfMost([...knownUris(surroundings.world)].filter((uri) => uri.includes('/'))) ?? folderOfUri(policy.uri);
}

/** The folder of most of the files; of several such the one that comes first. */
function folderOfMost(uris: readonly string[]): string | undefined {
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
function placeBeside(surroundings: Surroundings, policy: LocatedPolicy, from: string | undefined, to: string | undefined): string {
  const { world } = surroundings;
  const beside = folderBeside(surroundings, policy);
  const [first] = world.folders;
  return insideOnly(world, movedFolder(beside, from, to)) ?? insideOnly(world, beside) ?? (first === undefined || !beside.includes('/') ? beside : `${first.uri.replace(/\/$/, '')}/`);
}

/** The folder, unless it lies outside of all folders of the workspace. */
function insideOnly(world: World, folder: string | undefined): string | undefined {
  if (folder === undefined || world.folders.length === 0) return folder;
  const plain = plainUri(folder);
  return world.folders.some(({ uri }) => plainUri(uri) === plain || relativePath(plainUri(uri), plain) !== undefined) ? folder : undefined;
}

/** `accounts/111122223333/kms` for the other account is `accounts/444455556666/kms`. */
function movedFolder(folder: string, from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined || hasPlaceholder(to)) return folder;
  return folder.split('/').map((part) => (part === from ? to : part)).join('/');
}

function tellsAccount(world: World, folder: string): string | undefined {
  return accountOfPath(hintsOf(plainUri(`${folder}-`), world.folders.map(({ uri }) => plainUri(uri))), (account) => world.accounts.has(account));
}

function firstFree(surroundings: Surroundings, places: readonly DeclaredPlace[]): DeclaredPlace | undefined {
  const taken = takenUris(surroundings);
  return places.find((place) => 'folder' in place || !taken.has(place.uri));
}

function takenUris({ world, existing }: Surroundings): Set<string> {
  return new Set([...knownUris(world), ...existing]);
}

function freeUri(surroundings: Surroundings, folder: string, parts: readonly (string | undefined)[]): string {
  const taken = takenUris(surroundings);
  const stem = parts.filter((part) => part !== undefined && !hasPlaceholder(part)).map((part) => slug(part ?? '')).filter((part) => part !== '').join('-');
  for (let number = 1; ; number++) {
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
