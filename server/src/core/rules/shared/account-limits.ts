import { KEY_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import { parseArn } from '../../aws/arn';
import { operatorNamed } from '../../aws/operators';
import type { Condition, Policy, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { isUnknownKmsConditionKey } from './unsatisfiable-conditions';
import { requiresConditionValue } from './kms-conditions';

/**
 * Condition keys that can limit who everyone (`*`) is to some accounts, organizations or networks, with the part of a value
 * that says which: the whole value, an ARN, or the organization at the start of a path (docs/rules/wildcard-principal.md).
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const LIMITING_CONDITION_KEYS: ReadonlyMap<string, 'whole' | 'arn' | 'path'> = new Map([
  ['kms:calleraccount', 'whole'], ['aws:principalaccount', 'whole'], ['aws:principalorgid', 'whole'], ['aws:principalorgpaths', 'path'],
  ['aws:principalarn', 'arn'], ['aws:sourceaccount', 'whole'], ['aws:sourcearn', 'arn'], ['aws:sourceorgid', 'whole'],
  ['aws:sourceorgpaths', 'path'], ['aws:sourcevpce', 'whole'], ['aws:sourcevpc', 'whole'], ['aws:sourcevpcarn', 'arn'],
  ['aws:vpceaccount', 'whole'], ['aws:vpceorgid', 'whole'], ['aws:vpceorgpaths', 'path'],
]);

/** Whether a condition of the statement leaves only callers of certain accounts, organizations or networks; unknown values are taken to do so. */
export function limitsCallers(statement: Statement): boolean {
  // Nobody gets past a key that KMS does not have, and it is a finding of its own.
  return statement.conditions.some((condition) => isUnknownKmsConditionKey(condition) && requiresConditionValue(condition) || isLimitingCondition(condition));
}

/** Whether a condition leaves only callers of certain organizations. */
export function limitsToOrganization({ conditions }: Statement): boolean {
  return conditions.some((condition) => /^aws:principalorg(id|paths)$/.test(condition.keyLower) && isLimitingCondition(condition));
}

function isLimitingCondition(condition: Condition): boolean {
  const part = LIMITING_CONDITION_KEYS.get(condition.keyLower);
  if (!part || !requiresConditionValue(condition) && condition.operatorName !== undefined) return false;
  // Any one value is enough for the condition to hold, so each has to be a limit. To StringEquals a star is a star: no
  // account has one, so nobody gets past it, and that too is a finding of its own.
  return condition.values.every((policyString) => isLimitingValue(policyString, part) || takesWildcardsLiterally(condition) && /[*?]/.test(policyString.value));
}

/**
 * Whether a Deny for everyone leaves of what the statement allows only callers of certain accounts, organizations or networks: it denies
 * those whom negated conditions on them do not exempt, be it without the services of AWS.
 */
export function isLimitedByDeny({ action: allowed }: Statement, { statements }: Policy): boolean {
  if (!allowed || allowed.hasPlaceholder) return false;
  return statements.some(({ effect, principal, action, resource, conditions, isMaybe }) => effect === 'Deny' && !isMaybe && action?.hasPlaceholder === false
    && (allowed.actionSet & KEY_ACTIONS & ~action.actionSet) === NO_ACTIONS
    && principal?.negated === false && principal.principals.some(({ form }) => form === 'anyone')
    && resource?.negated === false && resource.patterns.some(({ form }) => form === 'any')
    && conditions.some(exemptsListedCallers) && conditions.every((condition) => exemptsListedCallers(condition) || exemptsAwsServices(condition)));
}

/** True of all callers but those of the accounts, organizations or networks that it lists. */
function exemptsListedCallers({ keyLower, operatorName, setOperator, values }: Condition): boolean {
  const part = LIMITING_CONDITION_KEYS.get(keyLower);
  const negated = operatorName !== undefined && operatorNamed(operatorName)?.negated === true;
  return part !== undefined && negated && setOperator === undefined && values.length > 0 && values.every((policyString) => isLimitingValue(policyString, part));
}

/** `"Bool": {"aws:PrincipalIsAWSService": "false"}`: a service has no account of its own. */
function exemptsAwsServices({ keyLower, operatorName, setOperator, values }: Condition): boolean {
  return keyLower === 'aws:principalisawsservice' && operatorName === 'Bool' && setOperator === undefined && values.every(({ value }) => value.toLowerCase() === 'false');
}

/** Only the `Like` operators and those for ARNs read wildcards (IAM User Guide, IAM JSON policy elements: Condition operators). */
function takesWildcardsLiterally({ operatorName }: Condition): boolean {
  const operator = operatorName === undefined ? undefined : operatorNamed(operatorName);
  return operator?.family === 'String' && !operator.wildcards;
}

/** The condition that comes nearest to a limit, to say why it is none. */
export function nearestLimitingCondition(statement: Statement): Condition | undefined {
  return statement.conditions.find((condition) => LIMITING_CONDITION_KEYS.has(condition.keyLower)) ?? statement.conditions[0];
}

/** The account and the organization of the key: a caller has no say in them (IAM User Guide, aws:ResourceAccount and aws:ResourceOrgID). */
const KEY_OWNER_VARIABLE = /\$\{aws:(ResourceAccount|ResourceOrgID)\}/gi;

function isLimitingValue({ value: written, placeholders }: PolicyString, part: 'whole' | 'arn' | 'path'): boolean {
  if (placeholders.length > 0) return true;
  const value = written.replace(KEY_OWNER_VARIABLE, 'own');
  if (value.includes('${')) return false;
  if (part === 'whole') return !/[*?]/.test(value);
  if (part === 'path') return !/[*?]/.test(value.split('/')[0] ?? '');
  const arn = parseArn(value);
  if (!arn) return !/[*?]/.test(value);
  // Names without an account in their ARN (buckets) are unique in the world; only their first letters have to be fixed.
  return arn.account === '' ? !/^[*?]/.test(arn.resource) : !/[*?]/.test(arn.account);
}
