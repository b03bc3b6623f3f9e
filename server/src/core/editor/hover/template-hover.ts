import type { TemplateFile } from '../../discovery/cloudformation/template-file';
import { resolveFunctions } from '../../discovery/cloudformation/template-functions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import { arnResource } from '../../aws/arn';
import type { Identity, Key } from '../../linking/entities';
import { isTemplateFunction } from '../../policy/template-function';
import { memberOf, type Member, type Node } from '../../syntax/tree';
import { spanContainsOffset, type Location, type Span } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { parameterPlacesInOtherFiles } from '../parameter-places';
import { templateNameAt, type TemplateName } from '../template-names';
import { pairsOfKey } from '../verdict-provider';
import { handshakeSummaryLine, identityCard, keyCard, limitedLines } from './cards';
import { locationLink, type Hover, type HoverContext } from './hover-context';
import { code, joinLines, line, list, paragraph, type Block, type Line } from './rich-text';
import { statementSentence } from './statement-sentence';
import { describeReference } from './template-reference-hover';
import { placeholderBlocks } from './value-part-hover';

/**
 * What a template says outside of its policies: of a key who can use it, of an identity what it can use, of a parameter its value, and
 * what a reference to one of them stands for.
 */
export function templateHover(context: HoverContext, workspace: Workspace, uri: string, offset: number): Hover | undefined {
  const file = workspace.readings.get(uri)?.template;
  if (!file) return undefined;
  const offsetInFile = (span: Span): Location => ({ uri, span: file.layer.toFileSpan(span) });
  const contains = (span: Span): boolean => spanContainsOffset(offsetInFile(span).span, offset);
  const resource = [...file.template.resources.values()].find(({ member }) => {
    const type = memberOf(member.value, 'Type')?.value;
    return contains(member.key.span) || type !== undefined && contains(type.span);
  });
  if (resource) {
    const type = memberOf(resource.member.value, 'Type')?.value;
    const { span } = type && contains(type.span) ? type : resource.member.key;
    return hoverOf(offsetInFile(span), resourceBlocks(context, uri, resource.logicalId));
  }
  const name = templateNameAt(workspace, uri, offset);
  if (name?.kind === 'parameter')
    return hoverOf({ uri, span: name.span }, parameterBlocks(context, workspace, file, name));
  const functionNode = innermostFunction(file.root, contains);
  const hover = functionNode && hoverOf(offsetInFile(functionNode.span), functionBlocks(context, file, functionNode));
  // In the text of an Fn::Sub a reference is only a part of the value.
  return hover ?? (name && hoverOf({ uri, span: name.referenceSpan }, resourceBlocks(context, uri, name.name)));
}

function hoverOf(location: Location, blocks: readonly Block[]): Hover | undefined {
  return blocks.length === 0 ? undefined : { location, blocks };
}

/** Of a key or an identity that the template makes; nothing of other resources. */
function resourceBlocks(context: HoverContext, uri: string, logicalId: string): readonly Block[] {
  const { keys, identities } = context.world;
  const key = keys.find(({ template }) => template?.uri === uri && template.logicalId === logicalId);
  if (key) return keyBlocks(context, key);
  const identity = identities.find(({ template }) => template?.uri === uri
    && (template.logicalId === logicalId || template.logicalId === `${logicalId}Role`));
  return identity ? identityCard(context, identity) : [];
}

/** What its policy allows, and how it stands with those who use it. */
function keyBlocks(context: HoverContext, key: Key): readonly Block[] {
  const { policy } = key;
  const permissions = policy?.isImplicit === true
    ? [line`It has no KeyPolicy, so KMS's default key policy: the IAM policies of its account decide`]
    : limitedLines(policy?.policy.statements ?? [], (statement) => policy && statementSentence(context, policy, statement));
  return [
    ...keyCard(context, key),
    ...list(...permissions),
    ...list(...limitedLines(pairsOfKey(context.verdicts, key), (pair) => handshakeSummaryLine(context, pair, 'identity', policy))),
  ];
}

function parameterBlocks(context: HoverContext, workspace: Workspace, file: TemplateFile,
  { name, declaration }: TemplateName): readonly Block[] {
  const { uri } = file.template;
  const title = describeReference(file.template, name) ?? line`${name}`;
  const places = parameterPlacesInOtherFiles(workspace, uri, name);
  const value = file.references.valueOf(name)?.text;
  const defaultValue = memberOf(declaration.value, 'Default')?.value;
  return [
    ...placeholderBlocks(context, file.references, name, { title, isReference: true }),
    ...list(
      defaultValue?.kind === 'scalar' && value === undefined ? line`Default: ${code(defaultValue.value)}` : undefined,
      places.length === 0 ? undefined : line`Given by ${joinLines(places.map((place) => locationLink(context, place)))}`,
    ),
    ...subjectBlocks(context, file, value),
  ];
}

function functionBlocks(context: HoverContext, file: TemplateFile, node: Node): readonly Block[] {
  const scalar = resolveFunctions(node, { template: file.template, choices: file.references });
  const [placeholder] = scalar.kind === 'scalar' ? scalar.placeholders : [];
  const isReference = scalar.kind === 'scalar' && placeholder !== undefined && scalar.value === `\${${placeholder.name}}`;
  const title: Line | undefined = isReference ? describeReference(file.template, placeholder.name) : undefined;
  const subject = subjectBlocks(context, file, file.references.valueOfNode(node)?.text);
  return subject.length === 0 ? [] : [...paragraph(...title ?? []), ...subject];
}

/** The key or identity that has this ARN, id or name. */
function subjectBlocks(context: HoverContext, { references }: TemplateFile, value: string | undefined): readonly Block[] {
  if (value === undefined) return [];
  const { keys, identities, keysByArn } = context.world;
  const [key] = keysByArn.get(value) ?? keys.filter((candidate) => isKeyNamed(candidate, value, references));
  if (key) return keyBlocks(context, key);
  const identity = identities.find((candidate) => isIdentityNamed(candidate, value));
  return identity ? identityCard(context, identity) : [];
}

function isKeyNamed({ keyId, aliases, account, region }: Key, value: string, references: TemplateFile['references']): boolean {
  return compareIdentifiers(keyId, value) === 'same' || aliases.includes(value)
    && compareIdentifiers(account, references.account) === 'same' && compareIdentifiers(region, references.region) === 'same';
}

/** By its ARN or, where a template makes it, by its name. */
function isIdentityNamed({ arn = '', template }: Identity, value: string): boolean {
  return compareIdentifiers(arn, value) === 'same'
    || template !== undefined && compareIdentifiers(arnResource(arn).split('/').at(-1), value) === 'same';
}

function innermostFunction(node: Node, contains: (span: Span) => boolean): Node | undefined {
  if (node.kind === 'scalar' || !contains(node.span)) return undefined;
  const inner: readonly Node[] = node.kind === 'list' ? node.items : node.members.flatMap(valueOfMember);
  for (const child of inner) {
    const innermost = innermostFunction(child, contains);
    if (innermost) return innermost;
  }
  return isTemplateFunction(node) ? node : undefined;
}

function valueOfMember({ value }: Member): readonly Node[] {
  return value ? [value] : [];
}
