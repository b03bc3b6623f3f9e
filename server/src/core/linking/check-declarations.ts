import { pointerOfAddress } from '../discovery/policy-address';
import { createManifestProblem } from './contradictions';
import type { Declarations } from './declarations';
import { decisiveClaims, kindClaimsForFile } from './declared-kinds';
import type { LinkPolicy, PolicyTarget } from './drafts';
import { declaredPolicyOfKey, type PoliciesByTarget } from './declared-policies';
import { isGlob } from '../manifest/path-glob';
import { MANIFEST_NAME, splitPolicyReference } from '../manifest/manifest';
import { folderNearness, pathBelow } from '../text/uri-path';
import type { ManifestProblem } from './entities';

/**
 * The faults of all manifests, but for contradictions: those of their shape, and what their paths and pointers miss.
 *
 * @param files the targets that mean some file, whatever it holds
 */
export function checkDeclarations({ manifests, keys, identities, targets }: Declarations, files: ReadonlySet<PolicyTarget>,
  reached: PoliciesByTarget): ManifestProblem[] {
  const shape = manifests.flatMap(({ uri, faults, syntax }) => [
    // What a trailing comma means is plain; VS Code, for which the file is JSON with comments, warns of it too.
    ...syntax.map(({ span, message, kind }) =>
      createManifestProblem(uri, span, message, kind === 'trailing-comma' ? 'warning' : undefined)
    ),
    ...faults.map(({ span, message, severity }) => createManifestProblem(uri, span, message, severity)),
  ]);
  const seen = new Set<string>();
  const twice = keys.filter(({ manifest, arn }) => seen.size === seen.add(`${manifest.uri} ${arn.value}`).size);
  return [
    ...shape,
    ...twice.map(({ manifest, arn }) =>
      createManifestProblem(manifest.uri, arn.span, 'This key is declared above. Put what is known about it in one entry.')
    ),
    ...targets.flatMap((target) => checkTarget(target, files.has(target), reached)),
    ...identities.flatMap(({ manifest, arn, account, policies }) => (
      policies.length === 0 && account && !arn
        ? [createManifestProblem(manifest.uri, account.span, 'Without "policies" this entry has no effect.', 'warning')]
        : []
    )),
  ];
}

function checkTarget(target: PolicyTarget, found: boolean, reachedBy: PoliciesByTarget): ManifestProblem[] {
  const { key, reference: said, at, pointer } = target;
  const reached = reachedBy.get(target) ?? [];
  const wanted = key ? 'key' : 'identity';
  const fitting = reached.filter(({ facts }) => facts.kind === wanted);
  if (fitting.length > 0 && (!key || declaredPolicyOfKey(target, reachedBy))) return [];
  const fault = (message: string): ManifestProblem[] => [createManifestProblem(at.uri, at.span, message)];
  const { path } = splitPolicyReference(said.value);
  if (!found && pathBelow(path) === undefined) return fault(`There is no file "${path}" in the workspace. `
    + `The path leads out of the folder of ${MANIFEST_NAME}, and files outside of the workspace are not read.`);
  if (!found) return fault(isGlob(path) ? `No file matches "${path}".` : `There is no file "${path}".`);
  if (reached.length === 0 && pointer) return fault(`"${path}" has no policy at ${pointer}.`);
  if (fitting.length === 0) return describeKindMismatch(target, reached).flatMap(fault);
  const pointers = fitting.map(({ facts }) => `#${pointerOfAddress(facts.address)}`);
  return fault(`A key has one policy, but "${said.value}" means ${fitting.length}. Say which: `
    + `${pointers.slice(0, 3).join(', ')}${pointers.length > 3 ? ', …' : ''}.`);
}

/**
 * Why none of the policies is of the kind that the target says; empty where a `kms-handshake.json` nearer to all of them says otherwise.
 */
function describeKindMismatch(target: PolicyTarget, reached: readonly LinkPolicy[]): string[] {
  const { key, reference: said, folder } = target;
  const [list, kind] = key ? ['keys', 'key policy'] : ['identities', 'identity policy'];
  if (reached.length === 0) return [`"${said.value}" contains no ${kind}.`];
  const remaining = reached.filter((policy) => nearnessOfDecidingManifest(policy) <= folderNearness(folder, policy.path));
  if (remaining.length === 0) return [];
  const byKinds = remaining.find(({ kindEntry }) => kindEntry?.folder === folder);
  if (byKinds) return [`"${said.value}" is listed under "${list}", but "kinds" says that it is of the kind "${byKinds.facts.kind}". `
    + '"kinds" counts: take the file out of one of the two.'];
  if (remaining.some((policy) => isDeclaredAsBothKinds(policy))) return [`"${said.value}" is listed under "keys" and under "identities", `
    + 'but a policy is of one kind. Its text decides: take it out of one of the two.'];
  return [`"${said.value}" contains no ${kind}, but another kind of policy.`];
}

/** How near the manifest is that decides about the kind of the policy; 0 where none does. */
function nearnessOfDecidingManifest({ path, policyTargets: targets, kindEntry, facts }: LinkPolicy): number {
  const [claim] = decisiveClaims(kindClaimsForFile(targets, path, kindEntry), facts.address);
  return claim?.nearness ?? (kindEntry ? folderNearness(kindEntry.folder, path) : 0);
}

function isDeclaredAsBothKinds({ path, policyTargets: targets, kindEntry, facts }: LinkPolicy): boolean {
  return new Set(decisiveClaims(kindClaimsForFile(targets, path, kindEntry), facts.address).map(({ kind }) => kind)).size > 1;
}
