import { joinNames } from '../access/text/describe-access';
import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, PUT_KEY_POLICY, type ActionSet } from '../aws/actions';
import { actionPatternsFor } from '../generate/action-patterns';
import { toConditionEntry } from '../generate/condition-entries';
import { separateCreateGrant } from '../generate/grant-permissions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Policy, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import { fixPolicy, type Fix } from './shared/fix';
import { conditionsWith, GRANT_FOR_AWS_RESOURCE } from './shared/condition-edits';
import { coversAllPrincipals, externalGranteesOf } from './shared/external-grantees';
import { grantRecipientsOf } from './shared/grant-recipients';
import { copyOfStatement } from './shared/action-fixes';
import type { Rule } from './rule';

export const notActionAllow: Rule = {
  code: 'not-action-allow',
  severity: 'warning',
  summary: 'Allow with NotAction gives every action that is not named',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html',
  check: {
    *statement(statement, { policy: located, key }) {
      const { policy } = located;
      const { action, effect } = statement;
      if (effect !== 'Allow' || !action?.negated || action.patterns.length === 0 || !mayCoverKmsActions(statement, policy)) return;
      yield {
        at: locationInFile(located, action.member.key.span),
        message: `NotAction allows everything but ${joinNames(action.patterns.map(({ text }) => text.value))}: `
          + `${scopeOf(policy)}, and every action that AWS adds later. List the actions under Action.`,
        fixes: () => fixesFor(located, statement, key),
      };
    },
  },
};

function scopeOf({ kind }: Policy): string {
  return kind === 'key'
    ? 'here also kms:PutKeyPolicy, kms:CreateGrant or kms:ScheduleKeyDeletion, as far as they are not named'
    : 'all other actions of AWS KMS and, on "*", of every other service';
}

/** `NotAction` of other services on every resource, as in PowerUserAccess, is not meant for keys. */
function mayCoverKmsActions({ action, resource, conditions }: Statement, { kind }: Policy): boolean {
  return kind === 'key' || action?.patterns.some(({ service }) => service === 'kms') === true
    || resource?.patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms') === true
    || conditions.some(({ keyLower }) => keyLower.startsWith('kms:'));
}

/**
 * Lists the actions of a key policy; an identity policy would need those of all services. Actions that never work for other accounts are
 * left out, and kms:CreateGrant gets a condition, as NotAction is not meant to let others pass the key on.
 */
function fixesFor(located: DiscoveredPolicy, statement: Statement, key: Key | undefined): readonly Fix[] {
  const { action } = statement;
  const { statementMember } = located.policy;
  if (located.policy.kind !== 'key' || action?.member.value === undefined || action.hasPlaceholder) return [];
  const grantees = key ? externalGranteesOf(key).filter((grantee) => grantee.statement === statement) : [];
  const possible = key && coversAllPrincipals(grantees, statement) ? CROSS_ACCOUNT_ACTIONS : KEY_ACTIONS;
  const actions = action.actionSet & KEY_ACTIONS & possible;
  const needs = [{ actions, conditions: statement.conditions.map(toConditionEntry), writtenActions: [] }];
  const [listed, grants] = mayDelegateAccess(statement, key, action.actionSet) ? separateCreateGrant(needs) : needs;
  if (!listed || grants && !statementMember) return [];
  const moved = grants && copyOfStatement(statement, {
    Sid: undefined, NotAction: undefined, Action: 'kms:CreateGrant', Condition: conditionsWith(statement, [GRANT_FOR_AWS_RESOURCE]),
  });
  return [fixPolicy(`List the actions that are allowed today${moved ? ', and grants for services of AWS only' : ''}`, located, [
    { edit: 'rename-member', member: action.member, name: 'Action' },
    { edit: 'replace', node: action.member.value, value: actionPatternsFor(listed.actions, []) },
    ...moved && statementMember ? [{ edit: 'append' as const, member: statementMember, value: moved }] : [],
  ])];
}

/** Whether kms:CreateGrant allows a recipient more: whoever may change the key policy can already do all that a grant can. */
function mayDelegateAccess(statement: Statement, key: Key | undefined, actions: ActionSet): boolean {
  return grantRecipientsOf(statement, key).some(({ kind }) => (
    kind === 'foreign' || kind === 'everyone' || kind === 'own' && (actions & PUT_KEY_POLICY) === NO_ACTIONS));
}
