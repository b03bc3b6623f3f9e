import { actionNamed, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { parseOperator } from '../aws/operators';
import { areConditionsIncludedIn, GRANTS_FOR_AWS_RESOURCES, type ConditionEntry } from './condition-entries';
import { restrictPermissions, type RequiredPermission } from './required-permission';
import { hasPlaceholderMarker } from './placeholder-marker';

export const CREATE_GRANT: ActionSet = actionNamed('kms:CreateGrant')?.bit ?? NO_ACTIONS;

/** Conditions that say who gets what by a grant, or that an AWS service makes it; others only narrow it. */
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
 * Who may make any grant can hand the key on to anybody. Whoever is given kms:CreateGrant gets it apart from other actions, under the
 * condition that the other half has; where that has none, for grants that AWS services make, as the console does for other accounts (KMS
 * Developer Guide, default key policy, key users).
 */
export function separateCreateGrant(requiredPermissions: readonly RequiredPermission[]): RequiredPermission[] {
  const hasLimitedGrants = requiredPermissions.some(hasRestrictedCreateGrant);
  return requiredPermissions.flatMap((requiredPermission) => {
    if ((requiredPermission.actions & CREATE_GRANT) === NO_ACTIONS || hasRestrictedCreateGrant(requiredPermission))
      return [requiredPermission];
    const others = restrictPermissions([requiredPermission], ~CREATE_GRANT);
    return hasLimitedGrants
      ? others
      : [...others, { ...requiredPermission, actions: CREATE_GRANT,
        conditions: withGrantsForAwsResourcesOnly(requiredPermission.conditions) }];
  });
}

function hasRestrictedCreateGrant({ actions, conditions }: RequiredPermission): boolean {
  return (actions & CREATE_GRANT) !== NO_ACTIONS && grantRestriction(conditions) === 'full';
}

/** The conditions of grants that are made by AWS services only. */
export function withGrantsForAwsResourcesOnly(conditions: readonly ConditionEntry[]): readonly ConditionEntry[] {
  return areConditionsIncludedIn([GRANTS_FOR_AWS_RESOURCES], conditions) ? conditions : [...conditions, GRANTS_FOR_AWS_RESOURCES];
}
