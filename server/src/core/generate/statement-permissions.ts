import { callerOf } from '../access/caller';
import { evaluateCondition } from '../access/condition-evaluation';
import { decidePair } from '../access/pair-verdicts';
import { mayCoverKey } from '../access/resource-matching';
import { describeContradiction } from '../access/text/describe-access';
import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, actionsWhere, type ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { joinWithAnd, actionPatternsFor } from './action-patterns';
import { transferableConditions, isTransferableCondition, toConditionEntry, describeConditionEntry,
  type ConditionEntry } from './condition-entries';
import type { RequiredPermission } from './required-permission';
import type { Grantee } from './grantee';
import { WILDCARD_RESOURCE, ALLOW_ALL_IDENTITY_POLICY, ALLOW_ALL_KEY_POLICY, allowAllIdentityPolicy,
  allowAllKeyPolicy } from './allow-all-policies';
import { hasPlaceholderMarker } from './placeholder-marker';

/** What one Allow statement gives, or asks for. */
export interface StatementPermissions {
  readonly statement: Statement;
  readonly permission: RequiredPermission;
}

/** The actions that work across accounts and that a key policy can give. */
export const CROSS_ACCOUNT_KEY_POLICY_ACTIONS: ActionSet = CROSS_ACCOUNT_ACTIONS & KEY_ACTIONS;

/** `kms:RetireGrant`: no key policy gives it, only a grant, and the identity's own policy has to allow it besides. */
export const GRANT_ONLY_ACTIONS: ActionSet = actionsWhere((action) =>
  action.crossAccount && action.policyType === 'iam-policy' && action.resourceTypes.includes('key')
);

/** Stands in for an account that is not known, so that the engine can judge the rest. */
const SYNTHETIC_ACCOUNT_ID = '000000000000';
const OTHER_SYNTHETIC_ACCOUNT_ID = '000000000001';

/**
 * What the key policy gives to the party, statement by statement: what the engine would let it do if its own account
 * allowed everything. For an account only what any of its identities gets counts.
 */
export function permissionsInKeyPolicy(key: Key, grantee: Grantee, organizations: World['organizations']): StatementPermissions[] {
  const { policy } = key;
  if (!policy) return [];
  const wanted = { ...identityForEvaluation(grantee, key), policies: [ALLOW_ALL_IDENTITY_POLICY] };
  const denies = policy.policy.statements.filter((statement) => statement.effect === 'Deny' && concernsGrantee(statement, grantee));
  return policy.policy.statements.flatMap((statement) => {
    if (statement.effect !== 'Allow' || !concernsGrantee(statement, grantee)) return [];
    const reduced = { ...keyForEvaluation(key, grantee), policy: withPolicyStatements(policy, [...denies, statement]) };
    return toStatementPermissions(statement,
      allowedOrConditionalActions(wanted, reduced, organizations) & CROSS_ACCOUNT_KEY_POLICY_ACTIONS);
  });
}

/** What the identity policy allows on the key, statement by statement, if the key policy let everybody in. */
export function permissionsInIdentityPolicy(policy: DiscoveredPolicy, key: Key, grantee: Grantee,
  organizations: World['organizations']): StatementPermissions[] {
  if (policy.policy.kind !== 'identity') return [];
  const opened = { ...keyForEvaluation(key, grantee), policy: ALLOW_ALL_KEY_POLICY };
  const denies = policy.policy.statements.filter((statement) => statement.effect === 'Deny');
  return policy.policy.statements.flatMap((statement) => {
    if (statement.effect !== 'Allow') return [];
    const alone = hasOnlyKeyAsResource(statement, key.arn) ? { ...statement, resource: WILDCARD_RESOURCE } : statement;
    const identity = { ...identityForEvaluation(grantee, key), policies: [withPolicyStatements(policy, [...denies, alone])] };
    const byGrant = namesKeyInResource(statement, key) ? (statement.action?.actionSet ?? NO_ACTIONS) & GRANT_ONLY_ACTIONS : NO_ACTIONS;
    return toStatementPermissions(statement,
      allowedOrConditionalActions(identity, opened, organizations) & CROSS_ACCOUNT_KEY_POLICY_ACTIONS | byGrant);
  });
}

/**
 * What no Allow under these conditions would give the party in an identity policy: Deny statements of its own policies forbid it, or the
 * key policy gives it under other conditions only.
 */
export function actionsDeniedByIdentityPolicies(policies: readonly DiscoveredPolicy[], key: Key, grantee: Grantee,
  conditions: readonly ConditionEntry[], organizations: World['organizations']): ActionSet {
  const denying = policies.filter(({ policy }) => policy.kind === 'identity')
    .map((policy) => withPolicyStatements(policy, policy.policy.statements.filter((statement) => statement.effect === 'Deny')));
  const identity = { ...identityForEvaluation(grantee, key), policies: [...denying, allowAllIdentityPolicy(conditions)] };
  const policy = key.policy
    ? withPolicyStatements(key.policy, key.policy.policy.statements.filter((statement) => concernsGrantee(statement, grantee)))
    : ALLOW_ALL_KEY_POLICY;
  return CROSS_ACCOUNT_KEY_POLICY_ACTIONS
    & ~allowedOrConditionalActions(identity, { ...keyForEvaluation(key, grantee), policy }, organizations);
}

/**
 * The same for a statement of the key policy.
 *
 * @param policies the identity policies that are to use it
 */
export function actionsDeniedByKeyPolicy(policies: readonly DiscoveredPolicy[], key: Key, grantee: Grantee,
  conditions: readonly ConditionEntry[], organizations: World['organizations']): ActionSet {
  if (!key.policy) return NO_ACTIONS;
  const denies = key.policy.policy.statements.filter((statement) => statement.effect === 'Deny' && concernsGrantee(statement, grantee));
  const policy = withPolicyStatements(key.policy, [...denies, ...allowAllKeyPolicy(conditions).policy.statements]);
  return CROSS_ACCOUNT_KEY_POLICY_ACTIONS
    & ~allowedOrConditionalActions({ ...identityForEvaluation(grantee, key), policies }, { ...keyForEvaluation(key, grantee), policy },
      organizations);
}

/**
 * Sentences on Deny statements of the key policy that take something of this away again under conditions that nobody can tell.
 *
 * @param policy the key policy, with whatever lets the party in
 */
export function describeConditionalDenials(key: Key, policy: DiscoveredPolicy, grantee: Grantee, actions: ActionSet,
  organizations: World['organizations']): string[] {
  const identity = { ...identityForEvaluation(grantee, key), policies: [ALLOW_ALL_IDENTITY_POLICY] };
  const denied = new Map<Statement, ActionSet>();
  for (const group of decidePair(identity, { ...keyForEvaluation(key, grantee), policy }, organizations)) {
    const asked = group.actions & actions;
    if (asked === NO_ACTIONS) continue;
    for (const { statementRef: { gate, statement }, negated } of group.verdict.conditions) {
      if (negated && gate === 'key-policy') denied.set(statement, (denied.get(statement) ?? NO_ACTIONS) | asked);
    }
  }
  return [...denied].map(([statement, set]) => (
    `A Deny statement of the key policy still forbids ${joinWithAnd(actionPatternsFor(set, []))} where `
      + `${statement.conditions.map((condition) => describeConditionEntry(toConditionEntry(condition))).join(' and ')}.`));
}

/**
 * Sentences on what both halves allow, each under conditions that exclude those of the other, so that nothing is to be added and all the
 * same every request is denied (docs/aws-rules.md 4.4).
 */
export function describeContradictions(policies: readonly DiscoveredPolicy[], key: Key, grantee: Grantee, actions: ActionSet,
  organizations: World['organizations']): string[] {
  if (!key.policy) return [];
  const policy = withPolicyStatements(key.policy, key.policy.policy.statements.filter((statement) => concernsGrantee(statement, grantee)));
  return decidePair({ ...identityForEvaluation(grantee, key), policies }, { ...keyForEvaluation(key, grantee), policy }, organizations)
    .filter((group) => group.verdict.reason === 'conditions-contradict' && (group.actions & actions) !== NO_ACTIONS)
    .map((group) => `${joinWithAnd(actionPatternsFor(group.actions & actions, []))}: `
      + `${describeContradiction(group.verdict.failedConditions)}. Change one of these conditions.`);
}

/** Whether the statement's resources are this one key and nothing else. */
export function hasOnlyKeyAsResource(statement: Statement, keyArn: string | undefined): boolean {
  const { resource } = statement;
  return keyArn !== undefined && resource !== undefined && !resource.negated && resource.patterns.length > 0
    && resource.patterns.every((pattern) => pattern.text.value === keyArn);
}

/** Whether the statement names the key by an ARN or ARN pattern: `*` is about no key in particular. */
export function namesKeyInResource(statement: Statement, key: Key): boolean {
  return statement.effect === 'Allow' && statement.resource !== undefined && !statement.resource.negated
    && statement.resource.patterns.some((pattern) => pattern.text.value === key.arn || pattern.form === 'key' && mayCoverKey(pattern, key));
}

/** What the statement says by name, as far as it is known: `*` and `NotAction` name nothing. */
export function explicitKmsActions(statement: Statement): ActionSet {
  if (!statement.action || statement.action.negated) return NO_ACTIONS;
  return statement.action.patterns.filter((pattern) => pattern.service === 'kms').reduce((set, pattern) => set | pattern.actionSet,
    NO_ACTIONS);
}

/** The conditions of a key policy statement that stay its own and of which nobody can tell whether the party meets them. */
export function undecidedConditions(statement: Statement, key: Key, grantee: Grantee,
  organizations: World['organizations']): ConditionEntry[] {
  const circumstances = { caller: callerOf(identityForEvaluation(grantee, key)), key: keyForEvaluation(key, grantee), organizations };
  const variables = key.policy?.policy.hasPolicyVariables ?? false;
  return statement.conditions
    .filter((condition) =>
      !isTransferableCondition(condition) && evaluateCondition(condition, variables, circumstances).resultWithKey === 'open'
    )
    .map(toConditionEntry);
}

function toStatementPermissions(statement: Statement, actions: ActionSet): StatementPermissions[] {
  if (actions === NO_ACTIONS) return [];
  const written = statement.action && !statement.action.negated ? statement.action.patterns.map((pattern) => pattern.text.value) : [];
  return [{ statement, permission: { actions, conditions: transferableConditions(statement.conditions), writtenActions: written } }];
}

/** What is allowed, or may be under conditions. */
function allowedOrConditionalActions(identity: Identity, key: Key, organizations: World['organizations']): ActionSet {
  return decidePair(identity, key, organizations)
    .filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional')
    .reduce((set, group) => set | group.actions, NO_ACTIONS);
}

/**
 * Whether a statement of a key policy is about the party at all. What names single users and roles neither lets a whole
 * account in nor keeps it out; who it names beyond that is for the engine to judge.
 */
function concernsGrantee(statement: Statement, grantee: Grantee): boolean {
  if (grantee.kind === 'user' || grantee.kind === 'role') return true;
  const { principal } = statement;
  if (!principal) return false;
  if (principal.negated) return true;
  return principal.principals.some(({ form, account }) => form === 'anyone' || form === 'account' && account === grantee.account);
}

/** The party as the engine takes it: in some account, of the key's partition where it has none of its own. */
function identityForEvaluation(grantee: Grantee, key: Key): Identity {
  const account = hasPlaceholderMarker(grantee.account) ? SYNTHETIC_ACCOUNT_ID : grantee.account;
  return { ...grantee.identity, account, partition: grantee.partition ?? key.partition, policies: [] };
}

/** The key as the engine takes it: in some other account than the party's where its own is not known, and without grants. */
function keyForEvaluation(key: Key, grantee: Grantee): Key {
  const account = key.account ?? (grantee.account === OTHER_SYNTHETIC_ACCOUNT_ID ? SYNTHETIC_ACCOUNT_ID : OTHER_SYNTHETIC_ACCOUNT_ID);
  return { ...key, account, partition: key.partition ?? grantee.partition ?? 'aws', grants: [] };
}

function withPolicyStatements(policy: DiscoveredPolicy, statements: readonly Statement[]): DiscoveredPolicy {
  return { ...policy, policy: { ...policy.policy, statements } };
}
