import type { Template } from '../../discovery/cloudformation/template';
import type { TemplateImport } from '../../discovery/cloudformation/template-imports';
import { memberOf, type Node } from '../../syntax/tree';
import type { UnitFile } from '../unit-file';
import { nestedStacksOf, type NestedStack } from './nested-stacks';

/** A template of a unit, with what it has to do with the others. */
export interface TemplateMember {
  readonly uri: string;
  readonly file: UnitFile;
  readonly template: Template;
  readonly partition: string | undefined;
  readonly imports: readonly TemplateImport[];
  readonly exports: readonly TemplateExport[];
  readonly nestedStacks: readonly NestedStack[];
}

/** A value that a stack exports. */
export interface TemplateExport {
  readonly name: Node;
  readonly value: Node;
}

/** Of several templates in one file the first counts. */
export function templateMemberOf(file: UnitFile): TemplateMember | undefined {
  const part = file.parts.find(({ kind }) => kind === 'template');
  if (part?.kind !== 'template') return undefined;
  const { template, partition, imports } = part;
  return { uri: file.uri, file, template, partition, imports, exports: exportsOf(template), nestedStacks: nestedStacksOf(template,
    file.path) };
}

export function exportsOf({ outputs }: Template): readonly TemplateExport[] {
  if (outputs?.kind !== 'object') return [];
  return outputs.members.flatMap(({ value: output }) => {
    const name = memberOf(memberOf(output, 'Export')?.value, 'Name')?.value;
    const value = memberOf(output, 'Value')?.value;
    return name && value ? [{ name, value }] : [];
  });
}

/** The value of an output. */
export function outputOf({ outputs }: Template, name: string): Node | undefined {
  return memberOf(memberOf(outputs, name)?.value, 'Value')?.value;
}
