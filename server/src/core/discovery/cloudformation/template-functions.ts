import { POLICY_HINTS } from '../../aws/policy-grammar';
import type { ConditionChoice } from '../../policy/presence';
import { isNoValue, isTemplateFunction, mayHaveMoreMembers } from '../../policy/template-function';
import { placeholdersUnder } from '../../syntax/placeholders';
import { isStringNode, memberOf, type Node, type ObjectNode, type ScalarNode } from '../../syntax/tree';
import { appendCharacters, appendPlaceholder, appendText, emptyScalarDraft, scalarOfDraft, type ScalarDraft } from './scalar-draft';
import type { Template } from './template';
import type { SubText } from './written-document';

/**
 * Intrinsic functions of CloudFormation: a value that they make becomes one scalar, of the characters that are written and of placeholders
 * by the names of what is referred to: `AWS::AccountId`, `Parameter`, `Resource`, `Resource.Attribute`, `import NAME`. A part of which
 * nothing is known has a name of its own.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export interface FunctionContext {
  readonly template: Template;
  /** Where the strings are parts of a JSON text that is the text of an `Fn::Sub`: `${Name}` in them is a reference. */
  readonly sub?: SubText | undefined;
  /** Missing where only what is written counts. */
  readonly choices?: TemplateChoices | undefined;
}

/** Decides which of several values of a template counts. */
export interface TemplateChoices {
  /** The text of a value; undefined where it is not known for certain. */
  readonly textOf: (node: Node | undefined) => string | undefined;
  /** Undefined where it is not known. */
  readonly isConditionTrue: (name: string) => boolean | undefined;
  /** The condition that is not decided, with a value. */
  readonly choiceOf: (name: string, isTrue: boolean) => ConditionChoice;
}

/** The tree with every function in it resolved, but for those that choose between values or leave one out. */
export function resolveFunctions(node: Node, context: FunctionContext, memberName?: string): Node {
  switch (node.kind) {
    case 'scalar': return resolveScalar(node, context, memberName);
    case 'list': {
      const items = node.items.map((item) => resolveFunctions(item, context));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    case 'object': return isTemplateFunction(node) ? resolveFunction(node, context) : resolveMembers(node, context);
  }
}

function resolveMembers(node: ObjectNode, context: FunctionContext): ObjectNode {
  const members = node.members.map((member) => {
    const value = member.value && resolveFunctions(member.value, context, member.key.value);
    return value === member.value ? member : { ...member, value };
  });
  return members.every((member, index) => member === node.members[index]) ? node : { ...node, members };
}

/** The functions that the reader of policies understands by itself: they decide whether a value is there. */
function isChoice(node: ObjectNode): boolean {
  return memberOf(node, 'Fn::If') !== undefined || mayHaveMoreMembers(node) || isNoValue(node);
}

/** The branch of an `Fn::If` whose condition is decided. */
export function decidedBranch(node: Node, choices: TemplateChoices | undefined): Node | undefined {
  const argument = memberOf(node, 'Fn::If')?.value;
  const [name, ...branches] = isTemplateFunction(node) && argument?.kind === 'list' ? argument.items : [];
  const isTrue = name?.kind === 'scalar' ? choices?.isConditionTrue(name.value) : undefined;
  return isTrue === undefined ? undefined : branches[isTrue ? 0 : 1];
}

function resolveFunction(node: ObjectNode, context: FunctionContext): Node {
  const [member] = node.members;
  if (!member) return node;
  const branch = decidedBranch(node, context.choices);
  if (branch) return resolveFunctions(branch, context);
  if (isChoice(node)) return resolveMembers(node, context);
  const draft = emptyScalarDraft();
  appendValue(draft, node, context, MAX_NESTED_FUNCTIONS);
  const subText = member.key.value === 'Fn::Sub' ? subTextOf(member.value) : undefined;
  return scalarOfDraft(draft, node, subText?.content);
}

const MAX_NESTED_FUNCTIONS = 20;

/**
 * In a plain string `${X}` is text (it is an Fn::Sub that makes it a reference); a dynamic reference counts everywhere. CloudFormation
 * makes strings of the numbers and Booleans in a policy.
 */
function resolveScalar(node: ScalarNode, context: FunctionContext, memberName: string | undefined): ScalarNode {
  if (node.type === 'null') return node;
  if (node.type !== 'string') return { ...node, type: 'string' };
  if (context.sub && node.value.includes('${')) {
    const draft = emptyScalarDraft();
    appendSubText(draft, node, context.sub.substitutions, context, MAX_NESTED_FUNCTIONS);
    return scalarOfDraft(draft, node, node.content);
  }
  const placeholders = placeholdersOf(node, memberName);
  return placeholders.length === node.placeholders.length ? node : { ...node, placeholders };
}

/** Words to replace and dynamic references. YAML does not find placeholders by itself, JSON finds more than there are in a template. */
function placeholdersOf(node: ScalarNode, memberName: string | undefined): ScalarNode['placeholders'] {
  return placeholdersUnder(memberName, node.value, node.content.start, POLICY_HINTS).filter(({ form, start }) =>
    form === 'word' || node.value.startsWith(DYNAMIC_REFERENCE, start));
}

const DYNAMIC_REFERENCE = '{{resolve:';

/** Adds the value of a node to a text. */
function appendValue(draft: ScalarDraft, node: Node | undefined, context: FunctionContext, depth: number): void {
  if (!node) return;
  if (node.kind === 'scalar') {
    appendScalar(draft, node);
    return;
  }
  const [member] = node.kind === 'object' ? node.members : [];
  if (!member || !isTemplateFunction(node) || depth === 0) {
    appendUnknown(draft, node);
    return;
  }
  const argument = member.value;
  const branch = decidedBranch(node, context.choices);
  if (branch) {
    appendValue(draft, branch, context, depth - 1);
    return;
  }
  switch (member.key.value) {
    case 'Ref': appendReference(draft, isStringNode(argument) ? argument.value : undefined, node); break;
    case 'Fn::GetAtt': appendReference(draft, attributeNameOf(argument), node); break;
    case 'Fn::Sub': appendSub(draft, node, argument, context, depth); break;
    case 'Fn::Join': appendJoin(draft, node, argument, context, depth); break;
    case 'Fn::FindInMap': appendNodeOrUnknown(draft, node, valueInMap(argument, context), context, depth); break;
    case 'Fn::Select': appendNodeOrUnknown(draft, node, selectedNode(argument), context, depth); break;
    case 'Fn::ImportValue': appendImport(draft, node, argument, context, depth); break;
    default: appendUnknown(draft, node);
  }
}

function appendScalar(draft: ScalarDraft, node: ScalarNode): void {
  const start = draft.value.length;
  appendCharacters(draft, node, 0, node.value.length);
  for (const placeholder of placeholdersOf(node, undefined))
    draft.placeholders.push({ ...placeholder, start: start + placeholder.start, end: start + placeholder.end });
}

/** No other place has the same name, so that nothing is taken to be the same value. */
function appendUnknown(draft: ScalarDraft, node: Node): void {
  const [member] = node.kind === 'object' ? node.members : [];
  appendPlaceholder(draft, `${member?.key.value ?? 'value'}@${node.span.start}`, node.span.start);
}

function appendReference(draft: ScalarDraft, name: string | undefined, node: Node): void {
  if (name === undefined || name === '') appendUnknown(draft, node);
  else appendPlaceholder(draft, name, node.span.start);
}

/** `A.B.C` of `"A.B.C"` or `["A", "B.C"]`. */
function attributeNameOf(argument: Node | undefined): string | undefined {
  if (isStringNode(argument)) return argument.value;
  if (argument?.kind !== 'list') return undefined;
  const parts = argument.items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
  return parts.length >= 2 && parts.every((part) => part !== undefined) ? parts.join('.') : undefined;
}

function subTextOf(argument: Node | undefined): ScalarNode | undefined {
  const text = argument?.kind === 'list' ? argument.items[0] : argument;
  return isStringNode(text) ? text : undefined;
}

function appendSub(draft: ScalarDraft, node: Node, argument: Node | undefined, context: FunctionContext, depth: number): void {
  const text = subTextOf(argument);
  if (text) appendSubText(draft, text, argument?.kind === 'list' ? argument.items[1] : undefined, context, depth - 1);
  else appendUnknown(draft, node);
}

/** @param names the map of an `Fn::Sub`, whose names come before those of the template */
function appendSubText(draft: ScalarDraft, text: ScalarNode, names: Node | undefined, context: FunctionContext, depth: number): void {
  let end = 0;
  for (const match of text.value.matchAll(/\$\{([^{}]*)\}/g)) {
    appendCharacters(draft, text, end, match.index);
    end = match.index + match[0].length;
    const name = (match[1] ?? '').trim();
    const value = memberOf(names, name)?.value;
    if (name.startsWith('!')) {
      // `${!Name}` stands for the text `${Name}`.
      appendCharacters(draft, text, match.index, match.index + 2);
      appendCharacters(draft, text, match.index + 2 + match[0].indexOf('!') - 1, end);
    } else if (value) appendValue(draft, value, context, depth);
    else appendWrittenReference(draft, text, { name, start: match.index, end });
  }
  appendCharacters(draft, text, end, text.value.length);
}

function appendWrittenReference(draft: ScalarDraft, text: ScalarNode,
  { name, start, end }: { readonly name: string; readonly start: number; readonly end: number }): void {
  const from = draft.value.length;
  appendCharacters(draft, text, start, end);
  draft.placeholders.push({ form: 'template', name, start: from, end: draft.value.length });
}

function appendJoin(draft: ScalarDraft, node: Node, argument: Node | undefined, context: FunctionContext, depth: number): void {
  const [separator, list] = argument?.kind === 'list' ? argument.items : [];
  if (separator?.kind !== 'scalar' || list?.kind !== 'list' || list.items.some(mayBeSeveralValues)) {
    appendUnknown(draft, node);
    return;
  }
  list.items.forEach((item, index) => {
    if (index > 0) appendText(draft, separator.value, item.span.start);
    appendValue(draft, item, context, depth - 1);
  });
}

/** In a list of values such an item may be none or several of them. */
function mayBeSeveralValues(node: Node): boolean {
  return node.kind === 'object' && isChoice(node);
}

function appendNodeOrUnknown(draft: ScalarDraft, node: Node, value: Node | undefined, context: FunctionContext, depth: number): void {
  if (value?.kind === 'scalar') appendText(draft, value.value, node.span.start);
  else if (value) appendValue(draft, value, context, depth - 1);
  else appendUnknown(draft, node);
}

/** The value that the keys name; one of several that depend on the deployment is not known. */
function valueInMap(argument: Node | undefined, { template: { mappings }, choices }: FunctionContext): Node | undefined {
  if (argument?.kind !== 'list') return undefined;
  let value = mappings;
  for (const node of argument.items.slice(0, 3)) {
    const key = node.kind === 'scalar' ? node.value : choices?.textOf(node);
    value = key === undefined ? undefined : memberOf(value, key)?.value;
  }
  return value?.kind === 'scalar' ? value : undefined;
}

/** The item of a literal list. */
function selectedNode(argument: Node | undefined): Node | undefined {
  const [index, list] = argument?.kind === 'list' ? argument.items : [];
  if (index?.kind !== 'scalar' || list?.kind !== 'list' || list.items.some(mayBeSeveralValues)) return undefined;
  return list.items[Number(index.value)];
}

function appendImport(draft: ScalarDraft, node: Node, argument: Node | undefined, context: FunctionContext, depth: number): void {
  appendPlaceholder(draft, importPlaceholderName(argument, { ...context, choices: undefined }, depth - 1), node.span.start);
}

/** The name of the placeholder that stands for `Fn::ImportValue` with that argument. */
export function importPlaceholderName(argument: Node | undefined, context: FunctionContext, depth = MAX_NESTED_FUNCTIONS): string {
  const name = emptyScalarDraft();
  appendValue(name, argument, context, depth);
  return `${IMPORT_PREFIX}${name.value}`;
}

const IMPORT_PREFIX = 'import ';

/** The name of the export, as it was read, behind the placeholder of an import; undefined for other placeholders. */
export function importNameOfPlaceholder(placeholderName: string): string | undefined {
  return placeholderName.startsWith(IMPORT_PREFIX) ? placeholderName.slice(IMPORT_PREFIX.length) : undefined;
}
