import { accessGraphOf, type AccessGraph } from '../access/graph/access-graph';
import { decidePair } from '../access/pair-verdicts';
import type { FileDiscovery } from '../discovery/read-file';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { columnOf, finder, placesIn, sameItems, swapsIn, type Column } from '../workspace/column';
import { push } from '../linking/link-index';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import type { Finding } from '../rules/shared/finding';
import { requestsForKey, possiblyAllowedActions } from '../rules/shared/key-access-requests';
import type { FileSubject, IdentitySubject, KeySubject, PairSubject, PolicySubject } from '../rules/rule';

/** A subject with what was found about it: kept on the subject itself, and so as long as the subject stands. */
export type AnalysedSubject<Subject> = Subject & { findings?: readonly Finding[] };

/**
 * What rules look at in one world. The next world's subjects are made from these: one whose parts did not change is the
 * same object again. That hangs on the identity of Key, Identity and LocatedPolicy records, which the workspace keeps.
 */
export interface Subjects {
  readonly files: Column<FileDiscovery, AnalysedSubject<FileSubject>>;
  readonly policies: Column<DiscoveredPolicy, AnalysedSubject<PolicySubject>>;
  readonly pairs: Column<Identity, readonly AnalysedSubject<PairSubject>[]>;
  /** The pairs of those whom only a key policy names, by key; and by identity, as they follow from that. */
  readonly pairsOfPrincipalsWithoutPoliciesByKey: Column<Key, readonly AnalysedSubject<PairSubject>[]>;
  readonly pairsOfPrincipalsWithoutPolicies: Column<Identity, readonly AnalysedSubject<PairSubject>[]>;
  readonly keys: Column<Key, AnalysedSubject<KeySubject>>;
  readonly identities: Column<Identity, AnalysedSubject<IdentitySubject>>;
  readonly principalsWithoutPolicies: Column<Identity, AnalysedSubject<IdentitySubject>>;
  readonly meetings: AccessGraph;
  readonly organizations: World['organizations'];
  /** The accounts that have policies here. */
  readonly consumerAccounts: ReadonlySet<string>;
}

/** Cuts a world into what rules look at. */
export function subjectsOf(world: World, readings: ReadonlyMap<string, FileDiscovery>, before?: Subjects): Subjects {
  const { organizations } = world;
  const accessGraph = accessGraphOf(world, before?.meetings);
  // What organizations exist may change every verdict.
  const kept = before?.organizations === organizations ? before : undefined;
  const { keysByIdentity, principalsWithoutPoliciesByKey } = accessGraph;
  const pairs = columnOf(world.identities, kept?.pairs, (identity, known, i) => (
    updatePairs(known, keysByIdentity.made[i] ?? [], (key) => new LazyPairSubject(identity, key, organizations), keyOf)
  ), kept && swapsIn(keysByIdentity.made, kept.meetings.keysByIdentity.made));
  const namedPairs = columnOf(world.keys, kept?.pairsOfPrincipalsWithoutPoliciesByKey, (key, known, i) => (
    updatePairs(known, principalsWithoutPoliciesByKey.made[i] ?? [], (identity) => new LazyPairSubject(identity, key, organizations), identityOf)
  ), kept && swapsIn(principalsWithoutPoliciesByKey.made, kept.meetings.principalsWithoutPoliciesByKey.made));
  const pairsOfNamed = pairsByIdentity(namedPairs, kept);
  const consumers = consumerAccountsOf(world, before);
  const files: FileDiscovery[] = [];
  readings.forEach((reading) => files.push(reading));
  return {
    meetings: accessGraph, pairs, pairsOfPrincipalsWithoutPoliciesByKey: namedPairs, pairsOfPrincipalsWithoutPolicies: pairsOfNamed, consumerAccounts: consumers, organizations,
    files: columnOf(files, before?.files, (reading, known) => known ?? { uri: reading.uri, reading }, []),
    policies: policySubjects(world, files, before),
    keys: keySubjects({ world, meetings: accessGraph, pairs, pairsOfPrincipalsWithoutPoliciesByKey: namedPairs, consumerAccounts: consumers }, kept),
    identities: identitySubjects(pairs, before?.identities, kept?.pairs),
    principalsWithoutPolicies: identitySubjects(pairsOfNamed, before?.principalsWithoutPolicies, kept?.pairsOfPrincipalsWithoutPolicies),
  };
}

function policySubjects({ keys, identities, keyOf: keyOfPolicy, identitiesOf }: World, files: readonly FileDiscovery[], before: Subjects | undefined): Subjects['policies'] {
  const policies = policiesIn(files, before);
  const relinked = before && relinkedPolicies({ keys, identities }, before);
  return columnOf(policies, before?.policies, (policy, known) => {
    const key = keyOfPolicy.get(policy);
    const attached = identitiesOf.get(policy) ?? NO_IDENTITIES;
    return known && known.key === key && sameItems(known.identities, attached) ? known : { policy, key, identities: attached };
  }, relinked && placesIn(policies, relinked));
}

/** In the order of the files. A file that is edited nearly always holds as many as it did. */
function policiesIn(files: readonly FileDiscovery[], before: Subjects | undefined): readonly DiscoveredPolicy[] {
  const swapped = before && swapsIn(files, before.files.items);
  if (!swapped?.every((i) => files[i]?.policies.length === before?.files.items[i]?.policies.length)) return files.flatMap(({ policies }) => policies);
  const known = before?.policies.items ?? [];
  const policies = [...known];
  for (const i of swapped) {
    before?.files.items[i]?.policies.forEach((policy, n) => {
      const now = files[i]?.policies[n];
      if (now) policies[known.indexOf(policy)] = now;
    });
  }
  return policies;
}

/** The policies of keys and identities that are others now; undefined where those do not stand at their places. */
function relinkedPolicies({ keys, identities }: Pick<World, 'keys' | 'identities'>, { meetings: { keysByIdentity, identitiesByKey } }: Subjects): ReadonlySet<DiscoveredPolicy> | undefined {
  const [swappedKeys, swappedIdentities] = [swapsIn(keys, identitiesByKey.items), swapsIn(identities, keysByIdentity.items)];
  if (!swappedKeys || !swappedIdentities) return undefined;
  return new Set([
    ...swappedKeys.flatMap((i) => [keys[i]?.policy ?? [], identitiesByKey.items[i]?.policy ?? []].flat()),
    ...swappedIdentities.flatMap((i) => [...identities[i]?.policies ?? [], ...keysByIdentity.items[i]?.policies ?? []]),
  ]);
}

const NO_IDENTITIES: readonly Identity[] = [];

/** A pair for each of the others whom somebody meets; pairs that there are already stay. */
function updatePairs<Other>(
  known: readonly PairSubject[] | undefined, others: readonly Other[], make: (other: Other) => PairSubject, otherOf: (pair: PairSubject) => unknown,
): readonly PairSubject[] {
  if (known?.length === others.length && known.every((pair, i) => otherOf(pair) === others[i])) return known;
  return others.map((other, i) => {
    // Nearly all stand where they stood.
    const own = known?.[i];
    return own && otherOf(own) === other ? own : known?.find((pair) => otherOf(pair) === other) ?? make(other);
  });
}

function keyOf({ key }: PairSubject): Key {
  return key;
}

function identityOf({ identity }: PairSubject): Identity {
  return identity;
}

/**
 * Decided when it is first judged: cutting a world into subjects is one step of work, judging them many small ones. A class, since
 * thousands of objects with a getter of their own each are slow to read.
 */
class LazyPairSubject implements AnalysedSubject<PairSubject> {
  found?: readonly Finding[];
  private decided: PairSubject['verdicts'] | undefined;
  private mayUse: PairSubject['usableActions'] | undefined;
  private asked: PairSubject['requests'] | undefined;

  constructor(readonly identity: Identity, readonly key: Key, private readonly organizations: World['organizations']) {}

  get verdicts(): PairSubject['verdicts'] {
    return this.decided ??= decidePair(this.identity, this.key, this.organizations);
  }

  get usableActions(): PairSubject['usableActions'] {
    return this.mayUse ??= possiblyAllowedActions(this.verdicts);
  }

  get requests(): PairSubject['requests'] {
    return this.asked ??= requestsForKey(this.identity, this.key);
  }
}

/** The pairs of each of those whom only key policies name. */
function pairsByIdentity(namedPairs: Subjects['pairsOfPrincipalsWithoutPoliciesByKey'], before: Subjects | undefined): Subjects['pairsOfPrincipalsWithoutPolicies'] {
  if (before?.pairsOfPrincipalsWithoutPoliciesByKey === namedPairs) return before.pairsOfPrincipalsWithoutPolicies;
  const renewed = before && renewedPairs(namedPairs.made, before.pairsOfPrincipalsWithoutPoliciesByKey.made);
  if (renewed) {
    const { items } = before.pairsOfPrincipalsWithoutPolicies;
    const theirs = new Set(Array.from(renewed.keys(), identityOf));
    return columnOf(items, before.pairsOfPrincipalsWithoutPolicies, (_, known = []) => known.map((pair) => renewed.get(pair) ?? pair), placesIn(items, theirs));
  }
  const byIdentity = new Map<Identity, PairSubject[]>();
  for (const pairs of namedPairs.made) for (const pair of pairs) push(byIdentity, pair.identity, pair);
  return columnOf([...byIdentity.keys()], before?.pairsOfPrincipalsWithoutPolicies, (identity, known) => {
    const own = byIdentity.get(identity) ?? [];
    return known && sameItems(known, own) ? known : own;
  });
}

/** The pair that stands for each that is gone; undefined where a key names others than it did. */
function renewedPairs(now: Subjects['pairsOfPrincipalsWithoutPoliciesByKey']['made'], before: Subjects['pairsOfPrincipalsWithoutPoliciesByKey']['made']): ReadonlyMap<PairSubject, PairSubject> | undefined {
  const renewed = new Map<PairSubject, PairSubject>();
  for (const position of swapsIn(now, before) ?? []) {
    const [pairs, known] = [now[position] ?? [], before[position] ?? []];
    if (pairs.length !== known.length) return undefined;
    for (const [i, pair] of pairs.entries()) {
      const old = known[i];
      if (old?.identity !== pair.identity) return undefined;
      if (old !== pair) renewed.set(old, pair);
    }
  }
  return now.length === before.length ? renewed : undefined;
}

/** Everybody whom a key meets, those that only its policy names last. */
function keySubjects(
  { world, meetings: { keysByIdentity, identitiesByKey }, pairs, pairsOfPrincipalsWithoutPoliciesByKey, consumerAccounts }: Pick<Subjects, 'meetings' | 'pairs' | 'pairsOfPrincipalsWithoutPoliciesByKey' | 'consumerAccounts'> & { readonly world: World },
  before: Subjects | undefined,
): Subjects['keys'] {
  const placeOf = finder(world.identities);
  const pairOf = (identity: Identity, key: Key): PairSubject | undefined => {
    const place = placeOf(identity);
    return pairs.made[place]?.[keysByIdentity.made[place]?.indexOf(key) ?? -1];
  };
  return columnOf(world.keys, before?.keys, (key, known, i) => {
    const own = [...(identitiesByKey.made[i] ?? NO_IDENTITIES).flatMap((identity) => pairOf(identity, key) ?? []), ...pairsOfPrincipalsWithoutPoliciesByKey.made[i] ?? []];
    return known?.consumerAccounts === consumerAccounts && sameItems(known.pairs, own) ? known : { key, pairs: own, consumerAccounts };
  }, before?.consumerAccounts === consumerAccounts ? bothSwaps([identitiesByKey.made, before.meetings.identitiesByKey.made], [pairsOfPrincipalsWithoutPoliciesByKey.made, before.pairsOfPrincipalsWithoutPoliciesByKey.made]) : undefined);
}

function bothSwaps<A, B>(one: readonly [readonly A[], readonly A[]], other: readonly [readonly B[], readonly B[]]): readonly number[] | undefined {
  const [a, b] = [swapsIn(...one), swapsIn(...other)];
  return a && b && [...a, ...b];
}

/** `before`: the subjects of these pairs, as they were. */
function identitySubjects(pairs: Subjects['pairs'], before: Subjects['identities'] | undefined, pairsBefore: Subjects['pairs'] | undefined): Subjects['identities'] {
  return columnOf(pairs.items, before, (identity, known, i) => {
    const own = pairs.made[i] ?? [];
    return known && sameItems(known.pairs, own) ? known : { identity, pairs: own };
  }, pairsBefore && swapsIn(pairs.made, pairsBefore.made));
}

/** The same set as before while its members are. */
function consumerAccountsOf({ identities }: World, before: Subjects | undefined): ReadonlySet<string> {
  const known = before?.pairs.items;
  if (before && swapsIn(identities, known)?.every((i) => consumerAccountOf(identities[i]) === consumerAccountOf(known?.[i]))) return before.consumerAccounts;
  const now = new Set(identities.flatMap((identity) => consumerAccountOf(identity) ?? []));
  return before?.consumerAccounts.size === now.size && [...now].every((account) => before.consumerAccounts.has(account)) ? before.consumerAccounts : now;
}

/** The account of an identity that has policies. */
function consumerAccountOf(identity: Identity | undefined): string | undefined {
  return identity && identity.policies.length > 0 ? identity.account : undefined;
}
