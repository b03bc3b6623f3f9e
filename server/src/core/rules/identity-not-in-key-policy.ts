import { joinNames } from '../access/text/describe-access';
import { NO_ACTIONS, unionOfActions } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { VerdictGroup } from '../access/pair-verdicts';
import type { Reason } from '../access/verdict';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, Statement } from '../policy/policy';
import { memberOf } from '../syntax/tree';
import type { Identity } from '../linking/entities';
import type { World } from '../workspace/world';
import { generateKeyPolicy } from '../generate/key-policy';
import type { Target } from '../generate/counterpart';
import { counterpartFix, fixPolicy, type Fix } from './shared/fix';
import type { RelatedLocation } from './shared/finding';
import { verdictGroupsWithReasons, type KeyAccessRequest } from './shared/key-access-requests';
import { usableOnOtherKeys, type UsableOnOtherKeys } from './shared/actions-usable-on-other-keys';
import { isCrossAccount, severityOfMissingPermission, linksOfIdentityAndKey } from './shared/external-grantees';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { locationOfStatements } from './shared/kms-statements';
import { hasUnrecognizedPrincipalFor } from './shared/principal-form';
import { resourceFault } from './shared/value-faults';
import { isCrossAccountAwsManagedKey } from './shared/aws-managed-keys';
import { actionsOfIneffectiveStatements } from './shared/intended-access';
import type { FindingDraft, PairSubject, Rule } from './rule';
import { nameOfKey, nameOfKeyPolicy, nameOfStatement, namesOfActions, subjectNameOfIdentity } from './shared/wording';

export const identityNotInKeyPolicy: Rule = {
  code: 'identity-not-in-key-policy',
  severity: 'error',
  summary: 'The IAM policy names a key whose key policy allows neither this identity nor its account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *identity({ identity, pairs }) {
      const usableElsewhere = usableOnOtherKeys(pairs);
      for (const pair of pairs) {
        const { key } = pair;
        // The identity policy may be for another key than one whose ARN is not known.
        if (key.arn === undefined || !key.policy || isCrossAccountAwsManagedKey(pair)) continue;
        const groups = verdictGroupsWithReasons(pair.verdicts, ['identity-not-named', 'key-policy-silent']);
        if (groups.length > 0 && !mayNameIdentity(key.policy, identity) && actionsOfIneffectiveStatements(key, identity) === NO_ACTIONS)
          yield* draftsOfPair(pair, usableElsewhere, groups);
      }
    },
  },
};

/** Whether a principal that KMS rejects, or one of another partition, may be meant for the identity: it has a finding of its own. */
function mayNameIdentity(keyPolicy: DiscoveredPolicy, identity: Identity): boolean {
  return hasUnrecognizedPrincipalFor(keyPolicy, identity)
    || keyPolicy.policy.statements.some(({ effect, principal }) => effect === 'Allow' && principal?.principals.some(
      ({ account, partition }) => compareIdentifiers(account, identity.account) === 'same'
        && compareIdentifiers(partition, identity.partition) === 'different'));
}

function* draftsOfPair(pair: PairSubject, usableElsewhere: UsableOnOtherKeys, groups: readonly VerdictGroup[]): Iterable<FindingDraft> {
  const { identity, key, requests } = pair;
  const denied = unionOfActions(groups);
  const verdict = groups[0]?.verdict;
  const reportedPolicies = new Set<DiscoveredPolicy>();
  for (const request of requests) {
    const { policy, statement, resources, specificity, actions, appliesForCertain } = request;
    // One finding for each policy: all its statements have no effect for the same reason.
    if (reportedPolicies.has(policy) || (actions & denied) === NO_ACTIONS || specificity === 'any') continue;
    // A pattern for all keys of an account, or for all Regions, is right when one of the keys allows the identity.
    if (specificity === 'account' && (usableElsewhere(pair, statement) & actions) !== NO_ACTIONS) continue;
    const resource = resources.find((pattern) => resourceSpecificityOf(pattern) === specificity && !resourceFault(pattern, statement));
    if (!resource) continue;
    reportedPolicies.add(policy);
    const isForReplicas = resource.isPattern && (usableElsewhere(pair, resource) & actions) !== NO_ACTIONS;
    const isCertain = !isForReplicas && verdict?.outcome === 'denied' && specificity === 'key' && appliesForCertain;
    // A grant may allow some of the actions.
    const hasGrant = (pair.usableActions & actions) !== NO_ACTIONS;
    const deniedAccess = hasGrant ? namesOfActions(actions & denied)
      : isForReplicas ? `access to the replica in ${key.region ?? 'that Region'}`
      : 'access';
    yield {
      at: locationInFile(policy, resource.text.node.span),
      severity: severityOfMissingPermission(key.policy, isCertain ? 'error' : 'info'),
      message: `${subjectNameOfIdentity(identity)} is denied ${deniedAccess}: the policy of ${nameOfKey(key)} `
        + describeGrantees(identity, verdict?.reason)
        + (hasGrant ? ', and the grant for it is for other actions only.'
          : ', so this statement has no effect. Only a grant could allow it.'),
      related: relatedGrantees(pair),
      dependsOnLinks: linksOfIdentityAndKey(identity, key),
      fixes: (world) => keyPolicyFixes(world, pair, request),
    };
  }
}

function describeGrantees(identity: Identity, reason: Reason | undefined): string {
  const { account } = identity;
  if (account === undefined) return 'does not allow it';
  return reason === 'key-policy-silent'
    ? `allows nobody in account ${account}`
    : `allows others of account ${account}, but not ${identity.arn === undefined ? 'all its identities' : 'this identity'}`;
}

function relatedGrantees({ identity, key }: PairSubject): RelatedLocation[] {
  const { policy } = key;
  if (!policy) return [];
  const related = policy.policy.statements.flatMap((statement) => {
    const principals = principalsOfAccount(statement, identity);
    const [first] = principals;
    const names = joinNames([...new Set(principals.map(({ text }) => text.value))]);
    return first
      ? [{
        at: locationInFile(policy, first.text.node.span),
        message: `${nameOfKeyPolicy(key)}: ${nameOfStatement(statement)} allows ${names}.`,
      }]
      : [];
  });
  if (related.length > 0) return related;
  const identityText = identity.account === undefined ? 'this identity' : `account ${identity.account}`;
  return [{ at: locationOfStatements(policy), message: `${nameOfKeyPolicy(key)}: no statement is for ${identityText}.` }];
}

function principalsOfAccount({ effect, principal }: Statement, identity: Identity): readonly Principal[] {
  if (effect !== 'Allow' || !principal || principal.negated) return [];
  return principal.principals.filter(({ account, form }) => compareIdentifiers(account, identity.account) === 'same' && form !== 'invalid');
}

function keyPolicyFixes(world: World, pair: PairSubject, keyAccessRequest: KeyAccessRequest): Fix[] {
  const { kind, arn, account, partition } = pair.identity;
  const fixes = (kind === 'user' || kind === 'role') && arn !== undefined
    ? addPrincipalFix(`Add ${arn} to the key policy`, world, pair, keyAccessRequest, { arn }, arn)
    : [];
  return account === undefined ? fixes : [
    ...fixes, ...addPrincipalFix(`Allow account ${account} in the key policy`, world, pair, keyAccessRequest, { account },
      `arn:${partition ?? pair.key.partition ?? 'aws'}:iam::${account}:root`),
  ];
}

/**
 * Beside the other principals of the account where a statement allows them all these actions, else as the key policy statement that
 * belongs to the identity policy.
 */
function addPrincipalFix(
  title: string, world: World, { identity, key }: PairSubject, { policy, actions }: KeyAccessRequest, target: Target, principal: string,
): Fix[] {
  const confirm = isCrossAccount(identity, key);
  const grantingStatement = key.policy?.policy.statements.find((statement) => statement.conditions.length === 0
    && principalsOfAccount(statement, identity).length > 0 && (actions & ~(statement.action?.actionSet ?? NO_ACTIONS)) === NO_ACTIONS);
  const member = memberOf(grantingStatement?.principal?.member.value, 'AWS');
  if (key.policy && member) return [fixPolicy(title, key.policy, [{ edit: 'append', member, value: principal }], { confirm })];
  return key.arn === undefined ? [] : counterpartFix(title, generateKeyPolicy({ world, policy, keyArn: key.arn, target }), { confirm });
}

