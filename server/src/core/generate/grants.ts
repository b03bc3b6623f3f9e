import { actionNamed, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { readOperator } from '../aws/operators';
import { asksNoMore, GRANTS_FOR_AWS_RESOURCES, type CarriedCondition } from './carried-conditions';
import { narrowed, type Need } from './need';
import { hasPlaceholder } from './placeholder';

export const CREATE_GRANT: ActionSet = actionNamed('kms:CreateGrant')?.bit ?? NO_ACTIONS;

/** Conditions that say who gets what by a grant, or that an AWS service makes it; others only narrow it. */
const FULL_LIMITS = new Set(['kms:grantisforawsresource', 'kms:granteeprincipal', 'kms:grantoperations']);
const PARTIAL_LIMITS = new Set([
  'kms:viaservice', 'kms:grantconstrainttype', 'kms:grantconstraintsourcearn', 'kms:encryptioncontextkeys', 'kms:retiringprincipal',
  'kms:granteeserviceprincipal', 'kms:retiringserviceprincipal',
]);

/** How conditions limit the grants that may be made under them (KMS Developer Guide, grants and conditions-kms). */
export function grantLimit(conditions: readonly CarriedCondition[]): 'full' | 'partly' | undefined {
  const keys = conditions.filter(limitsGrants).map(({ key }) => key.toLowerCase());
  if (keys.some((key) => FULL_LIMITS.has(key))) return 'full';
  return keys.some((key) => PARTIAL_LIMITS.has(key) || key.startsWith('kms:encryptioncontext:')) ? 'partly' : undefined;
}

function limitsGrants({ operator, key, values }: CarriedCondition): boolean {
  const { info, set, ifExists } = readOperator(operator);
  const keyLower = key.toLowerCase();
  if (!info || info.name === 'Null' || info.negated || ifExists) return false;
  // Every call of CreateGrant has operations, so that ForAllValues limits them, too.
  if (set === 'all' && keyLower !== 'kms:grantoperations') return false;
  return values.some((value) => hasPlaceholder(value)
    || (keyLower === 'kms:grantisforawsresource' ? value.toLowerCase() === 'true' : value !== '*'));
}

/**
 * Who may make any grant can hand the key on to anybody. Whoever is given kms:CreateGrant gets it apart from other actions, under the condition
 * that the other half has; where that has none, for grants that AWS services make, as the console does for other accounts (KMS Developer Guide,
 * default key policy, key users).
 */
export function splitGrants(needs: readonly Need[]): Need[] {
  const hasLimitedGrants = needs.some(areGrantsLimited);
  return needs.flatMap((need) => {
    if ((need.actions & CREATE_GRANT) === NO_ACTIONS || areGrantsLimited(need)) return [need];
    const others = narrowed([need], ~CREATE_GRANT);
    return hasLimitedGrants ? others : [...others, { ...need, actions: CREATE_GRANT, conditions: withGrantCondition(need.conditions) }];
  });
}

function areGrantsLimited({ actions, conditions }: Need): boolean {
  return (actions & CREATE_GRANT) !== NO_ACTIONS && grantLimit(conditions) === 'full';
}

/** The conditions of grants that are made by AWS services only. */
export function withGrantCondition(conditions: readonly CarriedCondition[]): readonly CarriedCondition[] {
  return asksNoMore([GRANTS_FOR_AWS_RESOURCES], conditions) ? conditions : [...conditions, GRANTS_FOR_AWS_RESOURCES];
}
