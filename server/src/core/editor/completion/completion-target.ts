import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { FileDiscovery } from '../../discovery/read-file';
import type { Condition, Statement } from '../../policy/policy';
import { isTemplateFunctionName } from '../../policy/template-function';
import type { CursorToken, SourceLayer, TokenRepair } from '../../syntax/syntax';
import type { ListNode, Node, ObjectNode, ScalarNode } from '../../syntax/tree';
import { spanContains, spanContainsOffset, type Span } from '../../text/span';

/** What is being typed in a policy. */
export interface CompletionTarget {
  readonly token: CursorToken;
  /** The layer that the token counts in, as it is. */
  readonly layer: SourceLayer;
  /** The policy with what is being typed made whole: a value or member whose text ends in `MARK`. */
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement | undefined;
  readonly expected: ExpectedSyntax;
  /** The function of a template whose argument is being typed: `Fn::GetAtt`. */
  readonly templateFunction: string | undefined;
}

export type ExpectedSyntax =
  | { readonly kind: 'document-element'; readonly object: ObjectNode }
  /** `canBeStatements`: whole statements can be written in place of the first name as well. */
  | { readonly kind: 'statement-element'; readonly object: ObjectNode; readonly canBeStatements?: boolean }
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
export function completionTargetAt(reading: FileDiscovery, offset: number,
  read: (text: string) => FileDiscovery): CompletionTarget | undefined {
  const layer = innermostLayerAt(reading, offset);
  const token = layer.syntax.tokenAt(layer, offsetInLayer(layer, offset));
  if (token === undefined) return undefined;
  for (const { reading: tokenReading, text } of token.repairs(CURSOR_MARK, TEXT_ELEMENT)) {
    const spanInFile = layer.toFileSpan(token.span);
    const file = reading.layer.text;
    const { policies, roots } = read(file.slice(0, spanInFile.start) + layer.escape(text) + file.slice(spanInFile.end));
    for (const policy of policies) {
      const cursor = findCursorInPolicy(policy);
      const expected = cursor && INTERPRETERS[tokenReading](expectedSyntaxAt(policy, cursor), policy);
      if (!expected) continue;
      const templateFunction = layer === reading.layer && policy.template ? functionAround(roots) : undefined;
      return { token, layer, policy, expected, templateFunction, statement: statementContaining(policy, cursor.node.span) };
    }
  }
  return undefined;
}

/** A choice between values is none of them. */
function functionAround(roots: readonly Node[]): string | undefined {
  const name = firstDefinedOf(roots, (root) => findCursor(root))?.path.at(-1);
  return name !== undefined && isTemplateFunctionName(name) && name !== 'Fn::If' ? name : undefined;
}

/** An element of the document whose value may be any text. */
const TEXT_ELEMENT = 'Id';

type Interpreter = (expected: ExpectedSyntax | undefined, policy: DiscoveredPolicy) => ExpectedSyntax | undefined;

/** What the mark means in each repaired text. */
const INTERPRETERS: Readonly<Record<TokenRepair['reading'], Interpreter>> = {
  typed: (expected) => expected,
  'document-member': asDocumentElement,
  'object-item': asStatementItem,
  'first-name': asFirstName,
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

/** In YAML an item may be a word or the first name of an object, which is decided by what the list is about. */
function asFirstName(expected: ExpectedSyntax | undefined): ExpectedSyntax | undefined {
  if (expected?.kind !== 'statement-element') return expected;
  return { ...expected, canBeStatements: expected.object.members.length === 1 };
}

/** The innermost text that holds the offset: that of a policy in a string of the file, or the file's own. */
function innermostLayerAt({ layer, policies }: FileDiscovery, offset: number): SourceLayer {
  const inner = policies.filter((policy) =>
    policy.layer !== layer
    && spanContainsOffset(locationInFile(policy, { start: 0, end: policy.layer.text.length }).span, offset)
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

/** Where the mark stands in a tree. */
export interface CursorInTree {
  readonly node: ScalarNode;
  /** The names that lead to it, without positions in lists; of a name those around it. */
  readonly path: readonly string[];
  /** It is the name of a member, not a value. */
  readonly isName: boolean;
  /** The object that it is a name in, or the innermost one around. */
  readonly object: ObjectNode | undefined;
  /** The object under the first name that it belongs to: the entry of a list of `kms-handshake.json`. */
  readonly entry: ObjectNode | undefined;
  /** The list that it is an item of. */
  readonly list: ListNode | undefined;
}

function findCursorInPolicy({ policy: { isFragment, node, statements } }: DiscoveredPolicy): CursorInTree | undefined {
  return isFragment ? firstDefinedOf(statements, (statement) => findCursor(statement.node, ['Statement'])) : findCursor(node);
}

export function findCursor(node: Node, path: readonly string[] = [],
  around: Partial<Pick<CursorInTree, 'object' | 'entry' | 'list'>> = {}): CursorInTree | undefined {
  const { object, entry, list } = around;
  if (node.kind === 'scalar') return node.value.includes(CURSOR_MARK) ? { node, path, isName: false, object, entry, list } : undefined;
  if (node.kind === 'list') return firstDefinedOf(node.items, (item) => findCursor(item, path, { object, entry, list: node }));
  const inner = { object: node, entry: path.length === 1 ? node : entry };
  return firstDefinedOf(node.members, ({ key, value }) => (key.value.includes(CURSOR_MARK)
    ? { node: key, path, isName: true, ...inner, list: undefined }
    : value && findCursor(value, [...path, key.value], inner)));
}

/** The first result of `find` that is not undefined. */
function firstDefinedOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

function expectedSyntaxAt(policy: DiscoveredPolicy, { node, path, isName, object }: CursorInTree): ExpectedSyntax | undefined {
  if (!object) return undefined;
  const [first, ...inner] = path;
  if (first === undefined) return isName ? { kind: 'document-element', object } : undefined;
  if (first !== 'Statement') return inner.length === 0 && !isName ? { kind: 'element-value', element: first } : undefined;
  const [element, second, third, ...deeper] = inner;
  if (deeper.length > 0) return undefined;
  if (element === undefined) return isName ? { kind: 'statement-element', object } : { kind: 'statement' };
  if (element === 'Condition') {
    if (isName && second === undefined) return { kind: 'operator', object };
    if (isName) return second !== undefined && third === undefined ? { kind: 'condition-key', operator: second, object } : undefined;
    const condition = third === undefined ? undefined
      : statementContaining(policy, node.span)?.conditions.find(({ keyMember }) => spanContains(keyMember.span, node.span));
    return condition && { kind: 'condition-value', condition };
  }
  if (element === 'Principal' || element === 'NotPrincipal') {
    if (isName) return second === undefined ? { kind: 'principal-key', object } : undefined;
    return third === undefined ? { kind: 'principal', key: second } : undefined;
  }
  return second === undefined && !isName ? { kind: 'element-value', element } : undefined;
}

function statementContaining({ policy }: DiscoveredPolicy, span: Span): Statement | undefined {
  return policy.statements.find((statement) => spanContains(statement.node.span, span));
}
