import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { Principal, Statement } from '../policy/policy';
import type { World } from '../workspace/world';
import { fixValue, type Fix } from './shared/fix';
import { MAX_CHOICES } from './shared/workspace-keys';
import { couldAllowPrincipal } from './shared/caller-conditions';
import type { Rule } from './rule';
import { shortNameOfIdentity } from './shared/wording';

export const groupPrincipal: Rule = {
  code: 'group-principal',
  severity: 'error',
  summary: 'A key policy names a group, which is not a principal',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *rejectedPrincipal({ principal, statement, problem }, { policy: located }) {
      if (problem !== 'group') return;
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: 'A group is not a principal: it only passes policies on to its users, and KMS rejects a key policy that names one. '
          + 'Name users or roles, or the account, and let an IAM policy of the group allow the actions.',
        fixes: (world) => fixesFor(world, located, statement, principal),
      };
    },
  },
};

/** The account, whose IAM policies can then be the group's, and the users and roles of it that the workspace knows. */
function fixesFor(
  world: World, located: DiscoveredPolicy, statement: Statement, { text, account, partition }: Principal,
): readonly Fix[] {
  if (account === undefined) return [];
  const replaceBy = (title: string, arn: string): Fix[] =>
    couldAllowPrincipal(statement, located.policy, arn) ? fixValue(title, located, text, arn) : [];
  const identities = world.identities.filter((identity) => compareIdentifiers(identity.account, account) === 'same'
    && (identity.kind === 'user' || identity.kind === 'role'));
  return [
    ...replaceBy(`Name account ${account}, whose IAM policies decide`, `arn:${partition ?? 'aws'}:iam::${account}:root`),
    ...identities.slice(0, MAX_CHOICES).flatMap((identity) =>
      identity.arn === undefined ? [] : replaceBy(`Name ${shortNameOfIdentity(identity) ?? identity.arn}`, identity.arn)),
  ];
}
