import { IAM_ONLY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { fixPolicies, type Fix } from './shared/fix';
import { isSingleActionName } from './shared/key-access-requests';
import { removeAction } from './shared/action-fixes';
import type { Rule } from './rule';
import { shortNameOfIdentity } from './shared/wording';

export const iamOnlyActionInKeyPolicy: Rule = {
  code: 'iam-only-action-in-key-policy',
  severity: 'info',
  summary: 'The action has an effect only in IAM policies, not in a key policy',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *keyPolicyStatement(statement, { policy: located, key }) {
      const { action } = statement;
      // With NotAction the set is what the values do not cover.
      if (!action || !action.negated && (action.actionSet & IAM_ONLY_ACTIONS) === NO_ACTIONS) return;
      for (const pattern of action.patterns) {
        if ((pattern.actionSet & IAM_ONLY_ACTIONS) === NO_ACTIONS || !isSingleActionName(pattern)) continue;
        yield {
          at: locationInFile(located, pattern.text.node.span),
          message: `${pattern.text.value} is never effective in a key policy: `
            + (isStarOnly(pattern) ? 'it does not work on a single key' : 'KMS looks for it in IAM policies and grants')
            + '. Allow it in the IAM policy of the identity.',
          unnecessary: true,
          fixes: (world) => [
            ...moveToIdentityPolicy(world, located, key, statement, pattern), ...removeAction(located, statement, pattern),
          ],
        };
      }
    },
  },
};

function isStarOnly({ actionSet }: ActionPattern): boolean {
  return (actionSet & STAR_ONLY_ACTIONS) !== NO_ACTIONS;
}

/** To the IAM policy of the single identity that the statement is for, where the workspace has that policy. */
function moveToIdentityPolicy(
  world: World, located: DiscoveredPolicy, key: Key | undefined, statement: Statement, pattern: ActionPattern,
): Fix[] {
  const { action, principal, effect } = statement;
  const resource = isStarOnly(pattern) ? '*' : key?.arn;
  const [first, ...others] = principal?.principals ?? [];
  if (!action || !first?.arn || others.length > 0 || effect !== 'Allow' || resource === undefined || action.patterns.length < 2) return [];
  const identity = world.identities.find(({ arn }) => compareIdentifiers(arn, first.text.value) === 'same');
  const target = identity?.policies.find(({ policy }) => policy.kind === 'identity' && policy.statementMember !== undefined);
  if (!identity || !target?.policy.statementMember) return [];
  const { value: name, node: item } = pattern.text;
  const value = { Effect: 'Allow', Action: name, Resource: resource };
  return [fixPolicies(`Move ${name} to the IAM policy of ${shortNameOfIdentity(identity) ?? 'the identity'}`, [
    { policy: located, edits: [{ edit: 'remove-item', member: action.member, item }] },
    { policy: target, edits: [{ edit: 'append', member: target.policy.statementMember, value }] },
  ], { confirm: compareIdentifiers(identity.account, key?.account) !== 'same' })];
}
