import { policyFragment } from '../discovery/resource-name';
import { nearestWord } from '../text/nearest-word';
import { joinNames } from '../text/join-names';
import type { Location } from '../text/span';
import type { Declarations } from './declarations';
import type { LinkConflictDraft, LinkPolicy, PolicyTarget, SourceAnchor } from './drafts';
import { declaredPolicyOfKey, type PoliciesByTarget } from './declared-policies';
import { groupBy } from './group-by';
import { isGlob } from '../manifest/path-glob';
import { innermostDeclarations } from '../manifest/manifest-files';
import { MANIFEST_NAME, splitPolicyReference, type Manifest, type Spanned } from '../manifest/manifest';
import { folderNearness, pathBelow, type PlainUri } from '../text/uri-path';
import type { ManifestProblem } from './entities';

/**
 * The faults of all manifests, but for contradictions: those of their shape, and what their paths and pointers miss.
 *
 * @param meantTargets the targets that mean some file, whatever it contains
 */
export function checkDeclarations({ manifests, keys, identities, targets }: Declarations, meantTargets: ReadonlySet<PolicyTarget>,
  policiesByTarget: PoliciesByTarget, policies: readonly LinkPolicy[]): ManifestProblem[] {
  const declaredArns = new Set<string>();
  const repeatedKeys = keys.filter(({ manifest, arn }) => declaredArns.size === declaredArns.add(`${manifest.uri} ${arn.value}`).size);
  return [
    ...manifests.flatMap(({ uri, faults, syntax }) => [
      // The meaning of a trailing comma is plain; VS Code, for which the file is JSON with comments, warns of it too.
      ...syntax.map(({ span, message, kind }) =>
        createManifestProblem({ uri, span }, message, kind === 'trailing-comma' ? 'warning' : 'error')
      ),
      ...faults.map((fault) => ({ uri, ...fault })),
    ]),
    ...repeatedKeys.map(({ manifest: { uri }, arn: { span } }) =>
      createManifestProblem({ uri, span }, 'This key is declared above. Put what is known about it in one entry.')
    ),
    ...targets.flatMap((target) => describeTargetFault(target, meantTargets.has(target), policiesByTarget, policies)
      .map((message) => createManifestProblem(target.at, message))),
    ...identities.flatMap(({ manifest: { uri }, arn, account, policies: references }) => (
      references.length === 0 && account && !arn
        ? createManifestProblem({ uri, span: account.span }, 'Without "policies" this entry has no effect.', 'warning')
        : []
    )),
  ];
}

function createManifestProblem(at: Location, message: string, severity: ManifestProblem['severity'] = 'error'): ManifestProblem {
  return { ...at, message, severity };
}

/** Why the target means no policy, or several; empty where it means one. */
function describeTargetFault(target: PolicyTarget, meansFile: boolean, policiesByTarget: PoliciesByTarget,
  allPolicies: readonly LinkPolicy[]): string[] {
  const { key, reference, pointer, logicalId } = target;
  const policies = policiesByTarget.get(target) ?? [];
  const fitting = policies.filter(({ facts }) => facts.kind === (key ? 'key' : 'identity'));
  if (fitting.length > 0 && (!key || declaredPolicyOfKey(target, policiesByTarget))) return [];
  const { path } = splitPolicyReference(reference.value);
  if (!meansFile && pathBelow(path) === undefined) return [`There is no file "${path}" in the workspace. `
    + `The path leads out of the folder of ${MANIFEST_NAME}, and files outside of the workspace are not read.`];
  if (!meansFile) return [isGlob(path) ? `No file matches "${path}".` : `There is no file "${path}".`];
  if (policies.length === 0 && logicalId !== undefined) return [describeMissingResource(path, logicalId, target, allPolicies)];
  if (policies.length === 0 && pointer) return [`"${path}" has no policy at ${pointer}.`];
  if (fitting.length === 0) return describeKindMismatch(target, policies);
  const pointers = fitting.map(({ facts }) => policyFragment(facts, fitting.map((policy) => policy.facts)) || '#');
  return [`A key has one policy, but "${reference.value}" means ${fitting.length}. Say which: `
    + `${pointers.slice(0, 3).join(', ')}${pointers.length > 3 ? ', …' : ''}.`];
}

function describeMissingResource(path: string, logicalId: string, { basePath }: PolicyTarget, policies: readonly LinkPolicy[]): string {
  const logicalIds = new Set(policies.flatMap((policy) => (policy.path === basePath ? policy.facts.container.logicalId ?? [] : [])));
  const nearest = nearestWord(logicalId, [...logicalIds]);
  const names = joinNames([...logicalIds].slice(0, MAX_NAMES));
  return `"${path}" has no resource "${logicalId}" with a policy.${nearest !== undefined ? ` Did you mean "${nearest}"?`
    : logicalIds.size === 0 ? '' : ` Resources with policies: ${names}${logicalIds.size > MAX_NAMES ? ', …' : ''}.`}`;
}

const MAX_NAMES = 5;

/**
 * Why none of the policies is of the kind that the target says; empty where a `kms-handshake.json` nearer to all of them says otherwise.
 */
function describeKindMismatch({ key, reference, folder }: PolicyTarget, policies: readonly LinkPolicy[]): string[] {
  const [list, kind] = key ? ['keys', 'key policy'] : ['identities', 'identity policy'];
  if (policies.length === 0) return [`"${reference.value}" contains no ${kind}.`];
  const decided = policies.filter((policy) => nearnessOfDecidingManifest(policy) <= folderNearness(folder, policy.path));
  if (decided.length === 0) return [];
  const byKinds = decided.find(({ kindEntry }) => kindEntry?.folder === folder);
  if (byKinds) return [`"${reference.value}" is listed under "${list}", but "kinds" says that it is of the kind "${byKinds.facts.kind}". `
    + '"kinds" counts: take the file out of one of the two.'];
  if (decided.some(({ kindClaims }) => new Set(kindClaims.map((claim) => claim.kind)).size > 1))
    return [`"${reference.value}" is listed under "keys" and under "identities", `
      + 'but a policy is of one kind. Its text decides: take it out of one of the two.'];
  return [`"${reference.value}" contains no ${kind}, but another kind of policy.`];
}

/** How near the manifest is that decides about the kind of the policy; 0 where none does. */
function nearnessOfDecidingManifest({ path, kindClaims, kindEntry }: LinkPolicy): number {
  return kindClaims[0]?.nearness ?? (kindEntry ? folderNearness(kindEntry.folder, path) : 0);
}

/** What a manifest says about a subject (an account, a key). */
interface DeclaredAttribute {
  readonly subject: string;
  readonly value: string;
  readonly at: Location;
  /** Of the manifest. */
  readonly folder: PlainUri;
}

/** What manifests of neighbouring folders, or one manifest, say about the same account or key, and cannot both be true. */
export function conflictingDeclarations({ manifests, keys }: Declarations): LinkConflictDraft[] {
  const names = manifests.flatMap((manifest) => manifest.accounts.flatMap(({ id, name }) => declaredAttribute(manifest, id, name)));
  const specs = keys.flatMap(({ manifest, arn, keySpec }) => declaredAttribute(manifest, arn, keySpec));
  const usages = keys.flatMap(({ manifest, arn, keyUsage }) => declaredAttribute(manifest, arn, keyUsage));
  return [
    ...conflictingAttributes('account-with-two-names', names, (subject) => `Account ${subject} has two names`),
    ...conflictingAttributes('key-with-two-values', specs, (subject) => `Two key specs are declared for ${subject}`),
    ...conflictingAttributes('key-with-two-values', usages, (subject) => `Two key usages are declared for ${subject}`),
  ];
}

function declaredAttribute({ uri, folder }: Manifest, subject: Spanned, attribute: Spanned | undefined): DeclaredAttribute[] {
  return attribute ? [{ subject: subject.value, value: attribute.value, at: { uri, span: attribute.span }, folder }] : [];
}

function conflictingAttributes(about: LinkConflictDraft['about'], attributes: readonly DeclaredAttribute[],
  describe: (subject: string) => string): LinkConflictDraft[] {
  return [...groupBy(attributes, ({ subject }) => [subject])].flatMap(([subject, allAttributes]): LinkConflictDraft[] => {
    const innermost = innermostDeclarations(allAttributes, ({ folder }) => folder);
    const values = [...new Set(innermost.map(({ value }) => `"${value}"`))];
    return values.length < 2 ? [] : [{ about, message: `${describe(subject)}: ${joinNames(values)}. The first one counts.`,
      places: innermost.map(({ at }) => ({ of: 'text', location: at })) }];
  });
}

/** A contradiction inside one manifest is a fault of that manifest; one between files is a conflict of links. */
export function partitionConflicts(
  drafts: readonly LinkConflictDraft[],
): { readonly conflicts: LinkConflictDraft[]; readonly problems: ManifestProblem[] } {
  const conflicts: LinkConflictDraft[] = [];
  const problems: ManifestProblem[] = [];
  for (const draft of drafts) {
    const locations = locationsInSingleManifest(draft.places);
    if (locations === undefined) conflicts.push(draft);
    // The first one counts, so the later ones are the faults.
    else problems.push(...locations.slice(1).map((at) => createManifestProblem(at, draft.message)));
  }
  return { conflicts, problems };
}

/** The places, if all of them lie in the same manifest. */
function locationsInSingleManifest(places: readonly SourceAnchor[]): Location[] | undefined {
  const locations = places.flatMap((place) => (place.of === 'text' ? [place.location] : []));
  return locations.length === places.length && new Set(locations.map(({ uri }) => uri)).size === 1 ? locations : undefined;
}
