import { crossesPartition } from '../access/caller';
import { accountOfArn } from '../aws/arn';
import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { NO_ORGANIZATIONS } from '../access/request-context';
import { matchResources } from '../access/resource-matching';
import { itemsForKey, policiesForKey, resourceElementsOfStatement } from '../access/resource-index';
import { callersFor } from '../access/candidate-callers';
import { falseConditions } from '../access/statement-evaluation';
import { generateIdentityPolicy } from '../generate/identity-policy';
import type { Target } from '../generate/counterpart';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { appendToList } from '../linking/group-by';
import type { Identity, Key, Link } from '../linking/entities';
import { counterpartFix } from './shared/fix';
import { actionsOfVerdictGroups, verdictGroupsWithReasons } from './shared/key-access-requests';
import { excludesIdentities } from './shared/caller-conditions';
import { actionsGrantedTo, externalGranteesOf, type ExternalGrantee } from './shared/external-grantees';
import { isIntendedForKey } from './shared/intended-access';
import { isReportedAsNeverTrue } from './shared/unsatisfiable-conditions';
import { hasRegionFault } from './shared/region-conditions';
import { principalFault } from './shared/value-faults';
import type { PairSubject, Rule } from './rule';
import { nameOfKey, namesOfActions } from './shared/wording';

const BOTH_POLICIES_REQUIRED = 'Across accounts the key policy alone gives nobody access';

/** The key policy opens the door to another account, and no identity policy there walks through. */
export const identityPolicyMissing: Rule = {
  code: 'identity-policy-missing',
  severity: 'warning',
  summary: 'The key policy allows another account, but no IAM policy of that account uses the key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *key({ key, pairs, consumerAccounts, memoize }) {
      const { policy } = key;
      // No IAM policy of another account ever serves an AWS managed key.
      if (!policy || policy.policy.isFragment || !policy.policy.node.closed || key.awsManaged) return;
      const externalGrantees = memoize(externalGranteesOf, key);
      if (externalGrantees.length === 0) return;
      const identities = new Map<string | undefined, Identity[]>();
      for (const { identity } of pairs)
        if (identity.policies.length > 0 || identity.policiesWithoutDocument !== undefined) appendToList(identities, identity.account,
            identity);
      const pairsById = new Map(pairs.map((pair) => [pair.identity.id, pair]));
      const accountsWithGrants = new Set(
        key.grants.flatMap(({ granteePrincipal }) => (granteePrincipal === undefined ? [] : accountOfArn(granteePrincipal))),
      );
      const all = actionsByGrantee(key, externalGrantees);
      for (const externalGrantee of externalGrantees) {
        const { principal, account, text: policyString } = externalGrantee;
        const whom = granteeIdOf(externalGrantee);
        const given = all.get(whom);
        if (given === undefined || actionsGrantedTo(key, externalGrantee) === NO_ACTIONS || principalFault(principal)
          || crossesPartition(principal, key)) continue;
        // Said once for each.
        all.delete(whom);
        if (accountsWithGrants.has(account)) continue;
        if ([...identities.get(account) ?? [], ...identities.get(undefined) ?? []].some((identity) =>
          requestsGrantedActions(identity, key, given)
        )) continue;
        const known = consumerAccounts.has(account);
        const needed = namesOfActions(grantableActions(given, pairsById.get(whom)));
        yield {
          at: locationInFile(policy, policyString.node.span),
          severity: known ? 'warning' : 'info',
          message: known
            ? `No IAM policy of account ${account} in this workspace allows ${needed} on ${nameOfKey(key)}. ${BOTH_POLICIES_REQUIRED}: `
              + 'an IAM policy there must allow it too, or a grant.'
            : `This workspace has no IAM policy of account ${account}. ${BOTH_POLICIES_REQUIRED}: `
              + `an IAM policy there must allow ${needed} on ${nameOfKey(key)} too, or a grant.`,
          dependsOnLinks: linksOfKey(key),
          fixes: (world) => {
            const target = targetOf(externalGrantee);
            return counterpartFix(`Write the IAM policy for ${titleOf(target)}`, generateIdentityPolicy({ world, key, target }), {
              confirm: true,
              preferred: true,
            });
          },
        };
      }
    },
  },
};

/**
 * Without what a Deny takes away, or a condition that is never true: no IAM policy would give it. All of it where nothing is left, which
 * other rules say.
 */
function grantableActions(given: ActionSet, pair: PairSubject | undefined): ActionSet {
  const rest = given
    & ~actionsOfVerdictGroups(
      verdictGroupsWithReasons(pair?.verdicts ?? [], ['key-policy-denies', 'key-policy-condition']).filter(({ verdict }) =>
        verdict.outcome === 'denied'
      ),
    );
  return rest === NO_ACTIONS ? given : rest;
}

function linksOfKey(key: Key): readonly Link[] {
  return key.link ? [key.link] : [];
}

/** The account by its id, by its root ARN and as the limit of everyone are one. */
function granteeIdOf({ identityArn, account }: ExternalGrantee): string {
  return identityArn ?? account;
}

/** What each of them is given by all statements together: who uses a part of it walks through. */
function actionsByGrantee(key: Key, externalGrantees: readonly ExternalGrantee[]): Map<string, ActionSet> {
  const given = new Map<string, ActionSet>();
  for (const externalGrantee of externalGrantees)
    given.set(granteeIdOf(externalGrantee),
      (given.get(granteeIdOf(externalGrantee)) ?? NO_ACTIONS) | actionsGrantedTo(key, externalGrantee));
  return given;
}

/**
 * Whether some policy of an identity of the account, or of one that may be of it, asks for one of the actions on the key; also one that
 * names the key by a wrong ARN, or by a value that is not known yet, which is a finding or a gap of its own.
 */
function requestsGrantedActions(identity: Identity, key: Key, given: ActionSet): boolean {
  // What the workspace does not hold may ask for it.
  if (identity.policiesWithoutDocument) return true;
  return policiesForKey(identity.policies, key).some((located) => {
    const { policy } = located;
    return policy.kind === 'identity'
      && itemsForKey(policy.statements, resourceElementsOfStatement, key).some((statement) =>
        statement.effect === 'Allow'
        && (((statement.action?.actionSet ?? NO_ACTIONS) & given) !== NO_ACTIONS || statement.action?.hasPlaceholder === true)
        && (matchResources(statement, key, policy.hasPolicyVariables ? () => undefined : undefined) !== 'no'
          || isIntendedForKey(statement, key))
        && !hasUnreportedFalseCondition(located, statement, identity, key)
      );
  });
}

/** A condition of the statement is true of nobody that the identity may be, and no finding says so. */
function hasUnreportedFalseCondition(policy: DiscoveredPolicy, statement: Statement, identity: Identity, key: Key): boolean {
  if (statement.conditions.length === 0) return false;
  const because = { gate: 'identity-policy' as const, policy, statement };
  return callersFor(identity, key).every((caller) =>
    falseConditions(because, ALL_ACTIONS, { caller, key, organizations: NO_ORGANIZATIONS }).length > 0
  )
    && !hasRegionFault(statement, key)
    && !statement.conditions.some((condition) =>
      isReportedAsNeverTrue(condition, statement, ALL_ACTIONS) || excludesIdentities(condition, because, [identity])
    );
}

/** Sessions have the policies of their role; whoever cannot be named stands for the account. */
function targetOf({ principal: { form, text: policyString }, account }: ExternalGrantee): Target {
  return form === 'user' || form === 'role' || form === 'session' ? { arn: policyString.value } : { account };
}

function titleOf(target: Target): string {
  return 'account' in target ? `account ${target.account}` : target.arn;
}
