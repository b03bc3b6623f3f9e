import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, PrincipalElement, Statement } from '../policy/policy';
import { fixPolicy, type Fix } from './shared/fix';
import { removePrincipalEdits } from './shared/principal-arn-condition-fix';
import type { Rule } from './rule';

export const orphanedPrincipalId: Rule = {
  code: 'orphaned-principal-id',
  severity: 'error',
  summary: 'A principal is the id that is left of a deleted user or role',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *rejectedPrincipal({ statement, element, principal, problem }, { policy: located }) {
      if (problem !== 'unique-id') return;
      const kind = principal.text.value.startsWith('AROA') ? 'role' : 'user';
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: `This is the id of a ${kind} that was deleted; AWS stores principals by their ids and shows the id when its user or `
          + `role is deleted. A new ${kind} of the same name has another id and is not the same principal, and KMS refuses every change `
          + 'of the key policy while the id is in it.',
        fixes: () => fixesFor(located, statement, element, principal),
      };
    },
  },
};

function fixesFor(located: DiscoveredPolicy, statement: Statement, element: PrincipalElement, principal: Principal): readonly Fix[] {
  if (element.principals.length > 1)
    return [fixPolicy('Remove the id', located, removePrincipalEdits(element.member, [principal]), { preferred: true })];
  const { statementMember, statements } = located.policy;
  // A statement needs a principal, and a policy a statement.
  return statementMember && statements.length > 1
    ? [fixPolicy('Remove the statement', located, [{ edit: 'remove-item', member: statementMember, item: statement.node }])] : [];
}
