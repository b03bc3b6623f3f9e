import { joinNames } from '../access/text/describe-access';
import { isAccountId } from '../aws/arn';
import { actionsIn, CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, ResourcePattern, Statement } from '../policy/policy';
import type { Severity } from './shared/finding';
import {
  accountsAttachingPolicy, isSingleActionName, kmsActionPatterns, kmsActionsOf, verdictGroupsWithReasons,
} from './shared/key-access-requests';
import { coversAllPrincipals, externalGranteesOf, isCrossAccount, linksOfKey } from './shared/external-grantees';
import { removeAction } from './shared/action-fixes';
import type { FindingDraft, Rule } from './rule';
import { nameOfKey } from './shared/wording';

export const crossAccountUnsupportedAction: Rule = {
  code: 'cross-account-unsupported-action',
  severity: 'warning',
  summary: 'The action does not work on a key of another account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *anyPolicy({ policy, key, memoize }) {
      if (policy.policy.kind !== 'key' || key?.policy !== policy) return;
      const externalGrantees = memoize(externalGranteesOf, key);
      for (const statement of new Set(externalGrantees.map((grantee) => grantee.statement))) {
        const patterns = sameAccountPatterns(statement);
        if (patterns.length === 0) continue;
        const grantees = externalGrantees.filter((grantee) => grantee.statement === statement);
        // Service-linked roles and other values that are not among the grantees may be of the owner's account.
        const isIneffective = coversAllPrincipals(grantees, statement);
        const accounts = joinNames([...new Set(grantees.map(({ account }) => account))]);
        for (const pattern of patterns) {
          yield {
            ...draftOfPattern(policy, statement, pattern, isIneffective, `for account ${accounts}`),
            dependsOnLinks: linksOfKey(key),
          };
        }
      }
    },
    /** An identity policy allows such an action on a key of another account. */
    pairReasons: ['not-cross-account'],
    *pair({ identity, key, verdicts, requests }) {
      if (!isCrossAccount(identity, key)) return;
      const deniedActions = unionOfActions(verdictGroupsWithReasons(verdicts, ['not-cross-account']));
      for (const { policy, statement, specificity, appliesForCertain, resources, actions } of requests) {
        if (specificity !== 'key' || !appliesForCertain) continue;
        const isIneffective = accountsAttachingPolicy(policy, identity).every((account) => (
          compareIdentifiers(account, key.account) === 'different'))
          && statement.resource?.patterns.every((pattern) => (
            resources.includes(pattern) || isOfOtherAccount(pattern, identity.account))) !== false;
        for (const pattern of sameAccountPatterns(statement)) {
          if ((pattern.actionSet & deniedActions & actions) !== NO_ACTIONS)
            yield draftOfPattern(policy, statement, pattern, isIneffective, `on ${nameOfKey(key)}`);
        }
      }
    },
  },
};

/** @param isIneffective whether the action has no effect for anybody and on any key that the statement is for */
function draftOfPattern(
  policy: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, isIneffective: boolean, where: string,
): FindingDraft {
  const names = actionsIn(sameAccountActionsIn(pattern.actionSet)).map(({ name }) => name);
  return {
    at: locationInFile(policy, pattern.text.node.span),
    severity: isIneffective ? severityOf(statement) : 'info',
    unnecessary: isIneffective,
    message: `${pattern.text.value} has no effect ${where}: `
      + `${isSingleActionName(pattern) ? 'it works' : `${joinNames(names)} ${names.length === 1 ? 'works' : 'work'}`} only inside the `
      + 'account that owns the key.',
    fixes: () => isIneffective ? removeAction(policy, statement, pattern, { preferred: true }) : [],
  };
}

function isOfOtherAccount({ arn }: ResourcePattern, account: string | undefined): boolean {
  return arn !== undefined && isAccountId(arn.account) && compareIdentifiers(arn.account, account) === 'different';
}

/**
 * The action values that cover no action that works across accounts. A pattern that covers more, `kms:*`, is not meant for these; other
 * rules report actions without a key as resource.
 */
function sameAccountPatterns(statement: Statement): readonly ActionPattern[] {
  return kmsActionPatterns(statement).filter(({ actionSet }) =>
    sameAccountActionsIn(actionSet) !== NO_ACTIONS && (actionSet & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS);
}

function sameAccountActionsIn(set: ActionSet): ActionSet {
  return set & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS;
}

/** A statement that allows nothing at all is an error; an action without effect beside others does no harm. */
function severityOf(statement: Statement): Severity {
  return (kmsActionsOf(statement) & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && statement.action?.hasPlaceholder === false
    ? 'error'
    : 'warning';
}
