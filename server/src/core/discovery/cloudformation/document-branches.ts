import { ALWAYS, type Presence } from '../../policy/presence';
import { isNoValue, isTemplateFunction } from '../../policy/template-function';
import { itemsOf, memberOf, type ListNode, type Member, type Node, type ObjectNode } from '../../syntax/tree';
import { scalarWithoutText, treeWithoutText } from '../../syntax/tree-without-text';
import { decidedBranch, type TemplateChoices } from './template-functions';

/** A document of a place, with its JSON pointer. */
interface DocumentBranch {
  readonly node: Node;
  readonly pointer: string;
  /** Conditions that decide whether it is there. */
  readonly presence: Presence;
}

/** The documents that may stand in a place: the branches of `Fn::If`, of which a decided condition leaves one, or the node itself. */
export function documentBranches(node: Node, pointer: string, choices: TemplateChoices,
  presence: Presence = ALWAYS): readonly DocumentBranch[] {
  if (isNoValue(node)) return [];
  const argument = isTemplateFunction(node) ? memberOf(node, 'Fn::If')?.value : undefined;
  if (argument?.kind !== 'list') return [{ node, pointer, presence }];
  const decided = decidedBranch(node, choices);
  const [name] = argument.items;
  return argument.items.slice(1).flatMap((branch, index) => {
    if (decided !== undefined && branch !== decided) return [];
    const choice = decided === undefined && name?.kind === 'scalar' ? [...presence, choices.choiceOf(name.value, index === 0)] : presence;
    return documentBranches(branch, `${pointer}/Fn::If/${index + 1}`, choices, choice);
  });
}

/**
 * One document of the branches of an `Fn::If`, each with its statements behind the condition: a key has one policy. Of other documents the
 * node itself.
 *
 * @param defaultDocument what stands where a branch has no value
 */
export function joinedDocument(node: Node, choices: TemplateChoices, defaultDocument: ObjectNode): Node {
  if (isNoValue(node)) return defaultDocument;
  const decided = decidedBranch(node, choices);
  if (decided) return joinedDocument(decided, choices, defaultDocument);
  const argument = isTemplateFunction(node) ? memberOf(node, 'Fn::If')?.value : undefined;
  const [name, ...branches] = argument?.kind === 'list' ? argument.items : [];
  if (!name) return node;
  const documents = branches.slice(0, 2).map((branch) => joinedDocument(branch, choices, defaultDocument));
  const version = documents.map((document) => memberOf(document, 'Version')).find((member) => member !== undefined);
  const listOf = (items: readonly Node[]): ListNode => ({ kind: 'list', span: node.span, closed: true, items });
  const objectOf = (members: readonly Member[]): ObjectNode => ({ kind: 'object', span: node.span, closed: true, members });
  const memberWith = (key: string, value: Node): Member => ({ span: node.span, key: scalarWithoutText(key, node.span), value });
  const statements = documents.map((document) => listOf(statementsOf(document)));
  return objectOf([...version ? [version] : [],
    memberWith('Statement', listOf([objectOf([memberWith('Fn::If', listOf([name, ...statements]))])]))]);
}

/** Of a document that is a text, or that a function gives, nothing is known here. */
function statementsOf(document: Node): readonly Node[] {
  if (document.kind === 'object' && !isTemplateFunction(document)) return itemsOf(memberOf(document, 'Statement')?.value);
  return [treeWithoutText({ 'Fn::Transform': '' }, document.span)];
}
