import type { FileReading } from '../locate/read-file';
import type { RuleSettings, SuppressionSetting } from '../workspace/rule-settings';
import type { Link, World } from '../workspace/world';
import { finishFile, unusedSuppressions } from './finish';
import type { Finding } from './finding';
import { cappedByLinks } from './link-trust';
import { RULES } from './registry';
import type { Draft, IdentitySubject, KeySubject, PairSubject, Rule, RuleFor, RuleMeta } from './rule';
import { sameItems, subjectCache, subjectsOf, type SubjectCache, type Subjects } from './subjects';

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
  readonly memory: AnalysisMemory;
}

export interface RuleFailure {
  readonly code: string;
  readonly error: unknown;
}

interface AnalysisMemory {
  readonly subjects: SubjectCache;
  /** What each rule scope found for a subject. */
  readonly found: WeakMap<object, readonly Finding[]>;
  /** Findings of drafts that a rule yielded again. */
  readonly drafts: WeakMap<Draft, Finding>;
  /** What was found about each subject of which anything was. */
  readonly lists: ReadonlySet<readonly Finding[]>;
  /** Findings by file before levels, suppressions and merging. */
  readonly raw: ReadonlyMap<string, readonly Finding[]>;
  readonly settings: RuleSettings;
}

/** Runs all rules. What did not change since `previous` is not judged again. */
export function analyse(input: AnalysisInput, previous?: Analysis, rules: readonly Rule[] = RULES): Analysis {
  const memory = previous?.memory;
  const subjectsMemory = memory?.subjects ?? subjectCache();
  const found = memory?.found ?? new WeakMap<object, readonly Finding[]>();
  const failures: RuleFailure[] = [];
  const policies = [...input.readings.values()].flatMap((reading) => reading.policies);
  const subjects = subjectsOf(input.world, policies, subjectsMemory);
  const drafts = memory?.drafts ?? new WeakMap<Draft, Finding>();
  const lists = Array.from(collect(input, subjects, { rules: byScope(rules), found, drafts, failures })).filter((list) => list.length > 0);
  const raw = rawFindings(lists, memory);
  const finished = finishAll(input, raw, previous);
  return { ...finished, failures, memory: { subjects: subjectsMemory, found, drafts, lists: new Set(lists), raw: raw.byFile, settings: input.rules } };
}

interface Run {
  readonly rules: RulesByScope;
  readonly found: WeakMap<object, readonly Finding[]>;
  readonly drafts: WeakMap<Draft, Finding>;
  readonly failures: RuleFailure[];
}

function* collect(input: AnalysisInput, subjects: Subjects, run: Run): Iterable<readonly Finding[]> {
  const { file, policy, pair, key, identity, world } = run.rules;
  for (const [uri, reading] of input.readings) yield judge(run, file, reading, { uri, reading }, []);
  for (const subject of subjects.policies) yield judge(run, policy, subject, subject, []);
  for (const subject of subjects.pairs) yield judge(run, pair, subject, subject, linksOfPair(subject));
  for (const subject of subjects.keys) yield judge(run, key, subject, subject, linksOfKey(subject));
  for (const subject of subjects.identities) yield judge(run, identity, subject, subject, linksOfIdentity(subject));
  yield judge(run, world, input.world, { world: input.world, keys: subjects.keys }, []);
}

type RulesByScope = { readonly [S in Rule['scope']]: readonly Extract<Rule, { readonly scope: S }>[] };

function byScope(rules: readonly Rule[]): RulesByScope {
  const of = <S extends Rule['scope']>(scope: S) => rules.filter((rule): rule is Extract<Rule, { readonly scope: S }> => rule.scope === scope);
  return { file: of('file'), policy: of('policy'), pair: of('pair'), key: of('key'), identity: of('identity'), world: of('world') };
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

/** The rules of the scope on one subject; what was found about `owner` before stands, since it did not change. */
function judge<Subject>(
  run: Run, rules: readonly RuleFor<string, Subject>[], owner: object, subject: Subject, links: readonly Link[],
): readonly Finding[] {
  const known = run.found.get(owner);
  if (known) return known;
  const findings: Finding[] = [];
  for (const rule of rules) {
    try {
      for (const draft of rule.check(subject)) findings.push(completed(run, rule.meta, draft, links));
    } catch (error) {
      run.failures.push({ code: rule.meta.code, error });
    }
  }
  run.found.set(owner, findings);
  return findings;
}

/** A draft that is the same object as before hangs on nothing that changed. */
function completed(run: Run, meta: RuleMeta, draft: Draft, links: readonly Link[]): Finding {
  const known = run.drafts.get(draft);
  if (known) return known;
  const finding = complete(meta, draft, links);
  run.drafts.set(draft, finding);
  return finding;
}

function complete(meta: RuleMeta, draft: Draft, links: readonly Link[]): Finding {
  const finding: Finding = {
    code: meta.code, severity: meta.severity, href: meta.href, related: [], unnecessary: false, fixes: () => [], ...draft,
  };
  return cappedByLinks(finding, draft.rests ?? links);
}

interface RawFindings {
  readonly byFile: ReadonlyMap<string, readonly Finding[]>;
  /** The files in which anything may differ from before; undefined: all. */
  readonly touched: ReadonlySet<string> | undefined;
}

/** Sorts what was found by file; the files of subjects that did not change keep their list. */
function rawFindings(lists: readonly (readonly Finding[])[], memory: AnalysisMemory | undefined): RawFindings {
  const touched = memory && touchedFiles(lists, memory.lists);
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
function touchedFiles(lists: readonly (readonly Finding[])[], before: ReadonlySet<readonly Finding[]>): ReadonlySet<string> {
  const now = new Set(lists);
  const added = new Set(lists.flatMap((list) => (before.has(list) ? [] : list)));
  const touched = new Set<string>();
  for (const list of before) {
    if (now.has(list)) continue;
    for (const finding of list) if (!added.delete(finding)) touched.add(finding.at.uri);
  }
  for (const { at } of added) touched.add(at.uri);
  return touched;
}

function finishAll(input: AnalysisInput, raw: RawFindings, previous: Analysis | undefined): Pick<Analysis, 'byFile' | 'changed'> {
  const { rules: settings } = input;
  // Whether a suppression is used is told by all files together.
  const keeps = previous?.memory.settings === settings && settings.suppressions.length === 0;
  const touched = keeps && raw.touched ? raw.touched : new Set([...raw.byFile.keys(), ...previous?.byFile.keys() ?? []]);
  const used = new Set<SuppressionSetting>();
  const result = new Map(previous?.byFile);
  for (const uri of touched) {
    const finished = finishFile(raw.byFile.get(uri) ?? [], settings, input.readings.get(uri), used);
    if (finished.length > 0) result.set(uri, finished);
    else result.delete(uri);
  }
  const unused = unusedSuppressions(settings, used);
  for (const [uri, findings] of unused) result.set(uri, [...result.get(uri) ?? [], ...findings]);
  const changed = [...new Set([...touched, ...unused.keys()])].filter((uri) => !sameFindings(previous?.byFile.get(uri) ?? [], result.get(uri) ?? []));
  return { byFile: result, changed };
}

/** Whether two lists would look the same to a person; fixes are made anew when asked for. */
function sameFindings(a: readonly Finding[], b: readonly Finding[]): boolean {
  return sameItems(a, b) || a.length === b.length && a.every((finding, i) => sameFinding(finding, b[i]));
}

function sameFinding(a: Finding, b: Finding | undefined): boolean {
  return b !== undefined && a.code === b.code && a.severity === b.severity && a.message === b.message
    && a.at.span.start === b.at.span.start && a.at.span.end === b.at.span.end
    && a.related.length === b.related.length
    && a.related.every((related, i) => {
      const other = b.related[i];
      return other !== undefined && related.message === other.message && related.at.uri === other.at.uri
        && related.at.span.start === other.at.span.start && related.at.span.end === other.at.span.end;
    });
}
