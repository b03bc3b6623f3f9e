import type { Statement } from '../../policy/policy';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { nodeToJson } from '../../syntax/canonical-value';
import { memberOf } from '../../syntax/tree';

/** A condition to be added: all of them have to hold beside those that are there. */
export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly value: JsonValue;
}

type ConditionBlock = Readonly<Record<string, JsonValue>>;

/** Adds the tests to the conditions of a statement; a value that the same operator already has for the same key is replaced. */
export function conditionEdits(statement: Statement, conditionTests: readonly ConditionTest[]): TreeEdit[] {
  const block = statement.conditionMember?.value;
  if (block?.kind !== 'object') return [{ edit: 'set-member', object: statement.node, name: 'Condition', value: withConditionTests({}, conditionTests) }];
  const edits: TreeEdit[] = [];
  const missing: ConditionTest[] = [];
  for (const conditionTest of conditionTests) {
    const same = memberOf(block, conditionTest.operator)?.value;
    if (same?.kind !== 'object') {
      missing.push(conditionTest);
      continue;
    }
    // The case of a condition key does not count.
    const written = same.members.find(({ key }) => key.value.toLowerCase() === conditionTest.key.toLowerCase());
    edits.push(written?.value ? { edit: 'replace', node: written.value, value: conditionTest.value } : { edit: 'set-member', object: same, name: conditionTest.key, value: conditionTest.value });
  }
  const blocks = Object.entries(withConditionTests({}, missing)).map(([name, value]): TreeEdit => ({ edit: 'set-member', object: block, name, value }));
  return [...edits, ...blocks];
}

/** The same for a copy of the statement: its conditions as JSON, with the tests. */
export function conditionsWith(statement: Statement, conditionTests: readonly ConditionTest[]): ConditionBlock {
  const block = statement.conditionMember?.value;
  const written = block && nodeToJson(block);
  return withConditionTests(isConditionBlock(written) ? written : {}, conditionTests);
}

function withConditionTests(block: ConditionBlock, conditionTests: readonly ConditionTest[]): ConditionBlock {
  const blocks: Record<string, JsonValue> = { ...block };
  for (const { operator, key, value } of conditionTests) {
    const same = blocks[operator];
    blocks[operator] = { ...(isConditionBlock(same) ? same : {}), [key]: value };
  }
  return blocks;
}

function isConditionBlock(value: JsonValue | undefined): value is ConditionBlock {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether any condition of the statement is on this key, given in lower case. */
export function hasConditionOnKey(statement: Statement, keyLower: string): boolean {
  return statement.conditions.some((condition) => condition.keyLower === keyLower);
}
