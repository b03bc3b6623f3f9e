import { callerOf, isGrantOnlyRole } from '../access/caller';
import { decideAccess, isMoreFavourable, type VerdictWithContext } from '../access/decide-access';
import { findBlockedServiceCalls } from '../access/network-conditions';
import { decidingLocation } from '../access/text/deciding-location';
import { describeIdentity } from '../access/text/describe-access';
import { explainVerdict, type LocationFormatter } from '../access/text/explain-verdict';
import type { Outcome, Reason, Verdict } from '../access/verdict';
import type { ActionName } from '../aws/actions';
import { arnResource } from '../aws/arn';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { ALLOW_ALL_IDENTITY_POLICY } from '../generate/allow-all-policies';
import { isRefusal, type Refusal } from '../generate/counterpart';
import type { Identity, Key } from '../linking/entities';
import { joinNames } from '../text/join-names';
import type { World } from '../workspace/world';
import { adviceForPolicyType, describeDenialByOtherPolicy, type AwsDenialReason } from './aws-denial-reason';
import { evidenceFromAws } from './aws-evidence';
import { explanationSteps, type ExplanationQuestion, type ExplanationStep, type ExplanationStepLocation } from './explanation-steps';
import { resolveAction, resolveIdentity, resolveKey, type ResolvedName } from './name-resolution';
import { remedyOf, type Remedy } from './remedy';
import { resourcePolicyNotes } from './resource-policy-notes';

/** What a person asks: each as it was typed or pasted. */
export interface ExplainRequest {
  readonly identity: string;
  readonly key: string;
  readonly action: string;
  /** AWS's own reason. */
  readonly aws?: AwsDenialReason | undefined;
}

/** May this identity do this with this key, and what decides it. */
export interface Explanation {
  /** ARN of the identity; its account's root ARN where the account as a whole is meant; the principal of a service. */
  readonly identity: string;
  /** ARN of the key, or what it was called where none is known. */
  readonly key: string;
  readonly action: ActionName;
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly verdict: Verdict;
  /** The records of the workspace that the answer is about. */
  readonly question: ExplanationQuestion;
  /** AWS's own reason; `outcome` is that of the halves all the same. */
  readonly aws: AwsDenialReason | undefined;
  /** The answer in words that a person can act on. */
  readonly sentence: string;
  /** The statements that decided it, each at the text that matters. */
  readonly decidedBy: readonly ExplanationStepLocation[];
  readonly steps: readonly ExplanationStep[];
  /** How names were taken, and which links the answer is based on. */
  readonly notes: readonly string[];
  /** What would allow it; undefined where it is allowed. */
  readonly remedy: Remedy | undefined;
  /** What was not looked at. */
  readonly scope: string;
}

/** What static text cannot show (KMS Developer Guide, policy evaluation; docs/aws-rules.md 5.2). */
export const EXPLANATION_SCOPE = 'Not looked at: service control policies, resource control policies, permissions boundaries, session '
  + 'policies and VPC endpoint policies. They can only take permissions away.';

/**
 * Explains the verdict on one identity, action and key of the workspace, or of none that it knows.
 *
 * @param formatLocation a location in the sentence: `producer/key.json:12`
 * @param existingUris URIs of files that no new file may replace, besides those that the world knows
 * @param policies all policies of the workspace: those of other resources give notes
 */
export function explain(world: World, request: ExplainRequest, formatLocation: LocationFormatter, existingUris: readonly string[] = [],
  policies: Iterable<DiscoveredPolicy> = []): Explanation | Refusal {
  const identities = resolveIdentity(world, request.identity);
  if (isRefusal(identities)) return identities;
  const keys = resolveKey(world, request.key);
  if (isRefusal(keys)) return keys;
  const action = resolveAction(request.action);
  if (isRefusal(action)) return action;
  const [key] = keys.records;
  const { identity, context, verdict: verdictOfPolicies } = bestVerdict(identities.records.map((record) =>
    ({ identity: record, ...decideQuestion(world, { identity: record, key, action }) })));
  const question = { identity, key, action };
  const unknownVerdict = identities.isKnown ? undefined : verdictWithUnknownIdentityPolicies(world, question, verdictOfPolicies);
  const verdict = unknownVerdict ?? verdictOfPolicies;
  const sentence = unknownVerdict ? describeUnknownIdentityPolicies(question) : explainVerdict(verdict, question, formatLocation);
  const steps = explanationSteps({ ...question, evaluationContext: context, verdict, areIdentityPoliciesKnown: identities.isKnown });
  const evidence = request.aws && evidenceFromAws({ world, reason: request.aws, question, verdict, steps, formatLocation,
    isIdentityKnown: identities.isKnown });
  // A policy that is neither half denies whatever the halves allow, and the workspace cannot contain it.
  const adviceOfOtherPolicy = request.aws && adviceForPolicyType(request.aws.policyType);
  return {
    identity: identities.name, key: keys.name, action: action.name, outcome: verdict.outcome, reason: verdict.reason, verdict, question,
    aws: request.aws,
    sentence: request.aws && adviceOfOtherPolicy !== undefined
      ? describeDenialByOtherPolicy(request.aws, verdict.outcome, sentence)
      : evidence?.sentence ?? sentence,
    decidedBy: verdict.decidedBy.map((statementRef) => ({ statementRef, at: decidingLocation(statementRef, verdict, question) })),
    steps,
    notes: [adviceOfOtherPolicy ?? [], evidence?.notes ?? [], identities.note ?? [],
      accountMembersNotes(world, identities.members ?? [], question), keys.note ?? [],
      unknownNameNotes(identities, keys, identity), uncertainLinkNotes(identity, key),
      resourcePolicyNotes(identity, key, policies, formatLocation), forwardAccessSessionNotes(identity),
      networkConditionNotes(question, verdict)].flat(),
    remedy: evidence?.remedy
      ?? remedyOf({ world, question, verdict, isIdentityKnown: identities.isKnown, existingUris, formatLocation }),
    scope: EXPLANATION_SCOPE,
  };
}

function decideQuestion(world: World, { identity, key, action }: ExplanationQuestion): VerdictWithContext {
  return decideAccess(identity, key, action, world);
}

function bestVerdict<T extends VerdictWithContext>(candidates: readonly T[]): T {
  const [first, ...others] = candidates;
  if (!first) throw new RangeError('a name stands for at least one record');
  return others.reduce((best, candidate) => (isMoreFavourable(candidate.verdict, best.verdict) ? candidate : best), first);
}

/** The workspace does not know the identity at all: what its own policies allow is unknown, unless the others deny already. */
function verdictWithUnknownIdentityPolicies(world: World, question: ExplanationQuestion, verdict: Verdict): Verdict | undefined {
  const { identity } = question;
  if (verdict.outcome !== 'denied' || isGrantOnlyRole(callerOf(identity).name)) return undefined;
  const allowed = decideQuestion(world, { ...question, identity: { ...identity, policies: [ALLOW_ALL_IDENTITY_POLICY] } }).verdict;
  if (allowed.outcome === 'denied') return undefined;
  return {
    ...verdict, outcome: 'unknown', reason: allowed.outcome === 'unknown' ? allowed.reason : 'identity-policy-missing',
    decidingGate: allowed.decidingGate ?? 'identity-policy',
    decidedBy: allowed.decidedBy.filter(({ policy }) => policy !== ALLOW_ALL_IDENTITY_POLICY),
  };
}

function describeUnknownIdentityPolicies({ identity, key, action }: ExplanationQuestion): string {
  return `Unknown: the workspace contains no policy of ${describeIdentity(identity)}, which would have to allow ${action.name} on this key`
    + (key.policy ? '; the key policy would allow it.' : ', and it does not contain the key policy either.');
}

function unknownNameNotes(identities: ResolvedName<Identity>, keys: ResolvedName<Key>, identity: Identity): string[] {
  return [
    ...identities.isKnown ? [] : [`Nothing in the workspace names ${identity.arn ?? describeIdentity(identity)}.`],
    ...keys.isKnown ? [] : [`The workspace contains no key ${keys.name}.`],
  ];
}

/**
 * What a service does for a caller it does with the caller's permissions (IAM User Guide, Forward access sessions); `kms:ViaService` is
 * there for those calls only (KMS Developer Guide, AWS KMS condition keys).
 */
function forwardAccessSessionNotes({ kind, id }: Identity): string[] {
  return kind !== 'service' ? [] : [
    `This is about calls that ${id} makes as itself. Where a service calls KMS for somebody (forward access session, kms:ViaService), `
      + 'the permissions of that user or role count, by both halves: ask about that one.',
  ];
}

/** Conditions on the network are of the caller's network (KMS Developer Guide, vpce-policy-condition). */
function networkConditionNotes({ identity, action }: ExplanationQuestion, verdict: Verdict): string[] {
  const blocked = findBlockedServiceCalls(identity, action.bit, verdict);
  if (!blocked) return [];
  const keys = joinNames([...new Set(blocked.conditions.map(({ condition }) => condition.key))]);
  const uses = joinNames(blocked.serviceUses.map(({ service, pattern }) => `${service} (${pattern.text.value})`));
  return [`The IAM policy has ${uses} use the key. When a service calls KMS for a user, the call may come from the service's network, `
    + `and ${keys} then has another value or is missing: those calls are not allowed.`];
}

const MEMBER_OUTCOME_TEXTS: Readonly<Record<Outcome, string>> = {
  allowed: 'may do this', conditional: 'may do this under conditions', denied: 'may not', unknown: 'perhaps may',
};

/** A question about an account is also one about its users and roles. */
function accountMembersNotes(world: World, members: readonly Identity[], question: ExplanationQuestion): string[] {
  const outcomes = members.map((identity) => decideQuestion(world, { ...question, identity }).verdict.outcome);
  const texts = (Object.keys(MEMBER_OUTCOME_TEXTS) as Outcome[]).filter((outcome) => outcomes.includes(outcome)).map((outcome) => {
    const identities = members.filter((_, i) => outcomes[i] === outcome);
    return `${MEMBER_OUTCOME_TEXTS[outcome]}: ${joinNames(identities.map(({ arn, id }) => arn && arnResource(arn) || id))}`;
  });
  return texts.length > 0
    ? [`Of its users and roles with IAM policies in the workspace ${texts.join('; ')}. Ask for one of them to see why.`]
    : [];
}

/** The links that the answer is based on and that are neither declared nor shown by an output. */
function uncertainLinkNotes(identity: Identity, key: Key): string[] {
  return [
    ...key.policy && key.link && !key.link.certain ? [`Why the key policy belongs to this key: ${key.link.description}.`] : [],
    ...identity.policies.length > 0 && !identity.link.certain
      ? [`Why the IAM policy is attached to this identity: ${identity.link.description}.`]
      : [],
  ];
}
