import { actionsIn, KEY_ACTIONS, NO_ACTIONS, actionsWhere, type ActionSet } from '../../aws/actions';
import { actionsWithKey } from '../../aws/condition-keys';
import type { ActionPattern, Statement } from '../../policy/policy';
import { requiresValues } from './kms-conditions';

/** Actions with which a key can be handed to others, or taken from everybody: its policy, its grants, its life. */
export const ADMIN_ACTIONS: ActionSet = KEY_ACTIONS
  & actionsWhere(({ accessLevel, name }) => accessLevel === 'Permissions management' || name === 'kms:ScheduleKeyDeletion' || name === 'kms:DisableKey');
const GRANT_MANAGEMENT_ACTIONS: ActionSet = actionsWhere(({ category }) => category === 'grant');

/** The powers among the actions, in the order of their weight for a sentence. */
export function adminActionsIn(set: ActionSet): string[] {
  const names = actionsIn(set & ADMIN_ACTIONS).map(({ name }) => name);
  return [...names.filter((name) => !name.endsWith('Grant')), ...names.filter((name) => name.endsWith('Grant'))];
}

/** Whether the value is about grants by name: `kms:CreateGrant`, `kms:*Grant*`. */
export function coversOnlyGrantActions({ service, actionSet }: ActionPattern): boolean {
  return service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & ~GRANT_MANAGEMENT_ACTIONS) === NO_ACTIONS;
}

/** The actions to which the statement can apply, as far as the keys of its conditions tell: without the key in the request none asks in vain. */
export function actionsApplicableUnderConditions(set: ActionSet, { conditions }: Statement): ActionSet {
  return conditions.filter((condition) => requiresValues(condition) && condition.setOperator !== 'all')
    .reduce((rest, condition) => rest & actionsWithKey(condition.keyLower), set);
}
