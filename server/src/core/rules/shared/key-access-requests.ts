import { actionNamed, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { VerdictGroup } from '../../access/pair-verdicts';
import { matchResource, matchResources } from '../../access/resource-matching';
import { itemsForKey, patternsForKey, policiesForKey, resourceElementsOfStatement } from '../../access/resource-index';
import { applicableActionsForIdentity } from '../../access/candidate-callers';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionPattern, ResourcePattern, Statement, Principal } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import type { Reason } from '../../access/verdict';
import { resourceSpecificityOf, type ResourceSpecificity } from './resource-specificity';
import { accountLimitOf } from '../../access/account-limit';

/** An Allow statement of an identity policy, with what of it reaches one key. */
export interface KeyAccessRequest {
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement;
  /** The Resource values that cover the key; empty for NotResource. */
  readonly resources: readonly ResourcePattern[];
  /** The closest of them. */
  readonly specificity: ResourceSpecificity;
  /** What it asks for by name, where its conditions let it apply at all. */
  readonly actions: ActionSet;
  /** False when a placeholder or variable decides whether the statement is about the key at all. */
  readonly appliesForCertain: boolean;
}

/** Everything that the identity's policies ask of the key, by statements that name kms actions. A `PairSubject` has it worked out. */
export function requestsForKey(identity: Identity, key: Key): readonly KeyAccessRequest[] {
  const [first, ...others] = identity.policies;
  if (first && others.length === 0) return requestsInPolicy(first, identity, key);
  return policiesForKey(identity.policies, key).flatMap((policy) => requestsInPolicy(policy, identity, key));
}

function requestsInPolicy(policy: DiscoveredPolicy, identity: Identity, key: Key): KeyAccessRequest[] {
  const keyAccessRequests: KeyAccessRequest[] = [];
  if (policy.policy.kind !== 'identity') return keyAccessRequests;
  const variables = policy.policy.hasPolicyVariables ? () => undefined : undefined;
  for (const statement of itemsForKey(policy.policy.statements, resourceElementsOfStatement, key)) {
    if (statement.effect !== 'Allow' || !statement.resource || !hasKmsActionPatterns(statement)) continue;
    const actions = kmsActionsOf(statement) & applicableActionsForIdentity({ gate: 'identity-policy', policy, statement }, identity, key);
    if (statement.resource.negated) {
      if (matchResources(statement, key, variables) === 'yes') keyAccessRequests.push({ policy, statement, resources: [], specificity: 'any', actions, appliesForCertain: true });
      continue;
    }
    const matches = patternsForKey(statement.resource, key).map((pattern) => ({ pattern, match: matchResource(pattern, key, variables) }));
    const resources = matches.filter(({ match: matchResult }) => matchResult !== 'no').map(({ pattern }) => pattern);
    if (resources.length === 0) continue;
    keyAccessRequests.push({ policy, statement, resources, specificity: mostSpecific(resources), actions, appliesForCertain: matches.some(({ match }) => match === 'yes') });
  }
  return keyAccessRequests;
}

const SPECIFICITY_ORDER: readonly ResourceSpecificity[] = ['key', 'account', 'any'];

function mostSpecific(resources: readonly ResourcePattern[]): ResourceSpecificity {
  const resourceSpecificities = resources.map(resourceSpecificityOf);
  return SPECIFICITY_ORDER.find((resourceSpecificity) => resourceSpecificities.includes(resourceSpecificity)) ?? 'any';
}

/**
 * The action values of a statement that a finding across files can rest on: spelled `kms:`, known, not behind NotAction.
 * `Action: "*"` gives access too, but nobody who writes it means one key.
 */
export function kmsActionPatterns(statement: Statement): readonly ActionPattern[] {
  if (!statement.action || statement.action.negated) return [];
  return statement.action.patterns.filter((pattern) => pattern.service === 'kms' && pattern.actionSet !== NO_ACTIONS);
}

/** What the statement's values spelled `kms:` ask of keys. */
export function kmsActionsOf(statement: Statement): ActionSet {
  const { action } = statement;
  let set = NO_ACTIONS;
  if (action && !action.negated) for (const pattern of action.patterns) if (pattern.service === 'kms') set |= pattern.actionSet;
  return set & KEY_ACTIONS;
}

/** Whether there are any such values (`namedPatterns`). */
export function hasKmsActionPatterns({ action }: Statement): boolean {
  return action?.negated === false && action.patterns.some(({ service, actionSet }) => service === 'kms' && actionSet !== NO_ACTIONS);
}

/** Whether the value is one action, not a pattern. */
export function isSingleActionName(pattern: ActionPattern): boolean {
  return actionNamed(pattern.text.value) !== undefined;
}

/**
 * Whether the actions are all that the value asks of keys: of a wildcard of which nothing is left the same is to be said as of an action
 * that is written out.
 */
export function requestsOnly(pattern: ActionPattern, actions: ActionSet): boolean {
  return (pattern.actionSet & actions) !== NO_ACTIONS && (isSingleActionName(pattern) || (pattern.actionSet & KEY_ACTIONS & ~actions) === NO_ACTIONS);
}

/** The groups of a pair that rest on one of the reasons, and the actions in them. */
export function verdictGroupsWithReasons(verdicts: readonly VerdictGroup[], reasons: readonly Reason[]): readonly VerdictGroup[] {
  // Nearly always there is none, and every pair is asked several times.
  let groups: VerdictGroup[] | undefined;
  for (const group of verdicts) {
    if (group.verdict.outcome === 'allowed' || !reasons.includes(group.verdict.reason)) continue;
    if (groups) groups.push(group);
    else groups = [group];
  }
  return groups ?? NO_GROUPS;
}

const NO_GROUPS: readonly VerdictGroup[] = [];

export function actionsOfVerdictGroups(groups: readonly VerdictGroup[]): ActionSet {
  let set = NO_ACTIONS;
  for (const group of groups) set |= group.actions;
  return set;
}

/** The actions that the pair may use, or may use under conditions, or of which nobody can tell. */
export function possiblyAllowedActions(verdicts: readonly VerdictGroup[]): ActionSet {
  let set = NO_ACTIONS;
  for (const { verdict, actions } of verdicts) if (verdict.outcome !== 'denied') set |= actions;
  return set;
}

/** Whether the statement is about the one key and nothing else: what it asks in vain there it asks in vain. */
export function isForKeyOnly({ statement, resources, specificity, appliesForCertain }: KeyAccessRequest): boolean {
  return specificity === 'key' && appliesForCertain && resources.length === statement.resource?.patterns.length && resources.every(({ isPattern }) => !isPattern);
}

/**
 * The accounts of all to whom the policy is attached, this identity's first: what does nothing in one may be of use in another. Undefined
 * among them for one that nobody knows.
 */
export function accountsAttachingPolicy(policy: DiscoveredPolicy, { account, policies, otherAccounts }: Identity): readonly (string | undefined)[] {
  return [account, ...otherAccounts?.[policies.indexOf(policy)] ?? []];
}

/**
 * Whether the key policy gives any of the actions to anybody of the account, or may. An IAM policy can be attached to others than the
 * workspace knows of, so that an action has no effect in it only where nobody of the account has it. True for accounts that nobody knows.
 */
export function mayGrantToAccount({ policy, account: owner }: Key, account: string | undefined, actions: ActionSet): boolean {
  if (!policy || account === undefined || owner === undefined) return true;
  return policy.policy.statements.some((statement) => {
    const { effect, action, principal } = statement;
    if (effect !== 'Allow' || !action || !principal || (action.actionSet & actions) === NO_ACTIONS && !action.hasPlaceholder) return false;
    return principal.negated || principal.principals.some((one) => mayMeanAccount(one, statement, account));
  });
}

function mayMeanAccount(principal: Principal, statement: Statement, account: string): boolean {
  if (principal.form === 'anyone') {
    const limit = accountLimitOf(statement);
    return limit?.isExhaustive !== true || limit.accounts.some((named) => named.account === account);
  }
  return principal.form === 'unknown' || principal.account === account;
}
