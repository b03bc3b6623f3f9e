import { describeCount } from '../access/text/describe-access';
import { isAccountId } from '../aws/arn';
import { compareIdentifiers, type Identifier } from '../aws/identifier-comparison';
import { KEY_ADMINISTRATOR_ACTIONS, useCaseNamed, type UseCase } from '../aws/use-cases';
import type { TemplateFile } from '../discovery/cloudformation/template-file';
import { baseName, plainUri } from '../text/uri-path';
import type { World } from '../workspace/world';
import { actionPatternsFor } from './action-patterns';
import { singleValueOrList, type ConditionEntry } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { isLimitedToAwsResources } from './grant-permissions';
import { accountGrantee, isIdentityCenterRole, keyPolicyPrincipalFor, principalConditionsFor, resolveGrantee,
  type Grantee } from './grantee';
import { UNKNOWN_KEY } from './key-reference';
import { newKeyPolicyUri } from './new-policy-uri';
import { placeholderNamesIn } from './placeholder-marker';
import { placeholdersAsWords } from './render';
import { ownerStatement } from './owner-statement';
import { mergePermissions, type RequiredPermission } from './required-permission';
import { isServiceUseCase, serviceStatement } from './service-statement';
import { policyDocument, statementObject, uniqueSid, type JsonObject } from './statement-additions';
import { addKey } from './template-policy';
import { permissionsForUseCase, type GranteeAccount } from './use-case-permissions';

/** Who is to do what with a key that has no policy yet. */
export interface NewKeyPolicyRequest {
  readonly world: World;
  /** The account of the key: 12 digits, or that of the stack where the key is a resource of its template. */
  readonly owner: Identifier;
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
  /** The template that gets the key as a resource, with the policy and an alias; without it the policy is a file of its own. */
  readonly template?: TemplateFile | undefined;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existingUris?: readonly string[] | undefined;
}

/** A request whose names are looked up. */
interface NewKeyPolicyPlan {
  readonly owner: { readonly account: string; readonly partition: string };
  readonly administrators: readonly Grantee[];
  readonly ownerGrantees: readonly Grantee[];
  readonly externalGrantees: readonly Grantee[];
  /** Of the external grantees. */
  readonly externalAccounts: readonly string[];
  readonly useCases: readonly UseCase[];
}

/**
 * The policy of a new key: the statement for its own account, then who manages and who uses it, with grants where a use case needs them,
 * and the services that call KMS as themselves. It allows nobody else.
 */
export function generateNewKeyPolicy(request: NewKeyPolicyRequest): Counterpart | Refusal {
  const plan = resolveNewKeyPolicyRequest(request);
  if (isRefusal(plan)) return plan;
  const statements = newKeyPolicyStatements(plan, request.region);
  if (request.template) return keyInTemplate(request.template, statements, plan);
  return createCounterpart({
    policy: undefined, additions: statements.map((statement) => ({ statement })),
    newUri: () => newKeyPolicyUri({ world: request.world, existingUris: request.existingUris ?? [] }, request.owner, request.folder),
    purpose: describePlan(plan), notes: newKeyPolicyNotes(plan),
  });
}

function keyInTemplate(file: TemplateFile, statements: readonly JsonObject[], plan: NewKeyPolicyPlan): Counterpart | Refusal {
  const document = policyDocument(statements);
  const templateChange = addKey(file, document);
  if (isRefusal(templateChange)) return templateChange;
  return {
    changes: [templateChange.change], manifestChange: undefined, document, statements,
    summary: `Adds a key to ${baseName(plainUri(file.template.uri))} to let ${describePlan(plan)}.`,
    notes: newKeyPolicyNotes(plan).map(placeholdersAsWords), placeholders: placeholderNamesIn(templateChange.written), nothingToDo: false,
  };
}

function resolveNewKeyPolicyRequest({ world, owner, ...request }: NewKeyPolicyRequest): NewKeyPolicyPlan | Refusal {
  if (!isAccountId(owner) && owner !== request.template?.references.account)
    return refusal(`"${owner}" is not an account id: it has exactly 12 digits.`);
  const useCases = allResolved(request.useCases.map((id) => useCaseNamed(id) ?? refusal(`There is no use case "${id}".`)));
  if (isRefusal(useCases)) return useCases;
  const administrators = allResolved(request.administrators.map((arn) => resolveAdministrator(world, arn, owner)));
  if (isRefusal(administrators)) return administrators;
  const users = allResolved(request.users.map((user) => resolveGrantee(world, user)));
  if (isRefusal(users)) return users;
  const grantees = [...administrators, ...users];
  const partition = request.template?.references.partition ?? partitionForNewKey(world, owner, grantees);
  const stranger = grantees.find((grantee) => compareIdentifiers(grantee.partition, partition) === 'different');
  if (stranger) return refusal(`The key is in the partition ${partition} and ${stranger.arn ?? stranger.account} in `
    + `${stranger.partition ?? ''}: no access crosses partitions.`);
  const externalGrantees = uniqueGrantees(users).filter(({ account }) => account !== owner);
  return {
    owner: { account: owner, partition }, administrators: uniqueGrantees(administrators), useCases, externalGrantees,
    // The account itself has all by the first statement.
    ownerGrantees: uniqueGrantees(users).filter(({ account, arn, kind }) => account === owner && arn !== undefined && kind !== 'group'),
    externalAccounts: [...new Set(externalGrantees.map(({ account }) => account))],
  };
}

/** All of the results, or the first refusal among them. */
function allResolved<T extends object>(results: readonly (T | Refusal)[]): readonly T[] | Refusal {
  return results.find((result) => isRefusal(result)) ?? results.filter((result): result is T => !isRefusal(result));
}

/** KMS lets nobody manage a key of another account, and a group is never a principal (IAM User Guide, Principal). */
function resolveAdministrator(world: World, arn: string, owner: string): Grantee | Refusal {
  const grantee = resolveGrantee(world, { arn });
  if (isRefusal(grantee)) return grantee;
  if (grantee.account !== owner) return refusal(`${arn} is not of account ${owner}: a key is managed from its own account only.`);
  if (grantee.arn === undefined || grantee.kind === 'group') return refusal(`${arn} is not a user or role: `
    + 'a key policy cannot name a group, and the account itself may manage the key already.');
  return grantee;
}

function partitionForNewKey(world: World, owner: string, grantees: readonly Grantee[]): string {
  const ofOwner = [...grantees, ...world.keys, ...world.identities].find(({ account, partition }) =>
    account === owner && partition !== undefined);
  return ofOwner?.partition ?? grantees.find(({ partition }) => partition !== undefined)?.partition ?? 'aws';
}

function uniqueGrantees(grantees: readonly Grantee[]): Grantee[] {
  return [...new Map(grantees.map((grantee) => [grantee.arn ?? grantee.account, grantee])).values()];
}

function newKeyPolicyStatements(plan: NewKeyPolicyPlan, region: string | undefined): JsonObject[] {
  const { owner, administrators, ownerGrantees, externalGrantees, useCases } = plan;
  const usedSids = new Set<string>();
  const accounts = plan.externalAccounts.map((account) => ({ account, partition: owner.partition }));
  const allow = (sid: string, grantees: readonly Grantee[], actions: readonly string[], conditions: readonly ConditionEntry[] = []) =>
    principalsFor(grantees, owner.partition).map(({ principals, principalConditions }) => statementObject({
      sid: uniqueSid(sid, usedSids), principal: { AWS: singleValueOrList(principals) }, actions, resource: '*',
      conditions: [...conditions, ...principalConditions],
    }));
  const use = (grantees: readonly Grantee[], permissions: readonly RequiredPermission[], by: string): JsonObject[] =>
    permissions.flatMap(({ actions, conditions, writtenActions }) =>
      allow(isLimitedToAwsResources(conditions) ? `Allow grants for AWS services${by}` : `Allow use of the key${by}`, grantees,
        actionPatternsFor(actions, writtenActions), conditions));
  return [
    ownerStatement(owner),
    ...allow('Allow administration of the key', administrators, KEY_ADMINISTRATOR_ACTIONS),
    // The owner's own identities need no grants of their own making: those of AWS services do.
    ...use(ownerGrantees, permissionsOfUseCases(useCases, []), ''),
    ...use(externalGrantees, permissionsOfUseCases(useCases, accounts), ' from other accounts'),
    ...serviceStatementsFor(plan, region, usedSids),
  ];
}

/** The principals of the statements that the grantees need: one for all, and one for each role of IAM Identity Center. */
function principalsFor(grantees: readonly Grantee[], partition: string):
  { readonly principals: readonly string[]; readonly principalConditions: readonly ConditionEntry[] }[] {
  const namedGrantees = grantees.filter((grantee) => !isIdentityCenterRole(grantee));
  const principals = [...new Set(namedGrantees.map((grantee) => keyPolicyPrincipalFor(grantee, partition)))];
  return [
    ...principals.length === 0 ? [] : [{ principals, principalConditions: [] }],
    ...grantees.filter(isIdentityCenterRole).map((grantee) =>
      ({ principals: [keyPolicyPrincipalFor(grantee, partition)], principalConditions: principalConditionsFor(grantee) })),
  ];
}

/** What the identities need; with no use case chosen what the KMS API itself needs. */
function permissionsOfUseCases(useCases: readonly UseCase[], grantees: readonly GranteeAccount[]): RequiredPermission[] {
  const direct = useCaseNamed('direct');
  const effectiveUseCases = useCases.length === 0 && direct ? [direct] : useCases;
  return mergePermissions(effectiveUseCases.flatMap((useCase) => permissionsForUseCase(useCase, grantees)));
}

/** A service works for the accounts that use the key; for the owner where there are no others. */
function serviceStatementsFor({ owner, ownerGrantees, externalGrantees, externalAccounts, useCases }: NewKeyPolicyPlan,
  region: string | undefined, usedSids: Set<string>): JsonObject[] {
  const accounts = ownerGrantees.length > 0 || externalGrantees.length === 0 ? [owner.account, ...externalAccounts] : externalAccounts;
  const key = { ...UNKNOWN_KEY, ...owner, region };
  return useCases.filter(isServiceUseCase).flatMap((useCase) => accounts.flatMap((account) => {
    const grantee = accountGrantee(account, owner.partition);
    return isRefusal(grantee) ? [] : [serviceStatement(useCase, key, grantee, usedSids)];
  }));
}

/** "2 administrators, 1 other account use a new key of account 111122223333" */
function describePlan({ owner, administrators, ownerGrantees, externalAccounts }: NewKeyPolicyPlan): string {
  const counts = ([[administrators, 'administrator'], [ownerGrantees, 'user'], [externalAccounts, 'other account']] as const)
    .filter(([{ length }]) => length > 0).map(([{ length }, noun]) => describeCount(length, noun));
  return counts.length === 0
    ? `account ${owner.account} use a new key of its own`
    : `${counts.join(', ')} use a new key of account ${owner.account}`;
}

function newKeyPolicyNotes({ externalAccounts, useCases }: NewKeyPolicyPlan): string[] {
  return [
    ...externalAccounts.length === 0
      ? []
      : [`This is one half: the administrators of ${externalAccounts.join(', ')} have to allow the same in IAM policies.`],
    ...useCases.flatMap(({ note, title }) => (note === undefined ? [] : [`${title}: ${note}`])),
  ];
}
