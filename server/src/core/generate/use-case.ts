import { actionNamed, expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { GRANT_ACTIONS, type UseCase } from '../aws/use-cases';
import { asksNoMore, GRANTS_FOR_AWS_RESOURCES } from './carried-conditions';
import { listed, wordActions } from './action-wording';
import { actionsOf, narrowed, type Need } from './need';

/** A use case (`aws/use-cases.ts`) as needs, one half of it. */
export interface UseCaseNeeds {
  /** In the row's own words. */
  readonly direct: Need;
  /** The statement for services that work through grants; undefined where the row has none. */
  readonly grants: Need | undefined;
}

export function consumerNeeds(useCase: UseCase): UseCaseNeeds {
  return needsFor(useCase.consumerActions, useCase.grants);
}

export function keyPolicyNeeds(useCase: UseCase): UseCaseNeeds {
  return needsFor(useCase.keyPolicyActions, useCase.grants);
}

/** What of the needs belongs to the use case; its grants are limited to AWS services even if they need not be. */
export function narrowToUseCase(needs: readonly Need[], row: UseCaseNeeds): Need[] {
  const direct = narrowed(needs, row.direct.actions);
  const { grants } = row;
  if (!grants) return direct;
  return [...direct, ...narrowed(needs, grants.actions).map((need) => ({ ...need, conditions: withGrantCondition(need) }))];
}

/** The row's actions that the needs do not have, in words; empty when there are none. */
export function lacksOf(needs: readonly Need[], row: UseCaseNeeds): string {
  const all = row.direct.actions | (row.grants?.actions ?? NO_ACTIONS);
  return listed(wordActions(all & ~actionsOf(needs), [...row.direct.written, ...GRANT_ACTIONS]));
}

/** The conditions of grants that are made by AWS services only. */
export function withGrantCondition(need: Need): Need['conditions'] {
  return asksNoMore([GRANTS_FOR_AWS_RESOURCES], need.conditions) ? need.conditions : [...need.conditions, GRANTS_FOR_AWS_RESOURCES];
}

function needsFor(actions: readonly string[], grants: boolean): UseCaseNeeds {
  const createGrant = actionNamed('kms:CreateGrant')?.bit ?? NO_ACTIONS;
  const direct = setOf(actions);
  return {
    // Where the row has a statement for grants, CreateGrant stands there.
    direct: { actions: grants ? direct & ~createGrant : direct, conditions: [], written: actions },
    grants: grants ? { actions: setOf(GRANT_ACTIONS), conditions: [GRANTS_FOR_AWS_RESOURCES], written: GRANT_ACTIONS } : undefined,
  };
}

function setOf(actions: readonly string[]): ActionSet {
  return actions.reduce((set, action) => set | expandAction(action), NO_ACTIONS);
}
