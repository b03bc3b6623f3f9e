import { NO_ACTIONS, actionsWhere, type ActionSet } from '../aws/actions';
import { parseArn } from '../aws/arn';
import { sourceConditionsOf } from '../aws/service-source-conditions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { conditionEdits, type ConditionTest } from './shared/condition-edits';
import { principalProblem } from './shared/principal-form';
import { hasNegatedOperator, requiresConditionValue } from './shared/kms-conditions';
import type { Rule } from './rule';
import { namesOfActions } from './shared/wording';
import { SOURCE_CONDITION_KEYS } from './shared/caller-conditions';

export const servicePrincipalUnrestricted: Rule = {
  code: 'service-principal-unrestricted',
  severity: 'warning',
  summary: 'A service may use the key on behalf of any account',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
  check: {
    *servicePrincipal({ statement, element, principal }, { policy: located, key }) {
      const { action, effect } = statement;
      if (principal.form !== 'service' || effect !== 'Allow' || element.negated) return;
      if (!action || action.actionSet === NO_ACTIONS && !action.hasPlaceholder) return;
      if (principal.text.placeholders.length > 0 || principalProblem(principal) || hasSourceLimit(statement)) return;
      const service = principal.text.value;
      if (located.policy.statements.some((other) => deniesOtherSources(other, service, action.actionSet))) return;
      const isReadOnly = (action.actionSet & ~READ_ONLY_ACTIONS) === NO_ACTIONS && !action.hasPlaceholder;
      const { advice, hasUnlimitedUses } = sourceConditionsOf(service);
      yield {
        at: locationInFile(located, principal.text.node.span),
        severity: isReadOnly || hasUnlimitedUses ? 'info' : 'warning',
        message: `Anyone can make ${service} use ${namesOfActions(action.actionSet) || 'these actions'} on this key: `
          + `it works for all AWS accounts, and no condition says for whom. ${advice}`,
        fixes: ({ organizations }) => hasUnlimitedUses ? [] : fixesFor(located, statement, service, key, organizations),
      };
    },
  },
};

/** Actions that describe the key but do not use it. */
const READ_ONLY_ACTIONS: ActionSet = actionsWhere(({ name }) => /^kms:(DescribeKey$|List|Get)/.test(name));

/** Condition keys that requests of a service as itself never have. Other rules report that the statement allows nothing then. */
const CALLER_CONDITION_KEY = /^(aws:principalorgid|aws:principalorgpaths|aws:principaltag\/.*|kms:viaservice)$/;

function hasSourceLimit({ conditions }: Statement): boolean {
  return conditions.some((condition) => {
    const { operatorName, keyLower } = condition;
    if (SOURCE_CONDITION_KEYS.has(keyLower) || keyLower.startsWith('kms:encryptioncontext:')) {
      return operatorName === undefined || operatorName !== 'Null' && !hasNegatedOperator(condition) && limitsValues(condition);
    }
    return CALLER_CONDITION_KEY.test(keyLower) && requiresConditionValue(condition);
  });
}

/** Whether the statement denies the service all the actions except for certain sources, under no other conditions. */
function deniesOtherSources({ effect, principal, action, conditions, isMaybe }: Statement, service: string, actions: ActionSet): boolean {
  if (effect !== 'Deny' || isMaybe || !principal || principal.negated) return false;
  if (!action || action.hasPlaceholder || (actions & ~action.actionSet) !== NO_ACTIONS) return false;
  const exemptsSources = (condition: Condition): boolean => (
    SOURCE_CONDITION_KEYS.has(condition.keyLower) && hasNegatedOperator(condition) && limitsValues(condition));
  return principal.principals.some(({ form, text }) => form === 'anyone' || form === 'service' && text.value === service)
    && conditions.some(exemptsSources)
    && conditions.every(({ keyLower }) => SOURCE_CONDITION_KEYS.has(keyLower) || keyLower === 'aws:principalisawsservice');
}

/** Not only `*`, which matches everything, or `arn:aws:sns:*:*:*`, which matches resources of every account. */
function limitsValues({ keyLower, values }: Condition): boolean {
  return values.some(({ value }) => (
    !/^\**$/.test(value) && !(keyLower === 'aws:sourcearn' && /^[*?]+$/.test(parseArn(value)?.account ?? ''))));
}

/** Not where the statement has other principals, whose requests do not have the condition key. */
function fixesFor(
  located: DiscoveredPolicy, statement: Statement, service: string, key: Key | undefined, organizations: World['organizations'],
): readonly Fix[] {
  const { account, region = '*', partition = 'aws' } = key ?? {};
  const principals = statement.principal?.principals ?? [];
  if (account === undefined || principals.some(({ form }) => form !== 'service')) return [];
  const sourceConditions = sourceConditionsOf(service);
  // The condition applies to all services of the statement.
  if (principals.some(({ text }) => sourceConditionsOf(text.value) !== sourceConditions)) return [];
  const { conditions, sendsOrganization } = sourceConditions;
  const fixWithCondition = (title: string, conditionTest: ConditionTest): Fix =>
    fixPolicy(title, located, conditionEdits(statement, [conditionTest]));
  const ids = sendsOrganization ? [...organizations].filter(([, accounts]) => accounts.includes(account)).map(([id]) => id) : [];
  return [
    ...conditions.map(({ operator, key: conditionKey, value, scope }) => fixWithCondition(
      `Limit it to ${scope} ${account}`, { operator, key: conditionKey, value: value({ account, region, partition }) })),
    // Where several accounts of an organization use the key, a limit to one account would exclude the others.
    ...ids.map((id) => fixWithCondition(
      `Limit it to calls for the organization ${id}`, { operator: 'StringEquals', key: 'aws:SourceOrgID', value: id })),
  ];
}
