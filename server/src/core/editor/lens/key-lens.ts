import { matchResources, nearMissField } from '../../access/resource-matching';
import { matchPrincipal, bestPrincipalMatch } from '../../access/principal-matching';
import type { PairVerdicts } from '../../access/pair-verdicts';
import { describeCount } from '../../access/text/describe-access';
import { applicableActionsForIdentity, callersFor } from '../../access/candidate-callers';
import { countActions, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { Identity, Key } from '../../linking/entities';
import { pairsOfKey } from '../verdict-provider';
import { allCountText, statementLabelLocation, type Lens, type LensContext } from './lens';

/** `444455556666: 2 policies, 5 of 9 actions used, 1 blocked` */
export function principalLens(
  key: Key, statement: Statement, { principal, account }: { readonly principal: Principal; readonly account: string | undefined }, ground: LensContext,
): Lens {
  const meant = (identity: Identity): boolean => callersFor(identity, key).some((caller) => (
    matchPrincipal(principal, caller) !== undefined && (account === undefined || caller.account === undefined || caller.account === account)));
  const who = principalLensName(principal, account, statement);
  const keyPolicyStatementUsage = statementUsage(key, statement, meant, ground);
  if (keyPolicyStatementUsage.policies.size > 0) return { title: `${who}: ${policiesText(keyPolicyStatementUsage)}, ${usedActionsText(statement, keyPolicyStatementUsage)}${blockedActionsText(statement, keyPolicyStatementUsage)}`, locations: keyPolicyStatementUsage.locations };
  if (account === undefined) return { title: NO_POLICY_USES_KEY, locations: [] };
  const known = ground.world.identities.some((identity) => identity.policies.length > 0 && identity.account === account && meant(identity));
  return { title: known ? `${who}: no IAM policy uses this key` : `no IAM policy of ${who} in the workspace`, locations: [] };
}

const NO_POLICY_USES_KEY = 'no IAM policy in the workspace uses this key';

/** `3 policies of 2 accounts use 5 of 9 actions, 1 blocked` */
export function keyStatementLens(key: Key, statement: Statement, ground: LensContext): Lens {
  const keyPolicyStatementUsage = statementUsage(key, statement, (identity) => callersFor(identity, key).some((caller) => bestPrincipalMatch(statement, caller) !== undefined), ground);
  if (keyPolicyStatementUsage.policies.size > 0) return { title: `${policiesText(keyPolicyStatementUsage)}${accountsText(keyPolicyStatementUsage)} ${policiesUseActionsText(statement, keyPolicyStatementUsage)}${blockedActionsText(statement, keyPolicyStatementUsage)}`, locations: keyPolicyStatementUsage.locations };
  const [only, ...others] = new Set(statement.principal?.negated === false ? statement.principal.principals.map((principal) => principal.account) : []);
  return { title: only === undefined || others.length > 0 ? NO_POLICY_USES_KEY : `no IAM policy of ${only} in the workspace uses this key`, locations: [] };
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

function statementUsage(key: Key, statement: Statement, meant: (identity: Identity) => boolean, ground: LensContext): KeyPolicyStatementUsage {
  const given = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS;
  const use = {
    policies: new Set<DiscoveredPolicy>(), assumedPolicies: new Set<DiscoveredPolicy>(), accounts: new Set<string | undefined>(), allowedActions: given,
    usedActions: NO_ACTIONS, blockedActions: NO_ACTIONS, unknown: NO_ACTIONS, mayUseMoreActions: false, locations: [] as Location[],
  };
  const seen = new Set<Statement>();
  for (const pair of pairsOfKey(ground.verdicts, key)) {
    if (pair.identity.policies.length === 0 || !meant(pair.identity)) continue;
    let used = NO_ACTIONS;
    for (const { policy, statement: ask, actions } of keyUsingStatements(pair)) {
      use.policies.add(policy);
      use.accounts.add(pair.identity.account);
      if (!pair.identity.link.certain) use.assumedPolicies.add(policy);
      if (ask.action?.hasPlaceholder === true) use.mayUseMoreActions = true;
      used |= actions & given;
      if ((actions & given) !== NO_ACTIONS && !seen.has(ask)) use.locations.push(statementLabelLocation(policy, ask));
      seen.add(ask);
    }
    use.usedActions |= used;
    use.blockedActions |= used & actionsWith(pair, 'denied');
    use.unknown |= used & actionsWith(pair, 'unknown');
  }
  return { ...use, unknownActions: use.unknown & ~use.blockedActions };
}

interface KeyUsingStatement {
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement;
  readonly actions: ActionSet;
}

/** The Allow statements of the identity's policies that cover the key, or name it by a wrong ARN. */
function* keyUsingStatements({ identity, key }: PairVerdicts): Iterable<KeyUsingStatement> {
  for (const policy of identity.policies) {
    if (policy.policy.kind !== 'identity') continue;
    const variables = policy.policy.hasPolicyVariables ? () => undefined : undefined;
    for (const statement of policy.policy.statements) {
      const set = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS;
      if (statement.effect !== 'Allow' || set === NO_ACTIONS && statement.action?.hasPlaceholder !== true) continue;
      if (matchResources(statement, key, variables) === 'no' && nearMissField(statement, key) === undefined) continue;
      yield { policy, statement, actions: set & applicableActionsForIdentity({ gate: 'identity-policy', policy, statement }, identity, key) };
    }
  }
}

function actionsWith({ verdicts }: PairVerdicts, outcome: 'denied' | 'unknown'): ActionSet {
  return verdicts.reduce((set, { actions, verdict }) => (verdict.outcome === outcome ? set | actions : set), NO_ACTIONS);
}

/** `2 policies`, `2 policies (1 assumed)` */
function policiesText({ policies, assumedPolicies }: KeyPolicyStatementUsage): string {
  const note = assumedPolicies.size === 0 ? '' : assumedPolicies.size === policies.size ? ' (assumed)' : ` (${assumedPolicies.size} assumed)`;
  return `${describeCount(policies.size, 'policy', 'policies')}${note}`;
}

function accountsText({ accounts }: KeyPolicyStatementUsage): string {
  const known = [...accounts].filter((account) => account !== undefined);
  const [only] = known;
  if (only === undefined) return '';
  return known.length === 1 && accounts.size === 1 ? ` of ${only}` : ` of ${describeCount(known.length, 'account')}`;
}

/** `5 of 9 actions used`, of a Deny `5 of 9 denied actions asked for`. */
function usedActionsText(statement: Statement, keyPolicyStatementUsage: KeyPolicyStatementUsage): string {
  const [what, verb] = statement.effect === 'Deny' ? ['denied action', 'asked for'] : ['action', 'used'];
  if (hasSingleAction(statement, keyPolicyStatementUsage)) return `the one ${what} ${keyPolicyStatementUsage.usedActions === NO_ACTIONS ? 'not ' : ''}${verb}`;
  return `${shareText(keyPolicyStatementUsage, what, statement)} ${verb}`;
}

/** `use 5 of 9 actions`, of a Deny `ask for 5 of 9 denied actions`. */
function policiesUseActionsText(statement: Statement, keyPolicyStatementUsage: KeyPolicyStatementUsage): string {
  const [what, verb, plural] = statement.effect === 'Deny' ? ['denied action', 'asks for', 'ask for'] : ['action', 'uses', 'use'];
  const one = keyPolicyStatementUsage.policies.size === 1;
  if (hasSingleAction(statement, keyPolicyStatementUsage) && keyPolicyStatementUsage.usedActions === NO_ACTIONS) return `${one ? 'does' : 'do'} not ${plural} the one ${what}`;
  return `${one ? verb : plural} ${hasSingleAction(statement, keyPolicyStatementUsage) ? `the one ${what}` : shareText(keyPolicyStatementUsage, what, statement)}`;
}

/** Nothing to count. */
function hasSingleAction({ action }: Statement, { allowedActions, mayUseMoreActions }: KeyPolicyStatementUsage): boolean {
  return countActions(allowedActions) === 1 && action?.hasPlaceholder !== true && !mayUseMoreActions;
}

function shareText({ allowedActions, usedActions, mayUseMoreActions }: KeyPolicyStatementUsage, what: string, { action }: Statement): string {
  const [all, some] = [countActions(allowedActions), countActions(usedActions)];
  if (some === all && some > 0 && action?.hasPlaceholder !== true) return allCountText(all, what);
  const whole = action?.hasPlaceholder === true ? `at least ${describeCount(all, what)}` : describeCount(all, what);
  if (some === 0) return `${mayUseMoreActions ? 'an unknown part' : 'none'} of ${whole}`;
  return `${mayUseMoreActions ? 'at least ' : ''}${some} of ${whole}`;
}

function blockedActionsText({ effect }: Statement, { blockedActions, unknownActions }: KeyPolicyStatementUsage): string {
  if (effect === 'Deny') return '';
  return [[blockedActions, 'blocked'] as const, [unknownActions, 'unknown'] as const]
    .filter(([set]) => set !== NO_ACTIONS).map(([set, word]) => `, ${countActions(set)} ${word}`).join('');
}

function principalLensName({ form, arn }: Principal, account: string | undefined, { conditions }: Statement): string {
  if (account === undefined) return conditions.length === 0 ? 'everybody' : 'everybody whom the conditions allow';
  return form === 'anyone' || form === 'account' || arn === undefined ? account : `${arn.resource} of ${account}`;
}
