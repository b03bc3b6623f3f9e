import { itemsOf, isStringNode, memberOf, type ObjectNode } from '../../syntax/tree';
import type { CursorToken, SourceLayer } from '../../syntax/syntax';
import type { Manifest } from '../../manifest/manifest';
import { CURSOR_MARK, findCursor, type CursorInTree } from './completion-target';

/** What is being typed in a `kms-handshake.json`. */
export interface ManifestCompletionTarget extends Pick<CursorInTree, 'path' | 'isName' | 'object' | 'entry' | 'list'> {
  readonly token: CursorToken;
  readonly layer: SourceLayer;
  /** The whole file with the token made whole. */
  readonly root: ObjectNode | undefined;
}

/** What is being typed at an offset, however unfinished the text is; undefined where nothing can be told. */
export function manifestCompletionTargetAt({ layer }: Manifest, offset: number): ManifestCompletionTarget | undefined {
  const { syntax, text } = layer;
  const token = syntax.tokenAt(layer, offset);
  const [repair] = token?.repairs(CURSOR_MARK, 'version') ?? [];
  if (!token || !repair) return undefined;
  if (token.position === 'root')
    return { token, layer, path: [], isName: false, object: undefined, entry: undefined, list: undefined, root: undefined };
  const { start, end } = token.span;
  const { root } = syntax.parse(text.slice(0, start) + repair.text + text.slice(end), { comments: 'allowed' });
  const cursor = root && findCursor(root);
  return cursor && { ...cursor, token, layer, root: root.kind === 'object' ? root : undefined };
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
  const texts = itemsOf(memberOf(object, name)?.value).filter(isStringNode).map(({ value }) => value);
  return texts.filter((text) => !text.includes(CURSOR_MARK));
}

/** The entries of a list of the file. */
export function listEntries(root: ObjectNode | undefined, name: string): ObjectNode[] {
  return itemsOf(memberOf(root, name)?.value).filter((item) => item.kind === 'object');
}
