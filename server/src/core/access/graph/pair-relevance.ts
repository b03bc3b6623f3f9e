import { KEY_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import { compareIdentifiers, isDeploymentSymbol } from '../../aws/identifier-comparison';
import type { Grant } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import { accountLimitOf } from '../account-limit';
import { callerOf, crossesPartition, type Caller } from '../caller';
import { patternsForKey, policiesForKey, principalsForCaller, statementsForCaller, statementsForKey } from '../candidates';
import { commonCase } from '../deployment-cases';
import { grantsForCaller } from '../grant-evaluation';
import { matchPrincipal, type PrincipalLevel, type PrincipalMatch } from '../principal-matching';
import { matchKeyPolicyResource, nearMissField, mayCoverKey } from '../resource-matching';
import type { Memoize } from '../../workspace/memoize';
import { granteesOf, singleKeyIdOf } from './key-index';

/**
 * How near an identity policy statement comes to a key. `named`: a pattern names its id or its account; `broad`: only patterns that
 * would cover any account's keys do (`*`, `arn:aws:kms:*:*:key/*`, a placeholder).
 */
type ResourceRelevance = 'named' | 'broad' | 'none';

/**
 * Whether identity and key meet in either half, so that a verdict on them is of interest: - an identity policy names the key or the keys of
 * its account, in a statement with an action that is spelled `kms:…`; - or covers any key there is, and the identity is of the owner's
 * account, of no known account, or let in by the key policy; - or a grant is for it; - or the key policy names the user or role; or its
 * account (as principal, or as the limit of everyone), and the identity has any statement, `"Action": "*"` too, that covers the key.
 * An ARN whose id may turn out to be that of the key is not enough (`isUnrelatedId`).
 */
export function isRelevantPair(identity: Identity, key: Key, memoize: Memoize): boolean {
  if (!commonCase(identity, key)) return false;
  const resourceRelevance = resourceRelevanceOf(identity, key, namesKmsAction, memoize);
  if (resourceRelevance === 'named') return true;
  const caller = memoize(callerOf, identity);
  const isNamedByGrant = ({ granteePrincipal, retiringPrincipal }: Grant): boolean =>
    [granteePrincipal, retiringPrincipal].some((principal) => compareIdentifiers(principal, caller.arn) === 'same');
  if (grantsForCaller(key.grants, caller, memoize).some(isNamedByGrant)) return true;
  const grantedLevels = key.policy ? grantedLevelsOf(caller, key, memoize) : NO_GRANTED_LEVELS;
  if (grantedLevels.hasDirectLevel) return true;
  if (resourceRelevance === 'broad') {
    if (caller.account === undefined) return key.policy !== undefined;
    return !crossesPartition(caller, key) && (compareIdentifiers(caller.account, key.account) === 'same' || grantedLevels.hasAnyLevel);
  }
  return grantedLevels.hasAccountLevel && resourceRelevanceOf(identity, key, allowsKeyActions, memoize) !== 'none';
}

/** A statement with a kms action by name: what `"*"` and `NotAction` include besides says nothing of keys. */
function namesKmsAction(statement: Statement): boolean {
  return statement.action?.patterns.some((pattern) => pattern.service === 'kms') === true;
}

function allowsKeyActions(statement: Statement): boolean {
  const { action, effect } = statement;
  return effect === 'Allow' && action !== undefined && (action.hasPlaceholder || (action.actionSet & KEY_ACTIONS) !== NO_ACTIONS);
}

function resourceRelevanceOf(identity: Identity, key: Key, test: (statement: Statement) => boolean,
  memoize: Memoize): ResourceRelevance {
  let resourceRelevance: ResourceRelevance = 'none';
  for (const { policy } of policiesForKey(identity.policies, key, memoize)) {
    if (policy.kind !== 'identity') continue;
    for (const statement of statementsForKey(policy.statements, key, memoize)) {
      if (!test(statement)) continue;
      const relevance = statementRelevanceOf(statement, identity, key, memoize);
      if (relevance === 'named') return relevance;
      if (relevance === 'broad') resourceRelevance = relevance;
    }
  }
  return resourceRelevance;
}

function statementRelevanceOf(statement: Statement, identity: Identity, key: Key, memoize: Memoize): ResourceRelevance {
  const element = statement.resource;
  if (!element) return 'none';
  // "Every resource but these" names none.
  if (element.negated) return 'broad';
  if (nearMissField(statement, key)) return 'named';
  let resourceRelevance: ResourceRelevance = 'none';
  for (const pattern of patternsForKey(element, key)) {
    if (isUnrelatedId(pattern, identity, key, memoize) || !mayCoverKey(pattern, key)) continue;
    if (pattern.text.placeholders.length === 0 && compareIdentifiers(pattern.arn?.account, key.account) === 'same') return 'named';
    resourceRelevance = 'broad';
  }
  return resourceRelevance;
}

/**
 * Whether the pattern is the ARN of one key, of which nobody knows whether it is this one, and nothing else ties the two: every key of a
 * template could be any key that some policy of the workspace names. A reference means the key that its own template makes; a literal id
 * may be that of the key where the account says so, or where nobody knows whose policy it is.
 */
function isUnrelatedId(pattern: ResourcePattern, identity: Identity, key: Key, memoize: Memoize): boolean {
  const keyId = singleKeyIdOf(pattern);
  if (keyId === undefined || key.keyId === undefined || compareIdentifiers(keyId, key.keyId) !== 'unknown') return false;
  if (isDeploymentSymbol(keyId, 'resource')) return true;
  const { account } = memoize(callerOf, identity);
  if (account === undefined || compareIdentifiers(account, key.account) === 'same') return false;
  const { accounts, includesAnyone } = memoize(granteesOf, key);
  return !includesAnyone && !accounts.includes(account);
}

interface GrantedLevels {
  readonly hasDirectLevel: boolean;
  readonly hasAccountLevel: boolean;
  /** In any way, `*` too. */
  readonly hasAnyLevel: boolean;
}

const NO_GRANTED_LEVELS: GrantedLevels = { hasDirectLevel: false, hasAccountLevel: false, hasAnyLevel: false };

function grantedLevelsOf(caller: Caller, key: Key, memoize: Memoize): GrantedLevels {
  const levels = new Set<PrincipalLevel>();
  for (const statement of statementsForCaller(key.policy?.policy.statements ?? [], caller, memoize)) {
    if (!allowsKeyActions(statement) || statement.principal?.negated !== false || matchKeyPolicyResource(statement, key) === 'no') continue;
    for (const principal of principalsForCaller(statement.principal, caller)) {
      const match = matchPrincipal(principal, caller);
      if (match) levels.add(grantedLevelOf(match, statement, caller));
    }
  }
  return { hasDirectLevel: levels.has('direct'), hasAccountLevel: levels.has('account'), hasAnyLevel: levels.size > 0 };
}

function grantedLevelOf({ match, principalLevel }: PrincipalMatch, statement: Statement, { account }: Caller): PrincipalLevel {
  // Everyone, limited to an account by a condition, is that account.
  if (principalLevel === 'anyone') {
    const isLimitedToAccount = accountLimitOf(statement)?.accounts
      .some((limitedAccount) => compareIdentifiers(limitedAccount.account, account) === 'same');
    return isLimitedToAccount ? 'account' : principalLevel;
  }
  // Who may be the named user or role, or may be behind a placeholder, is not named.
  return match === 'yes' || principalLevel !== 'direct' ? principalLevel : 'anyone';
}
