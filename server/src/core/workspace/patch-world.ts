import type { LocatedPolicy } from '../locate/located';
import { fileOfAnchor, type Anchor, type Links } from './drafts';
import { identityOf, keyOf, reportOf, type PolicySource } from './records';
import type { Identity, Key, World } from './world';

/** The world after texts changed in nothing that links depend on: the same links, with the policies of those files swapped. */
export function patchWorld(before: World, links: Links, source: PolicySource, isChanged: (uri: string) => boolean): World {
  const keys = patchKeys(before, links, source, isChanged);
  const identities = patchIdentities(before, links, source, isChanged);
  const report = reportMoved(links, isChanged) ? reportOf(links, source, new Map(keys.keys.map((key) => [key.id, key]))) : before.report;
  if (keys.keys === before.keys && identities.identities === before.identities && report === before.report) return before;
  return { ...before, ...keys, ...identities, report };
}

function patchKeys(before: World, links: Links, source: PolicySource, isChanged: (uri: string) => boolean): Pick<World, 'keys' | 'keyOf' | 'keysByArn'> {
  const keys = [...before.keys];
  const changed = new Map<Key, Key>();
  links.keys.forEach((draft, i) => {
    const old = before.keys[i];
    const at = fileOfAnchor(draft.link?.at);
    if (!old || !(draft.policy && isChanged(draft.policy.uri)) && !(at !== undefined && isChanged(at))) return;
    const key = keyOf(draft, source, old);
    if (key !== old) changed.set(old, keys[i] = key);
  });
  if (changed.size === 0) return { keys: before.keys, keyOf: before.keyOf, keysByArn: before.keysByArn };
  const keyOfPolicy = new Map(before.keyOf);
  const keysByArn = new Map(before.keysByArn);
  for (const [old, key] of changed) {
    if (old.policy) keyOfPolicy.delete(old.policy);
    if (key.policy) keyOfPolicy.set(key.policy, key);
    if (key.arn !== undefined) keysByArn.set(key.arn, (keysByArn.get(key.arn) ?? []).map((one) => (one === old ? key : one)));
  }
  return { keys, keyOf: keyOfPolicy, keysByArn };
}

function patchIdentities(before: World, links: Links, source: PolicySource, isChanged: (uri: string) => boolean): Pick<World, 'identities' | 'identitiesOf'> {
  const identities = [...before.identities];
  const changed = new Map<Identity, Identity>();
  links.identities.forEach((draft, i) => {
    const old = before.identities[i];
    const at = fileOfAnchor(draft.attachment.link.at);
    if (!old || !draft.policies.some(({ uri }) => isChanged(uri)) && !(at !== undefined && isChanged(at))) return;
    const identity = identityOf(draft, source, old);
    if (identity !== old) changed.set(old, identities[i] = identity);
  });
  if (changed.size === 0) return { identities: before.identities, identitiesOf: before.identitiesOf };
  return { identities, identitiesOf: swapped(before.identitiesOf, changed) };
}

/** The lists of identities by policy, after some identities changed; their policies may have, at the same positions. */
function swapped(before: World['identitiesOf'], changed: ReadonlyMap<Identity, Identity>): World['identitiesOf'] {
  const byPolicy = new Map(before);
  const lists = new Map<LocatedPolicy, readonly Identity[]>();
  for (const [old, fresh] of changed) {
    old.policies.forEach((policy, i) => {
      const now = fresh.policies[i];
      const list = before.get(policy);
      if (now && list && !lists.has(now)) lists.set(now, list.map((identity) => changed.get(identity) ?? identity));
      byPolicy.delete(policy);
    });
  }
  for (const [policy, list] of lists) byPolicy.set(policy, list);
  return byPolicy;
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
