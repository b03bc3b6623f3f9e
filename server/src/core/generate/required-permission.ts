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
export function mergePermissions(needs: readonly RequiredPermission[]): RequiredPermission[] {
  const gathered = new Map<string, RequiredPermission>();
  for (const need of needs) {
    const mark = conditionEntriesKey(need.conditions);
    const known = gathered.get(mark);
    gathered.set(mark, known ? { ...known, actions: known.actions | need.actions, writtenActions: [...known.writtenActions, ...need.writtenActions] } : need);
  }
  const rows = [...gathered.values()];
  return rows
    .map((row) => withoutAllowedActions(row, rows.filter((other) => other !== row)))
    .filter((row) => row.actions !== NO_ACTIONS);
}

/** What is left of the needs where this much is allowed already. */
export function missingPermissions(needs: readonly RequiredPermission[], allowed: readonly RequiredPermission[]): RequiredPermission[] {
  return needs.map((need) => withoutAllowedActions(need, allowed)).filter((need) => need.actions !== NO_ACTIONS);
}

/** The needs for these actions only. */
export function restrictPermissions(needs: readonly RequiredPermission[], actions: ActionSet): RequiredPermission[] {
  return needs.map((need) => ({ ...need, actions: need.actions & actions })).filter((need) => need.actions !== NO_ACTIONS);
}

export function actionsOfPermissions(needs: readonly RequiredPermission[]): ActionSet {
  return needs.reduce((set, need) => set | need.actions, NO_ACTIONS);
}

function withoutAllowedActions(need: RequiredPermission, others: readonly RequiredPermission[]): RequiredPermission {
  const covered = actionsOfPermissions(others.filter((other) => areConditionsIncludedIn(other.conditions, need.conditions)));
  return { ...need, actions: need.actions & ~covered };
}
