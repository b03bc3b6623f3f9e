import { containsSymbol } from '../../aws/identifier-comparison';
import { expressionName } from '../../syntax/hcl/canonical-tree';
import type { Expression, ForExpression, OperationExpression, TemplateExpression, TraversalStep } from '../../syntax/hcl/hcl-tree';
import { callFunction } from './functions';
import { NO_VARIABLES, type Scope } from './module';
import {
  assumptionsOf, booleanValue, listValue, NO_ASSUMPTIONS, objectValue, textValue, UNKNOWN, withAssumptions, type Value,
} from './value';

/**
 * What an expression stands for. What is not known, or depends on an expression that is not understood, is unknown.
 *
 * Source: https://developer.hashicorp.com/terraform/language/expressions
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'missing': return UNKNOWN;
    case 'literal':
      return expression.type === 'null' ? { kind: 'null', assumptions: NO_ASSUMPTIONS }
        : textValue(expression.value, NO_ASSUMPTIONS, expression.type);
    case 'template': return evaluateTemplate(expression, scope);
    case 'tuple': return listValue(expression.items.map((item) => evaluate(item, scope)));
    case 'object': return evaluateObject(expression.items, scope);
    case 'parenthesized': return evaluate(expression.expression, scope);
    case 'conditional': {
      const condition = isTrue(evaluate(expression.condition, scope));
      return condition === undefined ? UNKNOWN : evaluate(condition ? expression.whenTrue : expression.whenFalse, scope);
    }
    case 'call':
      return expression.isExpanded ? UNKNOWN
        : callFunction(expression.name, expression.arguments.map((argument) => evaluate(argument, scope)));
    case 'for': return evaluateFor(expression, scope);
    case 'operation': return evaluateOperation(expression, scope);
    case 'negation': {
      const operand = expression.operator === '!' ? isTrue(evaluate(expression.operand, scope)) : undefined;
      return operand === undefined ? UNKNOWN : booleanValue(!operand);
    }
    case 'variable': return evaluateReference(expression, expression.name, [], scope);
    case 'traversal':
      return expression.source.kind === 'variable' ? evaluateReference(expression, expression.source.name, expression.steps, scope)
        : applySteps(evaluate(expression.source, scope), expression.steps, scope);
  }
}

/** Whether a condition holds; undefined where it is not known for certain. */
export function isTrue(value: Value): boolean | undefined {
  if (value.kind !== 'text' || value.assumptions.length > 0) return undefined;
  return value.text === 'true' ? true : value.text === 'false' ? false : undefined;
}

/** `"${x}"` is the value of `x` itself, whatever its type. */
function evaluateTemplate({ parts, heredoc }: TemplateExpression, scope: Scope): Value {
  const [first, ...others] = parts;
  if (first?.kind === 'interpolation' && others.length === 0 && !heredoc) return evaluate(first.expression, scope);
  let text = '';
  const assumptions: string[] = [];
  for (const part of parts) {
    const value = part.kind === 'text' ? textValue(part.value) : part.kind === 'interpolation' ? evaluate(part.expression, scope) : UNKNOWN;
    if (value.kind !== 'text') return UNKNOWN;
    text += value.text;
    assumptions.push(...value.assumptions);
  }
  return textValue(text, assumptions.length === 0 ? NO_ASSUMPTIONS : [...new Set(assumptions)]);
}

function evaluateObject(items: Extract<Expression, { kind: 'object' }>['items'], scope: Scope): Value {
  const entries = new Map<string, Value>();
  for (const { key, value } of items) {
    const name = key.kind === 'variable' ? textValue(key.name) : evaluate(key, scope);
    if (name.kind !== 'text') return UNKNOWN;
    entries.set(name.text, value ? evaluate(value, scope) : UNKNOWN);
  }
  return objectValue(entries);
}

/** The elements of a list, or the entries of an object, with their keys; undefined where not even their number is known. */
export function elementsOf(value: Value): readonly (readonly [Value, Value])[] | undefined {
  if (value.kind === 'list') return value.items.map((item, index) => [textValue(String(index), NO_ASSUMPTIONS, 'number'), item]);
  return value.kind === 'object' ? Array.from(value.entries, ([name, entry]) => [textValue(name), entry]) : undefined;
}

function evaluateFor({ variables, collection, key, value, condition }: ForExpression, scope: Scope): Value {
  const source = evaluate(collection, scope);
  const elements = elementsOf(source);
  if (!elements || elements.length > MAX_ELEMENTS) return UNKNOWN;
  const items: Value[] = [];
  const entries = new Map<string, Value>();
  for (const [elementKey, element] of elements) {
    const [first = '', second] = variables;
    const elementScope = { ...scope, variables: new Map([...scope.variables,
      ...second === undefined ? [[first, element] as const] : [[first, elementKey] as const, [second, element] as const]]) };
    const isIncluded = condition ? isTrue(evaluate(condition, elementScope)) : true;
    if (isIncluded === undefined) return UNKNOWN;
    if (!isIncluded) continue;
    const item = evaluate(value, elementScope);
    const name = key && evaluate(key, elementScope);
    if (name === undefined) items.push(item);
    else if (name.kind === 'text') entries.set(name.text, item);
    else return UNKNOWN;
  }
  return key ? objectValue(entries, assumptionsOf(source)) : listValue(items, assumptionsOf(source));
}

/** Nobody writes lists that long; what is generated may be. */
const MAX_ELEMENTS = 1000;

function evaluateOperation({ operands, operators }: OperationExpression, scope: Scope): Value {
  const values = operands.map((operand) => evaluate(operand, scope));
  const [first, second] = values;
  const [operator] = operators;
  if (operator === '&&' || operator === '||') {
    const decisive = operator === '||';
    const truths = values.map(isTrue);
    if (truths.includes(decisive)) return booleanValue(decisive);
    return truths.includes(undefined) ? UNKNOWN : booleanValue(!decisive);
  }
  if (!first || !second || operands.length > 2 || operator !== '==' && operator !== '!=') return UNKNOWN;
  const areSame = areEqual(first, second);
  return areSame === undefined ? UNKNOWN : booleanValue(areSame === (operator === '=='), assumptionsOf(first, second));
}

/** Symbols may stand in for equal texts. */
function areEqual(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') return undefined;
  if (a.kind === 'null' || b.kind === 'null') return a.kind === b.kind;
  if (a.kind !== 'text' || b.kind !== 'text') return undefined;
  if (a.text === b.text) return true;
  return containsSymbol(a.text) || containsSymbol(b.text) ? undefined : false;
}

/** A name with what follows it: `var.x`, `aws_kms_key.main.arn`. */
function evaluateReference(expression: Expression, name: string, steps: readonly TraversalStep[], scope: Scope): Value {
  const declaredValue = scope.module.declaredValue(expressionName(scope.file.text.slice(expression.span.start, expression.span.end)));
  if (declaredValue) return textValue(declaredValue.text, declaredValue.assumptions);
  const variable = scope.variables.get(name);
  if (variable) return applySteps(variable, steps, scope);
  const [first, second, ...rest] = steps;
  if (first?.kind !== 'attribute') return UNKNOWN;
  const stepsBehindFirst = steps.slice(1);
  switch (name) {
    case 'var': return applySteps(scope.module.variableValue(first.name), stepsBehindFirst, scope);
    case 'local': return applySteps(scope.module.localValue(first.name), stepsBehindFirst, scope);
    case 'module': {
      const [output, ...behindOutput] = stepsBehindFirst.filter(({ kind }) => kind !== 'index');
      return output?.kind === 'attribute' ? applySteps(scope.module.outputValue(first.name, output.name), behindOutput, scope) : UNKNOWN;
    }
    case 'data':
      return second?.kind === 'attribute' ? evaluateAttribute(`data.${first.name}.${second.name}`, rest, scope) : UNKNOWN;
    default: return evaluateAttribute(`${name}.${first.name}`, stepsBehindFirst, scope);
  }
}

/** Of a resource or data source; one of several instances stands for all of them. */
function evaluateAttribute(address: string, steps: readonly TraversalStep[], scope: Scope): Value {
  const block = scope.module.blocks.get(address);
  const attributeAt = steps.findIndex(({ kind }) => kind === 'attribute');
  const attribute = steps[attributeAt];
  if (!block || attribute?.kind !== 'attribute') return UNKNOWN;
  const value = applySteps(scope.module.attributeValue(block, attribute.name), steps.slice(attributeAt + 1), scope);
  const isSplat = steps.slice(0, attributeAt).some(({ kind }) => kind === 'splat');
  return isSplat ? listValue([value]) : value;
}

function applySteps(value: Value, steps: readonly TraversalStep[], scope: Scope): Value {
  const [step, ...rest] = steps;
  if (!step || value.kind === 'unknown') return value;
  switch (step.kind) {
    case 'attribute':
      return applySteps(value.kind === 'object' ? value.entries.get(step.name) ?? UNKNOWN : UNKNOWN, rest, scope);
    case 'index': {
      const index = evaluate(step.index, scope);
      if (index.kind !== 'text') return UNKNOWN;
      const element = value.kind === 'list' ? value.items[Number(index.text)] : value.kind === 'object' ? value.entries.get(index.text)
        : undefined;
      return applySteps(withAssumptions(element ?? UNKNOWN, index.assumptions), rest, scope);
    }
    case 'splat':
      return value.kind === 'list' ? listValue(value.items.map((item) => applySteps(item, rest, scope)), value.assumptions) : UNKNOWN;
  }
}

/** The value of an expression that stands outside of loops. */
export function evaluateInModule({ expression, file }: { readonly expression: Expression; readonly file: Scope['file'] },
  module: Scope['module']): Value {
  return evaluate(expression, { module, file, variables: NO_VARIABLES, iteration: '' });
}
