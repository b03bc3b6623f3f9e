import { meetingsOf, type Meetings } from '../access/meet';
import { decidePair } from '../access/pair';
import type { FileReading } from '../locate/read-file';
import type { LocatedPolicy } from '../locate/located';
import { columnOf, positionsOf, sameItems, type Column } from '../workspace/column';
import type { Identity, Key, World } from '../workspace/world';
import type { Finding } from './finding';
import type { FileSubject, IdentitySubject, KeySubject, PairSubject, PolicySubject } from './rule';

/** A subject with what was found about it: kept on the subject itself, and so as long as the subject stands. */
export type Judged<Subject> = Subject & { found?: readonly Finding[] };

/**
 * What rules look at in one world. The next world's subjects are made from these: one whose parts did not change is the
 * same object again. That hangs on the identity of Key, Identity and LocatedPolicy records, which the workspace keeps.
 */
export interface Subjects {
  readonly files: Column<FileReading, Judged<FileSubject>>;
  readonly policies: Column<LocatedPolicy, Judged<PolicySubject>>;
  readonly pairs: Column<Identity, readonly Judged<PairSubject>[]>;
  /** The pairs of those whom only a key policy names, by key; and by identity, as they follow from that. */
  readonly namedPairs: Column<Key, readonly Judged<PairSubject>[]>;
  readonly pairsOfNamed: Column<Identity, readonly Judged<PairSubject>[]>;
  readonly keys: Column<Key, KeyEntry>;
  readonly identities: Column<Identity, Judged<IdentitySubject>>;
  readonly named: Column<Identity, Judged<IdentitySubject>>;
  readonly meetings: Meetings;
  readonly organizations: World['organizations'];
  /** The accounts that have policies here. */
  readonly consumers: ReadonlySet<string>;
}

/** A key's subject, with the lists that it was made from. */
interface KeyEntry {
  readonly subject: Judged<KeySubject>;
  readonly metBy: readonly Identity[];
  readonly named: readonly PairSubject[];
}

/** Cuts a world into what rules look at. */
export function subjectsOf(world: World, readings: ReadonlyMap<string, FileReading>, before?: Subjects): Subjects {
  const { organizations } = world;
  const meetings = meetingsOf(world, before?.meetings);
  // What organizations exist may change every verdict.
  const kept = before?.organizations === organizations ? before : undefined;
  const pairs = columnOf(world.identities, kept?.pairs, (identity, known, i) => {
    const keys = meetings.met.made[i] ?? [];
    return known && keys === kept?.meetings.met.made[i] ? known : pairsWith(known, keys, (key) => new UndecidedPair(identity, key, organizations), keyOf);
  });
  const namedPairs = columnOf(world.keys, kept?.namedPairs, (key, known, i) => {
    const identities = meetings.named.made[i] ?? [];
    return known && identities === kept?.meetings.named.made[i] ? known : pairsWith(known, identities, (identity) => new UndecidedPair(identity, key, organizations), identityOf);
  });
  const pairsOfNamed = kept?.namedPairs === namedPairs ? kept.pairsOfNamed : pairsByIdentity(namedPairs, kept?.pairsOfNamed);
  const consumers = consumersOf(world, before);
  return {
    meetings, pairs, namedPairs, pairsOfNamed, consumers, organizations,
    files: columnOf([...readings.values()], before?.files, (reading, known) => known ?? { uri: reading.uri, reading }),
    policies: policySubjects(world, readings, before?.policies),
    keys: keySubjects({ world, meetings, pairs, namedPairs, consumers }, kept?.keys),
    identities: identitySubjects(pairs, before?.identities),
    named: identitySubjects(pairsOfNamed, before?.named),
  };
}

function policySubjects(world: World, readings: ReadonlyMap<string, FileReading>, before: Subjects['policies'] | undefined): Subjects['policies'] {
  const policies: LocatedPolicy[] = [];
  for (const reading of readings.values()) policies.push(...reading.policies);
  return columnOf(policies, before, (policy, known) => {
    const key = world.keyOf.get(policy);
    const identities = world.identitiesOf.get(policy) ?? NOBODY;
    return known && known.key === key && sameItems(known.identities, identities) ? known : { policy, key, identities };
  });
}

const NOBODY: readonly Identity[] = [];

/** A pair for each of the others whom somebody meets; pairs that there are already stay. */
function pairsWith<Other>(
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
class UndecidedPair implements Judged<PairSubject> {
  found?: readonly Finding[];
  private decided: PairSubject['verdicts'] | undefined;

  constructor(readonly identity: Identity, readonly key: Key, private readonly organizations: World['organizations']) {}

  get verdicts(): PairSubject['verdicts'] {
    return this.decided ??= decidePair(this.identity, this.key, this.organizations);
  }
}

/** The pairs of each of those whom only key policies name. */
function pairsByIdentity({ made }: Subjects['namedPairs'], before: Subjects['pairsOfNamed'] | undefined): Subjects['pairsOfNamed'] {
  const byIdentity = new Map<Identity, PairSubject[]>();
  for (const pairs of made) {
    for (const pair of pairs) {
      const known = byIdentity.get(pair.identity);
      if (known) known.push(pair);
      else byIdentity.set(pair.identity, [pair]);
    }
  }
  return columnOf([...byIdentity.keys()], before, (identity, known) => {
    const own = byIdentity.get(identity) ?? [];
    return known && sameItems(known, own) ? known : own;
  });
}

/** Everybody whom a key meets, those that only its policy names last. */
function keySubjects(
  { world, meetings, pairs, namedPairs, consumers }: Pick<Subjects, 'meetings' | 'pairs' | 'namedPairs' | 'consumers'> & { readonly world: World },
  before: Subjects['keys'] | undefined,
): Subjects['keys'] {
  let positions: ReadonlyMap<Identity, number> | undefined;
  const pairOf = (identity: Identity, key: Key): readonly PairSubject[] => {
    positions ??= positionsOf(world.identities);
    return pairs.made[positions.get(identity) ?? -1]?.filter((pair) => pair.key === key) ?? [];
  };
  return columnOf(world.keys, before, (key, known, i) => {
    const metBy = meetings.metBy.made[i] ?? NOBODY;
    const named = namedPairs.made[i] ?? [];
    if (known?.metBy === metBy && known.named === named && known.subject.consumers === consumers) return known;
    return { metBy, named, subject: { key, pairs: [...metBy.flatMap((identity) => pairOf(identity, key)), ...named], consumers } };
  });
}

function identitySubjects(pairs: Subjects['pairs'], before: Subjects['identities'] | undefined): Subjects['identities'] {
  return columnOf(pairs.items, before, (identity, known, i) => {
    const own = pairs.made[i] ?? [];
    return known && sameItems(known.pairs, own) ? known : { identity, pairs: own };
  });
}

/** The same set as before while its members are. */
function consumersOf({ identities }: World, before: Subjects | undefined): ReadonlySet<string> {
  const known = before?.pairs.items;
  if (before && known?.length === identities.length && identities.every((identity, i) => consumerOf(identity) === consumerOf(known[i]))) return before.consumers;
  return new Set(identities.flatMap((identity) => consumerOf(identity) ?? []));
}

/** The account of an identity that has policies. */
function consumerOf(identity: Identity | undefined): string | undefined {
  return identity && identity.policies.length > 0 ? identity.account : undefined;
}
