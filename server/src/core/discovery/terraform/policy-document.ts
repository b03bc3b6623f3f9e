import type { Expression, HclBlock } from '../../syntax/hcl/hcl-tree';
import { isStringNode, itemsOf, type ListNode, type Member, type Node, type ObjectNode, type ScalarNode } from '../../syntax/tree';
import { scalarWithoutText } from '../../syntax/tree-without-text';
import type { Span } from '../../text/span';
import { expandBlock, expandBlocks, type ExpandedBlock } from './dynamic-blocks';
import { argumentOf, nestedBlocksOf, scopeOfBlock, type ModuleBlock, type TerraformModule } from './module';
import { choiceNode, nodeOf, type NodeContext, type PlaceholderRegistry } from './policy-node';
import { attributeIn } from './terraform-file';

/**
 * The statements of an `aws_iam_policy_document` as elements of a policy: with its defaults, its sets, and what repeated blocks say
 * together.
 *
 * Source: https://github.com/hashicorp/terraform-provider-aws, internal/service/iam/policy_document_data_source.go and policy_model.go
 */
export function statementsOfDocument(document: ModuleBlock, module: TerraformModule, registry: PlaceholderRegistry): readonly Node[] {
  return nestedBlocksOf(document, 'statement').flatMap(({ block, file }) =>
    expandBlock(block, 'statement', scopeOfBlock(document, file, module)).map((statement) => statementNode(statement, registry)));
}

/** The document with these statements. */
export function documentNode(document: ModuleBlock, statements: readonly Node[], module: TerraformModule,
  registry: PlaceholderRegistry): ObjectNode | undefined {
  const part = document.parts.at(-1);
  if (!part) return undefined;
  const { body, span, typeSpan, closed } = part.block;
  const member = (argument: string, element: string): Member | undefined => {
    const source = argumentOf(document, argument);
    const value = source && nodeOf(source.expression, { scope: scopeOfBlock(document, source.file, module), registry });
    return !value || isNull(value) ? undefined
      : { span: value.span, key: scalarWithoutText(element, { start: value.span.start, end: value.span.start }), value };
  };
  const list: ListNode = { kind: 'list', span: body.span, items: statements, closed, style: 'block' };
  return { kind: 'object', span, closed, style: 'block', members: [
    member('version', 'Version') ?? memberWithoutText('Version', '2012-10-17', typeSpan),
    ...[member('policy_id', 'Id')].filter((id) => id !== undefined),
    { span: body.span, key: scalarWithoutText('Statement', typeSpan), value: list },
  ] };
}

function memberWithoutText(name: string, value: string, span: Span): Member {
  return { span, key: scalarWithoutText(name, span), value: scalarWithoutText(value, span) };
}

const ELEMENTS = [
  ['actions', 'Action'], ['not_actions', 'NotAction'], ['resources', 'Resource'], ['not_resources', 'NotResource'],
] as const;

function statementNode(statement: ExpandedBlock, registry: PlaceholderRegistry): Node {
  const { block, scope, span, typeSpan } = statement;
  const context: NodeContext = { scope, registry };
  const members: Member[] = [];
  const sid = memberOfAttribute(block, 'sid', 'Sid', context);
  if (sid && !(isStringNode(sid.value) && sid.value.value === '')) members.push(sid);
  members.push(memberOfAttribute(block, 'effect', 'Effect', context) ?? memberWithoutText('Effect', 'Allow', typeSpan));
  const principals = expandBlocks(block.body, 'principals', scope);
  const notPrincipals = expandBlocks(block.body, 'not_principals', scope);
  const conditions = expandBlocks(block.body, 'condition', scope);
  members.push(...exclusivePrincipals(principals, notPrincipals, registry));
  const elements = ELEMENTS.flatMap(([argument, element]) => memberOfAttribute(block, argument, element, context) ?? []);
  members.push(...withoutPossiblyNull(elements));
  members.push(...conditionMember(conditions, registry));
  const node: ObjectNode = { kind: 'object', span, members, closed: block.closed, style: 'block' };
  const isMaybe = [statement, ...principals, ...notPrincipals, ...conditions].some((part) => part.isMaybe);
  return isMaybe ? choiceNode(span, typeSpan, [node], scope.file.text) : node;
}

/** What is null or an empty list is left out, like what is not written. */
function memberOfAttribute(block: HclBlock, argument: string, element: string, context: NodeContext): Member | undefined {
  const attribute = attributeIn(block.body, argument);
  const value = attribute && nodeOf(attribute.value, context);
  if (!attribute || !value || isNull(value) || value.kind === 'list' && value.items.length === 0) return undefined;
  return { span: attribute.span, key: { ...scalarWithoutText(element, attribute.nameSpan) },
    value: argument.endsWith('resources') ? withIamVariables(value) : value };
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.type === 'null';
}

/**
 * An argument whose value is not known may be null. Of an element and its `Not` form only one can be there: the one that is known, or else
 * one that may be anything.
 */
function withoutPossiblyNull(members: readonly Member[]): readonly Member[] {
  return members.filter((member) => {
    const { key: { value: name } } = member;
    const opposite = members.find(({ key }) => key.value === (name.startsWith('Not') ? name.slice('Not'.length) : `Not${name}`));
    return !opposite || !mayBeNull(member.value) || mayBeNull(opposite.value) && !name.startsWith('Not');
  });
}

function mayBeNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.placeholders.length > 0 || node?.kind === 'object';
}

/** A statement has principals of one form only: of blocks that may be missing one form is. */
function exclusivePrincipals(principals: readonly ExpandedBlock[], notPrincipals: readonly ExpandedBlock[],
  registry: PlaceholderRegistry): readonly Member[] {
  const isMaybe = (blocks: readonly ExpandedBlock[]): boolean => blocks.every((block) => block.isMaybe);
  const [plain, negated] = [principalMember('Principal', principals, registry), principalMember('NotPrincipal', notPrincipals, registry)];
  if (plain.length > 0 && negated.length > 0 && isMaybe(notPrincipals)) return plain;
  return plain.length > 0 && negated.length > 0 && isMaybe(principals) ? negated : [...plain, ...negated];
}

/** `principals` blocks, joined by their types. */
function principalMember(element: 'Principal' | 'NotPrincipal', blocks: readonly ExpandedBlock[],
  registry: PlaceholderRegistry): readonly Member[] {
  const types = new Map<string, MemberDraft>();
  for (const { block, scope, typeSpan } of blocks) {
    const context = { scope, registry };
    const key = keyOfAttribute(attributeIn(block.body, 'type')?.value, context, typeSpan);
    const identifiers = attributeIn(block.body, 'identifiers')?.value;
    const value = identifiers && nodeOf(identifiers, context);
    if (key && value) addToDraft(types, key, withIamVariables(value));
  }
  const [first] = blocks;
  if (!first || types.size === 0) return [];
  const key = scalarWithoutText(element, first.typeSpan);
  const { span } = first;
  const members = [...types.values()].map(memberOfDraft);
  const [anyone] = members;
  const [identifier, ...others] = itemsOf(anyone?.value);
  // One block of type `*` for everybody is `"Principal": "*"`.
  if (members.length === 1 && anyone?.key.value === '*' && others.length === 0 && isStringNode(identifier) && identifier.value === '*')
    return [{ span, key, value: identifier }];
  return [{ span, key, value: { kind: 'object', span, members, closed: true, style: 'block' } }];
}

/** `condition` blocks, joined by test and variable: the same ones twice are alternatives. */
function conditionMember(blocks: readonly ExpandedBlock[], registry: PlaceholderRegistry): readonly Member[] {
  const tests = new Map<string, { readonly key: ScalarNode; readonly span: Span; readonly variables: Map<string, MemberDraft> }>();
  for (const { block, scope, span, typeSpan } of blocks) {
    const context = { scope, registry };
    const testKey = keyOfAttribute(attributeIn(block.body, 'test')?.value, context, typeSpan);
    const variableKey = keyOfAttribute(attributeIn(block.body, 'variable')?.value, context, typeSpan);
    const values = attributeIn(block.body, 'values')?.value;
    const value = values && nodeOf(values, context);
    if (!testKey || !variableKey || !value) continue;
    const test = tests.get(testKey.value) ?? { key: testKey, span, variables: new Map<string, MemberDraft>() };
    tests.set(testKey.value, test);
    addToDraft(test.variables, variableKey, withIamVariables(value));
  }
  const [first] = blocks;
  if (!first || tests.size === 0) return [];
  const members = Array.from(tests.values(), ({ key, span, variables }): Member => ({ span, key,
    value: { kind: 'object', span, members: [...variables.values()].map(memberOfDraft), closed: true, style: 'block' } }));
  return [{ span: first.span, key: scalarWithoutText('Condition', first.typeSpan),
    value: { kind: 'object', span: first.span, members, closed: true, style: 'block' } }];
}

/** A member whose values come from several blocks. */
interface MemberDraft {
  readonly key: ScalarNode;
  readonly values: Node[];
}

function addToDraft(drafts: Map<string, MemberDraft>, key: ScalarNode, value: Node): void {
  const draft = drafts.get(key.value);
  if (draft) draft.values.push(value);
  else drafts.set(key.value, { key, values: [value] });
}

function memberOfDraft({ key, values }: MemberDraft): Member {
  const [first, ...others] = values;
  if (!first) return { span: key.span, key, value: undefined };
  const value: Node = others.length === 0 ? first
    : { ...first.kind === 'list' ? first : { kind: 'list', span: first.span, closed: true }, items: values.flatMap(itemsOf) };
  return { span: { start: Math.min(key.span.start, value.span.start), end: Math.max(key.span.end, value.span.end) }, key, value };
}

function keyOfAttribute(expression: Expression | undefined, context: NodeContext, typeSpan: Span): ScalarNode | undefined {
  const node = expression && nodeOf(expression, context);
  if (!node) return undefined;
  return node.kind === 'scalar' ? node : { ...scalarWithoutText('${}', typeSpan), placeholders: [{ form: 'template', name: '', start: 0,
    end: '${}'.length }] };
}

/** `&{aws:username}` is the variable `${aws:username}` of IAM in resources, identifiers and values of conditions. */
function withIamVariables(node: Node): Node {
  switch (node.kind) {
    case 'list': return { ...node, items: node.items.map(withIamVariables) };
    case 'scalar':
      return node.value.includes('&{') ? { ...node, value: node.value.replaceAll('&{', '${'), offsets: offsetsOf(node) } : node;
    case 'object': return node;
  }
}

/** The value has other characters than the text. */
function offsetsOf({ offsets, value, content }: ScalarNode): readonly number[] {
  return offsets ?? Array.from({ length: value.length + 1 }, (_, index) => content.start + index);
}
