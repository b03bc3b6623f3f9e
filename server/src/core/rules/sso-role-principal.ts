import { IDENTITY_CENTER_PATH, identityCenterPattern, reservedRoleWithoutPath } from '../aws/reserved-roles';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Principal, PrincipalElement, Statement } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { singleValueOrList } from '../generate/condition-entries';
import { fixValue, type Fix } from './shared/fix';
import { fixByPrincipalArn } from './shared/principal-arn-condition-fix';
import { effectOfImpossibleValue, literalValues, takesWildcards, type ConditionInStatement } from './shared/kms-conditions';
import { fixPathlessRoles } from './shared/condition-edits';
import type { FindingDraft, Rule } from './rule';

export const ssoRolePrincipal: Rule = {
  code: 'sso-role-principal',
  severity: 'warning',
  summary: 'A policy names a role of IAM Identity Center by a name that changes, or without its path',
  href: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html',
  check: {
    *reservedRole({ statement, element, principal }, { policy: located }) {
      if (rolePatternOf(principal) === undefined) return;
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: reservedRoleWithoutPath(principal.text.value)
          ? 'No role has this ARN: the roles of IAM Identity Center have the path "aws-reserved/sso.amazonaws.com/", usually followed by a '
            + 'Region. Allow the account, with ArnLike on aws:PrincipalArn and the path.'
          : 'This role gets another name when its permission set is assigned again, since IAM Identity Center adds a suffix to it. '
            + 'This key policy then names nobody and cannot be changed as it is. Allow the account, with ArnLike on aws:PrincipalArn.',
        fixes: () => fixesFor(located, statement, element, principal),
      };
    },
    condition: (conditionInStatement, { policy }) => conditionValueDrafts(policy, conditionInStatement),
  },
};

/** A pattern for the ARN without the suffix; undefined for other principals. */
function rolePatternOf({ form, text }: Principal): string | undefined {
  return form === 'role' && text.placeholders.length === 0 ? identityCenterPattern(text.value) : undefined;
}

/** One condition for all such roles of an account. */
function fixesFor(located: DiscoveredPolicy, statement: Statement, element: PrincipalElement,
  { account, partition }: Principal): readonly Fix[] {
  if (account === undefined) return [];
  const moved = element.principals.filter((other) =>
    compareIdentifiers(other.account, account) === 'same' && rolePatternOf(other) !== undefined);
  const arns = [...new Set(moved.flatMap((principal) => rolePatternOf(principal) ?? []))];
  return fixByPrincipalArn(`Name account ${account}, with ArnLike on aws:PrincipalArn`, located, statement, moved, {
    principal: { AWS: `arn:${partition ?? 'aws'}:iam::${account}:root` },
    conditionTests: [{ operator: 'ArnLike', key: 'aws:PrincipalArn', value: singleValueOrList(arns) }],
  });
}

function* conditionValueDrafts(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement): Iterable<FindingDraft> {
  const { condition } = conditionInStatement;
  if (condition.keyLower !== 'aws:principalarn') return;
  for (const policyString of literalValues(condition)) {
    if (reservedRoleWithoutPath(policyString.value)?.createdBy === 'identity-center') {
      yield {
        at: locationInFile(located, policyString.node.span),
        message: 'No role has this ARN: the roles of IAM Identity Center have the path "aws-reserved/sso.amazonaws.com/", usually '
          + `followed by a Region, ${effectOfImpossibleValue(conditionInStatement)}.`,
        fixes: () => fixPathlessRoles(located, conditionInStatement),
      };
    } else if (needsRegion(policyString, condition)) {
      yield {
        at: locationInFile(located, policyString.node.span),
        severity: 'info',
        message: 'This pattern does not match roles of IAM Identity Center in us-east-1, which have no Region in their path. '
          + '"sso.amazonaws.com/*AWSReservedSSO_" covers roles with and without one.',
        fixes: () => fixValue('Cover roles without a Region too', located, policyString,
          policyString.value.replace('/*/AWSReservedSSO_', '/*AWSReservedSSO_')),
      };
    }
  }
}

/** Whether the pattern requires a part between the path and the name. */
function needsRegion({ value }: PolicyString, condition: Condition): boolean {
  return takesWildcards(condition) && value.includes(`:role/${IDENTITY_CENTER_PATH}*/AWSReservedSSO_`);
}
