import type { PairVerdicts } from '../access/pair';
import type { FileReading } from '../locate/read-file';
import type { RuleSettings } from '../workspace/rule-settings';
import type { Identity, Key, Link, World } from '../workspace/world';
import { showDeceptive } from '../text/deceptive';
import { unlike } from '../workspace/column';
import { finishAll, type Finished } from './finish';
import type { Finding } from './finding';
import { cappedByLinks } from './link-trust';
import { RULES } from './registry';
import type { Draft, IdentitySubject, KeySubject, PairSubject, Rule, RuleMeta } from './rule';
import { ruleBook, type RuleBook, type RulesFor } from './rule-book';
import { rawFindings } from './raw-findings';
import { subjectsOf, type Judged, type Subjects } from './subjects';
import { countUnjudged, foundAbout, turnoverOf, unjudged, type Turnover } from './turnover';

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

interface AnalysisMemory {
  readonly subjects: Subjects;
  /** What the rules found that look at the whole world. */
  readonly ofWorld: readonly Finding[];
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
  const run: Run = { rules: ruleBook(rules), failures: [...dropped?.failures ?? []] };
  const subjects = subjectsOf(input.world, input.readings, dropped?.subjects ?? memory?.subjects);
  const turnover = turnoverOf(subjects, memory?.subjects);
  const half: HalfAnalysis = { subjects, turnover, failures: run.failures };
  yield* judgeSubjects(half, run);
  const ofWorld = judge(run, run.rules.world, { world: input.world, keys: subjects.keys.made }, noLinks);
  const raw = rawFindings((uri) => memory?.finished.files.get(uri)?.raw ?? [], {
    gone: [...foundAbout(turnover.gone), ...unlike(memory?.ofWorld ?? [], ofWorld)],
    fresh: [...foundAbout(turnover.fresh), ...unlike(ofWorld, memory?.ofWorld ?? [])],
  });
  const finished = finishAll(input, raw, memory?.finished);
  const pairs = once(() => new Map([subjects.pairs, subjects.pairsOfNamed].flatMap(({ items, made }) => items.map((identity, i) => [identity, made[i] ?? []] as const))));
  const keys = once(() => new Map(subjects.keys.made.map((subject) => [subject.key, subject])));
  return {
    byFile: finished.byFile, changed: finished.changed, failures: run.failures, memory: { subjects, ofWorld, finished },
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
  readonly turnover: Turnover;
  readonly failures: readonly RuleFailure[];
}

/** How many subjects of it nobody has judged yet. */
export function stillToJudge({ turnover }: HalfAnalysis): number {
  return countUnjudged(turnover.fresh);
}

interface Run {
  readonly rules: RuleBook;
  readonly failures: RuleFailure[];
}

/** Judges every subject that was not judged before. */
function* judgeSubjects(half: HalfAnalysis, run: Run): Generator<HalfAnalysis, void, undefined> {
  const { files, policies, pairs, keys, identities } = half.turnover.fresh;
  const { rules } = run;
  yield* judgeEach(half, run, rules.file, unjudged(files), noLinks);
  yield* judgeEach(half, run, rules.policy, unjudged(policies), noLinks);
  yield* judgeEach(half, run, rules.pair, unjudged(pairs), linksOfPair);
  yield* judgeEach(half, run, rules.key, unjudged(keys), linksOfKey);
  yield* judgeEach(half, run, rules.identity, unjudged(identities), linksOfIdentity);
}

function* judgeEach<Subject>(
  half: HalfAnalysis, run: Run, rulesFor: RulesFor<Subject>, subjects: readonly Judged<Subject>[], linksOf: (subject: Subject) => readonly Link[],
): Generator<HalfAnalysis, void, undefined> {
  for (const subject of subjects) {
    subject.found = judge(run, rulesFor, subject, linksOf);
    yield half;
  }
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
function judge<Subject>(run: Run, rulesFor: RulesFor<Subject>, subject: Subject, linksOf: (subject: Subject) => readonly Link[]): readonly Finding[] {
  const findings: Finding[] = [];
  const links = linksOf(subject);
  for (const rule of rulesFor(subject)) {
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

/** What deceives the eye in names that policies hold is shown as escapes, here for all rules. */
function complete(meta: RuleMeta, draft: Draft, links: readonly Link[]): Finding {
  const { message, related = [], fixes } = draft;
  const finding: Finding = {
    code: meta.code, severity: meta.severity, href: meta.href, unnecessary: false, ...draft,
    message: showDeceptive(message),
    related: related.map(({ at, message: text }) => ({ at, message: showDeceptive(text) })),
    fixes: fixes ? (world) => fixes(world).map((fix) => ({ ...fix, title: showDeceptive(fix.title) })) : () => [],
  };
  return cappedByLinks(finding, draft.rests ?? links);
}
