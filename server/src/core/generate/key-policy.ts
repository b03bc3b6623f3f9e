import { CROSS_ACCOUNT_ACTIONS, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { useCaseNamed, type UseCase } from '../aws/use-cases';
import type { LocatedPolicy } from '../locate/located';
import type { Key, World } from '../workspace/world';
import { listed, wordActions } from './action-wording';
import { askedOfKey, useCaseNeeds } from './asked';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { counterpartOf } from './finish';
import { dealsWithKey, deniedByKeyPolicy, givenByKeyPolicy, namedActions, sayContradictions, sayDenials } from './halves';
import { keyNamed, sayKey } from './key-name';
import { actionsOf, lacking, narrowed, type Need } from './need';
import { OPEN_IDENTITY_POLICY, openedKeyPolicy } from './open-half';
import { lacksDelegation, ownerStatement } from './owner-statement';
import { attachedParty, partyOf, principalConditions, principalFor, sayParty, type Party } from './party';
import { placeKeyPolicy } from './place';
import { freeSid } from './sid';
import { givenByName, letsInOnly } from './same-principal';
import { isServiceUseCase, letsServiceIn, serviceStatement } from './service-statement';
import { consumerNeeds, lacksOf } from './use-case';
import { additionsFor, statementObject, type Addition, type JsonObject } from './write-statements';

export interface KeyPolicyRequest {
  readonly world: World;
  /** The identity policy that asks for the key. */
  readonly policy: LocatedPolicy;
  /** The full ARN of the key. */
  readonly keyArn: string;
  /** Whom to let in; by default whoever the policy is attached to. */
  readonly target?: Target | undefined;
  /** A use case (`aws/use-cases.ts`): what it needs in place of what the policy asks. */
  readonly useCase?: string | undefined;
  /** The key policy to extend, or a new file; by default the key's own where the workspace has it. */
  readonly into?: LocatedPolicy | 'new' | undefined;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existing?: readonly string[] | undefined;
}

/** What a request comes to once its names are looked up. `key.policy` is the key policy to extend, if there is one. */
interface Case {
  readonly request: KeyPolicyRequest;
  readonly key: Key & { readonly account: string; readonly partition: string };
  readonly party: Party;
  readonly useCase: UseCase | undefined;
}

/**
 * The key policy statement that lets the account or identity in for exactly the kms actions that an identity policy asks
 * of the key by name and that work across accounts; in the key's own account the statement by which the key policy leaves
 * the decision to IAM policies (KMS Developer Guide, default key policy).
 */
export function generateKeyPolicy(request: KeyPolicyRequest): Counterpart | Refusal {
  const subject = caseOf(request);
  if (isRefusal(subject)) return subject;
  const { key, party, useCase } = subject;
  if (key.account === party.account) return delegation(subject);
  const asked = askedOfKey(request.policy, key, party, request.world.organizations);
  const needs = useCase ? useCaseNeeds(useCase, [{ account: party.account, partition: key.partition }]) : asked;
  if (needs.length === 0 && !isServiceUseCase(useCase)) {
    return refusal(`The policy names no kms action for ${sayKey(key)} that works across accounts and that a key policy can give.`);
  }
  return letIn(subject, needs, asked);
}

function caseOf(request: KeyPolicyRequest): Case | Refusal {
  const { world, policy, keyArn } = request;
  const key = keyNamed(world, keyArn);
  if (key?.account === undefined || key.partition === undefined) return refusal(`"${keyArn}" is not the full ARN of one key.`);
  if (key.awsManaged) return refusal(`${keyArn} is an AWS managed key: its key policy cannot be changed. Use a customer managed key.`);
  const into = request.into === 'new' ? undefined : request.into ?? key.policy;
  const party = request.target ? partyOf(world, request.target) : attachedParty(world, policy, { ...key, policy: into });
  if (isRefusal(party)) return party;
  if (party.partition !== undefined && party.partition !== key.partition) {
    return refusal(`The key is in the partition ${key.partition} and ${sayParty(party)} in ${party.partition}: no access crosses partitions.`);
  }
  const useCase = request.useCase === undefined ? undefined : useCaseNamed(request.useCase);
  if (request.useCase !== undefined && !useCase) return refusal(`There is no use case "${request.useCase}".`);
  if (into?.policy.fragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  return { request, key: { ...key, account: key.account, partition: key.partition, policy: into }, party, useCase };
}

function letIn(subject: Case, needs: readonly Need[], asked: readonly Need[]): Counterpart | Refusal {
  const { key, party, useCase } = subject;
  const possible = needs.flatMap((need) => narrowed([need], ~deniedFor(subject, need)));
  const denied = actionsOf(needs) & ~actionsOf(possible);
  if (needs.length > 0 && possible.length === 0) {
    return refusal(`The key policy denies ${sayParty(party)} everything that was requested: ${words(needs)}. Change its Deny statement first.`);
  }
  const given = key.policy ? [...givenByKeyPolicy(key, party, subject.request.world.organizations), ...givenByName(key.policy, party, key.partition)] : [];
  const missing = lacking(possible, given.map((share) => share.need));
  const service = isServiceUseCase(useCase) ? [{ statement: serviceStatement(useCase, key, party, sidsOf(key.policy)), extend: undefined }] : [];
  const serviceMissing = isServiceUseCase(useCase) && !(key.policy && letsServiceIn(key.policy, useCase, key));
  const contradictions = sayContradictions([subject.request.policy], key, party, actionsOf(possible) & ~actionsOf(missing), subject.request.world.organizations);
  if (missing.length === 0 && !serviceMissing && contradictions.length > 0) {
    return refusal(`Both policies allow it, and no request is allowed all the same. ${contradictions.join(' ')}`);
  }
  return finished(subject, {
    additions: [...additions(subject, missing), ...(serviceMissing ? service : [])],
    fresh: [...additions({ ...subject, key: { ...key, policy: undefined } }, possible), ...service],
    notes: [...notesOn(subject, needs, asked, denied), ...contradictions],
  });
}

function additions({ key, party }: Case, needs: readonly Need[]): Addition[] {
  return additionsFor(needs.map((need) => ({ ...need, conditions: [...need.conditions, ...principalConditions(party)] })), {
    policy: key.policy,
    fits: (statement) => letsInOnly(statement, party, key.partition),
    write: (need, taken) => keyPolicyStatement(need, party, key.partition, taken),
  });
}

/** The statement of a key policy that gives the party what is needed; its Sid counts as taken from then on. */
export function keyPolicyStatement(need: Need, party: Party, partition: string, taken: Set<string>): JsonObject {
  return statementObject({
    sid: freeSid(sidFor(need, party), taken),
    principal: { AWS: principalFor(party, partition) },
    actions: wordActions(need.actions, need.written),
    resource: '*',
    conditions: need.conditions,
  });
}

/** In the key's own account an IAM policy counts once the key policy says so for the account. */
function delegation(subject: Case): Counterpart {
  const { request, key, party, useCase } = subject;
  const identity = { ...party.identity, partition: key.partition };
  const owner = key.policy && lacksDelegation(request.policy, identity, key, request.world.organizations)
    ? [{ statement: ownerStatement(key, key.policy), extend: undefined }] : [];
  const service = isServiceUseCase(useCase) ? [{ statement: serviceStatement(useCase, key, party, sidsOf(key.policy)), extend: undefined }] : [];
  const serviceMissing = isServiceUseCase(useCase) && !(key.policy && letsServiceIn(key.policy, useCase, key));
  return finished(subject, {
    additions: [...owner, ...(serviceMissing ? service : [])],
    fresh: service,
    notes: sayContradictions([request.policy], key, party, KEY_ACTIONS, request.world.organizations),
  });
}

function finished(subject: Case, parts: { readonly additions: readonly Addition[]; readonly fresh: readonly Addition[]; readonly notes: readonly string[] }): Counterpart {
  const { request, key, party } = subject;
  const whole = [{ statement: ownerStatement(key), extend: undefined }, ...parts.fresh];
  return counterpartOf({
    policy: key.policy,
    additions: key.policy ? parts.additions : whole,
    fresh: whole,
    newUri: () => placeKeyPolicy({ world: request.world, existing: request.existing ?? [] }, key, request.policy, party.account),
    what: `${sayParty(party)} use ${sayKey(key)}`,
    notes: parts.notes,
  });
}

/** What the key policy would still deny if it let the party in as far as this need goes. */
function deniedFor({ request, key, party, useCase }: Case, { conditions }: Need): ActionSet {
  return deniedByKeyPolicy(useCase ? [OPEN_IDENTITY_POLICY] : [request.policy], key, party, conditions, request.world.organizations);
}

function notesOn({ request, key, party, useCase }: Case, needs: readonly Need[], asked: readonly Need[], denied: ActionSet): string[] {
  const notes: string[] = [];
  const named = request.policy.policy.statements.filter((statement) => dealsWithKey(statement, key)).reduce((set, statement) => set | namedActions(statement), NO_ACTIONS);
  const local = named & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS;
  if (local !== NO_ACTIONS) notes.push(`Left out, since it never works on a key of another account: ${listed(wordActions(local, []))}.`);
  const granted = named & CROSS_ACCOUNT_ACTIONS & IAM_ONLY_ACTIONS;
  if (granted !== NO_ACTIONS) notes.push(`Left out, since it has no effect in a key policy: ${listed(wordActions(granted, []))}.`);
  if (denied !== NO_ACTIONS) notes.push(`Left out, since a Deny statement of the key policy forbids it: ${listed(wordActions(denied, []))}.`);
  if (key.policy) notes.push(...sayDenials(key, openedKeyPolicy(key.policy), party, actionsOf(needs) & ~denied, request.world.organizations));
  if (useCase) notes.push(...useCaseNotes(useCase, party, asked, actionsOf(needs)));
  if (party.name === undefined) notes.push(`The key policy allows the whole account: its administrators decide which identities use the key.`);
  return notes;
}

function useCaseNotes(useCase: UseCase, party: Party, asked: readonly Need[], needed: ActionSet): string[] {
  const lacks = lacksOf(asked, consumerNeeds(useCase, [party]));
  const beyond = narrowed(asked, ~needed);
  return [
    ...(lacks === '' ? [] : [`The identity policy does not allow ${lacks}, which "${useCase.title}" needs.`]),
    ...(beyond.length === 0 ? [] : [`Left out, since "${useCase.title}" does not need it: ${words(beyond)}.`]),
    ...(useCase.note === undefined ? [] : [useCase.note]),
  ];
}

function sidsOf(policy: LocatedPolicy | undefined): Set<string> {
  return new Set(policy?.policy.statements.map(({ sid }) => sid?.value ?? ''));
}

function words(needs: readonly Need[]): string {
  return listed(wordActions(actionsOf(needs), needs.flatMap((need) => need.written)));
}

/** Key policies take blanks in a Sid; the word "external" tells readers that this is not the owner's statement. */
function sidFor(need: Need, party: Party): string {
  const who = party.name === undefined ? `external account ${party.account}` : `${party.kind} ${party.name} of external account ${party.account}`;
  const grants = need.conditions.some((condition) => condition.key.toLowerCase() === 'kms:grantisforawsresource');
  return `Allow ${who} to ${grants ? 'have AWS services make grants on' : 'use'} this key`;
}

