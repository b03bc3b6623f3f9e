import type { PairVerdicts } from '../access/pair';
import type { FileReading } from '../locate/read-file';
import type { RuleSettings } from '../workspace/rule-settings';
import type { Identity, Key, Link, World } from '../workspace/world';
import { finishAll, type Finished, type RawFindings } from './finish';
import type { Finding } from './finding';
import { cappedByLinks } from './link-trust';
import { RULES } from './registry';
import type { Draft, IdentitySubject, KeySubject, PairSubject, Rule, RuleFor, RuleMeta } from './rule';
import { subjectsOf, type Judged, type Subjects } from './subjects';
import { missing } from '../workspace/column';

/** The workspace at one moment, as far as rules see it; a `Workspace` is one. */
export interface AnalysisInput {
  readonly readings: ReadonlyMap<string, FileReading>;
  readonly world: World;
  readonly rules: RuleSettings;
}

/** All findings, and what the next analysis can take over. */
export interface Analysis {
  /** Files without findings are not in it. Sorted by place. */
  readonly byFile: ReadonlyMap<string, readonly Finding[]>;
  /** Files whose findings differ from those of the analysis before, those that have none any more included. */
  readonly changed: readonly string[];
  /** Rules that failed on some subject; the others' findings stand. */
  readonly failures: readonly RuleFailure[];
  /** The verdicts on everybody and every key that meet, by identity. Gathered when first asked for. */
  readonly pairs: ReadonlyMap<Identity, readonly PairVerdicts[]>;
  /** The same by key. */
  readonly keys: ReadonlyMap<Key, { readonly pairs: readonly PairVerdicts[] }>;
  readonly memory: AnalysisMemory;
}

export interface RuleFailure {
  readonly code: string;
  readonly error: unknown;
}

/** What was found about each subject. */
type FindingLists = readonly (readonly Finding[])[];

interface AnalysisMemory {
  readonly subjects: Subjects;
  /** Of the subjects of which anything was found. */
  readonly lists: FindingLists;
  /** Findings by file before levels, suppressions and merging. */
  readonly raw: ReadonlyMap<string, readonly Finding[]>;
  readonly finished: Finished;
}

/** Runs all rules. What did not change since `previous` is not judged again. */
export function analyse(input: AnalysisInput, previous?: Analysis, rules?: readonly Rule[]): Analysis {
  const steps = analysisSteps(input, previous, undefined, rules);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * The same in many small steps, between which it can be paused, and dropped when the workspace has changed meanwhile. What
 * every step gives is what an analysis of the next state can take over of this one, as `dropped`.
 */
export function* analysisSteps(
  input: AnalysisInput, previous?: Analysis, dropped?: HalfAnalysis, rules: readonly Rule[] = RULES,
): Generator<HalfAnalysis, Analysis, undefined> {
  const memory = previous?.memory;
  const run: Run = { rules: byScope(rules), failures: [...dropped?.failures ?? []] };
  const subjects = subjectsOf(input.world, input.readings, dropped?.subjects ?? memory?.subjects);
  const half: HalfAnalysis = { subjects, failures: run.failures };
  yield* judgeSubjects(half, run);
  const lists = [...listsOf(subjects), judge(run, run.rules.world, { world: input.world, keys: subjects.keys.made.map(({ subject }) => subject) }, [])];
  const raw = rawFindings(lists, memory);
  const finished = finishAll(input, raw, memory?.finished);
  const pairs = once(() => new Map([subjects.pairs, subjects.pairsOfNamed].flatMap(({ items, made }) => items.map((identity, i) => [identity, made[i] ?? []] as const))));
  const keys = once(() => new Map(subjects.keys.made.map(({ subject }) => [subject.key, subject])));
  return {
    byFile: finished.byFile, changed: finished.changed, failures: run.failures, memory: { subjects, lists, raw: raw.byFile, finished },
    get pairs() { return pairs(); },
    get keys() { return keys(); },
  };
}

/** Few ask for all pairs: they are gathered when somebody does. */
function once<T>(gather: () => T): () => T {
  let gathered: { readonly value: T } | undefined;
  return () => (gathered ??= { value: gather() }).value;
}

/** What was judged of an analysis that came to no end. */
export interface HalfAnalysis {
  readonly subjects: Subjects;
  readonly failures: readonly RuleFailure[];
}

/** How many subjects of it nobody has judged yet. */
export function stillToJudge({ subjects: { files, policies, pairs, namedPairs, keys, identities, named } }: HalfAnalysis): number {
  return unjudged<unknown>(files.made, policies.made, ...pairs.made, ...namedPairs.made, keys.made.map(({ subject }) => subject), identities.made, named.made).length;
}

interface Run {
  readonly rules: RulesByScope;
  readonly failures: RuleFailure[];
}

/** Judges every subject that was not judged before. */
function* judgeSubjects(half: HalfAnalysis, run: Run): Generator<HalfAnalysis, void, undefined> {
  const { files, policies, pairs, namedPairs, keys, identities, named } = half.subjects;
  const { rules } = run;
  yield* judgeEach(half, run, rules.file, unjudged(files.made), noLinks);
  yield* judgeEach(half, run, rules.policy, unjudged(policies.made), noLinks);
  yield* judgeEach(half, run, rules.pair, unjudged(...pairs.made, ...namedPairs.made), linksOfPair);
  yield* judgeEach(half, run, rules.key, unjudged(keys.made.map(({ subject }) => subject)), linksOfKey);
  yield* judgeEach(half, run, rules.identity, unjudged(identities.made, named.made), linksOfIdentity);
}

/** After a keystroke a handful among thousands. */
function unjudged<Subject>(...lists: readonly (readonly Judged<Subject>[])[]): Judged<Subject>[] {
  const open: Judged<Subject>[] = [];
  for (const list of lists) for (const subject of list) if (!subject.found) open.push(subject);
  return open;
}

function* judgeEach<Subject>(
  half: HalfAnalysis, run: Run, rules: readonly RuleFor<string, Subject>[], subjects: readonly Judged<Subject>[], linksOf: (subject: Subject) => readonly Link[],
): Generator<HalfAnalysis, void, undefined> {
  for (const subject of subjects) {
    subject.found = judge(run, rules, subject, linksOf(subject));
    yield half;
  }
}

/** What was found about each subject. */
function listsOf({ files, policies, pairs, namedPairs, keys, identities, named }: Subjects): (readonly Finding[])[] {
  const lists: (readonly Finding[])[] = [];
  const take = ({ found }: Judged<unknown>): void => {
    if (found && found.length > 0) lists.push(found);
  };
  files.made.forEach(take);
  policies.made.forEach(take);
  for (const own of pairs.made) own.forEach(take);
  for (const own of namedPairs.made) own.forEach(take);
  for (const { subject } of keys.made) take(subject);
  identities.made.forEach(take);
  named.made.forEach(take);
  return lists;
}

type RulesByScope = { readonly [S in Rule['scope']]: readonly Extract<Rule, { readonly scope: S }>[] };

function byScope(rules: readonly Rule[]): RulesByScope {
  const of = <S extends Rule['scope']>(scope: S) => rules.filter((rule): rule is Extract<Rule, { readonly scope: S }> => rule.scope === scope);
  return { file: of('file'), policy: of('policy'), pair: of('pair'), key: of('key'), identity: of('identity'), world: of('world') };
}

function noLinks(): readonly Link[] {
  return [];
}

function linksOfPair({ key, identity }: PairSubject): readonly Link[] {
  return key.link ? [key.link, identity.link] : [identity.link];
}

function linksOfKey({ key }: KeySubject): readonly Link[] {
  return key.link ? [key.link] : [];
}

function linksOfIdentity({ identity }: IdentitySubject): readonly Link[] {
  return [identity.link];
}

/** What the rules of its scope find about a subject; what goes wrong in one of them leaves the others' findings as they are. */
function judge<Subject>(run: Run, rules: readonly RuleFor<string, Subject>[], subject: Subject, links: readonly Link[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    try {
      for (const draft of rule.check(subject)) findings.push(findingOf(rule.meta, draft, links));
    } catch (error) {
      run.failures.push({ code: rule.meta.code, error });
    }
  }
  return findings;
}

/** A draft that a rule yields again is the finding that it was: so a rule that is asked often says that nothing has changed. */
const findingOfDraft = new WeakMap<Draft, Finding>();

function findingOf(meta: RuleMeta, draft: Draft, links: readonly Link[]): Finding {
  const known = findingOfDraft.get(draft);
  if (known) return known;
  const finding = complete(meta, draft, links);
  findingOfDraft.set(draft, finding);
  return finding;
}

function complete(meta: RuleMeta, draft: Draft, links: readonly Link[]): Finding {
  const finding: Finding = {
    code: meta.code, severity: meta.severity, href: meta.href, related: [], unnecessary: false, fixes: () => [], ...draft,
  };
  return cappedByLinks(finding, draft.rests ?? links);
}

/** Sorts what was found by file; the files of subjects that did not change keep their list. */
function rawFindings(lists: FindingLists, memory: AnalysisMemory | undefined): RawFindings {
  const touched = memory && touchedFiles(lists, memory.lists);
  if (memory && touched?.size === 0) return { byFile: memory.raw, touched };
  const files = new Map<string, readonly Finding[]>(memory?.raw);
  for (const uri of touched ?? []) files.delete(uri);
  for (const list of lists) {
    for (const finding of list) {
      const { uri } = finding.at;
      if (touched?.has(uri) === false) continue;
      const own = files.get(uri) as Finding[] | undefined; // made in this loop: the lists of touched files only
      if (own) own.push(finding);
      else files.set(uri, [finding]);
    }
  }
  return { byFile: files, touched };
}

/** The files of findings that are new or gone. */
function touchedFiles(now: FindingLists, before: FindingLists): ReadonlySet<string> {
  const added = new Set(missing(now, before).flat());
  const touched = new Set<string>();
  for (const finding of missing(before, now).flat()) if (!added.delete(finding)) touched.add(finding.at.uri);
  for (const { at } of added) touched.add(at.uri);
  return touched;
}
