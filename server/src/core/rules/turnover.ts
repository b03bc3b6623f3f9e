import { swapsIn, unlike, type Column } from '../workspace/column';
import type { Finding } from './finding';
import type { FileSubject, IdentitySubject, KeySubject, PairSubject, PolicySubject } from './rule';
import type { Judged, Subjects } from './subjects';

/**
 * The subjects that do not stand where they stood in the state before, and those that stood there. Something that only moved is in
 * both. All that is new is among them: so few subjects have to be looked at after a keystroke.
 */
export interface Turnover {
  readonly files: readonly Judged<FileSubject>[];
  readonly policies: readonly Judged<PolicySubject>[];
  readonly pairs: readonly Judged<PairSubject>[];
  readonly keys: readonly Judged<KeySubject>[];
  readonly identities: readonly Judged<IdentitySubject>[];
  readonly gone: readonly Judged<unknown>[];
}

export function turnoverOf(now: Subjects, before: Subjects | undefined): Turnover {
  return {
    files: fresh(now.files, before?.files),
    policies: fresh(now.policies, before?.policies),
    pairs: [...freshPairs(now.pairs, before?.pairs), ...freshPairs(now.namedPairs, before?.namedPairs)],
    keys: fresh(now.keys, before?.keys),
    identities: [...fresh(now.identities, before?.identities), ...fresh(now.named, before?.named)],
    gone: before ? [
      ...fresh<Judged<unknown>>(before.files, now.files), ...fresh(before.policies, now.policies), ...freshPairs(before.pairs, now.pairs),
      ...freshPairs(before.namedPairs, now.namedPairs), ...fresh(before.keys, now.keys), ...fresh(before.identities, now.identities), ...fresh(before.named, now.named),
    ] : [],
  };
}

/** What was found about subjects. */
export function foundAbout(subjects: readonly Judged<unknown>[]): readonly Finding[] {
  return subjects.flatMap(({ found }) => found ?? []);
}

function fresh<Subject>(now: Column<object, Subject>, before: Column<object, Subject> | undefined): readonly Subject[] {
  return before ? unlike(now.made, before.made) : now.made;
}

type Pairs = Subjects['pairs'] | Subjects['namedPairs'];

/** Of each list that is another the pairs that are: a role may reach hundreds of keys. */
function freshPairs(now: Pairs, before: Pairs | undefined): readonly Judged<PairSubject>[] {
  if (!before) return now.made.flat();
  const positions = swapsIn(now.made, before.made) ?? now.made.keys();
  return Array.from(positions, (position) => unlike(now.made[position] ?? [], before.made[position] ?? [])).flat();
}
