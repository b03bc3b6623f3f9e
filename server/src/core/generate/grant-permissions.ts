import { actionNamed, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { parseOperator } from '../aws/operators';
import { areConditionsIncludedIn, GRANTS_FOR_AWS_RESOURCES, type ConditionEntry } from './condition-entries';
import { restrictPermissions, type RequiredPermission } from './required-permission';
import { hasPlaceholderMarker } from './placeholder-marker';

export const CREATE_GRANT: ActionSet = actionNamed('kms:CreateGrant')?.bit ?? NO_ACTIONS;

/** Condition keys for who gets what by a grant, or that an AWS service makes it; others only narrow it. */
const FULLY_RESTRICTING_CONDITION_KEYS = new Set(['kms:grantisforawsresource', 'kms:granteeprincipal', 'kms:grantoperations']);
const PARTLY_RESTRICTING_CONDITION_KEYS = new Set([
  'kms:viaservice', 'kms:grantconstrainttype', 'kms:grantconstraintsourcearn', 'kms:encryptioncontextkeys', 'kms:retiringprincipal',
  'kms:granteeserviceprincipal', 'kms:retiringserviceprincipal',
]);

/** How conditions limit the grants that may be made under them (KMS Developer Guide, grants and conditions-kms). */
export function grantRestriction(conditions: readonly ConditionEntry[]): 'full' | 'partly' | undefined {
  const keys = conditions.filter(restrictsGrants).map(({ key }) => key.toLowerCase());
  if (keys.some((key) => FULLY_RESTRICTING_CONDITION_KEYS.has(key))) return 'full';
  return keys.some((key) => PARTLY_RESTRICTING_CONDITION_KEYS.has(key) || key.startsWith('kms:encryptioncontext:')) ? 'partly' : undefined;
}

function restrictsGrants({ operator, key, values }: ConditionEntry): boolean {
  const { info, setOperator, ifExists } = parseOperator(operator);
  const keyLower = key.toLowerCase();
  if (!info || info.name === 'Null' || info.negated || ifExists) return false;
  // Every call of CreateGrant has operations, so that ForAllValues limits them, too.
  if (setOperator === 'all' && keyLower !== 'kms:grantoperations') return false;
  return values.some((value) => hasPlaceholderMarker(value)
    || (keyLower === 'kms:grantisforawsresource' ? value.toLowerCase() === 'true' : value !== '*'));
}

/**
 * Whoever may make any grant can pass the key on to anybody. So kms:CreateGrant is given apart from other actions, under the condition that
 * the other policy has; where that has none, for grants that AWS services make, as the console does for other accounts (KMS Developer
 * Guide, default key policy, key users).
 */
export function separateCreateGrant(permissions: readonly RequiredPermission[]): RequiredPermission[] {
  const hasRestrictedGrants = permissions.some(hasRestrictedCreateGrant);
  return permissions.flatMap((permission) => {
    if ((permission.actions & CREATE_GRANT) === NO_ACTIONS || hasRestrictedCreateGrant(permission)) return [permission];
    const withoutCreateGrant = restrictPermissions([permission], ~CREATE_GRANT);
    const conditions = withGrantsForAwsResourcesOnly(permission.conditions);
    return hasRestrictedGrants ? withoutCreateGrant : [...withoutCreateGrant, { ...permission, actions: CREATE_GRANT, conditions }];
  });
}

function hasRestrictedCreateGrant({ actions, conditions }: RequiredPermission): boolean {
  return (actions & CREATE_GRANT) !== NO_ACTIONS && grantRestriction(conditions) === 'full';
}

/** The conditions, limited to grants that AWS services make. */
export function withGrantsForAwsResourcesOnly(conditions: readonly ConditionEntry[]): readonly ConditionEntry[] {
  return isLimitedToAwsResources(conditions) ? conditions : [...conditions, GRANTS_FOR_AWS_RESOURCES];
}

export function isLimitedToAwsResources(conditions: readonly ConditionEntry[]): boolean {
  return areConditionsIncludedIn([GRANTS_FOR_AWS_RESOURCES], conditions);
}
