import type { Node } from '../../syntax/tree';
import type { Template } from './template';
import { importPlaceholderName } from './template-functions';

/** `Fn::ImportValue` in a template. */
export interface TemplateImport {
  readonly name: Node;
  /** The name of the placeholder that stands for it. */
  readonly placeholder: string;
}

/** The imports of a template, each name once. */
export function importsOf(template: Template): readonly TemplateImport[] {
  const imports = new Map<string, TemplateImport>();
  const visit = (node: Node | undefined): void => {
    if (node?.kind === 'list') node.items.forEach(visit);
    if (node?.kind !== 'object') return;
    for (const { key, value } of node.members) {
      if (key.value === 'Fn::ImportValue' && value) {
        const placeholder = importPlaceholderName(value, { template });
        imports.set(placeholder, { name: value, placeholder });
      }
      visit(value);
    }
  };
  for (const { properties } of template.resources.values()) visit(properties);
  visit(template.outputs);
  return [...imports.values()];
}
