import { matchResources, nearMissField } from '../../access/resource-matching';
import { matchPrincipal, bestPrincipalMatch } from '../../access/principal-matching';
import type { PairVerdicts } from '../../access/pair-verdicts';
import { describeCount } from '../../access/text/describe-access';
import { applicableActionsForIdentity, callersFor } from '../../access/candidate-callers';
import { countActions, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Target } from '../../generate/counterpart';
import type { Principal, Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { Identity, Key } from '../../linking/entities';
import { pairsOfKey } from '../verdict-provider';
import { actionsWith, allCountText, statementLabelLocation, type ExternalPrincipal, type Lens, type LensContext } from './lens';

/** `444455556666: 2 policies, 5 of 9 actions used, 1 blocked` */
export function principalLens(key: Key, statement: Statement, { principal, account }: ExternalPrincipal, context: LensContext): Lens {
  const includesIdentity = (identity: Identity): boolean =>
    callersFor(identity, key).some((caller) => matchPrincipal(principal, caller) !== undefined
      && (account === undefined || caller.account === undefined || caller.account === account));
  const principalName = principalLensName(principal, account, statement);
  const usage = statementUsage(key, statement, includesIdentity, context);
  if (usage.policies.size > 0) {
    const title = `${principalName}: ${policiesText(usage)}, ${usedActionsText(statement, usage)}${blockedActionsText(statement, usage)}`;
    return { title, locations: usage.locations };
  }
  if (account === undefined) return { title: NO_POLICY_USES_KEY, locations: [] };
  const hasIdentityPolicy = context.world.identities.some((identity) =>
    identity.policies.length > 0 && identity.account === account && includesIdentity(identity));
  const title = hasIdentityPolicy ? `${principalName}: no IAM policy uses this key` : `no IAM policy of ${principalName} in the workspace`;
  return { title, locations: [], ...statement.effect === 'Allow' ? { missingPolicyOf: targetOfPrincipal(principal, account) } : {} };
}

function targetOfPrincipal({ form, text }: Principal, account: string): Target {
  return form === 'role' || form === 'user' ? { arn: text.value } : { account };
}

const NO_POLICY_USES_KEY = 'no IAM policy in the workspace uses this key';

/** `used by 3 policies of 2 accounts: 5 of 9 actions, 1 blocked` */
export function keyStatementLens(key: Key, statement: Statement, context: LensContext): Lens {
  const usage = statementUsage(key, statement,
    (identity) => callersFor(identity, key).some((caller) => bestPrincipalMatch(statement, caller) !== undefined), context);
  if (usage.policies.size > 0) {
    const policies = `${policiesText(usage)}${accountsText(usage)}`;
    const isUsed = statement.effect === 'Allow' && (usage.usedActions !== NO_ACTIONS || usage.mayUseMoreActions);
    const title = isUsed
      ? `used by ${policies}: ${usedShareText(statement, usage)}${blockedActionsText(statement, usage)}`
      : `${policies} ${policiesUseActionsText(statement, usage)}`;
    return { title, locations: usage.locations };
  }
  const principals = statement.principal?.negated === false ? statement.principal.principals : [];
  const [account, ...furtherAccounts] = new Set(principals.map((principal) => principal.account));
  const isUnknownAccount = account === undefined || furtherAccounts.length > 0;
  return { title: isUnknownAccount ? NO_POLICY_USES_KEY : `no IAM policy of ${account} in the workspace uses this key`, locations: [] };
}

/** What the IAM policies of those whom a key policy statement means make of it. */
interface KeyPolicyStatementUsage {
  /** Those with an Allow statement that covers the key. */
  readonly policies: ReadonlySet<DiscoveredPolicy>;
  /** The ones of which nobody declared whose they are. */
  readonly assumedPolicies: ReadonlySet<DiscoveredPolicy>;
  readonly accounts: ReadonlySet<string | undefined>;
  readonly allowedActions: ActionSet;
  /** Those of them that the policies allow. */
  readonly usedActions: ActionSet;
  /** Those of them that somebody who asks for them does not get. */
  readonly blockedActions: ActionSet;
  readonly unknownActions: ActionSet;
  /** A placeholder among the actions of the policies may stand for more. */
  readonly mayUseMoreActions: boolean;
  readonly locations: readonly Location[];
}

function statementUsage(key: Key, statement: Statement, includesIdentity: (identity: Identity) => boolean,
  context: LensContext): KeyPolicyStatementUsage {
  const allowedActions = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS;
  const usage = {
    policies: new Set<DiscoveredPolicy>(), assumedPolicies: new Set<DiscoveredPolicy>(), accounts: new Set<string | undefined>(),
    allowedActions, usedActions: NO_ACTIONS, blockedActions: NO_ACTIONS, unknown: NO_ACTIONS, mayUseMoreActions: false,
    locations: [] as Location[],
  };
  const locatedStatements = new Set<Statement>();
  for (const pair of pairsOfKey(context.verdicts, key)) {
    if (pair.identity.policies.length === 0 || !includesIdentity(pair.identity)) continue;
    let requestedActions = NO_ACTIONS;
    for (const { policy, statement: identityStatement, actions } of keyUsingStatements(pair)) {
      usage.policies.add(policy);
      usage.accounts.add(pair.identity.account);
      if (!pair.identity.link.certain) usage.assumedPolicies.add(policy);
      if (identityStatement.action?.hasPlaceholder === true) usage.mayUseMoreActions = true;
      requestedActions |= actions & allowedActions;
      if ((actions & allowedActions) !== NO_ACTIONS && !locatedStatements.has(identityStatement))
        usage.locations.push(statementLabelLocation(policy, identityStatement));
      locatedStatements.add(identityStatement);
    }
    usage.usedActions |= requestedActions;
    usage.blockedActions |= requestedActions & actionsWith(pair.verdicts, 'denied');
    usage.unknown |= requestedActions & actionsWith(pair.verdicts, 'unknown');
  }
  return { ...usage, unknownActions: usage.unknown & ~usage.blockedActions };
}

/** Whether a policy of the identity allows something on the key. */
export function usesKey(identity: Identity, key: Key): boolean {
  return keyUsingStatements({ identity, key }).next().done !== true;
}

/** The Allow statements of the identity's policies that cover the key, or name it by a wrong ARN. */
function* keyUsingStatements({ identity, key }: Pick<PairVerdicts, 'identity' | 'key'>):
  Generator<{ readonly policy: DiscoveredPolicy; readonly statement: Statement; readonly actions: ActionSet }> {
  for (const policy of identity.policies) {
    if (policy.policy.kind !== 'identity') continue;
    const variables = policy.policy.hasPolicyVariables ? () => undefined : undefined;
    for (const statement of policy.policy.statements) {
      const set = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS;
      if (statement.effect !== 'Allow' || set === NO_ACTIONS && statement.action?.hasPlaceholder !== true) continue;
      if (matchResources(statement, key, variables) === 'no' && nearMissField(statement, key) === undefined) continue;
      yield { policy, statement,
        actions: set & applicableActionsForIdentity({ gate: 'identity-policy', policy, statement }, identity, key) };
    }
  }
}

/** `2 policies`, `2 policies (1 assumed)` */
function policiesText({ policies, assumedPolicies }: KeyPolicyStatementUsage): string {
  const policiesCount = describeCount(policies.size, 'policy', 'policies');
  if (assumedPolicies.size === 0) return policiesCount;
  return `${policiesCount} (${assumedPolicies.size === policies.size ? '' : `${assumedPolicies.size} `}assumed)`;
}

function accountsText({ accounts }: KeyPolicyStatementUsage): string {
  const knownAccounts = [...accounts].filter((account) => account !== undefined);
  const [firstAccount] = knownAccounts;
  if (firstAccount === undefined) return '';
  return ` of ${accounts.size === 1 ? firstAccount : describeCount(knownAccounts.length, 'account')}`;
}

/** `5 of 9 actions used`, of a Deny `5 of 9 denied actions asked for`. */
function usedActionsText(statement: Statement, usage: KeyPolicyStatementUsage): string {
  const [noun, verb] = statement.effect === 'Deny' ? ['denied action', 'asked for'] : ['action', 'used'];
  if (hasSingleAction(statement, usage)) return `the one ${noun} ${usage.usedActions === NO_ACTIONS ? 'not ' : ''}${verb}`;
  return `${shareText(usage, noun, statement)} ${verb}`;
}

/** `use 5 of 9 actions`, of a Deny `ask for 5 of 9 denied actions`. */
function policiesUseActionsText(statement: Statement, usage: KeyPolicyStatementUsage): string {
  const [noun, verb, plural] = statement.effect === 'Deny' ? ['denied action', 'asks for', 'ask for'] : ['action', 'uses', 'use'];
  const isSinglePolicy = usage.policies.size === 1;
  if (hasSingleAction(statement, usage) && usage.usedActions === NO_ACTIONS)
    return `${isSinglePolicy ? 'does' : 'do'} not ${plural} the one ${noun}`;
  return `${isSinglePolicy ? verb : plural} ${hasSingleAction(statement, usage) ? `the one ${noun}` : shareText(usage, noun, statement)}`;
}

/** `9 actions`, `5 of 9 actions` */
function usedShareText(statement: Statement, usage: KeyPolicyStatementUsage): string {
  return usage.usedActions === usage.allowedActions && statement.action?.hasPlaceholder !== true
    ? describeCount(countActions(usage.usedActions), 'action')
    : shareText(usage, 'action', statement);
}

/** Nothing to count. */
function hasSingleAction({ action }: Statement, { allowedActions, mayUseMoreActions }: KeyPolicyStatementUsage): boolean {
  return countActions(allowedActions) === 1 && action?.hasPlaceholder !== true && !mayUseMoreActions;
}

function shareText({ allowedActions, usedActions, mayUseMoreActions }: KeyPolicyStatementUsage, noun: string,
  { action }: Statement): string {
  const [allowedCount, usedCount] = [countActions(allowedActions), countActions(usedActions)];
  if (usedCount === allowedCount && usedCount > 0 && action?.hasPlaceholder !== true) return allCountText(allowedCount, noun);
  const allowedText = action?.hasPlaceholder === true ? `at least ${describeCount(allowedCount, noun)}` : describeCount(allowedCount, noun);
  if (usedCount === 0) return `${mayUseMoreActions ? 'an unknown part' : 'none'} of ${allowedText}`;
  return `${mayUseMoreActions ? 'at least ' : ''}${usedCount} of ${allowedText}`;
}

function blockedActionsText({ effect }: Statement, { usedActions, blockedActions, unknownActions }: KeyPolicyStatementUsage): string {
  if (effect === 'Deny') return '';
  if (unknownActions !== NO_ACTIONS && unknownActions === usedActions) return ', effect unknown';
  return [[blockedActions, 'blocked'] as const, [unknownActions, 'unknown'] as const]
    .filter(([set]) => set !== NO_ACTIONS).map(([set, word]) => `, ${countActions(set)} ${word}`).join('');
}

function principalLensName({ form, arn }: Principal, account: string | undefined, { conditions }: Statement): string {
  if (account === undefined) return conditions.length === 0 ? 'everybody' : 'everybody whom the conditions allow';
  return form === 'anyone' || form === 'account' || arn === undefined ? account : `${arn.resource} of ${account}`;
}
