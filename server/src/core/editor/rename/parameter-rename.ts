import { refusal, type Refusal } from '../../generate/counterpart';
import { memberOf, type Node } from '../../syntax/tree';
import type { FileChange } from '../../text/file-change';
import type { Workspace } from '../../workspace/workspace';
import { templateNamesIn, type TemplateName, type TemplateNames } from '../template-names';

/** Why a name of a template keeps its name; undefined for a parameter, which can have another one. */
export function reasonNameStays({ kind, name }: TemplateName): string | undefined {
  return kind === 'parameter' ? undefined
    : `"${name}" is a logical id: with another one CloudFormation would replace the resource when the template is deployed, `
      + 'and delete the one that exists.';
}

/** Gives a parameter of a template another name, where it is declared and wherever the template refers to it. */
export function renameParameter(workspace: Workspace, uri: string, { name }: TemplateName,
  newName: string): { readonly title: string; readonly changes: readonly FileChange[] } | Refusal {
  const template = templateNamesIn(workspace, uri);
  const reason = workspace.readings.get(uri)?.layer.refusalOf(newName) ?? (template && reasonNameUnusable(template, name, newName));
  if (reason !== undefined) return refusal(reason);
  const edits = (template?.names ?? []).filter((other) => other.name === name && other.kind === 'parameter')
    .map(({ span }) => ({ span, newText: newName }));
  return { title: `Rename ${name} to ${newName}`, changes: [{ uri, edits }] };
}

/** The sections whose names are the logical names of a template (CloudFormation User Guide, parameters: unique among them). */
const SECTIONS = ['Parameters', 'Resources', 'Conditions', 'Mappings'];

function reasonNameUnusable({ root }: TemplateNames, name: string, newName: string): string | undefined {
  if (newName === name) return undefined;
  if (!/^[A-Za-z0-9]{1,255}$/.test(newName))
    return `"${newName}" is not a name of a parameter: it has letters and digits only, at most 255.`;
  if (SECTIONS.some((section) => memberOf(memberOf(root, section)?.value, newName)))
    return `${newName} is in this template already: no two parts of it can have the same name.`;
  return isVariableOfSub(root, newName, new Set()) ? `A variable of an Fn::Sub in this template is called ${newName} already.` : undefined;
}

function isVariableOfSub(node: Node | undefined, name: string, visited: Set<Node>): boolean {
  if (!node || node.kind === 'scalar' || visited.has(node)) return false;
  visited.add(node);
  if (node.kind === 'list') return node.items.some((item) => isVariableOfSub(item, name, visited));
  return node.members.some(({ key, value }) => {
    const variables = key.value === 'Fn::Sub' && value?.kind === 'list' ? value.items[1] : undefined;
    return memberOf(variables, name) !== undefined || isVariableOfSub(value, name, visited);
  });
}
