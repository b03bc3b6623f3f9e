import { IAM_ONLY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Statement } from '../policy/policy';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { fixPolicies, type Fix } from './shared/fix';
import { isSingleActionName } from './shared/key-access-requests';
import { removeAction } from './shared/action-fixes';
import type { Rule } from './rule';
import { shortNameOfIdentity } from './shared/wording';

/** Actions that work on no key, or that KMS looks up in IAM policies only, written into a key policy. */
export const iamOnlyActionInKeyPolicy: Rule = {
  code: 'iam-only-action-in-key-policy',
  severity: 'info',
  summary: 'The action has an effect only in IAM policies, not in a key policy',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *keyPolicyStatement(statement, { policy: located, key }) {
      const { action } = statement;
      // Behind NotAction the set is what the values leave.
      if (!action || !action.negated && (action.actionSet & IAM_ONLY_ACTIONS) === NO_ACTIONS) return;
      for (const pattern of action.patterns) {
        if ((pattern.actionSet & IAM_ONLY_ACTIONS) === NO_ACTIONS || !isSingleActionName(pattern)) continue;
        yield {
          at: locationInFile(located, pattern.text.node.span),
          message: `${pattern.text.value} is never effective in a key policy: `
            + `${
              coversOnlyIamOnlyActions(pattern) ? 'it does not work on a single key' : 'KMS looks for it in IAM policies and grants'
            }. Allow it in the IAM policy of the identity.`,
          unnecessary: true,
          fixes: (
            world,
          ) => [...moveToIdentityPolicy(world, located, key, statement, pattern), ...removeAction(located, statement, pattern)],
        };
      }
    },
  },
};

function coversOnlyIamOnlyActions({ actionSet }: ActionPattern): boolean {
  return (actionSet & STAR_ONLY_ACTIONS) !== NO_ACTIONS;
}

/** Into the IAM policy of the one identity that the statement is for, where the workspace has it and it is of the key's own account. */
function moveToIdentityPolicy(world: World, located: DiscoveredPolicy, key: Key | undefined, statement: Statement,
  pattern: ActionPattern): Fix[] {
  const { action, principal, effect } = statement;
  const resource = coversOnlyIamOnlyActions(pattern) ? '*' : key?.arn;
  const [only, ...others] = principal?.principals ?? [];
  if (!action || !only?.arn || others.length > 0 || effect !== 'Allow' || resource === undefined || action.patterns.length < 2) return [];
  const identity = world.identities.find(({ arn }) => compareIdentifiers(arn, only.text.value) === 'same');
  const target = identity?.policies.find(({ policy }) => policy.kind === 'identity' && policy.statementMember !== undefined);
  if (!identity || !target?.policy.statementMember) return [];
  const added: JsonValue = { Effect: 'Allow', Action: pattern.text.value, Resource: resource };
  const append: TreeEdit = { edit: 'append', member: target.policy.statementMember, value: added };
  const remove: TreeEdit = { edit: 'remove-item', member: action.member, item: pattern.text.node };
  return [fixPolicies(`Move ${pattern.text.value} to the IAM policy of ${shortNameOfIdentity(identity) ?? 'the identity'}`, [
    { policy: located, edits: [remove] }, { policy: target, edits: [append] },
  ], { confirm: compareIdentifiers(identity.account, key?.account) !== 'same' })];
}
