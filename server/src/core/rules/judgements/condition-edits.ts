import type { Statement } from '../../model/policy';
import type { JsonValue, TreeEdit } from '../../parse/edit';
import { jsonOf } from '../../parse/json-value';
import { memberOf } from '../../parse/tree';

/** A condition to be added: all of them have to hold beside those that are there. */
export interface Test {
  readonly operator: string;
  readonly key: string;
  readonly value: JsonValue;
}

type Block = Readonly<Record<string, JsonValue>>;

/** Adds the tests to the conditions of a statement; a value that the same operator already has for the same key is replaced. */
export function conditionEdits(statement: Statement, tests: readonly Test[]): TreeEdit[] {
  const block = statement.conditionMember?.value;
  if (block?.kind !== 'object') return [{ edit: 'set-member', object: statement.node, name: 'Condition', value: withTests({}, tests) }];
  const edits: TreeEdit[] = [];
  const missing: Test[] = [];
  for (const test of tests) {
    const same = memberOf(block, test.operator)?.value;
    if (same?.kind !== 'object') {
      missing.push(test);
      continue;
    }
    // The case of a condition key does not count.
    const written = same.members.find(({ key }) => key.value.toLowerCase() === test.key.toLowerCase());
    edits.push(written?.value ? { edit: 'replace', node: written.value, value: test.value } : { edit: 'set-member', object: same, name: test.key, value: test.value });
  }
  const blocks = Object.entries(withTests({}, missing)).map(([name, value]): TreeEdit => ({ edit: 'set-member', object: block, name, value }));
  return [...edits, ...blocks];
}

/** The same for a copy of the statement: its conditions as JSON, with the tests. */
export function conditionsWith(statement: Statement, tests: readonly Test[]): Block {
  const block = statement.conditionMember?.value;
  const written = block && jsonOf(block);
  return withTests(isBlock(written) ? written : {}, tests);
}

function withTests(block: Block, tests: readonly Test[]): Block {
  const blocks: Record<string, JsonValue> = { ...block };
  for (const { operator, key, value } of tests) {
    const same = blocks[operator];
    blocks[operator] = { ...(isBlock(same) ? same : {}), [key]: value };
  }
  return blocks;
}

function isBlock(value: JsonValue | undefined): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether any condition of the statement is on this key, given in lower case. */
export function testsKey(statement: Statement, keyLower: string): boolean {
  return statement.conditions.some((condition) => condition.keyLower === keyLower);
}
