import { NO_ACTIONS, unionOfActions, actionSetOf } from '../aws/actions';
import { GRANT_ACTIONS, type UseCase } from '../aws/use-cases';
import { describeActionSet } from './action-patterns';
import { GRANTS_FOR_AWS_RESOURCES, type ConditionEntry } from './condition-entries';
import { CREATE_GRANT, grantRestriction, isLimitedToAwsResources, separateCreateGrant,
  withGrantsForAwsResourcesOnly } from './grant-permissions';
import { restrictPermissions, type RequiredPermission } from './required-permission';
import { CROSS_ACCOUNT_KEY_POLICY_ACTIONS } from './statement-permissions';

/** What a use case (`aws/use-cases.ts`) needs of one policy. */
export interface UseCasePermissions {
  readonly directUse: RequiredPermission;
  /** The statement for services that work through grants; undefined where the use case has none. */
  readonly grants: RequiredPermission | undefined;
}

export interface GranteeAccount {
  readonly account: string;
  readonly partition: string | undefined;
}

/** What the identity policy has to allow. @param grantees accounts whose service-linked roles get the grants that a person makes */
export function identityPolicyPermissions(useCase: UseCase, grantees: readonly GranteeAccount[]): UseCasePermissions {
  return permissionsOfUseCase(useCase, useCase.consumerActions, grantees);
}

/**
 * What a use case needs of the key policy for the consumer's identities, in place of what an identity policy asks for.
 *
 * @param grantees the consumer's accounts, where a person there makes the grants that the use case needs
 */
export function permissionsForUseCase(useCase: UseCase, grantees: readonly GranteeAccount[]): RequiredPermission[] {
  // A service that calls as itself gets a statement of its own; the identities get what they need beside it.
  const actions = useCase.servicePrincipal === undefined ? useCase.keyPolicyActions : useCase.consumerActions;
  const { directUse, grants } = permissionsOfUseCase(useCase, actions, grantees);
  return restrictPermissions(separateCreateGrant(grants ? [directUse, grants] : [directUse]), CROSS_ACCOUNT_KEY_POLICY_ACTIONS);
}

/** What of the permissions belongs to the use case, with its grants under the condition of the use case even if they need not be. */
export function restrictToUseCase(permissions: readonly RequiredPermission[], useCase: UseCasePermissions): RequiredPermission[] {
  const { directUse, grants } = useCase;
  const usable = permissions.filter((permission) => isUsableForUseCase(permission, useCase));
  const direct = restrictPermissions(usable, directUse.actions);
  if (!grants) return separateCreateGrant(direct);
  return [...direct, ...restrictPermissions(usable, grants.actions).map((permission) =>
    ({ ...permission, conditions: createGrantConditions(permission.conditions, grants.conditions) }))];
}

/** Whether the permission is of use: a grant of a person is none of an AWS service (KMS Developer Guide, kms:GrantIsForAWSResource). */
export function isUsableForUseCase({ conditions }: RequiredPermission, { grants }: UseCasePermissions): boolean {
  return grants === undefined || isLimitedToAwsResources(grants.conditions) || !isLimitedToAwsResources(conditions);
}

function createGrantConditions(conditions: readonly ConditionEntry[],
  grantConditions: readonly ConditionEntry[]): readonly ConditionEntry[] {
  if (isLimitedToAwsResources(grantConditions)) return withGrantsForAwsResourcesOnly(conditions);
  return grantRestriction(conditions) === 'full' ? conditions : [...conditions, ...grantConditions];
}

/** The actions of the use case that the permissions do not contain, in words; empty when there are none. */
export function missingActionsText(permissions: readonly RequiredPermission[], { directUse, grants }: UseCasePermissions): string {
  const all = directUse.actions | (grants?.actions ?? NO_ACTIONS);
  return describeActionSet(all & ~unionOfActions(permissions), [...directUse.writtenActions, ...GRANT_ACTIONS]);
}

function permissionsOfUseCase(useCase: UseCase, actions: readonly string[], grantees: readonly GranteeAccount[]): UseCasePermissions {
  const direct = actionSetOf(actions);
  const grants = grantPermission(useCase, grantees);
  // Where the use case has a statement for grants, CreateGrant stands there.
  return { directUse: { actions: grants ? direct & ~CREATE_GRANT : direct, conditions: [], writtenActions: actions }, grants };
}

function grantPermission({ grants, grantee }: UseCase, grantees: readonly GranteeAccount[]): RequiredPermission | undefined {
  if (grants) return { actions: actionSetOf(GRANT_ACTIONS), conditions: [GRANTS_FOR_AWS_RESOURCES], writtenActions: GRANT_ACTIONS };
  if (grantee === undefined || grantees.length === 0) return undefined;
  const values = grantees.map(({ account, partition = 'aws' }) => `arn:${partition}:iam::${account}:${grantee}`);
  return { actions: CREATE_GRANT, conditions: [{ operator: 'StringLike', key: 'kms:GranteePrincipal', values }],
    writtenActions: ['kms:CreateGrant'] };
}
