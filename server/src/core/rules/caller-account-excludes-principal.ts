import { describeCondition, joinNames } from '../access/text/describe-access';
import { reservedRoleWithoutPath } from '../aws/reserved-roles';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Principal } from '../policy/policy';
import type { Span } from '../text/span';
import type { Fix } from './shared/fix';
import { fixCondition } from './shared/condition-edits';
import type { ConditionInStatement } from './shared/kms-conditions';
import { principalsExcludedBy, excludesIdentities, principalType } from './shared/caller-conditions';
import type { FindingDraft, PolicySubject, Rule } from './rule';
import { nameOfIdentity } from './shared/wording';

export const callerAccountExcludesPrincipal: Rule = {
  code: 'caller-account-excludes-principal',
  severity: 'error',
  summary: 'A condition on the caller is never true for those whom the statement applies to',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account',
  check: {
    *condition(conditionInStatement, subject) {
      yield* subject.policy.policy.kind === 'key'
        ? keyPolicyDrafts(subject, conditionInStatement)
        : identityPolicyDrafts(subject, conditionInStatement);
    },
  },
};

function* keyPolicyDrafts({ policy: located }: PolicySubject, conditionInStatement: ConditionInStatement): Iterable<FindingDraft> {
  const { condition, statement: { effect, principal } } = conditionInStatement;
  if (effect !== 'Allow' || !principal || principal.negated) return;
  const excluded = principalsExcludedBy(condition, principal.principals);
  if (excluded.length === 0) return;
  const isForNobody = excluded.length === principal.principals.length;
  yield {
    at: locationInFile(located, spanOfValueOrKey(condition)),
    message: `${condition.key} is never ${joinNames(condition.values.map(({ value }) => value))} in a request of `
      + `${joinNames(excluded.map(({ text }) => text.value))}, so the statement `
      + `${isForNobody ? 'allows nothing' : 'does not allow that principal anything'}.`,
    related: excluded.map(({ text }) => ({ at: locationInFile(located, text.node.span), message: 'The statement names this principal.' })),
    fixes: () => fixesFor(located, conditionInStatement, principal.principals),
  };
}

/** The condition of an IAM policy is about the identities that have it. */
function* identityPolicyDrafts(
  { policy: located, identities }: PolicySubject, { statement, condition }: ConditionInStatement,
): Iterable<FindingDraft> {
  if (statement.effect !== 'Allow' || !excludesIdentities(condition, { gate: 'identity-policy', policy: located, statement }, identities))
    return;
  yield {
    at: locationInFile(located, spanOfValueOrKey(condition)),
    message: `${condition.key} never has this value for ${joinNames(identities.map(nameOfIdentity))}, which `
      + `${identities.length === 1 ? 'has' : 'have'} this policy: ${describeCondition(condition)} is never true, so the statement allows `
      + 'nothing. Correct the condition or remove it.',
    dependsOnLinks: identities.map(({ link }) => link),
  };
}

/** The value if there is only one, else the key. */
function spanOfValueOrKey({ values, keyMember }: Condition): Span {
  const [first, ...others] = values;
  return first && others.length === 0 ? first.node.span : keyMember.key.span;
}

/** Requires the values that requests of the principals have. */
function fixesFor(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement, principals: readonly Principal[]): Fix[] {
  const { keyLower, key } = conditionInStatement.condition;
  const valueOfEach = principals.map((principal) => requestValueOf(keyLower, principal));
  const values = [...new Set(valueOfEach.filter((value) => value !== undefined))];
  const [value, ...others] = values;
  if (value === undefined || valueOfEach.includes(undefined)) return [];
  return fixCondition(`Require ${key} ${joinNames(values)}`, located, conditionInStatement,
    { value: others.length === 0 ? value : values }, { preferred: true });
}

/** The value of the key in requests of the principal; undefined where that is not a single value. */
function requestValueOf(keyLower: string, principal: Principal): string | undefined {
  switch (keyLower) {
    // No role has an ARN without its path, which is a finding of its own.
    case 'aws:principalarn':
      return (principal.form === 'user' || principal.form === 'role') && !reservedRoleWithoutPath(principal.text.value)
        ? principal.text.value
        : undefined;
    case 'aws:principaltype': return principalType(principal);
    default: return principal.account;
  }
}
