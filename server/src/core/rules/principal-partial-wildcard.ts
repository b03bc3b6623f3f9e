import { isAccountId } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { reservedRoleWithoutPath } from '../aws/reserved-roles';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, PrincipalElement, Statement } from '../policy/policy';
import { singleValueOrList } from '../generate/condition-entries';
import type { Fix } from './shared/fix';
import { fixByPrincipalArn } from './shared/principal-arn-condition-fix';
import { principalProblem } from './shared/principal-form';
import type { Rule } from './rule';

export const principalPartialWildcard: Rule = {
  code: 'principal-partial-wildcard',
  severity: 'error',
  summary: 'A principal contains a wildcard, which AWS does not support',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *rejectedPrincipal({ statement, element, principal, problem }, { policy: located }) {
      if (problem !== 'wildcard') return;
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: principal.key?.value === 'Service'
          ? 'A service principal cannot contain wildcards: KMS rejects this key policy. '
            + 'Name each service, with its Region where its name has one.'
          : 'Wildcards match nothing inside a principal; "*" works only as the whole value: KMS rejects this key policy. '
            + 'To allow every principal that matches a pattern, use "*" with the condition ArnLike on aws:PrincipalArn.',
        fixes: () => fixesFor(located, statement, element, principal),
      };
    },
  },
};

/** One condition for all patterns of an account. */
function fixesFor(located: DiscoveredPolicy, statement: Statement, element: PrincipalElement, principal: Principal): readonly Fix[] {
  const account = accountOf(principal);
  if (account === undefined) return [];
  const moved = element.principals.filter((other) =>
    principalProblem(other) === 'wildcard' && compareIdentifiers(accountOf(other), account) === 'same');
  const arns = moved.map(({ text }) => reservedRoleWithoutPath(text.value)?.pattern ?? text.value);
  return fixByPrincipalArn(`Use "*" with ArnLike on aws:PrincipalArn, for account ${account}`, located, statement, moved, {
    principal: { AWS: '*' },
    conditionTests: [
      { operator: 'ArnLike', key: 'aws:PrincipalArn', value: singleValueOrList(arns) },
      { operator: 'StringEquals', key: 'aws:PrincipalAccount', value: account },
    ],
  });
}

/** The account of a pattern that `aws:PrincipalArn` can match: of users and roles. A session has its role's ARN. */
function accountOf({ arn }: Principal): string | undefined {
  if (arn?.service !== 'iam' || !isAccountId(arn.account) || arn.region !== '') return undefined;
  return /^(user\/|role\/|\*)/.test(arn.resource) ? arn.account : undefined;
}
