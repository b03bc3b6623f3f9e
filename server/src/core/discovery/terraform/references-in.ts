import type { Expression, HclBody } from '../../syntax/hcl/hcl-tree';

/** The addresses of resources and data sources in an expression: `aws_kms_key.main`, `data.aws_iam_policy_document.main`. */
export function* addressesIn(expression: Expression | undefined): Iterable<string> {
  switch (expression?.kind) {
    case undefined: case 'missing': case 'literal': case 'variable': return;
    case 'template': for (const part of expression.parts) if (part.kind !== 'text') yield* addressesIn(part.expression); return;
    case 'tuple': for (const item of expression.items) yield* addressesIn(item); return;
    case 'object':
      for (const { key, value } of expression.items) {
        if (key.kind !== 'variable') yield* addressesIn(key);
        yield* addressesIn(value);
      }
      return;
    case 'for':
      for (const part of [expression.collection, expression.key, expression.value, expression.condition]) yield* addressesIn(part);
      return;
    case 'traversal': {
      const { source, steps } = expression;
      const names = steps.flatMap((step) => (step.kind === 'attribute' ? step.name : []));
      const [first, second] = names;
      if (source.kind !== 'variable') yield* addressesIn(source);
      else if (source.name !== 'data') yield `${source.name}.${first ?? ''}`;
      else if (second !== undefined) yield `data.${first ?? ''}.${second}`;
      for (const step of steps) if (step.kind === 'index') yield* addressesIn(step.index);
      return;
    }
    case 'call': for (const argument of expression.arguments) yield* addressesIn(argument); return;
    case 'conditional':
      for (const part of [expression.condition, expression.whenTrue, expression.whenFalse]) yield* addressesIn(part);
      return;
    case 'operation': for (const operand of expression.operands) yield* addressesIn(operand); return;
    case 'negation': yield* addressesIn(expression.operand); return;
    case 'parenthesized': yield* addressesIn(expression.expression);
  }
}

/** Those in all arguments of a body and of the blocks in it. */
export function* addressesInBody({ items }: HclBody): Iterable<string> {
  for (const item of items) {
    if (item.kind === 'attribute') yield* addressesIn(item.value);
    else yield* addressesInBody(item.body);
  }
}
