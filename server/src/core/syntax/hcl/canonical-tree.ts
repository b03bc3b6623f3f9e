import { lineBreak, lineStart } from '../../text/lines';
import type { Span } from '../../text/span';
import { NO_PLACEHOLDERS } from '../placeholders';
import type { ListNode, Member, Node, ObjectNode, Placeholder, ScalarNode } from '../tree';
import { scalarWithoutText } from '../tree-without-text';
import type {
  CallExpression, ConditionalExpression, Expression, HclBlock, HclBody, ObjectExpression, ObjectItem, TemplateExpression,
} from './hcl-tree';

/**
 * The tree of a file: that of the same configuration in JSON, in which a block is a member by its type and labels:
 * `resource "aws_kms_key" "main" {}` is `{ "resource": { "aws_kms_key": { "main": {} } } }`. Blocks of one type are members of one name.
 *
 * Source: https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function canonicalBody({ items, span }: HclBody, text: string, closed = true): ObjectNode {
  const members = items.map((item): Member => (item.kind === 'block' ? memberOfBlock(item, text)
    : { span: item.span, key: nameNode(item.name, item.nameSpan), value: canonicalNode(item.value, text) }));
  return { kind: 'object', span, members, closed, style: 'block' };
}

function memberOfBlock({ type, typeSpan, labels, body, span, closed }: HclBlock, text: string): Member {
  const names = [{ value: type, span: typeSpan }, ...labels];
  const innermost: Node = { ...canonicalBody(body, text, closed), span: { start: body.span.start, end: span.end } };
  return names.reduceRight<{ readonly value: Node; readonly member?: Member }>(({ value }, name) => {
    const member = { span: { start: name.span.start, end: span.end }, key: nameNode(name.value, name.span), value };
    return { member, value: { kind: 'object', span: member.span, members: [member], closed, style: 'block' } };
  }, { value: innermost }).member ?? { span, key: nameNode(type, typeSpan), value: innermost };
}

/**
 * The value of an expression. A string or a heredoc is a scalar, each `${…}` in it a placeholder by the name of its expression. A function
 * call is an object with one member, the name of the function with its arguments (`callOf`); so is a conditional, by the name `?:`. Of any
 * other expression nothing but its text is known: it is a scalar that is one placeholder.
 */
export function canonicalNode(expression: Expression, text: string): Node | undefined {
  switch (expression.kind) {
    case 'missing': return undefined;
    case 'literal':
      return { kind: 'scalar', type: expression.type, span: expression.span, content: expression.span, value: expression.value,
        offsets: undefined, placeholders: NO_PLACEHOLDERS, closed: true, style: 'plain' };
    case 'template': return templateNode(expression, text);
    case 'tuple':
      return { kind: 'list', span: expression.span, items: nodesOf(expression.items, text), closed: expression.closed, style: 'flow' };
    case 'object': return objectNode(expression, text);
    case 'parenthesized': return canonicalNode(expression.expression, text);
    case 'call': return expression.isExpanded ? placeholderNode(expression.span, text) : callNode(expression, text);
    case 'conditional': return conditionalNode(expression, text);
    default: return placeholderNode(expression.span, text);
  }
}

/** Undefined values are still to be typed: a list has no item for them. */
function nodesOf(expressions: readonly Expression[], text: string): readonly Node[] {
  return expressions.flatMap((expression) => canonicalNode(expression, text) ?? []);
}

function objectNode({ span, items, closed }: ObjectExpression, text: string): ObjectNode {
  return { kind: 'object', span, members: items.map((item) => memberOfItem(item, text)), closed, style: 'flow' };
}

function memberOfItem({ key, value, span }: ObjectItem, text: string): Member {
  return { span, key: keyNode(key, text), value: value && canonicalNode(value, text) };
}

/** A name stands for itself; an expression in parentheses stands for its value. */
function keyNode(key: Expression, text: string): ScalarNode {
  if (key.kind === 'variable') return nameNode(key.name, key.span);
  const node = canonicalNode(key, text);
  return node?.kind === 'scalar' ? node : placeholderNode(key.span, text);
}

function callNode({ span, name, nameSpan, arguments: values, closed }: CallExpression, text: string): ObjectNode {
  const list: ListNode = { kind: 'list', span: { start: nameSpan.end, end: span.end }, items: nodesOf(values, text), closed };
  return { kind: 'object', span, members: [{ span, key: nameNode(name, nameSpan), value: list }], closed, style: 'call' };
}

/** The name of the call that stands for a conditional: its arguments are the condition and both values. */
export const CONDITIONAL = '?:';

function conditionalNode({ span, condition, whenTrue, whenFalse }: ConditionalExpression, text: string): Node {
  const items = nodesOf([condition, whenTrue, whenFalse], text);
  if (items.length < 3) return placeholderNode(span, text);
  const list: ListNode = { kind: 'list', span, items, closed: true };
  const member = { span, key: scalarWithoutText(CONDITIONAL, span), value: list };
  return { kind: 'object', span, members: [member], closed: true, style: 'call' };
}

export interface HclCall {
  readonly name: string;
  readonly arguments: readonly Node[];
}

/** The call that a node stands for; undefined where it stands for none. */
export function callOf(node: Node | undefined): HclCall | undefined {
  const [member] = node?.kind === 'object' && node.style === 'call' ? node.members : [];
  return member?.value?.kind === 'list' ? { name: member.key.value, arguments: member.value.items } : undefined;
}

/** A name, of a member or of a block. */
export function nameNode(value: string, span: Span): ScalarNode {
  // A quoted name has its quotes in the span.
  const content = span.end - span.start === value.length + 2 ? { start: span.start + 1, end: span.end - 1 } : span;
  return { kind: 'scalar', type: 'string', span, content, value, offsets: undefined, placeholders: NO_PLACEHOLDERS, closed: true,
    style: 'plain' };
}

/** A value of which only the expression is known. */
export function placeholderNode(span: Span, text: string): ScalarNode {
  const name = expressionName(text.slice(span.start, span.end));
  const value = placeholderText(name);
  const placeholders: readonly Placeholder[] = [{ form: 'template', name, start: 0, end: value.length }];
  return { ...scalarWithoutText(value, span), placeholders, style: 'expression' };
}

function placeholderText(name: string): string {
  return `\${${name}}`;
}

/**
 * The name of a placeholder is its expression without blanks, so that equal expressions have one name. Quotes and braces have others in
 * their place: in a string that contains JSON they would end what they stand in.
 */
export function expressionName(expression: string): string {
  return expression.replace(/[\s"{}\\]/g, (character) => NAME_CHARACTERS[character] ?? '');
}

const NAME_CHARACTERS: Readonly<Record<string, string>> = { '"': '\'', '{': '(', '}': ')' };

/** `"${x}"` is the value of `x` itself, whatever its type. */
function templateNode(template: TemplateExpression, text: string): Node | undefined {
  const [part, ...others] = template.parts;
  if (part?.kind === 'interpolation' && others.length === 0 && !template.heredoc) return canonicalNode(part.expression, text);
  const templateText = templateValue(template, text);
  const { value, offsets, placeholders } = templateText;
  const { span, content, closed, heredoc } = template;
  const style = heredoc ? 'heredoc' : 'double-quoted';
  const places = offsets && [...offsets, content.end];
  return { kind: 'scalar', type: 'string', span, content, value, offsets: places, placeholders, closed, style,
    ...heredoc ? { lineBreak: lineBreakOf(template, templateText, text) } : {} };
}

/** With the indentation that a heredoc takes off: it is in front of the first line that is not empty. */
function lineBreakOf({ span, content }: TemplateExpression, { value, offsets }: TemplateValue, text: string): string {
  const eol = lineBreak(text.slice(span.start, content.start));
  const start = offsets?.[value.search(/[^\r\n]/)] ?? 0;
  return eol + text.slice(lineStart(text, start), start);
}

interface TemplateValue {
  readonly value: string;
  /** Undefined where value and content are the same characters. */
  readonly offsets: readonly number[] | undefined;
  readonly placeholders: readonly Placeholder[];
}

function templateValue({ parts, content }: TemplateExpression, text: string): TemplateValue {
  const [first] = parts;
  if (first?.kind === 'text' && !first.offsets && first.span.start === content.start && first.span.end === content.end)
    return { value: first.value, offsets: undefined, placeholders: NO_PLACEHOLDERS };
  let value = '';
  const offsets: number[] = [];
  const placeholders: Placeholder[] = [];
  for (const part of parts) {
    if (part.kind === 'text') {
      for (let i = 0; i < part.value.length; i++) offsets.push(part.offsets?.[i] ?? part.span.start + i);
      value += part.value;
      continue;
    }
    const name = expressionName(part.kind === 'interpolation' ? text.slice(part.expression.span.start, part.expression.span.end)
      : text.slice(part.span.start, part.span.end));
    const start = value.length;
    value += placeholderText(name);
    while (offsets.length < value.length) offsets.push(part.span.start);
    placeholders.push({ form: 'template', name, start, end: value.length });
  }
  return { value, offsets, placeholders };
}
