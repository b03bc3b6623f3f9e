import { callerOf } from '../access/caller';
import { evaluateCondition } from '../access/condition-evaluation';
import { decidePair, type VerdictGroup } from '../access/pair-verdicts';
import { mayCoverKey } from '../access/resource-matching';
import { describeContradiction } from '../access/text/describe-access';
import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, actionsWhere, unionOfActions, unionOfSets, type ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import type { Statement } from '../policy/policy';
import type { World } from '../workspace/world';
import { describeActionSet } from './action-patterns';
import { ALLOW_ALL_IDENTITY_POLICY, ALLOW_ALL_KEY_POLICY, allowAllIdentityPolicy, allowAllKeyPolicy,
  delegatingKeyPolicy, WILDCARD_RESOURCE } from './allow-all-policies';
import { describeConditionEntry, isTransferableCondition, toConditionEntry, transferableConditions,
  type ConditionEntry } from './condition-entries';
import type { Grantee } from './grantee';
import { hasPlaceholderMarker } from './placeholder-marker';
import type { RequiredPermission } from './required-permission';

/** Who uses which key. */
export interface AccessSubject {
  readonly world: World;
  readonly key: Key;
  readonly grantee: Grantee;
}

/** What one Allow statement allows, or requires of the other policy. */
export interface StatementPermission extends RequiredPermission {
  readonly statement: Statement;
}

/** The actions that work across accounts and that a key policy can give. */
export const CROSS_ACCOUNT_KEY_POLICY_ACTIONS: ActionSet = CROSS_ACCOUNT_ACTIONS & KEY_ACTIONS;

/** `kms:RetireGrant`: no key policy gives it, only a grant, and the identity's own policy has to allow it besides. */
export const GRANT_ONLY_ACTIONS: ActionSet = actionsWhere((action) =>
  action.crossAccount && action.policyType === 'iam-policy' && action.resourceTypes.includes('key'));

/** Accounts in place of those that are not known, so that everything else can be evaluated. */
const SYNTHETIC_ACCOUNT_ID = '000000000000';
const OTHER_SYNTHETIC_ACCOUNT_ID = '000000000001';

/**
 * What the key policy allows the grantee, statement by statement: evaluated as if its own account allowed everything. For an account only
 * what any of its identities gets counts.
 */
export function permissionsInKeyPolicy(subject: AccessSubject): StatementPermission[] {
  const { key: { policy }, grantee } = subject;
  if (!policy) return [];
  const statements = policy.policy.statements.filter((statement) => concernsGrantee(statement, grantee));
  const denies = statements.filter(isDeny);
  return statements.flatMap((statement) => {
    if (statement.effect !== 'Allow') return [];
    const groups = decideSubject(subject, [ALLOW_ALL_IDENTITY_POLICY], withStatements(policy, [...denies, statement]));
    return toStatementPermissions(statement, possibleActions(groups));
  });
}

/** What the identity policy allows on the key, statement by statement: evaluated as if the key policy allowed everything. */
export function permissionsInIdentityPolicy(policy: DiscoveredPolicy, subject: AccessSubject): StatementPermission[] {
  if (policy.policy.kind !== 'identity') return [];
  const denies = policy.policy.statements.filter(isDeny);
  const { key: { account, partition = 'aws' }, grantee } = subject;
  const keyPolicy = account !== undefined && account === grantee.account ? delegatingKeyPolicy(partition, account) : ALLOW_ALL_KEY_POLICY;
  return policy.policy.statements.flatMap((statement) => {
    if (statement.effect !== 'Allow') return [];
    const allow = hasOnlyKeyAsResource(statement, subject.key.arn) ? { ...statement, resource: WILDCARD_RESOURCE } : statement;
    const groups = decideSubject(subject, [withStatements(policy, [...denies, allow])], keyPolicy);
    const byGrant = namesKeyInResource(statement, subject.key) ? actionsOfStatement(statement) & GRANT_ONLY_ACTIONS : NO_ACTIONS;
    return toStatementPermissions(statement, possibleActions(groups) | byGrant);
  });
}

/**
 * What no Allow under these conditions would give the grantee in an identity policy: Deny statements of its own policies forbid it, or the
 * key policy gives it under other conditions only.
 */
export function actionsDeniedByIdentityPolicies(policies: readonly DiscoveredPolicy[], subject: AccessSubject,
  conditions: readonly ConditionEntry[]): ActionSet {
  const denying = policies.filter(({ policy }) => policy.kind === 'identity')
    .map((policy) => withStatements(policy, policy.policy.statements.filter(isDeny)));
  const groups = decideSubject(subject, [...denying, allowAllIdentityPolicy(conditions)],
    keyPolicyForGrantee(subject) ?? ALLOW_ALL_KEY_POLICY);
  return CROSS_ACCOUNT_KEY_POLICY_ACTIONS & ~possibleActions(groups);
}

/**
 * The same for a statement of the key policy.
 *
 * @param policies the identity policies that are to use it
 */
export function actionsDeniedByKeyPolicy(policies: readonly DiscoveredPolicy[], subject: AccessSubject,
  conditions: readonly ConditionEntry[]): ActionSet {
  const policy = keyPolicyForGrantee(subject);
  if (!policy) return NO_ACTIONS;
  const statements = [...policy.policy.statements.filter(isDeny), ...allowAllKeyPolicy(conditions).policy.statements];
  return CROSS_ACCOUNT_KEY_POLICY_ACTIONS & ~possibleActions(decideSubject(subject, policies, withStatements(policy, statements)));
}

/**
 * Sentences on Deny statements of the key policy that forbid some of these actions under conditions that static text cannot decide.
 *
 * @param policy the key policy, with whatever allows the grantee the actions
 */
export function describeConditionalDenials(policy: DiscoveredPolicy, subject: AccessSubject, actions: ActionSet): string[] {
  const denied = new Map<Statement, ActionSet>();
  for (const group of decideSubject(subject, [ALLOW_ALL_IDENTITY_POLICY], policy)) {
    if ((group.actions & actions) === NO_ACTIONS) continue;
    for (const { statementRef: { gate, statement }, negated } of group.verdict.conditions) {
      if (negated && gate === 'key-policy') denied.set(statement, (denied.get(statement) ?? NO_ACTIONS) | group.actions & actions);
    }
  }
  return [...denied].map(([{ conditions }, set]) =>
    `A Deny statement of the key policy still forbids ${describeActionSet(set)} where `
      + `${conditions.map((condition) => describeConditionEntry(toConditionEntry(condition))).join(' and ')}.`);
}

/**
 * Sentences on what both policies allow, each under conditions that exclude those of the other, so that nothing is to be added and all the
 * same every request is denied (docs/aws-rules.md 4.4).
 */
export function describeContradictions(policies: readonly DiscoveredPolicy[], subject: AccessSubject, actions: ActionSet): string[] {
  const policy = keyPolicyForGrantee(subject);
  if (!policy) return [];
  return decideSubject(subject, policies, policy)
    .filter((group) => group.verdict.reason === 'conditions-contradict' && (group.actions & actions) !== NO_ACTIONS)
    .map((group) => `${describeActionSet(group.actions & actions)}: ${describeContradiction(group.verdict.failedConditions)}. `
      + 'Change one of these conditions.');
}

/** Whether the statement's resources are this one key and nothing else. */
export function hasOnlyKeyAsResource({ resource }: Statement, keyArn: string | undefined): boolean {
  return keyArn !== undefined && resource?.negated === false && resource.patterns.length > 0
    && resource.patterns.every((pattern) => pattern.text.value === keyArn);
}

/** Whether the statement names the key by an ARN or ARN pattern: `*` is about no key in particular. */
export function namesKeyInResource({ effect, resource }: Statement, key: Key): boolean {
  return effect === 'Allow' && resource?.negated === false
    && resource.patterns.some((pattern) => pattern.text.value === key.arn || pattern.form === 'key' && mayCoverKey(pattern, key));
}

export function actionsOfStatement({ action }: Statement): ActionSet {
  return action?.actionSet ?? NO_ACTIONS;
}

/** The action patterns of the statement, in its order; none of `NotAction`. */
export function writtenActionsOf({ action }: Statement): readonly string[] {
  return action?.negated === false ? action.patterns.map((pattern) => pattern.text.value) : [];
}

/** The actions that the statement names, as far as they are known: `*` and `NotAction` name none. */
export function explicitKmsActions({ action }: Statement): ActionSet {
  if (!action || action.negated) return NO_ACTIONS;
  return unionOfSets(action.patterns.map(({ service, actionSet }) => service === 'kms' ? actionSet : NO_ACTIONS));
}

/** The conditions of a key policy statement that the other policy does not take over and that static text cannot decide for the grantee. */
export function undecidedConditions(statement: Statement, subject: AccessSubject): ConditionEntry[] {
  const { world: { organizations }, key } = subject;
  const requestContext = { caller: callerOf(identityForEvaluation(subject)), key: keyForEvaluation(subject), organizations };
  const variables = key.policy?.policy.hasPolicyVariables ?? false;
  return statement.conditions
    .filter((condition) =>
      !isTransferableCondition(condition) && evaluateCondition(condition, variables, requestContext).resultWithKey === 'open')
    .map(toConditionEntry);
}

function isDeny({ effect }: Statement): boolean {
  return effect === 'Deny';
}

function toStatementPermissions(statement: Statement, actions: ActionSet): StatementPermission[] {
  if (actions === NO_ACTIONS) return [];
  return [{ statement, actions, conditions: transferableConditions(statement.conditions), writtenActions: writtenActionsOf(statement) }];
}

/** The verdicts for the grantee with these policies, and the key with this one. */
function decideSubject(subject: AccessSubject, policies: readonly DiscoveredPolicy[], policy: DiscoveredPolicy): readonly VerdictGroup[] {
  return decidePair({ ...identityForEvaluation(subject), policies }, { ...keyForEvaluation(subject), policy }, subject.world);
}

/** The actions for key policies that are allowed, or may be under conditions. */
function possibleActions(groups: readonly VerdictGroup[]): ActionSet {
  return CROSS_ACCOUNT_KEY_POLICY_ACTIONS
    & unionOfActions(groups.filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional'));
}

/** The statements of the key policy that are about the grantee. */
function keyPolicyForGrantee({ key: { policy }, grantee }: AccessSubject): DiscoveredPolicy | undefined {
  return policy && withStatements(policy, policy.policy.statements.filter((statement) => concernsGrantee(statement, grantee)));
}

/**
 * Whether a statement of a key policy is about the grantee at all. What names single users and roles neither allows nor denies a whole
 * account; whom it names beyond that is decided by evaluation.
 */
function concernsGrantee({ principal }: Statement, grantee: Grantee): boolean {
  if (grantee.kind === 'user' || grantee.kind === 'role') return true;
  if (!principal) return false;
  if (principal.negated) return true;
  return principal.principals.some(({ form, account }) => form === 'anyone' || form === 'account' && account === grantee.account);
}

/** The grantee in some account, and in the key's partition where its own is not known. */
function identityForEvaluation({ grantee, key }: AccessSubject): Identity {
  const account = hasPlaceholderMarker(grantee.account) ? SYNTHETIC_ACCOUNT_ID : grantee.account;
  return { ...grantee.identity, account, partition: grantee.partition ?? key.partition };
}

/** The key in some other account than the grantee's where its own is not known, and without grants. */
function keyForEvaluation({ key, grantee }: AccessSubject): Key {
  const account = key.account ?? (grantee.account === OTHER_SYNTHETIC_ACCOUNT_ID ? SYNTHETIC_ACCOUNT_ID : OTHER_SYNTHETIC_ACCOUNT_ID);
  return { ...key, account, partition: key.partition ?? grantee.partition ?? 'aws', grants: [] };
}

function withStatements(policy: DiscoveredPolicy, statements: readonly Statement[]): DiscoveredPolicy {
  return { ...policy, policy: { ...policy.policy, statements } };
}
