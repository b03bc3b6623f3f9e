import type { LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { JsonValue, TreeEdit } from '../parse/edit';
import { renderEdits } from '../parse/json-edit';
import { jsonOf } from '../parse/json-value';
import { memberOf, type Node } from '../parse/tree';
import type { FileChange } from '../text/change';
import { wordActions } from './action-wording';
import { conditionElement, conditionMark, type CarriedCondition } from './carried-conditions';
import type { Need } from './need';
import { inFileWords } from './render';

/** A JSON object; policies are made of them. */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** A statement to add, or, with `extend`, actions to add to one that says all the rest already. */
export interface Addition {
  readonly statement: JsonObject;
  readonly extend: Statement | undefined;
}

/** Makes the addition for each need: `fits` tells the statements that are about the same principal or resource. */
export function additionsFor(
  needs: readonly Need[],
  options: { readonly policy: LocatedPolicy | undefined; readonly fits: (statement: Statement) => boolean; readonly write: (need: Need, taken: Set<string>) => JsonObject },
): Addition[] {
  const statements = options.policy?.policy.statements ?? [];
  const taken = new Set(statements.map((statement) => statement.sid?.value ?? ''));
  return needs.map((need) => {
    const extend = statements.find((statement) => isExtensible(statement) && options.fits(statement) && sameConditions(statement, need.conditions));
    return extend
      ? { statement: { ...objectOf(extend.node), Action: oneOrMany(wordActions(need.actions, need.written)) }, extend }
      : { statement: options.write(need, taken), extend };
  });
}

/** The elements in the order in which AWS writes them; those that are undefined are left out. */
export function statementObject(elements: {
  readonly sid: string | undefined; readonly principal?: JsonValue; readonly actions: readonly string[]; readonly resource: JsonValue;
  readonly conditions: readonly CarriedCondition[];
}): JsonObject {
  const condition = conditionElement(elements.conditions);
  return {
    ...(elements.sid === undefined ? {} : { Sid: elements.sid }),
    Effect: 'Allow',
    ...(elements.principal === undefined ? {} : { Principal: elements.principal }),
    Action: oneOrMany(elements.actions),
    Resource: elements.resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

export function policyDocument(statements: readonly JsonObject[]): JsonObject {
  return { Version: '2012-10-17', Statement: statements };
}

/** Adds to a policy that there is; everything else in its file stays as it is. */
export function addToPolicy(policy: LocatedPolicy, additions: readonly Addition[]): { readonly change: FileChange; readonly document: JsonValue } {
  const edits = additions.flatMap((addition) => editsFor(policy, inFileWords(addition.statement), addition.extend));
  return { change: { uri: policy.uri, edits: renderEdits(policy.layer, edits) }, document: documentWith(policy, additions) };
}

function editsFor(policy: LocatedPolicy, statement: JsonObject, extend: Statement | undefined): TreeEdit[] {
  if (extend?.action) {
    const { member } = extend.action;
    return listOf(statement['Action']).map((value) => ({ edit: 'append', member, value }));
  }
  const { node, statementMember } = policy.policy;
  return [statementMember
    ? { edit: 'append', member: statementMember, value: statement }
    : { edit: 'set-member', object: node, name: 'Statement', value: [statement] }];
}

function documentWith(policy: LocatedPolicy, additions: readonly Addition[]): JsonValue {
  const document = objectOf(policy.policy.node);
  const extended = new Map<Node, JsonObject>();
  for (const { extend, statement } of additions) if (extend) extended.set(extend.node, statement);
  const before = memberOf(policy.policy.node, 'Statement')?.value;
  const nodes = before?.kind === 'list' ? before.items : before ? [before] : [];
  const statements = nodes.map((node) => {
    const added = extended.get(node);
    const value = jsonOf(node);
    return added && isObject(value) ? { ...value, Action: [...listOf(value['Action']), ...listOf(added['Action'])] } : value;
  });
  return { ...document, Statement: [...statements, ...additions.filter((addition) => !addition.extend).map((addition) => addition.statement)] };
}

/** Names of its own, in an Allow that is surely there: nothing else can be added to without changing what it means. */
function isExtensible(statement: Statement): boolean {
  const { action } = statement;
  return statement.effect === 'Allow' && !statement.maybe && action !== undefined && !action.negated && !action.unknown
    && action.member.value !== undefined;
}

function sameConditions(statement: Statement, conditions: readonly CarriedCondition[]): boolean {
  const own = statement.conditions.map((condition) => ({
    operator: condition.operator, key: condition.key, values: condition.values.map((value) => value.value),
  }));
  return conditionMark(own) === conditionMark(conditions.map(inFileWords));
}

function oneOrMany(values: readonly string[]): JsonValue {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value as readonly JsonValue[] : [value];
}

function objectOf(node: Node): JsonObject {
  const value = jsonOf(node);
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
