import { NO_ACTIONS, actionsWhere, type ActionSet } from '../aws/actions';
import { parseArn } from '../aws/arn';
import { sourceConditionsOf } from '../aws/service-source-conditions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import type { Fix } from './shared/finding';
import { fixPolicy } from './shared/fix';
import { conditionEdits } from './shared/condition-edits';
import { principalProblem, principalsOf } from './shared/principal-form';
import { requiresConditionValue } from './shared/kms-conditions';
import type { PolicySubject, RuleFor } from './rule';
import { namesOfActions } from './shared/wording';

/** A service that may use the key for whomever it works: the confused deputy. */
export const servicePrincipalUnrestricted: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'service-principal-unrestricted',
    severity: 'warning',
    summary: 'A service may use the key on behalf of any account',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
    fixable: true,
  },
  needs: ['keyPolicy', 'unusualPrincipals'],
  *check({ policy: located, key }) {
    for (const { statement, element, principal } of principalsOf(located.policy)) {
      const { action, effect } = statement;
      if (principal.form !== 'service' || effect !== 'Allow' || element.negated || !action || action.actionSet === NO_ACTIONS && !action.hasPlaceholder) continue;
      if (principal.text.placeholders.length > 0 || principalProblem(principal) || hasSourceLimit(statement)) continue;
      const service = principal.text.value;
      if (located.policy.statements.some((other) => deniesOtherSources(other, service, action.actionSet))) continue;
      const reads = (action.actionSet & ~READ_ONLY_ACTIONS) === NO_ACTIONS && !action.hasPlaceholder;
      const { advice, hasUnlimitedUses } = sourceConditionsOf(service);
      yield {
        at: locationInFile(located, principal.text.node.span),
        severity: reads || hasUnlimitedUses ? 'info' : 'warning',
        message: `${service} works for all AWS accounts: anyone can make it use ${namesOfActions(action.actionSet) || 'these actions'} `
          + `on this key, because no condition says for whom. ${advice}`,
        fixes: ({ organizations }) => hasUnlimitedUses ? [] : fixesFor(located, statement, service, key, organizations),
      };
    }
  },
};

/** Says about the key, and gives no use of it. */
const READ_ONLY_ACTIONS: ActionSet = actionsWhere(({ name }) => /^kms:(DescribeKey$|List|Get)/.test(name));

/** Keys by which a service says for whom it calls. */
const SOURCE_CONDITION_KEYS = new Set(['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths']);
/** Keys that are never there when a service calls as itself: with them the statement gives it nothing, which is a fault of its own. */
const CALLER_CONDITION_KEY = /^(aws:principalorgid|aws:principalorgpaths|aws:principaltag\/.*|kms:viaservice)$/;

function hasSourceLimit({ conditions }: Statement): boolean {
  return conditions.some((condition) => {
    const { operatorName, keyLower } = condition;
    if (SOURCE_CONDITION_KEYS.has(keyLower) || keyLower.startsWith('kms:encryptioncontext:')) return operatorName === undefined || operatorName !== 'Null' && !operatorName.includes('Not') && limitsValues(condition);
    return CALLER_CONDITION_KEY.test(keyLower) && requiresConditionValue(condition);
  });
}

/**
 * A Deny of all that, for the service or everyone, but where the source is one that it names. A condition on anything else would
 * leave strangers a way.
 */
function deniesOtherSources({ effect, principal, action, conditions, isMaybe }: Statement, service: string, given: ActionSet): boolean {
  if (effect !== 'Deny' || isMaybe || !principal || principal.negated || !action || action.hasPlaceholder || (given & ~action.actionSet) !== NO_ACTIONS) return false;
  return principal.principals.some(({ form, text: policyString }) => form === 'anyone' || form === 'service' && policyString.value === service)
    && conditions.some((condition) => SOURCE_CONDITION_KEYS.has(condition.keyLower) && condition.operatorName?.includes('Not') === true && limitsValues(condition))
    && conditions.every(({ keyLower }) => SOURCE_CONDITION_KEYS.has(keyLower) || keyLower === 'aws:principalisawsservice');
}

/** Not only `*`, which everything matches, nor `arn:aws:sns:*:*:*`, which resources of every account do. */
function limitsValues({ keyLower, values }: Condition): boolean {
  return values.some(({ value }) => !/^\**$/.test(value) && !(keyLower === 'aws:sourcearn' && /^[*?]+$/.test(parseArn(value)?.account ?? '')));
}

/** Callers that are no service have no source: a condition on it would shut them out of the statement. */
function fixesFor(located: DiscoveredPolicy, statement: Statement, service: string, key: Key | undefined, organizations: World['organizations']): readonly Fix[] {
  const { account, region = '*', partition = 'aws' } = key ?? {};
  const principals = statement.principal?.principals ?? [];
  if (account === undefined || principals.some(({ form }) => form !== 'service')) return [];
  // One condition holds for all services of the statement.
  if (principals.some(({ text: policyString }) => sourceConditionsOf(policyString.value) !== sourceConditionsOf(service))) return [];
  const { conditions, sendsOrganization } = sourceConditionsOf(service);
  const ids = sendsOrganization ? [...organizations].filter(([, accounts]) => accounts.includes(account)).map(([id]) => id) : [];
  return [
    ...conditions.map(({ operator, key: conditionKey, value, scope }) => fixPolicy(`Limit it to ${scope} ${account}`, located,
      conditionEdits(statement, [{ operator, key: conditionKey, value: value({ account, region, partition }) }]))),
    // Where the accounts of an organization use the key, the limit to one account shuts the others out.
    ...ids.map((id) => fixPolicy(`Limit it to calls for the organization ${id}`, located, conditionEdits(statement, [{ operator: 'StringEquals', key: 'aws:SourceOrgID', value: id }]))),
  ];
}
