import { itemsOf, isStringNode, memberOf, type ListNode, type Node, type ObjectNode, type ScalarNode } from '../../syntax/tree';
import type { CursorToken, SourceLayer } from '../../syntax/syntax';
import type { Manifest } from '../../manifest/manifest';
import { CURSOR_MARK, firstDefinedOf } from './completion-target';

/** What is being typed in a `kms-handshake.json`. */
export interface ManifestCompletionTarget {
  readonly token: CursorToken;
  readonly layer: SourceLayer;
  /** The names that lead to it, without positions in lists: `keys`, `policy`. Of a name that is typed those around it. */
  readonly path: readonly string[];
  /** The name of a member is typed, not a value. */
  readonly isName: boolean;
  /** The innermost object around. */
  readonly object: ObjectNode | undefined;
  /** The entry of the list under the first name: the key, the identity, the suppression that it belongs to. */
  readonly entry: ObjectNode | undefined;
  /** The list that it is an item of. */
  readonly list: ListNode | undefined;
  /** The whole file with the token made whole. */
  readonly root: ObjectNode | undefined;
}

/** What is being typed at an offset, however unfinished the text is; undefined where nothing can be told. */
export function manifestCompletionTargetAt({ layer }: Manifest, offset: number): ManifestCompletionTarget | undefined {
  const { syntax, text } = layer;
  const token = syntax.tokenAt(layer, offset);
  const [repair] = token?.repairs(CURSOR_MARK, 'version') ?? [];
  if (!token || !repair) return undefined;
  const { span } = token;
  const { root } = syntax.parse(text.slice(0, span.start) + repair.text + text.slice(span.end), { comments: 'allowed' });
  if (root === undefined || token.position === 'root')
    return token.position === 'root'
      ? { token, layer, path: [], isName: false, object: undefined, entry: undefined, list: undefined, root: undefined }
      : undefined;
  const cursorInManifest = findCursorInManifest(root, { path: [], object: undefined, entry: undefined, list: undefined });
  return cursorInManifest && { ...cursorInManifest, token, layer, root: root.kind === 'object' ? root : undefined };
}

type CursorInManifest = Pick<ManifestCompletionTarget, 'path' | 'isName' | 'object' | 'entry' | 'list'>;

function findCursorInManifest(node: Node, around: Omit<CursorInManifest, 'isName'>): CursorInManifest | undefined {
  if (node.kind === 'scalar') return containsCursorMark(node) ? { ...around, isName: false } : undefined;
  if (node.kind === 'list') return firstDefinedOf(node.items, (item) => findCursorInManifest(item, { ...around, list: node }));
  const entry = around.path.length === 1 ? node : around.entry;
  return firstDefinedOf(node.members, ({ key, value }) => {
    if (containsCursorMark(key)) return { path: around.path, isName: true, object: node, entry, list: undefined };
    return value && findCursorInManifest(value, { path: [...around.path, key.value], object: node, entry, list: undefined });
  });
}

function containsCursorMark({ value }: ScalarNode): boolean {
  return value.includes(CURSOR_MARK);
}

/** What stands beside it: the other values of its list, or the other names of its object. */
export function siblingTexts({ isName, list, object }: ManifestCompletionTarget): ReadonlySet<string> {
  const texts = isName
    ? (object?.members ?? []).map(({ key }) => key.value)
    : (list?.items ?? []).filter(isStringNode).map(({ value }) => value);
  return new Set(texts.filter((text) => !text.includes(CURSOR_MARK)));
}

/** The strings under a name of an object; a single one counts as a list. What is being typed is left out. */
export function stringValuesOf(object: ObjectNode | undefined, name: string): string[] {
  return itemsOf(object && memberOf(object, name)?.value).filter(isStringNode).map(({ value }) => value).filter((text) =>
    !text.includes(CURSOR_MARK)
  );
}

/** The entries of a list of the file. */
export function listEntries(root: ObjectNode | undefined, name: string): ObjectNode[] {
  return itemsOf(root && memberOf(root, name)?.value).filter((item) => item.kind === 'object');
}
