import { reservedRoleWithoutPath } from '../../aws/reserved-roles';
import type { Statement } from '../../policy/policy';
import { hasSubstitutedPlaceholder } from '../../policy/policy-string';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { nodeToJson } from '../../syntax/canonical-value';
import { memberOf, type Member, type Node } from '../../syntax/tree';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { fixPolicy, type FixOptions, type Fix } from './fix';
import { literalValues, takesWildcards, type ConditionInStatement } from './kms-conditions';

/** A condition to add to those of a statement. */
export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly value: JsonValue;
}

/** Limits kms:CreateGrant to the grants that AWS services make. */
export const GRANT_FOR_AWS_RESOURCE: ConditionTest = { operator: 'Bool', key: 'kms:GrantIsForAWSResource', value: 'true' };

type ConditionBlock = Readonly<Record<string, JsonValue>>;

/** Adds the tests to the conditions of a statement; they replace the values of conditions with the same operator and key. */
export function conditionEdits(statement: Statement, conditionTests: readonly ConditionTest[]): TreeEdit[] {
  const block = statement.conditionMember?.value;
  if (block?.kind !== 'object')
    return [{ edit: 'set-member', object: statement.node, name: 'Condition', value: withConditionTests({}, conditionTests) }];
  const edits: TreeEdit[] = [];
  const missing: ConditionTest[] = [];
  for (const conditionTest of conditionTests) {
    const operatorBlock = memberOf(block, conditionTest.operator)?.value;
    if (operatorBlock?.kind !== 'object') {
      missing.push(conditionTest);
      continue;
    }
    // Condition keys are not case-sensitive.
    const keyMember = operatorBlock.members.find(({ key }) => key.value.toLowerCase() === conditionTest.key.toLowerCase());
    edits.push(keyMember?.value
      ? { edit: 'replace', node: keyMember.value, value: conditionTest.value }
      : { edit: 'set-member', object: operatorBlock, name: conditionTest.key, value: conditionTest.value });
  }
  const blocks = Object.entries(withConditionTests({}, missing));
  return [...edits, ...blocks.map(([name, value]): TreeEdit => ({ edit: 'set-member', object: block, name, value }))];
}

/** The conditions of a statement with the tests, for a copy of it. */
export function conditionsWith(statement: Statement, conditionTests: readonly ConditionTest[]): ConditionBlock {
  const block = statement.conditionMember?.value;
  const conditions = block && nodeToJson(block);
  return withConditionTests(isConditionBlock(conditions) ? conditions : {}, conditionTests);
}

function withConditionTests(block: ConditionBlock, conditionTests: readonly ConditionTest[]): ConditionBlock {
  const blocks: Record<string, JsonValue> = { ...block };
  for (const { operator, key, value } of conditionTests) {
    const operatorBlock = blocks[operator];
    blocks[operator] = { ...(isConditionBlock(operatorBlock) ? operatorBlock : {}), [key]: value };
  }
  return blocks;
}

function isConditionBlock(value: JsonValue | undefined): value is ConditionBlock {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a condition of the statement has this key, given in lower case. */
export function hasConditionOnKey(statement: Statement, keyLower: string): boolean {
  return statement.conditions.some((condition) => condition.keyLower === keyLower);
}

/** The parts of a condition to change; the others stay as they are written. */
interface ConditionChange {
  readonly operator?: string;
  readonly key?: string;
  readonly value?: JsonValue;
}

/**
 * A fix that changes a condition; none where the statement already has a condition with the new operator and key. Only this key moves to
 * another operator; the other keys under the old operator stay.
 */
export function fixCondition(
  title: string, located: DiscoveredPolicy, { statement, condition }: ConditionInStatement,
  { operator = condition.operator, key = condition.key, value }: ConditionChange, options: FixOptions = {},
): Fix[] {
  const fix = (...edits: TreeEdit[]): Fix[] => [fixPolicy(title, located, edits, options)];
  const conditionNode = statement.conditionMember?.value;
  if (conditionNode?.kind !== 'object') return [];
  const member = conditionNode.members.find((operatorMember) => operatorMember.key === condition.operatorNode);
  const block = member?.value;
  const { keyMember } = condition;
  if (!member || block?.kind !== 'object' || !keyMember.value) return [];
  const target = operator === condition.operator ? member : memberOf(conditionNode, operator);
  if (target && hasConditionKey(target.value, key, keyMember)) return [];
  if (target === member || !target && block.members.length === 1) {
    return fix(
      ...(operator === condition.operator ? [] : [{ edit: 'rename-member' as const, member, name: operator }]),
      ...(key === condition.key ? [] : [{ edit: 'rename-member' as const, member: keyMember, name: key }]),
      ...(value === undefined ? [] : [{ edit: 'replace' as const, node: keyMember.value, value }]),
    );
  }
  const newValue = value ?? nodeToJson(keyMember.value);
  const removal: TreeEdit = block.members.length === 1
    ? { edit: 'remove-member', object: conditionNode, member }
    : { edit: 'remove-member', object: block, member: keyMember };
  if (!target) {
    const after = condition.operator;
    return fix(removal, { edit: 'set-member', object: conditionNode, name: operator, value: { [key]: newValue }, after });
  }
  return target.value?.kind === 'object' ? fix(removal, { edit: 'set-member', object: target.value, name: key, value: newValue }) : [];
}

/** Whether the block already has the key, case-insensitively, besides the member that is about to change. */
function hasConditionKey(block: Node | undefined, key: string, changedMember: Member): boolean {
  return block?.kind === 'object'
    && block.members.some((member) => member !== changedMember && member.key.value.toLowerCase() === key.toLowerCase());
}

/** Adds the path to the roles in a condition on `aws:PrincipalArn`, as patterns under an operator that supports wildcards. */
export function fixPathlessRoles(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement): Fix[] {
  const { condition } = conditionInStatement;
  if (literalValues(condition).length !== condition.values.length || condition.values.some(hasSubstitutedPlaceholder)) return [];
  const operator = takesWildcards(condition) ? condition.operator : condition.operator.replace(/Equals(IgnoreCase)?/, 'Like');
  const values = condition.values.map(({ value }) => reservedRoleWithoutPath(value)?.pattern ?? value);
  const value = condition.keyMember.value?.kind === 'list' ? values : values[0] ?? '';
  return fixCondition('Write the role with its path', located, conditionInStatement, { operator, value });
}
