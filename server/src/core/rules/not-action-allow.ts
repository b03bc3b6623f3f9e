import { joinNames } from '../access/text/describe-access';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { actionPatternsFor } from '../generate/action-patterns';
import { toConditionEntry } from '../generate/condition-entries';
import { separateCreateGrant } from '../generate/grant-permissions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Policy, Statement } from '../policy/policy';
import { nodeToJson } from '../syntax/canonical-value';
import type { Key } from '../linking/entities';
import type { Fix } from './shared/finding';
import { fixPolicy } from './shared/fix';
import { conditionsWith, type ConditionTest } from './shared/condition-edits';
import { coversAllPrincipals, externalGranteesOf } from './shared/external-grantees';
import { grantRecipientsOf } from './shared/grant-recipients';
import { isKmsPolicy } from './shared/kms-statements';
import type { PolicySubject, RuleFor } from './rule';

/** Allow with NotAction: everything but the named, now and in future. */
export const notActionAllow: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'not-action-allow',
    severity: 'warning',
    summary: 'Allow with NotAction gives every action that is not named',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html',
    fixable: true,
  },
  needs: ['judged', 'negation'],
  *check({ policy: located, key }) {
    const { policy } = located;
    if (!isKmsPolicy(policy)) return;
    for (const statement of policy.statements) {
      const { action, effect } = statement;
      if (effect !== 'Allow' || !action?.negated || action.patterns.length === 0 || !mayCoverKmsActions(statement, policy)) continue;
      yield {
        at: locationInFile(located, action.member.key.span),
        message: `NotAction allows everything but ${joinNames(action.patterns.map(({ text: policyString }) => policyString.value))}: ${scopeOf(policy)}, and every action that AWS adds later. List the actions under Action.`,
        fixes: () => fixesFor(located, statement, key),
      };
    }
  },
};

function scopeOf({ kind }: Policy): string {
  return kind === 'key'
    ? 'here also kms:PutKeyPolicy, kms:CreateGrant or kms:ScheduleKeyDeletion, as far as they are not named'
    : 'all other actions of AWS KMS and, on "*", of every other service';
}

/** `NotAction` of other services on every resource, as in PowerUserAccess, is not written with keys in mind. */
function mayCoverKmsActions({ action, resource, conditions }: Statement, { kind }: Policy): boolean {
  return kind === 'key' || action?.patterns.some(({ service }) => service === 'kms') === true
    || resource?.patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms') === true
    || conditions.some(({ keyLower }) => keyLower.startsWith('kms:'));
}

/**
 * In a key policy the list is what is allowed today; in an identity policy nobody knows the actions of all services. What never works for other
 * accounts is not worth a name, and nobody who wrote NotAction meant that they may hand the key on.
 */
function fixesFor(located: DiscoveredPolicy, statement: Statement, key: Key | undefined): readonly Fix[] {
  const { action } = statement;
  const { statementMember } = located.policy;
  if (located.policy.kind !== 'key' || action?.member.value === undefined || action.hasPlaceholder) return [];
  const isForOthers = key !== undefined && coversAllPrincipals(externalGranteesOf(key).filter((externalGrantee) => externalGrantee.statement === statement), statement);
  const needs = [{ actions: action.actionSet & KEY_ACTIONS & (isForOthers ? CROSS_ACCOUNT_ACTIONS : KEY_ACTIONS), conditions: statement.conditions.map(toConditionEntry), writtenActions: [] }];
  const [listed, grants] = mayDelegateAccess(statement, key, action.actionSet) ? separateCreateGrant(needs) : needs;
  if (!listed || grants && !statementMember) return [];
  const copy = nodeToJson(statement.node);
  const moved = grants && typeof copy === 'object' && copy !== null && !Array.isArray(copy)
    ? { ...Object.fromEntries(Object.entries(copy).filter(([name]) => name !== 'Sid' && name !== 'NotAction')), Action: 'kms:CreateGrant', Condition: conditionsWith(statement, [GRANT_FOR_AWS_RESOURCE]) }
    : undefined;
  return [fixPolicy(`List the actions that are allowed today${moved ? ', and grants for services of AWS only' : ''}`, located, [
    { edit: 'rename-member', member: action.member, name: 'Action' },
    { edit: 'replace', node: action.member.value, value: actionPatternsFor(listed.actions, []) },
    ...moved && statementMember ? [{ edit: 'append' as const, member: statementMember, value: moved }] : [],
  ])];
}

const GRANT_FOR_AWS_RESOURCE: ConditionTest = { operator: 'Bool', key: 'kms:GrantIsForAWSResource', value: 'true' };

/** Whether kms:CreateGrant gives somebody more than they have: whoever may change the key policy can do all that a grant can. */
function mayDelegateAccess(statement: Statement, key: Key | undefined, actions: ActionSet): boolean {
  return grantRecipientsOf(statement, key).some(({ kind }) => kind === 'foreign' || kind === 'everyone' || kind === 'own' && (actions & PUT_KEY_POLICY) === NO_ACTIONS);
}

const PUT_KEY_POLICY: ActionSet = actionNamed('kms:PutKeyPolicy')?.bit ?? NO_ACTIONS;
