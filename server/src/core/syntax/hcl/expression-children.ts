import type { Expression } from './hcl-tree';

/** The expressions that an expression is made of, in the order of the text. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'template': return present(expression.parts.map((part) => (part.kind === 'text' ? undefined : part.expression)));
    case 'tuple': return expression.items;
    case 'object': return present(expression.items.flatMap(({ key, value }) => [key, value]));
    case 'for': return present([expression.collection, expression.key, expression.value, expression.condition]);
    case 'traversal': return [expression.source, ...expression.steps.flatMap((step) => (step.kind === 'index' ? [step.index] : []))];
    case 'call': return expression.arguments;
    case 'conditional': return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'operation': return expression.operands;
    case 'negation': return [expression.operand];
    case 'parenthesized': return [expression.expression];
    case 'literal': case 'variable': case 'missing': return [];
  }
}

function present(expressions: readonly (Expression | undefined)[]): readonly Expression[] {
  return expressions.filter((expression) => expression !== undefined);
}
