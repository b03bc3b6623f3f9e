import type { Node } from '../../syntax/tree';
import { propertyOf, type Template, type TemplateResource } from './template';
import type { TemplateImport } from './template-imports';

/** The properties that values of other templates can depend on: names, and what a stack in the stack is given. */
const PROPERTIES = ['AliasName', 'RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'Path', 'Role', 'TemplateURL', 'Location',
  'Parameters'] as const;

/**
 * All of a template that other files of its unit can depend on, as one text: while it stays equal, the unit is not resolved again. Policies
 * are not part of it, in which most of the typing is done.
 */
export function templateFingerprint({ parameters, mappings, conditions, outputs, resources, isServerless }: Template,
  imports: readonly TemplateImport[], partition: string | undefined): string {
  return [
    String(isServerless), partition ?? '', ...[parameters, mappings, conditions, outputs].map(printNode),
    ...Array.from(resources.values(), printResource), ...imports.map(({ placeholder }) => placeholder),
  ].join('\n');
}

function printResource(resource: TemplateResource): string {
  const { logicalId, type, condition = '' } = resource;
  return [logicalId, type, condition, ...PROPERTIES.flatMap((name) => {
    const node = propertyOf(resource, name);
    return node ? [name, printNode(node)] : [];
  })].join(' ');
}

function printNode(node: Node | undefined): string {
  switch (node?.kind) {
    case undefined: return '';
    case 'scalar': return `${node.type} ${JSON.stringify(node.value)}`;
    case 'list': return `[${node.items.map(printNode).join()}]`;
    case 'object': return `{${node.members.map(({ key, value }) => `${JSON.stringify(key.value)}:${printNode(value)}`).join()}}`;
  }
}
