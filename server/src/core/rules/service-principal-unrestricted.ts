import { NO_ACTIONS, setWhere, type ActionSet } from '../aws/actions';
import { parseArn } from '../aws/arn';
import { sourcesOf } from '../aws/service-sources';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Condition, Statement } from '../model/policy';
import type { Key, World } from '../workspace/world';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { conditionEdits } from './judgements/condition-edits';
import { principalProblem, principalsOf } from './judgements/principal-form';
import { isPositive } from './judgements/statements';
import type { PolicySubject, RuleFor } from './rule';
import { namesOfActions } from './wording';

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
      if (principal.form !== 'service' || effect !== 'Allow' || element.negated || !action || action.set === NO_ACTIONS && !action.unknown) continue;
      if (principal.text.holes.length > 0 || principalProblem(principal) || isLimited(statement)) continue;
      const service = principal.text.value;
      if (located.policy.statements.some((other) => deniesStrangers(other, service, action.set))) continue;
      const reads = (action.set & ~READING) === NO_ACTIONS && !action.unknown;
      const { advice, hasUnlimitedUses } = sourcesOf(service);
      yield {
        at: placeOf(located, principal.text.node.span),
        severity: reads || hasUnlimitedUses ? 'info' : 'warning',
        message: `${service} works for all AWS accounts: anyone can make it use ${namesOfActions(action.set) || 'these actions'} on this key, because no condition says for whom. ${advice}`,
        fixes: ({ organizations }) => hasUnlimitedUses ? [] : fixesFor(located, statement, service, key, organizations),
      };
    }
  },
};

/** Says about the key, and gives no use of it. */
const READING: ActionSet = setWhere(({ name }) => /^kms:(DescribeKey$|List|Get)/.test(name));

/** Keys by which a service says for whom it calls. */
const SOURCES = new Set(['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths']);
/** Keys that are never there when a service calls as itself: with them the statement gives it nothing, which is a fault of its own. */
const OF_CALLERS = /^(aws:principalorgid|aws:principalorgpaths|aws:principaltag\/.*|kms:viaservice)$/;

function isLimited({ conditions }: Statement): boolean {
  return conditions.some((condition) => {
    const { base, keyLower } = condition;
    if (SOURCES.has(keyLower) || keyLower.startsWith('kms:encryptioncontext:')) return base === undefined || base !== 'Null' && !base.includes('Not') && saysSomething(condition);
    return OF_CALLERS.test(keyLower) && isPositive(condition);
  });
}

/**
 * A Deny of all that, for the service or everyone, but where the source is one that it names. A condition on anything else would
 * leave strangers a way.
 */
function deniesStrangers({ effect, principal, action, conditions, maybe }: Statement, service: string, given: ActionSet): boolean {
  if (effect !== 'Deny' || maybe || !principal || principal.negated || !action || action.unknown || (given & ~action.set) !== NO_ACTIONS) return false;
  return principal.principals.some(({ form, text }) => form === 'anyone' || form === 'service' && text.value === service)
    && conditions.some((condition) => SOURCES.has(condition.keyLower) && condition.base?.includes('Not') === true && saysSomething(condition))
    && conditions.every(({ keyLower }) => SOURCES.has(keyLower) || keyLower === 'aws:principalisawsservice');
}

/** Not only `*`, which everything matches, nor `arn:aws:sns:*:*:*`, which resources of every account do. */
function saysSomething({ keyLower, values }: Condition): boolean {
  return values.some(({ value }) => !/^\**$/.test(value) && !(keyLower === 'aws:sourcearn' && /^[*?]+$/.test(parseArn(value)?.account ?? '')));
}

/** Callers that are no service have no source: a condition on it would shut them out of the statement. */
function fixesFor(located: LocatedPolicy, statement: Statement, service: string, key: Key | undefined, organizations: World['organizations']): readonly Fix[] {
  const { account, region = '*', partition = 'aws' } = key ?? {};
  const principals = statement.principal?.principals ?? [];
  if (account === undefined || principals.some(({ form }) => form !== 'service')) return [];
  // One condition holds for all services of the statement.
  if (principals.some(({ text }) => sourcesOf(text.value) !== sourcesOf(service))) return [];
  const { limits, sendsOrganization } = sourcesOf(service);
  const ids = sendsOrganization ? [...organizations].filter(([, accounts]) => accounts.includes(account)).map(([id]) => id) : [];
  return [
    ...limits.map(({ operator, key: conditionKey, value, scope }) => fixPolicy(`Limit it to ${scope} ${account}`, located,
      conditionEdits(statement, [{ operator, key: conditionKey, value: value({ account, region, partition }) }]))),
    // Where the accounts of an organization use the key, the limit to one account shuts the others out.
    ...ids.map((id) => fixPolicy(`Limit it to calls for the organization ${id}`, located, conditionEdits(statement, [{ operator: 'StringEquals', key: 'aws:SourceOrgID', value: id }]))),
  ];
}
