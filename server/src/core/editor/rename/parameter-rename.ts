import { refusal, type Refusal } from '../../generate/counterpart';
import type { Manifest } from '../../manifest/manifest';
import { createAnyFileMatcher } from '../../manifest/path-glob';
import { nodeToJson } from '../../syntax/canonical-value';
import { isStringNode, itemsOf, memberOf, type Node } from '../../syntax/tree';
import type { FileChange } from '../../text/file-change';
import type { TextEdit } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { parameterPlacesInOtherFiles } from '../parameter-places';
import { templateNamesIn, type TemplateName, type TemplateNames } from '../template-names';

/** Why a name of a template keeps its name; undefined for a parameter, which can have another one. */
export function reasonNameStays({ kind, name }: TemplateName): string | undefined {
  return kind === 'parameter' ? undefined
    : `"${name}" is a logical id: with another one CloudFormation would replace the resource when the template is deployed, `
      + 'and delete the one that exists.';
}

/**
 * Gives a parameter of a template another name, where it is declared, wherever the template refers to it, and in the files that give it a
 * value: parameter files, templates that make stacks of this one, and kms-handshake.json.
 */
export function renameParameter(workspace: Workspace, uri: string, { name }: TemplateName,
  newName: string): { readonly title: string; readonly changes: readonly FileChange[] } | Refusal {
  const template = templateNamesIn(workspace, uri);
  const reason = workspace.readings.get(uri)?.layer.refusalOf(newName) ?? (template && reasonNameUnusable(template, name, newName));
  if (reason !== undefined) return refusal(reason);
  const places = [
    ...(template?.names ?? []).filter((other) => other.name === name && other.kind === 'parameter').map(({ span }) => ({ uri, span })),
    ...parameterPlacesInOtherFiles(workspace, uri, name),
  ];
  const editsByFile = new Map<string, TextEdit[]>();
  const addEdit = (fileUri: string, edit: TextEdit): void => { editsByFile.set(fileUri, [...editsByFile.get(fileUri) ?? [], edit]); };
  for (const { uri: fileUri, span } of places) addEdit(fileUri, { span, newText: newName });
  for (const manifest of workspace.world.manifests)
    for (const edit of manifestEdits(manifest, workspace, { uri, name, newName })) addEdit(manifest.uri, edit);
  return { title: `Rename ${name} to ${newName}`, changes: Array.from(editsByFile, ([fileUri, edits]) => ({ uri: fileUri, edits })) };
}

interface ParameterRename {
  readonly uri: string;
  readonly name: string;
  readonly newName: string;
}

/** Where the value that is declared for the parameter counts for other files too, the new name stands beside the old one. */
function manifestEdits({ root, folder, layer }: Manifest, workspace: Workspace,
  { uri, name, newName }: ParameterRename): readonly TextEdit[] {
  return itemsOf(memberOf(root, 'placeholders')?.value).flatMap((entry) => {
    const patterns = itemsOf(memberOf(entry, 'files')?.value).flatMap((pattern) => (isStringNode(pattern) ? pattern.value : []));
    const values = memberOf(entry, 'values')?.value;
    const member = memberOf(values, name);
    const isForFile = createAnyFileMatcher(folder, patterns);
    const urisWithName = [...workspace.files].flatMap(([fileUri, { path }]) =>
      (isForFile(path) && hasPlaceholder(workspace, fileUri, name) ? fileUri : []));
    if (values?.kind !== 'object' || !member?.value || !urisWithName.includes(uri)) return [];
    if (urisWithName.length === 1) return [{ span: layer.toFileSpan(member.key.content), newText: newName }];
    return layer.syntax.renderEdits(layer, [
      { edit: 'set-member', object: values, name: newName, value: nodeToJson(member.value), after: name }]).edits ?? [];
  });
}

/** Whether the name means something in the file: a parameter of a template, or a placeholder of a policy. */
function hasPlaceholder({ readings }: Workspace, uri: string, name: string): boolean {
  const reading = readings.get(uri);
  return memberOf(reading?.template?.template.parameters, name) !== undefined
    || (reading?.policies.some(({ policy, template }) => !template && containsPlaceholder(policy.node, name)) ?? false);
}

function containsPlaceholder(node: Node, name: string): boolean {
  switch (node.kind) {
    case 'scalar': return node.placeholders.some((placeholder) => placeholder.name === name);
    case 'list': return node.items.some((item) => containsPlaceholder(item, name));
    case 'object': return node.members.some(({ key, value }) => containsPlaceholder(key, name)
      || value !== undefined && containsPlaceholder(value, name));
  }
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
