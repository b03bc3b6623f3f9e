import { isString, itemsOf, memberOf, type Node, type ObjectNode, type ScalarNode } from '../parse/tree';
import type { Text } from '../model/text';
import { contains, type Span } from '../text/span';
import type { Manifest } from '../workspace/manifest';

/**
 * A text of a `kms-handshake.json` that means something elsewhere. `value`: of a placeholder; `path`: a path or glob;
 * `sid`: of a statement in `file`. `declares`: this is the entry of what the text names.
 */
export interface ManifestSpot {
  readonly what: 'key' | 'identity' | 'account' | 'value' | 'alias' | 'path' | 'sid';
  readonly node: ScalarNode;
  readonly declares: boolean;
  /** Of an alias the ARN of its key, of a Sid the path of its file. */
  readonly of?: string | undefined;
}

/** Everything of that kind in the file, read from its tree: an entry that is not finished counts too. */
export function* manifestSpots({ node }: Manifest): Generator<ManifestSpot> {
  const list = (name: string): ObjectNode[] => objectsOf(memberOf(node, name)?.value);
  for (const key of list('keys')) yield* ofKey(key);
  for (const identity of list('identities')) {
    yield* texts(identity, 'arn', 'identity', true);
    yield* texts(identity, 'account', 'account', true);
    yield* texts(identity, 'policies', 'path');
  }
  for (const kind of list('kinds')) yield* texts(kind, 'files', 'path');
  for (const { key } of membersOf(memberOf(node, 'accounts')?.value)) yield { what: 'account', node: key, declares: true };
  for (const { value } of membersOf(memberOf(node, 'organizations')?.value)) yield* strings(value, 'account');
  for (const placeholders of list('placeholders')) {
    yield* texts(placeholders, 'files', 'path');
    for (const { value } of membersOf(memberOf(placeholders, 'values')?.value)) yield* strings(value, 'value');
  }
  for (const suppression of list('suppress')) {
    yield* texts(suppression, 'file', 'path');
    yield* texts(suppression, 'sid', 'sid', false, stringAt(suppression, 'file'));
  }
  if (node) yield* texts(node, 'exclude', 'path');
}

/** The spot that the offset lies in, quotes included. */
export function manifestSpotAt(manifest: Manifest, offset: number): ManifestSpot | undefined {
  const point: Span = { start: offset, end: offset };
  for (const spot of manifestSpots(manifest)) if (contains(spot.node.span, point)) return spot;
  return undefined;
}

/** A manifest fills in no placeholders of its own. */
export function plainText(node: ScalarNode): Text {
  return { node, value: node.value, holes: [] };
}

function* ofKey(key: ObjectNode): Generator<ManifestSpot> {
  yield* texts(key, 'arn', 'key', true);
  yield* texts(key, 'policy', 'path');
  yield* texts(key, 'aliases', 'alias', true, stringAt(key, 'arn'));
}

function* texts(object: ObjectNode, member: string, what: ManifestSpot['what'], declares = false, of?: string): Generator<ManifestSpot> {
  yield* strings(memberOf(object, member)?.value, what, declares, of);
}

function* strings(value: Node | undefined, what: ManifestSpot['what'], declares = false, of?: string): Generator<ManifestSpot> {
  for (const node of itemsOf(value)) if (isString(node)) yield { what, node, declares, of };
}

function objectsOf(node: Node | undefined): ObjectNode[] {
  return itemsOf(node).filter((item) => item.kind === 'object');
}

function membersOf(node: Node | undefined): ObjectNode['members'] {
  return node?.kind === 'object' ? node.members : [];
}

function stringAt(object: ObjectNode, member: string): string | undefined {
  const value = memberOf(object, member)?.value;
  return isString(value) ? value.value : undefined;
}
