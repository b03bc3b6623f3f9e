import type { Attachment, IdentityDeclaration, KeyDeclaration, LinkDraft, PolicyTarget } from './drafts';
import type { AccountFact } from './facts';
import { splitPointer, type Manifest, type Said } from './manifest';
import type { DeclaredKind } from './manifest-shape';
import { identityName, keyName, type IdentityName } from './names';
import { lookUp, pathIndex, type IndexedPattern, type PathIndex } from './path-index';
import type { PlainUri } from './paths';

/** What all manifests declare together, ready to be asked for a file. */
export interface Declared {
  readonly manifests: readonly Manifest[];
  readonly keys: readonly KeyDeclaration[];
  readonly identities: readonly IdentityDeclaration[];
  readonly accounts: ReadonlyMap<string, string>;
  /** Every account that is named in some declaration. */
  readonly accountFacts: readonly AccountFact[];
  readonly organizations: ReadonlyMap<string, readonly string[]>;
  readonly targets: readonly PolicyTarget[];
  readonly targetsOf: PathIndex<PolicyTarget>;
  readonly kinds: PathIndex<DeclaredKind>;
  readonly values: PathIndex<ReadonlyMap<string, string>>;
  readonly excluded: PathIndex<true>;
}

/** How a file is to be read. */
export interface FileContext {
  readonly kind: DeclaredKind | undefined;
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
    kinds: pathIndex(manifests.flatMap(({ folder, kinds }) => kinds.flatMap(({ files, kind }) => patternsOf(folder, files, kind)))),
    values: pathIndex(manifests.flatMap(({ folder, placeholders }) => placeholders.flatMap(({ files, values }) => patternsOf(folder, files, values)))),
    excluded: pathIndex(manifests.flatMap(({ folder, exclude }) => patternsOf(folder, exclude, true as const))),
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
  return { folder: manifest.folder, pattern: path, value: { key, identity, said, at, pointer, link, attachment } };
}

/** The attachment to an identity that has an ARN. */
export function attachmentTo({ arn, partition, account, kind }: IdentityName, link: LinkDraft): Attachment {
  return { id: arn, arn, partition, account, kind, link };
}

function accountNames(manifests: readonly Manifest[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { id, name } of manifests.flatMap((manifest) => manifest.accounts)) if (!names.has(id.value)) names.set(id.value, name.value);
  return names;
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

/** The later declaration of a file's kind, or of a placeholder's value, wins. */
export function contextOf(declared: Declared, file: PlainUri, targets: readonly PolicyTarget[]): FileContext {
  const kinds = lookUp(declared.kinds, file);
  const values: Record<string, string> = {};
  for (const part of lookUp(declared.values, file)) for (const [name, value] of part) values[name] = value;
  // A file that is declared as a key's policy is one, however unfinished it looks; but a dump can hold other policies too.
  const isKeyPolicy = targets.some(({ key, pointer }) => key !== undefined && !pointer);
  return { kind: kinds.at(-1) ?? (isKeyPolicy ? 'key' : undefined), values, excluded: lookUp(declared.excluded, file).length > 0 };
}
