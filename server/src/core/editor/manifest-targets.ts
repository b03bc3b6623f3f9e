import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode, type ScalarNode } from '../syntax/tree';
import type { PolicyString } from '../policy/policy-string';
import { spanContains, type Span } from '../text/span';
import type { Manifest } from '../manifest/manifest';

/**
 * A text of a `kms-handshake.json` that means something elsewhere. `value`: of a placeholder; `path`: a path or glob;
 * `sid`: of a statement in `file`. `declares`: this is the entry of what the text names.
 */
export interface ManifestTarget {
  readonly kind: 'key' | 'identity' | 'account' | 'value' | 'alias' | 'path' | 'sid';
  readonly node: ScalarNode;
  readonly isDeclaration: boolean;
  /** Of an alias the ARN of its key, of a Sid the path of its file. */
  readonly owner?: string | undefined;
}

/** Everything of that kind in the file, read from its tree: an entry that is not finished counts too. */
export function* manifestTargets({ node }: Manifest): Generator<ManifestTarget> {
  const list = (name: string): ObjectNode[] => objectItems(memberOf(node, name)?.value);
  for (const key of list('keys')) yield* keyEntryTargets(key);
  for (const identity of list('identities')) {
    yield* memberTargets(identity, 'arn', 'identity', true);
    yield* memberTargets(identity, 'account', 'account', true);
    yield* memberTargets(identity, 'policies', 'path');
  }
  for (const kind of list('kinds')) yield* memberTargets(kind, 'files', 'path');
  for (const { key } of membersOfObject(memberOf(node, 'accounts')?.value)) yield { kind: 'account', node: key, isDeclaration: true };
  for (const { value } of membersOfObject(memberOf(node, 'organizations')?.value)) yield* stringTargets(value, 'account');
  for (const placeholders of list('placeholders')) {
    yield* memberTargets(placeholders, 'files', 'path');
    for (const { value } of membersOfObject(memberOf(placeholders, 'values')?.value)) yield* stringTargets(value, 'value');
  }
  for (const suppression of list('suppress')) {
    yield* memberTargets(suppression, 'file', 'path');
    yield* memberTargets(suppression, 'sid', 'sid', false, stringValueAt(suppression, 'file'));
  }
  if (node) yield* memberTargets(node, 'exclude', 'path');
}

/** The spot that the offset lies in, quotes included. */
export function findManifestTarget(manifest: Manifest, offset: number): ManifestTarget | undefined {
  const point: Span = { start: offset, end: offset };
  for (const target of manifestTargets(manifest)) if (spanContains(target.node.span, point)) return target;
  return undefined;
}

/** A manifest fills in no placeholders of its own. */
export function toPolicyString(node: ScalarNode): PolicyString {
  return { node, value: node.value, placeholders: [] };
}

function* keyEntryTargets(key: ObjectNode): Generator<ManifestTarget> {
  yield* memberTargets(key, 'arn', 'key', true);
  yield* memberTargets(key, 'policy', 'path');
  yield* memberTargets(key, 'aliases', 'alias', true, stringValueAt(key, 'arn'));
}

function* memberTargets(object: ObjectNode, member: string, kind: ManifestTarget['kind'], isDeclaration = false, owner?: string): Generator<ManifestTarget> {
  yield* stringTargets(memberOf(object, member)?.value, kind, isDeclaration, owner);
}

function* stringTargets(value: Node | undefined, kind: ManifestTarget['kind'], isDeclaration = false, owner?: string): Generator<ManifestTarget> {
  for (const node of itemsOf(value)) if (isStringNode(node)) yield { kind, node, isDeclaration, owner };
}

function objectItems(node: Node | undefined): ObjectNode[] {
  return itemsOf(node).filter((item) => item.kind === 'object');
}

function membersOfObject(node: Node | undefined): ObjectNode['members'] {
  return node?.kind === 'object' ? node.members : [];
}

function stringValueAt(object: ObjectNode, member: string): string | undefined {
  const value = memberOf(object, member)?.value;
  return isStringNode(value) ? value.value : undefined;
}
