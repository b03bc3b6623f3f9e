import { ALL_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { serviceIdentity } from '../access/caller';
import { NO_ORGANIZATIONS } from '../access/context';
import { decidePair, type VerdictGroup } from '../access/pair';
import { enumerate } from '../access/say';
import type { Because } from '../access/verdict';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Identity } from '../workspace/world';
import type { Related } from './finding';
import { actionsOf, groupsWith, namedPatterns } from './judgements/asks';
import { accountsWith, isForThisKeyAlone } from './judgements/no-effect';
import { linksOf } from './judgements/key-halves';
import { principalProblem, principalsOf } from './judgements/principal-form';
import type { Draft, PairSubject, PolicySubject, RuleFor } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions } from './wording';

/** A Deny wins over every Allow, in whichever half it stands. */
export const explicitDenyOverrides: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: {
    code: 'explicit-deny-overrides',
    severity: 'warning',
    summary: 'A Deny statement cancels what this Allow statement gives',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
    fixable: false,
  },
  reasons: ['key-policy-denies', 'identity-policy-denies'],
  *check(pair) {
    const groups = groupsWith(pair.verdicts, ['key-policy-denies', 'identity-policy-denies']).filter(({ verdict }) => verdict.outcome === 'denied');
    const denied = actionsOf(groups);
    if (denied === NO_ACTIONS) return;
    const { asks } = pair;
    for (const ask of asks) {
      // An Allow for many keys with a Deny for one of them is meant so.
      if (!ask.certain || ask.naming !== 'key' && !coversAsMuch(groups)) continue;
      yield* judge(pair, ask.policy, ask.statement, { groups, denied, asked: ask.actions, isVain: (own) => isForThisKeyAlone(ask) && denies(own).every((deny) => deniesWhoeverHas(ask.policy, deny, pair.identity)) });
    }
    // Where the identity asks for nothing in a policy of its own, the key policy contradicts itself.
    if (asks.length > 0) return;
    const { policy } = pair.key;
    if (policy) for (const statement of allowsFor(pair, policy)) yield* judge(pair, policy, statement, { groups, denied, asked: ALL_ACTIONS, isVain: (own) => denies(own).every((deny) => deny.statement.conditions.length === 0) });
  },
};

/**
 * The same for services that call as themselves, which have no identity of their own in the workspace. A Deny for everyone hits them too: a negated
 * condition on what only users and roles have, as `aws:PrincipalOrgID`, holds for every service (IAM User Guide, aws:PrincipalIsAWSService).
 */
export const explicitDenyOverridesService: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: explicitDenyOverrides.meta,
  needs: ['keyPolicy', 'unusualPrincipals'],
  *check({ policy: located, key }) {
    if (!key?.policy || located.policy.statements.every(({ effect }) => effect !== 'Deny')) return;
    for (const { statement, element, principal } of principalsOf(located.policy)) {
      const given = (statement.action?.set ?? NO_ACTIONS) & KEY_ACTIONS;
      if (principal.form !== 'service' || statement.effect !== 'Allow' || statement.maybe || element.negated || given === NO_ACTIONS) continue;
      if (principal.text.holes.length > 0 || principalProblem(principal)) continue;
      const service = principal.text.value;
      const groups = decidePair(serviceIdentity(service), key, NO_ORGANIZATIONS)
        .filter(({ actions, verdict }) => (actions & given) !== NO_ACTIONS && verdict.outcome === 'denied' && verdict.reason === 'key-policy-denies');
      if ((given & ~actionsOf(groups)) !== NO_ACTIONS) continue;
      yield {
        at: placeOf(located, principal.text.node.span),
        message: `${service} is denied what this statement allows: ${where(groups)} denies it, and a Deny wins over every Allow, a grant included.${wayOut(groups)}`,
        related: relatedDenies(groups),
        rests: key.link ? [key.link] : [],
      };
    }
  },
};

/** What the Deny asks of callers, if it is that which hits a service. */
function wayOut(groups: readonly VerdictGroup[]): string {
  const asked = [...new Set(denies(groups).flatMap(({ statement }) => statement.conditions.map(({ key }) => key)))];
  return asked.length === 0 ? '' : ` Its condition on ${enumerate(asked)} is true for every service that calls as itself. To exempt services, add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"} to the Deny.`;
}

/** The statements of the key policy that mean this very identity, or the account as a whole: a Deny for one of the account is an exception that is meant. */
function allowsFor({ identity }: PairSubject, { policy }: LocatedPolicy): readonly Statement[] {
  return policy.statements.filter(({ effect, principal }) => effect === 'Allow' && principal?.negated === false && principal.principals.length > 0
    && principal.principals.every(({ form, account, text }) => identity.arn === undefined ? form === 'account' && account === identity.account : text.value === identity.arn));
}

/** A Deny for everything, which leaves an Allow for many keys nothing. */
function coversAsMuch(groups: readonly VerdictGroup[]): boolean {
  return denies(groups).some(({ half, statement }) => half === 'identity-policy' && statement.resource?.negated === false
    && statement.resource.patterns.some(({ form }) => form === 'any'));
}

interface Denials {
  readonly groups: readonly VerdictGroup[];
  readonly denied: ActionSet;
  /** What the conditions of the Allow let it give at all. */
  readonly asked: ActionSet;
  /** Whether the Allow is of no use to anybody, when these groups are what it gives. */
  readonly isVain: (groups: readonly VerdictGroup[]) => boolean;
}

/** Not this identity alone, but all that the policy of the Allow can be attached to in its account, and in others that are known to have it. */
function deniesWhoeverHas(policy: LocatedPolicy, { half, policy: denying, statement: { conditions, principal } }: Because, identity: Identity): boolean {
  if (conditions.length > 0) return false;
  if (half === 'identity-policy') return denying === policy;
  if (!principal || principal.negated) return false;
  return accountsWith(policy, identity).every((account) => principal.principals.some(({ form, account: denied }) => form === 'anyone' || form === 'account' && account !== undefined && denied === account));
}

/** Only where nothing is left of what the value allows: `kms:*` with a Deny for some of it is meant so. */
function* judge(pair: PairSubject, policy: LocatedPolicy, statement: Statement, { groups, denied, asked, isVain }: Denials): Iterable<Draft> {
  for (const pattern of namedPatterns(statement)) {
    const set = pattern.set & KEY_ACTIONS & asked;
    if (set === NO_ACTIONS || (set & ~denied) !== NO_ACTIONS) continue;
    const own = groups.filter(({ actions }) => (actions & set) !== NO_ACTIONS);
    yield {
      at: placeOf(policy, pattern.text.node.span),
      message: `${namesOfActions(set)} on ${nameOfKey(pair.key)} is denied to ${nameOfIdentity(pair.identity)}: ${where(own)} denies it, and a Deny wins over every Allow, a grant included.`,
      related: relatedDenies(own),
      unnecessary: isVain(own),
      rests: linksOf(pair.identity, pair.key),
    };
  }
}

function where(groups: readonly VerdictGroup[]): string {
  const [first] = denies(groups);
  if (!first) return 'a statement';
  return `${nameOfStatement(first.statement)} of the ${first.half === 'key-policy' ? 'key policy' : 'IAM policy'}`;
}

function relatedDenies(groups: readonly VerdictGroup[]): Related[] {
  const found = denies(groups);
  return found.filter(({ statement }, i) => found.findIndex((one) => one.statement === statement) === i).map(({ policy, statement }) => ({
    at: placeOf(policy, statement.effectNode?.span ?? statement.node.span),
    message: `${nameOfStatement(statement).replace(/^./, (first) => first.toUpperCase())} denies it.`,
  }));
}

function denies(groups: readonly VerdictGroup[]): readonly Because[] {
  return groups.flatMap(({ verdict }) => verdict.because.filter(({ statement }) => statement.effect === 'Deny'));
}
