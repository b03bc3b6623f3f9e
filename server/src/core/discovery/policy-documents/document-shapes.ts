import { intendedElement } from '../../policy/misspelled-elements';
import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from '../../aws/policy-grammar';
import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode } from '../../syntax/tree';

/** A whole policy document, finished or not. */
export function isPolicyDocument(node: Node | undefined): node is ObjectNode {
  const statement = memberOf(node, 'Statement');
  if (!statement) return node?.kind === 'object' && (isBeginningOfDocument(node) || hasMisspelledStatementElement(node));
  const { value } = statement;
  if (value === undefined) return true;
  if (value.kind === 'scalar') return value.placeholders.length > 0;
  if (memberOf(node, 'Version')) return true;
  const first = value.kind === 'object' ? value : value.items[0];
  return first === undefined
    || first.kind !== 'scalar' && (first.kind === 'list' || first.members.length === 0 || countElements(first) > 0);
}

/** `{ "Version": "2012-10-17" }`, as one begins to type. */
function isBeginningOfDocument(node: ObjectNode): boolean {
  const version = memberOf(node, 'Version')?.value;
  return version?.kind === 'scalar' && /^20\d\d-10-17$/.test(version.value)
    && node.members.every(({ key }) => key.value === 'Version' || key.value === 'Id');
}

/** `"statement"` in other capitals, or `"Statements"`: AWS takes it for no policy, and nothing else than one is meant. */
function hasMisspelledStatementElement(node: ObjectNode): boolean {
  const value = node.members.find(({ key }) => intendedElement(key.value, DOCUMENT_ELEMENTS) === 'Statement')?.value;
  if (value === undefined || value.kind === 'scalar') return false;
  const [first] = itemsOf(value);
  return first?.kind === 'object' && countElements(first) >= 2;
}

/** A statement without the document around it. */
export function isStatementNode(node: Node | undefined): node is ObjectNode {
  if (node?.kind !== 'object') return false;
  const effect = memberOf(node, 'Effect')?.value;
  if (effect?.kind === 'scalar' && /^(?:allow|deny)$/i.test(effect.value)) return true;
  if (!hasPolicyValues(node)) return false;
  const count = countElements(node);
  return count >= 2 && count * 2 > node.members.length
    && (hasElement(node, 'Effect') || hasActionMember(node) || hasElement(node, 'Principal'));
}

/** Whether the elements have the values that they have in policies, finished or not. */
function hasPolicyValues(node: ObjectNode): boolean {
  return node.members.every(({ key, value }) => {
    if (value === undefined || value.kind === 'list') return true;
    if (/^(?:Not)?(?:Action|Resource)$|^(?:Sid|Effect)$/.test(key.value)) return value.kind === 'scalar' && value.type === 'string';
    return !/^(?:Not)?Principal$/.test(key.value) || value.kind === 'object' || value.type === 'string';
  });
}

/** Some elements of a statement, cut out of it without braces. */
export function isStatementPart(node: Node | undefined): node is ObjectNode {
  return node?.kind === 'object' && node.members.length > 0 && hasPolicyValues(node) && countElements(node) === node.members.length;
}

function countElements(node: ObjectNode): number {
  return node.members.filter(({ key }) => STATEMENT_ELEMENTS.includes(key.value)).length;
}

export function hasPrincipalMember(node: ObjectNode): boolean {
  return hasElement(node, 'Principal') || hasElement(node, 'NotPrincipal');
}

function hasActionMember(node: ObjectNode): boolean {
  return hasElement(node, 'Action') || hasElement(node, 'NotAction');
}

function hasElement(node: ObjectNode, name: string): boolean {
  return memberOf(node, name) !== undefined;
}

/** A CloudFormation template or an output of Terraform: they have readers of their own. */
export function isInfrastructureTemplate(node: Node | undefined): boolean {
  const isTerraformOutput = node?.kind === 'object'
    && ['terraform_version', 'planned_values', 'resource_changes'].some((name) => hasElement(node, name));
  return isTerraformOutput || isCloudFormationTemplate(node);
}

/**
 * By the version that only templates have, or by resources that have a type.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function isCloudFormationTemplate(node: Node | undefined): node is ObjectNode {
  if (node?.kind !== 'object') return false;
  if (hasElement(node, 'AWSTemplateFormatVersion')) return true;
  const resources = memberOf(node, 'Resources')?.value;
  return resources?.kind === 'object' && resources.members.some(({ value }) => {
    const type = memberOf(value, 'Type')?.value;
    return type?.kind === 'scalar' && /^(?:AWS|Alexa|Custom)::/.test(type.value);
  });
}

/** The string of that member; undefined for all other values. */
export function stringMemberOf(node: Node | undefined, name: string): string | undefined {
  const value = memberOf(node, name)?.value;
  return isStringNode(value) ? value.value : undefined;
}
