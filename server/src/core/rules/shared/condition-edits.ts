import type { Statement } from '../../policy/policy';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { nodeToJson } from '../../syntax/canonical-value';
import { memberOf, type Member, type Node } from '../../syntax/tree';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Fix } from './finding';
import { fixPolicy, type FixOptions } from './fix';
import { type ConditionInStatement, literalValues } from './kms-conditions';
import { operatorNamed } from '../../aws/operators';
import { reservedRoleWithoutPath } from '../../aws/reserved-roles';

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

/** What of a condition is to be another; the rest stays as it is written. */
export interface ConditionChange {
  readonly operator?: string;
  readonly key?: string;
  readonly value?: JsonValue;
}

/** A fix that writes the condition anew; none where the statement has a condition of that operator and key already. */
export function fixCondition(title: string, located: DiscoveredPolicy, conditionInStatement: ConditionInStatement, change: ConditionChange, options: FixOptions = {}): Fix[] {
  const edits = conditionChangeEdits(conditionInStatement, change);
  return edits ? [fixPolicy(title, located, edits, options)] : [];
}

/** Only this key moves to another operator: its neighbours under the old one stay. */
function conditionChangeEdits({ statement, condition }: ConditionInStatement, { operator = condition.operator, key = condition.key, value }: ConditionChange): TreeEdit[] | undefined {
  const all = statement.conditionMember?.value;
  if (all?.kind !== 'object') return undefined;
  const member = all.members.find((one) => one.key === condition.operatorNode);
  const block = member?.value;
  const { keyMember } = condition;
  if (!member || block?.kind !== 'object' || !keyMember.value) return undefined;
  const target = operator === condition.operator ? member : memberOf(all, operator);
  if (target && hasConditionKey(target.value, key, keyMember)) return undefined;
  if (target === member || !target && block.members.length === 1) {
    return [
      ...(operator === condition.operator ? [] : [{ edit: 'rename-member' as const, member, name: operator }]),
      ...(key === condition.key ? [] : [{ edit: 'rename-member' as const, member: keyMember, name: key }]),
      ...(value === undefined ? [] : [{ edit: 'replace' as const, node: keyMember.value, value }]),
    ];
  }
  const written = value ?? nodeToJson(keyMember.value);
  const gone: TreeEdit = block.members.length === 1
    ? { edit: 'remove-member', object: all, member }
    : { edit: 'remove-member', object: block, member: keyMember };
  if (!target) return [gone, { edit: 'set-member', object: all, name: operator, value: { [key]: written }, after: condition.operator }];
  return target.value?.kind === 'object' ? [gone, { edit: 'set-member', object: target.value, name: key, value: written }] : undefined;
}

/** Whether the block has the key already, in any case, besides the member that is about to change. */
function hasConditionKey(block: Node | undefined, key: string, self: Member): boolean {
  return block?.kind === 'object' && block.members.some((member) => member !== self && member.key.value.toLowerCase() === key.toLowerCase());
}

/** Gives the roles in a condition on `aws:PrincipalArn` their path, as patterns under an operator that takes patterns. */
export function fixPathlessRoles(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement): Fix[] {
  const { condition } = conditionInStatement;
  // What a declared placeholder says is not here to edit.
  if (literalValues(condition).length !== condition.values.length || condition.values.some(({ value, node }) => value !== node.value)) return [];
  const operator = operatorNamed(condition.operatorName ?? '')?.wildcards === true ? condition.operator : condition.operator.replace(/Equals(IgnoreCase)?/, 'Like');
  const values = condition.values.map(({ value }) => reservedRoleWithoutPath(value)?.pattern ?? value);
  const [only] = values;
  const value = condition.keyMember.value?.kind === 'list' ? values : only ?? '';
  return fixCondition('Write the role with its path', located, conditionInStatement, { ...(operator === condition.operator ? {} : { operator }), value });
}
