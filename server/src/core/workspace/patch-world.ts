import type { LocatedPolicy } from '../locate/located';
import { policyOfAnchor, type Anchor, type LinkPolicy, type Links } from './drafts';
import { identityOf, keyOf, reportOf, type PolicySource } from './records';
import type { Identity, World } from './world';

/** Which records and reports have to be made anew when the text, but no fact, of a file changed. */
export interface Touched {
  readonly keys: readonly number[];
  readonly identities: readonly number[];
  readonly report: boolean;
}

/** The world after a file changed in nothing that links depend on: the same links, with the policies of that file swapped. */
export function patchWorld(before: World, links: Links, source: PolicySource, touched: Touched): World {
  const keys = [...before.keys];
  const identities = [...before.identities];
  const keyOfPolicy = new Map(before.keyOf);
  const identitiesOf = new Map(before.identitiesOf);
  const byArn = new Map(before.keysByArn);
  for (const at of touched.keys) {
    const draft = links.keys[at];
    const old = before.keys[at];
    if (!draft || !old) continue;
    const key = keyOf(draft, source, old);
    keys[at] = key;
    if (old.policy) keyOfPolicy.delete(old.policy);
    if (key.policy) keyOfPolicy.set(key.policy, key);
    if (key.arn !== undefined) byArn.set(key.arn, (byArn.get(key.arn) ?? []).map((one) => (one === old ? key : one)));
  }
  for (const at of touched.identities) {
    const draft = links.identities[at];
    if (draft) identities[at] = identityOf(draft, source, before.identities[at]);
  }
  swapIdentities(identitiesOf, before.identities, identities, touched.identities);
  const report = touched.report ? reportOf(links, source, new Map(keys.map((key) => [key.id, key]))) : before.report;
  return { ...before, keys, identities, keyOf: keyOfPolicy, identitiesOf, keysByArn: byArn, report };
}

function swapIdentities(
  byPolicy: Map<LocatedPolicy, readonly Identity[]>, before: readonly Identity[], now: readonly Identity[], touched: readonly number[],
): void {
  const changed = new Map(touched.flatMap((at) => {
    const [old, fresh] = [before[at], now[at]];
    return old && fresh && old !== fresh ? [[old, fresh] as const] : [];
  }));
  const lists = new Map<LocatedPolicy, Identity[]>();
  for (const [old, fresh] of changed) {
    fresh.policies.forEach((policy, i) => {
      const oldPolicy = old.policies[i];
      const known = oldPolicy && byPolicy.get(oldPolicy);
      if (known && !lists.has(policy)) lists.set(policy, known.map((identity) => changed.get(identity) ?? identity));
    });
  }
  for (const old of changed.keys()) for (const policy of old.policies) byPolicy.delete(policy);
  for (const [policy, list] of lists) byPolicy.set(policy, list);
}

/** For each file, what `patchWorld` has to make anew when its text changes. */
export function touchedByFile(links: Links): ReadonlyMap<string, Touched> {
  const touched = new Map<string, { keys: Set<number>; identities: Set<number>; report: boolean }>();
  const of = (policy: LinkPolicy) => {
    let entry = touched.get(policy.uri);
    if (!entry) touched.set(policy.uri, entry = { keys: new Set(), identities: new Set(), report: false });
    return entry;
  };
  const anchorOf = (anchor: Anchor | undefined) => anchor && policyOfAnchor(anchor);
  const noteReport = (policy: LinkPolicy | undefined): void => {
    if (policy) of(policy).report = true;
  };
  links.keys.forEach(({ policy, link }, i) => {
    if (policy) of(policy).keys.add(i);
    const at = anchorOf(link?.at);
    if (at) of(at).keys.add(i);
  });
  links.identities.forEach(({ policies, link }, i) => {
    for (const policy of policies) of(policy).identities.add(i);
    const at = anchorOf(link.at);
    if (at) of(at).identities.add(i);
  });
  for (const { policy, at } of links.ambiguous) [policy, anchorOf(at)].forEach(noteReport);
  for (const { places } of links.conflicts) places.map(anchorOf).forEach(noteReport);
  for (const { arns } of links.sharedKeyIds) for (const { places } of arns) places.map(anchorOf).forEach(noteReport);
  return new Map(Array.from(touched, ([uri, { keys, identities, report }]) => [uri, { keys: [...keys], identities: [...identities], report }]));
}
