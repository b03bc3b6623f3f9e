import { describeAccount } from '../../access/text/describe-access';
import { arnResource, parseArn } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import type { Node } from '../../syntax/tree';
import { createAnyFileMatcher } from '../../manifest/path-glob';
import { type Manifest, splitPolicyReference } from '../../manifest/manifest';
import { MANIFEST_VALUE_PATTERNS } from '../../manifest/manifest-schema';
import type { Workspace } from '../../workspace/workspace';
import type { World } from '../../workspace/world';
import { filesReferencedBy } from '../manifest-targets';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { describeKeyBriefly, principalArnsInKeyPolicies } from './workspace-candidates';
import { policyFragment } from '../../discovery/resource-name';
import { plainUri, relativePath } from '../../text/uri-path';

/** The keys that policies name, those first that wait for a key policy. @param declared ARNs that have an entry, which are left out */
export function keyArnCandidates(world: World, declared: ReadonlySet<string>): CompletionCandidate[] {
  return world.keys.flatMap((key) => {
    const { arn } = key;
    if (arn === undefined || key.awsManaged || declared.has(arn) || !MANIFEST_VALUE_PATTERNS.keyArn.test(arn)) return [];
    const filterText = [arn, ...key.aliases].join(' ');
    return [valueCandidate(arn, key.policy ? 1 : 0, { kind: 'arn', detail: describeKeyBriefly(world, key), filterText })];
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
  const patterns = statementsInWorld(world).flatMap(({ resource }) => resource?.patterns ?? []);
  const ofPolicies = patterns.flatMap((pattern) => pattern.arn ?? []).filter(({ service, account, region, resource }) =>
    service === 'kms' && fits(account, region) && MANIFEST_VALUE_PATTERNS.alias.test(resource)).map(({ resource }) => resource);
  return [...new Set([...ofKeys, ...ofPolicies])].sort();
}

/** The organizations that conditions name, and those that have an entry. */
export function organizationsInWorld(world: World): string[] {
  const ids = statementsInWorld(world).flatMap(({ conditions }) => conditions).flatMap(({ values }) => values)
    .map(({ value }) => value.split('/')[0] ?? '').filter((id) => MANIFEST_VALUE_PATTERNS.organization.test(id));
  return [...new Set([...world.organizations.keys(), ...ids])].sort();
}

/** The names of placeholders in the files that the patterns mean; in all files of the folder without patterns. */
export function placeholderNamesInFiles({ readings, files }: Workspace, { folder }: Manifest, patterns: readonly string[]): string[] {
  const matches = patterns.length === 0 ? () => true : createAnyFileMatcher(folder, patterns);
  const names = new Set<string>();
  for (const [uri, { policies }] of readings) {
    const path = files.get(uri)?.path;
    if (path !== undefined && matches(path)) {
      for (const { policy } of policies) addPlaceholderNames(policy.node, names);
    }
  }
  return [...names].sort();
}

function addPlaceholderNames(node: Node, names: Set<string>): void {
  if (node.kind === 'scalar') for (const { name } of node.placeholders) names.add(name);
  else for (const part of node.kind === 'list' ? node.items : node.members.flatMap(({ key, value }) => [key, ...value ? [value] : []]))
    addPlaceholderNames(part, names);
}

/** The Sids of the statements in the files of that path. */
export function sidsInFile(workspace: Workspace, manifest: Manifest, [path]: readonly string[]): string[] {
  const policies = path === undefined ? [] : filesReferencedBy(workspace, manifest, path).flatMap((file) => file.policies);
  return [...new Set(policies.flatMap(({ policy }) => policy.statements.flatMap(({ sid }) => sid?.value ?? [])))];
}

function statementsInWorld({ keyByPolicy, identitiesByPolicy }: World): Statement[] {
  return [...keyByPolicy.keys(), ...identitiesByPolicy.keys()].flatMap(({ policy }) => policy.statements);
}

/** A policy below the folder of a manifest, by the path that the manifest calls it. */
interface PolicyPath {
  /** `producer/key.json`, `dump.json#/Keys/0/Policy` */
  readonly path: string;
  readonly policy: DiscoveredPolicy;
}

/** The paths of policies of the kind, those first of which no manifest says whose they are; and globs for folders with several of them. */
export function pathCandidates({ world, readings }: Workspace, manifest: Manifest,
  kind: 'key' | 'identity' | undefined): CompletionCandidate[] {
  const paths = policyPaths(readings, manifest, kind);
  const filePaths = kind === undefined
    ? [...new Set(paths.map(({ path }) => splitPolicyReference(path).path))].map((path) => valueCandidate(path, 0))
    : paths.map(({ path, policy }) =>
      (isDeclared(world, policy) ? valueCandidate(path, 1, { detail: 'declared already' }) : valueCandidate(path, 0)));
  return [...filePaths, ...kind === 'key' ? [] : folderGlobCandidates(paths)];
}

/** The files, and the resources of templates that have policies. */
export function suppressionFileCandidates({ readings }: Workspace, { folder }: Manifest): CompletionCandidate[] {
  return [...readings.values()].flatMap(({ uri, policies }) => {
    const path = relativePath(folder, plainUri(uri));
    if (path === undefined || policies.length === 0) return [];
    const logicalIds = new Set(policies.flatMap(({ container }) => container.logicalId ?? []));
    return [valueCandidate(path, 0), ...[...logicalIds].map((logicalId) => valueCandidate(`${path}#${logicalId}`, 0))];
  }).sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** What no manifest declares; with the ARN that it is linked to, where there is one. */
export function unlinkedPolicies({ world, readings }: Workspace, manifest: Manifest,
  kind: 'key' | 'identity'): { readonly path: string; readonly name: string | undefined }[] {
  return policyPaths(readings, manifest, kind).filter(({ policy }) => !isDeclared(world, policy)).map(({ path, policy }) => {
    const subjects = kind === 'key' ? [world.keyByPolicy.get(policy)] : world.identitiesByPolicy.get(policy) ?? [];
    return { path, name: subjects.find((subject) => subject?.arn !== undefined)?.arn };
  });
}

function isDeclared({ keyByPolicy, identitiesByPolicy }: World, policy: DiscoveredPolicy): boolean {
  const subject = policy.policy.kind === 'key' ? keyByPolicy.get(policy) : identitiesByPolicy.get(policy)?.[0];
  return subject?.link?.reason === 'declared';
}

function policyPaths(readings: Workspace['readings'], { folder }: Manifest, kind: 'key' | 'identity' | undefined): PolicyPath[] {
  const paths = [...readings.values()].flatMap(({ uri, policies }) => {
    const path = relativePath(folder, plainUri(uri));
    if (path === undefined) return [];
    const policiesOfKind = policies.filter(({ policy }) => kind === undefined || policy.kind === kind);
    return policiesOfKind.map((policy): PolicyPath => {
      const { logicalId } = policy.container;
      // An identity has all policies of its resource, a key one.
      const fragment = kind === 'identity' && logicalId !== undefined ? `#${logicalId}` : policyFragment(policy, policiesOfKind);
      return { path: path + fragment, policy };
    });
  });
  return [...new Map(paths.map((path) => [path.path, path])).values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
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
