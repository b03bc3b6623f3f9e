import type { Attachment, IdentityDeclaration, KeyDeclaration, KindEntry, LinkDraft, PolicyTarget } from './drafts';
import type { AccountFact } from './policy-facts';
import { kindClaims, type KindClaim } from './declared-kinds';
import { splitPointer, type Manifest, type Said } from '../manifest/manifest';
import type { DeclaredKind } from '../manifest/manifest-schema';
import { innermost } from '../manifest/manifest-files';
import { identityName, keyName, type IdentityName } from './names';
import { fixedBase, lookUp, pathIndex, type IndexedPattern, type PathIndex } from '../manifest/path-index';
import { nearness, type PlainUri } from '../text/uri-path';

/** What all manifests declare together, ready to be asked for a file. */
export interface Declared {
  /** Outer folders before those in them. */
  readonly manifests: readonly Manifest[];
  readonly keys: readonly KeyDeclaration[];
  readonly identities: readonly IdentityDeclaration[];
  readonly accounts: ReadonlyMap<string, string>;
  /** Every account that is named in some declaration. */
  readonly accountFacts: readonly AccountFact[];
  readonly organizations: ReadonlyMap<string, readonly string[]>;
  readonly targets: readonly PolicyTarget[];
  readonly targetsOf: PathIndex<PolicyTarget>;
  readonly kinds: PathIndex<KindEntry>;
  readonly values: PathIndex<DeclaredValues>;
  /** The folders of the manifests that say so. */
  readonly excluded: PathIndex<PlainUri>;
}

/** Values of placeholders, and the folder of the manifest that declares them. */
interface DeclaredValues {
  readonly values: ReadonlyMap<string, string>;
  readonly folder: PlainUri;
}

/** How a file is to be read. */
export interface FileContext {
  /** By `kinds`. */
  readonly kind: DeclaredKind | undefined;
  /** By `keys` and `identities`, for the policies that they name, where `kinds` does not go before them. */
  readonly claims: readonly KindClaim[];
  /** Declared values of placeholders, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly excluded: boolean;
}

export function unite(manifests: readonly Manifest[]): Declared {
  const keys = manifests.flatMap((manifest) => manifest.keys.flatMap((key): KeyDeclaration[] => {
    const name = keyName(key.arn.value);
    return name ? [{ ...key, manifest, name }] : [];
  }));
  const identities = manifests.flatMap((manifest) => manifest.identities.map((identity): IdentityDeclaration => (
    { ...identity, manifest, name: identityName(identity.arn?.value) })));
  const targets = [...keys.flatMap(keyTargets), ...identities.flatMap(identityTargets)];
  const organizations = organizationsOf(manifests);
  const names = accountNames(manifests);
  return {
    manifests, keys, identities, organizations,
    accounts: names,
    accountFacts: [
      ...[...names.keys(), ...[...organizations.values()].flat()].map((account) => ({ account, partition: undefined })),
      ...identities.map(({ name, account }) => ({ account: name?.account ?? account?.value ?? '', partition: name?.partition })),
    ],
    targets: targets.map(({ value }) => value),
    targetsOf: pathIndex(targets),
    kinds: pathIndex(manifests.flatMap(({ folder, kinds }) => kinds.flatMap(({ files, kind }) => patternsOf(folder, files, { kind, folder })))),
    values: pathIndex(manifests.flatMap(({ folder, placeholders }) => placeholders.flatMap(({ files, values }) => patternsOf(folder, files, { values, folder })))),
    excluded: pathIndex(manifests.flatMap(({ folder, exclude }) => patternsOf(folder, exclude, folder))),
  };
}

function patternsOf<T>(folder: PlainUri, patterns: readonly Said[], value: T): IndexedPattern<T>[] {
  return patterns.map(({ value: pattern }) => ({ folder, pattern, value }));
}

function keyTargets(key: KeyDeclaration): IndexedPattern<PolicyTarget>[] {
  return key.policy ? [target(key.manifest, key.policy, key, undefined)] : [];
}

function identityTargets(identity: IdentityDeclaration): IndexedPattern<PolicyTarget>[] {
  return identity.policies.map((said) => target(identity.manifest, said, undefined, identity));
}

function target(manifest: Manifest, said: Said, key: KeyDeclaration | undefined, identity: IdentityDeclaration | undefined): IndexedPattern<PolicyTarget> {
  const { path, pointer } = splitPointer(said.value);
  const at = { uri: manifest.uri, span: said.span };
  const account = identity?.account === undefined ? '' : `account ${identity.account.value} `;
  const link: LinkDraft = { reason: 'declared', certain: true, says: `${account}declared in kms-handshake.json`, at: { of: 'text', location: at } };
  const attachment = identity?.name && attachmentTo(identity.name, link);
  const value = { key, identity, said, at, pointer, link, attachment, folder: manifest.folder, base: fixedBase(manifest.folder, path) };
  return { folder: manifest.folder, pattern: path, value };
}

/** The attachment to an identity that has an ARN. */
export function attachmentTo({ arn, partition, account, kind }: IdentityName, link: LinkDraft): Attachment {
  return { id: arn, arn, partition, account, kind, link };
}

function accountNames(manifests: readonly Manifest[]): Map<string, string> {
  const namesById = new Map<string, { readonly folder: PlainUri; readonly name: string }[]>();
  for (const { folder, accounts } of manifests) for (const { id, name } of accounts) namesById.set(id.value, [...namesById.get(id.value) ?? [], { folder, name: name.value }]);
  return new Map(Array.from(namesById, ([id, names]) => [id, innermost(names, ({ folder }) => folder)[0]?.name ?? '']));
}

function organizationsOf(manifests: readonly Manifest[]): Map<string, readonly string[]> {
  const members = new Map<string, Set<string>>();
  for (const { id, accounts } of manifests.flatMap((manifest) => manifest.organizations)) {
    const known = members.get(id.value) ?? new Set();
    for (const account of accounts) known.add(account.value);
    members.set(id.value, known);
  }
  return new Map(Array.from(members, ([id, accounts]) => [id, [...accounts]]));
}

/** The declaration of the nearest folder, and in it the last one, tells a file's kind, or a placeholder's value. */
export function contextOf(declared: Declared, file: PlainUri, targets: readonly PolicyTarget[]): FileContext {
  const entry = kindEntryOf(declared, file);
  const values: Record<string, string> = {};
  for (const part of nearestLast(lookUp(declared.values, file), file)) for (const [name, value] of part.values) values[name] = value;
  return { kind: entry?.kind, claims: kindClaims(targets, file, entry), values, excluded: excludingFolders(declared, file).length > 0 };
}

/** The entry of `kinds` that counts for the file. */
export function kindEntryOf({ kinds }: Declared, file: PlainUri): KindEntry | undefined {
  return nearestLast(lookUp(kinds, file), file).at(-1);
}

function nearestLast<T extends { readonly folder: PlainUri }>(declarations: readonly T[], file: PlainUri): readonly T[] {
  return declarations.length < 2 ? declarations : [...declarations].sort((a, b) => nearness(a.folder, file) - nearness(b.folder, file));
}

/** The folders of the manifests that leave the file or a folder around it out. */
export function excludingFolders({ excluded }: Declared, file: PlainUri): readonly PlainUri[] {
  const folders: PlainUri[] = [];
  for (let path = file; path.length >= excluded.shortest && path.includes('/'); path = path.slice(0, path.lastIndexOf('/'))) folders.push(...lookUp(excluded, path));
  return folders;
}
