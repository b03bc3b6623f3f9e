import { isTemplateFunctionName } from '../../policy/template-function';
import { isStringNode, itemsOf, memberOf, type Node } from '../../syntax/tree';
import type { Template } from './template';

/**
 * By logical id the resources that depend on a resource, directly or by others: what it may not refer to.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html, implicit and explicit dependencies
 */
export function dependentsOf({ resources }: Template): (logicalId: string) => readonly string[] {
  let directDependents: ReadonlyMap<string, readonly string[]> | undefined;
  return (logicalId) => {
    directDependents ??= invert([...resources].map(([id, { member }]) => [id, dependenciesIn(member.value, resources)]));
    const dependentIds = new Set<string>();
    const pending = [logicalId];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const dependent of directDependents.get(next) ?? []) {
        if (dependentIds.has(dependent)) continue;
        dependentIds.add(dependent);
        pending.push(dependent);
      }
    }
    return [...dependentIds];
  };
}

function invert(dependencies: readonly (readonly [string, ReadonlySet<string>])[]): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const [id, targets] of dependencies)
    for (const target of targets) dependents.set(target, [...dependents.get(target) ?? [], id]);
  return dependents;
}

function dependenciesIn(resource: Node | undefined, resources: Template['resources']): ReadonlySet<string> {
  const dependencies = new Set<string>();
  const add = (name: string): void => {
    const logicalId = name.split('.')[0] ?? '';
    if (resources.has(logicalId)) dependencies.add(logicalId);
  };
  const visit = (node: Node | undefined): void => {
    if (node?.kind === 'list') node.items.forEach(visit);
    if (node?.kind !== 'object') return;
    for (const { key, value } of node.members) {
      if (isTemplateFunctionName(key.value)) namesInFunction(key.value, value).forEach(add);
      visit(value);
    }
  };
  for (const node of itemsOf(memberOf(resource, 'DependsOn')?.value)) if (isStringNode(node)) add(node.value);
  visit(memberOf(resource, 'Properties')?.value);
  return dependencies;
}

function namesInFunction(name: string, argument: Node | undefined): readonly string[] {
  const [first] = itemsOf(argument);
  if (first?.kind !== 'scalar') return [];
  if (name === 'Ref' || name === 'Fn::GetAtt') return [first.value];
  return name === 'Fn::Sub' ? Array.from(first.value.matchAll(/\$\{([^!{}][^{}]*)\}/g), ([, reference = '']) => reference.trim()) : [];
}
