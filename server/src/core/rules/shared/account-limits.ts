import { KEY_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import { parseArn } from '../../aws/arn';
import type { Condition, Policy, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { hasNegatedOperator, requiresConditionValue, operatorOf } from './kms-conditions';
import { isUnknownKmsConditionKey } from './unsatisfiable-conditions';

/**
 * Which part of a value names the account, organization or network: the whole value, an ARN, or the organization at the start of a path.
 */
type LimitingPart = 'whole' | 'arn' | 'path';

/**
 * Condition keys that can limit everyone (`*`) to some accounts, organizations or networks (docs/rules/wildcard-principal.md).
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const LIMITING_CONDITION_KEYS: ReadonlyMap<string, LimitingPart> = new Map([
  ['kms:calleraccount', 'whole'], ['aws:principalaccount', 'whole'], ['aws:principalorgid', 'whole'], ['aws:principalorgpaths', 'path'],
  ['aws:principalarn', 'arn'], ['aws:sourceaccount', 'whole'], ['aws:sourcearn', 'arn'], ['aws:sourceorgid', 'whole'],
  ['aws:sourceorgpaths', 'path'], ['aws:sourcevpce', 'whole'], ['aws:sourcevpc', 'whole'], ['aws:sourcevpcarn', 'arn'],
  ['aws:vpceaccount', 'whole'], ['aws:vpceorgid', 'whole'], ['aws:vpceorgpaths', 'path'],
]);

/**
 * Whether a condition allows only callers of certain accounts, organizations or networks. A value that is not known counts as such a limit.
 */
export function limitsCallers({ conditions }: Statement): boolean {
  // No request satisfies a condition on a key that KMS does not have; that is a finding of its own.
  return conditions.some((condition) =>
    isUnknownKmsConditionKey(condition) && requiresConditionValue(condition) || isLimitingCondition(condition));
}

export function limitsToOrganization({ conditions }: Statement): boolean {
  return conditions.some((condition) => /^aws:principalorg(id|paths)$/.test(condition.keyLower) && isLimitingCondition(condition));
}

function isLimitingCondition(condition: Condition): boolean {
  const part = LIMITING_CONDITION_KEYS.get(condition.keyLower);
  if (!part || condition.operatorName !== undefined && !requiresConditionValue(condition)) return false;
  // One value is enough for the condition to be true, so each has to be a limit. A star under StringEquals is a literal star, which
  // no account has; that is a finding of its own.
  return condition.values.every((policyString) => (
    isLimitingValue(policyString, part) || takesWildcardsLiterally(condition) && /[*?]/.test(policyString.value)));
}

/**
 * The statements that deny everyone but the callers of certain accounts, organizations or networks, whom their negated conditions exempt.
 * They may also exempt AWS services.
 */
export function limitingDenies({ statements }: Policy): readonly Statement[] {
  return statements.filter(({ effect, principal, action, resource, conditions, isMaybe }) => effect === 'Deny' && !isMaybe
    && action?.hasPlaceholder === false
    && principal?.negated === false && principal.principals.some(({ form }) => form === 'anyone')
    && resource?.negated === false && resource.patterns.some(({ form }) => form === 'any')
    && conditions.some(exemptsListedCallers)
    && conditions.every((condition) => exemptsListedCallers(condition) || exemptsAwsServices(condition))
  );
}

/** Whether one of these denies takes all that the statement allows from other callers. */
export function isLimitedByDeny({ action: allowed }: Statement, denies: readonly Statement[]): boolean {
  if (!allowed || allowed.hasPlaceholder) return false;
  return denies.some(({ action }) => action !== undefined && (allowed.actionSet & KEY_ACTIONS & ~action.actionSet) === NO_ACTIONS);
}

/** True of all callers but those of the accounts, organizations or networks that it lists. */
function exemptsListedCallers(condition: Condition): boolean {
  const { keyLower, setOperator, values } = condition;
  const part = LIMITING_CONDITION_KEYS.get(keyLower);
  return part !== undefined && hasNegatedOperator(condition) && setOperator === undefined && values.length > 0
    && values.every((policyString) => isLimitingValue(policyString, part));
}

/** `"Bool": {"aws:PrincipalIsAWSService": "false"}`: a service does not call for an account of its own. */
function exemptsAwsServices({ keyLower, operatorName, setOperator, values }: Condition): boolean {
  return keyLower === 'aws:principalisawsservice' && operatorName === 'Bool' && setOperator === undefined
    && values.every(({ value }) => value.toLowerCase() === 'false');
}

/** Only the `Like` operators and those for ARNs support wildcards (IAM User Guide, IAM JSON policy elements: Condition operators). */
function takesWildcardsLiterally(condition: Condition): boolean {
  const operator = operatorOf(condition);
  return operator?.family === 'String' && !operator.wildcards;
}

/** The condition that comes closest to a limit, so that a message can say why it does not limit anything. */
export function nearestLimitingCondition({ conditions }: Statement): Condition | undefined {
  return conditions.find(({ keyLower }) => LIMITING_CONDITION_KEYS.has(keyLower)) ?? conditions[0];
}

/**
 * The account and the organization of the key, which a caller cannot choose (IAM User Guide, aws:ResourceAccount and aws:ResourceOrgID).
 */
const KEY_OWNER_VARIABLE = /\$\{aws:(ResourceAccount|ResourceOrgID)\}/gi;

function isLimitingValue({ value: text, placeholders }: PolicyString, part: LimitingPart): boolean {
  if (placeholders.length > 0) return true;
  const value = text.replace(KEY_OWNER_VARIABLE, 'owner');
  if (value.includes('${')) return false;
  if (part === 'path') return !/[*?]/.test(value.split('/')[0] ?? '');
  const arn = part === 'arn' ? parseArn(value) : undefined;
  if (!arn) return !/[*?]/.test(value);
  // Names in ARNs without an account (buckets) are globally unique: only their first letters have to be literal.
  return arn.account === '' ? !/^[*?]/.test(arn.resource) : !/[*?]/.test(arn.account);
}
