import { joinNames } from '../access/text/describe-access';
import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { VerdictGroup } from '../access/pair-verdicts';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, Statement } from '../policy/policy';
import { memberOf, type Member } from '../syntax/tree';
import type { Identity } from '../linking/entities';
import type { World } from '../workspace/world';
import { generateKeyPolicy } from '../generate/key-policy';
import type { Target } from '../generate/counterpart';
import { counterpartFix, fixPolicy, type Fix } from './shared/fix';
import type { RelatedLocation, Severity } from './shared/finding';
import { actionsOfVerdictGroups, verdictGroupsWithReasons, type KeyAccessRequest } from './shared/key-access-requests';
import { usableOnOtherKeys, type UsableOnOtherKeys } from './shared/actions-usable-on-other-keys';
import { isCrossAccount, severityOfMissingPermission, linksOfIdentityAndKey } from './shared/external-grantees';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { isUnrecognizedPrincipal } from './shared/principal-form';
import { resourceFault } from './shared/value-faults';
import { isCrossAccountAwsManagedKey } from './shared/aws-managed-keys';
import { actionsOfIneffectiveStatements } from './shared/intended-access';
import type { FindingDraft, PairSubject, Rule } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions, shortNameOfIdentity } from './shared/wording';

/** The identity policy names a key whose key policy lets neither the identity nor its account in. */
export const identityNotInKeyPolicy: Rule = {
  code: 'identity-not-in-key-policy',
  severity: 'error',
  summary: 'The IAM policy names a key whose key policy allows neither this identity nor its account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *identity({ identity, pairs }) {
      const elsewhere = usableOnOtherKeys(pairs);
      for (const pair of pairs) {
        // Which key this is, or whose, nobody knows: the identity policy may mean another one.
        if (pair.key.arn === undefined || isCrossAccountAwsManagedKey(pair)) continue;
        const [group] = verdictGroupsWithReasons(pair.verdicts, ['identity-not-named', 'key-policy-silent']);
        if (!group || !pair.key.policy || hasUnreadablePrincipal(pair.key.policy, identity)
          || actionsOfIneffectiveStatements(pair.key, identity) !== NO_ACTIONS) continue;
        yield* draftsOfGroup(pair, elsewhere, group);
      }
    },
  },
};

/**
 * A principal of the same account, or one that is left of a deleted identity, that KMS cannot take: the finding on it says
 * what is wrong, and it may have been meant for this identity.
 */
function hasUnreadablePrincipal({ policy }: DiscoveredPolicy, identity: Identity): boolean {
  return policy.statements.some(({ effect, principal }) =>
    effect === 'Allow'
    && principal?.principals.some((one) =>
      isUnrecognizedPrincipal(one) && (one.account === undefined || compareIdentifiers(one.account, identity.account) === 'same')
      || compareIdentifiers(one.account, identity.account) === 'same'
        && compareIdentifiers(one.partition, identity.partition) === 'different'
    )
  );
}

function* draftsOfGroup(pair: PairSubject, elsewhere: UsableOnOtherKeys, group: VerdictGroup): Iterable<FindingDraft> {
  const denied = actionsOfVerdictGroups(verdictGroupsWithReasons(pair.verdicts, ['identity-not-named', 'key-policy-silent']));
  const judged = new Set<DiscoveredPolicy>();
  for (const keyAccessRequest of pair.requests) {
    // Said once in each policy: all its statements fail for the same cause.
    if (judged.has(keyAccessRequest.policy) || (keyAccessRequest.actions & denied) === NO_ACTIONS) continue;
    if (keyAccessRequest.specificity === 'any'
      || keyAccessRequest.specificity === 'account' && isUsableElsewhere(keyAccessRequest, elsewhere(pair, keyAccessRequest.statement)))
      continue;
    const resource = keyAccessRequest.resources.find((pattern) =>
      resourceSpecificityOf(pattern) === keyAccessRequest.specificity && !resourceFault(pattern, keyAccessRequest.statement)
    );
    if (!resource) continue;
    judged.add(keyAccessRequest.policy);
    // One ARN for all replicas of a multi-Region key does its work where one of them lets the identity in.
    const replica = resource.isPattern && isUsableElsewhere(keyAccessRequest, elsewhere(pair, resource));
    yield {
      at: locationInFile(keyAccessRequest.policy, resource.text.node.span),
      severity: severityOfMissingPermission(pair.key.policy, replica ? 'info' : severityOf(keyAccessRequest, group)),
      message: messageOf(pair, group, consequenceOf(pair, keyAccessRequest, denied, replica)),
      related: relatedGrantees(pair),
      dependsOnLinks: linksOfIdentityAndKey(pair.identity, pair.key),
      fixes: (world) => keyPolicyFixes(world, pair, keyAccessRequest),
    };
  }
}

/** A pattern for all keys of an account, or for all Regions, is no fault when one of the keys lets the identity in. */
function isUsableElsewhere({ actions }: KeyAccessRequest, elsewhere: ActionSet): boolean {
  return (elsewhere & actions) !== NO_ACTIONS;
}

function severityOf(keyAccessRequest: KeyAccessRequest, { verdict }: VerdictGroup): Severity {
  return verdict.outcome !== 'denied' || keyAccessRequest.specificity !== 'key' || !keyAccessRequest.appliesForCertain ? 'info' : 'error';
}

function messageOf({ identity, key }: PairSubject, { verdict }: VerdictGroup, what: string): string {
  const who = nameOfIdentity(identity);
  const { account } = identity;
  const lets = account === undefined ? `does not allow ${who}`
    : verdict.reason === 'key-policy-silent' ? `allows nobody in account ${account}`
      : `allows others of account ${account}, but not ${shortNameOfIdentity(identity) ?? 'all its identities'}`;
  return `The policy of ${nameOfKey(key)} ${lets}, so this statement gives ${who} no ${what}.`;
}

/** What the statement does not give. A grant may give a part of what it asks for. */
function consequenceOf({ key, usableActions }: PairSubject, { actions }: KeyAccessRequest, denied: ActionSet, replica: boolean): string {
  if ((usableActions & actions) !== NO_ACTIONS)
    return `${namesOfActions(actions & denied)}, and the grant for it is for other actions only`;
  return `access to ${replica ? `the replica in ${key.region ?? 'that Region'}` : 'the key'}. Only a grant could`;
}

function relatedGrantees({ identity, key }: PairSubject): RelatedLocation[] {
  const policy = key.policy;
  if (!policy) return [];
  const related = policy.policy.statements.flatMap((statement) => {
    const own = principalsOfAccount(statement, identity);
    const [first] = own;
    if (!first) return [];
    const names = joinNames([...new Set(own.map(({ text: policyString }) => policyString.value))]);
    return [{ at: locationInFile(policy, first.text.node.span), message: `Key policy: ${nameOfStatement(statement)} allows ${names}.` }];
  });
  if (related.length > 0) return related;
  const at = locationInFile(policy, policy.policy.statementMember?.key.span ?? policy.policy.node.span);
  return [{ at, message: 'Key policy: no statement is for '
    + `${identity.account === undefined ? 'this identity' : `account ${identity.account}`}.` }];
}

function principalsOfAccount({ effect, principal }: Statement, identity: Identity): readonly Principal[] {
  if (effect !== 'Allow' || !principal || principal.negated) return [];
  return principal.principals.filter(({ account, form }) => compareIdentifiers(account, identity.account) === 'same' && form !== 'invalid');
}

function keyPolicyFixes(world: World, pair: PairSubject, keyAccessRequest: KeyAccessRequest): Fix[] {
  const { identity, key } = pair;
  const named = identity.kind === 'user' || identity.kind === 'role' ? identity.arn : undefined;
  const { account } = identity;
  return [
    ...named === undefined ? [] : addPrincipalFix(`Add ${named} to the key policy`, world, pair, keyAccessRequest, { arn: named }, named),
    ...account === undefined
      ? []
      : addPrincipalFix(`Allow account ${account} in the key policy`, world, pair, keyAccessRequest, { account },
        `arn:${identity.partition ?? key.partition ?? 'aws'}:iam::${account}:root`),
  ];
}

/**
 * Beside the others of the account where a statement gives them all that is asked, else as the key policy statement that belongs to the
 * identity policy.
 */
function addPrincipalFix(title: string, world: World, { identity, key }: PairSubject, keyAccessRequest: KeyAccessRequest, target: Target,
  principal: string): Fix[] {
  const confirm = isCrossAccount(identity, key);
  const asked = keyAccessRequest.actions;
  const beside = key.policy?.policy.statements.find((statement) => statement.conditions.length === 0
    && principalsOfAccount(statement, identity).length > 0 && (asked & ~(statement.action?.actionSet ?? NO_ACTIONS)) === NO_ACTIONS);
  const member = beside && awsPrincipalMember(beside);
  if (key.policy && member) return [fixPolicy(title, key.policy, [{ edit: 'append', member, value: principal }], { confirm })];
  return key.arn === undefined
    ? []
    : counterpartFix(title, generateKeyPolicy({ world, policy: keyAccessRequest.policy, keyArn: key.arn, target }), { confirm });
}

function awsPrincipalMember({ principal }: Statement): Member | undefined {
  return memberOf(principal?.member.value, 'AWS');
}

