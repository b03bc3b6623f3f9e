import { countActions, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { VerdictGroup } from '../access/pair';
import { conditionWords } from '../access/say';
import type { Because } from '../access/verdict';
import type { Target } from '../generate/counterpart';
import { generateKeyPolicy } from '../generate/key-policy';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Span } from '../text/span';
import type { Identity } from '../workspace/world';
import { counterpartFix } from './counterpart-fix';
import type { Related } from './finding';
import { actionsOf, asksOnlyFor, groupsWith, namedPatterns, type Ask } from './judgements/asks';
import { levelOfAbsence } from './judgements/key-halves';
import { namingOf } from './judgements/key-naming';
import { isNeverTrue } from './judgements/never-true';
import { isUnreadable } from './judgements/principal-form';
import { resourceFault } from './judgements/values';
import { givenInVain } from './judgements/void-statements';
import type { PairSubject, RuleFor } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions } from './wording';

/** Inside one account: without the account principal in the key policy, IAM policies have no effect on the key. */
export const keyPolicyNotDelegating: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: {
    code: 'key-policy-not-delegating',
    severity: 'error',
    summary: 'The key policy neither names this identity nor lets the account use IAM policies',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam',
    fixable: true,
  },
  reasons: ['not-delegating'],
  *check(pair) {
    const groups = groupsWith(pair.verdicts, ['not-delegating']).filter((group) => !fallsForAFault(group));
    const { identity, key } = pair;
    const denied = actionsOf(groups) & ~givenInVain(key, identity);
    const { policy } = key;
    if (denied === NO_ACTIONS || !policy || key.arn === undefined || hasUnreadablePrincipal(policy, identity)) return;
    const partly = delegated(groups);
    const limits = limitsOf(groups, identity);
    const judged = new Set<LocatedPolicy>();
    for (const ask of pair.asks) {
      const lost = ask.actions & denied;
      if (ask.naming !== 'key' || judged.has(ask.policy) || lost === NO_ACTIONS) continue;
      const places = partly.length > 0 ? lostActions(ask, lost) : namingValue(ask);
      if (partly.length === 0) judged.add(ask.policy);
      for (const span of places) {
        yield {
          at: placeOf(ask.policy, span),
          severity: levelOfAbsence(policy, ask.certain && groups.every(({ verdict }) => verdict.outcome === 'denied') ? 'error' : 'info'),
          message: partly.length > 0
            ? `The policy of ${nameOfKey(key)} lets its own account use IAM policies for other actions only: ${namesOfActions(lost)} ${isOne(lost) ? 'has' : 'have'} no effect for ${nameOfIdentity(identity)} here.`
            : `The policy of ${nameOfKey(key)} neither names ${nameOfIdentity(identity)} nor lets ${limits.length > 0 ? 'it' : 'its own account'} use IAM policies, so this statement has no effect. Only a statement for the account's root ARN in the key policy${limits.length > 0 ? ' without such a condition' : ''}, or a grant, changes that.`,
          related: limits.length > 0 ? limits : relatedOf(policy, partly),
          fixes: (world) => key.arn === undefined ? [] : counterpartFix('Add the statement "Enable IAM User Permissions" to the key policy',
            generateKeyPolicy({ world, policy: ask.policy, keyArn: key.arn, target: targetOf(identity) })),
        };
      }
    }
  },
};

/** A finding stands at the condition of the account's statement then. */
function fallsForAFault({ verdict, actions }: VerdictGroup): boolean {
  return verdict.failing.some(({ because: { statement }, condition }) => isNeverTrue(condition, statement, actions));
}

/** The conditions by which the statement for the account is for identities of another kind. */
function limitsOf(groups: readonly VerdictGroup[], identity: Identity): Related[] {
  const failing = groups.flatMap(({ verdict }) => verdict.failing);
  return failing.filter(({ condition }, i) => failing.findIndex((other) => other.condition === condition) === i).map(({ because: { policy, statement }, condition }) => ({
    at: placeOf(policy, condition.keyMember.span),
    message: `Key policy: ${nameOfStatement(statement)} is for the account where ${conditionWords(condition)}, which is never the case for ${nameOfIdentity(identity)}.`,
  }));
}

/** A principal that KMS cannot take may be meant for the identity or its account. */
function hasUnreadablePrincipal({ policy }: LocatedPolicy, identity: Identity): boolean {
  return policy.statements.some(({ effect, principal }) => effect === 'Allow'
    && principal?.principals.some((one) => isUnreadable(one) && (one.account === undefined || one.account === identity.account)));
}

function targetOf({ arn, account }: Identity): Target | undefined {
  if (arn !== undefined) return { arn };
  return account === undefined ? undefined : { account };
}

/** The statements that let the account use IAM policies, for other actions. */
function delegated(groups: readonly VerdictGroup[]): readonly Because[] {
  const found = groups.flatMap(({ verdict }) => verdict.because.filter(({ half, statement }) => half === 'key-policy'
    && statement.principal?.principals.some(({ form }) => form === 'account') === true));
  return found.filter((because, i) => found.findIndex(({ statement }) => statement === because.statement) === i);
}

/** The rest of a pattern of which a part is lost has an effect. */
function lostActions({ statement }: Ask, denied: ActionSet): readonly Span[] {
  return namedPatterns(statement).filter((pattern) => asksOnlyFor(pattern, denied)).map(({ text }) => text.node.span);
}

function namingValue({ resources, statement }: Ask): readonly Span[] {
  return resources.filter((pattern) => namingOf(pattern) === 'key' && !resourceFault(pattern, statement)).slice(0, 1).map(({ text }) => text.node.span);
}

function isOne(set: ActionSet): boolean {
  return countActions(set) === 1;
}

function relatedOf(policy: LocatedPolicy, partly: readonly Because[]): Related[] {
  if (partly.length === 0) {
    return [{ at: placeOf(policy, policy.policy.statementMember?.key.span ?? policy.policy.node.span), message: 'Key policy: no statement is for the account.' }];
  }
  return partly.map(({ statement }) => ({
    at: placeOf(policy, statement.action?.member.value?.span ?? statement.node.span),
    message: `Key policy: ${nameOfStatement(statement)} is for ${namesOfActions((statement.action?.set ?? NO_ACTIONS) & KEY_ACTIONS)} only.`,
  }));
}
