import { accessGraphOf, pairsOfGraph, updateAccessGraph, type AccessGraph, type Pair } from '../access/graph/access-graph';
import type { PairVerdicts } from '../access/pair-verdicts';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { FileDiscovery } from '../discovery/read-file';
import type { Identity, Key } from '../linking/entities';
import { appendToList } from '../linking/group-by';
import type { RuleSettings } from '../manifest/rule-settings';
import { RULES } from '../rules/registry';
import type { KeySubject, PairSubject, Rule } from '../rules/rule';
import type { Finding } from '../rules/shared/finding';
import { newRecords, oldRecords, type WorkspaceDelta } from '../workspace/delta';
import { patchMap } from '../workspace/patched-map';
import type { World } from '../workspace/world';
import { applySettings, type PublishedFindings } from './apply-settings';
import {
  createJudgements, forgetPair, judgeFile, judgeIdentity, judgeKey, judgePair, judgePolicy, judgeWorld, type Judgements, type RuleFailure,
} from './judgements';
import { rawFindings } from './raw-findings';

/** The workspace at one moment, as far as rules see it; a `Workspace` is one. */
export interface AnalysisInput {
  readonly readings: ReadonlyMap<string, FileDiscovery>;
  readonly world: World;
  readonly ruleSettings: RuleSettings;
}

/** All findings, and what the next analysis builds on. */
export interface Analysis {
  /** Files without findings are not in it. Sorted by place. */
  readonly findingsByFile: ReadonlyMap<string, readonly Finding[]>;
  /** Files whose findings differ from those of the analysis before, those that have none any more included. */
  readonly changedFiles: readonly string[];
  /** Rules that failed on some subject; the findings of the others stand. */
  readonly failures: readonly RuleFailure[];
  /** The verdicts on everybody and every key that can matter to each other, by identity. Gathered when first asked for. */
  readonly pairsByIdentity: ReadonlyMap<Identity, readonly PairVerdicts[]>;
  /** The same by key. */
  readonly pairsByKey: ReadonlyMap<Key, { readonly pairs: readonly PairVerdicts[] }>;
  readonly state: AnalysisState;
}

interface AnalysisState {
  readonly judgements: Judgements;
  readonly graph: AccessGraph;
  /** Of files, policies, keys, identities and pairs, by the record; subjects without findings are not in it. */
  readonly findingsBySubject: ReadonlyMap<object, readonly Finding[]>;
  readonly keySubjects: ReadonlyMap<Key, KeySubject>;
  /** The accounts of which the workspace has identity policies. */
  readonly consumerAccounts: ReadonlySet<string>;
  /** Of the rules that look at the whole world. */
  readonly worldFindings: readonly Finding[];
  readonly published: PublishedFindings;
}

/** An analysis that came to its end, and all that changed since. */
export interface AnalysisBase {
  readonly previous: Analysis;
  readonly delta: WorkspaceDelta;
}

/** Runs all rules. With a base only what the change concerns is judged again. */
export function analyse(input: AnalysisInput, base?: AnalysisBase, rules?: readonly Rule[]): Analysis {
  const steps = analysisSteps(input, base, rules);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/**
 * The same in many small steps, between which it can be paused, or dropped when the workspace has changed meanwhile: what was judged until
 * then is not judged again. Each step gives the number of those that are left.
 */
export function* analysisSteps(input: AnalysisInput, base?: AnalysisBase,
  rules: readonly Rule[] = RULES): Generator<number, Analysis, undefined> {
  const { world } = input;
  const previous = base?.previous;
  const plan = base && !base.delta.isOrganizationChange ? planUpdate(base, world) : planAll(input, previous, rules);
  const { judgements, graph, consumerAccounts } = plan;
  const findings = new Map<object, readonly Finding[] | undefined>(plan.removedSubjects.map((subject) => [subject, undefined]));
  const keySubjects = new Map<Key, KeySubject | undefined>(plan.removedKeys.map((key) => [key, undefined]));
  const setFindings = (subject: object, newFindings: readonly Finding[]): void => {
    findings.set(subject, newFindings.length > 0 ? newFindings : undefined);
  };
  let left = plan.readings.length + plan.policies.length + plan.pairs.length + plan.keys.length + plan.identities.length;
  for (const reading of plan.readings) {
    setFindings(reading, judgeFile(judgements, reading).findings);
    yield left--;
  }
  for (const policy of plan.policies) {
    setFindings(policy, judgePolicy(judgements, policy, world).findings);
    yield left--;
  }
  for (const pair of plan.pairs) {
    const { subject, findings: pairFindings } = judgePair(judgements, pair);
    setFindings(subject, pairFindings);
    yield left--;
  }
  for (const key of plan.keys) {
    const { subject, findings: keyFindings } = judgeKey(judgements, key, pairsOfKey(judgements, graph, key), consumerAccounts);
    keySubjects.set(key, subject);
    setFindings(key, keyFindings);
    yield left--;
  }
  for (const identity of plan.identities) {
    setFindings(identity, judgeIdentity(judgements, identity, pairsOfIdentity(judgements, graph, identity)).findings);
    yield left--;
  }
  const state = {
    judgements, graph, consumerAccounts, keySubjects: patchMap(plan.before?.keySubjects ?? NO_KEY_SUBJECTS, keySubjects),
    findingsBySubject: patchMap(plan.before?.findingsBySubject ?? NO_FINDINGS, findings),
  };
  const worldFindings = judgeWorld(judgements, { world, keySubjects: keySubjectsInOrder(world, state.keySubjects) });
  const before = plan.before?.findingsBySubject;
  const raw = rawFindings((uri) => plan.before?.published.files.get(uri)?.rawFindings ?? [], {
    removed: [...before ? [...findings.keys()].flatMap((subject) => before.get(subject) ?? []) : [], ...plan.before?.worldFindings ?? []],
    added: [...[...findings.values()].flatMap((subjectFindings) => subjectFindings ?? []), ...worldFindings],
  });
  for (const uri of plan.filesToClear) if (!raw.has(uri)) raw.set(uri, []);
  forgetOldPairs(plan);
  const published = applySettings(input, raw, previous?.state.published);
  return analysisOf(world, { ...state, worldFindings, published });
}

const NO_FINDINGS: AnalysisState['findingsBySubject'] = new Map();
const NO_KEY_SUBJECTS: AnalysisState['keySubjects'] = new Map();

function analysisOf(world: World, state: AnalysisState): Analysis {
  const { judgements, graph, keySubjects, published } = state;
  let pairsByIdentity: Analysis['pairsByIdentity'] | undefined;
  let pairsByKey: Analysis['pairsByKey'] | undefined;
  return {
    findingsByFile: published.findingsByFile, changedFiles: published.changedFiles, failures: judgements.failures.splice(0), state,
    get pairsByIdentity() { return pairsByIdentity ??= gatherPairsByIdentity(world, judgements, graph); },
    get pairsByKey() { return pairsByKey ??= new Map(keySubjectsInOrder(world, keySubjects).map((subject) => [subject.key, subject])); },
  };
}

/** Only at the end: until then the next analysis may need them to know what was removed. */
function forgetOldPairs({ judgements, graph, pairs, removedPairs }: AnalysisPlan): void {
  const judgedPairs = judgements.judgedPairs.splice(0);
  // More than planned: analyses that were dropped have judged pairs of records that are gone again.
  for (const pair of judgedPairs.length > pairs.length ? [...removedPairs, ...judgedPairs] : removedPairs) {
    if (!isInGraph(graph, pair)) forgetPair(judgements, pair);
  }
}

function isInGraph({ keysByIdentity, principalsWithoutPoliciesByKey }: AccessGraph, { identity, key }: Pair): boolean {
  return keysByIdentity.get(identity)?.includes(key) === true || principalsWithoutPoliciesByKey.get(key)?.includes(identity) === true;
}

function pairsOfKey(judgements: Judgements, { identitiesByKey, principalsWithoutPoliciesByKey }: AccessGraph,
  key: Key): readonly PairSubject[] {
  return [...identitiesByKey.get(key) ?? [], ...principalsWithoutPoliciesByKey.get(key) ?? []].map((identity) =>
    judgePair(judgements, { identity, key }).subject
  );
}

function pairsOfIdentity(judgements: Judgements, { keysByIdentity }: AccessGraph, identity: Identity): readonly PairSubject[] {
  return (keysByIdentity.get(identity) ?? []).map((key) => judgePair(judgements, { identity, key }).subject);
}

function keySubjectsInOrder({ keys }: World, keySubjects: AnalysisState['keySubjects']): readonly KeySubject[] {
  return keys.flatMap((key) => keySubjects.get(key) ?? []);
}

/** In the order of the identities, and behind them those without policies. */
function gatherPairsByIdentity({ identities, keys }: World, judgements: Judgements, graph: AccessGraph): Analysis['pairsByIdentity'] {
  const pairs = new Map<Identity, PairSubject[]>(
    identities.map((identity) => [identity, [...pairsOfIdentity(judgements, graph, identity)]]),
  );
  for (const key of keys) {
    for (const identity of graph.principalsWithoutPoliciesByKey.get(key) ?? [])
      appendToList(pairs, identity, judgePair(judgements, { identity, key }).subject);
  }
  return pairs;
}

/** What an analysis has to do, and on what it builds. */
interface AnalysisPlan {
  readonly judgements: Judgements;
  readonly graph: AccessGraph;
  readonly consumerAccounts: ReadonlySet<string>;
  /** The state of which all stands that the plan does not name; undefined where everything is judged. */
  readonly before: AnalysisState | undefined;
  readonly removedSubjects: readonly object[];
  readonly removedKeys: readonly Key[];
  readonly removedPairs: readonly Pair[];
  readonly readings: readonly FileDiscovery[];
  readonly policies: readonly DiscoveredPolicy[];
  readonly pairs: readonly Pair[];
  readonly keys: readonly Key[];
  readonly identities: readonly Identity[];
  /** Files that had findings of which nothing may be left. */
  readonly filesToClear: Iterable<string>;
}

function planAll({ readings, world }: AnalysisInput, previous: Analysis | undefined, rules: readonly Rule[]): AnalysisPlan {
  const graph = accessGraphOf(world, previous?.state.graph.principalRecords);
  const all = [...readings.values()];
  return {
    judgements: createJudgements(previous?.state.judgements.rules ?? rules, world), graph,
    consumerAccounts: consumerAccountsOf(world), before: undefined, removedSubjects: [], removedKeys: [], removedPairs: [],
    readings: all, policies: all.flatMap(({ policies }) => policies),
    pairs: pairsOfGraph(graph), keys: world.keys, identities: world.identities, filesToClear: previous?.state.published.files.keys() ?? [],
  };
}

function planUpdate({ previous: { state }, delta }: AnalysisBase, world: World): AnalysisPlan {
  const { judgements } = state;
  const { graph, delta: { removed, added } } = updateAccessGraph(state.graph, world, delta);
  const consumerAccounts = consumerAccountsAfter(state.consumerAccounts, world, delta);
  const [oldKeys, newKeys] = [oldRecords(delta.keys), newRecords(delta.keys)];
  const [oldIdentities, newIdentities] = [oldRecords(delta.identities), newRecords(delta.identities)];
  const isOldKey = new Set(oldKeys);
  const isOldIdentity = new Set(oldIdentities);
  const keys = consumerAccounts === state.consumerAccounts
    ? new Set([...newKeys, ...[...removed, ...added].flatMap(({ key }) => (isOldKey.has(key) ? [] : key))]) : new Set(world.keys);
  const identities = new Set([...newIdentities, ...[...removed, ...added].flatMap(({ identity }) => (
    isOldIdentity.has(identity) || !graph.keysByIdentity.has(identity) ? [] : identity))]);
  const oldPolicies = new Set(oldRecords(delta.readings).flatMap(({ policies }) => policies));
  const linkedPolicies = [
    ...[...oldKeys, ...newKeys].flatMap(({ policy }) => policy ?? []),
    ...[...oldIdentities, ...newIdentities].flatMap(({ policies }) => policies),
  ];
  const readings = newRecords(delta.readings);
  const newPolicies = readings.flatMap(({ policies }) => policies);
  const removedPairSubjects = removed.map((pair) => judgePair(judgements, pair).subject);
  return {
    judgements, graph, consumerAccounts, before: state, readings, pairs: added, keys: [...keys], identities: [...identities],
    policies: [...new Set([...newPolicies, ...linkedPolicies.filter((policy) => !oldPolicies.has(policy))])],
    removedKeys: oldKeys, removedPairs: removed,
    removedSubjects: [...oldRecords(delta.readings), ...oldPolicies, ...removedPairSubjects, ...oldKeys, ...oldIdentities],
    filesToClear: [],
  };
}

function consumerAccountsOf({ identities }: Pick<World, 'identities'>): ReadonlySet<string> {
  return new Set(identities.flatMap((identity) => consumerAccountOf(identity) ?? []));
}

/** The same set as before while its members are the same. */
function consumerAccountsAfter(before: ReadonlySet<string>, world: World, { identities }: WorkspaceDelta): ReadonlySet<string> {
  const isSame = identities.added.length === 0 && identities.removed.length === 0
    && [...identities.replaced].every(([old, identity]) => consumerAccountOf(old) === consumerAccountOf(identity));
  if (isSame) return before;
  const accounts = consumerAccountsOf(world);
  return before.size === accounts.size && [...accounts].every((account) => before.has(account)) ? before : accounts;
}

/** The account of an identity that has policies. */
function consumerAccountOf(identity: Identity): string | undefined {
  return identity.policies.length > 0 ? identity.account : undefined;
}
