import { expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { GRANT_ACTIONS, type UseCase } from '../aws/use-cases';
import { areConditionsIncludedIn, GRANTS_FOR_AWS_RESOURCES } from './condition-entries';
import { joinWithAnd, actionPatternsFor } from './action-patterns';
import { CREATE_GRANT, grantRestriction, separateCreateGrant, withGrantsForAwsResourcesOnly } from './grant-permissions';
import { actionsOfPermissions, restrictPermissions, type RequiredPermission } from './required-permission';

/** A use case (`aws/use-cases.ts`) as needs, one half of it. */
export interface UseCasePermissions {
  /** In the row's own words. */
  readonly directUse: RequiredPermission;
  /** The statement for services that work through grants; undefined where the row has none. */
  readonly grants: RequiredPermission | undefined;
}

/** @param grantees the accounts whose service-linked roles get the grants that a person makes */
export function identityPolicyPermissions(useCase: UseCase, grantees: readonly GranteeAccount[]): UseCasePermissions {
  return permissionsOfUseCase(useCase, useCase.consumerActions, grantees);
}

/** The same for the key policy. */
export function keyPolicyPermissions(useCase: UseCase, grantees: readonly GranteeAccount[]): UseCasePermissions {
  return permissionsOfUseCase(useCase, useCase.keyPolicyActions, grantees);
}

export interface GranteeAccount {
  readonly account: string;
  readonly partition: string | undefined;
}

/** What of the needs belongs to the use case, with its grants under the condition of the use case even if they need not be. */
export function restrictToUseCase(requiredPermissions: readonly RequiredPermission[], row: UseCasePermissions): RequiredPermission[] {
  const fitting = requiredPermissions.filter((requiredPermission) => isUsableForUseCase(requiredPermission, row));
  const direct = restrictPermissions(fitting, row.directUse.actions);
  const { grants } = row;
  if (!grants) return separateCreateGrant(direct);
  return [...direct,
    ...restrictPermissions(fitting, grants.actions).map((need) => ({ ...need, conditions: createGrantConditions(need, grants) }))];
}

/**
 * Whether the need is of use: a grant that a person makes is none that an AWS service makes (KMS Developer Guide,
 * kms:GrantIsForAWSResource).
 */
export function isUsableForUseCase({ conditions }: RequiredPermission, { grants }: UseCasePermissions): boolean {
  const areMadeByPerson = grants !== undefined && !areConditionsIncludedIn([GRANTS_FOR_AWS_RESOURCES], grants.conditions);
  return !areMadeByPerson || !areConditionsIncludedIn([GRANTS_FOR_AWS_RESOURCES], conditions);
}

function createGrantConditions({ conditions }: RequiredPermission, grants: RequiredPermission): RequiredPermission['conditions'] {
  if (areConditionsIncludedIn([GRANTS_FOR_AWS_RESOURCES], grants.conditions)) return withGrantsForAwsResourcesOnly(conditions);
  return grantRestriction(conditions) === 'full' ? conditions : [...conditions, ...grants.conditions];
}

/** The row's actions that the needs do not have, in words; empty when there are none. */
export function missingActionsText(requiredPermissions: readonly RequiredPermission[], row: UseCasePermissions): string {
  const all = row.directUse.actions | (row.grants?.actions ?? NO_ACTIONS);
  return joinWithAnd(
    actionPatternsFor(all & ~actionsOfPermissions(requiredPermissions), [...row.directUse.writtenActions, ...GRANT_ACTIONS]),
  );
}

function permissionsOfUseCase(useCase: UseCase, actions: readonly string[], grantees: readonly GranteeAccount[]): UseCasePermissions {
  const direct = actionSetOf(actions);
  const grants = grantPermission(useCase, grantees);
  // Where the row has a statement for grants, CreateGrant stands there.
  return { directUse: { actions: grants ? direct & ~CREATE_GRANT : direct, conditions: [], writtenActions: actions }, grants };
}

function grantPermission({ grants, grantee }: UseCase, grantees: readonly GranteeAccount[]): RequiredPermission | undefined {
  if (grants) return { actions: actionSetOf(GRANT_ACTIONS), conditions: [GRANTS_FOR_AWS_RESOURCES], writtenActions: GRANT_ACTIONS };
  if (grantee === undefined || grantees.length === 0) return undefined;
  const values = grantees.map(({ account, partition = 'aws' }) => `arn:${partition}:iam::${account}:${grantee}`);
  return { actions: CREATE_GRANT, conditions: [{ operator: 'StringLike', key: 'kms:GranteePrincipal', values }],
    writtenActions: ['kms:CreateGrant'] };
}

function actionSetOf(actions: readonly string[]): ActionSet {
  return actions.reduce((set, action) => set | expandAction(action), NO_ACTIONS);
}
