import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode, type ScalarNode } from '../syntax/tree';
import type { PolicyString } from '../policy/policy-string';
import { spanContainsOffset } from '../text/span';
import { type Manifest, splitPolicyReference } from '../manifest/manifest';
import { isUnderPointer } from '../discovery/policy-address';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { createFileMatcher } from '../manifest/path-glob';
import type { Workspace } from '../workspace/workspace';
import type { World } from '../workspace/world';

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
export function* manifestTargets({ root: node }: Manifest): Generator<ManifestTarget> {
  const list = (name: string): ObjectNode[] => itemsOf(memberOf(node, name)?.value).filter((item) => item.kind === 'object');
  for (const key of list('keys')) {
    yield* memberTargets(key, 'arn', 'key', true);
    yield* memberTargets(key, 'policy', 'path');
    yield* memberTargets(key, 'aliases', 'alias', true, stringValueAt(key, 'arn'));
  }
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

export function manifestWithUri({ manifests }: World, uri: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.uri === uri);
}

/** The name or path at an offset of the file, quotes included. */
export function findManifestTarget(manifest: Manifest, offset: number): ManifestTarget | undefined {
  return [...manifestTargets(manifest)].find(({ node }) => spanContainsOffset(node.span, offset));
}

/** A manifest fills in no placeholders of its own. */
export function toPolicyString(node: ScalarNode): PolicyString {
  return { node, value: node.value, placeholders: [] };
}

function* memberTargets(object: ObjectNode, member: string, kind: ManifestTarget['kind'], isDeclaration = false,
  owner?: string): Generator<ManifestTarget> {
  yield* stringTargets(memberOf(object, member)?.value, kind, isDeclaration, owner);
}

function* stringTargets(value: Node | undefined, kind: ManifestTarget['kind'], isDeclaration = false,
  owner?: string): Generator<ManifestTarget> {
  for (const node of itemsOf(value)) if (isStringNode(node)) yield { kind, node, isDeclaration, owner };
}

function membersOfObject(node: Node | undefined): ObjectNode['members'] {
  return node?.kind === 'object' ? node.members : [];
}

function stringValueAt(object: ObjectNode, member: string): string | undefined {
  const value = memberOf(object, member)?.value;
  return isStringNode(value) ? value.value : undefined;
}

/** A file that a path or glob of `kms-handshake.json` means, with the policies of it that are meant: those below its pointer. */
export interface ReferencedFile {
  readonly uri: string;
  readonly policies: readonly DiscoveredPolicy[];
}

/** The files of the workspace, in their order by name, that the path or glob means; none for a pointer that leads to no policy. */
export function filesReferencedBy({ files }: Workspace, { folder }: Manifest, reference: string): readonly ReferencedFile[] {
  const { path, pointer } = splitPolicyReference(reference);
  const matches = createFileMatcher(folder, path);
  return [...files.values()]
    .filter((file) => matches(file.path))
    .map(({ source: { uri }, reading }) =>
      ({ uri, policies: reading.policies.filter((policy) => isUnderPointer(policy.address, pointer)) }))
    .filter(({ policies }) => policies.length > 0 || !pointer)
    .sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0));
}
