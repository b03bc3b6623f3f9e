import { actionNamed, actionsIn, KEY_ACTIONS, NO_ACTIONS, setWhere, type ActionSet } from '../../aws/actions';
import { actionsWithKey } from '../../aws/condition-keys';
import type { ActionPattern, Condition, Statement } from '../../model/policy';
import { asksForValues } from './conditions';

/** Actions with which a key can be handed to others, or taken from everybody: its policy, its grants, its life. */
export const POWERS: ActionSet = KEY_ACTIONS
  & setWhere(({ accessLevel, name }) => accessLevel === 'Permissions management' || name === 'kms:ScheduleKeyDeletion' || name === 'kms:DisableKey');
export const CREATE_GRANT: ActionSet = actionNamed('kms:CreateGrant')?.bit ?? NO_ACTIONS;
const GRANTS: ActionSet = setWhere(({ category }) => category === 'grant');

/** The powers among the actions, in the order of their weight for a sentence. */
export function powersIn(set: ActionSet): string[] {
  const names = actionsIn(set & POWERS).map(({ name }) => name);
  return [...names.filter((name) => !name.endsWith('Grant')), ...names.filter((name) => name.endsWith('Grant'))];
}

/** Whether the value is about grants by name: `kms:CreateGrant`, `kms:*Grant*`. */
export function isOnGrants({ service, set }: ActionPattern): boolean {
  return service === 'kms' && set !== NO_ACTIONS && (set & ~GRANTS) === NO_ACTIONS;
}

/** The actions to which the statement can apply, as far as the keys of its conditions tell: without the key in the request none asks in vain. */
export function underConditions(set: ActionSet, { conditions }: Statement): ActionSet {
  return conditions.filter((condition) => asksForValues(condition) && condition.set !== 'all')
    .reduce((rest, condition) => rest & actionsWithKey(condition.keyLower), set);
}

/** Conditions that say who gets what by a grant, or that a service of AWS makes it; others only narrow it. */
const FULL = new Set(['kms:grantisforawsresource', 'kms:granteeprincipal', 'kms:grantoperations']);
const PARTLY = new Set([
  'kms:viaservice', 'kms:grantconstrainttype', 'kms:grantconstraintsourcearn', 'kms:encryptioncontextkeys', 'kms:retiringprincipal',
  'kms:granteeserviceprincipal', 'kms:retiringserviceprincipal',
]);

/** How the conditions of a statement limit the grants that it allows to make (KMS Developer Guide, grants and conditions-kms). */
export function grantLimit({ conditions }: Statement): 'full' | 'partly' | undefined {
  const limiting = conditions.filter(limits);
  if (limiting.some(({ keyLower }) => FULL.has(keyLower))) return 'full';
  return limiting.some(({ keyLower }) => PARTLY.has(keyLower) || keyLower.startsWith('kms:encryptioncontext:')) ? 'partly' : undefined;
}

function limits(condition: Condition): boolean {
  if (!asksForValues(condition)) return false;
  // Every call of CreateGrant has operations, so that ForAllValues limits them, too.
  if (condition.set === 'all' && condition.keyLower !== 'kms:grantoperations') return false;
  return condition.values.some(({ value, holes }) => holes.length > 0
    || (condition.keyLower === 'kms:grantisforawsresource' ? value.toLowerCase() === 'true' : value !== '*'));
}
