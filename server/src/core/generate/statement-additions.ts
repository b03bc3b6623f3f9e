import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { memberOf, type Node } from '../syntax/tree';
import type { FileChange } from '../text/file-change';
import { actionPatternsFor } from './action-patterns';
import { conditionElement, conditionEntriesKey, type ConditionEntry } from './condition-entries';
import type { RequiredPermission } from './required-permission';
import { refusal, type Refusal } from './counterpart';
import { withPlaceholderWords } from './render';

/** A JSON object; policies are made of them. */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** A statement to add, or, with `extend`, actions to add to one that says all the rest already. */
export interface StatementAddition {
  readonly statement: JsonObject;
  readonly extendedStatement: Statement | undefined;
}

/** Makes the addition for each need: `fits` tells the statements that are about the same principal or resource. */
export function statementAdditionsFor(
  requiredPermissions: readonly RequiredPermission[],
  options: { readonly policy: DiscoveredPolicy | undefined; readonly fits: (statement: Statement) => boolean;
    readonly write: (requiredPermission: RequiredPermission, taken: Set<string>) => JsonObject },
): StatementAddition[] {
  const statements = options.policy?.policy.statements ?? [];
  const taken = new Set(statements.map((statement) => statement.sid?.value ?? ''));
  return requiredPermissions.map((need) => {
    const extendedStatement = statements.find((statement) =>
      isExtensible(statement) && options.fits(statement) && hasConditions(statement, need.conditions)
    );
    return extendedStatement
      ? {
        statement: { ...jsonObjectOf(extendedStatement.node),
          Action: singleValueOrList(actionPatternsFor(need.actions, need.writtenActions)) },
        extendedStatement,
      }
      : { statement: options.write(need, taken), extendedStatement };
  });
}

/** The elements in the order in which AWS writes them; those that are undefined are left out. */
export function statementObject(elements: {
  readonly sid: string | undefined; readonly principal?: JsonValue; readonly actions: readonly string[]; readonly resource: JsonValue;
  readonly conditions: readonly ConditionEntry[];
}): JsonObject {
  const condition = conditionElement(elements.conditions);
  return {
    ...(elements.sid === undefined ? {} : { Sid: elements.sid }),
    Effect: 'Allow',
    ...(elements.principal === undefined ? {} : { Principal: elements.principal }),
    Action: singleValueOrList(elements.actions),
    Resource: elements.resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

export function policyDocument(statements: readonly JsonObject[]): JsonObject {
  return { Version: '2012-10-17', Statement: statements };
}

/** Adds to an existing policy; everything else in its file stays as it is. */
export function applyAdditions(
  policy: DiscoveredPolicy, statementAdditions: readonly StatementAddition[],
): { readonly change: FileChange; readonly document: JsonValue } | Refusal {
  const edits = statementAdditions.flatMap((statementAddition) =>
    editsOfAddition(policy, withPlaceholderWords(statementAddition.statement), statementAddition.extendedStatement)
  );
  const rendered = policy.layer.syntax.renderEdits(policy.layer, edits);
  if (!rendered.edits) return refusal(rendered.refusal);
  return { change: { uri: policy.uri, edits: rendered.edits }, document: documentWithAdditions(policy, statementAdditions) };
}

function editsOfAddition(policy: DiscoveredPolicy, statement: JsonObject, extend: Statement | undefined): TreeEdit[] {
  if (extend?.action) {
    const { member } = extend.action;
    return toJsonList(statement['Action']).map((value) => ({ edit: 'append', member, value }));
  }
  const { node, statementMember } = policy.policy;
  return [statementMember
    ? { edit: 'append', member: statementMember, value: statement }
    : { edit: 'set-member', object: node, name: 'Statement', value: [statement] }];
}

function documentWithAdditions(policy: DiscoveredPolicy, statementAdditions: readonly StatementAddition[]): JsonValue {
  const document = jsonObjectOf(policy.policy.node);
  const extended = new Map<Node, JsonObject>();
  for (const { extendedStatement, statement } of statementAdditions) if (extendedStatement) extended.set(extendedStatement.node, statement);
  const before = memberOf(policy.policy.node, 'Statement')?.value;
  const nodes = before?.kind === 'list' ? before.items : before ? [before] : [];
  const statements = nodes.map((node) => {
    const added = extended.get(node);
    const value = nodeToJson(node);
    return added && isJsonObject(value) ? { ...value, Action: [...toJsonList(value['Action']), ...toJsonList(added['Action'])] } : value;
  });
  return { ...document,
    Statement: [...statements,
      ...statementAdditions.filter((statementAddition) => !statementAddition.extendedStatement).map((addition) => addition.statement)] };
}

/** Names of its own, in an Allow that is surely there: nothing else can be added to without changing what it means. */
function isExtensible(statement: Statement): boolean {
  const { action } = statement;
  return statement.effect === 'Allow' && !statement.isMaybe && action !== undefined && !action.negated && !action.hasPlaceholder
    && action.member.value !== undefined;
}

function hasConditions(statement: Statement, conditions: readonly ConditionEntry[]): boolean {
  const own = statement.conditions.map((condition) => ({
    operator: condition.operator, key: condition.key, values: condition.values.map((value) => value.value),
  }));
  return conditionEntriesKey(own) === conditionEntriesKey(conditions.map(withPlaceholderWords));
}

function singleValueOrList(values: readonly string[]): JsonValue {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}

function toJsonList(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value as readonly JsonValue[] : [value];
}

function jsonObjectOf(node: Node): JsonObject {
  const value = nodeToJson(node);
  return isJsonObject(value) ? value : {};
}

function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
