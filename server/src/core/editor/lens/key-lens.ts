import { matchResources, misses } from '../../access/match-resource';
import { matchPrincipal, matchPrincipals } from '../../access/match-principal';
import type { PairVerdicts } from '../../access/pair';
import { counted } from '../../access/say';
import { applicableActionsOf, callersOf } from '../../access/suppositions';
import { countActions, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { LocatedPolicy } from '../../locate/located';
import type { Principal, Statement } from '../../model/policy';
import type { Location } from '../../text/span';
import type { Identity, Key } from '../../workspace/world';
import { pairsOfKey } from '../verdicts';
import { allOf, placeOfStatement, type Lens, type LensGround } from './lens';

/** `444455556666: 2 policies, 5 of 9 actions used, 1 blocked` */
export function principalLens(
  key: Key, statement: Statement, { principal, account }: { readonly principal: Principal; readonly account: string | undefined }, ground: LensGround,
): Lens {
  const meant = (identity: Identity): boolean => callersOf(identity, key).some((caller) => (
    matchPrincipal(principal, caller) !== undefined && (account === undefined || caller.account === undefined || caller.account === account)));
  const who = nameOf(principal, account, statement);
  const use = useOf(key, statement, meant, ground);
  if (use.policies.size > 0) return { title: `${who}: ${policiesText(use)}, ${passiveText(statement, use)}${troubleText(statement, use)}`, places: use.places };
  if (account === undefined) return { title: NOBODY, places: [] };
  const known = ground.world.identities.some((identity) => identity.policies.length > 0 && identity.account === account && meant(identity));
  return { title: known ? `${who}: no IAM policy uses this key` : `no IAM policy of ${who} in the workspace`, places: [] };
}

const NOBODY = 'no IAM policy in the workspace uses this key';

/** `3 policies of 2 accounts use 5 of 9 actions, 1 blocked` */
export function keyStatementLens(key: Key, statement: Statement, ground: LensGround): Lens {
  const use = useOf(key, statement, (identity) => callersOf(identity, key).some((caller) => matchPrincipals(statement, caller) !== undefined), ground);
  if (use.policies.size > 0) return { title: `${policiesText(use)}${ofAccounts(use)} ${activeText(statement, use)}${troubleText(statement, use)}`, places: use.places };
  const [only, ...others] = new Set(statement.principal?.negated === false ? statement.principal.principals.map((principal) => principal.account) : []);
  return { title: only === undefined || others.length > 0 ? NOBODY : `no IAM policy of ${only} in the workspace uses this key`, places: [] };
}

/** What the IAM policies of those whom a key policy statement means make of it. */
interface Use {
  /** Those with an Allow statement that covers the key. */
  readonly policies: ReadonlySet<LocatedPolicy>;
  /** The ones of which nobody declared whose they are. */
  readonly assumed: ReadonlySet<LocatedPolicy>;
  readonly accounts: ReadonlySet<string | undefined>;
  readonly given: ActionSet;
  /** Those of them that the policies allow. */
  readonly used: ActionSet;
  /** Those of them that somebody who asks for them does not get. */
  readonly blocked: ActionSet;
  readonly unknown: ActionSet;
  /** A placeholder among the actions of the policies may stand for more. */
  readonly perhapsMore: boolean;
  readonly places: readonly Location[];
}

function useOf(key: Key, statement: Statement, meant: (identity: Identity) => boolean, ground: LensGround): Use {
  const given = (statement.action?.set ?? NO_ACTIONS) & KEY_ACTIONS;
  const use = {
    policies: new Set<LocatedPolicy>(), assumed: new Set<LocatedPolicy>(), accounts: new Set<string | undefined>(), given,
    used: NO_ACTIONS, blocked: NO_ACTIONS, unknown: NO_ACTIONS, perhapsMore: false, places: [] as Location[],
  };
  const seen = new Set<Statement>();
  for (const pair of pairsOfKey(ground.verdicts, key)) {
    if (pair.identity.policies.length === 0 || !meant(pair.identity)) continue;
    let used = NO_ACTIONS;
    for (const { policy, statement: ask, set } of asksOf(pair)) {
      use.policies.add(policy);
      use.accounts.add(pair.identity.account);
      if (!pair.identity.link.certain) use.assumed.add(policy);
      if (ask.action?.unknown === true) use.perhapsMore = true;
      used |= set & given;
      if ((set & given) !== NO_ACTIONS && !seen.has(ask)) use.places.push(placeOfStatement(policy, ask));
      seen.add(ask);
    }
    use.used |= used;
    use.blocked |= used & actionsWith(pair, 'denied');
    use.unknown |= used & actionsWith(pair, 'unknown');
  }
  return { ...use, unknown: use.unknown & ~use.blocked };
}

interface Ask {
  readonly policy: LocatedPolicy;
  readonly statement: Statement;
  readonly set: ActionSet;
}

/** The Allow statements of the identity's policies that cover the key, or name it by a wrong ARN. */
function* asksOf({ identity, key }: PairVerdicts): Iterable<Ask> {
  for (const policy of identity.policies) {
    if (policy.policy.kind !== 'identity') continue;
    const variables = policy.policy.variables ? () => undefined : undefined;
    for (const statement of policy.policy.statements) {
      const set = (statement.action?.set ?? NO_ACTIONS) & KEY_ACTIONS;
      if (statement.effect !== 'Allow' || set === NO_ACTIONS && statement.action?.unknown !== true) continue;
      if (matchResources(statement, key, variables) === 'no' && misses(statement, key) === undefined) continue;
      yield { policy, statement, set: set & applicableActionsOf({ half: 'identity-policy', policy, statement }, identity, key) };
    }
  }
}

function actionsWith({ verdicts }: PairVerdicts, outcome: 'denied' | 'unknown'): ActionSet {
  return verdicts.reduce((set, { actions, verdict }) => (verdict.outcome === outcome ? set | actions : set), NO_ACTIONS);
}

/** `2 policies`, `2 policies (1 assumed)` */
function policiesText({ policies, assumed }: Use): string {
  const note = assumed.size === 0 ? '' : assumed.size === policies.size ? ' (assumed)' : ` (${assumed.size} assumed)`;
  return `${counted(policies.size, 'policy', 'policies')}${note}`;
}

function ofAccounts({ accounts }: Use): string {
  const known = [...accounts].filter((account) => account !== undefined);
  const [only] = known;
  if (only === undefined) return '';
  return known.length === 1 && accounts.size === 1 ? ` of ${only}` : ` of ${counted(known.length, 'account')}`;
}

/** `5 of 9 actions used`, of a Deny `5 of 9 denied actions asked for`. */
function passiveText(statement: Statement, use: Use): string {
  const [what, verb] = statement.effect === 'Deny' ? ['denied action', 'asked for'] : ['action', 'used'];
  if (isOfOne(statement, use)) return `the one ${what} ${use.used === NO_ACTIONS ? 'not ' : ''}${verb}`;
  return `${shareText(use, what, statement)} ${verb}`;
}

/** `use 5 of 9 actions`, of a Deny `ask for 5 of 9 denied actions`. */
function activeText(statement: Statement, use: Use): string {
  const [what, verb, plural] = statement.effect === 'Deny' ? ['denied action', 'asks for', 'ask for'] : ['action', 'uses', 'use'];
  const one = use.policies.size === 1;
  if (isOfOne(statement, use) && use.used === NO_ACTIONS) return `${one ? 'does' : 'do'} not ${plural} the one ${what}`;
  return `${one ? verb : plural} ${isOfOne(statement, use) ? `the one ${what}` : shareText(use, what, statement)}`;
}

/** Nothing to count. */
function isOfOne({ action }: Statement, { given, perhapsMore }: Use): boolean {
  return countActions(given) === 1 && action?.unknown !== true && !perhapsMore;
}

function shareText({ given, used, perhapsMore }: Use, what: string, { action }: Statement): string {
  const [all, some] = [countActions(given), countActions(used)];
  if (some === all && some > 0 && action?.unknown !== true) return allOf(all, what);
  const whole = action?.unknown === true ? `at least ${counted(all, what)}` : counted(all, what);
  if (some === 0) return `${perhapsMore ? 'an unknown part' : 'none'} of ${whole}`;
  return `${perhapsMore ? 'at least ' : ''}${some} of ${whole}`;
}

function troubleText({ effect }: Statement, { blocked, unknown }: Use): string {
  if (effect === 'Deny') return '';
  return [[blocked, 'blocked'] as const, [unknown, 'unknown'] as const]
    .filter(([set]) => set !== NO_ACTIONS).map(([set, word]) => `, ${countActions(set)} ${word}`).join('');
}

function nameOf({ form, arn }: Principal, account: string | undefined, { conditions }: Statement): string {
  if (account === undefined) return conditions.length === 0 ? 'everybody' : 'everybody whom the conditions allow';
  return form === 'anyone' || form === 'account' || arn === undefined ? account : `${arn.resource} of ${account}`;
}
