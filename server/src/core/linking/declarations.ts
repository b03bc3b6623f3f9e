import type { Attachment, IdentityDeclaration, KeyDeclaration, DeclaredKindEntry, LinkDraft, PolicyTarget } from './drafts';
import type { AccountMention } from './policy-facts';
import { kindClaimsForFile, type KindEvidence } from './declared-kinds';
import { splitPolicyReference, type Manifest, type Spanned } from '../manifest/manifest';
import { groupBy } from './group-by';
import { innermostDeclarations } from '../manifest/manifest-files';
import { parseIdentityArn, parseFullKeyArn, type ParsedIdentityArn } from './names';
import { literalBasePath, valuesForFile, createPathIndex, type IndexedPattern, type PathIndex } from '../manifest/path-index';
import { folderNearness, parentFolder, type PlainUri } from '../text/uri-path';

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

/** What the manifests say about reading a file. */
export interface FileDeclarations extends Omit<KindEvidence, 'pathKind'> {
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
  const targets = [
    ...keys.flatMap((key) => (key.policy ? createPolicyTarget(key.policy, key.manifest, key, undefined) : [])),
    ...identities.flatMap((identity) =>
      identity.policies.map((policy) => createPolicyTarget(policy, identity.manifest, undefined, identity))
    ),
  ];
  const organizations = mergeOrganizations(manifests);
  const accounts = declaredAccountNames(manifests);
  return {
    manifests, keys, identities, organizations, accounts,
    mentionedAccounts: [
      ...[...accounts.keys(), ...[...organizations.values()].flat()].map((account) => ({ account, partition: undefined })),
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

function createPolicyTarget(reference: Spanned, manifest: Manifest, key: KeyDeclaration | undefined,
  identity: IdentityDeclaration | undefined): IndexedPattern<PolicyTarget> {
  const { path, pointer, logicalId } = splitPolicyReference(reference.value);
  const at = { uri: manifest.uri, span: reference.span };
  const account = identity?.account === undefined ? '' : `account ${identity.account.value} `;
  const link: LinkDraft = { reason: 'declared', certain: true, description: `${account}declared in kms-handshake.json`,
    at: { of: 'text', location: at } };
  const attachment = identity?.name && createAttachment(identity.name, link);
  const { folder } = manifest;
  return { folder, pattern: path, value: { key, identity, reference, at, pointer, logicalId, link, attachment, folder,
    basePath: literalBasePath(folder, path) } };
}

/** The attachment to an identity that has an ARN. */
export function createAttachment({ arn, partition, account, kind }: ParsedIdentityArn, link: LinkDraft): Attachment {
  return { id: arn, arn, partition, account, kind, link };
}

function declaredAccountNames(manifests: readonly Manifest[]): Map<string, string> {
  const accounts = manifests.flatMap((manifest) => manifest.accounts.map(({ id, name }) => ({ id, name, folder: manifest.folder })));
  return new Map(Array.from(groupBy(accounts, ({ id }) => [id.value]),
    ([id, names]) => [id, innermostDeclarations(names, ({ folder }) => folder)[0]?.name.value ?? '']));
}

function mergeOrganizations(manifests: readonly Manifest[]): Map<string, readonly string[]> {
  const organizations = groupBy(manifests.flatMap((manifest) => manifest.organizations), ({ id }) => [id.value]);
  return new Map(Array.from(organizations,
    ([id, entries]) => [id, [...new Set(entries.flatMap(({ accounts }) => accounts.map(({ value }) => value)))]]));
}

/** The declaration of the nearest folder, and in it the last one, tells a file's kind, or a placeholder's value. */
export function declarationsForFile(declarations: Declarations, file: PlainUri, targets: readonly PolicyTarget[]): FileDeclarations {
  const kindEntry = sortByNearness(valuesForFile(declarations.kindsByPath, file), file).at(-1);
  const placeholders = sortByNearness(valuesForFile(declarations.placeholderValuesByPath, file), file);
  return { kindEntry, kindClaims: kindClaimsForFile(targets, file, kindEntry),
    placeholderValues: Object.fromEntries(placeholders.flatMap(({ values }) => [...values])),
    excluded: foldersExcluding(declarations, file).length > 0 };
}

function sortByNearness<T extends { readonly folder: PlainUri }>(declarations: readonly T[], file: PlainUri): readonly T[] {
  return declarations.length < 2
    ? declarations
    : [...declarations].sort((a, b) => folderNearness(a.folder, file) - folderNearness(b.folder, file));
}

/** The folders of the manifests that leave the file or a folder around it out. */
export function foldersExcluding({ exclusionsByPath }: Declarations, file: PlainUri): readonly PlainUri[] {
  const folders: PlainUri[] = [];
  for (let path = file; path.length >= exclusionsByPath.shortestBaseLength && path.includes('/'); path = parentFolder(path))
    folders.push(...valuesForFile(exclusionsByPath, path));
  return folders;
}
