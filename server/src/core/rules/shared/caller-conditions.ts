import { callerOf, callerOfPrincipal, principalTypesOf } from '../../access/caller';
import { compareConditionValue } from '../../access/condition-comparison';
import { evaluateCondition } from '../../access/condition-evaluation';
import { encodePattern } from '../../access/pattern-encoding';
import { UNKNOWN_CHARACTERS } from '../../access/pattern-matching';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { falseConditions } from '../../access/statement-evaluation';
import type { StatementRef } from '../../access/verdict';
import { ALL_ACTIONS } from '../../aws/actions';
import { parseArn } from '../../aws/arn';
import { UNKNOWN_KEY } from '../../generate/key-reference';
import type { Identity, Link } from '../../linking/entities';
import type { Condition, Policy, Principal, Statement } from '../../policy/policy';
import { hasPolicyVariable, requiresConditionValue, takesWildcards, operatorOf } from './kms-conditions';
import { conditionValueFault, principalFault } from './value-faults';

/** The value of a condition key in requests of the principal; undefined where it is not known. */
type PrincipalValueResolver = (principal: Principal) => string | undefined;

const PRINCIPAL_VALUE_RESOLVERS: ReadonlyMap<string, PrincipalValueResolver> = new Map<string, PrincipalValueResolver>([
  ['kms:calleraccount', ({ account }) => account],
  ['aws:principalaccount', ({ account }) => account],
  ['aws:principalarn', principalArn],
  ['aws:principaltype', principalType],
]);

/** Condition keys that describe the caller (IAM User Guide, reference_policies_condition-keys). */
const CALLER_CONDITION_KEYS: ReadonlySet<string> = new Set([
  ...PRINCIPAL_VALUE_RESOLVERS.keys(), 'aws:username', 'aws:principalisawsservice', 'aws:principalservicename',
]);

/** The principals for which a condition on the caller is never true. None while one of its values is unknown or has a fault of its own. */
export function principalsExcludedBy(condition: Condition, principals: readonly Principal[]): readonly Principal[] {
  const resolve = PRINCIPAL_VALUE_RESOLVERS.get(condition.keyLower);
  if (!resolve || !requiresConditionValue(condition) || !hasLiteralValues(condition)) return [];
  return principals.filter((principal) => isExcluded(principal, condition, resolve));
}

function hasLiteralValues(condition: Condition): boolean {
  return condition.values.length > 0 && !hasLiteralWildcard(condition) && condition.values.every((policyString) =>
    policyString.placeholders.length === 0 && !hasPolicyVariable(policyString.value)
    && conditionValueFault(policyString, condition) === undefined);
}

/** A pattern under StringEquals is read literally, which is a finding of its own. */
function hasLiteralWildcard(condition: Condition): boolean {
  return !takesWildcards(condition) && condition.values.some(({ value }) => /[*?]/.test(value));
}

function isExcluded(principal: Principal, condition: Condition, resolve: PrincipalValueResolver): boolean {
  const operator = operatorOf(condition);
  const principalValue = principalFault(principal) === undefined ? resolve(principal) : undefined;
  if (!operator || principalValue === undefined) return false;
  const options = { hasWildcards: operator.wildcards, variableValues: undefined };
  return condition.values.every((policyString) =>
    compareConditionValue(operator, encodePattern(policyString, options), principalValue) === 'no');
}

/** A session has the ARN of its role, whose path it does not show. For an account it is the ARN of any of its identities. */
function principalArn({ form, arn, account, name, text }: Principal): string | undefined {
  switch (form) {
    case 'user': case 'role': case 'federated-user': return text.placeholders.length === 0 ? text.value : undefined;
    case 'session': return arn && account && `arn:${arn.partition}:iam::${account}:role/${UNKNOWN_CHARACTERS}${name ?? ''}`;
    case 'account': return account && `arn:${arn?.partition ?? UNKNOWN_CHARACTERS}:${UNKNOWN_CHARACTERS}::${account}:${UNKNOWN_CHARACTERS}`;
    default: return undefined;
  }
}

/** `aws:PrincipalType` of a user, role or federated user; an account has identities of all types. */
export function principalType(principal: Principal): string | undefined {
  const types = principalTypesOf(callerOfPrincipal(principal)) ?? [];
  return types.length === 1 ? types[0] : undefined;
}

/**
 * Whether a condition on the caller is never true for any of the identities that have the policy, whatever the key. Not where a value has a
 * fault of its own, and only if it excludes all of them: a policy that several identities have may be meant for some of them.
 */
export function excludesIdentities(condition: Condition, statementRef: StatementRef, identities: readonly Identity[]): boolean {
  if (!CALLER_CONDITION_KEYS.has(condition.keyLower) || identities.length === 0 || hasLiteralWildcard(condition)) return false;
  if (condition.values.some((policyString) => conditionValueFault(policyString, condition) !== undefined)) return false;
  return identities.every((identity) => {
    const context = { caller: callerOf(identity), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS };
    return falseConditions(statementRef, ALL_ACTIONS, context).includes(condition);
  });
}

/** Condition keys by which a service says on whose behalf it calls, which only requests that it makes as itself have. */
export const SOURCE_CONDITION_KEYS: ReadonlySet<string> =
  new Set(['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths']);

export function requiresSourceKey(condition: Condition): boolean {
  return SOURCE_CONDITION_KEYS.has(condition.keyLower) && requiresConditionValue(condition);
}

/**
 * The users, roles and accounts of an Allow statement with a condition on `aws:SourceArn` or a similar key, which their requests never
 * have.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
 */
export function principalsRequiringSourceKey(condition: Condition, { effect, principal }: Statement): readonly Principal[] {
  if (effect !== 'Allow' || !principal || principal.negated || !requiresSourceKey(condition)) return [];
  return principal.principals.filter(isIamPrincipal);
}

export function isIamPrincipal({ form }: Principal): boolean {
  return form === 'account' || form === 'user' || form === 'role' || form === 'session' || form === 'federated-user';
}

const HYPOTHETICAL_LINK: Link = { reason: 'declared', certain: true, description: 'the principal of a fix', at: undefined };

/**
 * Whether an Allow statement can allow this principal anything. Conditions written for another caller (`aws:PrincipalArn`,
 * `aws:SourceAccount`) are certainly false for it, and a fix that adds the principal would promise access that it does not get.
 */
export function couldAllowPrincipal({ effect, conditions }: Statement, { hasPolicyVariables }: Policy, principalArn: string): boolean {
  const arn = parseArn(principalArn);
  if (effect !== 'Allow' || !arn) return true;
  const { partition, account } = arn;
  const identity: Identity = {
    id: principalArn, arn: principalArn, partition, account, kind: 'unknown', policies: [], link: HYPOTHETICAL_LINK,
  };
  const context = { caller: callerOf(identity), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS };
  return conditions.every((condition) => evaluateCondition(condition, hasPolicyVariables, context).resultWithKey !== 'false');
}
