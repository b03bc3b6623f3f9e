import { isTemplateFunction } from '../../policy/template-function';
import { isStringNode, itemsOf, memberOf, type Node, type ScalarNode } from '../../syntax/tree';
import type { SubText } from './written-document';

/** What a value of a template is put together of, as it is written. */
export type ValuePart =
  | { readonly kind: 'text'; readonly node: ScalarNode }
  /** The text of an `Fn::Sub`; the names of its map come before those of the template. */
  | { readonly kind: 'sub-text'; readonly node: ScalarNode; readonly substitutions: Node | undefined }
  | { readonly kind: 'reference'; readonly name: string }
  /** The argument of an `Fn::FindInMap`. */
  | { readonly kind: 'map-lookup'; readonly keys: readonly Node[] };

/** @param sub where the node is a part of a JSON text that is the text of an `Fn::Sub` */
export function* valueParts(node: Node | undefined, sub: SubText | undefined): Iterable<ValuePart> {
  if (node?.kind === 'scalar')
    yield sub ? { kind: 'sub-text', node, ...sub } : { kind: 'text', node };
  else if (node?.kind === 'list') for (const item of node.items) yield* valueParts(item, sub);
  else if (isTemplateFunction(node)) yield* partsOfFunction(node, sub);
  else for (const { value } of node?.members ?? []) yield* valueParts(value, sub);
}

function* partsOfFunction(node: Node | undefined, sub: SubText | undefined): Iterable<ValuePart> {
  const [member] = node?.kind === 'object' ? node.members : [];
  const argument = member?.value;
  switch (member?.key.value) {
    case 'Ref':
      if (isStringNode(argument)) yield { kind: 'reference', name: argument.value };
      break;
    case 'Fn::Sub': {
      const [text, substitutions] = itemsOf(argument);
      if (text?.kind === 'scalar') yield { kind: 'sub-text', node: text, substitutions };
      yield* valueParts(substitutions, sub);
      break;
    }
    case 'Fn::FindInMap':
      yield { kind: 'map-lookup', keys: itemsOf(argument) };
      break;
    // The first argument is a separator, the name of a condition, or an index.
    case 'Fn::Join': case 'Fn::If': case 'Fn::Select':
      for (const item of itemsOf(argument).slice(1)) yield* valueParts(item, sub);
      break;
    default:
  }
}

/** A `${Name}` in a text. */
export interface WrittenReference {
  readonly name: string;
  /** Characters of the scalar's value. */
  readonly start: number;
  readonly end: number;
}

/** Every `${Name}` in the text of a scalar, but for `${!Name}`, which stands for the text `${Name}`. */
export function writtenReferences({ value }: ScalarNode): readonly WrittenReference[] {
  return Array.from(value.matchAll(/\$\{([^!{}][^{}]*)\}/g),
    (match) => ({ name: (match[1] ?? '').trim(), start: match.index, end: match.index + match[0].length }));
}

/** The values of the elements of all statements of a policy document, by the name of the element; of conditions by operator and key. */
export function* statementValues(document: Node): Iterable<{ readonly element: string; readonly conditionKey: string | undefined;
  readonly operator: string | undefined; readonly node: Node }> {
  for (const statement of statementsIn(memberOf(document, 'Statement')?.value)) {
    for (const { key: { value: element }, value: node } of statement.kind === 'object' ? statement.members : []) {
      if (!node || !VALUE_ELEMENTS.has(element)) continue;
      if (element !== 'Condition') yield { element, conditionKey: undefined, operator: undefined, node };
      else yield* conditionValues(node);
    }
  }
}

const VALUE_ELEMENTS: ReadonlySet<string> = new Set([
  'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition',
]);

function* conditionValues(block: Node): ReturnType<typeof statementValues> {
  for (const { key: operator, value: tests } of block.kind === 'object' ? block.members : []) {
    for (const { key, value: node } of tests?.kind === 'object' ? tests.members : [])
      if (node) yield { element: 'Condition', operator: operator.value, conditionKey: key.value, node };
  }
}

/** Statements under conditions included. */
function statementsIn(node: Node | undefined): readonly Node[] {
  return itemsOf(node).flatMap((item) => {
    const branches = memberOf(item, 'Fn::If')?.value;
    return branches?.kind === 'list' ? branches.items.slice(1).flatMap(statementsIn) : [item];
  });
}
