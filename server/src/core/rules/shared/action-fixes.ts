import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionPattern, Statement } from '../../policy/policy';
import { nodeToJson } from '../../syntax/canonical-value';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { singleValueOrList } from '../../generate/condition-entries';
import { fixPolicy, type FixOptions, type Fix } from './fix';
import { nameOfStatement } from './wording';

/** Fixes that remove an action: the value, or the statement if it has no other. The only statement of a policy is not removed. */
export function removeAction(policy: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, options: FixOptions = {}): Fix[] {
  const { action } = statement;
  const { value: name, node: item } = pattern.text;
  if (!action) return [];
  const { kind, statementMember, statements } = policy.policy;
  if (action.patterns.length > 1) {
    const title = `Remove ${name} from the ${kind === 'key' ? 'key policy' : 'IAM policy'}`;
    return [fixPolicy(title, policy, [{ edit: 'remove-item', member: action.member, item }], options)];
  }
  if (!statementMember || statements.length < 2) return [];
  const title = `Remove ${nameOfStatement(statement)}, which is about ${name} only`;
  return [fixPolicy(title, policy, [{ edit: 'remove-item', member: statementMember, item: statement.node }])];
}

/**
 * A fix that moves actions to a copy of their statement without Sid. None where the policy has no list of statements.
 *
 * @param changes members of the copy to set, or to leave out where undefined
 */
export function moveActions(
  title: string, policy: DiscoveredPolicy, statement: Statement, patterns: readonly ActionPattern[],
  changes: Readonly<Record<string, JsonValue | undefined>>, options: FixOptions = {},
): Fix[] {
  const { action } = statement;
  const { statementMember } = policy.policy;
  if (!action || !statementMember) return [];
  const Action = singleValueOrList(patterns.map(({ text }) => text.node.value));
  return [fixPolicy(title, policy, [
    ...patterns.map(({ text }): TreeEdit => ({ edit: 'remove-item', member: action.member, item: text.node })),
    { edit: 'append', member: statementMember, value: copyOfStatement(statement, { Action, ...changes, Sid: undefined }) },
  ], options)];
}

/** The statement as JSON with other members, or without those that are undefined. */
export function copyOfStatement({ node }: Statement, changes: Readonly<Record<string, JsonValue | undefined>>): JsonValue {
  const copy: Record<string, JsonValue | undefined> = {};
  for (const { key, value } of node.members) if (value) copy[key.value] = nodeToJson(value);
  return Object.fromEntries(Object.entries({ ...copy, ...changes }).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]));
}

/** Fixes that write the suggested action, or remove the value where the statement has that action already. */
export function replaceAction(
  policy: DiscoveredPolicy, { action }: Statement, pattern: ActionPattern, suggestion: string | undefined, options: FixOptions = {},
): Fix[] {
  const { node, value } = pattern.text;
  if (!action || suggestion === undefined || node.value !== value) return [];
  const isPresent = action.patterns.some(({ text }) => text !== pattern.text && text.value.toLowerCase() === suggestion.toLowerCase());
  if (!isPresent) return [fixPolicy(`Replace with ${suggestion}`, policy, [{ edit: 'replace', node, value: suggestion }], options)];
  const edit: TreeEdit = { edit: 'remove-item', member: action.member, item: node };
  return [fixPolicy(`Remove "${value}": ${suggestion} is there already`, policy, [edit], options)];
}
