import type { Pair } from '../access/graph/access-graph';
import { decidePair } from '../access/pair-verdicts';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { FileDiscovery } from '../discovery/read-file';
import type { Identity, Key, Link } from '../linking/entities';
import { haveSameItems } from '../linking/same-data';
import type { Finding } from '../rules/shared/finding';
import { possiblyAllowedActions, requestsForKey, verdictGroupsWithReasons } from '../rules/shared/key-access-requests';
import { assumptionsInPair, assumptionsInPolicy } from '../rules/shared/finding-assumptions';
import { capSeverityByAssumptions, capSeverityByLinks } from '../rules/shared/link-fixes';
import type { FileSubject, FindingDraft, IdentitySubject, KeySubject, PairSubject, PolicySubject, Rule, WorldSubject } from '../rules/rule';
import { escapeDeceptiveCharacters } from '../text/deceptive-characters';
import type { Location } from '../text/span';
import type { World } from '../workspace/world';
import { checkPolicy, checksByKind, type ChecksByKind } from './check-policy';

export interface RuleFailure {
  readonly code: string;
  readonly error: unknown;
}

/** What the rules found about a subject, as the subject was then. */
export interface Judgement<Subject> {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
}

/**
 * The judgements of the engine, each kept as long as what it is about. They stay right as long as rules and organizations do, also those
 * of an analysis that was dropped before its end.
 */
export interface Judgements {
  readonly rules: readonly Rule[];
  readonly ruleCodes: readonly string[];
  readonly checks: ChecksByKind;
  readonly organizations: World['organizations'];
  readonly memoize: World['memoize'];
  readonly files: WeakMap<FileDiscovery, Judgement<FileSubject>>;
  readonly policies: WeakMap<DiscoveredPolicy, Judgement<PolicySubject>>;
  readonly pairs: WeakMap<Identity, Map<Key, Judgement<PairSubject>>>;
  readonly keys: WeakMap<Key, Judgement<KeySubject>>;
  readonly identities: WeakMap<Identity, Judgement<IdentitySubject>>;
  /** A draft that a rule yields again is the finding that it was. */
  readonly findingsByDraft: WeakMap<FindingDraft, Finding>;
  /** The pairs that were judged, and the rules that failed, since the last analysis that came to its end. */
  readonly judgedPairs: Pair[];
  readonly failures: RuleFailure[];
}

export function createJudgements(rules: readonly Rule[], { organizations, memoize }: World): Judgements {
  return {
    rules, ruleCodes: rules.map(({ code }) => code), checks: checksByKind(rules), organizations, memoize, files: new WeakMap(),
    policies: new WeakMap(), pairs: new WeakMap(), keys: new WeakMap(), identities: new WeakMap(),
    findingsByDraft: new WeakMap(), judgedPairs: [], failures: [],
  };
}

/** Each of these gives the judgement that stands already, or makes it. */
export function judgeFile(judgements: Judgements, reading: FileDiscovery): Judgement<FileSubject> {
  const judgement = judgements.files.get(reading);
  if (judgement) return judgement;
  const subject = { uri: reading.uri, reading, ruleCodes: judgements.ruleCodes };
  return remember(judgements.files, reading, { subject, findings: check(judgements, judgements.checks.file, subject, []) });
}

export function judgePolicy(judgements: Judgements, policy: DiscoveredPolicy,
  { keyByPolicy, identitiesByPolicy }: World): Judgement<PolicySubject> {
  const { memoize } = judgements;
  const subject = { policy, key: keyByPolicy.get(policy), identities: identitiesByPolicy.get(policy) ?? NO_IDENTITIES, memoize };
  const judgement = judgements.policies.get(policy);
  if (judgement && subject.key === judgement.subject.key && haveSameItems(judgement.subject.identities, subject.identities))
    return judgement;
  // A policy that AWS gives where none is written is not a fault of the file.
  return remember(judgements.policies, policy, { subject,
    findings: policy.isImplicit === true ? [] : policyFindings(judgements, subject) });
}

const NO_IDENTITIES: readonly Identity[] = [];

export function judgePair(judgements: Judgements, pair: Pair): Judgement<PairSubject> {
  const { identity, key } = pair;
  let pairsOfIdentity = judgements.pairs.get(identity);
  if (!pairsOfIdentity) judgements.pairs.set(identity, pairsOfIdentity = new Map<Key, Judgement<PairSubject>>());
  const judgement = pairsOfIdentity.get(key);
  if (judgement) return judgement;
  judgements.judgedPairs.push(pair);
  const { memoize } = judgements;
  const verdicts = decidePair(identity, key, judgements);
  const requests = requestsForKey(identity, key, memoize);
  const subject = { identity, key, verdicts, usableActions: possiblyAllowedActions(verdicts), requests, memoize };
  const links = key.link ? [key.link, identity.link] : [identity.link];
  const checks = judgements.checks.pair.filter(([{ check: { pairReasons } }]) =>
    !pairReasons || verdictGroupsWithReasons(verdicts, pairReasons).length > 0
  );
  return remember(pairsOfIdentity, key, { subject, findings: check(judgements, checks, subject, links,
    (at) => assumptionsInPair(key.policy, identity.policies, at)) });
}

export function judgeKey(
  judgements: Judgements, key: Key, pairs: readonly PairSubject[], consumerAccounts: KeySubject['consumerAccounts'],
): Judgement<KeySubject> {
  const judgement = judgements.keys.get(key);
  if (judgement?.subject.consumerAccounts === consumerAccounts && haveSameItems(judgement.subject.pairs, pairs)) return judgement;
  const subject = { key, pairs, consumerAccounts, memoize: judgements.memoize };
  const links = key.link ? [key.link] : [];
  return remember(judgements.keys, key, { subject, findings: check(judgements, judgements.checks.key, subject, links,
    (at) => assumptionsInPair(key.policy, pairs.flatMap(({ identity }) => identity.policies), at)) });
}

export function judgeIdentity(judgements: Judgements, identity: Identity, pairs: readonly PairSubject[]): Judgement<IdentitySubject> {
  const judgement = judgements.identities.get(identity);
  if (judgement && haveSameItems(judgement.subject.pairs, pairs)) return judgement;
  const subject = { identity, pairs, memoize: judgements.memoize };
  // Findings about an identity are in its policies. Many key policies may name one that has none in the workspace.
  const findings = identity.policies.length > 0 ? check(judgements, judgements.checks.identity, subject, [identity.link],
    (at, dependsOnLinks) => {
      const keyPolicies = pairs.flatMap(({ key: { policy, link } }) => (policy && link && dependsOnLinks.includes(link) ? policy : []));
      return [undefined, ...keyPolicies].flatMap((keyPolicy) => assumptionsInPair(keyPolicy, keyPolicy ? [] : identity.policies, at));
    }) : [];
  return remember(judgements.identities, identity, { subject, findings });
}

/** Asked anew each time: the world is another one after every change. */
export function judgeWorld(judgements: Judgements, subject: WorldSubject): readonly Finding[] {
  return check(judgements, judgements.checks.world, subject, []);
}

/** Forgets a pair that is not in the graph any more. */
export function forgetPair({ pairs }: Judgements, { identity, key }: Pair): void {
  pairs.get(identity)?.delete(key);
}

function remember<K extends object, Subject>(map: Pick<Map<K, Judgement<Subject>>, 'set'> | WeakMap<K, Judgement<Subject>>, key: K,
  judgement: Judgement<Subject>): Judgement<Subject> {
  map.set(key, judgement);
  return judgement;
}

/** The findings of checks of a whole subject. */
function check<Subject>(
  judgements: Judgements, checks: readonly (readonly [Rule, (subject: Subject) => Iterable<FindingDraft>])[], subject: Subject,
  links: readonly Link[], assumptionsAt: AssumptionsAt = NO_ASSUMPTIONS,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [rule, checkSubject] of checks) runCheck(judgements, { rule, links, assumptionsAt, findings }, checkSubject, subject,
    undefined);
  return findings;
}

function policyFindings(judgements: Judgements, subject: PolicySubject): readonly Finding[] {
  const findings: Finding[] = [];
  checkPolicy(judgements.checks, subject, (rule, checkPart, part) => {
    runCheck(judgements, { rule, links: [], assumptionsAt: (at) => assumptionsInPolicy(subject.policy, at), findings }, checkPart, part,
      subject);
  });
  return findings;
}

interface CheckRun {
  readonly rule: Rule;
  readonly links: readonly Link[];
  readonly assumptionsAt: AssumptionsAt;
  /** Where the findings go. */
  readonly findings: Finding[];
}

/** Why values that a finding at that place depends on may be others. */
/** @param dependsOnLinks those that the finding rests on: it may be about some of several keys */
type AssumptionsAt = (at: Location, dependsOnLinks: readonly Link[]) => readonly string[];

const NO_ASSUMPTIONS: AssumptionsAt = () => [];

/** Where a check fails, the findings of the others stand. */
function runCheck<Part, Subject>(
  judgements: Judgements, { rule, links, assumptionsAt, findings }: CheckRun, checkPart: (part: Part,
    subject: Subject) => Iterable<FindingDraft>,
  part: Part, subject: Subject,
): void {
  try {
    for (const draft of checkPart(part, subject)) findings.push(findingOf(judgements, rule, draft, { links, assumptionsAt }));
  } catch (error) {
    judgements.failures.push({ code: rule.code, error });
  }
}

function findingOf({ findingsByDraft }: Judgements, rule: Rule, draft: FindingDraft,
  uncertainty: Pick<CheckRun, 'links' | 'assumptionsAt'>): Finding {
  const previousFinding = findingsByDraft.get(draft);
  if (previousFinding) return previousFinding;
  const finding = completeFinding(rule, draft, uncertainty);
  findingsByDraft.set(draft, finding);
  return finding;
}

/** Characters in names that deceive the reader are shown as escapes, here for all rules. */
function completeFinding({ code, severity, href }: Rule, draft: FindingDraft,
  { links, assumptionsAt }: Pick<CheckRun, 'links' | 'assumptionsAt'>): Finding {
  const { message, related = [], fixes } = draft;
  const finding: Finding = {
    code, severity, href, unnecessary: false, ...draft,
    message: escapeDeceptiveCharacters(message),
    related: related.map(({ at, message: text }) => ({ at, message: escapeDeceptiveCharacters(text) })),
    fixes: fixes ? (world) => fixes(world).map((fix) => ({ ...fix, title: escapeDeceptiveCharacters(fix.title) })) : () => [],
  };
  const dependsOnLinks = draft.dependsOnLinks ?? links;
  return capSeverityByAssumptions(capSeverityByLinks(finding, dependsOnLinks), (at) => assumptionsAt(at, dependsOnLinks));
}
