import { memberOf, type Node } from '../syntax/tree';
import type { Span } from '../text/span';
import { generatedRole } from './cloudformation/template-references';
import type { TemplateResource } from './cloudformation/template';
import { locationInFile } from './discovery-result';
import { isUnderPointer } from './policy-address';
import type { FileDiscovery } from './read-file';

/** The resources of the templates in a file. */
export function resourcesIn({ unitParts }: FileDiscovery): readonly TemplateResource[] {
  return unitParts.flatMap((part) => (part.kind === 'template' ? [...part.template.resources.values()] : []));
}

/**
 * The places in a file of the part at a JSON pointer, or of the resource with that logical id, which may be the role that SAM makes for a
 * function. Empty where the file has no such part.
 */
export function spansOfPart(reading: FileDiscovery, pointer: string, logicalId: string | undefined): readonly Span[] {
  const resources = reading.unitParts.flatMap((part) => (part.kind === 'template' && logicalId !== undefined
    ? part.template.resources.get(logicalId) ?? generatedRole(logicalId, part.template) ?? [] : []));
  if (resources.length > 0) return resources.map(({ member }) => member.span);
  const policies = reading.policies.filter(({ address }) => isUnderPointer(address, pointer));
  const span = spanAt(reading.roots, pointer);
  return [...span ? [span] : [], ...policies.map((policy) => locationInFile(policy, policy.policy.node.span).span)];
}

/** Of a member with its name. Not of what stands in a string. */
function spanAt([root, ...furtherRoots]: readonly Node[], pointer: string): Span | undefined {
  if (!root || furtherRoots.length > 0) return undefined;
  let span = root.span;
  let value: Node | undefined = root;
  for (const step of pointer.split('/').slice(1).map((name) => name.replace(/~1/g, '/').replace(/~0/g, '~'))) {
    const item: Node | undefined = value?.kind === 'list' ? value.items[Number(step)] : undefined;
    const part: { readonly span: Span; readonly value?: Node | undefined } | undefined = item ? { span: item.span, value: item }
      : memberOf(value, step);
    if (!part) return undefined;
    ({ span, value } = part);
  }
  return span;
}
