import type { RenderedEdits } from '../syntax/syntax';
import { memberOf } from '../syntax/tree';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import type { TemplateFile } from './cloudformation/template-file';
import { withReferences } from './policy-edits';

/** What a template gets behind its last resource and its last parameter, by logical ids that it does not have. */
export interface TemplateAdditions {
  readonly resources: Readonly<Record<string, JsonValue>>;
  readonly parameters?: Readonly<Record<string, JsonValue>>;
}

/** Symbols of the template become references to what it makes. */
export function renderTemplateAdditions(file: TemplateFile, additions: TemplateAdditions): RenderedEdits {
  const { root, layer } = file;
  const resources = memberOf(root, 'Resources')?.value;
  if (resources?.kind !== 'object') return { refusal: 'The template has no Resources.' };
  const refusals: string[] = [];
  const edits = Object.entries(additions.resources).map(([logicalId, resource]): TreeEdit => {
    const value = withReferences(resource, { file, logicalId, referenceForm: 'function' }, refusals);
    return { edit: 'set-member', object: resources, name: logicalId, value };
  });
  const [refusal] = refusals;
  return refusal === undefined ? layer.syntax.renderEdits(layer, [...parameterEdits(file, additions), ...edits]) : { refusal };
}

/** Parameters stand in front of the resources. */
function parameterEdits({ root }: TemplateFile, { parameters = {} }: TemplateAdditions): TreeEdit[] {
  const parametersNode = memberOf(root, 'Parameters')?.value;
  if (parametersNode?.kind === 'object' && parametersNode.members.length > 0)
    return Object.entries(parameters).map(([name, value]) => ({ edit: 'set-member', object: parametersNode, name, value }));
  if (Object.keys(parameters).length === 0) return [];
  const index = root.members.findIndex(({ key }) => key.value === 'Resources');
  const before = root.members[index - 1]?.key.value;
  return [{ edit: 'set-member', object: root, name: 'Parameters', value: parameters,
    ...before === undefined ? { first: true } : { after: before } }];
}

/** The name, with a number behind it where the template has it already. */
export function unusedLogicalId({ template: { resources, parameters } }: TemplateFile, name: string): string {
  const isUsed = (id: string): boolean => resources.has(id) || memberOf(parameters, id) !== undefined;
  let unused = name;
  for (let number = 2; isUsed(unused); number++) unused = `${name}${number}`;
  return unused;
}
