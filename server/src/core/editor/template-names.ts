import { isTemplateFunctionName } from '../policy/template-function';
import { isStringNode, itemsOf, memberOf, valueSpan, type Member, type Node, type ObjectNode, type ScalarNode } from '../syntax/tree';
import { spanContainsOffset, type Span } from '../text/span';
import type { Workspace } from '../workspace/workspace';

/** The name of a resource or parameter at one place of its template: where it is declared, or where it is referred to. */
export interface TemplateName {
  readonly kind: 'resource' | 'parameter';
  readonly name: string;
  /** Its member of `Resources` or `Parameters`. */
  readonly declaration: Member;
  readonly isDeclaration: boolean;
  /** Of the name alone, in the file. */
  readonly span: Span;
  /** Of the whole reference: with its attribute, and with the tag in front of it. */
  readonly referenceSpan: Span;
}

/** A template with all names of resources and parameters in it, in the order of the text. */
export interface TemplateNames {
  readonly root: ObjectNode;
  readonly names: readonly TemplateName[];
}

/** Undefined for a file that is not a template, or has nothing to do with KMS. */
export function templateNamesIn({ readings }: Workspace, uri: string): TemplateNames | undefined {
  const root = readings.get(uri)?.template?.root;
  if (!root) return undefined;
  const declarations = new Map([
    ...declarationsIn(root, 'Parameters', 'parameter'), ...declarationsIn(root, 'Resources', 'resource'),
  ]);
  const names: TemplateName[] = [];
  for (const { name, span, referenceSpan, isDeclaration } of placesIn(root)) {
    const declaration = declarations.get(name);
    if (declaration) names.push({ ...declaration, name, isDeclaration, span, referenceSpan });
  }
  return { root, names: names.sort((a, b) => a.span.start - b.span.start) };
}

/** The name at an offset of the file, or the reference around it. */
export function templateNameAt(workspace: Workspace, uri: string, offset: number): TemplateName | undefined {
  const names = templateNamesIn(workspace, uri)?.names ?? [];
  return names.find(({ span }) => spanContainsOffset(span, offset))
    ?? names.filter(({ referenceSpan }) => spanContainsOffset(referenceSpan, offset))
      .sort((a, b) => a.referenceSpan.end - a.referenceSpan.start - (b.referenceSpan.end - b.referenceSpan.start))[0];
}

function declarationsIn(root: ObjectNode, section: string,
  kind: TemplateName['kind']): (readonly [string, Pick<TemplateName, 'kind' | 'declaration'>])[] {
  const node = memberOf(root, section)?.value;
  return node?.kind === 'object' ? node.members.map((declaration) => [declaration.key.value, { kind, declaration }] as const) : [];
}

type NamePlace = Pick<TemplateName, 'name' | 'span' | 'referenceSpan' | 'isDeclaration'>;

function* placesIn(root: ObjectNode): Generator<NamePlace> {
  for (const section of ['Parameters', 'Resources']) {
    const node = memberOf(root, section)?.value;
    if (node?.kind !== 'object') continue;
    for (const { key, value } of node.members) {
      yield { name: key.value, span: key.content, referenceSpan: key.span, isDeclaration: true };
      if (section !== 'Resources') continue;
      for (const dependency of itemsOf(memberOf(value, 'DependsOn')?.value))
        if (isStringNode(dependency)) yield wholeName(dependency, dependency.span);
    }
  }
  yield* interfaceNames(root);
  yield* functionNames(root, new Set());
}

function wholeName(node: ScalarNode, referenceSpan: Span): NamePlace {
  return { name: node.value, span: node.content, referenceSpan, isDeclaration: false };
}

/** `AWS::CloudFormation::Interface` names parameters without a function (CloudFormation template reference, of that name). */
function* interfaceNames(root: ObjectNode): Generator<NamePlace> {
  const description = memberOf(memberOf(root, 'Metadata')?.value, 'AWS::CloudFormation::Interface')?.value;
  for (const group of itemsOf(memberOf(description, 'ParameterGroups')?.value))
    for (const name of itemsOf(memberOf(group, 'Parameters')?.value)) if (isStringNode(name)) yield wholeName(name, name.span);
  const labels = memberOf(description, 'ParameterLabels')?.value;
  if (labels?.kind === 'object') for (const { key } of labels.members) yield wholeName(key, key.span);
}

/** @param visited an alias of YAML is the anchored node itself */
function* functionNames(node: Node, visited: Set<Node>): Generator<NamePlace> {
  if (node.kind === 'scalar' || visited.has(node)) return;
  visited.add(node);
  if (node.kind === 'list') {
    for (const item of node.items) yield* functionNames(item, visited);
    return;
  }
  for (const { key, value } of node.members) {
    if (!value) continue;
    if (isTemplateFunctionName(key.value)) yield* namesOfFunction(key.value, value, node.span);
    yield* functionNames(value, visited);
  }
}

/** Functions whose first argument is a name as it is. */
const FUNCTIONS_OF_NAMES = new Set(['Ref', 'Fn::GetAtt', 'Fn::ValueOf']);

function* namesOfFunction(functionName: string, argument: Node, functionSpan: Span): Generator<NamePlace> {
  const [first, second] = itemsOf(argument);
  if (!isStringNode(first)) return;
  if (FUNCTIONS_OF_NAMES.has(functionName)) {
    const [name = ''] = functionName === 'Fn::GetAtt' ? first.value.split('.') : [first.value];
    yield { name, span: valueSpan(first, 0, name.length), referenceSpan: functionSpan, isDeclaration: false };
  } else if (functionName === 'Fn::Sub') {
    yield* namesInSub(first, second);
  }
}

/** @param variables names of the text that are not names of the template */
function* namesInSub(text: ScalarNode, variables: Node | undefined): Generator<NamePlace> {
  for (const match of text.value.matchAll(/\$\{(\s*)([A-Za-z0-9]+)([^{}A-Za-z0-9][^{}]*)?\}/g)) {
    const [whole, blanks = '', name = '', rest = ''] = match;
    if (memberOf(variables, name + rest.trim())) continue;
    const start = match.index + 2 + blanks.length;
    yield { name, span: valueSpan(text, start, start + name.length),
      referenceSpan: valueSpan(text, match.index, match.index + whole.length), isDeclaration: false };
  }
}
