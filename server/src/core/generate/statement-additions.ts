import { renderPolicyEdits } from '../discovery/policy-edits';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { nodeToJson } from '../syntax/canonical-value';
import { memberOf, type Node } from '../syntax/tree';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import type { FileChange } from '../text/file-change';
import { renderWithoutCircularDependency } from './circular-dependency';
import { actionPatternsFor } from './action-patterns';
import { conditionElement, conditionEntriesKey, singleValueOrList, type ConditionEntry } from './condition-entries';
import { refusal, type Refusal } from './counterpart';
import { withPlaceholderWords } from './render';
import type { RequiredPermission } from './required-permission';

/** A JSON object; policies are made of them. */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** A statement to add, or, with `extendedStatement`, actions to add to a statement that has everything else already. */
export interface StatementAddition {
  readonly statement: JsonObject;
  readonly extendedStatement?: Statement | undefined;
}

/** What a statement says besides its actions and conditions. */
export interface StatementFrame {
  readonly sid: (permission: RequiredPermission) => string | undefined;
  /** Of a key policy. */
  readonly principal?: JsonValue;
  readonly resource: string;
}

/**
 * The addition to the policy for each permission.
 *
 * @param isExtensible whether a statement of the policy is about the same principal or resource
 */
export function statementAdditionsFor(permissions: readonly RequiredPermission[], policy: DiscoveredPolicy | undefined,
  isExtensible: (statement: Statement) => boolean, frame: StatementFrame): StatementAddition[] {
  const statements = policy?.policy.statements ?? [];
  const usedSids = sidsOf(policy);
  return permissions.map((permission) => {
    const extendedStatement = statements.find((statement) =>
      hasExplicitActions(statement) && isExtensible(statement) && hasConditions(statement, permission.conditions));
    if (!extendedStatement) return { statement: allowStatement(permission, frame, usedSids) };
    const actions = actionPatternsFor(permission.actions, permission.writtenActions);
    return { statement: { ...jsonObjectOf(extendedStatement.node), Action: singleValueOrList(actions) }, extendedStatement };
  });
}

/** The statement that gives the permission. @param usedSids Sids of the policy; that of the statement counts as taken from then on */
export function allowStatement(permission: RequiredPermission, frame: StatementFrame, usedSids: Set<string>): JsonObject {
  const sid = frame.sid(permission);
  return statementObject({
    sid: sid === undefined ? undefined : uniqueSid(sid, usedSids), principal: frame.principal,
    actions: actionPatternsFor(permission.actions, permission.writtenActions), resource: frame.resource, conditions: permission.conditions,
  });
}

/** The Sids of the policy, for `uniqueSid`. */
export function sidsOf(policy: DiscoveredPolicy | undefined): Set<string> {
  return new Set(policy?.policy.statements.map(({ sid }) => sid?.value ?? ''));
}

/** The Sid, with a number behind it when the policy has it already; the result counts as taken from then on. */
export function uniqueSid(sid: string, usedSids: Set<string>): string {
  const separator = sid.includes(' ') ? ' ' : '';
  let free = sid;
  for (let number = 2; usedSids.has(free); number++) free = `${sid}${separator}${number}`;
  usedSids.add(free);
  return free;
}

/** The elements in the order in which AWS writes them; those that are undefined are left out. */
export function statementObject({ sid, principal, actions, resource, conditions }: {
  readonly sid: string | undefined; readonly principal?: JsonValue | undefined; readonly actions: readonly string[];
  readonly resource: JsonValue; readonly conditions: readonly ConditionEntry[];
}): JsonObject {
  const condition = conditionElement(conditions);
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: 'Allow',
    ...(principal === undefined ? {} : { Principal: principal }),
    Action: singleValueOrList(actions),
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

export function policyDocument(statements: readonly JsonObject[]): JsonObject {
  return { Version: '2012-10-17', Statement: statements };
}

/** Adds to an existing policy; everything else in its file stays as it is. */
export function applyAdditions(policy: DiscoveredPolicy,
  additions: readonly StatementAddition[]): { readonly change: FileChange; readonly document: JsonValue } | Refusal {
  const edits = additions.flatMap((addition) => editsOfAddition(policy, addition));
  const direct = renderPolicyEdits(policy, edits);
  const rendered = direct.edits ? direct : renderWithoutCircularDependency(policy, edits) ?? direct;
  if (!rendered.edits) return refusal(rendered.refusal);
  return { change: { uri: policy.uri, edits: rendered.edits }, document: documentWithAdditions(policy, additions) };
}

function editsOfAddition({ policy: { node, statementMember } }: DiscoveredPolicy, addition: StatementAddition): TreeEdit[] {
  const statement = withPlaceholderWords(addition.statement);
  const member = addition.extendedStatement?.action?.member;
  if (member) return toJsonList(statement['Action']).map((value) => ({ edit: 'append', member, value }));
  return [statementMember
    ? { edit: 'append', member: statementMember, value: statement }
    : { edit: 'set-member', object: node, name: 'Statement', value: [statement] }];
}

function documentWithAdditions({ policy }: DiscoveredPolicy, additions: readonly StatementAddition[]): JsonValue {
  const statementMember = memberOf(policy.node, 'Statement')?.value;
  const nodes = statementMember?.kind === 'list' ? statementMember.items : statementMember ? [statementMember] : [];
  const statements = nodes.map((node) => {
    const value = nodeToJson(node);
    const actions = additions.filter(({ extendedStatement }) => extendedStatement?.node === node)
      .flatMap(({ statement }) => toJsonList(statement['Action']));
    return actions.length > 0 && isJsonObject(value) ? { ...value, Action: [...toJsonList(value['Action']), ...actions] } : value;
  });
  const added = additions.filter(({ extendedStatement }) => !extendedStatement).map(({ statement }) => statement);
  return { ...jsonObjectOf(policy.node), Statement: [...statements, ...added] };
}

/** An Allow with a list of its own actions that is certain to be there: adding to any other would change what it means. */
function hasExplicitActions({ effect, isMaybe, action }: Statement): boolean {
  return effect === 'Allow' && !isMaybe && action?.negated === false && !action.hasPlaceholder && action.member.value !== undefined;
}

function hasConditions(statement: Statement, conditions: readonly ConditionEntry[]): boolean {
  const entries = statement.conditions.map(({ operator, key, values }) => ({ operator, key, values: values.map(({ value }) => value) }));
  return conditionEntriesKey(entries) === conditionEntriesKey(conditions.map(withPlaceholderWords));
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
