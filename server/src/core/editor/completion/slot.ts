import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { FileReading } from '../../locate/read-file';
import type { Condition, Statement } from '../../model/policy';
import type { Layer } from '../../parse/layer';
import type { Node, ObjectNode, ScalarNode } from '../../parse/tree';
import { contains, type Span } from '../../text/span';
import { tokenAt, type Token } from './token';

/** What is being typed in a policy. */
export interface Slot {
  readonly token: Token;
  /** The layer that the token counts in, as it is. */
  readonly layer: Layer;
  /** The policy with what is being typed made whole: a value or member whose text ends in `MARK`. */
  readonly policy: LocatedPolicy;
  readonly statement: Statement | undefined;
  readonly wants: Wanted;
}

export type Wanted =
  | { readonly what: 'document-element'; readonly object: ObjectNode }
  | { readonly what: 'statement-element'; readonly object: ObjectNode }
  | { readonly what: 'principal-key'; readonly object: ObjectNode }
  | { readonly what: 'operator'; readonly object: ObjectNode }
  | { readonly what: 'condition-key'; readonly operator: string; readonly object: ObjectNode }
  | { readonly what: 'statement' }
  | { readonly what: 'element-value'; readonly element: string }
  /** `key` is that of the principal object; undefined for what stands in place of the object. */
  | { readonly what: 'principal'; readonly key: string | undefined }
  | { readonly what: 'condition-value'; readonly condition: Condition };

/** Stands for the cursor in the text that is read: a character that no policy can hold. */
export const MARK = '\uE0FF';

/**
 * What is being typed at an offset of a file; undefined outside of policies and where nothing can be told. The text at the cursor is made
 * whole, comma and quotes and all, and the file read anew: so the place is known however unfinished it is.
 *
 * @param read reads the file with another text
 */
export function slotAt(reading: FileReading, offset: number, read: (text: string) => FileReading): Slot | undefined {
  const layer = layerAt(reading, offset);
  const token = tokenAt(layer.text, offsetIn(layer, offset));
  if (token === undefined) return undefined;
  for (const { text, means } of wholes(token)) {
    const at = layer.toFile(token.span);
    const file = reading.layer.text;
    const { policies } = read(file.slice(0, at.start) + layer.escape(text) + file.slice(at.end));
    for (const policy of policies) {
      const found = findMark(policy);
      const wants = found && means(wantedAt(policy, found), policy);
      if (wants) return { token, layer, policy, wants, statement: statementAt(policy, found.node.span) };
    }
  }
  return undefined;
}

/** A way to make the token whole, and what the mark means then. */
interface Whole {
  readonly text: string;
  readonly means: (found: Wanted | undefined, policy: LocatedPolicy) => Wanted | undefined;
}

function wholes({ quoted, typed, place, colonFollows, commaBefore, commaBehind, span }: Token): Whole[] {
  const around = (text: string): string => `${commaBefore === undefined ? '' : ','}${text}${commaBehind ? ',' : ''}`;
  const text = `"${typed}${MARK}"`;
  const plain = { text: around(place !== 'name' || colonFollows ? text : `${text}: null`), means: (found: Wanted | undefined) => found };
  if (place === 'name') return [plain, ...colonFollows ? [] : [{ text: around(`"Id": ${text}`), means: asElement }]];
  return [plain, ...quoted || span.start !== span.end ? [] : [{ text: around(`{"${MARK}": null}`), means: asStatement }]];
}

/** A document that is only begun is none with an unknown name in it. */
function asElement(found: Wanted | undefined, { policy }: LocatedPolicy): Wanted | undefined {
  if (found?.what !== 'element-value' || found.element !== 'Id') return undefined;
  const { node } = policy;
  return { what: 'document-element', object: { ...node, members: node.members.filter(({ value }) => value?.kind !== 'scalar' || !value.value.includes(MARK)) } };
}

/** A list of words is no list of statements: where one is to come only an object fits. */
function asStatement(found: Wanted | undefined): Wanted | undefined {
  return found?.what === 'statement-element' ? { what: 'statement' } : undefined;
}

/** The innermost text that holds the offset: that of a policy in a string of the file, or the file's own. */
function layerAt({ layer, policies }: FileReading, offset: number): Layer {
  const inner = policies.filter((policy) => policy.layer !== layer && contains(placeOf(policy, { start: 0, end: policy.layer.text.length }).span, { start: offset, end: offset }));
  return inner.at(-1)?.layer ?? layer;
}

/** The offset in the layer's text of an offset of the file. */
function offsetIn(layer: Layer, offset: number): number {
  let low = 0;
  let high = layer.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (layer.toFile({ start: middle, end: middle }).start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the mark stands: under which names, list positions left out, and whether it is a name itself. */
interface Marked {
  readonly node: ScalarNode;
  readonly names: readonly string[];
  readonly isName: boolean;
  /** The object that it is a name in, or the innermost one around. */
  readonly object: ObjectNode;
}

function findMark({ policy }: LocatedPolicy): Marked | undefined {
  if (!policy.fragment) return search(policy.node, [], policy.node);
  for (const { node } of policy.statements) {
    const found = search(node, ['Statement'], node);
    if (found) return found;
  }
  return undefined;
}

function search(node: Node, names: readonly string[], object: ObjectNode): Marked | undefined {
  if (node.kind === 'scalar') return node.value.includes(MARK) ? { node, names, isName: false, object } : undefined;
  if (node.kind === 'list') return firstOf(node.items, (item) => search(item, names, object));
  return firstOf(node.members, ({ key, value }) => {
    if (key.value.includes(MARK)) return { node: key, names, isName: true, object: node };
    return value && search(value, [...names, key.value], node);
  });
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wantedAt(policy: LocatedPolicy, { node, names, isName, object }: Marked): Wanted | undefined {
  const [first, ...inner] = names;
  if (first === undefined) return isName ? { what: 'document-element', object } : undefined;
  if (first !== 'Statement') return inner.length === 0 && !isName ? { what: 'element-value', element: first } : undefined;
  const [element, second, third, ...deeper] = inner;
  if (deeper.length > 0) return undefined;
  if (element === undefined) return isName ? { what: 'statement-element', object } : { what: 'statement' };
  if (element === 'Condition') return inCondition(policy, node, { operator: second, key: third, isName, object });
  if (element === 'Principal' || element === 'NotPrincipal') {
    if (isName) return second === undefined ? { what: 'principal-key', object } : undefined;
    return third === undefined ? { what: 'principal', key: second } : undefined;
  }
  return second === undefined && !isName ? { what: 'element-value', element } : undefined;
}

function inCondition(
  policy: LocatedPolicy, node: ScalarNode, at: { readonly operator: string | undefined; readonly key: string | undefined; readonly isName: boolean; readonly object: ObjectNode },
): Wanted | undefined {
  const { operator, key, isName, object } = at;
  if (isName) {
    if (operator === undefined) return { what: 'operator', object };
    return key === undefined ? { what: 'condition-key', operator, object } : undefined;
  }
  const condition = key === undefined ? undefined
    : statementAt(policy, node.span)?.conditions.find(({ keyMember }) => contains(keyMember.span, node.span));
  return condition && { what: 'condition-value', condition };
}

function statementAt({ policy }: LocatedPolicy, span: Span): Statement | undefined {
  return policy.statements.find((statement) => contains(statement.node.span, span));
}
