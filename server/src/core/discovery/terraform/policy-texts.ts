import type { Expression, TraversalExpression } from '../../syntax/hcl/hcl-tree';
import { evaluate, isTrue } from './evaluate';
import { argumentOf, NO_VARIABLES, scopeOfBlock, type ModuleBlock, type Scope } from './module';
import type { TerraformFile } from './terraform-file';

/** A policy document as it is written somewhere in a module. */
export type PolicyText = DocumentOfModule | WrittenPolicy;

/** An `aws_iam_policy_document`. */
interface DocumentOfModule {
  readonly kind: 'document';
  readonly document: ModuleBlock;
  readonly file: TerraformFile;
  /** A condition that is not known decides whether it counts. */
  readonly isMaybe: boolean;
}

/** The argument of `jsonencode`, or a string or heredoc that contains JSON. */
interface WrittenPolicy {
  readonly kind: 'expression';
  readonly expression: Expression;
  readonly scope: Scope;
  readonly isMaybe: boolean;
}

/** The documents that an expression may give: those that are written, whatever stands between. */
export function policyTextsOf(expression: Expression, scope: Scope, isMaybe = false, depth = 0): readonly PolicyText[] {
  if (depth > MAX_REFERENCES) return [];
  const follow = (inner: Expression | undefined, isInnerMaybe = isMaybe, innerScope = scope): readonly PolicyText[] =>
    (inner ? policyTextsOf(inner, innerScope, isInnerMaybe, depth + 1) : []);
  switch (expression.kind) {
    case 'parenthesized': return follow(expression.expression);
    case 'template': {
      const [first, ...others] = expression.parts;
      return first?.kind === 'interpolation' && others.length === 0 && !expression.heredoc ? follow(first.expression)
        : [{ kind: 'expression', expression, scope, isMaybe }];
    }
    case 'conditional': {
      const isConditionTrue = isTrue(evaluate(expression.condition, scope));
      if (isConditionTrue !== undefined) return follow(isConditionTrue ? expression.whenTrue : expression.whenFalse);
      return [...follow(expression.whenTrue, true), ...follow(expression.whenFalse, true)];
    }
    case 'call': {
      const [first] = expression.arguments;
      if (expression.name === 'jsonencode') return first ? encodedTexts(first, scope, isMaybe, depth) : [];
      if (FIRST_THAT_COUNTS.has(expression.name))
        return expression.arguments.flatMap((argument) => follow(argument, isMaybe || expression.arguments.length > 1));
      return TRANSPARENT_FUNCTIONS.has(expression.name) ? follow(first) : [];
    }
    case 'traversal': return textsOfReference(expression, scope, isMaybe, follow);
    default: return [];
  }
}

/** References can go in a circle. */
const MAX_REFERENCES = 20;
/** Of the arguments of these functions the first counts that is not null, not empty, or no error. */
const FIRST_THAT_COUNTS: ReadonlySet<string> = new Set(['coalesce', 'try']);
const TRANSPARENT_FUNCTIONS: ReadonlySet<string> = new Set(['one', 'element', 'sensitive', 'nonsensitive', 'tostring', 'trimspace',
  'chomp']);

/** What `jsonencode` is given: an object, or a local value that is one. */
function encodedTexts(expression: Expression, scope: Scope, isMaybe: boolean, depth: number): readonly PolicyText[] {
  if (depth > MAX_REFERENCES) return [];
  switch (expression.kind) {
    case 'object': return [{ kind: 'expression', expression, scope, isMaybe }];
    case 'parenthesized': return encodedTexts(expression.expression, scope, isMaybe, depth + 1);
    case 'call':
      if (expression.name === 'merge') return [{ kind: 'expression', expression, scope, isMaybe }];
      return expression.name === 'jsondecode' && expression.arguments[0]
        ? policyTextsOf(expression.arguments[0], scope, isMaybe, depth + 1) : [];
    case 'conditional': {
      const isConditionTrue = isTrue(evaluate(expression.condition, scope));
      const branches = isConditionTrue === undefined ? [expression.whenTrue, expression.whenFalse]
        : [isConditionTrue ? expression.whenTrue : expression.whenFalse];
      return branches.flatMap((branch) => encodedTexts(branch, scope, isMaybe || branches.length > 1, depth + 1));
    }
    case 'traversal': {
      const local = localOf(expression, scope);
      return local ? encodedTexts(local.expression, scopeInModule(local.file, scope), isMaybe, depth + 1) : [];
    }
    default: return [];
  }
}

function localOf({ source, steps }: TraversalExpression, { module }: Scope) {
  const [name, ...others] = steps;
  return source.kind === 'variable' && source.name === 'local' && name?.kind === 'attribute' && others.length === 0
    ? module.locals.get(name.name) : undefined;
}

function scopeInModule(file: TerraformFile, { module }: Scope): Scope {
  return { module, file, variables: NO_VARIABLES, iteration: '' };
}

function textsOfReference(expression: TraversalExpression, scope: Scope, isMaybe: boolean,
  follow: (inner: Expression | undefined, isInnerMaybe: boolean, innerScope: Scope) => readonly PolicyText[]): readonly PolicyText[] {
  const { module } = scope;
  const { source, steps } = expression;
  // `coalesce(…)[0]`, `(x).json`
  if (source.kind !== 'variable') return follow(source, isMaybe, scope);
  const local = localOf(expression, scope);
  if (local) return follow(local.expression, isMaybe, scopeInModule(local.file, scope));
  const [first, second] = steps;
  const names = steps.flatMap((step) => (step.kind === 'attribute' ? step.name : []));
  if (source.name === 'data' && first?.kind === 'attribute' && second?.kind === 'attribute') {
    const document = module.blocks.get(`data.${first.name}.${second.name}`);
    const file = document?.parts.at(-1)?.file;
    const isText = names[2] === 'json' || names[2] === 'minified_json';
    return document?.type === 'aws_iam_policy_document' && file && isText ? [{ kind: 'document', document, file, isMaybe }] : [];
  }
  const block = first?.kind === 'attribute' ? module.blocks.get(`${source.name}.${first.name}`) : undefined;
  // Another resource has the same policy.
  const argument = block && names[1] === 'policy' ? argumentOf(block, 'policy') : undefined;
  return block && argument ? follow(argument.expression, isMaybe, scopeOfBlock(block, argument.file, module)) : [];
}
