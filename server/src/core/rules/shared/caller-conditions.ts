import { callerOf, callerOfPrincipal, principalTypesOf } from '../../access/caller';
import { compareConditionValue } from '../../access/condition-comparison';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { encodePattern } from '../../access/pattern-encoding';
import { UNKNOWN_CHARACTERS } from '../../access/pattern-matching';
import type { StatementRef } from '../../access/verdict';
import { falseConditions } from '../../access/statement-evaluation';
import { ALL_ACTIONS } from '../../aws/actions';
import { operatorNamed } from '../../aws/operators';
import { UNKNOWN_KEY } from '../../generate/statement-templates';
import type { Condition, Principal, Statement, Policy } from '../../policy/policy';
import type { Identity, Link } from '../../linking/entities';
import { hasPolicyVariable, takesWildcards, requiresConditionValue } from './kms-conditions';
import { conditionValueFault, principalFault } from './value-faults';
import { evaluateCondition } from '../../access/condition-evaluation';
import { parseArn } from '../../aws/arn';

/** The principals of which a condition on the caller is never true; none while one of its values is not known or has a fault of its own. */
export function principalsExcludedBy(condition: Condition, principals: readonly Principal[]): readonly Principal[] {
  const told = PRINCIPAL_VALUE_RESOLVERS.get(condition.keyLower);
  if (!told || !requiresConditionValue(condition) || !hasLiteralValues(condition)) return [];
  return principals.filter((principal) => isExcluded(principal, condition, told));
}

/**
 * Whether a condition on the caller is never true of any of the identities that have the policy, whatever the key; not where a value has a fault of its own.
 * A policy that several have may mean some of them only.
 */
export function excludesIdentities(condition: Condition, statementRef: StatementRef, identities: readonly Identity[]): boolean {
  if (!CALLER_CONDITION_KEYS.has(condition.keyLower) || identities.length === 0 || condition.values.some((policyString) => conditionValueFault(policyString, condition) !== undefined)) return false;
  if (!takesWildcards(condition) && condition.values.some(({ value }) => /[*?]/.test(value))) return false;
  return identities.every((identity) => falseConditions(statementRef, ALL_ACTIONS, { caller: callerOf(identity), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS }).includes(condition));
}

/** What a request of the principal says for the key; undefined while that is not known. */
type PrincipalValueResolver = (principal: Principal) => string | undefined;

const PRINCIPAL_VALUE_RESOLVERS: ReadonlyMap<string, PrincipalValueResolver> = new Map<string, PrincipalValueResolver>([
  ['kms:calleraccount', ({ account }) => account],
  ['aws:principalaccount', ({ account }) => account],
  ['aws:principalarn', principalArn],
  ['aws:principaltype', principalType],
]);

/** What a request says of the caller; users have a name for `aws:username`, services are callers of their own (IAM User Guide, reference_policies_condition-keys). */
const CALLER_CONDITION_KEYS: ReadonlySet<string> = new Set([...PRINCIPAL_VALUE_RESOLVERS.keys(), 'aws:username', 'aws:principalisawsservice', 'aws:principalservicename']);

/** For sessions it is the role's, whose path the session does not show; for an account any of its identities'. */
function principalArn({ form, arn, account, name, text: policyString }: Principal): string | undefined {
  switch (form) {
    case 'user': case 'role': case 'federated-user': return policyString.placeholders.length === 0 ? policyString.value : undefined;
    case 'session': return arn && account !== undefined ? `arn:${arn.partition}:iam::${account}:role/${UNKNOWN_CHARACTERS}${name ?? ''}` : undefined;
    case 'account': return account === undefined ? undefined : `arn:${arn?.partition ?? UNKNOWN_CHARACTERS}:${UNKNOWN_CHARACTERS}::${account}:${UNKNOWN_CHARACTERS}`;
    default: return undefined;
  }
}

/** `aws:PrincipalType` of a user, role or federated user; an account has identities of all types. */
export function principalType(principal: Principal): string | undefined {
  const [type, ...others] = principalTypesOf(callerOfPrincipal(principal)) ?? [];
  return others.length === 0 ? type : undefined;
}

/** All values are known, and none has a fault that is said elsewhere. */
function hasLiteralValues(condition: Condition): boolean {
  return condition.values.length > 0 && condition.values.every((policyString) => policyString.placeholders.length === 0 && !hasPolicyVariable(policyString.value)
    // A pattern under StringEquals is taken literally, which is a finding of its own.
    && (takesWildcards(condition) || !/[*?]/.test(policyString.value))
    && conditionValueFault(policyString, condition) === undefined);
}

function isExcluded(principal: Principal, condition: Condition, told: PrincipalValueResolver): boolean {
  const operator = condition.operatorName === undefined ? undefined : operatorNamed(condition.operatorName);
  const said = principalFault(principal) === undefined ? told(principal) : undefined;
  if (!operator || said === undefined) return false;
  return condition.values.every((policyString) => compareConditionValue(operator, encodePattern(policyString, { hasWildcards: operator.wildcards, variableValues: undefined }), said) === 'no');
}

const SOURCE_CONDITION_KEY = /^aws:(sourcearn|sourceaccount|sourceorgid|sourceorgpaths)$/;

/**
 * The users, roles and accounts of an Allow statement that a condition asks for `aws:SourceArn` or its kin, which are only in requests
 * that a service makes as itself.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
 */
export function principalsRequiringSourceKey(condition: Condition, { effect, principal }: Statement): readonly Principal[] {
  if (!SOURCE_CONDITION_KEY.test(condition.keyLower) || effect !== 'Allow' || !principal || principal.negated || !requiresConditionValue(condition)) return [];
  return principal.principals.filter(isIamPrincipal);
}

export function isIamPrincipal({ form }: Principal): boolean {
  return form === 'account' || form === 'user' || form === 'role' || form === 'session' || form === 'federated-user';
}

const HYPOTHETICAL_LINK: Link = { reason: 'declared', certain: true, says: 'the principal of a fix', at: undefined };

/**
 * Whether an Allow statement could give anything to this principal: conditions that were written for another caller (`aws:PrincipalArn`,
 * `aws:SourceAccount`) are certainly false of it, and a fix that names it would promise what it does not give.
 */
export function couldAllowPrincipal({ effect, conditions }: Statement, { hasPolicyVariables }: Policy, principalArn: string): boolean {
  const arn = parseArn(principalArn);
  if (effect !== 'Allow' || !arn) return true;
  const identity = { id: principalArn, arn: principalArn, partition: arn.partition, account: arn.account, kind: 'unknown' as const, policies: [], link: HYPOTHETICAL_LINK };
  const circumstances = { caller: callerOf(identity), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS };
  return conditions.every((condition) => evaluateCondition(condition, hasPolicyVariables, circumstances).resultWithKey !== 'false');
}
