import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { useCaseNamed, type UseCase } from '../aws/use-cases';
import type { LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Key, World } from '../workspace/world';
import { listed, wordActions } from './action-wording';
import { sayCondition } from './carried-conditions';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { declarationOf } from './declare';
import { counterpartOf } from './finish';
import { CREATE_GRANT, splitGrants } from './grants';
import { allowedByIdentityPolicy, deniedByIdentityPolicies, GIVEN_BY_GRANT, givenByKeyPolicy, namesExactly, openConditions, sayContradictions, sayDenials, type Share } from './halves';
import { identityHome } from './identity-home';
import { keyArnOf, sayKey } from './key-name';
import { actionsOf, gatherNeeds, lacking, narrowed, type Need } from './need';
import { partyOf, sayParty, type Party } from './party';
import { placeConsumerPolicy, shortKeyId } from './place';
import { wordsFor } from './render';
import { consumerNeeds, lacksOf, narrowToUseCase, serves, type UseCaseNeeds } from './use-case';
import { freeSid } from './sid';
import { additionsFor, statementObject, type JsonObject } from './write-statements';

export interface ConsumerRequest {
  readonly world: World;
  /** A key with its policy. */
  readonly key: Key;
  /** An account, user, role or group other than the owner's. */
  readonly target: Target;
  /** A use case (`aws/use-cases.ts`): only its actions. */
  readonly useCase?: string | undefined;
  /** The policy to extend, or a new file; by default what the workspace suggests. */
  readonly into?: LocatedPolicy | 'new' | undefined;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existing?: readonly string[] | undefined;
}

/**
 * The consumer's identity policy for a key: the key's ARN, exactly the actions that the key policy gives and that work
 * across accounts, and the conditions that belong on this side too. Across accounts both halves are needed (KMS Developer
 * Guide, allowing users in other accounts to use a KMS key).
 */
export function generateConsumer(request: ConsumerRequest): Counterpart | Refusal {
  const { world, key } = request;
  const party = partyOf(world, request.target);
  if (isRefusal(party)) return party;
  const useCase = request.useCase === undefined ? undefined : useCaseNamed(request.useCase);
  if (request.useCase !== undefined && !useCase) return refusal(`There is no use case "${request.useCase}".`);
  if (typeof request.into === 'object' && request.into.policy.fragment) return refusal('The policy to add to is a fragment: put "Version" and "Statement" around it first.');
  const given = givenByKeyPolicy(key, party, world.organizations);
  const reason = whyNot(key, party, given, useCase);
  if (reason !== undefined) return refusal(reason);
  const row = useCase && consumerNeeds(useCase, [{ account: party.account, partition: party.partition ?? key.partition }]);
  const needs = neededBy(given, row);
  if (useCase && row && needs.length === 0) return refusal(`The key policy gives ${sayParty(party)} none of what "${useCase.title}" needs: ${lacksOf([], row)}.`);
  return written(request, party, needs, [
    ...(useCase && row ? useCaseNotes(useCase, row, party, given) : []),
    ...notesOn(key, party, given, world.organizations),
    ...key.policy ? sayDenials(key, key.policy, party, actionsOf(needs), world.organizations) : [],
  ]);
}

function written(request: ConsumerRequest, party: Party, wanted: readonly Need[], notes: readonly string[]): Counterpart | Refusal {
  const { world, key } = request;
  const keyArn = keyArnOf(key, party.partition);
  const named = { ...key, arn: wordsFor(keyArn) };
  const { counting, extend } = homeFor(request, party, named);
  // An ARN with placeholders is not that of the key policy's statements.
  const judged = named.arn === key.arn ? named : { ...named, policy: undefined };
  const needs = wanted.flatMap((need) => narrowed([need], ~deniedByIdentityPolicies(counting, judged, party, need.conditions, world.organizations)));
  const denied = actionsOf(wanted) & ~actionsOf(needs);
  if (needs.length === 0) return refusal(`Policies of ${sayParty(party)} deny all that the key policy gives. Change their Deny statement first.`);
  const allowed = counting.flatMap((policy) => allowedByIdentityPolicy(policy, named, party, world.organizations).map((share) => share.need));
  const additions = (policy: LocatedPolicy | undefined, missing: readonly Need[]) => additionsFor(missing, {
    policy,
    fits: (statement: Statement) => namesExactly(statement, named.arn),
    write: (need, taken) => consumerStatement(need, key, keyArn, taken),
  });
  const missing = lacking(needs, allowed);
  const contradictions = sayContradictions(counting, judged, party, actionsOf(needs) & ~actionsOf(missing), world.organizations);
  if (missing.length === 0 && contradictions.length > 0) return refusal(`Both policies allow it, and no request is allowed all the same. ${contradictions.join(' ')}`);
  const beside = key.policy;
  return counterpartOf({
    policy: extend,
    additions: additions(extend, missing),
    fresh: additions(undefined, needs),
    newUri: () => beside ? placeConsumerPolicy({ world, existing: request.existing ?? [] }, party, key, beside) : '',
    declare: (uri) => declarationOf(world, party, uri),
    what: `${sayParty(party)} use ${sayKey(key)}`,
    notes: [
      ...notes,
      ...denied === NO_ACTIONS ? [] : [`Left out, since a Deny statement of ${sayParty(party)} forbids it: ${listed(wordActions(denied, []))}.`],
      ...contradictions,
    ],
  });
}

function homeFor(request: ConsumerRequest, party: Party, key: Key): { counting: readonly LocatedPolicy[]; extend: LocatedPolicy | undefined } {
  const { into, world } = request;
  if (into === 'new') return { counting: [], extend: undefined };
  if (into) return { counting: [...new Set([...party.identity.policies, into])], extend: into };
  return identityHome(world, party, key);
}

/** The reason why no identity policy can help, in words; undefined when one can. */
function whyNot(key: Key, party: Party, given: readonly Share[], useCase: UseCase | undefined): string | undefined {
  if (!key.policy) return `The workspace has no key policy for ${sayKey(key)}, so what it allows is not known.`;
  if (key.awsManaged) return `${capital(sayKey(key))} is an AWS managed key: its key policy cannot be changed and does not allow other accounts. Use a customer managed key.`;
  if (key.account === party.account) return `Account ${party.account} owns the key: this is not cross-account access.`;
  if (key.partition !== undefined && party.partition !== undefined && key.partition !== party.partition) {
    return `The key is in the partition ${key.partition} and ${sayParty(party)} in ${party.partition}: no access crosses partitions.`;
  }
  if (useCase?.servicePrincipal !== undefined && useCase.consumerActions.length === 0) {
    return `For "${useCase.title}" the service calls AWS KMS as itself: only the key policy has to allow ${useCase.servicePrincipal}.`;
  }
  return given.length === 0 ? `The key policy of ${sayKey(key)} gives ${sayParty(party)} nothing that works across accounts.` : undefined;
}

function neededBy(given: readonly Share[], row: UseCaseNeeds | undefined): Need[] {
  const needs = given.map((share) => share.need);
  if (!row) return gatherNeeds(splitGrants(needs));
  const fitting = narrowToUseCase(gatherNeeds(needs), row);
  // Without a grant there is nothing to retire.
  const retiring = (actionsOf(fitting) & CREATE_GRANT) === NO_ACTIONS ? NO_ACTIONS : row.direct.actions & GIVEN_BY_GRANT;
  return gatherNeeds(retiring === NO_ACTIONS ? fitting : [...fitting, { ...row.direct, actions: retiring }]);
}

function useCaseNotes(useCase: UseCase, row: UseCaseNeeds, party: Party, given: readonly Share[]): string[] {
  const useful = given.map((share) => share.need).filter((need) => serves(need, row));
  const lacks = lacksOf([...useful, { ...row.direct, actions: GIVEN_BY_GRANT }], row);
  return [
    ...(lacks === '' ? [] : [`The key policy does not give ${sayParty(party)} ${lacks}, which "${useCase.title}" needs.`]),
    ...(useCase.note === undefined ? [] : [useCase.note]),
  ];
}

function notesOn(key: Key, party: Party, given: readonly Share[], organizations: World['organizations']): string[] {
  const notes: string[] = [];
  const local = given.reduce<ActionSet>((set, { statement }) => set | namedOnly(statement), NO_ACTIONS) & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS;
  if (local !== NO_ACTIONS) notes.push(`Left out, since it never works on a key of another account: ${listed(wordActions(local, []))}.`);
  const open = given.flatMap(({ statement }) => openConditions(statement, key, party, organizations)).map(sayCondition);
  if (open.length > 0) notes.push(`The key policy also requires of the caller: ${listed([...new Set(open)])}.`);
  const regions = party.identity.resourceRegions?.map(({ region }) => region) ?? [];
  if (key.region !== undefined && regions.length > 0 && !regions.includes(key.region)) {
    notes.push(`Services call KMS in their own Region: those with resources of ${sayParty(party)} in ${listed(regions)} cannot use this key, which is in ${key.region}.`);
  }
  if (key.account === undefined) notes.push(`The workspace does not know who owns the key. If that is account ${party.account} itself, this is not what it needs.`);
  if (key.arn === undefined) notes.push('The workspace does not know the whole ARN of the key: fill in what is missing.');
  return notes;
}

/** Single actions that are written out: nobody means all that is behind a wildcard. */
function namedOnly(statement: Statement): ActionSet {
  const patterns = statement.action && !statement.action.negated ? statement.action.patterns : [];
  return patterns.filter((pattern) => !/[*?]/.test(pattern.text.value)).reduce((set, pattern) => set | pattern.set, NO_ACTIONS);
}

/** The statement of an identity policy that asks for what is needed of the key; its Sid counts as taken from then on. */
export function consumerStatement(need: Need, key: Pick<Key, 'keyId'>, keyArn: string, taken: Set<string>): JsonObject {
  return statementObject({ sid: freeSid(sidFor(need, key), taken), actions: wordActions(need.actions, need.written), resource: keyArn, conditions: need.conditions });
}

/** Letters and digits only: identity policies take nothing else in a Sid. */
export function sidFor(need: Need, key: Pick<Key, 'keyId'>): string {
  const grants = need.conditions.some((condition) => condition.key.toLowerCase() === 'kms:grantisforawsresource');
  return `${grants ? 'GrantsOn' : 'Use'}KmsKey${(shortKeyId(key.keyId) ?? '').replace('mrk-', 'Mrk')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
