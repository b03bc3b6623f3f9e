import type { PairVerdicts } from '../access/pair-verdicts';
import type { FileDiscovery } from '../discovery/read-file';
import type { RuleSettings } from '../manifest/rule-settings';
import type { Identity, Key, Link } from '../linking/entities';
import type { World } from '../workspace/world';
import { escapeDeceptiveCharacters } from '../text/deceptive-characters';
import { unlike } from '../workspace/column';
import { applySettings, type PublishedFindings } from './apply-settings';
import type { Finding } from '../rules/shared/finding';
import { capSeverityByLinks } from '../rules/shared/link-fixes';
import { RULES } from '../rules/registry';
import type { FindingDraft, IdentitySubject, KeySubject, PairSubject, Rule, RuleMeta } from '../rules/rule';
import { ruleBook, type RuleBook, type RulesFor } from './rule-book';
import { rawFindings } from './raw-findings';
import { subjectsOf, type AnalysedSubject, type Subjects } from './subjects';
import { countUnjudged, foundAbout, turnoverOf, unjudged, type Turnover } from './turnover';

/** The workspace at one moment, as far as rules see it; a `Workspace` is one. */
export interface AnalysisInput {
  readonly readings: ReadonlyMap<string, FileDiscovery>;
  readonly world: World;
  readonly ruleSettings: RuleSettings;
}

/** All findings, and what the next analysis can take over. */
export interface Analysis {
  /** Files without findings are not in it. Sorted by place. */
  readonly findingsByFile: ReadonlyMap<string, readonly Finding[]>;
  /** Files whose findings differ from those of the analysis before, those that have none any more included. */
  readonly changedFiles: readonly string[];
  /** Rules that failed on some subject; the others' findings stand. */
  readonly failures: readonly RuleFailure[];
  /** The verdicts on everybody and every key that meet, by identity. Gathered when first asked for. */
  readonly pairsByIdentity: ReadonlyMap<Identity, readonly PairVerdicts[]>;
  /** The same by key. */
  readonly pairsByKey: ReadonlyMap<Key, { readonly pairs: readonly PairVerdicts[] }>;
  readonly state: AnalysisState;
}

export interface RuleFailure {
  readonly code: string;
  readonly error: unknown;
}

interface AnalysisState {
  readonly subjects: Subjects;
  /** What the rules found that look at the whole world. */
  readonly worldFindings: readonly Finding[];
  readonly published: PublishedFindings;
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
  input: AnalysisInput, previous?: Analysis, dropped?: PartialAnalysis, rules: readonly Rule[] = RULES,
): Generator<PartialAnalysis, Analysis, undefined> {
  const memory = previous?.state;
  const ruleRun: RuleRun = { rules: ruleBook(rules), failures: [...dropped?.failures ?? []] };
  const subjects = subjectsOf(input.world, input.readings, dropped?.subjects ?? memory?.subjects);
  const turnover = turnoverOf(subjects, memory?.subjects);
  const half: PartialAnalysis = { subjects, turnover, failures: ruleRun.failures };
  yield* checkSubjects(half, ruleRun);
  const ofWorld = checkSubject(ruleRun, ruleRun.rules.world, { world: input.world, keySubjects: subjects.keys.made }, noLinks);
  const raw = rawFindings((uri) => memory?.published.files.get(uri)?.rawFindings ?? [], {
    gone: [...foundAbout(turnover.gone), ...unlike(memory?.worldFindings ?? [], ofWorld)],
    fresh: [...foundAbout(turnover.fresh), ...unlike(ofWorld, memory?.worldFindings ?? [])],
  });
  const publishedFindings = applySettings(input, raw, memory?.published);
  const pairs = memoized(() => new Map([subjects.pairs, subjects.pairsOfPrincipalsWithoutPolicies].flatMap(({ items, made }) => items.map((identity, i) => [identity, made[i] ?? []] as const))));
  const keys = memoized(() => new Map(subjects.keys.made.map((subject) => [subject.key, subject])));
  return {
    findingsByFile: publishedFindings.findingsByFile, changedFiles: publishedFindings.changedFiles, failures: ruleRun.failures, state: { subjects, worldFindings: ofWorld, published: publishedFindings },
    get pairsByIdentity() { return pairs(); },
    get pairsByKey() { return keys(); },
  };
}

/** Few ask for all pairs: they are gathered when somebody does. */
function memoized<T>(gather: () => T): () => T {
  let gathered: { readonly value: T } | undefined;
  return () => (gathered ??= { value: gather() }).value;
}

/** What was judged of an analysis that came to no end. */
export interface PartialAnalysis {
  readonly subjects: Subjects;
  readonly turnover: Turnover;
  readonly failures: readonly RuleFailure[];
}

/** How many subjects of it nobody has judged yet. */
export function countRemainingSubjects({ turnover }: PartialAnalysis): number {
  return countUnjudged(turnover.fresh);
}

interface RuleRun {
  readonly rules: RuleBook;
  readonly failures: RuleFailure[];
}

/** Judges every subject that was not judged before. */
function* checkSubjects(half: PartialAnalysis, ruleRun: RuleRun): Generator<PartialAnalysis, void, undefined> {
  const { files, policies, pairs, keys, identities } = half.turnover.fresh;
  const { rules } = ruleRun;
  yield* checkEachSubject(half, ruleRun, rules.file, unjudged(files), noLinks);
  yield* checkEachSubject(half, ruleRun, rules.policy, unjudged(policies), noLinks);
  yield* checkEachSubject(half, ruleRun, rules.pair, unjudged(pairs), linksOfPair);
  yield* checkEachSubject(half, ruleRun, rules.key, unjudged(keys), linksOfKey);
  yield* checkEachSubject(half, ruleRun, rules.identity, unjudged(identities), linksOfIdentity);
}

function* checkEachSubject<Subject>(
  half: PartialAnalysis, ruleRun: RuleRun, rulesFor: RulesFor<Subject>, subjects: readonly AnalysedSubject<Subject>[], linksOf: (subject: Subject) => readonly Link[],
): Generator<PartialAnalysis, void, undefined> {
  for (const subject of subjects) {
    subject.findings = checkSubject(ruleRun, rulesFor, subject, linksOf);
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
function checkSubject<Subject>(ruleRun: RuleRun, rulesFor: RulesFor<Subject>, subject: Subject, linksOf: (subject: Subject) => readonly Link[]): readonly Finding[] {
  const findings: Finding[] = [];
  const links = linksOf(subject);
  for (const rule of rulesFor(subject)) {
    try {
      for (const findingDraft of rule.check(subject)) findings.push(findingOf(rule.meta, findingDraft, links));
    } catch (error) {
      ruleRun.failures.push({ code: rule.meta.code, error });
    }
  }
  return findings;
}

/** A draft that a rule yields again is the finding that it was: so a rule that is asked often says that nothing has changed. */
const findingOfDraft = new WeakMap<FindingDraft, Finding>();

function findingOf(meta: RuleMeta, findingDraft: FindingDraft, links: readonly Link[]): Finding {
  const known = findingOfDraft.get(findingDraft);
  if (known) return known;
  const finding = completeFinding(meta, findingDraft, links);
  findingOfDraft.set(findingDraft, finding);
  return finding;
}

/** What deceives the eye in names that policies hold is shown as escapes, here for all rules. */
function completeFinding(meta: RuleMeta, findingDraft: FindingDraft, links: readonly Link[]): Finding {
  const { message, related = [], fixes } = findingDraft;
  const finding: Finding = {
    code: meta.code, severity: meta.severity, href: meta.href, unnecessary: false, ...findingDraft,
    message: escapeDeceptiveCharacters(message),
    related: related.map(({ at, message: text }) => ({ at, message: escapeDeceptiveCharacters(text) })),
    fixes: fixes ? (world) => fixes(world).map((fix) => ({ ...fix, title: escapeDeceptiveCharacters(fix.title) })) : () => [],
  };
  return capSeverityByLinks(finding, findingDraft.dependsOnLinks ?? links);
}
