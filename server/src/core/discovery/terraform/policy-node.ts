import type { PlaceholderValue, PlaceholderValues } from '../../policy/policy-string';
import { canonicalNode, CONDITIONAL, expressionName, nameNode, placeholderNode } from '../../syntax/hcl/canonical-tree';
import type { CallExpression, ConditionalExpression, Expression, ObjectExpression, TemplateExpression } from '../../syntax/hcl/hcl-tree';
import { NO_PLACEHOLDERS } from '../../syntax/placeholders';
import type { ListNode, Member, Node, ObjectNode, ScalarNode } from '../../syntax/tree';
import { scalarWithoutText } from '../../syntax/tree-without-text';
import type { Span } from '../../text/span';
import { elementsOf, evaluate, isTrue } from './evaluate';
import { LIST_FUNCTIONS } from './functions';
import type { Scope } from './module';
import type { Value } from './value';

/** What the placeholders of the policies of a file stand for; filled while their trees are made. */
export interface PlaceholderRegistry {
  readonly valueOf: PlaceholderValues;
  readonly register: (name: string, value: Value) => void;
}

export function createPlaceholderRegistry(): PlaceholderRegistry {
  const values = new Map<string, PlaceholderValue>();
  return {
    valueOf: (name) => values.get(name),
    register: (name, value) => {
      // Empty is what people write for "not given".
      if (value.kind !== 'text' || value.text === '' && value.assumptions.length > 0) return;
      values.set(name, value.assumptions.length > 0 ? { text: value.text, assumptions: value.assumptions } : { text: value.text });
    },
  };
}

export interface NodeContext {
  readonly scope: Scope;
  readonly registry: PlaceholderRegistry;
}

/**
 * The tree of an expression in a policy: literals as they are written, with their places, and what is referred to as placeholders by the
 * names of the expressions, or, where it is a list or an object, as a tree without text. Undefined where nothing is written yet.
 */
export function nodeOf(expression: Expression, context: NodeContext): Node | undefined {
  switch (expression.kind) {
    case 'missing': return undefined;
    case 'literal': return canonicalNode(expression, context.scope.file.text);
    case 'template': return nodeOfTemplate(expression, context);
    case 'tuple':
      return { kind: 'list', span: expression.span, items: nodesOf(expression.items, context), closed: expression.closed, style: 'flow' };
    case 'object': return nodeOfObject(expression, context);
    case 'parenthesized': return nodeOf(expression.expression, context);
    case 'conditional': return nodeOfConditional(expression, context);
    case 'call': return nodeOfCall(expression, context);
    default: return nodeOfValue(expression, context);
  }
}

function nodesOf(expressions: readonly Expression[], context: NodeContext): readonly Node[] {
  return expressions.flatMap((expression) => nodeOf(expression, context) ?? []);
}

/** `"${x}"` is the value of `x` itself, whatever its type. */
function nodeOfTemplate(template: TemplateExpression, context: NodeContext): Node | undefined {
  const [first, ...others] = template.parts;
  if (first?.kind === 'interpolation' && others.length === 0 && !template.heredoc) return nodeOf(first.expression, context);
  const node = canonicalNode(template, context.scope.file.text);
  if (node?.kind !== 'scalar' || node.placeholders.length === 0) return node;
  const parts = template.parts.filter(({ kind }) => kind !== 'text');
  const placeholders = node.placeholders.map((placeholder, index) => {
    const part = parts[index];
    if (part?.kind !== 'interpolation') return placeholder;
    const name = nameInScope(placeholder.name, context.scope);
    context.registry.register(name, evaluate(part.expression, context.scope));
    return { ...placeholder, name };
  });
  return { ...node, placeholders };
}

/** In loops one expression has several values. */
function nameInScope(name: string, { variables, iteration }: Scope): string {
  const isOfIteration = variables.size > 0 && Array.from(name.matchAll(/(?<![\w.'-])[A-Za-z_][\w-]*/g), ([word]) => word)
    .some((word) => variables.has(word));
  return isOfIteration ? `${name} of ${iteration}` : name;
}

function nodeOfObject({ span, items, closed }: ObjectExpression, context: NodeContext): ObjectNode {
  const members = items.map((item): Member => {
    const key = item.key.kind === 'variable' ? nameNode(item.key.name, item.key.span) : nodeOf(item.key, context);
    const keyNode = key?.kind === 'scalar' ? key : placeholderNode(item.key.span, context.scope.file.text);
    return { span: item.span, key: keyNode, value: item.value && nodeOf(item.value, context) };
  });
  return { kind: 'object', span, members, closed, style: 'flow' };
}

/** Both values, where the condition is not known. */
function nodeOfConditional({ span, condition, whenTrue, whenFalse }: ConditionalExpression, context: NodeContext): Node | undefined {
  const isConditionTrue = isTrue(evaluate(condition, context.scope));
  if (isConditionTrue !== undefined) return nodeOf(isConditionTrue ? whenTrue : whenFalse, context);
  return choiceNode(span, condition.span, nodesOf([whenTrue, whenFalse], context), context.scope.file.text);
}

/** One of these values, or none of them: nobody knows which. */
export function choiceNode(span: Span, conditionSpan: Span, values: readonly Node[], text: string): ObjectNode {
  const list: ListNode = { kind: 'list', span, items: [placeholderNode(conditionSpan, text), ...values], closed: true };
  const member: Member = { span, key: scalarWithoutText(CONDITIONAL, span), value: list };
  return { kind: 'object', span, members: [member], closed: true, style: 'call' };
}

function nodeOfCall(call: CallExpression, context: NodeContext): Node | undefined {
  const { name, arguments: values, span, closed } = call;
  const [first] = values;
  if (!call.isExpanded && LIST_FUNCTIONS.has(name))
    return { kind: 'list', span, items: values.flatMap((value) => listItems(value, context)), closed };
  if (name === 'merge' && !call.isExpanded) {
    const objects = nodesOf(values, context);
    const isKnown = objects.every((node) => node.kind === 'object' && node.style !== 'call');
    if (isKnown) return { kind: 'object', span, members: objects.flatMap((node) => (node.kind === 'object' ? node.members : [])), closed };
  }
  if (first && TRANSPARENT_FUNCTIONS.has(name)) return nodeOf(first, context);
  return nodeOfValue(call, context);
}

/** Functions that give their first argument. */
const TRANSPARENT_FUNCTIONS: ReadonlySet<string> = new Set(['try', 'tomap', 'tostring', 'sensitive', 'nonsensitive']);

/** The items of a list, of which an item that is not known may stand for several. */
function listItems(expression: Expression, context: NodeContext): readonly Node[] {
  const node = nodeOf(expression, context);
  if (node?.kind === 'list') return node.items.flatMap((item) => (item.kind === 'list' ? item.items : item));
  return node ? [node] : [];
}

/** Of an expression of which nothing but its value counts. */
function nodeOfValue(expression: Expression, context: NodeContext): Node {
  const { file } = context.scope;
  const name = nameInScope(expressionName(file.text.slice(expression.span.start, expression.span.end)), context.scope);
  return treeOfValue(evaluate(expression, context.scope), name, expression.span, context.registry);
}

/** A value that is written elsewhere, at the place where it is referred to. */
export function treeOfValue(value: Value, name: string, span: Span, registry: PlaceholderRegistry): Node {
  switch (value.kind) {
    case 'null':
      return value.assumptions.length > 0 ? namedPlaceholder(name, span)
        : { ...scalarWithoutText('null', span), type: 'null' };
    case 'list':
      if (value.assumptions.length > 0 && value.items.length === 0) return namedPlaceholder(name, span);
      return { kind: 'list', span, closed: true,
        items: value.items.map((item, index) => treeOfValue(item, `${name}[${index}]`, span, registry)) };
    case 'object': {
      const members = (elementsOf(value) ?? []).map(([key, entry]): Member => {
        const keyText = key.kind === 'text' ? key.text : '';
        return { span, key: scalarWithoutText(keyText, span), value: treeOfValue(entry, `${name}.${keyText}`, span, registry) };
      });
      return { kind: 'object', span, members, closed: true };
    }
    case 'text':
    case 'unknown':
      registry.register(name, value);
      return namedPlaceholder(name, span);
  }
}

function namedPlaceholder(name: string, span: Span): ScalarNode {
  const value = `\${${name}}`;
  return { ...scalarWithoutText(value, span), placeholders: [{ form: 'template', name, start: 0, end: value.length }],
    style: 'expression' };
}

/** The tree of a policy that is written in another file: all of it stands where it is referred to. */
export function withoutOwnPlaces(node: Node, span: Span): Node {
  switch (node.kind) {
    case 'list': return { kind: 'list', span, items: node.items.map((item) => withoutOwnPlaces(item, span)), closed: true };
    case 'object':
      return { kind: 'object', span, closed: true, ...node.style === 'call' ? { style: 'call' } : {},
        members: node.members.map(({ key, value }) =>
          ({ span, key: scalarAt(key, span), value: value && withoutOwnPlaces(value, span) })) };
    case 'scalar': return scalarAt(node, span);
  }
}

function scalarAt({ value, type, placeholders }: ScalarNode, span: Span): ScalarNode {
  return { ...scalarWithoutText(value, span), type, placeholders: placeholders.length > 0 ? placeholders : NO_PLACEHOLDERS };
}
