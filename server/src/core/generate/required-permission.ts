import { NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { areConditionsIncludedIn, conditionEntriesKey, type ConditionEntry } from './condition-entries';

/** What one statement has to allow, or allows: these actions under these conditions. */
export interface RequiredPermission {
  readonly actions: ActionSet;
  readonly conditions: readonly ConditionEntry[];
  /** How the other policy writes the actions: patterns and names, in its order. */
  readonly writtenActions: readonly string[];
}

/** One permission for each list of conditions. An action that is needed under fewer conditions is not repeated under more. */
export function mergePermissions(permissions: readonly RequiredPermission[]): RequiredPermission[] {
  const byConditions = new Map<string, RequiredPermission>();
  for (const permission of permissions) {
    const id = conditionEntriesKey(permission.conditions);
    const merged = byConditions.get(id);
    byConditions.set(id, merged
      ? { ...merged, actions: merged.actions | permission.actions,
        writtenActions: [...merged.writtenActions, ...permission.writtenActions] }
      : permission);
  }
  const merged = [...byConditions.values()];
  return withoutEmpty(merged.map((permission) => withoutAllowedActions(permission, merged.filter((other) => other !== permission))));
}

/** What is left of the permissions where these are allowed already. */
export function missingPermissions(permissions: readonly RequiredPermission[],
  allowed: readonly RequiredPermission[]): RequiredPermission[] {
  return withoutEmpty(permissions.map((permission) => withoutAllowedActions(permission, allowed)));
}

/** The permissions for these actions only. */
export function restrictPermissions(permissions: readonly RequiredPermission[], actions: ActionSet): RequiredPermission[] {
  return withoutEmpty(permissions.map((permission) => ({ ...permission, actions: permission.actions & actions })));
}

function withoutAllowedActions(permission: RequiredPermission, allowed: readonly RequiredPermission[]): RequiredPermission {
  const covering = allowed.filter(({ conditions }) => areConditionsIncludedIn(conditions, permission.conditions));
  return { ...permission, actions: permission.actions & ~unionOfActions(covering) };
}

function withoutEmpty(permissions: readonly RequiredPermission[]): RequiredPermission[] {
  return permissions.filter(({ actions }) => actions !== NO_ACTIONS);
}
