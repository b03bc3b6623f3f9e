import { isGrantOnly, isServiceLinkedName } from '../access/caller';
import { actionNamed, hasAction } from '../aws/actions';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Principal, Statement } from '../model/policy';
import type { TreeEdit } from '../parse/edit';
import { fixPolicy } from './fix';
import type { PolicySubject, RuleFor } from './rule';

/** A service-linked role of another account: nobody can write its IAM half, so only a grant opens the key to it, unless AWS's policy of the role does. */
export const serviceLinkedRoleNeedsGrant: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'service-linked-role-needs-grant',
    severity: 'warning',
    summary: 'The key policy names a service-linked role of another account, which needs a grant',
    href: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
    fixable: true,
  },
  needs: ['keyPolicy', 'rolesOfServices'],
  *check({ policy: located, key }) {
    const owner = key?.account;
    if (located.policy.kind !== 'key' || owner === undefined) return;
    for (const statement of located.policy.statements) {
      if (statement.effect !== 'Allow' || statement.principal?.negated) continue;
      for (const principal of statement.principal?.principals ?? []) {
        const { account, name } = principal;
        if (account === undefined || account === owner || principal.form !== 'role' || !isServiceLinkedName(name)) continue;
        const role = `${name.split('/').at(-1) ?? name} of account ${account}`;
        const way = `Let account ${account} in with kms:CreateGrant; someone there then creates a grant for the role.`;
        yield {
          at: placeOf(located, principal.text.node.span),
          severity: isGrantOnly(name) ? 'warning' : 'info',
          message: isGrantOnly(name)
            ? `The policies of a service-linked role cannot be edited, so ${role} can never get its IAM half for this key. ${way}`
            : `The policies of a service-linked role cannot be edited: ${role} has its IAM half for this key only if the policy that AWS wrote for it allows these actions on keys of other accounts. If it does not: ${way.replace('Let', 'let')}`,
          ...(key?.link ? { rests: [key.link] } : {}),
          fixes: () => [letAccountIn(located, statement, principal, account)],
        };
      }
    }
  },
};

function letAccountIn(located: LocatedPolicy, statement: Statement, principal: Principal, account: string): ReturnType<typeof fixPolicy> {
  const edits: TreeEdit[] = [{ edit: 'replace', node: principal.text.node, value: `arn:${principal.partition ?? 'aws'}:iam::${account}:root` }];
  const createGrant = actionNamed('kms:CreateGrant');
  const { action } = statement;
  if (createGrant && action && !action.negated && !hasAction(action.set, createGrant)) {
    edits.push({ edit: 'append', member: action.member, value: createGrant.name });
  }
  // A whole account in place of one role is more than was asked for: a choice, never the preferred fix.
  return fixPolicy(`Let account ${account} in, with kms:CreateGrant`, located, edits);
}
