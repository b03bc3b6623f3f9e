import { swapsIn, unlike, type Column } from '../workspace/column';
import type { Finding } from '../rules/shared/finding';
import type { FileSubject, IdentitySubject, KeySubject, PairSubject, PolicySubject } from '../rules/rule';
import type { AnalysedSubject, Subjects } from './subjects';

/** The subjects of each kind that do not stand where they stood in another state. All that is new is among them: so few have to be looked at after a keystroke. */
interface Fresh {
  readonly files: readonly AnalysedSubject<FileSubject>[];
  readonly policies: readonly AnalysedSubject<PolicySubject>[];
  readonly pairs: readonly AnalysedSubject<PairSubject>[];
  readonly keys: readonly AnalysedSubject<KeySubject>[];
  readonly identities: readonly AnalysedSubject<IdentitySubject>[];
}

/** What is at other places than in the state before, and what stood there. Something that only moved is in both. */
export interface Turnover {
  readonly fresh: Fresh;
  readonly gone: Fresh;
}

export function turnoverOf(now: Subjects, before: Subjects | undefined): Turnover {
  return { fresh: freshIn(now, before), gone: before ? freshIn(before, now) : NOTHING };
}

const NOTHING: Fresh = { files: [], policies: [], pairs: [], keys: [], identities: [] };

function freshIn(now: Subjects, before: Subjects | undefined): Fresh {
  return {
    files: fresh(now.files, before?.files),
    policies: fresh(now.policies, before?.policies),
    pairs: [...freshPairs(now.pairs, before?.pairs), ...freshPairs(now.pairsOfPrincipalsWithoutPoliciesByKey, before?.pairsOfPrincipalsWithoutPoliciesByKey)],
    keys: fresh(now.keys, before?.keys),
    identities: [...fresh(now.identities, before?.identities), ...fresh(now.principalsWithoutPolicies, before?.principalsWithoutPolicies)],
  };
}

/** So many of them that nobody has judged. */
export function countUnjudged({ files, policies, pairs, keys, identities }: Fresh): number {
  return [files, policies, pairs, keys, identities].reduce((sum, subjects) => sum + unjudged<unknown>(subjects).length, 0);
}

/** Subjects that only moved have been judged, and so have those that an analysis that was dropped came to. */
export function unjudged<Subject>(subjects: readonly AnalysedSubject<Subject>[]): readonly AnalysedSubject<Subject>[] {
  return subjects.filter(({ findings }) => !findings);
}

/** What was found about them. */
export function foundAbout({ files, policies, pairs, keys, identities }: Fresh): readonly Finding[] {
  return [files, policies, pairs, keys, identities].flatMap((subjects: readonly AnalysedSubject<unknown>[]) => subjects.flatMap(({ findings }) => findings ?? []));
}

function fresh<Subject>(now: Column<object, Subject>, before: Column<object, Subject> | undefined): readonly Subject[] {
  return before ? unlike(now.made, before.made) : now.made;
}

type Pairs = Subjects['pairs'] | Subjects['pairsOfPrincipalsWithoutPoliciesByKey'];

/** Of each list that is another the pairs that are: a role may reach hundreds of keys. */
function freshPairs(now: Pairs, before: Pairs | undefined): readonly AnalysedSubject<PairSubject>[] {
  if (!before) return now.made.flat();
  const positions = swapsIn(now.made, before.made) ?? now.made.keys();
  return Array.from(positions, (position) => unlike(now.made[position] ?? [], before.made[position] ?? [])).flat();
}
