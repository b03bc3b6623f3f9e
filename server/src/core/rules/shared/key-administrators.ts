import { accountLimitOf } from '../../access/account-limit';
import { anyCallerInAccount, callerOfPrincipal } from '../../access/caller';
import { conditionResultFor, evaluateCondition, type ConditionResult } from '../../access/condition-evaluation';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { matchKeyPolicyResource } from '../../access/resource-matching';
import { actionNamed, NO_ACTIONS } from '../../aws/actions';
import { ownerStatement } from '../../generate/owner-statement';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionElement, Condition, Policy, Principal, Statement } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { actionFault } from './action-faults';
import { isCompletelyTyped } from './external-grantees';
import { isReportedAsNeverTrue } from './unsatisfiable-conditions';
import { isUnrecognizedPrincipal } from './principal-form';
import { hasRegionFault } from './region-conditions';
import { isPlaceholderStatement } from './placeholder-statements';
import { isIncompleteStatement } from './kms-statements';

/** Who may change a key policy, by the key policy itself (docs/aws-rules.md 5.5). */
export interface KeyAdministrators {
  /** The account as a whole, or everyone in it: they cannot be deleted. */
  readonly accountPrincipals: readonly Principal[];
  /** Single users, roles and sessions. */
  readonly identityPrincipals: readonly Principal[];
  /** Those of other accounts whom a statement allows it: the action does not work across accounts. */
  readonly externalPrincipals: readonly Principal[];
  /** A Deny that takes it from all of them. */
  readonly denyStatement: Statement | undefined;
}

const PUT_KEY_POLICY = actionNamed('kms:PutKeyPolicy')?.bit ?? NO_ACTIONS;

/** Two rules ask for the same. */
const adminsOfPolicies = new WeakMap<DiscoveredPolicy, { readonly key: Key | undefined; readonly admins: KeyAdministrators | undefined }>();

/**
 * The principals of the key's own account that may call PutKeyPolicy. Undefined where the document is not one to ask this of, or
 * where a statement that may be meant to say it has a fault: the finding on that fault is the cause.
 */
export function keyAdministratorsOf(located: DiscoveredPolicy, key: Key | undefined): KeyAdministrators | undefined {
  let known = adminsOfPolicies.get(located);
  if (!known || known.key !== key) adminsOfPolicies.set(located, known = { key, admins: readKeyAdministrators(located, key) });
  return known.admins;
}

function readKeyAdministrators(located: DiscoveredPolicy, key: Key | undefined): KeyAdministrators | undefined {
  const { policy } = located;
  if (policy.kind !== 'key' || policy.isFragment || !key || key.awsManaged || policy.id?.value.startsWith('auto-') || !isCompletelyTyped(located)) return undefined;
  // What only denies is one part of a key policy.
  if (policy.statements.length === 0 || policy.statements.every(({ effect }) => effect === 'Deny')) return undefined;
  const lasting: Principal[] = [];
  const named: Principal[] = [];
  const foreign: Principal[] = [];
  for (const statement of policy.statements) {
    const admins = administratorsInStatement(statement, policy, key);
    if (!admins) return undefined;
    foreign.push(...externalAdministratorsOf(statement, key));
    for (const principal of admins) (isAccountPrincipal(principal) ? lasting : named).push(principal);
  }
  return { accountPrincipals: lasting, identityPrincipals: named, externalPrincipals: foreign, denyStatement: policy.statements.find((statement) => deniesAllAdministrators(statement, policy, key, [...lasting, ...named])) };
}

/** A value that a template fills in may be the account. */
function isAccountPrincipal({ form, text: policyString }: Principal): boolean {
  return form === 'anyone' || form === 'account' || form === 'unknown' || policyString.placeholders.length > 0;
}

/** Undefined where the statement may be meant to name some, and has a fault. */
function administratorsInStatement(statement: Statement, policy: Policy, key: Key): readonly Principal[] | undefined {
  const { action, effect, principal } = statement;
  if (effect === 'Deny') return [];
  if (isPlaceholderStatement(statement) || isIncompleteStatement(statement) || !action) return undefined;
  if (!coversPutKeyPolicy(action)) return action.patterns.some(isFaultyAction) ? undefined : [];
  if (effect === undefined || !principal || principal.negated || principal.principals.length === 0) return undefined;
  const admins = principal.principals.filter((one) => mayBelongToOwner(one, statement, key));
  if (admins.length === 0) return [];
  if (admins.some(isUnrecognizedPrincipal) || matchKeyPolicyResource(statement, key) === 'no') return undefined;
  const fails = (condition: Condition, admin: Principal): boolean => conditionHoldsFor(admin, condition, policy.hasPolicyVariables, key) === 'false';
  const failing = statement.conditions.filter((condition) => admins.some((admin) => fails(condition, admin)));
  if (hasRegionFault(statement, key) || failing.some((condition) => isReportedAsNeverTrue(condition, statement, PUT_KEY_POLICY))) return undefined;
  return admins.filter((admin) => !failing.some((condition) => fails(condition, admin)));
}

/** Whether the condition holds where the principal, or whoever of its account, calls PutKeyPolicy. */
function conditionHoldsFor(principal: Principal, condition: Condition, variables: boolean, key: Key): ConditionResult {
  const caller = principal.account === undefined ? anyCallerInAccount(key.account, key.partition) : callerOfPrincipal(principal);
  const circumstances = { caller, key, organizations: NO_ORGANIZATIONS };
  return conditionResultFor(evaluateCondition(condition, variables, circumstances), PUT_KEY_POLICY);
}

function coversPutKeyPolicy({ actionSet, hasPlaceholder }: ActionElement): boolean {
  return hasPlaceholder || (actionSet & PUT_KEY_POLICY) !== NO_ACTIONS;
}

function isFaultyAction(pattern: ActionElement['patterns'][number]): boolean {
  return actionFault(pattern) !== undefined;
}

function externalAdministratorsOf(statement: Statement, key: Key): readonly Principal[] {
  const { action, effect, principal } = statement;
  if (effect !== 'Allow' || !action || !coversPutKeyPolicy(action)) return [];
  return principal?.principals.filter((one) => one.form !== 'service' && !mayBelongToOwner(one, statement, key)) ?? [];
}

/** Services and other accounts cannot call PutKeyPolicy; a principal that nobody can read may be anybody. */
function mayBelongToOwner(principal: Principal, statement: Statement, { account }: Key): boolean {
  if (principal.form === 'service') return false;
  if (account === undefined) return true;
  if (principal.form !== 'anyone') return principal.account === undefined || principal.account === account || principal.text.placeholders.length > 0;
  const limit = accountLimitOf(statement);
  return !limit?.isExhaustive || limit.accounts.some((namedAccount) => namedAccount.account === account);
}

/** For everyone, or for the account of all of them, under no condition but such as hold for all of the owner's account. */
function deniesAllAdministrators(statement: Statement, { hasPolicyVariables }: Policy, key: Key, admins: readonly Principal[]): boolean {
  const { effect, action, principal, conditions, isMaybe } = statement;
  if (effect !== 'Deny' || isMaybe || !action || action.hasPlaceholder || !coversPutKeyPolicy(action)) return false;
  if (!principal || principal.negated || admins.length === 0 || matchKeyPolicyResource(statement, key) !== 'yes') return false;
  if (!conditions.every((condition) => admins.every((admin) => conditionHoldsFor(admin, condition, hasPolicyVariables, key) === 'true'))) return false;
  return principal.principals.some(({ form, account, text: policyString }) => form === 'anyone'
    || form === 'account' && policyString.placeholders.length === 0 && account !== undefined
    && (account === key.account || admins.every((admin) => admin.account === account)));
}

/** The statement by which the owner, and nobody lost, keeps the key. */
export function addOwnerStatementFix(located: DiscoveredPolicy, key: Key | undefined, admins: readonly Principal[]): Fix[] {
  const { statementMember, statements } = located.policy;
  const account = key?.account ?? admins.find((admin) => admin.account !== undefined)?.account;
  if (!statementMember || account === undefined) return [];
  const written = statements.flatMap(({ principal }) => principal?.principals ?? []).find(({ partition }) => partition !== undefined)?.partition;
  const value = ownerStatement({ account, partition: key?.partition ?? written ?? 'aws' }, located);
  return [fixPolicy(`Add the statement "Enable IAM User Permissions" for account ${account}`, located, [{ edit: 'append', member: statementMember, value }], { preferred: true })];
}
