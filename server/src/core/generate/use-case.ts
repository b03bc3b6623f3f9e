import { expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { GRANT_ACTIONS, type UseCase } from '../aws/use-cases';
import { asksNoMore, GRANTS_FOR_AWS_RESOURCES } from './carried-conditions';
import { listed, wordActions } from './action-wording';
import { CREATE_GRANT, grantLimit, splitGrants, withGrantCondition } from './grants';
import { actionsOf, narrowed, type Need } from './need';

/** A use case (`aws/use-cases.ts`) as needs, one half of it. */
export interface UseCaseNeeds {
  /** In the row's own words. */
  readonly direct: Need;
  /** The statement for services that work through grants; undefined where the row has none. */
  readonly grants: Need | undefined;
}

/** @param grantees the accounts whose service-linked roles get the grants that a person makes */
export function consumerNeeds(useCase: UseCase, grantees: readonly GranteeAccount[]): UseCaseNeeds {
  return needsFor(useCase, useCase.consumerActions, grantees);
}

/** The same for the key policy. */
export function keyPolicyNeeds(useCase: UseCase, grantees: readonly GranteeAccount[]): UseCaseNeeds {
  return needsFor(useCase, useCase.keyPolicyActions, grantees);
}

export interface GranteeAccount {
  readonly account: string;
  readonly partition: string | undefined;
}

/** What of the needs belongs to the use case, with its grants under the condition of the use case even if they need not be. */
export function narrowToUseCase(needs: readonly Need[], row: UseCaseNeeds): Need[] {
  const fitting = needs.filter((need) => serves(need, row));
  const direct = narrowed(fitting, row.direct.actions);
  const { grants } = row;
  if (!grants) return splitGrants(direct);
  return [...direct, ...narrowed(fitting, grants.actions).map((need) => ({ ...need, conditions: grantConditions(need, grants) }))];
}

/** Whether the need is of use: a grant that a person makes is none that an AWS service makes (KMS Developer Guide, kms:GrantIsForAWSResource). */
export function serves({ conditions }: Need, { grants }: UseCaseNeeds): boolean {
  const areMadeByPerson = grants !== undefined && !asksNoMore([GRANTS_FOR_AWS_RESOURCES], grants.conditions);
  return !areMadeByPerson || !asksNoMore([GRANTS_FOR_AWS_RESOURCES], conditions);
}

function grantConditions({ conditions }: Need, grants: Need): Need['conditions'] {
  if (asksNoMore([GRANTS_FOR_AWS_RESOURCES], grants.conditions)) return withGrantCondition(conditions);
  return grantLimit(conditions) === 'full' ? conditions : [...conditions, ...grants.conditions];
}

/** The row's actions that the needs do not have, in words; empty when there are none. */
export function lacksOf(needs: readonly Need[], row: UseCaseNeeds): string {
  const all = row.direct.actions | (row.grants?.actions ?? NO_ACTIONS);
  return listed(wordActions(all & ~actionsOf(needs), [...row.direct.written, ...GRANT_ACTIONS]));
}

function needsFor(useCase: UseCase, actions: readonly string[], grantees: readonly GranteeAccount[]): UseCaseNeeds {
  const direct = setOf(actions);
  const grants = grantNeed(useCase, grantees);
  // Where the row has a statement for grants, CreateGrant stands there.
  return { direct: { actions: grants ? direct & ~CREATE_GRANT : direct, conditions: [], written: actions }, grants };
}

function grantNeed({ grants, grantee }: UseCase, grantees: readonly GranteeAccount[]): Need | undefined {
  if (grants) return { actions: setOf(GRANT_ACTIONS), conditions: [GRANTS_FOR_AWS_RESOURCES], written: GRANT_ACTIONS };
  if (grantee === undefined || grantees.length === 0) return undefined;
  const values = grantees.map(({ account, partition = 'aws' }) => `arn:${partition}:iam::${account}:${grantee}`);
  return { actions: CREATE_GRANT, conditions: [{ operator: 'StringLike', key: 'kms:GranteePrincipal', values }], written: ['kms:CreateGrant'] };
}

function setOf(actions: readonly string[]): ActionSet {
  return actions.reduce((set, action) => set | expandAction(action), NO_ACTIONS);
}
