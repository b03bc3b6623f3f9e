import { NO_ACTIONS, type ActionInfo } from '../aws/actions';
import { aliasRefusal, waysWithAlias } from '../access/alias-half';
import { crossesPartition, isGrantOnly } from '../access/caller';
import { admissionsOfOthers, type Case } from '../access/case';
import { findContradiction } from '../access/condition-contradiction';
import { decidingPlace, type Question as AskedAbout } from '../access/deciding-place';
import { CONTEXT_ACTIONS, grantGives } from '../access/grants';
import { deniesOf } from '../access/judge';
import { unique, withoutDeniedSessions } from '../access/limits';
import { actionsText, conditionText, constraintTexts, enumerate, holderText, identityText, principalText, sessionTexts } from '../access/say';
import type { Because, OpenCondition, Outcome, Verdict } from '../access/verdict';
import { findWay } from '../access/way';
import { applies, cheapest, failingOf, isCertain, isEnoughAtHome, type Weighed } from '../access/weigh';
import type { Location } from '../text/span';
import type { Identity } from '../workspace/world';

/** What is looked at, in the order of AWS's evaluation (docs/aws-rules.md 5.1). */
export type StepHalf = 'accounts' | 'key-policy' | 'identity-policy' | 'grants' | 'denies';

/** `not-needed`: the answer does not hang on it. */
export type StepOutcome = Outcome | 'not-needed';

/** One half of the handshake, or what stands around it: what it says to the question, and where. */
export interface Step {
  readonly half: StepHalf;
  readonly outcome: StepOutcome;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly because: readonly StepPlace[];
}

/** A text that a step rests on. */
export interface StepPlace {
  /** Undefined for a grant. */
  readonly because: Because | undefined;
  readonly at: Location;
}

/** What is asked: may this identity do this with this key? */
export interface Question extends AskedAbout {
  readonly action: ActionInfo;
}

/** What the steps are about: the case that the verdict was found in. */
export interface Subject extends Question {
  readonly one: Case;
  readonly verdict: Verdict;
  /** The workspace has, or may be missing, the identity's own policies. */
  readonly known: boolean;
}

/** Each half in its order, judged by itself. */
export function stepsOf(subject: Subject): Step[] {
  return [accountsStep(subject), keyPolicyStep(subject), identityStep(subject), grantsStep(subject), deniesStep(subject)];
}

function accountsStep({ one, key, identity, action }: Subject): Step {
  const step = (outcome: StepOutcome, message: string): Step => ({ half: 'accounts', outcome, message, because: [] });
  const [relation, other] = one.relations;
  const who = identityText(identity);
  if (crossesPartition(one.caller, key)) return step('denied', `The key is in the partition ${key.partition ?? '?'}, ${who} in ${identity.partition ?? '?'}: no access crosses partitions`);
  if (one.caller.kind === 'service') return step('not-needed', `${who} calls KMS as itself, and belongs to no account`);
  if (action.resourceTypes.length === 0) return step('allowed', `${action.name} is not about a key: IAM policies of the account alone decide`);
  if (other || key.account === undefined || one.caller.account === undefined) return step('unknown', 'The workspace does not show for certain to which accounts the key and the identity belong');
  if (relation === 'same') return step('allowed', `Key and identity are in account ${key.account}: the key policy can give the permission itself, or leave it to IAM policies`);
  const accounts = `The key is in account ${key.account}, the identity in account ${one.caller.account}`;
  if (key.awsManaged) return step('denied', `${accounts}, and an AWS managed key cannot be shared`);
  return action.crossAccount
    ? step('allowed', `${accounts}: ${action.name} works across accounts, and both policies have to allow it`)
    : step('denied', `${accounts}, and ${action.name} does not work across accounts`);
}

function keyPolicyStep(subject: Subject): Step {
  const { one, key, action, identity, verdict } = subject;
  const step = stepOf(subject, 'key-policy');
  const name = action.name;
  if (action.policyType === 'iam-policy') return step('not-needed', `A key policy neither allows nor denies ${name}`);
  if (!key.policy) return step(verdict.grants.length > 0 ? 'not-needed' : 'unknown', 'The workspace does not contain the policy of this key');
  const allow = allowOfKeyPolicy(subject);
  if (allow) {
    const leaves = one.relations[0] === 'same' && !isEnoughAtHome(allow) && one.caller.kind !== 'service';
    const does = leaves ? `Leaves ${name} to the IAM policies of the account` : `Allows ${name} for ${meant(allow, identity)}`;
    const sessions = allow.session === undefined ? [] : verdict.sessions.filter(({ negated }) => !negated);
    return step(outcomeOf(allow, one), `${does}${provisos(allow, one, identity, sessions)}`, unique([allow, ...sessions].map(({ because }) => because), ({ statement }) => statement));
  }
  const failing = failingOf(one.keyAllows, action.bit);
  if (failing.length > 0) return failed(subject, 'key-policy', failing);
  const admissions = one.admissions();
  const outcome = verdict.outcome === 'allowed' || verdict.outcome === 'conditional' ? 'not-needed' : 'denied';
  if (admissions.length > 0) return step(outcome, `Allows only ${actionsText(admissions.map(({ because }) => because.statement))} for ${identityText(identity)}`, admissions.map(({ because }) => because));
  if (one.caller.kind === 'service') return step(outcome, `Names neither ${identityText(identity)} nor everybody`);
  const others = admissionsOfOthers(key, one.caller);
  if (others.length === 0) return step(outcome, `Allows nobody in account ${one.caller.account ?? '?'}`);
  return step(outcome, `Allows others of account ${one.caller.account ?? '?'}, not ${identityText(identity)}`, others, 'identity-not-named');
}

/** What of the key policy the verdict rests on; where it is no yes, what asks least. */
function allowOfKeyPolicy({ one, action, verdict }: Subject): Weighed | undefined {
  const [relation] = one.relations;
  const way = isYes(verdict) && relation ? findWay(withoutDeniedSessions(one, deniesOf(one, action)), relation, action) : undefined;
  const part = way?.parts.find(({ because }) => because.half === 'key-policy');
  return part && isDecisive(part, { verdict }) ? part : allowOf(one.keyAllows, { action, verdict });
}

function identityStep(subject: Subject): Step {
  const { one, action, identity, verdict, known } = subject;
  const step = stepOf(subject, 'identity-policy');
  if (one.caller.kind === 'service') return step('not-needed', 'An AWS service has no IAM policies');
  const ofAlias = action.resourceTypes.includes('alias') ? aliasStep(subject) : undefined;
  if (ofAlias) return ofAlias;
  const needed = verdict.because.some(({ half, statement }) => half === 'identity-policy' && statement.effect === 'Allow') || !isYes(verdict);
  const own = allowOf(one.ownAllows, subject);
  if (own) return step(needed ? outcomeOf(own, one) : 'not-needed', `Allows ${action.name} on the key${provisos(own, one, identity)}`, [own.because]);
  if (!needed) return step('not-needed', 'The permission needs no IAM policy');
  const failing = failingOf(one.ownAllows, action.bit);
  if (failing.length > 0) return failed(subject, 'identity-policy', failing);
  const missed = one.misses().filter(({ set }) => (set & action.bit) !== NO_ACTIONS);
  const [first] = missed;
  if (first) return step('denied', `Names the key in another ${first.field === 'account' ? 'account' : 'Region'}`, missed.map(({ because }) => because), first.field);
  if (one.unseen) return step('unknown', `The workspace does not contain all IAM policies of ${holderText(identity)}`);
  if (one.policies.length > 0) return step('denied', `No IAM policy of ${holderText(identity)} in the workspace allows ${action.name} on this key`);
  if (isGrantOnly(one.caller.name)) return step('denied', `The policy that AWS wrote for ${holderText(identity)} allows nothing on keys`);
  // None in the workspace is not none in AWS: it is a denial only where the verdict takes it for one.
  return step(known && verdict.outcome === 'denied' && verdict.half === 'identity-policy' ? 'denied' : 'unknown', `The workspace contains no IAM policy of ${holderText(identity)}`);
}

/** Operations on aliases need an IAM policy for the alias, whoever allows the key (docs/aws-rules.md 3.4); undefined where no IAM policy speaks of an alias. */
function aliasStep(subject: Subject): Step | undefined {
  const { one, action, identity, verdict } = subject;
  const step = stepOf(subject, 'identity-policy');
  const own = cheapest(one.ownAllows, action.bit);
  const [allowed] = waysWithAlias(one, action, [{ parts: [], grant: undefined, sure: true, cost: 0 }]);
  const [alias] = allowed?.parts ?? [];
  if (allowed && alias) {
    const parts = own ? [own, alias] : [alias];
    const where = own ? 'on the key and on an alias' : isYes(verdict) ? 'on an alias' : 'on an alias, not on the key';
    const certain = allowed.cost === 0 && parts.every(isCertain) ? 'allowed' : 'conditional';
    const sure = allowed.sure && parts.every((part) => part.sure);
    return step(own || isYes(verdict) ? sure ? certain : 'unknown' : 'denied', `Allows ${action.name} ${where}${provisos(alias, one, identity)}`, unique(parts.map(({ because }) => because), ({ statement }) => statement));
  }
  const { denied, failing } = aliasRefusal(one, action);
  if (denied.length > 0) return step('denied', `Allows ${action.name} on no alias that a Deny does not cover too`, denied);
  if (failing.length > 0) return failed(subject, 'identity-policy', failing);
  return own && !one.unseen ? step('denied', `Allows ${action.name} on the key, not on an alias`, [own.because]) : undefined;
}

function grantsStep({ one, key, action, verdict }: Subject): Step {
  const step = (outcome: StepOutcome, message: string, grants: Verdict['grants'] = []): Step => (
    { half: 'grants', outcome, message, because: grants.map(({ at }) => ({ because: undefined, at })) }
  );
  const giving = key.grants.filter((grant) => grantGives(grant, action, one.caller) !== 'no');
  const limits = constraintTexts(giving, action);
  if (giving.length > 0) {
    const sure = giving.some((grant) => grantGives(grant, action, one.caller) === 'yes');
    const how = sure ? '' : giving.some((grant) => grantGives(grant, action, one.caller) === 'account') ? ' to the account, whose IAM policies pass it on' : ', but perhaps to another identity';
    const outcome: StepOutcome = verdict.grants.length === 0 ? 'not-needed' : !sure ? 'unknown' : limits.length > 0 ? 'conditional' : 'allowed';
    return step(outcome, `${giving.length === 1 ? 'A grant' : `${giving.length} grants`} on the key ${giving.length === 1 ? 'gives' : 'give'} ${action.name}${how}${limits.length > 0 ? `, if the request meets ${enumerate(limits)}` : ''}`, giving);
  }
  if (!action.grantOperation) return step('not-needed', `No grant can give ${action.name}`);
  const seen = key.grants.length > 0 ? 'None of the grants that the workspace knows gives it' : 'The workspace knows of no grant on this key (output of aws kms list-grants)';
  if (isYes(verdict)) return step('not-needed', seen);
  const context = (action.bit & CONTEXT_ACTIONS) !== NO_ACTIONS ? '' : ' itself';
  const isDenied = STRUCTURAL.has(verdict.reason) || verdict.failing.some(({ negated }) => negated);
  return step('denied', `${seen}; ${isDenied ? 'none could' : `a grant${context} would allow it without any statement`}`);
}

/** What no grant gets around: a Deny, another partition, what never works across accounts. */
const STRUCTURAL: ReadonlySet<Verdict['reason']> = new Set(['partition', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies']);

function deniesStep(subject: Subject): Step {
  const { one, action } = subject;
  const ofAliases = action.resourceTypes.includes('alias') ? one.aliases().denies.filter((deny) => applies(deny, action.bit) && isDecisive(deny, subject)) : [];
  const denies = [...deniesOf(one, action), ...ofAliases];
  const certain = denies.filter(isCertain);
  const step = stepOf(subject, 'denies');
  const halves = (weighed: readonly Weighed[]): string => enumerate([...new Set(weighed.map(({ because }) => (because.half === 'key-policy' ? 'the key policy' : 'an IAM policy')))]);
  if (certain.length > 0) return step('denied', `A Deny of ${halves(certain)} covers ${action.name}, and no Allow overrides it`, certain.map(({ because }) => because));
  if (denies.length === 0) return step('allowed', `No Deny of the policies that the workspace knows covers ${action.name}`);
  const unless = enumerate([...new Set(denies.flatMap(({ because, open }) => open.map((condition) => conditionText({ because, condition, negated: false }))))]);
  const inSessions = sessionTexts(denies.flatMap(({ because, session }) => (session === undefined ? [] : [{ because, session, negated: false }])));
  const sure = denies.every((deny) => deny.sure);
  const when = [...(unless === '' ? [] : [`where ${unless}`]), ...inSessions];
  return step(sure ? 'conditional' : 'unknown', `A Deny of ${halves(denies)} covers ${action.name} ${when.length === 0 ? 'for some' : when.join(', ')}`, denies.map(({ because }) => because));
}

function isDecisive({ because }: Weighed, { verdict }: Pick<Subject, 'verdict'>): boolean {
  return verdict.because.some(({ statement }) => statement === because.statement);
}

function failed(subject: Subject, half: 'key-policy' | 'identity-policy', failing: readonly Weighed[]): Step {
  const conditions: OpenCondition[] = failing.flatMap(({ because, failed: all }) => all.map((condition) => ({ because, condition, negated: false })));
  const outcome = isYes(subject.verdict) ? 'not-needed' : 'denied';
  const message = `Allows ${subject.action.name} only if ${[...new Set(conditions.map(conditionText))].join(' and ')}, which is never the case here`;
  return { half, outcome, message, because: failing.map(({ because }) => ({ because, at: decidingPlace(because, { reason: 'key-policy-condition', failing: conditions }, subject) })) };
}

function stepOf(subject: Subject, half: StepHalf) {
  return (outcome: StepOutcome, message: string, because: readonly Because[] = [], reason: Verdict['reason'] = 'both-allow'): Step => (
    { half, outcome, message, because: because.map((each) => ({ because: each, at: decidingPlace(each, { reason, failing: [] }, subject) })) }
  );
}

/** The statement that the verdict rests on; where there is none, the one that asks least. */
function allowOf(weighed: readonly Weighed[], { action, verdict }: Pick<Subject, 'action' | 'verdict'>): Weighed | undefined {
  return cheapest(weighed, action.bit, (part) => isDecisive(part, { verdict })) ?? cheapest(weighed, action.bit);
}

function outcomeOf(weighed: Weighed, one: Case): Outcome {
  if (findContradiction([weighed], [], one)) return 'denied';
  if (!weighed.sure) return 'unknown';
  return isCertain(weighed) ? 'allowed' : 'conditional';
}

/** @param sessions those that the key policy lets in under the same conditions; the one of the statement where the verdict has none */
function provisos(weighed: Weighed, one: Case, { arn, kind }: Identity, sessions: Verdict['sessions'] = []): string {
  const { because, open, session, sure, level } = weighed;
  const own = session === undefined ? [] : [{ because, session, negated: false }];
  const parts = [
    ...(open.length > 0 ? [`if ${open.map((condition) => conditionText({ because, condition, negated: false })).join(' and ')}`] : []),
    ...(findContradiction([weighed], [], one) ? ['which no request meets'] : []),
    ...sessionTexts(sessions.length > 0 ? sessions : own),
    ...(sure ? [] : [kind === 'service' ? 'if that means this service too, which AWS does not document' : level === 'direct' && arn === undefined ? 'if that is the identity that is meant' : 'depending on placeholders and variables']),
  ];
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

function meant({ level, principal, session }: Weighed, identity: Identity): string {
  if (level === 'anyone') return 'everybody';
  return principal && session === undefined ? principalText(principal) : identityText(identity);
}

function isYes({ outcome }: Verdict): boolean {
  return outcome === 'allowed' || outcome === 'conditional';
}

