import { enumerate } from '../access/say';
import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { VerdictGroup } from '../access/pair';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Principal, Statement } from '../model/policy';
import { memberOf, type Member } from '../parse/tree';
import type { Identity, World } from '../workspace/world';
import { generateKeyPolicy } from '../generate/key-policy';
import type { Target } from '../generate/counterpart';
import { counterpartFix } from './counterpart-fix';
import type { Fix, Related, Severity } from './finding';
import { fixPolicy } from './fix';
import { actionsOf, groupsWith, type Ask } from './judgements/asks';
import { givenElsewhere, type GivenElsewhere } from './judgements/elsewhere';
import { isForeign, levelOfAbsence, linksOf } from './judgements/key-halves';
import { namingOf } from './judgements/key-naming';
import { isUnreadable } from './judgements/principal-form';
import { resourceFault } from './judgements/values';
import { isForeignManaged } from './judgements/managed-keys';
import { givenInVain } from './judgements/void-statements';
import type { Draft, IdentitySubject, PairSubject, RuleFor } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions, shortName } from './wording';

/** The identity policy names a key whose key policy lets neither the identity nor its account in. */
export const identityNotInKeyPolicy: RuleFor<'identity', IdentitySubject> = {
  scope: 'identity',
  meta: {
    code: 'identity-not-in-key-policy',
    severity: 'error',
    summary: 'The IAM policy names a key whose key policy allows neither this identity nor its account',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    fixable: true,
  },
  *check({ identity, pairs }) {
    const elsewhere = givenElsewhere(pairs);
    for (const pair of pairs) {
      // Which key this is, or whose, nobody knows: the identity policy may mean another one.
      if (pair.key.arn === undefined || isForeignManaged(pair)) continue;
      const [group] = groupsWith(pair.verdicts, ['identity-not-named', 'key-policy-silent']);
      if (!group || !pair.key.policy || hasUnreadablePrincipal(pair.key.policy, identity) || givenInVain(pair.key, identity) !== NO_ACTIONS) continue;
      yield* judge(pair, elsewhere, group);
    }
  },
};

/**
 * A principal of the same account, or one that is left of a deleted identity, that KMS cannot take: the finding on it says
 * what is wrong, and it may have been meant for this identity.
 */
function hasUnreadablePrincipal({ policy }: LocatedPolicy, identity: Identity): boolean {
  return policy.statements.some(({ effect, principal }) => effect === 'Allow' && principal?.principals.some((one) =>
    isUnreadable(one) && (one.account === undefined || one.account === identity.account)
    || one.account === identity.account && one.partition !== undefined && identity.partition !== undefined && one.partition !== identity.partition));
}

function* judge(pair: PairSubject, elsewhere: GivenElsewhere, group: VerdictGroup): Iterable<Draft> {
  const denied = actionsOf(groupsWith(pair.verdicts, ['identity-not-named', 'key-policy-silent']));
  const judged = new Set<LocatedPolicy>();
  for (const ask of pair.asks) {
    // Said once in each policy: all its statements fail for the same cause.
    if (judged.has(ask.policy) || (ask.actions & denied) === NO_ACTIONS) continue;
    if (ask.naming === 'any' || ask.naming === 'account' && isOfUse(ask, elsewhere(pair, ask.statement))) continue;
    const resource = ask.resources.find((pattern) => namingOf(pattern) === ask.naming && !resourceFault(pattern, ask.statement));
    if (!resource) continue;
    judged.add(ask.policy);
    // One ARN for all replicas of a multi-Region key does its work where one of them lets the identity in.
    const replica = resource.pattern && isOfUse(ask, elsewhere(pair, resource));
    yield {
      at: placeOf(ask.policy, resource.text.node.span),
      severity: levelOfAbsence(pair.key.policy, replica ? 'info' : levelOf(ask, group)),
      message: messageOf(pair, group, lostBy(pair, ask, denied, replica)),
      related: othersLetIn(pair),
      rests: linksOf(pair.identity, pair.key),
      fixes: (world) => fixesIn(world, pair, ask),
    };
  }
}

/** A pattern for all keys of an account, or for all Regions, is no fault when one of the keys lets the identity in. */
function isOfUse({ actions }: Ask, elsewhere: ActionSet): boolean {
  return (elsewhere & actions) !== NO_ACTIONS;
}

function levelOf(ask: Ask, { verdict }: VerdictGroup): Severity {
  return verdict.outcome !== 'denied' || ask.naming !== 'key' || !ask.certain ? 'info' : 'error';
}

function messageOf({ identity, key }: PairSubject, { verdict }: VerdictGroup, what: string): string {
  const who = nameOfIdentity(identity);
  const { account } = identity;
  const lets = account === undefined ? `does not allow ${who}`
    : verdict.reason === 'key-policy-silent' ? `allows nobody in account ${account}`
      : `allows others of account ${account}, but not ${shortName(identity) ?? 'all its identities'}`;
  return `The policy of ${nameOfKey(key)} ${lets}, so this statement gives ${who} no ${what}.`;
}

/** What the statement does not give. A grant may give a part of what it asks for. */
function lostBy({ key, usable }: PairSubject, { actions: asked }: Ask, denied: ActionSet, replica: boolean): string {
  if ((usable & asked) !== NO_ACTIONS) return `${namesOfActions(asked & denied)}, and the grant for it is for other actions only`;
  return `access to ${replica ? `the replica in ${key.region ?? 'that Region'}` : 'the key'}. Only a grant could`;
}

function othersLetIn({ identity, key }: PairSubject): Related[] {
  const policy = key.policy;
  if (!policy) return [];
  const related = policy.policy.statements.flatMap((statement) => {
    const own = principalsOfAccount(statement, identity);
    const [first] = own;
    if (!first) return [];
    const names = enumerate([...new Set(own.map(({ text }) => text.value))]);
    return [{ at: placeOf(policy, first.text.node.span), message: `Key policy: ${nameOfStatement(statement)} allows ${names}.` }];
  });
  if (related.length > 0) return related;
  const at = placeOf(policy, policy.policy.statementMember?.key.span ?? policy.policy.node.span);
  return [{ at, message: `Key policy: no statement is for ${identity.account === undefined ? 'this identity' : `account ${identity.account}`}.` }];
}

function principalsOfAccount({ effect, principal }: Statement, identity: Identity): readonly Principal[] {
  if (effect !== 'Allow' || !principal || principal.negated) return [];
  return principal.principals.filter(({ account, form }) => account !== undefined && account === identity.account && form !== 'invalid');
}

function fixesIn(world: World, pair: PairSubject, ask: Ask): Fix[] {
  const { identity, key } = pair;
  const named = identity.kind === 'user' || identity.kind === 'role' ? identity.arn : undefined;
  const { account } = identity;
  return [
    ...named === undefined ? [] : fixFor(`Add ${named} to the key policy`, world, pair, ask, { arn: named }, named),
    ...account === undefined ? [] : fixFor(`Allow account ${account} in the key policy`, world, pair, ask, { account },
      `arn:${identity.partition ?? key.partition ?? 'aws'}:iam::${account}:root`),
  ];
}

/** Beside the others of the account where a statement gives them all that is asked, else as the key policy statement that belongs to the identity policy. */
function fixFor(title: string, world: World, { identity, key }: PairSubject, ask: Ask, target: Target, principal: string): Fix[] {
  const confirm = isForeign(identity, key);
  const asked = ask.actions;
  const beside = key.policy?.policy.statements.find((statement) => statement.conditions.length === 0
    && principalsOfAccount(statement, identity).length > 0 && (asked & ~(statement.action?.set ?? NO_ACTIONS)) === NO_ACTIONS);
  const member = beside && awsMember(beside);
  if (key.policy && member) return [fixPolicy(title, key.policy, [{ edit: 'append', member, value: principal }], { confirm })];
  return key.arn === undefined ? [] : counterpartFix(title, generateKeyPolicy({ world, policy: ask.policy, keyArn: key.arn, target }), { confirm });
}

function awsMember({ principal }: Statement): Member | undefined {
  return memberOf(principal?.member.value, 'AWS');
}

