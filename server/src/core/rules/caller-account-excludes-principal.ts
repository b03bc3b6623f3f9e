import { describeCondition, joinNames } from '../access/text/describe-access';
import { reservedRoleWithoutPath } from '../aws/reserved-roles';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal } from '../policy/policy';
import type { Fix } from './shared/finding';
import { fixCondition } from './shared/condition-edits';
import { kmsConditions, type ConditionInStatement } from './shared/kms-conditions';
import { principalsExcludedBy, excludesIdentities, principalType } from './shared/caller-conditions';
import type { PolicySubject, RuleFor } from './rule';
import { nameOfIdentity } from './shared/wording';

/** The statement names a principal, and its condition asks for another account or identity. */
export const callerAccountExcludesPrincipal: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'caller-account-excludes-principal',
    severity: 'error',
    summary: 'A condition on the caller is never true for those whom the statement applies to',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account',
    fixable: true,
  },
  needs: ['keyPolicy', 'conditions'],
  *check({ policy: located }) {
    if (located.policy.kind !== 'key') return;
    for (const conditionInStatement of kmsConditions(located.policy)) {
      const { condition, statement: { effect, principal } } = conditionInStatement;
      if (effect !== 'Allow' || !principal || principal.negated) continue;
      const excluded = principalsExcludedBy(condition, principal.principals);
      if (excluded.length === 0) continue;
      const all = excluded.length === principal.principals.length;
      yield {
        at: locationInFile(located, (condition.values.length === 1 ? condition.values[0]?.node : undefined)?.span ?? condition.keyMember.key.span),
        message: `${condition.key} is never ${joinNames(condition.values.map(({ value }) => value))} in a request of ${joinNames(excluded.map(({ text: policyString }) => policyString.value))}, so the statement ${all ? 'allows nothing' : 'does not allow that principal anything'}.`,
        related: excluded.map(({ text }) => ({ at: locationInFile(located, text.node.span), message: 'The statement names this principal.' })),
        fixes: () => fixesFor(located, conditionInStatement, principal.principals),
      };
    }
  },
};

/** An IAM policy is for whoever has it, and its condition asks for others. */
export const callerConditionExcludesIdentity: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: callerAccountExcludesPrincipal.meta,
  needs: ['identityPolicy', 'conditions'],
  *check({ policy: located, identities }) {
    for (const { statement, condition } of kmsConditions(located.policy)) {
      if (statement.effect !== 'Allow' || !excludesIdentities(condition, { gate: 'identity-policy', policy: located, statement }, identities)) continue;
      yield {
        at: locationInFile(located, (condition.values.length === 1 ? condition.values[0]?.node : undefined)?.span ?? condition.keyMember.key.span),
        message: `${describeCondition(condition)} is never true in a request of ${joinNames(identities.map(nameOfIdentity))}, which ${identities.length === 1 ? 'has' : 'have'} this policy, so the statement allows nothing. Correct the condition or remove it.`,
        dependsOnLinks: identities.map(({ link }) => link),
      };
    }
  },
};

/** Where all principals agree on what the request says, that is what the condition can ask for. */
function fixesFor(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement, principals: readonly Principal[]): Fix[] {
  const { keyLower, key } = conditionInStatement.condition;
  const due = principals.map((principal) => requiredValueOf(keyLower, principal));
  const values = [...new Set(due)];
  const [only] = values;
  const known = values.filter((value) => value !== undefined);
  if (known.length !== values.length || values.length === 0) return [];
  return fixCondition(`Require ${key} ${joinNames(known)}`, located, conditionInStatement, { value: values.length === 1 && only !== undefined ? only : known }, { preferred: true });
}

/** What a request of the principal says for the key, written out; undefined where that is not one value. */
function requiredValueOf(keyLower: string, principal: Principal): string | undefined {
  switch (keyLower) {
    // No role has an ARN without the path that it has: a finding of its own says so.
    case 'aws:principalarn': return (principal.form === 'user' || principal.form === 'role') && !reservedRoleWithoutPath(principal.text.value) ? principal.text.value : undefined;
    case 'aws:principaltype': return principalType(principal);
    default: return principal.account;
  }
}
