import { addressFragment } from '../../discovery/policy-address';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { splitPointer, type Manifest } from '../../manifest/manifest';
import { plainUri, relativePath } from '../../text/uri-path';
import type { Workspace } from '../../workspace/workspace';
import type { Link } from '../../linking/entities';
import { valueCandidate, type CompletionCandidate } from './candidate';

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
  const filePaths = policyPathKind === 'any' ? [...new Set(paths.map(({ path }) => splitPointer(path).path))].map((path) => valueCandidate(path, 0)) : paths.map(({ path, policy }) => {
    const link = linkOfPolicy({ world }, policy);
    return valueCandidate(path, link?.reason === 'declared' ? 1 : 0, { detail: link?.reason === 'declared' ? 'declared already' : undefined });
  });
  return [...filePaths, ...policyPathKind === 'key' ? [] : folderGlobCandidates(paths)];
}

/** What is linked to nothing, or by nothing that anybody said; with the ARN that the link is taken from, where there is one. */
export function unlinkedPolicies({ world, readings }: Workspace, manifest: Manifest, kind: 'key' | 'identity'): { readonly path: string; readonly name: string | undefined }[] {
  return policyPaths(readings, manifest, kind)
    .filter(({ policy }) => linkOfPolicy({ world }, policy)?.reason !== 'declared')
    .map(({ path, policy }) => ({ path, name: kind === 'key' ? world.keyOf.get(policy)?.arn : world.identitiesOf.get(policy)?.find(({ arn }) => arn !== undefined)?.arn }));
}

function linkOfPolicy({ world }: Pick<Workspace, 'world'>, policy: DiscoveredPolicy): Link | undefined {
  return policy.policy.kind === 'key' ? world.keyOf.get(policy)?.link : world.identitiesOf.get(policy)?.[0]?.link;
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
  const files = new Set(paths.map(({ path }) => splitPointer(path).path));
  const folders = new Set([...files].flatMap((path) => path.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
  return [...folders].sort().flatMap((folder): CompletionCandidate[] => {
    const below = [...files].filter((path) => path.startsWith(`${folder}/`));
    const direct = below.filter((path) => !path.slice(folder.length + 1).includes('/'));
    const endings = new Set(direct.map((path) => /\.[^/.]+$/.exec(path)?.[0] ?? ''));
    const [ending = ''] = endings;
    return [
      ...endings.size === 1 && direct.length > 1 && direct.length < below.length ? [valueCandidate(`${folder}/*${ending}`, 2, { kind: 'wildcard', detail: `${direct.length} files` })] : [],
      valueCandidate(`${folder}/**`, 2, { kind: 'wildcard', detail: below.length === 1 ? '1 file' : `${below.length} files` }),
    ];
  });
}
