import { isStringNode, memberOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import type { ExpectedType, MalformedElement, Policy, Statement } from './policy';
import { misspelledElement } from './misspelled-elements';
import { isTemplateFunction } from './template-function';

/** Where the reader records what is malformed. */
export type MalformedElements = MalformedElement[];

/** Members that are still being typed, and names that a template fills in, are not duplicates. */
export function recordDuplicates(object: ObjectNode, malformed: MalformedElements, anyCase = false): void {
  const { members, closed } = object;
  if (members.length < 2 || !closed) return;
  const membersByName = new Map<string, Member>();
  for (const member of members) {
    if (!member.value || member.key.placeholders.length > 0) continue;
    const name = anyCase ? member.key.value.toLowerCase() : member.key.value;
    const first = membersByName.get(name);
    if (first) malformed.push({ kind: 'duplicate-element', object, first, second: member, anyCase });
    membersByName.set(name, member);
  }
}

/**
 * Not for names that a template fills in or that are still being typed. A name that ends with a colon lacks a quote, and behind an element
 * without a value a brace is missing, which `json-syntax` reports.
 */
export function recordUnknownElements(object: ObjectNode, members: readonly Member[], elements: readonly string[],
  malformed: MalformedElements): void {
  if (members.length === 0) return;
  const isIncomplete = object.members.some(({ value }) => value === undefined);
  for (const member of members) {
    const { key, value } = member;
    if (value === undefined || key.placeholders.length > 0 || /^(Ref|Fn::)|:\s*$/.test(key.value)) continue;
    if (isIncomplete && nearestWord(key.value, elements) === undefined) continue;
    malformed.push({ kind: 'unknown-element', object, member, elements });
  }
}

export function recordIfEmpty(object: ObjectNode, member: Member, malformed: MalformedElements): void {
  const node = member.value;
  if (!node || node.kind === 'scalar' || !node.closed || (node.kind === 'list' ? node.items : node.members).length > 0) return;
  malformed.push({ kind: 'empty-value', node, object, member });
}

export function hasExpectedType(node: Node, expectedType: ExpectedType): boolean {
  if (expectedType === 'object') return node.kind === 'object' || node.kind === 'list' && node.items.length === 0 || mayBeAnyType(node);
  return isStringNode(node) || expectedType === 'values' && node.kind === 'scalar' && node.type !== 'null' || mayBeAnyType(node);
}

/** A value that is still being typed, or that a template fills in: `{"Ref": …}`, `{"Fn::Sub": …}`, `${…}`. */
export function mayBeAnyType(node: Node): boolean {
  if (!node.closed) return true;
  return node.kind === 'scalar' ? node.placeholders.length > 0 : isTemplateFunction(node);
}

/** Records what is malformed only in a policy of this kind. */
export function recordFormOfKind({ kind, node, isFragment, statements }: Policy, malformed: MalformedElements): void {
  const id = kind === 'identity' && !isFragment ? memberOf(node, 'Id') : undefined;
  if (id) malformed.push({ kind: 'resource-policy-element', object: node, member: id });
  for (const statement of statements) {
    const { node: object, principal, isSkeleton } = statement;
    for (const member of kind === 'identity' && principal ? object.members : [])
      if (/^(Not)?Principal$/.test(member.key.value)) malformed.push({ kind: 'resource-policy-element', object, member });
    if (!isSkeleton) recordFormOfStatement(statement, kind === 'key', malformed);
  }
  if (!isFragment && statements.length > 1) recordDuplicateSids(statements, malformed);
}

function recordFormOfStatement(statement: Statement, needsPrincipal: boolean, malformed: MalformedElements): void {
  const { effect, effectNode, principal, action, resource, node } = statement;
  if (!effectNode || !action || !resource || needsPrincipal && !principal) {
    const elements = { Effect: effectNode, Action: action, Resource: resource, ...needsPrincipal ? { Principal: principal } : {} };
    const missing = Object.entries(elements).flatMap(([name, element]) => (element || misspelledElement(node, name) ? [] : name));
    const isFinished = node.closed && node.members.every(({ value }) => value !== undefined);
    if (isFinished && missing.length > 0) malformed.push({ kind: 'missing-elements', statement, elements: missing });
  }
  const principalNode = principal?.member.value;
  if (needsPrincipal && principalNode && principal.principals.length === 0 && isEmptyPrincipal(principalNode))
    malformed.push({ kind: 'empty-principal', statement, value: principalNode });
  if (effect === undefined && isStringNode(effectNode) && effectNode.placeholders.length === 0)
    malformed.push({ kind: 'invalid-effect', node: effectNode });
}

/** An object or list without any value. One that is still being typed is not empty. */
function isEmptyPrincipal(node: Node | undefined): boolean {
  if (node?.kind === 'object') return node.closed && node.members.every(({ value }) => value?.kind === 'list' && isEmptyPrincipal(value));
  return node?.kind === 'list' && node.closed && node.items.length === 0;
}

function recordDuplicateSids(statements: readonly Statement[], malformed: MalformedElements): void {
  const statementsBySid = new Map<string, Statement>();
  for (const statement of statements) {
    const { sid, index, isSkeleton } = statement;
    if (isSkeleton || !sid || sid.value === '' || sid.placeholders.length > 0) continue;
    const firstStatement = statementsBySid.get(sid.value);
    if (!firstStatement) statementsBySid.set(sid.value, statement);
    // A template chooses one of the branches of `Fn::If`, which have one index.
    else if (firstStatement.index !== index) malformed.push({ kind: 'duplicate-sid', statement, firstStatement });
  }
}
