import { callerOf, isGrantOnlyRole } from '../access/caller';
import { decideWithContext, isMoreFavourable, type VerdictWithContext } from '../access/decide-access';
import { explainVerdict, type LocationFormatter } from '../access/text/explain-verdict';
import { decidingLocation } from '../access/text/deciding-location';
import { findBlockedServiceCalls } from '../access/network-conditions';
import { joinNames, describeIdentity } from '../access/text/describe-access';
import { evaluationContextsFor } from '../access/candidate-callers';
import type { Outcome, Reason, Verdict } from '../access/verdict';
import type { ActionInfo, ActionName } from '../aws/actions';
import { arnResource } from '../aws/arn';
import { isRefusal, type Refusal } from '../generate/counterpart';
import { ALLOW_ALL_IDENTITY_POLICY } from '../generate/allow-all-policies';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { adviceForPolicyType, describeDenialByOtherPolicy, isOutsideHandshake, type AwsDenialReason } from './aws-denial-reason';
import { resolveAction, resolveIdentity, resolveKey } from './name-resolution';
import { remedyOf, type Remedy } from './remedy';
import { resourcePolicyNotes } from './resource-policy-notes';
import { explanationSteps, type ExplanationQuestion, type ExplanationStep, type ExplanationStepLocation } from './explanation-steps';

/** What a person asks: each as it was typed or pasted. */
export interface ExplainRequest {
  readonly identity: string;
  readonly key: string;
  readonly action: string;
  /** What AWS itself said of it. */
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
  /** What AWS itself said of it; `outcome` is that of the halves all the same. */
  readonly aws: AwsDenialReason | undefined;
  /** The answer in words that a person can act on. */
  readonly sentence: string;
  /** The statements that decided it, each at the text that matters. */
  readonly decidedBy: readonly ExplanationStepLocation[];
  readonly steps: readonly ExplanationStep[];
  /** How names were taken, and which links the answer rests on. */
  readonly notes: readonly string[];
  /** What would make it yes; undefined where it is yes. */
  readonly remedy: Remedy | undefined;
  /** What was not looked at; said once for each answer. */
  readonly scope: string;
}

/** What static text cannot show (KMS Developer Guide, policy evaluation; docs/aws-rules.md 5.2). */
export const EXPLANATION_SCOPE = 'Not looked at: service control policies, resource control policies, permissions boundaries, session '
  + 'policies and VPC endpoint policies. They can only take permissions away.';

/**
 * Explains the verdict on one identity, action and key of the workspace, or of none that it knows.
 *
 * @param place says where something stands, for the sentence: `producer/key.json:12`
 * @param existing URIs of files that no new file may replace, besides those that the world knows
 * @param policies all policies of the workspace: those of other resources give notes
 */
export function explain(
  world: World, request: ExplainRequest, locationFormatter: LocationFormatter, existing: readonly string[] = [],
  policies: Iterable<DiscoveredPolicy> = [],
): Explanation | Refusal {
  const identities = resolveIdentity(world, request.identity);
  if (isRefusal(identities)) return identities;
  const keys = resolveKey(world, request.key);
  if (isRefusal(keys)) return keys;
  const action = resolveAction(request.action);
  if (isRefusal(action)) return action;
  const [key] = keys.records;
  const { identity, context, verdict } = bestVerdict(
    identities.records.map((each) => ({ identity: each,
      ...decideWithContext(evaluationContextsFor(each, key, world.organizations, action), action) })
    ),
  );
  const question = { identity, key, action };
  const unseen = identities.isKnown ? undefined : verdictWithUnknownIdentityPolicies(world, question, verdict);
  const answer = unseen ?? verdict;
  const sentence = unseen ? describeUnknownIdentityPolicies(question) : explainVerdict(answer, question, locationFormatter);
  const other = request.aws && isOutsideHandshake(request.aws) ? request.aws : undefined;
  return {
    identity: identities.name, key: keys.name, action: action.name, outcome: answer.outcome, reason: answer.reason, verdict: answer,
    question, aws: request.aws,
    sentence: other ? describeDenialByOtherPolicy(other, answer.outcome, sentence) : sentence,
    decidedBy: answer.decidedBy.map((statementRef) => ({ statementRef, at: decidingLocation(statementRef, answer, question) })),
    steps: explanationSteps({ ...question, evaluationContext: context, verdict: answer, areIdentityPoliciesKnown: identities.isKnown }),
    notes: [other ? adviceForPolicyType(other.policyType) ?? [] : [], identities.note ?? [],
      accountMembersNotes(world, identities.members ?? [], key, action), keys.note ?? [],
      unknownNameNotes(identities.isKnown, keys.isKnown, question, keys.name), uncertainLinkNotes(identity, key),
      resourcePolicyNotes(identity, key, policies, locationFormatter), forwardAccessSessionNotes(identity),
      networkConditionNotes(question, answer)].flat(),
    remedy: remedyOf({ world, question, verdict: answer, isIdentityKnown: identities.isKnown, existingUris: existing,
      formatLocation: locationFormatter }),
    scope: EXPLANATION_SCOPE,
  };
}

function bestVerdict<T extends VerdictWithContext>(answers: readonly T[]): T {
  const [first, ...others] = answers;
  if (!first) throw new RangeError('a name stands for at least one record');
  return others.reduce((before, t) => (isMoreFavourable(t.verdict, before.verdict) ? t : before), first);
}

/** The workspace does not know the identity at all: what its own policies say is open, unless the rest denies already. */
function verdictWithUnknownIdentityPolicies(world: World, { identity, key, action }: ExplanationQuestion, verdict: Verdict): Verdict
  | undefined {
  if (verdict.outcome !== 'denied' || isGrantOnlyRole(callerOf(identity).name)) return undefined;
  const opened = { ...identity, policies: [ALLOW_ALL_IDENTITY_POLICY] };
  const supposed = decideWithContext(evaluationContextsFor(opened, key, world.organizations, action), action).verdict;
  if (supposed.outcome === 'denied') return undefined;
  const reason = supposed.outcome === 'unknown' ? supposed.reason : 'identity-policy-missing';
  const because = supposed.decidedBy.filter(({ policy }) => policy !== ALLOW_ALL_IDENTITY_POLICY);
  return { ...verdict, outcome: 'unknown', reason, decidingGate: supposed.decidingGate ?? 'identity-policy', decidedBy: because };
}

function describeUnknownIdentityPolicies({ identity, key, action }: ExplanationQuestion): string {
  const own = `the workspace contains no policy of ${describeIdentity(identity)}, which would have to allow ${action.name} on this key`;
  return key.policy ? `Unknown: ${own}; the key policy would allow it.` : `Unknown: ${own}, and it does not contain the key policy either.`;
}

function unknownNameNotes(identity: boolean, key: boolean, explanationQuestion: ExplanationQuestion, keyName: string): string[] {
  return [
    ...(identity ? [] : ['Nothing in the workspace names '
      + `${explanationQuestion.identity.arn ?? describeIdentity(explanationQuestion.identity)}.`]),
    ...(key ? [] : [`The workspace contains no key ${keyName}.`]),
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
  const stopped = findBlockedServiceCalls(identity, action.bit, verdict);
  if (!stopped) return [];
  const keys = joinNames([...new Set(stopped.conditions.map(({ condition }) => condition.key))]);
  const uses = joinNames(stopped.serviceUses.map(({ service, pattern }) => `${service} (${pattern.text.value})`));
  return [`The IAM policy has ${uses} use the key. When a service calls KMS for a user, the call may come from the service's network, `
    + `and ${keys} then has another value or is missing: those calls are not allowed.`];
}

/** Somebody who asks for an account means those in it. */
function accountMembersNotes({ organizations }: World, members: readonly Identity[], key: Key, action: ActionInfo): string[] {
  const judgedMembers = members.map((identity) => ({ identity,
    outcome: decideWithContext(evaluationContextsFor(identity, key, organizations, action), action).verdict.outcome })
  );
  const names = (...outcomes: readonly Outcome[]): string => (
    joinNames(
      judgedMembers.filter(({ outcome }) => outcomes.includes(outcome)).map(({ identity: { arn, id } }) => arn && arnResource(arn) || id),
    )
  );
  const says = [
    ['may do this', names('allowed')], ['may do this under conditions', names('conditional')], ['may not', names('denied')],
    ['perhaps may', names('unknown')],
  ].filter(([, who]) => who !== '').map(([what, who]) => `${what}: ${who}`);
  return says.length > 0
    ? [`Of its users and roles with IAM policies in the workspace ${says.join('; ')}. Ask for one of them to see why.`]
    : [];
}

/** Which ties the answer rests on that nothing declared or said. */
function uncertainLinkNotes(identity: Identity, key: Key): string[] {
  return [
    ...(key.policy && key.link && !key.link.certain ? [`Why the key policy belongs to this key: ${key.link.description}.`] : []),
    ...(identity.policies.length > 0 && !identity.link.certain
      ? [`Why the IAM policy is attached to this identity: ${identity.link.description}.`]
      : []),
  ];
}
