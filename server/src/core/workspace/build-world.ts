import type { LocatedPolicy } from '../locate/located';
import type { Declared } from './declared';
import type { Links } from './drafts';
import { identityOf, keyOf, reportOf, type PolicySource } from './records';
import { sameData } from './same';
import type { Identity, Key, World } from './world';

/**
 * The world that the links describe. Records of `before` that would come out equal are taken over as they are: what was
 * worked out for a Key, an Identity or a pair of them stays valid as long as the objects stay the same.
 */
export function buildWorld(links: Links, declared: Declared, source: PolicySource, before: World): World {
  const keysBefore = new Map(before.keys.map((key) => [key.id, key]));
  const identitiesBefore = new Map(before.identities.map((identity) => [identity.id, identity]));
  const keys = links.keys.map((draft) => keyOf(draft, source, keysBefore.get(draft.id)));
  const identities = links.identities.map((draft) => identityOf(draft, source, identitiesBefore.get(draft.id)));
  return {
    keys: keptList(before.keys, keys),
    identities: keptList(before.identities, identities),
    keyOf: new Map(keys.flatMap((key) => (key.policy ? [[key.policy, key] as const] : []))),
    identitiesOf: identitiesByPolicy(identities),
    keysByArn: keysByArn(keys),
    accounts: links.accounts,
    organizations: sameData([...before.organizations], [...declared.organizations]) ? before.organizations : declared.organizations,
    facts: links.facts,
    folders: before.folders,
    manifests: declared.manifests,
    report: reportOf(links, source, new Map(keys.map((key) => [key.id, key]))),
  };
}

function keptList<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return before.length === now.length && now.every((item, i) => item === before[i]) ? before : now;
}

function identitiesByPolicy(identities: readonly Identity[]): Map<LocatedPolicy, readonly Identity[]> {
  const byPolicy = new Map<LocatedPolicy, Identity[]>();
  for (const identity of identities) {
    for (const policy of identity.policies) {
      const list = byPolicy.get(policy);
      if (list) list.push(identity);
      else byPolicy.set(policy, [identity]);
    }
  }
  return byPolicy;
}

function keysByArn(keys: readonly Key[]): Map<string, readonly Key[]> {
  const byArn = new Map<string, Key[]>();
  for (const key of keys) {
    if (key.arn === undefined) continue;
    const list = byArn.get(key.arn);
    if (list) list.push(key);
    else byArn.set(key.arn, [key]);
  }
  return byArn;
}
