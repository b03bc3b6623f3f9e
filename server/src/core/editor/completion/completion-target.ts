import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { FileDiscovery } from '../../discovery/read-file';
import type { Condition, Statement } from '../../policy/policy';
import type { CursorToken, SourceLayer, TokenRepair } from '../../syntax/syntax';
import type { Node, ObjectNode, ScalarNode } from '../../syntax/tree';
import { spanContains, type Span } from '../../text/span';

/** What is being typed in a policy. */
export interface CompletionTarget {
  readonly token: CursorToken;
  /** The layer that the token counts in, as it is. */
  readonly layer: SourceLayer;
  /** The policy with what is being typed made whole: a value or member whose text ends in `MARK`. */
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement | undefined;
  readonly expected: ExpectedSyntax;
}

export type ExpectedSyntax =
  | { readonly kind: 'document-element'; readonly object: ObjectNode }
  | { readonly kind: 'statement-element'; readonly object: ObjectNode }
  | { readonly kind: 'principal-key'; readonly object: ObjectNode }
  | { readonly kind: 'operator'; readonly object: ObjectNode }
  | { readonly kind: 'condition-key'; readonly operator: string; readonly object: ObjectNode }
  | { readonly kind: 'statement' }
  | { readonly kind: 'element-value'; readonly element: string }
  /** `key` is that of the principal object; undefined for what stands in place of the object. */
  | { readonly kind: 'principal'; readonly key: string | undefined }
  | { readonly kind: 'condition-value'; readonly condition: Condition };

/** Stands for the cursor in the text that is read: a character that no policy can hold. */
export const CURSOR_MARK = '\uE0FF';

/**
 * What is being typed at an offset of a file; undefined outside of policies and where nothing can be told. The text at the cursor is made
 * whole, comma and quotes and all, and the file read anew: so the place is known however unfinished it is.
 *
 * @param read reads the file with another text
 */
export function completionTargetAt(
  reading: FileDiscovery, offset: number, read: (text: string) => FileDiscovery,
): CompletionTarget | undefined {
  const layer = innermostLayerAt(reading, offset);
  const token = layer.syntax.tokenAt(layer, offsetInLayer(layer, offset));
  if (token === undefined) return undefined;
  for (const { reading: tokenReading, text } of token.repairs(CURSOR_MARK, TEXT_ELEMENT)) {
    const spanInFile = layer.toFileSpan(token.span);
    const file = reading.layer.text;
    const { policies } = read(file.slice(0, spanInFile.start) + layer.escape(text) + file.slice(spanInFile.end));
    for (const policy of policies) {
      const cursor = findCursorInPolicy(policy);
      const expected = cursor && INTERPRETERS[tokenReading](expectedSyntaxAt(policy, cursor), policy);
      if (expected) return { token, layer, policy, expected, statement: statementContaining(policy, cursor.node.span) };
    }
  }
  return undefined;
}

/** An element of the document whose value may be any text. */
const TEXT_ELEMENT = 'Id';

type Interpreter = (expected: ExpectedSyntax | undefined, policy: DiscoveredPolicy) => ExpectedSyntax | undefined;

/** What the mark means in each repaired text. */
const INTERPRETERS: Readonly<Record<TokenRepair['reading'], Interpreter>> = {
  typed: (expected) => expected,
  'document-member': asDocumentElement,
  'object-item': asStatementItem,
};

/** A document that is only begun is none with an unknown name in it. */
function asDocumentElement(expected: ExpectedSyntax | undefined, { policy }: DiscoveredPolicy): ExpectedSyntax | undefined {
  if (expected?.kind !== 'element-value' || expected.element !== TEXT_ELEMENT) return undefined;
  const { node } = policy;
  return { kind: 'document-element',
    object: { ...node, members: node.members.filter(({ value }) => value?.kind !== 'scalar' || !value.value.includes(CURSOR_MARK)) } };
}

/** A list of words is no list of statements: where one is to come only an object fits. */
function asStatementItem(expected: ExpectedSyntax | undefined): ExpectedSyntax | undefined {
  return expected?.kind === 'statement-element' ? { kind: 'statement' } : undefined;
}

/** The innermost text that holds the offset: that of a policy in a string of the file, or the file's own. */
function innermostLayerAt({ layer, policies }: FileDiscovery, offset: number): SourceLayer {
  const inner = policies.filter((policy) =>
    policy.layer !== layer
    && spanContains(locationInFile(policy, { start: 0, end: policy.layer.text.length }).span, { start: offset, end: offset })
  );
  return inner.at(-1)?.layer ?? layer;
}

/** The offset in the layer's text of an offset of the file. */
function offsetInLayer(layer: SourceLayer, offset: number): number {
  let low = 0;
  let high = layer.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (layer.toFileSpan({ start: middle, end: middle }).start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the mark stands: under which names, list positions left out, and whether it is a name itself. */
interface CursorInPolicy {
  readonly node: ScalarNode;
  readonly memberPath: readonly string[];
  readonly isName: boolean;
  /** The object that it is a name in, or the innermost one around. */
  readonly object: ObjectNode;
}

function findCursorInPolicy({ policy }: DiscoveredPolicy): CursorInPolicy | undefined {
  if (!policy.isFragment) return findCursorInNode(policy.node, [], policy.node);
  for (const { node } of policy.statements) {
    const cursor = findCursorInNode(node, ['Statement'], node);
    if (cursor) return cursor;
  }
  return undefined;
}

function findCursorInNode(node: Node, names: readonly string[], object: ObjectNode): CursorInPolicy | undefined {
  if (node.kind === 'scalar') return node.value.includes(CURSOR_MARK) ? { node, memberPath: names, isName: false, object } : undefined;
  if (node.kind === 'list') return firstDefinedOf(node.items, (item) => findCursorInNode(item, names, object));
  return firstDefinedOf(node.members, ({ key, value }) => {
    if (key.value.includes(CURSOR_MARK)) return { node: key, memberPath: names, isName: true, object: node };
    return value && findCursorInNode(value, [...names, key.value], node);
  });
}

/** The first result of `find` that is not undefined. */
export function firstDefinedOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

function expectedSyntaxAt(policy: DiscoveredPolicy, { node, memberPath, isName, object }: CursorInPolicy): ExpectedSyntax | undefined {
  const [first, ...inner] = memberPath;
  if (first === undefined) return isName ? { kind: 'document-element', object } : undefined;
  if (first !== 'Statement') return inner.length === 0 && !isName ? { kind: 'element-value', element: first } : undefined;
  const [element, second, third, ...deeper] = inner;
  if (deeper.length > 0) return undefined;
  if (element === undefined) return isName ? { kind: 'statement-element', object } : { kind: 'statement' };
  if (element === 'Condition') return expectedInCondition(policy, node, { operator: second, key: third, isName, object });
  if (element === 'Principal' || element === 'NotPrincipal') {
    if (isName) return second === undefined ? { kind: 'principal-key', object } : undefined;
    return third === undefined ? { kind: 'principal', key: second } : undefined;
  }
  return second === undefined && !isName ? { kind: 'element-value', element } : undefined;
}

function expectedInCondition(
  policy: DiscoveredPolicy,
  node: ScalarNode,
  cursor: { readonly operator: string | undefined; readonly key: string | undefined; readonly isName: boolean;
    readonly object: ObjectNode },
): ExpectedSyntax | undefined {
  const { operator, key, isName, object } = cursor;
  if (isName) {
    if (operator === undefined) return { kind: 'operator', object };
    return key === undefined ? { kind: 'condition-key', operator, object } : undefined;
  }
  const condition = key === undefined ? undefined
    : statementContaining(policy, node.span)?.conditions.find(({ keyMember }) => spanContains(keyMember.span, node.span));
  return condition && { kind: 'condition-value', condition };
}

function statementContaining({ policy }: DiscoveredPolicy, span: Span): Statement | undefined {
  return policy.statements.find((statement) => spanContains(statement.node.span, span));
}
