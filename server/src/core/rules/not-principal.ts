import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, PrincipalElement, Statement } from '../policy/policy';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import { fixPolicy, type Fix } from './shared/fix';
import { conditionEdits, hasConditionOnKey } from './shared/condition-edits';
import type { Rule } from './rule';

export const notPrincipal: Rule = {
  code: 'not-principal',
  severity: 'error',
  summary: 'A key policy uses NotPrincipal',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html',
  check: {
    *keyPolicyStatement(statement, { policy: located }) {
      const { effect, principal } = statement;
      if (!principal?.negated || effect === undefined || statement.isSkeleton) return;
      yield {
        at: locationInFile(located, principal.member.key.span),
        severity: effect === 'Allow' ? 'error' : 'warning',
        message: effect === 'Allow'
          ? 'With Allow, NotPrincipal would allow everyone else, every AWS account and people without one included. '
            + 'AWS does not support it: name the principals.'
          : 'With Deny, NotPrincipal denies more than it says: a role is exempted only where its account and each of its sessions are '
            + 'listed too, and whoever has a permissions boundary is denied in any case. '
            + 'AWS advises a condition with ArnNotEquals on aws:PrincipalArn.',
        fixes: () => effect === 'Deny' ? fixesFor(located, statement, principal) : [],
      };
    },
  },
};

/** Denies everyone but the listed users and roles. Their accounts are listed only because NotPrincipal requires it. */
function fixesFor(located: DiscoveredPolicy, statement: Statement, { member, principals }: PrincipalElement): readonly Fix[] {
  const namedIdentities = principals.filter(({ form }) => form === 'user' || form === 'role');
  const accounts = new Set(namedIdentities.map(({ account }) => account));
  const isExempted = ({ form, account, text }: Principal): boolean => text.placeholders.length === 0 && !hasSubstitutedPlaceholder(text)
    && (form === 'user' || form === 'role' || form === 'account' && accounts.has(account));
  const isFixable = namedIdentities.length > 0 && principals.every(isExempted) && !hasConditionOnKey(statement, 'aws:principalarn');
  if (!member.value || !isFixable) return [];
  const arns = namedIdentities.map(({ text }) => text.value);
  return [fixPolicy('Deny everyone but them with ArnNotEquals on aws:PrincipalArn', located, [
    { edit: 'rename-member', member, name: 'Principal' },
    { edit: 'replace', node: member.value, value: { AWS: '*' } },
    ...conditionEdits(statement, [{ operator: 'ArnNotEquals', key: 'aws:PrincipalArn', value: arns.length === 1 ? arns[0] ?? '' : arns }]),
  ], { preferred: true })];
}
