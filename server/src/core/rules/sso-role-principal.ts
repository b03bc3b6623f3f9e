import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Principal, PrincipalElement, Statement } from '../model/policy';
import type { Fix } from './finding';
import { fixByPrincipalArn } from './judgements/by-principal-arn';
import { principalsOf } from './judgements/principal-form';
import type { PolicySubject, RuleFor } from './rule';

/** A role of IAM Identity Center: its name ends in a suffix that does not last. */
export const ssoRolePrincipal: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'sso-role-principal',
    severity: 'warning',
    summary: 'A key policy names a role of IAM Identity Center, whose name changes',
    href: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html',
    fixable: true,
  },
  needs: ['keyPolicy', 'rolesOfServices'],
  *check({ policy: located }) {
    for (const { statement, element, principal } of principalsOf(located.policy)) {
      const pattern = patternOf(principal);
      if (pattern === undefined) continue;
      yield {
        at: placeOf(located, principal.text.node.span),
        message: 'IAM Identity Center makes this role and ends its name in a suffix of its own. When the permission set is assigned anew the role has another name, and this key policy then names nobody and cannot be changed as it stands. Let the account in, with ArnLike on aws:PrincipalArn.',
        fixes: () => fixesFor(located, statement, element, principal),
      };
    }
  },
};

/** The ARN with the suffix left open; undefined for all other principals. */
function patternOf({ form, name, text }: Principal): string | undefined {
  if (form !== 'role' || name?.startsWith('aws-reserved/sso.amazonaws.com/') !== true || text.holes.length > 0) return undefined;
  return text.value.replace(/_[0-9a-f]+$/, '_*');
}

/** All such roles of one account go into one condition. */
function fixesFor(located: LocatedPolicy, statement: Statement, element: PrincipalElement, { account, partition }: Principal): readonly Fix[] {
  if (account === undefined) return [];
  const moved = element.principals.filter((other) => other.account === account && patternOf(other) !== undefined);
  const arns = [...new Set(moved.flatMap((principal) => patternOf(principal) ?? []))];
  return fixByPrincipalArn(`Name account ${account}, with ArnLike on aws:PrincipalArn`, located, statement, moved, {
    principal: { AWS: `arn:${partition ?? 'aws'}:iam::${account}:root` },
    tests: [{ operator: 'ArnLike', key: 'aws:PrincipalArn', value: arns.length === 1 ? arns[0] ?? '' : arns }],
  });
}
