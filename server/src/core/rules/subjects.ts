import { decidePair } from '../access/pair';
import { meetingMemory, pairsOf, type MeetingMemory } from '../access/meet';
import type { LocatedPolicy } from '../locate/located';
import type { Identity, Key, World } from '../workspace/world';
import type { IdentitySubject, KeySubject, PairSubject, PolicySubject } from './rule';

/**
 * The subjects of earlier worlds, so that a subject whose parts did not change is the same object again and what was
 * found about it stays. Hangs on the identity of Key, Identity and LocatedPolicy records, which the workspace keeps.
 */
export interface SubjectCache {
  readonly policies: WeakMap<LocatedPolicy, PolicySubject>;
  readonly pairs: WeakMap<Key, WeakMap<Identity, { readonly organizations: World['organizations']; readonly subject: PairSubject }>>;
  readonly meetings: MeetingMemory;
  readonly keys: WeakMap<Key, KeySubject>;
  readonly identities: WeakMap<Identity, IdentitySubject>;
  /** The last set of accounts, which stays the same object while its members do. */
  consumers: ReadonlySet<string>;
}

export interface Subjects {
  readonly policies: readonly PolicySubject[];
  readonly pairs: readonly PairSubject[];
  readonly keys: readonly KeySubject[];
  readonly identities: readonly IdentitySubject[];
}

export function subjectCache(): SubjectCache {
  return { policies: new WeakMap(), pairs: new WeakMap(), meetings: meetingMemory(), keys: new WeakMap(), identities: new WeakMap(), consumers: new Set() };
}

/** Cuts a world into what rules look at. */
export function subjectsOf(world: World, policies: Iterable<LocatedPolicy>, cache: SubjectCache): Subjects {
  const pairs = pairsOf(world, cache.meetings).map(({ identity, key }) => pairSubject(identity, key, world.organizations, cache));
  const byKey = group(pairs, (pair) => pair.key);
  const byIdentity = group(pairs, (pair) => pair.identity);
  const consumers = consumersOf(world, cache);
  return {
    policies: Array.from(policies, (policy) => policySubject(policy, world, cache)),
    pairs,
    keys: world.keys.map((key) => keySubject(key, byKey.get(key) ?? [], consumers, cache)),
    identities: [...new Set([...world.identities, ...byIdentity.keys()])]
      .map((identity) => identitySubject(identity, byIdentity.get(identity) ?? [], cache)),
  };
}

function policySubject(policy: LocatedPolicy, world: World, cache: SubjectCache): PolicySubject {
  const key = world.keyOf.get(policy);
  const identities = world.identitiesOf.get(policy) ?? [];
  const known = cache.policies.get(policy);
  if (known && known.key === key && sameItems(known.identities, identities)) return known;
  const subject = { policy, key, identities };
  cache.policies.set(policy, subject);
  return subject;
}

function pairSubject(identity: Identity, key: Key, organizations: World['organizations'], cache: SubjectCache): PairSubject {
  let ofKey = cache.pairs.get(key);
  if (!ofKey) cache.pairs.set(key, ofKey = new WeakMap());
  const known = ofKey.get(identity);
  if (known?.organizations === organizations) return known.subject;
  const subject: PairSubject = { identity, key, verdicts: decidePair(identity, key, organizations) };
  ofKey.set(identity, { organizations, subject });
  return subject;
}

function keySubject(key: Key, pairs: readonly PairSubject[], consumers: ReadonlySet<string>, cache: SubjectCache): KeySubject {
  const known = cache.keys.get(key);
  if (known?.consumers === consumers && sameItems(known.pairs, pairs)) return known;
  const subject = { key, pairs, consumers };
  cache.keys.set(key, subject);
  return subject;
}

function identitySubject(identity: Identity, pairs: readonly PairSubject[], cache: SubjectCache): IdentitySubject {
  const known = cache.identities.get(identity);
  if (known && sameItems(known.pairs, pairs)) return known;
  const subject = { identity, pairs };
  cache.identities.set(identity, subject);
  return subject;
}

function consumersOf(world: World, cache: SubjectCache): ReadonlySet<string> {
  const consumers = new Set(world.identities.flatMap(({ account, policies }) => account === undefined || policies.length === 0 ? [] : [account]));
  if (consumers.size !== cache.consumers.size || ![...consumers].every((account) => cache.consumers.has(account))) cache.consumers = consumers;
  return cache.consumers;
}

function group<K>(pairs: readonly PairSubject[], of: (pair: PairSubject) => K): Map<K, PairSubject[]> {
  const groups = new Map<K, PairSubject[]>();
  for (const pair of pairs) {
    const members = groups.get(of(pair));
    if (members) members.push(pair);
    else groups.set(of(pair), [pair]);
  }
  return groups;
}

export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || a.length === b.length && a.every((item, i) => item === b[i]);
}
