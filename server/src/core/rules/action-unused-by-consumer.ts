import { joinNames } from '../access/text/describe-access';
import { NO_ACTIONS, unionOfSets, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { callerOf } from '../access/caller';
import { matchPrincipal } from '../access/principal-matching';
import { matchResources } from '../access/resource-matching';
import { itemsForCaller, policiesForKey, statementsForKey } from '../access/candidates';
import { locationInFile } from '../discovery/discovery-result';
import { indexCandidates } from '../policy/candidate-index';
import { mayAllow, type Statement } from '../policy/policy';
import { marksOfPrincipal } from '../policy/read-principal';
import { appendToList } from '../linking/group-by';
import { kmsActionPatterns } from './shared/key-access-requests';
import { coversAllPrincipals, actionsGrantedTo, externalGranteesOf, type ExternalGrantee } from './shared/external-grantees';
import { isIntendedForKey } from './shared/intended-access';
import { removeAction } from './shared/action-fixes';
import type { KeySubject, PairSubject, Rule } from './rule';
import { namesOfActions } from './shared/wording';

export const actionUnusedByConsumer: Rule = {
  code: 'action-unused-by-consumer',
  severity: 'hint',
  summary: 'The key policy gives another account an action that no IAM policy of that account uses',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html',
  check: {
    *key(subject) {
      const { key, pairs } = subject;
      const { policy } = key;
      if (!policy) return;
      const statements = granteesByStatement(subject);
      const usedActions = usedActionsByGrantee([...statements.values()].flat(), pairs);
      for (const [statement, grantees] of statements) {
        const actionSets = grantees.map((grantee) => usedActions.get(grantee));
        // Where the workspace has no policy that uses the key, it is not known what is needed.
        const statementActions = statement.action?.actionSet ?? NO_ACTIONS;
        if (actionSets.some((actionSet) => actionSet === undefined || (actionSet & statementActions) === NO_ACTIONS)) continue;
        const used = unionOfSets(actionSets.map((actions) => actions ?? NO_ACTIONS));
        const granted = unionOfSets(grantees.map((grantee) => actionsGrantedTo(key, grantee)));
        const accounts = [...new Set(grantees.map(({ account }) => account))];
        for (const pattern of kmsActionPatterns(statement)) {
          const unused = pattern.actionSet & granted;
          if (unused === NO_ACTIONS || (unused & used) !== NO_ACTIONS) continue;
          yield {
            at: locationInFile(policy, pattern.text.node.span),
            message: `"${pattern.text.value}" is not used by account ${joinNames(accounts)}: no IAM policy of it in this workspace has `
              + `${namesOfActions(unused)} for the key. Allow only what is used.`,
            unnecessary: true,
            fixes: () => removeAction(policy, statement, pattern),
          };
        }
      }
    },
  },
};

/** The Allow statements for identities of other accounts only: what identities of the owner's account need is not known. */
function granteesByStatement({ key, memoize }: KeySubject): Map<Statement, readonly ExternalGrantee[]> {
  const statements = new Map<Statement, ExternalGrantee[]>();
  for (const grantee of memoize(externalGranteesOf, key)) appendToList(statements, grantee.statement, grantee);
  for (const [statement, grantees] of statements) if (!coversAllPrincipals(grantees, statement)) statements.delete(statement);
  return statements;
}

/** What the identities that each grantee stands for use; undefined when a policy of one of them is not known for certain. */
function usedActionsByGrantee(
  externalGrantees: readonly ExternalGrantee[], pairs: readonly PairSubject[],
): ReadonlyMap<ExternalGrantee, ActionSet | undefined> {
  const usedActions = new Map<ExternalGrantee, ActionSet | undefined>(externalGrantees.map((grantee) => [grantee, NO_ACTIONS]));
  const granteeIndex = indexCandidates(externalGrantees, ({ principal }) => marksOfPrincipal(principal));
  for (const pair of pairs.filter(({ identity }) => identity.policies.length > 0 || identity.policiesWithoutDocument !== undefined)) {
    const caller = callerOf(pair.identity);
    const actions = pair.memoize(actionsUsedBy, pair);
    for (const grantee of itemsForCaller(externalGrantees, granteeIndex, caller)) {
      const isGranted = matchPrincipal(grantee.principal, caller) !== undefined
        && compareIdentifiers(caller.account, grantee.account) !== 'different';
      if (!isGranted) continue;
      const used = usedActions.get(grantee);
      usedActions.set(grantee, used === undefined || actions === undefined ? undefined : used | actions);
    }
  }
  return usedActions;
}

function actionsUsedBy({ identity, key, memoize }: PairSubject): ActionSet | undefined {
  if (identity.policiesWithoutDocument) return undefined;
  let actionSet = NO_ACTIONS;
  for (const { policy } of policiesForKey(identity.policies, key, memoize)) {
    if (policy.kind !== 'identity') continue;
    for (const statement of statementsForKey(policy.statements, key, memoize)) {
      // A value that is not known yet, or a wrong ARN of the key, may be meant for it.
      if (!mayAllow(statement) || matchResources(statement, key, policy.hasPolicyVariables ? () => undefined : undefined) === 'no'
        && !isIntendedForKey(statement, key)) continue;
      if (statement.action?.hasPlaceholder !== false) return undefined;
      actionSet |= statement.action.actionSet;
    }
  }
  return actionSet;
}
