import { expressionName } from '../../syntax/hcl/canonical-tree';
import { elementsOf, evaluate } from './evaluate';
import { argumentOf, scopeOfBlock, type ModuleBlock, type Scope, type TerraformModule } from './module';
import { objectValue } from './value';
import type { TerraformFile } from './terraform-file';

/**
 * Whether a resource is made. `condition`: the `count` or `for_each` that decides, where it is not known: what has the same one is there
 * with it.
 *
 * Source: https://developer.hashicorp.com/terraform/language/meta-arguments/count
 */
export type InstancePresence = 'always' | 'never' | { readonly condition: string };

export function presenceOf(block: ModuleBlock, module: TerraformModule): InstancePresence {
  const source = argumentOf(block, 'count') ?? argumentOf(block, 'for_each');
  if (!source) return 'always';
  const value = evaluate(source.expression, scopeOfBlock(block, source.file, module));
  const elements = elementsOf(value);
  const number = value.kind === 'text' && /^\d+$/.test(value.text) ? Number(value.text) : elements?.length;
  if (number !== undefined && value.kind !== 'unknown' && value.assumptions.length === 0) return number > 0 ? 'always' : 'never';
  return { condition: expressionName(source.file.text.slice(source.expression.span.start, source.expression.span.end)) };
}

/** Whether a resource may be missing while the other one, on which it counts, is there. */
export function isMaybeBeside(block: ModuleBlock, other: ModuleBlock | undefined, module: TerraformModule): boolean {
  const presence = presenceOf(block, module);
  if (typeof presence === 'string') return presence === 'never';
  const otherPresence = other && presenceOf(other, module);
  return typeof otherPresence !== 'object' || otherPresence.condition !== presence.condition;
}

/** The scopes of the instances of a block, where its `for_each` is known; else one in which `each` is not known. */
export function instanceScopesOf(block: ModuleBlock, file: TerraformFile, module: TerraformModule): readonly Scope[] {
  const scope = scopeOfBlock(block, file, module);
  const source = argumentOf(block, 'for_each');
  const elements = source && elementsOf(evaluate(source.expression, scope));
  if (!elements || elements.length === 0 || elements.length > MAX_INSTANCES) return [scope];
  return elements.map(([key, value]) => ({ ...scope, variables: new Map([...scope.variables,
    // Of a set key and value are the same.
    ['each', objectValue([['key', key.kind === 'text' && key.type === 'number' ? value : key], ['value', value]])]]) }));
}

const MAX_INSTANCES = 200;
