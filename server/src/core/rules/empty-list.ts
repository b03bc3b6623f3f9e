import { KEY_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Policy, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Member, Node, ObjectNode } from '../syntax/tree';
import { fixPolicy, type Fix } from './shared/fix';
import { statementsWithoutPlaceholders } from './shared/placeholder-statements';
import { mentionsKmsInText } from './shared/kms-statements';
import { requiresConditionValue } from './shared/kms-conditions';
import type { Rule } from './rule';
import { nameOfStatement } from './shared/wording';

/** A list without values: AWS takes it, and it matches nothing. */
export const emptyList: Rule = {
  code: 'empty-list',
  severity: 'info',
  summary: 'A list without values, which matches nothing',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *nonstandardPolicy({ policy: located }) {
      for (const { node, message, fixes } of emptyValuesIn(located)) {
        if (!mentionsKmsInText(located)) return;
        yield { at: locationInFile(located, node.span), message, fixes };
      }
    },
  },
};

interface EmptyValue {
  readonly node: Node;
  readonly message: string;
  readonly fixes: () => readonly Fix[];
}

function* emptyValuesIn(located: DiscoveredPolicy): Iterable<EmptyValue> {
  const { policy } = located;
  const list = policy.statementMember?.value;
  if (list?.kind === 'list' && isEmpty(located, list))
    yield { node: list, message: 'A policy without statements allows and denies nothing.', fixes: () => [] };
  for (const statement of statementsWithoutPlaceholders(policy)) {
    yield* emptyElements(located, statement);
    if (policy.kind === 'key') yield* emptyPrincipals(located, statement);
    yield* emptyConditions(located, statement);
  }
}

/** What is still being typed has no end yet, and a comment inside stands for values that were left out. */
function isEmpty({ layer: sourceLayer }: DiscoveredPolicy, node: Node): boolean {
  if (node.kind === 'scalar' || !node.closed || (node.kind === 'list' ? node.items : node.members).length > 0) return false;
  return sourceLayer.text.slice(node.span.start + 1, node.span.end - 1).trim() === '';
}

function* emptyElements(located: DiscoveredPolicy, statement: Statement): Iterable<EmptyValue> {
  for (const element of [statement.action, statement.resource]) {
    const node = element?.member.value;
    if (node?.kind !== 'list' || !isEmpty(located, node) || element === statement.resource && needsKeyResource(located.policy, statement))
      continue;
    yield {
      node,
      message: `An empty list of ${element?.member.key.value ?? ''} matches nothing, so the statement has no effect.`,
      fixes: () => removeStatement(located, statement),
    };
  }
}

/** That an identity policy allows KMS actions and names no key is an error of its own, `missing-key-arn-resource`. */
function needsKeyResource({ kind }: Policy, { effect, action, resource }: Statement): boolean {
  return kind === 'identity' && effect === 'Allow' && resource?.negated === false && action !== undefined && !action.negated
    && action.patterns.some(({ service, actionSet }) => service === 'kms' && (actionSet & KEY_ACTIONS) !== NO_ACTIONS);
}

/** A Principal that is empty itself is `missing-principal`. */
function* emptyPrincipals(located: DiscoveredPolicy, { principal }: Statement): Iterable<EmptyValue> {
  const object = principal?.member.value;
  if (object?.kind !== 'object') return;
  for (const member of object.members) {
    if (member.value?.kind !== 'list' || !isEmpty(located, member.value)) continue;
    yield {
      node: member.value,
      message: `An empty list under "${member.key.value}" names nobody.`,
      fixes: () => (object.members.length < 2 ? [] : [removeMember(located, object, member)]),
    };
  }
}

function* emptyConditions(located: DiscoveredPolicy, statement: Statement): Iterable<EmptyValue> {
  const { conditionMember, conditions, node } = statement;
  const all = conditionMember?.value;
  if (all?.kind !== 'object') return;
  if (conditionMember && isEmpty(located, all)) yield testsNothing(located, node, conditionMember);
  for (const block of all.members)
    if (block.value?.kind === 'object' && isEmpty(located, block.value)) yield testsNothing(located, all, block);
  for (const condition of conditions) {
    const { value } = condition.keyMember;
    if (value?.kind === 'list' && isEmpty(located, value)) yield { node: value, ...conditionWithoutValues(located, statement, condition) };
  }
}

function testsNothing(located: DiscoveredPolicy, object: ObjectNode, member: Member & { readonly value?: Node | undefined }): EmptyValue {
  const { key, value = key } = member;
  return { node: value, message: `"${key.value}" contains no condition key, so it tests nothing: `
    + 'the statement applies as if it were not there.', fixes: () => [removeMember(located, object, member)] };
}

/** A test without values is never true, and one with a negated operator always. */
function conditionWithoutValues(located: DiscoveredPolicy, statement: Statement, condition: Condition): Omit<EmptyValue, 'node'> {
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
