import { describeAccount } from '../../access/text/describe-access';
import { arnResource, parseArn } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Node } from '../../syntax/tree';
import { createAnyFileMatcher } from '../../manifest/path-glob';
import { type Manifest, splitPolicyReference } from '../../manifest/manifest';
import { MANIFEST_VALUE_PATTERNS } from '../../manifest/manifest-schema';
import type { Workspace } from '../../workspace/workspace';
import type { World } from '../../workspace/world';
import { filesReferencedBy } from '../manifest-targets';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { describeKeyBriefly, principalArnsInKeyPolicies } from './workspace-candidates';
import { addressFragment } from '../../discovery/policy-address';
import { plainUri, relativePath } from '../../text/uri-path';
import type { Link } from '../../linking/entities';

/** The keys that policies name, those first that wait for a key policy. @param declared ARNs that have an entry, which are left out */
export function keyArnCandidates(world: World, declared: ReadonlySet<string>): CompletionCandidate[] {
  return world.keys.flatMap((key) => {
    const { arn } = key;
    if (arn === undefined || key.awsManaged || declared.has(arn) || !MANIFEST_VALUE_PATTERNS.keyArn.test(arn)) return [];
    return [
      valueCandidate(arn, key.policy ? 1 : 0, { kind: 'arn', detail: describeKeyBriefly(world, key),
        filterText: [arn, ...key.aliases].join(' ') }),
    ];
  });
}

/** The users, roles and groups that policies or manifests name. */
export function identityArnCandidates(world: World, declared: ReadonlySet<string>): CompletionCandidate[] {
  const arns = new Set([...world.identities.flatMap(({ arn }) => arn ?? []), ...principalArnsInKeyPolicies(world)]);
  return [...arns].filter((arn) => MANIFEST_VALUE_PATTERNS.identityArn.test(arn) && !declared.has(arn)).sort().map((arn) =>
    valueCandidate(arn, 0, { kind: 'arn', detail: `${arnResource(arn)} · ${describeAccount(world, parseArn(arn)?.account)}` })
  );
}

/** The aliases of a key; without its ARN those of all keys. */
export function aliasesInWorld(world: World, arn: string | undefined): string[] {
  const keyArn = arn === undefined ? undefined : parseArn(arn);
  const fits = (account: string | undefined, region: string | undefined): boolean =>
    keyArn === undefined || account === keyArn.account && region === keyArn.region;
  const ofKeys = world.keys.filter(({ account, region }) => fits(account, region)).flatMap(({ aliases }) => aliases);
  const ofPolicies = policiesInWorld(world).flatMap(({ policy }) => policy.statements.flatMap(({ resource }) => resource?.patterns ?? []))
    .flatMap(({ arn: aliasArn }) => (
      aliasArn?.service === 'kms' && fits(aliasArn.account, aliasArn.region) && MANIFEST_VALUE_PATTERNS.alias.test(aliasArn.resource)
        ? [aliasArn.resource]
        : []
    ));
  return [...new Set([...ofKeys, ...ofPolicies])].sort();
}

/** The organizations that conditions name, and those that have an entry. */
export function organizationsInWorld(world: World): string[] {
  const conditionValues = policiesInWorld(world).flatMap(({ policy }) => policy.statements).flatMap(({ conditions }) => conditions).flatMap(
    ({ values }) => values.map(({ value }) => value.split('/')[0] ?? '')
  );
  return [
    ...new Set([...world.organizations.keys(), ...conditionValues.filter((value) => MANIFEST_VALUE_PATTERNS.organization.test(value))]),
  ].sort();
}

/** The names of placeholders in the files that the patterns mean; in all files of the folder without patterns. */
export function placeholderNamesInFiles({ readings, files }: Workspace, { folder }: Manifest, patterns: readonly string[]): string[] {
  const matches = patterns.length === 0 ? () => true : createAnyFileMatcher(folder, patterns);
  const names = new Set<string>();
  for (const [uri, { policies }] of readings) {
    const path = files.get(uri)?.path;
    if (path !== undefined && matches(path)) {
      for (const { policy } of policies) for (const name of placeholderNamesInNode(policy.node)) names.add(name);
    }
  }
  return [...names].sort();
}

function* placeholderNamesInNode(node: Node): Generator<string> {
  if (node.kind === 'scalar') for (const { name } of node.placeholders) yield name;
  else if (node.kind === 'list') for (const item of node.items) yield* placeholderNamesInNode(item);
  else for (const { key, value } of node.members) {
    yield* placeholderNamesInNode(key);
    if (value) yield* placeholderNamesInNode(value);
  }
}

/** The Sids of the statements in the files of that path. */
export function sidsInFile(workspace: Workspace, manifest: Manifest, [path]: readonly string[]): string[] {
  const policies = path === undefined ? [] : filesReferencedBy(workspace, manifest, path).flatMap((file) => file.policies);
  return [...new Set(policies.flatMap(({ policy }) => policy.statements.flatMap(({ sid }) => sid?.value ?? [])))];
}

function policiesInWorld(world: World): DiscoveredPolicy[] {
  return [...world.keyByPolicy.keys(), ...world.identitiesByPolicy.keys()];
}

type PolicyPathKind = 'key' | 'identity' | 'any';

/** A policy below the folder of a manifest, by the path that the manifest calls it. */
interface PolicyPath {
  /** `producer/key.json`, `dump.json#/Keys/0/Policy` */
  readonly path: string;
  readonly policy: DiscoveredPolicy;
}

/** The paths of policies of that kind, those first of which no manifest says whose they are; and globs for folders with several of them. */
export function pathCandidates({ world, readings }: Workspace, manifest: Manifest, policyPathKind: PolicyPathKind): CompletionCandidate[] {
  const paths = policyPaths(readings, manifest, policyPathKind);
  const filePaths = policyPathKind === 'any'
    ? [...new Set(paths.map(({ path }) => splitPolicyReference(path).path))].map((path) => valueCandidate(path, 0))
    : paths.map(({ path, policy }) => {
      const link = linkOfPolicy({ world }, policy);
      return valueCandidate(path, link?.reason === 'declared' ? 1 : 0, {
        detail: link?.reason === 'declared' ? 'declared already' : undefined,
      });
    });
  return [...filePaths, ...policyPathKind === 'key' ? [] : folderGlobCandidates(paths)];
}

/** What is linked to nothing, or by nothing that anybody said; with the ARN that the link is taken from, where there is one. */
export function unlinkedPolicies({ world, readings }: Workspace, manifest: Manifest,
  kind: 'key' | 'identity'): { readonly path: string; readonly name: string | undefined }[] {
  return policyPaths(readings, manifest, kind)
    .filter(({ policy }) => linkOfPolicy({ world }, policy)?.reason !== 'declared')
    .map(({ path, policy }) => ({ path,
      name: kind === 'key'
        ? world.keyByPolicy.get(policy)?.arn
        : world.identitiesByPolicy.get(policy)?.find(({ arn }) => arn !== undefined)?.arn })
    );
}

function linkOfPolicy({ world }: Pick<Workspace, 'world'>, policy: DiscoveredPolicy): Link | undefined {
  return policy.policy.kind === 'key' ? world.keyByPolicy.get(policy)?.link : world.identitiesByPolicy.get(policy)?.[0]?.link;
}

function policyPaths(readings: Workspace['readings'], { folder }: Manifest, policyPathKind: PolicyPathKind): PolicyPath[] {
  return [...readings.values()].flatMap(({ policies }) => policies.flatMap((policy): PolicyPath[] => {
    const path = relativePath(folder, plainUri(policy.uri));
    if (path === undefined || policyPathKind !== 'any' && policy.policy.kind !== policyPathKind) return [];
    return [{ path: path + addressFragment(policy.address), policy }];
  })).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** `consumer/**` means everything below, `consumer/*.json` what lies in it. */
function folderGlobCandidates(paths: readonly PolicyPath[]): CompletionCandidate[] {
  const files = new Set(paths.map(({ path }) => splitPolicyReference(path).path));
  const folders = new Set([...files].flatMap((path) => path.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
  return [...folders].sort().flatMap((folder): CompletionCandidate[] => {
    const below = [...files].filter((path) => path.startsWith(`${folder}/`));
    const direct = below.filter((path) => !path.slice(folder.length + 1).includes('/'));
    const endings = new Set(direct.map((path) => /\.[^/.]+$/.exec(path)?.[0] ?? ''));
    const [ending = ''] = endings;
    return [
      ...endings.size === 1 && direct.length > 1 && direct.length < below.length
        ? [valueCandidate(`${folder}/*${ending}`, 2, { kind: 'wildcard', detail: `${direct.length} files` })]
        : [],
      valueCandidate(`${folder}/**`, 2, { kind: 'wildcard', detail: below.length === 1 ? '1 file' : `${below.length} files` }),
    ];
  });
}
