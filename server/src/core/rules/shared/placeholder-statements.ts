import type { Policy, Statement } from '../../policy/policy';
import type { ScalarNode } from '../../syntax/tree';

/**
 * The skeleton that AWS's pages print to show the shape of a policy has the name of each element as its value:
 * `"Effect": "effect"`, `"Action": "action"`. It is one thing to say, not a fault for each word.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html, "Example key policy"
 */
export function placeholderElementValues(statement: Statement): readonly ScalarNode[] {
  let words: ScalarNode[] | undefined;
  for (const { key, value } of statement.node.members) {
    // Of one length, before anything is put into small letters: nearly no value is a name.
    if (value?.kind !== 'scalar' || value.value.length !== key.value.length || value.value.toLowerCase() !== key.value.toLowerCase() || !PLACEHOLDER_ELEMENTS.has(key.value)) continue;
    if (words) words.push(value);
    else words = [value];
  }
  return words ?? NO_NODES;
}

const NO_NODES: readonly ScalarNode[] = [];
const PLACEHOLDER_ELEMENTS = new Set(['Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource']);

/** A single such word may be a slip; two are the skeleton, and what else the statement says is no finding then. */
export function isPlaceholderStatement(statement: Statement): boolean {
  return placeholderElementValues(statement).length >= 2;
}

/** The policy without the statements that are nothing but a skeleton. */
export function statementsWithoutPlaceholders(policy: Policy): readonly Statement[] {
  return policy.statements.filter((statement) => !isPlaceholderStatement(statement));
}
