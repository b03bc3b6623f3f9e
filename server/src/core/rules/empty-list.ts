import { KEY_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, EmptyValue, Policy, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Member, ObjectNode } from '../syntax/tree';
import { spanContains } from '../text/span';
import { fixPolicy, type Fix } from './shared/fix';
import { mentionsKmsInText } from './shared/kms-statements';
import { requiresConditionValue } from './shared/kms-conditions';
import type { Rule } from './rule';
import { nameOfStatement } from './shared/wording';

export const emptyList: Rule = {
  code: 'empty-list',
  severity: 'info',
  summary: 'A list without values, which matches nothing',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *malformed(element, { policy: located }) {
      if (element.kind !== 'empty-value' || containsComment(located, element) || !mentionsKmsInText(located)) return;
      const { node, member } = element;
      const statement = located.policy.statements.find((candidate) => spanContains(candidate.node.span, node.span));
      const draft = member === located.policy.statementMember
        ? { message: 'A policy without statements allows and denies nothing.', fixes: () => [] }
        : statement && draftInStatement(located, statement, element);
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
  readonly fixes: () => readonly Fix[];
}

/** A Principal that is empty itself is `missing-principal`. */
function draftInStatement(located: DiscoveredPolicy, statement: Statement, { object, member }: EmptyValue): EmptyValueDraft | undefined {
  const { action, resource, principal, conditions, conditionMember } = statement;
  if (member === action?.member || member === resource?.member && !needsKeyResource(located.policy, statement)) {
    return {
      message: `An empty list of ${member.key.value} matches nothing, so the statement has no effect.`,
      fixes: () => removeStatement(located, statement),
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
