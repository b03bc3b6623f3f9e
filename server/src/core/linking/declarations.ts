import type { Attachment, IdentityDeclaration, KeyDeclaration, DeclaredKindEntry, LinkDraft, PolicyTarget } from './drafts';
import type { AccountMention } from './policy-facts';
import { kindClaimsForFile, type KindClaim } from './declared-kinds';
import { splitPolicyReference, type Manifest, type Spanned } from '../manifest/manifest';
import type { DeclaredKind } from '../manifest/manifest-schema';
import { innermostDeclarations } from '../manifest/manifest-files';
import { parseIdentityArn, parseFullKeyArn, type ParsedIdentityArn } from './names';
import { literalBasePath, valuesForFile, createPathIndex, type IndexedPattern, type PathIndex } from '../manifest/path-index';
import { folderNearness, type PlainUri } from '../text/uri-path';

/** What all manifests declare together, ready to be asked for a file. */
export interface Declarations {
  /** Outer folders before those in them. */
  readonly manifests: readonly Manifest[];
  readonly keys: readonly KeyDeclaration[];
  readonly identities: readonly IdentityDeclaration[];
  readonly accounts: ReadonlyMap<string, string>;
  /** Every account that is named in some declaration. */
  readonly mentionedAccounts: readonly AccountMention[];
  readonly organizations: ReadonlyMap<string, readonly string[]>;
  readonly targets: readonly PolicyTarget[];
  readonly targetsByPath: PathIndex<PolicyTarget>;
  readonly kindsByPath: PathIndex<DeclaredKindEntry>;
  readonly placeholderValuesByPath: PathIndex<DeclaredPlaceholderValues>;
  /** The folders of the manifests that say so. */
  readonly exclusionsByPath: PathIndex<PlainUri>;
}

/** Values of placeholders, and the folder of the manifest that declares them. */
interface DeclaredPlaceholderValues {
  readonly values: ReadonlyMap<string, string>;
  readonly folder: PlainUri;
}

/** How a file is to be read. */
export interface FileDeclarations {
  /** By `kinds`. */
  readonly kind: DeclaredKind | undefined;
  /** By `keys` and `identities`, for the policies that they name, where `kinds` does not go before them. */
  readonly kindClaims: readonly KindClaim[];
  /** Declared values of placeholders, by name. */
  readonly placeholderValues: Readonly<Record<string, string>>;
  readonly excluded: boolean;
}

export function mergeManifests(manifests: readonly Manifest[]): Declarations {
  const keys = manifests.flatMap((manifest) => manifest.keys.flatMap((key): KeyDeclaration[] => {
    const name = parseFullKeyArn(key.arn.value);
    return name ? [{ ...key, manifest, name }] : [];
  }));
  const identities = manifests.flatMap((manifest) => manifest.identities.map((identity): IdentityDeclaration => (
    { ...identity, manifest, name: parseIdentityArn(identity.arn?.value) })));
  const targets = [...keys.flatMap(targetsOfDeclaredKey), ...identities.flatMap(targetsOfDeclaredIdentity)];
  const organizations = mergeOrganizations(manifests);
  const names = declaredAccountNames(manifests);
  return {
    manifests, keys, identities, organizations,
    accounts: names,
    mentionedAccounts: [
      ...[...names.keys(), ...[...organizations.values()].flat()].map((account) => ({ account, partition: undefined })),
      ...identities.map(({ name, account }) => ({ account: name?.account ?? account?.value ?? '', partition: name?.partition })),
    ],
    targets: targets.map(({ value }) => value),
    targetsByPath: createPathIndex(targets),
    kindsByPath: createPathIndex(
      manifests.flatMap(({ folder, kinds }) => kinds.flatMap(({ files, kind }) => indexedPatterns(folder, files, { kind, folder }))),
    ),
    placeholderValuesByPath: createPathIndex(
      manifests.flatMap(({ folder, placeholders }) =>
        placeholders.flatMap(({ files, values }) => indexedPatterns(folder, files, { values, folder }))
      ),
    ),
    exclusionsByPath: createPathIndex(manifests.flatMap(({ folder, exclude }) => indexedPatterns(folder, exclude, folder))),
  };
}

function indexedPatterns<T>(folder: PlainUri, patterns: readonly Spanned[], value: T): IndexedPattern<T>[] {
  return patterns.map(({ value: pattern }) => ({ folder, pattern, value }));
}

function targetsOfDeclaredKey(key: KeyDeclaration): IndexedPattern<PolicyTarget>[] {
  return key.policy ? [createPolicyTarget(key.manifest, key.policy, key, undefined)] : [];
}

function targetsOfDeclaredIdentity(identity: IdentityDeclaration): IndexedPattern<PolicyTarget>[] {
  return identity.policies.map((said) => createPolicyTarget(identity.manifest, said, undefined, identity));
}

function createPolicyTarget(manifest: Manifest, said: Spanned, key: KeyDeclaration | undefined,
  identity: IdentityDeclaration | undefined): IndexedPattern<PolicyTarget> {
  const { path, pointer } = splitPolicyReference(said.value);
  const at = { uri: manifest.uri, span: said.span };
  const account = identity?.account === undefined ? '' : `account ${identity.account.value} `;
  const link: LinkDraft = { reason: 'declared', certain: true, description: `${account}declared in kms-handshake.json`,
    at: { of: 'text', location: at } };
  const attachment = identity?.name && createAttachment(identity.name, link);
  const value = { key, identity, reference: said, at, pointer, link, attachment, folder: manifest.folder,
    basePath: literalBasePath(manifest.folder, path) };
  return { folder: manifest.folder, pattern: path, value };
}

/** The attachment to an identity that has an ARN. */
export function createAttachment({ arn, partition, account, kind }: ParsedIdentityArn, link: LinkDraft): Attachment {
  return { id: arn, arn, partition, account, kind, link };
}

function declaredAccountNames(manifests: readonly Manifest[]): Map<string, string> {
  const namesById = new Map<string, { readonly folder: PlainUri; readonly name: string }[]>();
  for (const { folder, accounts } of manifests)
    for (const { id, name } of accounts) namesById.set(id.value, [...namesById.get(id.value) ?? [], { folder, name: name.value }]);
  return new Map(Array.from(namesById, ([id, names]) => [id, innermostDeclarations(names, ({ folder }) => folder)[0]?.name ?? '']));
}

function mergeOrganizations(manifests: readonly Manifest[]): Map<string, readonly string[]> {
  const members = new Map<string, Set<string>>();
  for (const { id, accounts } of manifests.flatMap((manifest) => manifest.organizations)) {
    const known = members.get(id.value) ?? new Set();
    for (const account of accounts) known.add(account.value);
    members.set(id.value, known);
  }
  return new Map(Array.from(members, ([id, accounts]) => [id, [...accounts]]));
}

/** The declaration of the nearest folder, and in it the last one, tells a file's kind, or a placeholder's value. */
export function declarationsForFile(declared: Declarations, file: PlainUri, targets: readonly PolicyTarget[]): FileDeclarations {
  const entry = kindEntryForFile(declared, file);
  const values: Record<string, string> = {};
  for (const part of sortByNearness(valuesForFile(declared.placeholderValuesByPath, file), file))
    for (const [name, value] of part.values) values[name] = value;
  return { kind: entry?.kind, kindClaims: kindClaimsForFile(targets, file, entry), placeholderValues: values,
    excluded: foldersExcluding(declared, file).length > 0 };
}

/** The entry of `kinds` that counts for the file. */
export function kindEntryForFile({ kindsByPath: kinds }: Declarations, file: PlainUri): DeclaredKindEntry | undefined {
  return sortByNearness(valuesForFile(kinds, file), file).at(-1);
}

function sortByNearness<T extends { readonly folder: PlainUri }>(declarations: readonly T[], file: PlainUri): readonly T[] {
  return declarations.length < 2
    ? declarations
    : [...declarations].sort((a, b) => folderNearness(a.folder, file) - folderNearness(b.folder, file));
}

/** The folders of the manifests that leave the file or a folder around it out. */
export function foldersExcluding({ exclusionsByPath: excluded }: Declarations, file: PlainUri): readonly PlainUri[] {
  const folders: PlainUri[] = [];
  for (let path = file; path.length >= excluded.shortestBaseLength && path.includes('/'); path = path.slice(0, path.lastIndexOf('/')))
    folders.push(...valuesForFile(excluded, path));
  return folders;
}
