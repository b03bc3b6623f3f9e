import { isGrantOnlyRole, isServiceLinkedRoleName } from '../access/caller';
import { reservedRoleWithoutPath } from '../aws/reserved-roles';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { statementObject, uniqueSid } from '../generate/statement-additions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal } from '../policy/policy';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import type { Key } from '../linking/entities';
import { fixPolicy, type Fix } from './shared/fix';
import { removePrincipalEdits } from './shared/principal-arn-condition-fix';
import { effectOfImpossibleValue, literalValues, type ConditionInStatement } from './shared/kms-conditions';
import { fixPathlessRoles } from './shared/condition-edits';
import type { PrincipalInStatement } from './shared/principal-form';
import type { FindingDraft, Rule } from './rule';

/**
 * A service-linked role of another account, whose IAM policy cannot be edited: only a grant, or the policy that AWS wrote for it, gives it
 * access.
 */
export const serviceLinkedRoleNeedsGrant: Rule = {
  code: 'service-linked-role-needs-grant',
  severity: 'warning',
  summary: 'The key policy names a service-linked role of another account, which needs a grant, or one without its path',
  href: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
  check: {
    *reservedRole(entry, { policy: located, key }) {
      const { statement, element, principal } = entry;
      if (isPathless(principal)) {
        yield { at: locationInFile(located, principal.text.node.span), message: `${NO_SUCH_ROLE}. Write the path, as IAM shows it.` };
      } else if (statement.effect === 'Allow' && !element.negated) {
        yield* externalRoleDrafts(located, key, entry);
      }
    },
    condition: (conditionInStatement, { policy }) => conditionValueDrafts(policy, conditionInStatement),
  },
};

function* externalRoleDrafts(located: DiscoveredPolicy, key: Key | undefined, entry: PrincipalInStatement): Iterable<FindingDraft> {
  const { account, name, form, text } = entry.principal;
  if (!key || account === undefined || compareIdentifiers(account, key.account) !== 'different') return;
  if (form !== 'role' || !isServiceLinkedRoleName(name)) return;
  const role = `${name.split('/').at(-1) ?? name} of account ${account}`;
  const advice = `Allow account ${account} to use kms:CreateGrant; someone there then creates a grant for the role.`;
  const grantOnly = isGrantOnlyRole(name);
  yield {
    at: locationInFile(located, text.node.span),
    severity: grantOnly ? 'warning' : 'info',
    message: grantOnly
      ? `A service-linked role cannot get an IAM half for this key: the policies of ${role} cannot be edited. ${advice}`
      : `A service-linked role may have no IAM half for this key: ${role} has one only if the policy that AWS wrote for it, which cannot `
        + `be edited, allows these actions on keys of other accounts. If it does not: ${advice.replace('Allow', 'allow')}`,
    ...(key.link ? { dependsOnLinks: [key.link] } : {}),
    // The policy of another role may allow the access, so its principal may have an effect.
    fixes: () => (grantOnly ? allowAccountCreateGrantFixes(located, entry, account) : []),
  };
}

/**
 * Allows the account to create grants for these roles only. Without the conditions of the statement, which are for the role as caller: with
 * `kms:GrantIsForAWSResource`, `kms:ViaService` or `aws:PrincipalArn` nobody of the account could create the grant.
 */
function allowAccountCreateGrantFixes(located: DiscoveredPolicy, { statement, element, principal }: PrincipalInStatement,
  account: string): readonly Fix[] {
  const { statementMember, statements } = located.policy;
  const moved = element.principals.filter((other) => (
    compareIdentifiers(other.account, account) === 'same' && other.form === 'role' && isGrantOnlyRole(other.name)
    && !hasSubstitutedPlaceholder(other.text)));
  if (!statementMember || moved.length === 0) return [];
  const isAlone = moved.length === element.principals.length;
  const usedSids = new Set(statements.filter((other) => !isAlone || other !== statement).map(({ sid }) => sid?.value ?? ''));
  const grant = statementObject({
    sid: statement.sid && uniqueSid(statement.sid.value, usedSids),
    principal: { AWS: `arn:${principal.partition ?? 'aws'}:iam::${account}:root` },
    actions: ['kms:CreateGrant'],
    resource: '*',
    conditions: [{ operator: 'StringEquals', key: 'kms:GranteePrincipal', values: moved.map(({ text }) => text.value) }],
  });
  const title = `Let account ${account} make the grant, by kms:CreateGrant for ${moved.length === 1 ? 'this role' : 'these roles'} only`;
  return [fixPolicy(title, located, isAlone
    ? [{ edit: 'replace', node: statement.node, value: grant }]
    : [...removePrincipalEdits(element.member, moved), { edit: 'append', member: statementMember, value: grant }])];
}

const NO_SUCH_ROLE = 'No role has this ARN: service-linked roles have the path "aws-service-role/", followed by the name of their service';

function isPathless({ form, text }: Principal): boolean {
  return form === 'role' && text.placeholders.length === 0 && reservedRoleWithoutPath(text.value)?.createdBy === 'service';
}

function* conditionValueDrafts(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement): Iterable<FindingDraft> {
  if (conditionInStatement.condition.keyLower !== 'aws:principalarn') return;
  for (const policyString of literalValues(conditionInStatement.condition)) {
    if (reservedRoleWithoutPath(policyString.value)?.createdBy !== 'service') continue;
    yield {
      at: locationInFile(located, policyString.node.span),
      message: `${NO_SUCH_ROLE}, ${effectOfImpossibleValue(conditionInStatement)}.`,
      fixes: () => fixPathlessRoles(located, conditionInStatement),
    };
  }
}
