import { KEY_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { actionPatternsFor } from '../generate/action-patterns';
import { isRefusal } from '../generate/counterpart';
import { describeGrantee, granteeOfAttachedPolicy, resolveGrantee } from '../generate/grantee';
import { policiesOfGrantee } from '../generate/grantee-policies';
import { hasOnlyKeyAsResource, permissionsInIdentityPolicy, permissionsInKeyPolicy } from '../generate/statement-permissions';
import type { Key } from '../linking/entities';
import type { Condition, EmptyValue, Policy, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Member, ObjectNode } from '../syntax/tree';
import { spanContains } from '../text/span';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { mentionsKmsInText } from './shared/kms-statements';
import { requiresConditionValue } from './shared/kms-conditions';
import { keysWithArn } from './shared/workspace-keys';
import type { Rule } from './rule';
import { nameOfKey, nameOfStatement, namesOfActions } from './shared/wording';

export const emptyList: Rule = {
  code: 'empty-list',
  severity: 'info',
  summary: 'A list without values, which matches nothing',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *malformed(element, { policy: located, key }) {
      if (element.kind !== 'empty-value' || containsComment(located, element) || !mentionsKmsInText(located)) return;
      const { node, member } = element;
      const statement = located.policy.statements.find((candidate) => spanContains(candidate.node.span, node.span));
      const draft = member === located.policy.statementMember
        ? { message: 'A policy without statements allows and denies nothing.', fixes: () => [] }
        : statement && draftInStatement({ located, statement, key }, element);
      if (draft) yield { at: locationInFile(located, node.span), ...draft };
    },
  },
};

/** A comment stands for values that were left out. */
function containsComment({ layer: sourceLayer }: DiscoveredPolicy, { node: { span } }: EmptyValue): boolean {
  return sourceLayer.text.slice(span.start + 1, span.end - 1).trim() !== '';
}

interface EmptyValueDraft {
  readonly message: string;
  readonly fixes: (world: World) => readonly Fix[];
}

interface StatementWithEmptyValue {
  readonly located: DiscoveredPolicy;
  readonly statement: Statement;
  /** The key of a key policy. */
  readonly key: Key | undefined;
}

/** A Principal that is empty itself is `missing-principal`. */
function draftInStatement(place: StatementWithEmptyValue, { object, member, node }: EmptyValue): EmptyValueDraft | undefined {
  const { located, statement } = place;
  const { action, resource, principal, conditions, conditionMember } = statement;
  if (member === action?.member || member === resource?.member && !needsKeyResource(located.policy, statement)) {
    return {
      message: `An empty list of ${member.key.value} matches nothing, so the statement has no effect.`,
      fixes: (world) => [
        ...member === action?.member ? addActionsOfOtherPolicy(world, place, node) : [],
        ...removeStatement(located, statement),
      ],
    };
  }
  if (object === principal?.member.value) {
    return located.policy.kind !== 'key' ? undefined : {
      message: `An empty list under "${member.key.value}" names nobody.`,
      fixes: () => (object.members.length < 2 ? [] : [removeMember(located, object, member)]),
    };
  }
  if (member === conditionMember || object === conditionMember?.value) {
    return {
      message: `"${member.key.value}" contains no condition key, so it tests nothing: the statement applies as if it were not there.`,
      fixes: () => [removeMember(located, object, member)],
    };
  }
  const condition = conditions.find(({ keyMember }) => keyMember === member);
  return condition && conditionWithoutValues(located, statement, condition);
}

/** That an identity policy allows KMS actions and names no key is an error of its own, `missing-key-arn-resource`. */
function needsKeyResource({ kind }: Policy, { effect, action, resource }: Statement): boolean {
  return kind === 'identity' && effect === 'Allow' && resource?.negated === false && action !== undefined && !action.negated
    && action.patterns.some(({ service, actionSet }) => service === 'kms' && (actionSet & KEY_ACTIONS) !== NO_ACTIONS);
}

/**
 * Fills an empty list of actions with what the other policy of the handshake has: what a statement of an IAM policy about one key can use,
 * or what the IAM policies of the only principal of a key policy's statement ask for. Not safe: it may be meant to allow less.
 */
function addActionsOfOtherPolicy(world: World, { located, statement, key }: StatementWithEmptyValue, node: EmptyValue['node']): Fix[] {
  if (statement.effect !== 'Allow' || statement.action?.negated !== false) return [];
  const { words, actions } = (located.policy.kind === 'key' ? actionsAskedFor(world, statement, key)
    : actionsInKeyPolicy(world, located, statement)) ?? { words: '', actions: NO_ACTIONS };
  return actions === NO_ACTIONS ? [] : [fixPolicy(`Add what ${words}: ${namesOfActions(actions)}`, located,
    [{ edit: 'replace', node, value: actionPatternsFor(actions, []) }])];
}

interface OtherPolicyActions {
  /** What has these actions, with a verb. */
  readonly words: string;
  readonly actions: ActionSet;
}

function actionsInKeyPolicy(world: World, located: DiscoveredPolicy, statement: Statement): OtherPolicyActions | undefined {
  const key = keysWithArn(world).find(({ arn, policy }) => policy && hasOnlyKeyAsResource(statement, arn));
  const grantee = key && granteeOfAttachedPolicy(world, located, key);
  // A key policy may leave everything to the IAM policies of its own account.
  if (!grantee || isRefusal(grantee) || compareIdentifiers(grantee.account, key.account) !== 'different') return undefined;
  return { words: `the policy of ${nameOfKey(key)} allows`, actions: unionOfActions(permissionsInKeyPolicy({ world, key, grantee })) };
}

function actionsAskedFor(world: World, { principal }: Statement, key: Key | undefined): OtherPolicyActions | undefined {
  const [onlyPrincipal, ...others] = principal?.principals ?? [];
  if (!key || !onlyPrincipal || others.length > 0) return undefined;
  const { account, form, text } = onlyPrincipal;
  const grantee = resolveGrantee(world, form === 'account' && account !== undefined ? { account } : { arn: text.value });
  if (isRefusal(grantee)) return undefined;
  const subject = { world, key, grantee };
  const permissions = policiesOfGrantee(subject).relevantPolicies.flatMap((policy) => permissionsInIdentityPolicy(policy, subject));
  return { words: `the IAM policies of ${describeGrantee(grantee)} ask for`, actions: unionOfActions(permissions) };
}

/** A test without values is never true, and one with a negated operator always. */
function conditionWithoutValues(located: DiscoveredPolicy, statement: Statement, condition: Condition): EmptyValueDraft {
  if (requiresConditionValue(condition)) {
    return {
      message: `${condition.key} is compared with no value, which matches nothing: the statement never applies.`,
      fixes: () => removeStatement(located, statement),
    };
  }
  return { message: `${condition.key} is compared with no value, so the condition tests nothing.`, fixes: () => [] };
}

/** An empty member that says nothing can go; what it stands in may then be empty itself. */
function removeMember(located: DiscoveredPolicy, object: ObjectNode, member: Member): Fix {
  const edit: TreeEdit = { edit: 'remove-member', object, member };
  return fixPolicy(`Remove the empty "${member.key.value}"`, located, [edit], { preferred: true, safe: true });
}

/** It may still be meant to be filled, so nobody takes it away unasked; and a policy needs one statement. */
function removeStatement(located: DiscoveredPolicy, statement: Statement): readonly Fix[] {
  const { statementMember, statements } = located.policy;
  if (!statementMember || statements.length < 2) return [];
  return [
    fixPolicy(`Remove ${nameOfStatement(statement)}, which has no effect`, located, [{ edit: 'remove-item', member: statementMember,
      item: statement.node }]),
  ];
}
