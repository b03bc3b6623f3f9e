import { deploymentSymbol, isDeploymentSymbol, type SymbolKind } from '../../aws/identifier-comparison';
import { expressionName } from '../../syntax/hcl/canonical-tree';
import type { Expression } from '../../syntax/hcl/hcl-tree';
import { evaluate } from './evaluate';
import { argumentOf, scopeOfBlock, type ModuleBlock, type Scope, type TerraformModule } from './module';
import { certainTextOf } from './value';

/** The symbol for what only a deployment gives to a resource, by its address. */
export function resourceSymbol({ address }: ModuleBlock, { name, directory }: TerraformModule, kind: SymbolKind = 'resource'): string {
  return deploymentSymbol(kind, `${address} of ${name}`, directory);
}

/** The text of an argument; undefined where it is missing or not known for certain. */
export function textOfArgument(block: ModuleBlock, name: string, module: TerraformModule): string | undefined {
  const argument = argumentOf(block, name);
  return argument && certainTextOf(evaluate(argument.expression, scopeOfBlock(block, argument.file, module)));
}

/**
 * The name of a resource: as it is written, with symbols in place of the parts that are not known, or a symbol for one that the provider
 * makes up.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role (`name`, `name_prefix`)
 */
export function resourceName(block: ModuleBlock, module: TerraformModule): string {
  const argument = argumentOf(block, 'name');
  if (argument) {
    const text = textWithSymbols(argument.expression, scopeOfBlock(block, argument.file, module));
    // Two resources have two names, whatever a variable gives.
    return isDeploymentSymbol(text) ? resourceSymbol(block, module, 'name') : text;
  }
  const prefix = argumentOf(block, 'name_prefix');
  return prefix ? textWithSymbols(prefix.expression, scopeOfBlock(block, prefix.file, module)) + resourceSymbol(block, module, 'text')
    : resourceSymbol(block, module);
}

/** The text of an expression, in which the parts that are not known for certain are symbols by the names of their expressions. */
function textWithSymbols(expression: Expression, scope: Scope): string {
  const text = certainTextOf(evaluate(expression, scope));
  if (text !== undefined) return text;
  if (expression.kind === 'parenthesized') return textWithSymbols(expression.expression, scope);
  if (expression.kind === 'template' && !expression.heredoc && expression.parts.every(({ kind }) => kind !== 'directive')) {
    return expression.parts.map((part) => (part.kind === 'text' ? part.value
      : part.kind === 'interpolation' ? textWithSymbols(part.expression, scope) : '')).join('');
  }
  return expressionSymbol(expression, scope);
}

function expressionSymbol({ span }: Expression, { file, module, iteration }: Scope): string {
  const name = expressionName(file.text.slice(span.start, span.end));
  const isOfInstance = /\b(?:each|count|self)\b/.test(name);
  return deploymentSymbol('text', `\${${name}}`, isOfInstance ? `${module.directory} ${iteration}` : module.directory);
}
