import { crossesPartition } from '../access/caller';
import { accountOfArn } from '../aws/arn';
import { ALL_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { NO_ORGANIZATIONS } from '../access/request-context';
import { matchResources } from '../access/resource-matching';
import { policiesForKey, statementsForKey } from '../access/candidates';
import { callersFor } from '../access/candidate-callers';
import { falseConditions } from '../access/statement-evaluation';
import { generateIdentityPolicy } from '../generate/identity-policy';
import type { Target } from '../generate/counterpart';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { mayAllow, type Statement } from '../policy/policy';
import { appendToList } from '../linking/group-by';
import type { Memoize } from '../workspace/memoize';
import type { Identity, Key } from '../linking/entities';
import { counterpartFix } from './shared/fix';
import { deniedGroupsWithReasons } from './shared/key-access-requests';
import { excludesIdentities } from './shared/caller-conditions';
import { actionsGrantedTo, externalGranteesOf, type ExternalGrantee } from './shared/external-grantees';
import { isIntendedForKey } from './shared/intended-access';
import { isReportedAsNeverTrue } from './shared/unsatisfiable-conditions';
import { hasRegionFault } from './shared/region-conditions';
import { principalFault } from './shared/value-faults';
import type { PairSubject, Rule } from './rule';
import { nameOfKey, namesOfActions } from './shared/wording';

const BOTH_POLICIES_REQUIRED = 'Across accounts the key policy alone gives nobody access';

export const identityPolicyMissing: Rule = {
  code: 'identity-policy-missing',
  severity: 'warning',
  summary: 'The key policy allows another account, but no IAM policy of that account uses the key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *key({ key, pairs, consumerAccounts, memoize }) {
      const { policy } = key;
      // No IAM policy of another account can allow the use of an AWS managed key.
      if (!policy || policy.policy.isFragment || !policy.policy.node.closed || key.awsManaged) return;
      const externalGrantees = memoize(externalGranteesOf, key);
      if (externalGrantees.length === 0) return;
      const identitiesByAccount = new Map<string | undefined, Identity[]>();
      for (const { identity } of pairs) {
        if (identity.policies.length > 0 || identity.policiesWithoutDocument)
          appendToList(identitiesByAccount, identity.account, identity);
      }
      const pairsById = new Map(pairs.map((pair) => [pair.identity.id, pair]));
      const accountsWithGrants = new Set(key.grants.map(({ granteePrincipal }) => granteePrincipal && accountOfArn(granteePrincipal)));
      const actionsById = actionsByGrantee(key, externalGrantees);
      for (const externalGrantee of externalGrantees) {
        const { principal, account, text } = externalGrantee;
        const id = granteeIdOf(externalGrantee);
        const granted = actionsById.get(id);
        if (granted === undefined || actionsGrantedTo(key, externalGrantee) === NO_ACTIONS || principalFault(principal)
          || crossesPartition(principal, key)) continue;
        // One finding for each grantee.
        actionsById.delete(id);
        if (accountsWithGrants.has(account)) continue;
        const candidates = [...identitiesByAccount.get(account) ?? [], ...identitiesByAccount.get(undefined) ?? []];
        if (candidates.some((identity) => requestsGrantedActions(identity, key, granted, memoize))) continue;
        const isConsumer = consumerAccounts.has(account);
        const names = namesOfActions(grantableActions(granted, pairsById.get(id)));
        yield {
          at: locationInFile(policy, text.node.span),
          severity: isConsumer ? 'warning' : 'info',
          message: isConsumer
            ? `No IAM policy of account ${account} allows ${names} on ${nameOfKey(key)} in this workspace. ${BOTH_POLICIES_REQUIRED}: `
              + 'an IAM policy there must allow it too, or a grant.'
            : `No IAM policy of account ${account} is in this workspace. ${BOTH_POLICIES_REQUIRED}: `
              + `an IAM policy there must allow ${names} on ${nameOfKey(key)} too, or a grant.`,
          fixes: (world) => {
            const target = targetOf(externalGrantee);
            const title = `Generate the IAM policy for ${'account' in target ? `account ${target.account}` : target.arn}`;
            return counterpartFix(title, generateIdentityPolicy({ world, key, target }), { confirm: true, preferred: true });
          },
        };
      }
    },
  },
};

/**
 * Without those that a Deny, or a condition that is never true, denies: no IAM policy can change that. All of them where none is left,
 * which other rules report.
 */
function grantableActions(granted: ActionSet, pair: PairSubject | undefined): ActionSet {
  const deniedGroups = deniedGroupsWithReasons(pair?.verdicts ?? [], ['key-policy-denies', 'key-policy-condition']);
  return granted & ~unionOfActions(deniedGroups) || granted;
}

/** The same for the account by its id, by its root ARN and as the limit of everyone. */
function granteeIdOf({ identityArn, account }: ExternalGrantee): string {
  return identityArn ?? account;
}

/** The actions that all statements together allow each grantee: an identity policy for some of them is enough. */
function actionsByGrantee(key: Key, externalGrantees: readonly ExternalGrantee[]): Map<string, ActionSet> {
  const actionsById = new Map<string, ActionSet>();
  for (const externalGrantee of externalGrantees) {
    const id = granteeIdOf(externalGrantee);
    actionsById.set(id, (actionsById.get(id) ?? NO_ACTIONS) | actionsGrantedTo(key, externalGrantee));
  }
  return actionsById;
}

/**
 * Whether a policy of an identity of the account, or of an account that is not known, is for one of the actions on the key; also by a wrong
 * ARN of the key, which is a finding of its own, or by a value that is not known yet.
 */
function requestsGrantedActions(identity: Identity, key: Key, granted: ActionSet, memoize: Memoize): boolean {
  // A policy that is not in the workspace may be for the key.
  if (identity.policiesWithoutDocument) return true;
  return policiesForKey(identity.policies, key, memoize).some((located) => {
    const { policy } = located;
    return policy.kind === 'identity'
      && statementsForKey(policy.statements, key, memoize).some((statement) =>
        mayAllow(statement)
        && (((statement.action?.actionSet ?? NO_ACTIONS) & granted) !== NO_ACTIONS || statement.action?.hasPlaceholder === true)
        && (matchResources(statement, key, policy.hasPolicyVariables ? () => undefined : undefined) !== 'no'
          || isIntendedForKey(statement, key))
        && !hasUnreportedFalseCondition(located, statement, identity, key));
  });
}

/** Whether a condition of the statement is false for every caller that the identity may be, without a finding that says so. */
function hasUnreportedFalseCondition(policy: DiscoveredPolicy, statement: Statement, identity: Identity, key: Key): boolean {
  const statementRef = { gate: 'identity-policy' as const, policy, statement };
  return statement.conditions.length > 0
    && callersFor(identity, key).every((caller) => (
      falseConditions(statementRef, ALL_ACTIONS, { caller, key, organizations: NO_ORGANIZATIONS }).length > 0))
    && !hasRegionFault(statement, key)
    && !statement.conditions.some((condition) => (
      isReportedAsNeverTrue(condition, statement, ALL_ACTIONS) || excludesIdentities(condition, statementRef, [identity])));
}

/** Sessions have the policies of their role; a principal that is not an identity stands for its account. */
function targetOf({ principal: { form, text }, account }: ExternalGrantee): Target {
  return form === 'user' || form === 'role' || form === 'session' ? { arn: text.value } : { account };
}
