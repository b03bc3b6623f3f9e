import { isAccountId } from '../aws/arn';
import { KEY_ADMINISTRATOR_ACTIONS, useCaseNamed, type UseCase } from '../aws/use-cases';
import { counted } from '../access/say';
import type { JsonValue } from '../parse/edit';
import type { Key, World } from '../workspace/world';
import { wordActions } from './action-wording';
import { useCaseNeeds } from './asked';
import { asksNoMore, GRANTS_FOR_AWS_RESOURCES } from './carried-conditions';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { counterpartOf } from './finish';
import { gatherNeeds, type Need } from './need';
import { ownerStatement } from './owner-statement';
import { accountParty, isOfIdentityCenter, partyOf, principalConditions, principalFor, type Party } from './party';
import { placeNewKeyPolicy } from './place';
import { isServiceUseCase, serviceStatement } from './service-statement';
import { freeSid } from './sid';
import type { GranteeAccount } from './use-case';
import { statementObject, type JsonObject } from './write-statements';

/** Who is to do what with a key that has no policy yet. */
export interface NewKeyPolicyRequest {
  readonly world: World;
  /** The account of the key, 12 digits. */
  readonly owner: string;
  /** ARNs of users and roles of the owner who manage the key; with none the account alone does. */
  readonly administrators: readonly string[];
  /** Who uses the key: users and roles of the owner, other accounts, users and roles of those. */
  readonly users: readonly Target[];
  /** Use cases (`aws/use-cases.ts`); with none the KMS API itself. */
  readonly useCases: readonly string[];
  /** Region of the key, for services whose names have it. */
  readonly region?: string | undefined;
  /** URI of the folder for the new file, with a slash at its end, unless the key policies of the owner have one. */
  readonly folder: string;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existing?: readonly string[] | undefined;
}

/** The answers, looked up. */
interface Plan {
  readonly owner: { readonly account: string; readonly partition: string };
  readonly administrators: readonly Party[];
  readonly own: readonly Party[];
  readonly others: readonly Party[];
  readonly useCases: readonly UseCase[];
}

/**
 * The policy of a new key: the statement for its own account, then who manages and who uses it, with grants where a use
 * case needs them, and the services that call KMS as themselves. It lets nobody else in.
 */
export function generateNewKeyPolicy(request: NewKeyPolicyRequest): Counterpart | Refusal {
  const plan = planOf(request);
  if (isRefusal(plan)) return plan;
  const statements = statementsFor(plan, request.region);
  const additions = statements.map((statement) => ({ statement, extend: undefined }));
  return counterpartOf({
    policy: undefined, additions, fresh: additions,
    newUri: () => placeNewKeyPolicy({ world: request.world, existing: request.existing ?? [] }, request.owner, request.folder),
    what: whatFor(plan),
    notes: notesOn(plan),
  });
}

function planOf({ world, owner, administrators, users, useCases }: NewKeyPolicyRequest): Plan | Refusal {
  if (!isAccountId(owner)) return refusal(`"${owner}" is not an account id: it has exactly 12 digits.`);
  const rows = useCases.map((id) => useCaseNamed(id) ?? refusal(`There is no use case "${id}".`));
  const managing = administrators.map((arn) => administratorOf(world, arn, owner));
  const using = users.map((user) => partyOf(world, user));
  const no = [...rows, ...managing, ...using].find(isRefusal);
  if (no) return no;
  const parties = [...managing, ...using].filter((party): party is Party => !isRefusal(party));
  const partition = partitionOf(world, owner, parties);
  const stranger = parties.find((party) => party.partition !== undefined && party.partition !== partition);
  if (stranger) return refusal(`The key is in the partition ${partition} and ${stranger.arn ?? stranger.account} in ${stranger.partition ?? ''}: no access crosses partitions.`);
  const parted = unique(using.filter((party): party is Party => !isRefusal(party)));
  return {
    owner: { account: owner, partition },
    administrators: unique(managing.filter((party): party is Party => !isRefusal(party))),
    // The account itself has all by the first statement.
    own: parted.filter((party) => party.account === owner && party.arn !== undefined && party.kind !== 'group'),
    others: parted.filter((party) => party.account !== owner),
    useCases: rows.filter((row): row is UseCase => !isRefusal(row)),
  };
}

/** KMS lets nobody manage a key of another account, and a group is never a principal (IAM User Guide, Principal). */
function administratorOf(world: World, arn: string, owner: string): Party | Refusal {
  const party = partyOf(world, { arn });
  if (isRefusal(party)) return party;
  if (party.account !== owner) return refusal(`${arn} is not of account ${owner}: a key is managed from its own account only.`);
  if (party.arn === undefined || party.kind === 'group') return refusal(`${arn} is not a user or role: a key policy cannot name a group, and the account itself may manage the key already.`);
  return party;
}

function partitionOf(world: World, owner: string, parties: readonly Party[]): string {
  const known = [...parties, ...world.keys, ...world.identities].find(({ account, partition }) => account === owner && partition !== undefined);
  return known?.partition ?? parties.find(({ partition }) => partition !== undefined)?.partition ?? 'aws';
}

function unique(parties: readonly Party[]): Party[] {
  return [...new Map(parties.map((party) => [party.arn ?? party.account, party])).values()];
}

function statementsFor(plan: Plan, region: string | undefined): JsonObject[] {
  const { owner, administrators, own, others, useCases } = plan;
  const taken = new Set<string>();
  const allow = (sid: string, parties: readonly Party[], actions: readonly string[], conditions: Need['conditions'] = []): JsonObject[] => {
    if (actions.length === 0) return [];
    const statement = (principal: JsonValue, limits: Need['conditions']): JsonObject => (
      statementObject({ sid: freeSid(sid, taken), principal: { AWS: principal }, actions, resource: '*', conditions: limits }));
    const named = [...new Set(parties.filter((party) => !isOfIdentityCenter(party)).map((party) => principalFor(party, owner.partition)))];
    const [only, ...more] = named;
    return [
      ...only === undefined ? [] : [statement(more.length === 0 ? only : named, conditions)],
      ...parties.filter(isOfIdentityCenter).map((party) => statement(principalFor(party, owner.partition), [...conditions, ...principalConditions(party)])),
    ];
  };
  const use = (parties: readonly Party[], needs: readonly Need[], by: string): JsonObject[] => needs.flatMap((need) => (
    allow(asksNoMore([GRANTS_FOR_AWS_RESOURCES], need.conditions) ? `Allow grants for AWS services${by}` : `Allow use of the key${by}`, parties, wordActions(need.actions, need.written), need.conditions)));
  const accounts = [...new Set(others.map(({ account }) => account))].map((account) => ({ account, partition: owner.partition }));
  return [
    ownerStatement(owner),
    ...allow('Allow administration of the key', administrators, KEY_ADMINISTRATOR_ACTIONS),
    // The owner's own identities need no grants of their own making: those of AWS services do.
    ...use(own, needsOf(useCases, []), ''),
    ...use(others, needsOf(useCases, accounts), ' from other accounts'),
    ...servicesFor(plan, region, taken),
  ];
}

/** What the identities need; with no use case chosen what the KMS API itself needs. */
function needsOf(useCases: readonly UseCase[], grantees: readonly GranteeAccount[]): Need[] {
  const direct = useCaseNamed('direct');
  const rows = useCases.length === 0 && direct ? [direct] : useCases;
  return gatherNeeds(rows.flatMap((row) => useCaseNeeds(row, grantees)));
}

/** A service works for the accounts that use the key; for the owner where there are no others. */
function servicesFor({ owner, own, others, useCases }: Plan, region: string | undefined, taken: Set<string>): JsonObject[] {
  const accounts = [...new Set([...own.length > 0 || others.length === 0 ? [owner.account] : [], ...others.map(({ account }) => account)])];
  const key = keyOf(owner, region);
  return useCases.filter(isServiceUseCase).flatMap((useCase) => accounts.flatMap((account) => {
    const party = accountParty(account, owner.partition);
    return isRefusal(party) ? [] : [serviceStatement(useCase, key, party, taken)];
  }));
}

/** The new key, of which no more is known. */
function keyOf({ account, partition }: Plan['owner'], region: string | undefined): Key {
  return {
    id: 'new', arn: undefined, keyId: undefined, account, partition, region, policy: undefined, link: undefined, aliases: [], aliasesComplete: false,
    keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
  };
}

/** "2 administrators, 1 other account use a new key of account 111122223333" */
function whatFor({ owner, administrators, own, others }: Plan): string {
  const count = (number: number, one: string): string[] => (number === 0 ? [] : [counted(number, one)]);
  const accounts = new Set(others.map(({ account }) => account)).size;
  const who = [...count(administrators.length, 'administrator'), ...count(own.length, 'user'), ...count(accounts, 'other account')];
  return who.length === 0 ? `account ${owner.account} use a new key of its own` : `${who.join(', ')} use a new key of account ${owner.account}`;
}

function notesOn({ others, useCases }: Plan): string[] {
  const accounts = [...new Set(others.map(({ account }) => account))];
  return [
    ...accounts.length === 0 ? [] : [`This is one half: the administrators of ${accounts.join(', ')} have to allow the same in IAM policies.`],
    ...useCases.flatMap(({ note, title }) => (note === undefined ? [] : [`${title}: ${note}`])),
  ];
}
