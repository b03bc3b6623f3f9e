import { actionNamed, KEY_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../../aws/actions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { VerdictGroup } from '../../access/pair-verdicts';
import { matchResource, matchResources } from '../../access/resource-matching';
import { patternsForKey, policiesForKey, statementsForKey } from '../../access/candidates';
import { applicableActionsForIdentity } from '../../access/candidate-callers';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { mayAllow, type ActionPattern, type ResourcePattern, type Statement, type Principal } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import type { Memoize } from '../../workspace/memoize';
import type { Reason } from '../../access/verdict';
import type { Severity } from './finding';
import { resourceSpecificityOf, type ResourceSpecificity } from './resource-specificity';
import { accountLimitOf } from '../../access/account-limit';
import { explicitKmsActions } from '../../generate/statement-permissions';

/** An Allow statement of an identity policy that covers a key, and the actions on the key that it allows by name. */
export interface KeyAccessRequest {
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement;
  /** The Resource values that cover the key; empty for NotResource. */
  readonly resources: readonly ResourcePattern[];
  /** The most specific one of `resources`. */
  readonly specificity: ResourceSpecificity;
  /** Without those for which its conditions are never true. */
  readonly actions: ActionSet;
  /** False where a placeholder, a variable or something else that is not known decides whether the statement covers the key. */
  readonly appliesForCertain: boolean;
}

/** The statements of the identity's policies that cover the key and name KMS actions. A `PairSubject` has them. */
export function requestsForKey(identity: Identity, key: Key, memoize: Memoize): readonly KeyAccessRequest[] {
  return policiesForKey(identity.policies, key, memoize).flatMap((policy) => requestsInPolicy(policy, identity, key, memoize));
}

function requestsInPolicy(policy: DiscoveredPolicy, identity: Identity, key: Key, memoize: Memoize): KeyAccessRequest[] {
  const keyAccessRequests: KeyAccessRequest[] = [];
  if (policy.policy.kind !== 'identity') return keyAccessRequests;
  const variables = policy.policy.hasPolicyVariables ? () => undefined : undefined;
  for (const statement of statementsForKey(policy.policy.statements, key, memoize)) {
    if (statement.effect !== 'Allow' || !statement.resource || !hasKmsActionPatterns(statement)) continue;
    const actions = kmsActionsOf(statement) & applicableActionsForIdentity({ gate: 'identity-policy', policy, statement }, identity, key);
    if (statement.resource.negated) {
      if (matchResources(statement, key, variables) === 'yes') {
        keyAccessRequests.push({ policy, statement, resources: [], specificity: 'any', actions, appliesForCertain: true });
      }
      continue;
    }
    const matches = patternsForKey(statement.resource, key).map((pattern) => ({ pattern, match: matchResource(pattern, key, variables) }));
    const resources = matches.filter(({ match }) => match !== 'no').map(({ pattern }) => pattern);
    if (resources.length === 0) continue;
    // That a condition of a template includes the statement is its own affair; who has it, or what it is, is not known otherwise.
    const appliesForCertain = matches.some(({ match }) => match === 'yes') && (!statement.isMaybe || statement.presence !== undefined);
    keyAccessRequests.push({ policy, statement, resources, specificity: mostSpecific(resources), actions, appliesForCertain });
  }
  return keyAccessRequests;
}

const SPECIFICITY_ORDER: readonly ResourceSpecificity[] = ['key', 'account', 'any'];

function mostSpecific(resources: readonly ResourcePattern[]): ResourceSpecificity {
  const specificities = resources.map(resourceSpecificityOf);
  return SPECIFICITY_ORDER.find((specificity) => specificities.includes(specificity)) ?? 'any';
}

/**
 * The action values of a statement that findings across files are about: spelled `kms:`, existing, not in NotAction. `"*"` allows access
 * too, but it is not written for a key.
 */
export function kmsActionPatterns(statement: Statement): readonly ActionPattern[] {
  if (!statement.action || statement.action.negated) return [];
  return statement.action.patterns.filter((pattern) => pattern.service === 'kms' && pattern.actionSet !== NO_ACTIONS);
}

/** The actions on keys that the statement's values spelled `kms:` cover. */
export function kmsActionsOf(statement: Statement): ActionSet {
  return explicitKmsActions(statement) & KEY_ACTIONS;
}

/** Whether there are any such values (`kmsActionPatterns`). */
export function hasKmsActionPatterns({ action }: Statement): boolean {
  return action?.negated === false && action.patterns.some(({ service, actionSet }) => service === 'kms' && actionSet !== NO_ACTIONS);
}

/** Whether the value is the name of an action, not a pattern. */
export function isSingleActionName(pattern: ActionPattern): boolean {
  return actionNamed(pattern.text.value) !== undefined;
}

/** Whether the value is one of the actions, or a pattern that covers no other action on keys. */
export function requestsOnly(pattern: ActionPattern, actions: ActionSet): boolean {
  return (pattern.actionSet & actions) !== NO_ACTIONS
    && (isSingleActionName(pattern) || (pattern.actionSet & KEY_ACTIONS & ~actions) === NO_ACTIONS);
}

/** The denied or conditional groups of a pair with one of the reasons. */
export function verdictGroupsWithReasons(verdicts: readonly VerdictGroup[], reasons: readonly Reason[]): readonly VerdictGroup[] {
  return verdicts.filter(({ verdict }) => verdict.outcome !== 'allowed' && reasons.includes(verdict.reason));
}

/** Those that are denied for certain. */
export function deniedGroupsWithReasons(verdicts: readonly VerdictGroup[], reasons: readonly Reason[]): readonly VerdictGroup[] {
  return verdictGroupsWithReasons(verdicts, reasons).filter(({ verdict }) => verdict.outcome === 'denied');
}

/** The actions that are allowed, allowed under conditions, or not decided. */
export function possiblyAllowedActions(verdicts: readonly VerdictGroup[]): ActionSet {
  return unionOfActions(verdicts.filter(({ verdict }) => verdict.outcome !== 'denied'));
}

/** How certain it is that the statement is meant for the key: what a pattern covers besides may well have an effect on other keys. */
export function severityOfRequest({ specificity, appliesForCertain }: KeyAccessRequest): Severity {
  if (specificity === 'any' || !appliesForCertain) return 'info';
  return specificity === 'key' ? 'error' : 'warning';
}

/** Whether the statement covers this key and no other: what has no effect on the key has no effect at all. */
export function isForKeyOnly({ statement, resources, specificity, appliesForCertain }: KeyAccessRequest): boolean {
  return specificity === 'key' && appliesForCertain && resources.length === statement.resource?.patterns.length
    && resources.every(({ isPattern }) => !isPattern);
}

/** The accounts of all identities that have the policy, this identity's first; undefined for an account that is not known. */
export function accountsAttachingPolicy(policy: DiscoveredPolicy,
  { account, policies, otherAccountsByPolicy: otherAccounts }: Identity): readonly (string | undefined)[] {
  return [account, ...otherAccounts?.[policies.indexOf(policy)] ?? []];
}

/**
 * Whether the key policy may allow anybody of the account any of the actions. An IAM policy can be attached to identities that the
 * workspace does not contain, so an action is without effect in it only where nobody of the account is allowed it. True for unknown
 * accounts.
 */
export function mayGrantToAccount({ policy, account: owner }: Key, account: string | undefined, actions: ActionSet): boolean {
  if (!policy || account === undefined || owner === undefined) return true;
  return policy.policy.statements.some((statement) => {
    const { action, principal } = statement;
    if (!mayAllow(statement) || !action || !principal) return false;
    if ((action.actionSet & actions) === NO_ACTIONS && !action.hasPlaceholder) return false;
    return principal.negated || principal.principals.some((candidate) => mayMeanAccount(candidate, statement, account));
  });
}

function mayMeanAccount(principal: Principal, statement: Statement, account: string): boolean {
  if (principal.form === 'anyone') {
    const limit = accountLimitOf(statement);
    return limit?.isExhaustive !== true
      || limit.accounts.some((limitAccount) => compareIdentifiers(limitAccount.account, account) === 'same');
  }
  return principal.form === 'unknown' || compareIdentifiers(principal.account, account) === 'same';
}
