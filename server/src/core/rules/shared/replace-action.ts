import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionPattern, Statement } from '../../policy/policy';
import type { Fix } from './finding';
import { fixPolicy, type FixOptions } from './fix';

/** Writes an action in place of a value; where the statement has it already the value goes. What a declared placeholder says is not here to edit. */
export function replaceAction(policy: DiscoveredPolicy, { action }: Statement, pattern: ActionPattern, name: string, options: FixOptions = {}): Fix[] {
  const { node, value } = pattern.text;
  if (!action || node.value !== value) return [];
  const there = action.patterns.some((other) => other !== pattern && other.text.value.toLowerCase() === name.toLowerCase());
  const edit = there
    ? { edit: 'remove-item' as const, member: action.member, item: node }
    : { edit: 'replace' as const, node, value: name };
  return [fixPolicy(there ? `Remove "${value}": ${name} is there already` : `Replace with ${name}`, policy, [edit], options)];
}
