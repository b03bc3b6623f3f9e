import { accountLimitOf } from '../../access/account-limit';
import { anyCallerInAccount, callerOfPrincipal } from '../../access/caller';
import { conditionResultFor, evaluateCondition, type ConditionResult } from '../../access/condition-evaluation';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { matchKeyPolicyResource } from '../../access/resource-matching';
import { NO_ACTIONS, PUT_KEY_POLICY } from '../../aws/actions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import { ownerStatement } from '../../generate/owner-statement';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionElement, Condition, Policy, Principal, Statement } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import type { PolicySubject } from '../rule';
import { fixPolicy, type Fix } from './fix';
import { actionFault } from './action-faults';
import { isCompletelyTyped } from './external-grantees';
import { isReportedAsNeverTrue } from './unsatisfiable-conditions';
import { isUnrecognizedPrincipal } from './principal-form';
import { hasRegionFault } from './region-conditions';
import { isIncompleteStatement } from './kms-statements';

/** Who may change a key policy, by the key policy itself (docs/aws-rules.md 5.5). */
export interface KeyAdministrators {
  /** The account as a whole, or everyone in it, who cannot be deleted. */
  readonly accountPrincipals: readonly Principal[];
  /** Single users, roles and sessions. */
  readonly identityPrincipals: readonly Principal[];
  /** Principals of other accounts, for whom the action does not work although a statement allows it. */
  readonly externalPrincipals: readonly Principal[];
  /** A Deny that applies to all administrators. */
  readonly denyStatement: Statement | undefined;
}

/**
 * The principals that may call PutKeyPolicy. Undefined where the document is not a whole key policy, or where a statement that may be meant
 * to allow it has a fault: the finding about that fault is the cause.
 */
export function keyAdministratorsOf({ policy: located, key }: PolicySubject): KeyAdministrators | undefined {
  const { policy } = located;
  if (policy.kind !== 'key' || policy.isFragment || !key || key.awsManaged || policy.id?.value.startsWith('auto-')) return undefined;
  if (!isCompletelyTyped(located)) return undefined;
  // A policy that only denies is a part of a key policy.
  if (policy.statements.length === 0 || policy.statements.every(({ effect }) => effect === 'Deny')) return undefined;
  const accountPrincipals: Principal[] = [];
  const identityPrincipals: Principal[] = [];
  const externalPrincipals: Principal[] = [];
  for (const statement of policy.statements) {
    const admins = administratorsInStatement(statement, policy, key);
    if (!admins) return undefined;
    externalPrincipals.push(...externalAdministratorsOf(statement, key));
    for (const principal of admins) (isAccountPrincipal(principal) ? accountPrincipals : identityPrincipals).push(principal);
  }
  const admins = [...accountPrincipals, ...identityPrincipals];
  const denyStatement = policy.statements.find((statement) => deniesAllAdministrators(statement, policy, key, admins));
  return { accountPrincipals, identityPrincipals, externalPrincipals, denyStatement };
}

/** A value with a placeholder may be the account. */
function isAccountPrincipal({ form, text }: Principal): boolean {
  return form === 'anyone' || form === 'account' || form === 'unknown' || text.placeholders.length > 0;
}

/** Undefined where the statement may be meant to allow administrators something and has a fault. */
function administratorsInStatement(statement: Statement, policy: Policy, key: Key): readonly Principal[] | undefined {
  const { action, effect, principal } = statement;
  if (effect === 'Deny') return [];
  if (statement.isSkeleton || isIncompleteStatement(statement) || !action) return undefined;
  if (!coversPutKeyPolicy(action)) return action.patterns.some((pattern) => actionFault(pattern) !== undefined) ? undefined : [];
  if (effect === undefined || !principal || principal.negated || principal.principals.length === 0) return undefined;
  const admins = principal.principals.filter((candidate) => mayBelongToOwner(candidate, statement, key));
  if (admins.length === 0) return [];
  if (admins.some(isUnrecognizedPrincipal) || matchKeyPolicyResource(statement, key) === 'no') return undefined;
  const fails = (condition: Condition, admin: Principal): boolean =>
    conditionHoldsFor(admin, condition, policy.hasPolicyVariables, key) === 'false';
  const failing = statement.conditions.filter((condition) => admins.some((admin) => fails(condition, admin)));
  if (hasRegionFault(statement, key)) return undefined;
  if (failing.some((condition) => isReportedAsNeverTrue(condition, statement, PUT_KEY_POLICY))) return undefined;
  return admins.filter((admin) => !failing.some((condition) => fails(condition, admin)));
}

/** The result of the condition where the principal, or anybody of its account, calls PutKeyPolicy. */
function conditionHoldsFor(principal: Principal, condition: Condition, variables: boolean, key: Key): ConditionResult {
  const caller = principal.account === undefined ? anyCallerInAccount(key.account, key.partition) : callerOfPrincipal(principal);
  return conditionResultFor(evaluateCondition(condition, variables, { caller, key, organizations: NO_ORGANIZATIONS }), PUT_KEY_POLICY);
}

function coversPutKeyPolicy({ actionSet, hasPlaceholder }: ActionElement): boolean {
  return hasPlaceholder || (actionSet & PUT_KEY_POLICY) !== NO_ACTIONS;
}

function externalAdministratorsOf(statement: Statement, key: Key): readonly Principal[] {
  const { action, effect, principal } = statement;
  if (effect !== 'Allow' || !action || !coversPutKeyPolicy(action)) return [];
  return principal?.principals.filter((candidate) => candidate.form !== 'service' && !mayBelongToOwner(candidate, statement, key)) ?? [];
}

/** Services and other accounts cannot call PutKeyPolicy. A principal that cannot be identified may be anybody. */
function mayBelongToOwner(principal: Principal, statement: Statement, { account }: Key): boolean {
  if (principal.form === 'service') return false;
  if (account === undefined) return true;
  if (principal.form !== 'anyone')
    return compareIdentifiers(principal.account, account) !== 'different' || principal.text.placeholders.length > 0;
  const limit = accountLimitOf(statement);
  return !limit?.isExhaustive || limit.accounts.some((namedAccount) => compareIdentifiers(namedAccount.account, account) === 'same');
}

/** Whether the statement denies it to everyone, or to the account of all administrators, under conditions that are true for all of them. */
function deniesAllAdministrators(statement: Statement, { hasPolicyVariables }: Policy, key: Key, admins: readonly Principal[]): boolean {
  const { effect, action, principal, conditions, isMaybe } = statement;
  if (effect !== 'Deny' || isMaybe || !action || action.hasPlaceholder || !coversPutKeyPolicy(action)) return false;
  if (!principal || principal.negated || admins.length === 0 || matchKeyPolicyResource(statement, key) !== 'yes') return false;
  const isTrue = (condition: Condition, admin: Principal): boolean =>
    conditionHoldsFor(admin, condition, hasPolicyVariables, key) === 'true';
  if (!conditions.every((condition) => admins.every((admin) => isTrue(condition, admin)))) return false;
  return principal.principals.some(({ form, account, text }) => form === 'anyone'
    || form === 'account' && text.placeholders.length === 0 && account !== undefined
    && (compareIdentifiers(account, key.account) === 'same'
      || admins.every((admin) => compareIdentifiers(admin.account, account) === 'same')));
}

/** Adds the statement of the default key policy for the owner's account, which cannot be deleted. */
export function addOwnerStatementFix(located: DiscoveredPolicy, key: Key | undefined, admins: readonly Principal[]): Fix[] {
  const { statementMember, statements } = located.policy;
  const account = key?.account ?? admins.find((admin) => admin.account !== undefined)?.account;
  if (!statementMember || account === undefined) return [];
  const partition = key?.partition
    ?? statements.flatMap(({ principal }) => principal?.principals ?? []).find((principal) => principal.partition)?.partition;
  const value = ownerStatement({ account, partition: partition ?? 'aws' }, located);
  const title = `Add the statement "Enable IAM User Permissions" for account ${account}`;
  return [fixPolicy(title, located, [{ edit: 'append', member: statementMember, value }], { preferred: true })];
}
