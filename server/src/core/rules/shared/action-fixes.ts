import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionPattern, Statement } from '../../policy/policy';
import { fixPolicy, type FixOptions, type Fix } from './fix';
import { nameOfStatement } from './wording';

/** Fixes that remove an action: the value, or the statement if it has no other. The only statement of a policy is not removed. */
export function removeAction(policy: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, options: FixOptions = {}): Fix[] {
  const { action } = statement;
  const name = pattern.text.value;
  const half = policy.policy.kind === 'key' ? 'key policy' : 'IAM policy';
  if (!action) return [];
  if (action.patterns.length > 1) {
    return [
      fixPolicy(`Remove ${name} from the ${half}`, policy, [{ edit: 'remove-item', member: action.member, item: pattern.text.node }],
        options),
    ];
  }
  const { statementMember, statements } = policy.policy;
  if (!statementMember || statements.length < 2) return [];
  const title = `Remove ${nameOfStatement(statement)}, which is about ${name} only`;
  return [fixPolicy(title, policy, [{ edit: 'remove-item', member: statementMember, item: statement.node }])];
}

/** Fixes that replace a value by the action, or remove the value where the statement has that action already. */
export function replaceAction(policy: DiscoveredPolicy, { action }: Statement, pattern: ActionPattern, name: string,
  options: FixOptions = {}): Fix[] {
  const { node, value } = pattern.text;
  if (!action || node.value !== value) return [];
  const there = action.patterns.some((other) => other !== pattern && other.text.value.toLowerCase() === name.toLowerCase());
  const edit = there
    ? { edit: 'remove-item' as const, member: action.member, item: node }
    : { edit: 'replace' as const, node, value: name };
  return [fixPolicy(there ? `Remove "${value}": ${name} is there already` : `Replace with ${name}`, policy, [edit], options)];
}
