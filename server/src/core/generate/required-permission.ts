import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { areConditionsIncludedIn, conditionEntriesKey, type ConditionEntry } from './condition-entries';

/** What one statement has to allow, or allows: these actions under these conditions. */
export interface RequiredPermission {
  readonly actions: ActionSet;
  readonly conditions: readonly ConditionEntry[];
  /** How the other half writes the actions: patterns and names, in its order. */
  readonly writtenActions: readonly string[];
}

/** One need for each row of conditions. An action that is needed with fewer conditions is not asked for again with more. */
export function mergePermissions(requiredPermissions: readonly RequiredPermission[]): RequiredPermission[] {
  const gathered = new Map<string, RequiredPermission>();
  for (const requiredPermission of requiredPermissions) {
    const mark = conditionEntriesKey(requiredPermission.conditions);
    const known = gathered.get(mark);
    gathered.set(mark, known
      ? { ...known, actions: known.actions | requiredPermission.actions,
        writtenActions: [...known.writtenActions, ...requiredPermission.writtenActions] }
      : requiredPermission);
  }
  const rows = [...gathered.values()];
  return rows
    .map((row) => withoutAllowedActions(row, rows.filter((other) => other !== row)))
    .filter((row) => row.actions !== NO_ACTIONS);
}

/** What is left of the needs where this much is allowed already. */
export function missingPermissions(requiredPermissions: readonly RequiredPermission[],
  allowed: readonly RequiredPermission[]): RequiredPermission[] {
  return requiredPermissions.map((requiredPermission) => withoutAllowedActions(requiredPermission, allowed)).filter((need) =>
    need.actions !== NO_ACTIONS
  );
}

/** The needs for these actions only. */
export function restrictPermissions(requiredPermissions: readonly RequiredPermission[], actions: ActionSet): RequiredPermission[] {
  return requiredPermissions.map((requiredPermission) => ({ ...requiredPermission, actions: requiredPermission.actions & actions })).filter(
    (need) => need.actions !== NO_ACTIONS
  );
}

export function actionsOfPermissions(requiredPermissions: readonly RequiredPermission[]): ActionSet {
  return requiredPermissions.reduce((set, requiredPermission) => set | requiredPermission.actions, NO_ACTIONS);
}

function withoutAllowedActions(requiredPermission: RequiredPermission, others: readonly RequiredPermission[]): RequiredPermission {
  const covered = actionsOfPermissions(others.filter((other) => areConditionsIncludedIn(other.conditions, requiredPermission.conditions)));
  return { ...requiredPermission, actions: requiredPermission.actions & ~covered };
}
