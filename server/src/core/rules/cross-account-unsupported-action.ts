import { joinNames } from '../access/text/describe-access';
import { isAccountId } from '../aws/arn';
import { actionsIn, CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import type { ActionPattern, ResourcePattern, Statement } from '../policy/policy';
import type { Severity } from './shared/finding';
import { actionsOfVerdictGroups, verdictGroupsWithReasons, kmsActionsOf, kmsActionPatterns,
  accountsAttachingPolicy } from './shared/key-access-requests';
import { coversAllPrincipals, isCrossAccount, linksOfIdentityAndKey, externalGranteesOf } from './shared/external-grantees';
import { removeAction } from './shared/action-fixes';
import type { Rule } from './rule';
import { nameOfKey, namesOfActions } from './shared/wording';

/** A key policy gives another account an action that works in the owner's account only. */
export const crossAccountUnsupportedAction: Rule = {
  code: 'cross-account-unsupported-action',
  severity: 'warning',
  summary: 'The action does not work on a key of another account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *anyPolicy({ policy, key, memoize }) {
      if (policy.policy.kind !== 'key' || key?.policy !== policy) return;
      const externalGrantees = memoize(externalGranteesOf, key);
      for (const statement of new Set(externalGrantees.map((externalGrantee) => externalGrantee.statement))) {
        if (!hasSameAccountPattern(statement)) continue;
        const own = externalGrantees.filter((opening) => opening.statement === statement);
        // Service-linked roles and other values that the openings leave out may be of the owner's account.
        const forOthersOnly = coversAllPrincipals(own, statement);
        for (const pattern of sameAccountPatterns(statement)) {
          yield {
            at: locationInFile(policy, pattern.text.node.span),
            severity: forOthersOnly ? severityOf(statement) : 'info',
            unnecessary: forOthersOnly,
            message: messageOf(pattern, `for account ${joinNames([...new Set(own.map(({ account }) => account))])} this has no effect`),
            dependsOnLinks: key.link ? [key.link] : [],
            fixes: () => forOthersOnly ? removeAction(policy, statement, pattern, { preferred: true }) : [],
          };
        }
      }
    },
    /** An identity policy asks for such an action on a key of another account. */
    pairReasons: ['not-cross-account'],
    *pair({ identity, key, verdicts, requests }) {
      if (!isCrossAccount(identity, key)) return;
      const local = actionsOfVerdictGroups(verdictGroupsWithReasons(verdicts, ['not-cross-account']));
      if (local === NO_ACTIONS) return;
      for (const { policy, statement, specificity, appliesForCertain, resources, actions } of requests) {
        if (specificity !== 'key' || !appliesForCertain) continue;
        const foreignEverywhere = accountsAttachingPolicy(policy, identity).every((account) =>
          compareIdentifiers(account, key.account) === 'different'
        );
        const forThisOnly = foreignEverywhere
          && (statement.resource?.patterns ?? []).every((pattern) =>
            resources.includes(pattern) || isOfOtherAccount(pattern, identity.account)
          );
        for (const pattern of sameAccountPatterns(statement)) {
          if ((pattern.actionSet & local & actions) === NO_ACTIONS) continue;
          yield {
            at: locationInFile(policy, pattern.text.node.span),
            severity: forThisOnly ? severityOf(statement) : 'info',
            unnecessary: forThisOnly,
            message: messageOf(pattern, `on ${nameOfKey(key)} this has no effect`),
            dependsOnLinks: linksOfIdentityAndKey(identity, key),
            fixes: () => forThisOnly ? removeAction(policy, statement, pattern, { preferred: true }) : [],
          };
        }
      }
    },
  },
};

function isOfOtherAccount({ arn }: ResourcePattern, account: string | undefined): boolean {
  return arn !== undefined && isAccountId(arn.account) && compareIdentifiers(arn.account, account) === 'different';
}

/**
 * The action values of which nothing works across accounts. A pattern that covers more, `kms:*`, is not meant for these;
 * actions without a key as resource are for other rules.
 */
function sameAccountPatterns(statement: Statement): readonly ActionPattern[] {
  return kmsActionPatterns(statement).filter(({ actionSet }) =>
    sameAccountActionsIn(actionSet) !== NO_ACTIONS && (actionSet & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS
  );
}

/** Whether the statement has such values: nearly none has. */
function hasSameAccountPattern({ action }: Statement): boolean {
  return action?.patterns.some(({ actionSet }) => actionSet !== NO_ACTIONS && (actionSet & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS) === true;
}

function sameAccountActionsIn(set: ActionSet): ActionSet {
  return set & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS;
}

/** A statement of which nothing works is an error, a part of one that does no harm. */
function severityOf(statement: Statement): Severity {
  return (kmsActionsOf(statement) & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && statement.action?.hasPlaceholder === false
    ? 'error'
    : 'warning';
}

function messageOf({ actionSet }: ActionPattern, effect: string): string {
  const local = sameAccountActionsIn(actionSet);
  return `${namesOfActions(local)} ${actionsIn(local).length === 1 ? 'works' : 'work'} only inside the account that owns the `
    + `key: ${effect}.`;
}
