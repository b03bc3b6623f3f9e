import { isServiceLinkedRoleName } from '../access/caller';
import { actionsOfStatement } from '../generate/statement-permissions';
import { NO_ACTIONS, actionSetOf, PUT_KEY_POLICY, unionOfSets, type ActionSet } from '../aws/actions';
import { actionsWithKey } from '../aws/condition-keys';
import { AUTO_SCALING_ROLES, KEY_USER_ACTIONS } from '../aws/use-cases';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { toConditionEntry, singleValueOrList } from '../generate/condition-entries';
import { CREATE_GRANT, grantRestriction } from '../generate/grant-permissions';
import type { ActionPattern, Policy, Statement } from '../policy/policy';
import { fixPolicy, type Fix } from './shared/fix';
import { conditionEdits, conditionsWith, GRANT_FOR_AWS_RESOURCE, type ConditionTest } from './shared/condition-edits';
import { coversOnlyGrantActions, grantRecipientsOf, type GrantRecipient } from './shared/grant-recipients';
import { actionsApplicableUnderConditions } from './shared/kms-conditions';
import { mayMatchKms } from './shared/value-faults';
import { accountsOf } from './shared/workspace-keys';
import type { FindingDraft, PolicySubject, Rule } from './rule';
import { nameOfStatement, isSingleAction } from './shared/wording';
import { moveActions } from './shared/action-fixes';

export const unconditionalCreateGrant: Rule = {
  code: 'unconditional-create-grant',
  severity: 'warning',
  summary: 'kms:CreateGrant without a condition on the grants',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html',
  check: {
    *statement(statement, subject) {
      const { policy } = subject.policy;
      const pattern = statement.effect === 'Allow' ? createGrantPattern(statement) : undefined;
      const limit = pattern && grantRestriction(statement.conditions.map(toConditionEntry));
      if (!pattern || limit === 'full') return;
      const use = policy.kind === 'key'
        ? createGrantUseInKeyPolicy(subject, statement)
        : createGrantUseInIdentityPolicy(subject, statement);
      if (use) yield draftOfPattern(subject.policy, statement, pattern, limit === 'partly' ? 'narrowed' : use);
    },
  },
};

/** `kms:CreateGrant`, or a pattern for grant actions; wider ones are `wildcard-grants-admin`. */
function createGrantPattern(statement: Statement): ActionPattern | undefined {
  if (!statement.action || statement.action.negated || (statement.action.actionSet & CREATE_GRANT) === NO_ACTIONS) return undefined;
  return statement.action.patterns.find((pattern) =>
    coversOnlyGrantActions(pattern) && actionsApplicableUnderConditions(pattern.actionSet & CREATE_GRANT, statement) !== NO_ACTIONS);
}

/** Grants that a person creates for the service-linked roles of EC2 Auto Scaling in these accounts. */
interface AutoScalingUse {
  readonly partition: string | undefined;
  readonly accounts: readonly string[];
}

/** What is known about the grants of a statement. `fragment`: the rest of the key policy may make the identities administrators. */
type CreateGrantUse = 'open' | 'narrowed' | 'fragment' | AutoScalingUse;

/**
 * Not for services, which limit their grants, nor for service-linked roles of the account, which only their services can assume (IAM User
 * Guide, service-linked roles), and not for administrators, who can do more than a grant can.
 */
function createGrantUseInKeyPolicy({ policy: { policy }, key }: PolicySubject, statement: Statement): CreateGrantUse | undefined {
  const recipients = grantRecipientsOf(statement, key)
    .filter((recipient) => recipient.kind !== 'service' && !isAdministrator(recipient, policy)
      && !(recipient.kind === 'own' && isServiceLinkedRoleName(recipient.principal.name)));
  if (recipients.length === 0) return undefined;
  if (recipients.every((recipient) => isForAutoScaling(recipient, statement, policy))) {
    return { partition: key?.partition, accounts: [...new Set(recipients.flatMap(({ account }) => account ?? []))] };
  }
  return policy.isFragment && recipients.every(({ kind }) => kind === 'own') ? 'fragment' : 'open';
}

function isAdministrator({ kind, principal }: GrantRecipient, policy: Policy): boolean {
  return kind === 'own' && allowsPrincipal(policy, principal.text.value, PUT_KEY_POLICY);
}

/** Whether the statements of the key policy for this principal value allow all of these actions. */
function allowsPrincipal(policy: Policy, principal: string, actions: ActionSet): boolean {
  const statements = policy.statements.filter(({ effect, principal: element }) =>
    effect === 'Allow' && element?.negated === false && element.principals.some(({ text }) => text.value === principal));
  return (actions & ~unionOfSets(statements.map(actionsOfStatement))) === NO_ACTIONS;
}

/**
 * EC2 Auto Scaling with a key of another account, where an administrator creates the grant, which the condition of the console would
 * prevent (EC2 Auto Scaling User Guide, key policy for encrypted volumes).
 */
function isForAutoScaling({ kind, principal }: GrantRecipient, statement: Statement, policy: Policy): boolean {
  const actions = statement.action?.actionSet ?? NO_ACTIONS;
  return kind === 'foreign' && isSingleCreateGrant(statement) && (actions & ~(KEY_USE_ACTIONS | CREATE_GRANT)) === NO_ACTIONS
    && allowsPrincipal(policy, principal.text.value, KEY_USE_ACTIONS);
}

const KEY_USE_ACTIONS = actionSetOf(KEY_USER_ACTIONS);

/** Whether `kms:CreateGrant` is the only grant action; the console's statement also has `kms:ListGrants` and `kms:RevokeGrant`. */
function isSingleCreateGrant({ action }: Statement): boolean {
  return action?.patterns.filter(coversOnlyGrantActions).every(({ actionSet }) => actionSet === CREATE_GRANT) === true;
}

function createGrantUseInIdentityPolicy({ policy, identities }: PolicySubject, statement: Statement): CreateGrantUse | undefined {
  const { resource } = statement;
  if (!resource || !resource.negated && !resource.patterns.some(mayMatchKms)) return undefined;
  const allowed = policy.policy.statements.filter(({ effect }) => effect === 'Allow').map(actionsOfStatement);
  if (allowed.some((actions) => (actions & PUT_KEY_POLICY) !== NO_ACTIONS)) return undefined;
  const accounts = accountsOf(identities);
  const onForeignKeys = !resource.negated && accounts.length > 0
    && resource.patterns.every(({ form, arn }) => form === 'key' && arn !== undefined && !accounts.includes(arn.account));
  const isAlone = statement.action?.actionSet === CREATE_GRANT && isSingleCreateGrant(statement);
  return isAlone && onForeignKeys ? { partition: identities[0]?.partition, accounts } : 'open';
}

function draftOfPattern(located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, use: CreateGrantUse): FindingDraft {
  return {
    at: locationInFile(located, pattern.text.node.span),
    severity: use === 'open' ? 'warning' : 'info',
    message: 'No condition here limits for whom grants may be created: '
      + `a grant gives anybody, in any account, access to a key without a policy change. ${adviceFor(use)}`,
    ...(located.policy.kind === 'identity' ? { dependsOnLinks: [] } : {}),
    fixes: () => fixesFor(located, statement, pattern, use),
  };
}

function adviceFor(use: CreateGrantUse): string {
  const advice = 'require kms:GrantIsForAWSResource; else limit kms:GranteePrincipal or kms:GrantOperations.';
  if (use === 'narrowed') return 'The statement limits only which grants can be created. '
    + `If an AWS service creates them, ${advice}`;
  if (typeof use === 'string') return `If only AWS services create them, ${advice}`;
  return 'EC2 Auto Scaling with a key of another account needs a grant that a person creates for its service-linked role: '
    + 'limit it by kms:GranteePrincipal or kms:GrantOperations. With kms:GrantIsForAWSResource nobody could create it.';
}

function fixesFor(located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, use: CreateGrantUse): readonly Fix[] {
  if (typeof use === 'string') return limitFixes(GRANT_FOR_AWS_RESOURCE, 'services of AWS only', located, statement, pattern, true);
  const roles = use.accounts.map((account) => `arn:${use.partition ?? 'aws'}:iam::${account}:${AUTO_SCALING_ROLES}`);
  if (roles.length === 0) return [];
  const conditionTest = { operator: 'StringLike', key: 'kms:GranteePrincipal', value: singleValueOrList(roles) };
  // Not preferred: another grant may be meant.
  return limitFixes(conditionTest, 'the roles of EC2 Auto Scaling only', located, statement, pattern, false);
}

/** Moves the grant actions to a statement of their own if there are others, whose requests never have the condition key. */
function limitFixes(
  conditionTest: ConditionTest, grantees: string, located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern,
  preferred: boolean,
): readonly Fix[] {
  const { action } = statement;
  const possible = actionsWithKey(conditionTest.key);
  if (!action || action.hasPlaceholder) return [];
  if (action.patterns.every(({ actionSet, service }) => service === 'kms' && (actionSet & ~possible) === NO_ACTIONS)) {
    const title = `Allow it for ${grantees}, by ${conditionTest.key}`;
    return [fixPolicy(title, located, conditionEdits(statement, [conditionTest]), { preferred })];
  }
  const moves = isSingleAction(pattern.actionSet & possible) ? pattern.text.value : 'the grants';
  return moveActions(`Move ${moves} out of ${nameOfStatement(statement)}, for ${grantees}`, located, statement, [pattern],
    { Condition: conditionsWith(statement, [conditionTest]) }, { preferred });
}
