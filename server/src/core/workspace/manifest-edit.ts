import type { LocatedPolicy } from '../locate/located';
import type { JsonValue, TreeEdit } from '../parse/edit';
import { renderEdits } from '../parse/json-edit';
import { printJson } from '../parse/print';
import { isString, itemsOf, memberOf, type Node, type ObjectNode } from '../parse/tree';
import type { FileChange } from '../text/change';
import { MANIFEST_NAME, type Manifest } from './manifest';
import type { Folder } from './manifests';
import { plainUri, relativePath, uriBelow } from './paths';
import type { World } from './world';

/** To whom an identity policy is attached: a user, role or group by ARN, or any identity of an account. */
export type Attachee = { readonly arn: string } | { readonly account: string };

/**
 * Writes into the folder's `kms-handshake.json` that the policy is the key policy of this key; the file is made when there is
 * none. Undefined where the policy lies in no workspace folder, or the manifest is too broken to change.
 */
export function declareKeyPolicy(world: World, policy: LocatedPolicy, arn: string): FileChange | undefined {
  return changeManifest(world, policy, (reference) => ({
    list: 'keys',
    entry: { arn, policy: reference },
    merging: {
      known: (entry) => textOf(entry, 'arn') === arn,
      merge: (entry) => ({ edit: 'set-member', object: entry, name: 'policy', value: reference, after: 'arn' }),
    },
  }));
}

/** The same for an identity policy and the one it is attached to. */
export function declareAttachment(world: World, policy: LocatedPolicy, to: Attachee): FileChange | undefined {
  const [name, value] = 'arn' in to ? ['arn', to.arn] as const : ['account', to.account] as const;
  return changeManifest(world, policy, (reference) => ({
    list: 'identities',
    entry: { [name]: value, policies: [reference] },
    merging: {
      known: (entry) => textOf(entry, name) === value,
      merge: (entry) => {
        const policies = memberOf(entry, 'policies');
        return policies?.value ? { edit: 'append', member: policies, value: reference } : { edit: 'set-member', object: entry, name: 'policies', value: [reference] };
      },
    },
  }));
}

/** Says in the folder's `kms-handshake.json` that the findings of a rule in a file, or in its statements of that Sid, are right as they are. */
export function declareSuppression(
  world: World, uri: string, { rule, sid, reason }: { readonly rule: string; readonly sid: string | undefined; readonly reason: string },
): FileChange | undefined {
  return changeManifest(world, { uri, pointer: '' }, (file) => ({
    list: 'suppress', entry: { rule, file, ...sid === undefined ? {} : { sid }, reason }, merging: undefined,
  }));
}

interface Declaration {
  readonly list: 'keys' | 'identities' | 'suppress';
  readonly entry: JsonValue;
  /** How to change an entry that says something of the same key or identity already. */
  readonly merging: { readonly known: (entry: ObjectNode) => boolean; readonly merge: (entry: ObjectNode) => TreeEdit } | undefined;
}

function changeManifest(world: World, policy: Pick<LocatedPolicy, 'uri' | 'pointer'>, declare: (reference: string) => Declaration): FileChange | undefined {
  const folder = folderOf(world.folders, policy.uri);
  const path = folder && relativePath(plainUri(folder.uri), plainUri(policy.uri));
  if (!folder || path === undefined) return undefined;
  const declaration = declare(policy.pointer === '' ? path : `${path}#${policy.pointer}`);
  const manifest = world.manifests.find((one) => one.folder === plainUri(folder.uri));
  if (!manifest) return { uri: folder.manifest ?? uriBelow(folder.uri, MANIFEST_NAME), create: printed(declaration) };
  return changeOf(manifest, declaration);
}

function changeOf(manifest: Manifest, declaration: Declaration): FileChange | undefined {
  const { uri, node, layer } = manifest;
  if (node) return { uri, edits: renderEdits(layer, [editOf(node, declaration)]) };
  if (layer.text.trim() !== '') return undefined;
  return { uri, edits: [{ span: { start: 0, end: layer.text.length }, newText: printed(declaration) }] };
}

function editOf(root: ObjectNode, { list, entry, merging }: Declaration): TreeEdit {
  const member = memberOf(root, list);
  if (!member?.value) return { edit: 'set-member', object: root, name: list, value: [entry] };
  const same = itemsOf(member.value).find((item): item is ObjectNode => isObject(item) && merging?.known(item) === true);
  return same && merging ? merging.merge(same) : { edit: 'append', member, value: entry };
}

function printed({ list, entry }: Declaration): string {
  return `${printJson({ [list]: [entry] }, { indent: '  ', eol: '\n' })}\n`;
}

/** The innermost workspace folder that the file lies in. */
function folderOf(folders: readonly Folder[], uri: string): Folder | undefined {
  const file = plainUri(uri);
  return folders
    .filter((folder) => relativePath(plainUri(folder.uri), file) !== undefined)
    .reduce<Folder | undefined>((inner, folder) => (inner && inner.uri.length >= folder.uri.length ? inner : folder), undefined);
}

function isObject(node: Node): node is ObjectNode {
  return node.kind === 'object';
}

function textOf(entry: ObjectNode, name: string): string | undefined {
  const value = memberOf(entry, name)?.value;
  return isString(value) ? value.value : undefined;
}
