import { isAccountId } from '../aws/arn';
import { KEY_ADMINISTRATOR_ACTIONS, useCaseNamed, type UseCase } from '../aws/use-cases';
import { describeCount } from '../access/text/describe-access';
import type { JsonValue } from '../syntax/tree-edit';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { actionPatternsFor } from './action-patterns';
import { permissionsForUseCase } from './requested-permissions';
import { areConditionsIncludedIn, GRANTS_FOR_AWS_RESOURCES } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { mergePermissions, type RequiredPermission } from './required-permission';
import { ownerStatement } from './owner-statement';
import { accountGrantee, isIdentityCenterRole, resolveGrantee, principalConditionsFor, keyPolicyPrincipalFor,
  type Grantee } from './grantee';
import { newKeyPolicyUri } from './new-policy-uri';
import { isServiceUseCase, serviceStatement } from './service-statement';
import { uniqueSid } from './sid';
import type { GranteeAccount } from './use-case-permissions';
import { statementObject, type JsonObject } from './statement-additions';

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
  readonly existingUris?: readonly string[] | undefined;
}

/** The answers, looked up. */
interface NewKeyPolicyPlan {
  readonly owner: { readonly account: string; readonly partition: string };
  readonly administrators: readonly Grantee[];
  readonly ownerGrantees: readonly Grantee[];
  readonly externalGrantees: readonly Grantee[];
  readonly useCases: readonly UseCase[];
}

/**
 * The policy of a new key: the statement for its own account, then who manages and who uses it, with grants where a use
 * case needs them, and the services that call KMS as themselves. It lets nobody else in.
 */
export function generateNewKeyPolicy(request: NewKeyPolicyRequest): Counterpart | Refusal {
  const plan = resolveNewKeyPolicyRequest(request);
  if (isRefusal(plan)) return plan;
  const statements = newKeyPolicyStatements(plan, request.region);
  const additions = statements.map((statement) => ({ statement, extendedStatement: undefined }));
  return createCounterpart({
    policy: undefined, additions, newFileStatements: additions,
    newUri: () => newKeyPolicyUri({ world: request.world, existingUris: request.existingUris ?? [] }, request.owner, request.folder),
    purpose: describePlan(plan),
    notes: newKeyPolicyNotes(plan),
  });
}

function resolveNewKeyPolicyRequest({ world, owner, administrators, users, useCases }: NewKeyPolicyRequest): NewKeyPolicyPlan | Refusal {
  if (!isAccountId(owner)) return refusal(`"${owner}" is not an account id: it has exactly 12 digits.`);
  const rows = useCases.map((id) => useCaseNamed(id) ?? refusal(`There is no use case "${id}".`));
  const managing = administrators.map((arn) => resolveAdministrator(world, arn, owner));
  const using = users.map((user) => resolveGrantee(world, user));
  const no = [...rows, ...managing, ...using].find(isRefusal);
  if (no) return no;
  const grantees = [...managing, ...using].filter((party): party is Grantee => !isRefusal(party));
  const partition = partitionForNewKey(world, owner, grantees);
  const stranger = grantees.find((grantee) => grantee.partition !== undefined && grantee.partition !== partition);
  if (stranger) return refusal(`The key is in the partition ${partition} and ${stranger.arn ?? stranger.account} in `
    + `${stranger.partition ?? ''}: no access crosses partitions.`);
  const parted = uniqueGrantees(using.filter((party): party is Grantee => !isRefusal(party)));
  return {
    owner: { account: owner, partition },
    administrators: uniqueGrantees(managing.filter((party): party is Grantee => !isRefusal(party))),
    // The account itself has all by the first statement.
    ownerGrantees: parted.filter((party) => party.account === owner && party.arn !== undefined && party.kind !== 'group'),
    externalGrantees: parted.filter((party) => party.account !== owner),
    useCases: rows.filter((row): row is UseCase => !isRefusal(row)),
  };
}

/** KMS lets nobody manage a key of another account, and a group is never a principal (IAM User Guide, Principal). */
function resolveAdministrator(world: World, arn: string, owner: string): Grantee | Refusal {
  const party = resolveGrantee(world, { arn });
  if (isRefusal(party)) return party;
  if (party.account !== owner) return refusal(`${arn} is not of account ${owner}: a key is managed from its own account only.`);
  if (party.arn === undefined || party.kind === 'group') return refusal(`${arn} is not a user or role: `
    + 'a key policy cannot name a group, and the account itself may manage the key already.');
  return party;
}

function partitionForNewKey(world: World, owner: string, grantees: readonly Grantee[]): string {
  const known = [...grantees, ...world.keys, ...world.identities].find(({ account, partition }) =>
    account === owner && partition !== undefined
  );
  return known?.partition ?? grantees.find(({ partition }) => partition !== undefined)?.partition ?? 'aws';
}

function uniqueGrantees(grantees: readonly Grantee[]): Grantee[] {
  return [...new Map(grantees.map((grantee) => [grantee.arn ?? grantee.account, grantee])).values()];
}

function newKeyPolicyStatements(newKeyPolicyPlan: NewKeyPolicyPlan, region: string | undefined): JsonObject[] {
  const { owner, administrators, ownerGrantees, externalGrantees, useCases } = newKeyPolicyPlan;
  const taken = new Set<string>();
  const allow = (sid: string, grantees: readonly Grantee[], actions: readonly string[],
    conditions: RequiredPermission['conditions'] = []): JsonObject[] => {
    if (actions.length === 0) return [];
    const statement = (principal: JsonValue, limits: RequiredPermission['conditions']): JsonObject => (
      statementObject({ sid: uniqueSid(sid, taken), principal: { AWS: principal }, actions, resource: '*', conditions: limits })
    );
    const named = [
      ...new Set(
        grantees.filter((grantee) => !isIdentityCenterRole(grantee)).map((party) => keyPolicyPrincipalFor(party, owner.partition)),
      ),
    ];
    const [only, ...more] = named;
    return [
      ...only === undefined ? [] : [statement(more.length === 0 ? only : named, conditions)],
      ...grantees.filter(isIdentityCenterRole).map((party) =>
        statement(keyPolicyPrincipalFor(party, owner.partition), [...conditions, ...principalConditionsFor(party)])
      ),
    ];
  };
  const use = (parties: readonly Grantee[], requiredPermissions: readonly RequiredPermission[], by: string): JsonObject[] =>
    requiredPermissions.flatMap((requiredPermission) => (
      allow(
        areConditionsIncludedIn([GRANTS_FOR_AWS_RESOURCES], requiredPermission.conditions)
          ? `Allow grants for AWS services${by}`
          : `Allow use of the key${by}`,
        parties,
        actionPatternsFor(requiredPermission.actions, requiredPermission.writtenActions),
        requiredPermission.conditions,
      )
    ));
  const accounts = [...new Set(externalGrantees.map(({ account }) => account))].map((account) => ({ account, partition: owner.partition }));
  return [
    ownerStatement(owner),
    ...allow('Allow administration of the key', administrators, KEY_ADMINISTRATOR_ACTIONS),
    // The owner's own identities need no grants of their own making: those of AWS services do.
    ...use(ownerGrantees, permissionsOfUseCases(useCases, []), ''),
    ...use(externalGrantees, permissionsOfUseCases(useCases, accounts), ' from other accounts'),
    ...serviceStatementsFor(newKeyPolicyPlan, region, taken),
  ];
}

/** What the identities need; with no use case chosen what the KMS API itself needs. */
function permissionsOfUseCases(useCases: readonly UseCase[], grantees: readonly GranteeAccount[]): RequiredPermission[] {
  const direct = useCaseNamed('direct');
  const rows = useCases.length === 0 && direct ? [direct] : useCases;
  return mergePermissions(rows.flatMap((row) => permissionsForUseCase(row, grantees)));
}

/** A service works for the accounts that use the key; for the owner where there are no others. */
function serviceStatementsFor({ owner, ownerGrantees, externalGrantees, useCases }: NewKeyPolicyPlan, region: string | undefined,
  taken: Set<string>): JsonObject[] {
  const accounts = [
    ...new Set([...ownerGrantees.length > 0 || externalGrantees.length === 0 ? [owner.account] : [],
      ...externalGrantees.map(({ account }) => account)]),
  ];
  const key = newKeyRecord(owner, region);
  return useCases.filter(isServiceUseCase).flatMap((useCase) => accounts.flatMap((account) => {
    const party = accountGrantee(account, owner.partition);
    return isRefusal(party) ? [] : [serviceStatement(useCase, key, party, taken)];
  }));
}

/** The new key, of which no more is known. */
function newKeyRecord({ account, partition }: NewKeyPolicyPlan['owner'], region: string | undefined): Key {
  return {
    id: 'new', arn: undefined, keyId: undefined, account, partition, region, policy: undefined, link: undefined, aliases: [],
    aliasesComplete: false,
    keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
  };
}

/** "2 administrators, 1 other account use a new key of account 111122223333" */
function describePlan({ owner, administrators, ownerGrantees, externalGrantees }: NewKeyPolicyPlan): string {
  const count = (number: number, one: string): string[] => (number === 0 ? [] : [describeCount(number, one)]);
  const accounts = new Set(externalGrantees.map(({ account }) => account)).size;
  const who = [...count(administrators.length, 'administrator'), ...count(ownerGrantees.length, 'user'),
    ...count(accounts, 'other account')];
  return who.length === 0
    ? `account ${owner.account} use a new key of its own`
    : `${who.join(', ')} use a new key of account ${owner.account}`;
}

function newKeyPolicyNotes({ externalGrantees, useCases }: NewKeyPolicyPlan): string[] {
  const accounts = [...new Set(externalGrantees.map(({ account }) => account))];
  return [
    ...accounts.length === 0 ? [] : [`This is one half: the administrators of ${accounts.join(', ')} have to allow the same in `
      + 'IAM policies.'],
    ...useCases.flatMap(({ note, title }) => (note === undefined ? [] : [`${title}: ${note}`])),
  ];
}
