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
  const use = statementUsage(key, statement, meant, ground);
  if (use.policies.size > 0) return { title: `${who}: ${policiesText(use)}, ${usedActionsText(statement, use)}${blockedActionsText(statement, use)}`, locations: use.locations };
  if (account === undefined) return { title: NO_POLICY_USES_KEY, locations: [] };
  const known = ground.world.identities.some((identity) => identity.policies.length > 0 && identity.account === account && meant(identity));
  return { title: known ? `${who}: no IAM policy uses this key` : `no IAM policy of ${who} in the workspace`, locations: [] };
}

const NO_POLICY_USES_KEY = 'no IAM policy in the workspace uses this key';

/** `3 policies of 2 accounts use 5 of 9 actions, 1 blocked` */
export function keyStatementLens(key: Key, statement: Statement, ground: LensContext): Lens {
  const use = statementUsage(key, statement, (identity) => callersFor(identity, key).some((caller) => bestPrincipalMatch(statement, caller) !== undefined), ground);
  if (use.policies.size > 0) return { title: `${policiesText(use)}${accountsText(use)} ${policiesUseActionsText(statement, use)}${blockedActionsText(statement, use)}`, locations: use.locations };
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
    for (const { policy, statement: ask, actions: set } of keyUsingStatements(pair)) {
      use.policies.add(policy);
      use.accounts.add(pair.identity.account);
      if (!pair.identity.link.certain) use.assumedPolicies.add(policy);
      if (ask.action?.hasPlaceholder === true) use.mayUseMoreActions = true;
      used |= set & given;
      if ((set & given) !== NO_ACTIONS && !seen.has(ask)) use.locations.push(statementLabelLocation(policy, ask));
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
function policiesText({ policies, assumedPolicies: assumed }: KeyPolicyStatementUsage): string {
  const note = assumed.size === 0 ? '' : assumed.size === policies.size ? ' (assumed)' : ` (${assumed.size} assumed)`;
  return `${describeCount(policies.size, 'policy', 'policies')}${note}`;
}

function accountsText({ accounts }: KeyPolicyStatementUsage): string {
  const known = [...accounts].filter((account) => account !== undefined);
  const [only] = known;
  if (only === undefined) return '';
  return known.length === 1 && accounts.size === 1 ? ` of ${only}` : ` of ${describeCount(known.length, 'account')}`;
}

/** `5 of 9 actions used`, of a Deny `5 of 9 denied actions asked for`. */
function usedActionsText(statement: Statement, use: KeyPolicyStatementUsage): string {
  const [what, verb] = statement.effect === 'Deny' ? ['denied action', 'asked for'] : ['action', 'used'];
  if (hasSingleAction(statement, use)) return `the one ${what} ${use.usedActions === NO_ACTIONS ? 'not ' : ''}${verb}`;
  return `${shareText(use, what, statement)} ${verb}`;
}

/** `use 5 of 9 actions`, of a Deny `ask for 5 of 9 denied actions`. */
function policiesUseActionsText(statement: Statement, use: KeyPolicyStatementUsage): string {
  const [what, verb, plural] = statement.effect === 'Deny' ? ['denied action', 'asks for', 'ask for'] : ['action', 'uses', 'use'];
  const one = use.policies.size === 1;
  if (hasSingleAction(statement, use) && use.usedActions === NO_ACTIONS) return `${one ? 'does' : 'do'} not ${plural} the one ${what}`;
  return `${one ? verb : plural} ${hasSingleAction(statement, use) ? `the one ${what}` : shareText(use, what, statement)}`;
}

/** Nothing to count. */
function hasSingleAction({ action }: Statement, { allowedActions: given, mayUseMoreActions: perhapsMore }: KeyPolicyStatementUsage): boolean {
  return countActions(given) === 1 && action?.hasPlaceholder !== true && !perhapsMore;
}

function shareText({ allowedActions: given, usedActions: used, mayUseMoreActions: perhapsMore }: KeyPolicyStatementUsage, what: string, { action }: Statement): string {
  const [all, some] = [countActions(given), countActions(used)];
  if (some === all && some > 0 && action?.hasPlaceholder !== true) return allCountText(all, what);
  const whole = action?.hasPlaceholder === true ? `at least ${describeCount(all, what)}` : describeCount(all, what);
  if (some === 0) return `${perhapsMore ? 'an unknown part' : 'none'} of ${whole}`;
  return `${perhapsMore ? 'at least ' : ''}${some} of ${whole}`;
}

function blockedActionsText({ effect }: Statement, { blockedActions: blocked, unknownActions: unknown }: KeyPolicyStatementUsage): string {
  if (effect === 'Deny') return '';
  return [[blocked, 'blocked'] as const, [unknown, 'unknown'] as const]
    .filter(([set]) => set !== NO_ACTIONS).map(([set, word]) => `, ${countActions(set)} ${word}`).join('');
}

function principalLensName({ form, arn }: Principal, account: string | undefined, { conditions }: Statement): string {
  if (account === undefined) return conditions.length === 0 ? 'everybody' : 'everybody whom the conditions allow';
  return form === 'anyone' || form === 'account' || arn === undefined ? account : `${arn.resource} of ${account}`;
}
