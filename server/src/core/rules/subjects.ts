import { meetingsOf, type Meetings } from '../access/meet';
import { decidePair } from '../access/pair';
import type { FileReading } from '../locate/read-file';
import type { LocatedPolicy } from '../locate/located';
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
  readonly files: ReadonlyMap<string, Judged<FileSubject>>;
  readonly policies: ReadonlyMap<LocatedPolicy, Judged<PolicySubject>>;
  readonly pairs: ReadonlyMap<Identity, readonly Judged<PairSubject>[]>;
  readonly keys: ReadonlyMap<Key, Judged<KeySubject>>;
  readonly identities: ReadonlyMap<Identity, Judged<IdentitySubject>>;
  readonly meetings: Meetings;
  readonly organizations: World['organizations'];
  /** The accounts that have policies here. */
  readonly consumers: ReadonlySet<string>;
}

/** Cuts a world into what rules look at. */
export function subjectsOf(world: World, readings: ReadonlyMap<string, FileReading>, before?: Subjects): Subjects {
  const meetings = meetingsOf(world, before?.meetings);
  const pairs = pairSubjects(world, meetings, before);
  const consumers = consumersOf(world, before?.consumers);
  const byKey = pairsByKey(pairs);
  return {
    meetings, pairs, consumers, organizations: world.organizations,
    files: fileSubjects(readings, before?.files),
    policies: policySubjects(world, readings, before?.policies),
    keys: new Map(world.keys.map((key) => {
      const own = byKey.get(key) ?? [];
      const known = before?.keys.get(key);
      return [key, known?.consumers === consumers && sameItems(known.pairs, own) ? known : { key, pairs: own, consumers }];
    })),
    identities: new Map(Array.from(pairs, ([identity, own]) => {
      const known = before?.identities.get(identity);
      return [identity, known && sameItems(known.pairs, own) ? known : { identity, pairs: own }];
    })),
  };
}

function fileSubjects(readings: ReadonlyMap<string, FileReading>, before: Subjects['files'] | undefined): Subjects['files'] {
  return new Map(Array.from(readings, ([uri, reading]) => {
    const known = before?.get(uri);
    return [uri, known?.reading === reading ? known : { uri, reading }];
  }));
}

function policySubjects(world: World, readings: ReadonlyMap<string, FileReading>, before: Subjects['policies'] | undefined): Subjects['policies'] {
  const subjects = new Map<LocatedPolicy, PolicySubject>();
  for (const { policies } of readings.values()) {
    for (const policy of policies) {
      const key = world.keyOf.get(policy);
      const identities = world.identitiesOf.get(policy) ?? [];
      const known = before?.get(policy);
      subjects.set(policy, known && known.key === key && sameItems(known.identities, identities) ? known : { policy, key, identities });
    }
  }
  return subjects;
}

/** The pairs of each identity, those that only a key policy names last. */
function pairSubjects(world: World, { met, named }: Meetings, before: Subjects | undefined): Subjects['pairs'] {
  const kept = before?.organizations === world.organizations ? before : undefined;
  const pairs = new Map<Identity, readonly PairSubject[]>();
  for (const [identity, keys] of met) {
    const known = kept?.pairs.get(identity);
    if (known && kept?.meetings.met.get(identity) === keys) pairs.set(identity, known);
    else pairs.set(identity, keys.map((key) => pairSubject(identity, key, world, known)));
  }
  const keysOfNamed = new Map<Identity, Key[]>();
  for (const [key, identities] of named) {
    for (const identity of identities) {
      const keys = keysOfNamed.get(identity);
      if (keys) keys.push(key);
      else keysOfNamed.set(identity, [key]);
    }
  }
  for (const [identity, keys] of keysOfNamed) {
    const known = kept?.pairs.get(identity) ?? [];
    // An administrator may be named by every key policy: nearly all of them stand where they stood.
    pairs.set(identity, keys.map((key, i) => (known[i]?.key === key ? known[i] : pairSubject(identity, key, world, known))));
  }
  return pairs;
}

function pairSubject(identity: Identity, key: Key, { organizations }: World, known: readonly PairSubject[] | undefined): PairSubject {
  return known?.find((pair) => pair.key === key) ?? new UndecidedPair(identity, key, organizations);
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

function pairsByKey(pairs: Subjects['pairs']): ReadonlyMap<Key, readonly PairSubject[]> {
  const byKey = new Map<Key, PairSubject[]>();
  for (const own of pairs.values()) {
    for (const pair of own) {
      const known = byKey.get(pair.key);
      if (known) known.push(pair);
      else byKey.set(pair.key, [pair]);
    }
  }
  return byKey;
}

/** The same set as before while its members are. */
function consumersOf(world: World, before: ReadonlySet<string> | undefined): ReadonlySet<string> {
  const consumers = new Set<string>();
  for (const { account, policies } of world.identities) if (account !== undefined && policies.length > 0) consumers.add(account);
  return before?.size === consumers.size && [...consumers].every((account) => before.has(account)) ? before : consumers;
}

export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || a.length === b.length && a.every((item, i) => item === b[i]);
}
