import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { fileOfAnchor, type Anchor, type Links } from '../linking/drafts';
import { push } from '../linking/link-index';
import { patchedMap } from './patched-map';
import { identityOf, keyOf, reportOf, type PolicySource } from '../linking/records';
import type { Identity, Key } from '../linking/entities';
import type { World } from './world';

/** The world after the texts of these files changed in nothing that links depend on: the same links, with the policies of those files swapped. */
export function patchWorld(before: World, links: Links, source: PolicySource, changed: ReadonlySet<string>): World {
  const resting = restingOn(links);
  const keys = patchKeys(before, links, source, positionsOn(resting.keys, changed));
  const identities = patchIdentities(before, links, source, positionsOn(resting.identities, changed));
  const report = reportMoved(links, (uri) => changed.has(uri)) ? reportOf(links, source, new Map(keys.keys.map((key) => [key.id, key]))) : before.report;
  if (keys.keys === before.keys && identities.identities === before.identities && report === before.report) return before;
  return { ...before, ...keys, ...identities, report };
}

/** The positions of the drafts that the text of each file has a part in. */
interface Resting {
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly identities: ReadonlyMap<string, readonly number[]>;
}

/** Worked out once for links, and used at every keystroke until there are others. */
const restingOf = new WeakMap<Links, Resting>();

function restingOn(links: Links): Resting {
  const known = restingOf.get(links) ?? {
    keys: byFile(links.keys, ({ policy, link }) => [policy?.uri, fileOfAnchor(link?.at)]),
    identities: byFile(links.identities, ({ policies, attachment }) => [...policies.map(({ uri }) => uri), fileOfAnchor(attachment.link.at)]),
  };
  restingOf.set(links, known);
  return known;
}

function byFile<Draft>(drafts: readonly Draft[], filesOf: (draft: Draft) => readonly (string | undefined)[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  drafts.forEach((draft, position) => {
    for (const uri of new Set(filesOf(draft))) if (uri !== undefined) push(positions, uri, position);
  });
  return positions;
}

function positionsOn(resting: ReadonlyMap<string, readonly number[]>, files: Iterable<string>): ReadonlySet<number> {
  return new Set(Array.from(files, (uri) => resting.get(uri) ?? []).flat());
}

function patchKeys(before: World, links: Links, source: PolicySource, positions: Iterable<number>): Pick<World, 'keys' | 'keyOf' | 'keysByArn'> {
  const keys = [...before.keys];
  const changed = new Map<Key, Key>();
  for (const i of positions) {
    const [old, draft] = [before.keys[i], links.keys[i]];
    const key = old && draft && keyOf(draft, source, old);
    if (key && key !== old) changed.set(old, keys[i] = key);
  }
  if (changed.size === 0) return { keys: before.keys, keyOf: before.keyOf, keysByArn: before.keysByArn };
  const policies = new Map<DiscoveredPolicy, Key | undefined>();
  const arns = new Map<string, readonly Key[]>();
  for (const [old, key] of changed) {
    if (old.policy) policies.set(old.policy, undefined);
    if (key.policy) policies.set(key.policy, key);
    if (key.arn !== undefined) arns.set(key.arn, (arns.get(key.arn) ?? before.keysByArn.get(key.arn) ?? []).map((one) => (one === old ? key : one)));
  }
  return { keys, keyOf: patchedMap(before.keyOf, policies), keysByArn: patchedMap(before.keysByArn, arns) };
}

function patchIdentities(before: World, links: Links, source: PolicySource, positions: Iterable<number>): Pick<World, 'identities' | 'identitiesOf'> {
  const identities = [...before.identities];
  const changed = new Map<Identity, Identity>();
  for (const i of positions) {
    const [old, draft] = [before.identities[i], links.identities[i]];
    const identity = old && draft && identityOf(draft, source, old);
    if (identity && identity !== old) changed.set(old, identities[i] = identity);
  }
  if (changed.size === 0) return { identities: before.identities, identitiesOf: before.identitiesOf };
  return { identities, identitiesOf: swapped(before.identitiesOf, changed) };
}

/** The lists of identities by policy, after some identities changed; their policies may have, at the same positions. */
function swapped(before: World['identitiesOf'], changed: ReadonlyMap<Identity, Identity>): World['identitiesOf'] {
  const gone = new Set<DiscoveredPolicy>();
  const lists = new Map<DiscoveredPolicy, readonly Identity[]>();
  for (const [old, fresh] of changed) {
    old.policies.forEach((policy, i) => {
      const now = fresh.policies[i];
      const list = before.get(policy);
      if (now && list && !lists.has(now)) lists.set(now, list.map((identity) => changed.get(identity) ?? identity));
      gone.add(policy);
    });
  }
  return patchedMap(before, [...Array.from(gone, (policy) => [policy, undefined] as const), ...lists]);
}

function reportMoved({ ambiguous, conflicts, sharedKeyIds }: Links, isChanged: (uri: string) => boolean): boolean {
  const moved = (anchor: Anchor): boolean => {
    const uri = fileOfAnchor(anchor);
    return uri !== undefined && isChanged(uri);
  };
  return ambiguous.some(({ policy, at }) => isChanged(policy.uri) || moved(at))
    || conflicts.some(({ places }) => places.some(moved))
    || sharedKeyIds.some(({ arns }) => arns.some(({ places }) => places.some(moved)));
}
