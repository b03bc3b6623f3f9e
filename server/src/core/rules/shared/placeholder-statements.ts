import type { Policy, Statement } from '../../policy/policy';
import type { ScalarNode } from '../../syntax/tree';

/**
 * The values that are the name of their element, `"Effect": "effect"`, `"Action": "action"`, as AWS's pages print them to show the
 * structure of a policy. `placeholder-value` reports them together, and no other rule reports one of them.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html, "Example key policy"
 */
export function placeholderElementValues(statement: Statement): readonly ScalarNode[] {
  const nodes: ScalarNode[] = [];
  for (const { key, value } of statement.node.members) {
    // Comparing lengths first saves nearly all conversions to lower case.
    if (value?.kind !== 'scalar' || value.value.length !== key.value.length) continue;
    if (PLACEHOLDER_ELEMENTS.has(key.value) && value.value.toLowerCase() === key.value.toLowerCase()) nodes.push(value);
  }
  return nodes;
}

const PLACEHOLDER_ELEMENTS = new Set(['Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource']);

/** Whether the statement only shows the structure of a statement. A single such value may be a slip. */
export function isPlaceholderStatement(statement: Statement): boolean {
  return placeholderElementValues(statement).length >= 2;
}

export function statementsWithoutPlaceholders(policy: Policy): readonly Statement[] {
  return policy.statements.filter((statement) => !isPlaceholderStatement(statement));
}
