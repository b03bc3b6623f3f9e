import { equalJson, nodeToJson } from '../../syntax/canonical-value';
import { planEdits, type EditPlan } from '../../syntax/edit-plan';
import { addBlocksEdit } from '../../syntax/hcl/block-edits';
import { canonicalNode } from '../../syntax/hcl/canonical-tree';
import type { HclAttribute, HclBlock } from '../../syntax/hcl/hcl-tree';
import { parseHcl } from '../../syntax/hcl/parse-hcl';
import type { RenderedEdits, SourceLayer } from '../../syntax/syntax';
import { itemsOf, memberOf, type Member, type Node, type ObjectNode } from '../../syntax/tree';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { scalarWithoutText } from '../../syntax/tree-without-text';
import { valueAfterEdits } from '../../syntax/value-after-edits';
import type { Span } from '../../text/span';
import {
  argumentValue, DOCUMENT_ARGUMENTS, entriesOf, listOf, REPEATED_BLOCKS, repeatedBlock, STATEMENT_ARGUMENTS, statementBlock,
  type RepeatedBlock, type RepeatedEntry,
} from './document-blocks';

/** The edits of a tree of the file, or the reason why there are none. */
type TranslatedEdits = { readonly edits: readonly TreeEdit[] } | { readonly refusal: string };

const ELSEWHERE = 'This statement is written in another document: write the change there';
const DYNAMIC = 'A dynamic block makes this: write the change by hand';
const COMPUTED = 'An expression gives this value: write the change by hand';

/**
 * Writes edits of the policy that an `aws_iam_policy_document` stands for as edits of its blocks. Undefined where the policy is not written
 * as one.
 */
export function renderDocumentEdits(layer: SourceLayer, policy: Node, edits: readonly TreeEdit[]): RenderedEdits | undefined {
  if (layer.syntax.id !== 'hcl' || policy.kind !== 'object' || policy.style !== 'block') return undefined;
  const document = blockAt(parseHcl(layer.text).body.items, policy.span);
  if (document?.labels[0]?.value !== 'aws_iam_policy_document') return undefined;
  const translated = editsOfDocument({ text: layer.text, document, edits, plan: planEdits(edits), bodies: new Map() }, policy);
  return 'refusal' in translated ? translated : layer.syntax.renderEdits(layer, translated.edits);
}

interface DocumentContext {
  readonly text: string;
  readonly document: HclBlock;
  readonly edits: readonly TreeEdit[];
  readonly plan: EditPlan;
  /** The bodies of blocks as a syntax knows them: all changes of a body are changes of one node. */
  readonly bodies: Map<HclBlock, ObjectNode>;
}

function editsOfDocument(context: DocumentContext, policy: ObjectNode): TranslatedEdits {
  const { text, document, plan } = context;
  const list = memberOf(policy, 'Statement')?.value;
  const change = list && list.kind !== 'scalar' ? plan.containerChanges.get(list) : undefined;
  if (list?.kind !== 'list' || plan.nodeWraps.length > 0 || plan.replacements.some(({ node }) => node === list || node === policy))
    return { refusal: COMPUTED };
  const results: TranslatedEdits[] = [{ edits: plan.textEdits.map(({ span, newText }) => ({ edit: 'text', span, newText })) },
    editsOfArguments(context, document, policy, DOCUMENT_ARGUMENTS)];
  for (const item of list.items) {
    const block = document.body.items.find((candidate) => candidate.span.start === item.span.start);
    const isWritten = block?.kind === 'block' && block.type === 'statement';
    if (change?.removedParts.has(item) === true) {
      results.push(isWritten ? { edits: [removal(context, document, block)] } : { refusal: block ? DYNAMIC : ELSEWHERE });
      continue;
    }
    const statement = statementIn(item);
    if (!statement || !isEdited(context, statement)) continue;
    results.push(isWritten ? editsOfStatement(context, block, statement) : { refusal: block ? DYNAMIC : ELSEWHERE });
  }
  const added = change?.addedParts.map(({ value }) => statementBlock(value)) ?? [];
  const last = document.body.items.filter((item) => item.kind === 'block').at(-1);
  if (added.length > 0) results.push({ edits: [addBlocksEdit(text, { body: document.body, block: document }, added, last)] });
  return joined(results);
}

function joined(results: readonly TranslatedEdits[]): TranslatedEdits {
  return results.find((result) => 'refusal' in result)
    ?? { edits: results.flatMap((result) => ('edits' in result ? result.edits : [])) };
}

function blockAt(items: HclBlock['body']['items'], { start, end }: Span): HclBlock | undefined {
  return items.find((item): item is HclBlock => item.kind === 'block' && item.span.start === start && item.span.end === end);
}

/** The statement itself, where it is one that may be missing. */
function statementIn(node: Node): ObjectNode | undefined {
  if (node.kind !== 'object' || node.style !== 'call') return node.kind === 'object' ? node : undefined;
  const list = node.members[0]?.value;
  return list?.kind === 'list' ? list.items.find((item): item is ObjectNode => item.kind === 'object') : undefined;
}

function isEdited(context: DocumentContext, node: Node): boolean {
  return !equalJson(newValueOf(context, node), nodeToJson(node)) || renamesIn(context, node).size > 0;
}

function newValueOf({ edits }: DocumentContext, node: Node): JsonValue {
  return valueAfterEdits(node, edits.filter(({ edit }) => edit !== 'text')) ?? nodeToJson(node);
}

function renamesIn({ plan }: DocumentContext, node: Node): ReadonlyMap<string, string> {
  const members = node.kind === 'object' ? node.members : [];
  return new Map(plan.renames.filter(({ key }) => members.some((member) => member.key === key)).map(({ key, name }) => [key.value, name]));
}

function valueIn(value: JsonValue, name: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}

function editsOfStatement(context: DocumentContext, block: HclBlock, statement: ObjectNode): TranslatedEdits {
  const results = [editsOfArguments(context, block, statement, STATEMENT_ARGUMENTS)];
  const newValue = newValueOf(context, statement);
  const renames = renamesIn(context, statement);
  for (const [element, repeated] of REPEATED_BLOCKS) {
    const node = memberOf(statement, element)?.value;
    const newName = renames.get(element) ?? element;
    const before = node && nodeToJson(node);
    const after = valueIn(newValue, newName);
    const renamed = REPEATED_BLOCKS.get(newName);
    // A renamed element is looked at by its old name only.
    if (before === undefined && [...renames.values()].includes(element)) continue;
    if (newName !== element && renamed) {
      results.push({ edits: blocksOf(block, repeated.type)
        .map(({ typeSpan }) => ({ edit: 'text', span: typeSpan, newText: renamed.type })) });
    }
    if (!equalJson(before ?? null, after ?? null))
      results.push(editsOfRepeatedBlocks(context, block, repeated,
        { before: entriesOf(before, repeated), after: entriesOf(after, repeated) }));
  }
  return joined(results);
}

/** Edits of the attributes of a block. */
function editsOfArguments(context: DocumentContext, block: HclBlock, object: ObjectNode,
  argumentsByElement: ReadonlyMap<string, string>): TranslatedEdits {
  const newValue = newValueOf(context, object);
  const renames = renamesIn(context, object);
  const newNames = new Set(renames.values());
  const edits: TreeEdit[] = [];
  let previous: string | undefined;
  for (const [element, argument] of argumentsByElement) {
    const newName = renames.get(element) ?? element;
    const newArgument = argumentsByElement.get(newName);
    const member = memberOf(object, element);
    const value = newNames.has(element) ? undefined : valueIn(newValue, newName);
    const attribute = attributeOf(block, argument);
    if (attribute && member && newArgument !== undefined && newArgument !== argument)
      edits.push({ edit: 'rename-member', member, name: newArgument });
    const isChanged = !equalJson((member?.value && nodeToJson(member.value)) ?? null, value ?? null);
    if (isChanged && attribute) {
      edits.push(...value !== undefined && member ? editsOfValue(member, argumentValue(newName, value))
        : [removal(context, block, attribute)]);
    } else if (isChanged && value !== undefined) {
      edits.push({ edit: 'set-member', object: bodyNode(context, block), name: argument, value: argumentValue(element, value),
        ...previous === undefined ? { first: true } : { after: previous } });
    }
    if (attribute || isChanged && value !== undefined) previous = argument;
  }
  return { edits };
}

/** From the value of a member to another one: what stays keeps its text. */
function editsOfValue(member: Member, newValue: JsonValue): readonly TreeEdit[] {
  const { value } = member;
  if (!value) return [];
  const newItems = listOf(newValue);
  const items = itemsOf(value);
  const removedItems = items.filter((item) => !newItems.some((newItem) => equalJson(newItem, valueOf(item))));
  const added = newItems.filter((newItem) => !items.some((item) => equalJson(newItem, valueOf(item))));
  const replacedItems = removedItems.slice(0, added.length);
  if (value.kind !== 'list' && removedItems.length > 0) return [{ edit: 'replace', node: value, value: newValue }];
  return [
    ...replacedItems.map((node, index): TreeEdit => ({ edit: 'replace', node, value: added[index] ?? null })),
    ...removedItems.slice(replacedItems.length).map((item): TreeEdit => ({ edit: 'remove-item', member, item })),
    ...added.slice(replacedItems.length).map((item): TreeEdit => ({ edit: 'append', member, value: item })),
  ];
}

/** From what these blocks say to what they are to say. Blocks that say the same as before stay as they are. */
function editsOfRepeatedBlocks(context: DocumentContext, statement: HclBlock, repeated: RepeatedBlock,
  { before, after }: Readonly<Record<'before' | 'after', readonly RepeatedEntry[]>>): TranslatedEdits {
  const { text } = context;
  const edits: TreeEdit[] = [];
  const blocks = blocksOf(statement, repeated.type);
  const added = after.filter((entry) => !before.some((other) => hasSameKeys(other, entry)));
  for (const entry of before) {
    const blocksOfEntry = blocks.filter((block) => repeated.keys.every((name, index) => textOf(text, block, name) === entry.keys[index]));
    const newEntry = after.find((other) => hasSameKeys(other, entry));
    if (newEntry && equalJson(newEntry.values, entry.values)) continue;
    const [first] = blocksOfEntry;
    const last = blocksOfEntry.at(-1);
    if (!first || !last) return { refusal: DYNAMIC };
    const sameValues = newEntry ? undefined : added.find(({ values }) => equalJson(values, entry.values));
    if (newEntry) {
      const newValues = newEntry.values.filter((value) => !entry.values.some((other) => equalJson(value, other)));
      for (const block of blocksOfEntry) {
        const member = attributeMember(text, block, repeated.values);
        const keptValues = listIn(member).filter((value) => newEntry.values.some((other) => equalJson(value, other)));
        const values = block === last ? [...keptValues, ...newValues] : keptValues;
        edits.push(...values.length === 0 ? [removal(context, statement, block)] : member ? editsOfValue(member, values) : []);
      }
    } else if (sameValues) {
      added.splice(added.indexOf(sameValues), 1);
      edits.push(...blocksOfEntry.flatMap((block) => keyEdits(text, block, repeated, sameValues)));
    } else {
      edits.push(...blocksOfEntry.map((block) => removal(context, statement, block)));
    }
  }
  if (added.length > 0) {
    const firstBlock = statement.body.items.findIndex((item) => item.kind === 'block');
    // Principals are in front of conditions.
    const place = blocks.at(-1) ?? (repeated.type === 'condition' ? undefined : statement.body.items[firstBlock - 1]);
    const newBlocks = added.map((entry) => repeatedBlock(repeated, entry));
    edits.push(addBlocksEdit(text, { body: statement.body, block: statement }, newBlocks, place));
  }
  return { edits };
}

function hasSameKeys(a: RepeatedEntry, b: RepeatedEntry): boolean {
  return equalJson(a.keys, b.keys);
}

function blocksOf({ body }: HclBlock, type: string): readonly HclBlock[] {
  return body.items.filter((item): item is HclBlock => item.kind === 'block' && item.type === type);
}

function attributeMember(text: string, block: HclBlock, name: string): Member | undefined {
  const attribute = attributeOf(block, name);
  return attribute
    && { span: attribute.span, key: scalarWithoutText(name, attribute.nameSpan), value: canonicalNode(attribute.value, text) };
}

function attributeOf({ body }: HclBlock, name: string): HclAttribute | undefined {
  return body.items.find((item): item is HclAttribute => item.kind === 'attribute' && item.name === name);
}

function textOf(text: string, block: HclBlock, name: string): string | undefined {
  const value = attributeMember(text, block, name)?.value;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function listIn(member: Member | undefined): readonly JsonValue[] {
  return itemsOf(member?.value).map(valueOf);
}

/** `&{aws:username}` is `${aws:username}`. */
function valueOf(node: Node): JsonValue {
  const value = nodeToJson(node);
  return typeof value === 'string' ? value.replaceAll('&{', '${') : value;
}

function keyEdits(text: string, block: HclBlock, { keys: names }: RepeatedBlock, { keys }: RepeatedEntry): readonly TreeEdit[] {
  return names.flatMap((name, index): TreeEdit[] => {
    const node = attributeMember(text, block, name)?.value;
    return node ? [{ edit: 'replace', node, value: keys[index] ?? '' }] : [];
  });
}

function removal(context: DocumentContext, block: HclBlock, item: HclAttribute | HclBlock): TreeEdit {
  const key = item.kind === 'block' ? scalarWithoutText(item.type, item.typeSpan) : scalarWithoutText(item.name, item.nameSpan);
  return { edit: 'remove-member', object: bodyNode(context, block), member: { span: item.span, key, value: undefined } };
}

/** Without its members, since a syntax finds what is in a body by spans. */
function bodyNode({ bodies }: DocumentContext, block: HclBlock): ObjectNode {
  const { body, span, closed } = block;
  const node = bodies.get(block)
    ?? { kind: 'object', span: { start: body.span.start, end: span.end }, members: [], closed, style: 'block' };
  bodies.set(block, node);
  return node;
}
