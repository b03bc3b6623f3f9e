import assert from 'node:assert/strict';
import { parseHcl, type ParsedHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import type {
  Expression, HclAttribute, HclBlock, HclBody, TemplateExpression, TemplateSegment,
} from '../../../../server/src/core/syntax/hcl/hcl-tree';
import type { Span } from '../../../../server/src/core/text/span';

/** The value of `x = …`. */
export function expressionOf(source: string): Expression {
  const { body, faults } = parseHcl(`x = ${source}\n`);
  const [attribute] = body.items;
  assert.ok(attribute?.kind === 'attribute' && faults.length === 0, source);
  return attribute.value;
}

/** The expression with a bracket around each node, as far as its kind does not show by itself. */
export function shapeOf(expression: Expression): string {
  const list = (expressions: readonly Expression[]): string => expressions.map(shapeOf).join(', ');
  switch (expression.kind) {
    case 'literal': return expression.value;
    case 'template': return JSON.stringify(expression.parts.map(partText).join(''));
    case 'tuple': return `[${list(expression.items)}]`;
    case 'object': return `{${expression.items.map(({ key, value }) => `${shapeOf(key)} = ${shapeOrMissing(value)}`).join(', ')}}`;
    case 'for': return `for(${[expression.variables.join(' '),
      ...[expression.collection, expression.key, expression.value, expression.condition].map(shapeOrMissing)].join(', ')})`;
    case 'variable': return expression.name;
    case 'traversal': return shapeOf(expression.source) + expression.steps.map((step) => (step.kind === 'attribute' ? `.${step.name}`
      : step.kind === 'index' ? `[${shapeOf(step.index)}]` : '[*]')).join('');
    case 'call': return `${expression.name}(${list(expression.arguments)}${expression.isExpanded ? '...' : ''})`;
    case 'conditional': return `(${shapeOf(expression.condition)} ? ${shapeOf(expression.whenTrue)} : ${shapeOf(expression.whenFalse)})`;
    case 'operation': return `(${expression.operands.map(shapeOf).map((operand, index) => operand
      + (expression.operators[index] ? ` ${expression.operators[index]} ` : '')).join('')})`;
    case 'negation': return `${expression.operator}${shapeOf(expression.operand)}`;
    case 'parenthesized': return `(${shapeOf(expression.expression)})`;
    case 'missing': return '∅';
  }
}

function shapeOrMissing(expression: Expression | undefined): string {
  return expression ? shapeOf(expression) : '∅';
}

function partText(part: TemplateSegment): string {
  if (part.kind === 'text') return part.value;
  return part.kind === 'interpolation' ? `\${${shapeOf(part.expression)}}` : `%{${part.keyword}}`;
}

/** Names of blocks and attributes in lines, indented by level. */
export function outlineOf(body: HclBody, indentation = ''): string {
  return body.items.map((item) => (item.kind === 'attribute' ? `${indentation}${item.name} = ${shapeOf(item.value)}\n`
    : `${indentation}${[item.type, ...item.labels.map(({ value }) => value)].join(' ')}\n`
      + outlineOf(item.body, `${indentation}  `))).join('');
}

/** Fails where a span does not lie within the one around it, or begins before its neighbour ends. */
export function checkSpans(text: string, { body, faults, comments }: ParsedHcl): void {
  for (const fault of faults) checkSpan(fault, { start: 0, end: text.length + 1 });
  checkRow(comments, { start: 0, end: text.length });
  checkBody(body, { start: 0, end: text.length }, text);
}

function checkSpan({ start, end }: Span, outer: Span): void {
  assert.ok(outer.start <= start && start <= end && end <= outer.end, `${start} to ${end} in ${outer.start} to ${outer.end}`);
}

function checkRow(spans: readonly Span[], outer: Span): void {
  let { start } = outer;
  for (const span of spans) {
    checkSpan(span, { start, end: outer.end });
    start = span.end;
  }
}

function checkBody({ span, items }: HclBody, outer: Span, text: string): void {
  checkSpan(span, outer);
  checkRow(items.map((item) => item.span), span);
  for (const item of items) {
    if (item.kind === 'attribute') checkAttribute(item, text);
    else checkBlock(item, text);
  }
}

function checkAttribute({ span, nameSpan, value }: HclAttribute, text: string): void {
  checkRow([nameSpan, value.span], span);
  checkExpression(value, span, text);
}

function checkBlock({ span, typeSpan, labels, body }: HclBlock, text: string): void {
  checkRow([typeSpan, ...labels.map((label) => label.span), body.span], span);
  checkBody(body, span, text);
}

export function childrenOf(expression: Expression): readonly Expression[] {
  const all = (...parts: readonly (Expression | undefined)[]): Expression[] => parts.flatMap((part) => part ?? []);
  switch (expression.kind) {
    case 'template': return expression.parts.flatMap((part) => (part.kind === 'text' ? [] : part.expression ?? []));
    case 'tuple': return expression.items;
    case 'object': return expression.items.flatMap(({ key, value }) => all(key, value));
    case 'for': return all(expression.collection, expression.key, expression.value, expression.condition);
    case 'traversal': return [expression.source, ...expression.steps.flatMap((step) => (step.kind === 'index' ? [step.index] : []))];
    case 'call': return expression.arguments;
    case 'conditional': return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'operation': return expression.operands;
    case 'negation': return [expression.operand];
    case 'parenthesized': return [expression.expression];
    case 'literal': case 'variable': case 'missing': return [];
  }
}

function checkExpression(expression: Expression, outer: Span, text: string): void {
  checkSpan(expression.span, outer);
  const children = childrenOf(expression);
  checkRow(children.map(({ span }) => span), expression.span);
  for (const child of children) checkExpression(child, expression.span, text);
  if (expression.kind === 'template') checkTemplate(expression, text);
}

/** Each character of a text is at its place, or the escape that stands for it is. */
export function checkTemplate({ content, parts, heredoc }: TemplateExpression, text: string): void {
  checkRow(parts.map(({ span }) => span), content);
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    if (!part.offsets) {
      assert.equal(text.slice(part.span.start, part.span.end), part.value);
      continue;
    }
    assert.equal(part.offsets.length, part.value.length + 1);
    for (let i = 0; i < part.value.length; i++) {
      const written = text.slice(part.offsets[i], part.offsets[i + 1] === part.offsets[i] ? undefined : part.offsets[i + 1]);
      const isEscape = heredoc === undefined && written.startsWith('\\') || /^(?:\$\$|%%)\{/.test(written);
      const character = part.value.charAt(i);
      assert.ok(written.startsWith(character) || isEscape || character === '{', JSON.stringify([part.value, i, written]));
    }
  }
}
