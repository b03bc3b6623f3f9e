import { addressFragment, WHOLE_DOCUMENT } from '../discovery/policy-address';
import { accountOfArn } from '../aws/arn';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode } from '../syntax/tree';
import type { FileChange } from '../text/file-change';
import { MANIFEST_NAME, type Manifest } from './manifest';
import type { Folder } from './manifest-files';
import { MANIFEST_SYNTAX } from './read-manifest';
import { isBelow, plainUri, relativePath, uriInFolder } from '../text/uri-path';

/** To whom an identity policy is attached: a user, role or group by ARN, or any identity of an account. */
export type AttachmentTarget = { readonly arn: string } | { readonly account: string };

/** The workspace folders and the `kms-handshake.json` files that count in them. */
export interface ManifestFiles {
  readonly folders: readonly Folder[];
  readonly manifests: readonly Manifest[];
}

/**
 * Writes into the nearest `kms-handshake.json` that the policy is the key policy of this key, and of no other; the file is made
 * when there is none. Undefined where the policy lies in no workspace folder, or the manifest is too broken to change.
 */
export function declareKeyPolicy(manifestFiles: ManifestFiles, policy: DiscoveredPolicy, arn: string): FileChange | undefined {
  return editNearestManifest(manifestFiles, policy, (reference) => ({
    section: 'keys',
    entry: { arn, policy: reference },
    merge: {
      known: (entry) => stringMemberValue(entry, 'arn') === arn,
      merge: (entry) => ({ edit: 'set-member', object: entry, name: 'policy', value: reference, after: 'arn' }),
    },
    replace: { isOutdated: (entry) => isPolicyReference(memberOf(entry, 'policy')?.value, reference), targetMember: 'arn',
      replacement: ['arn', arn], policyMember: 'policy' },
  }));
}

/**
 * The same for an identity policy and the one it is attached to. It can be attached to several: only a declaration that it belongs
 * to somebody of the account gives way to one that says to whom.
 */
export function declareAttachment(manifestFiles: ManifestFiles, policy: Pick<DiscoveredPolicy, 'uri' | 'address'>, to: AttachmentTarget):
  | FileChange
  | undefined {
  const [name, value] = 'arn' in to ? ['arn', to.arn] as const : ['account', to.account] as const;
  return editNearestManifest(manifestFiles, policy, (reference) => ({
    section: 'identities',
    entry: { [name]: value, policies: [reference] },
    merge: {
      known: (entry) => stringMemberValue(entry, name) === value,
      merge: (entry) => {
        const policies = memberOf(entry, 'policies');
        return policies?.value
          ? { edit: 'append', member: policies, value: reference }
          : { edit: 'set-member', object: entry, name: 'policies', value: [reference] };
      },
    },
    ...'arn' in to
      ? {
        replace: { isOutdated: (entry: ObjectNode) =>
          stringMemberValue(entry, 'account') === accountOfArn(to.arn) && namesPolicy(entry, reference), targetMember: 'account',
          replacement: ['arn', to.arn], policyMember: 'policies' } as const,
      }
      : {},
  }));
}

/**
 * Says in the nearest `kms-handshake.json` that the findings of a rule in a file, or in its statements of that Sid, are right as they are.
 */
export function declareSuppression(
  manifestFiles: ManifestFiles, uri: string,
  { rule, sid, reason }: { readonly rule: string; readonly sid: string | undefined; readonly reason: string },
): FileChange | undefined {
  return editNearestManifest(manifestFiles, { uri, address: WHOLE_DOCUMENT }, (file) => ({
    section: 'suppress', entry: { rule, file, ...sid === undefined ? {} : { sid }, reason }, merge: undefined,
  }));
}

/** The nearest `kms-handshake.json` to the file, up to its workspace folder; `declarable` is false for files outside of all folders. */
export function manifestForFile(manifestFiles: ManifestFiles,
  uri: string): { readonly declarable: boolean; readonly uri: string | undefined } {
  const folder = innermostWorkspaceFolder(manifestFiles.folders, uri);
  return { declarable: folder !== undefined, uri: folder && nearestManifest(manifestFiles, folder, uri)?.uri };
}

function nearestManifest({ manifests }: ManifestFiles, { uri: root }: Folder, uri: string): Manifest | undefined {
  const [workspaceFolder, file] = [plainUri(root), plainUri(uri)];
  return manifests
    .filter(({ folder }) => isBelow(folder, file) && (folder === workspaceFolder || isBelow(workspaceFolder, folder)))
    .reduce<Manifest | undefined>((inner, manifest) => (inner && inner.folder.length >= manifest.folder.length ? inner : manifest),
      undefined);
}

interface ManifestEntryEdit {
  readonly section: 'keys' | 'identities' | 'suppress';
  readonly entry: JsonValue;
  /** How to change an entry that says something of the same key or identity already. */
  readonly merge: { readonly known: (entry: ObjectNode) => boolean; readonly merge: (entry: ObjectNode) => TreeEdit } | undefined;
  /** What it takes the place of: entries that say something else of the same policy. */
  readonly replace?: EntryReplacement;
}

interface EntryReplacement {
  readonly isOutdated: (entry: ObjectNode) => boolean;
  /** The member that says for whom a stale entry is, and the one that takes its place. */
  readonly targetMember: string;
  readonly replacement: readonly [name: string, value: string];
  /** The member that names the policy. */
  readonly policyMember: 'policy' | 'policies';
}

function editNearestManifest(manifestFiles: ManifestFiles, policy: Pick<DiscoveredPolicy, 'uri' | 'address'>,
  declare: (reference: string) => ManifestEntryEdit): FileChange | undefined {
  const folder = innermostWorkspaceFolder(manifestFiles.folders, policy.uri);
  const manifest = folder && nearestManifest(manifestFiles, folder, policy.uri);
  const path = folder && relativePath(manifest?.folder ?? plainUri(folder.uri), plainUri(policy.uri));
  if (!folder || path === undefined) return undefined;
  const reference = path + addressFragment(policy.address);
  const declaration = declare(reference);
  if (!manifest) return { uri: folder.manifest ?? uriInFolder(folder.uri, MANIFEST_NAME), create: printNewManifest(declaration) };
  return renderManifestChange(manifest, declaration, reference);
}

function renderManifestChange(manifest: Manifest, declaration: ManifestEntryEdit, reference: string): FileChange | undefined {
  const { uri, root: node, layer: sourceLayer } = manifest;
  if (node) {
    const { edits } = sourceLayer.syntax.renderEdits(sourceLayer, entryEdits(node, declaration, reference));
    return edits && { uri, edits };
  }
  if (sourceLayer.text.trim() !== '') return undefined;
  return { uri, edits: [{ span: { start: 0, end: sourceLayer.text.length }, newText: printNewManifest(declaration) }] };
}

function entryEdits(root: ObjectNode, { section: list, entry, merge: merging, replace: replacing }: ManifestEntryEdit,
  reference: string): TreeEdit[] {
  const member = memberOf(root, list);
  if (!member?.value) return [{ edit: 'set-member', object: root, name: list, value: [entry] }];
  const entries = itemsOf(member.value).filter(isObject);
  const same = entries.find((item) => merging?.known(item) === true);
  const stale = entries.filter((item) => item !== same && replacing?.isOutdated(item) === true);
  const first = stale.find((item) => namesOnlyPolicy(item, reference));
  // Rewritten where it stands, an entry that is for this policy alone keeps its place and its comments.
  if (!same && first && replacing)
    return [...retargetEntryEdits(first, replacing),
      ...stale.filter((item) => item !== first).flatMap((item) => removePolicyEdits(item, replacing, reference))];
  return [
    same && merging ? merging.merge(same) : { edit: 'append', member, value: entry },
    ...replacing
      ? stale.flatMap((
        item,
      ) => (same && item === first ? [{ edit: 'remove-item', member, item } as const] : removePolicyEdits(item, replacing, reference)))
      : [],
  ];
}

function retargetEntryEdits(entry: ObjectNode, { targetMember: name, replacement: [newName, value] }: EntryReplacement): TreeEdit[] {
  const member = memberOf(entry, name);
  if (!member?.value) return [];
  return [...name === newName ? [] : [{ edit: 'rename-member', member, name: newName } as const], { edit: 'replace', node: member.value,
    value }];
}

/** The entry says something else besides: only the policy goes. */
function removePolicyEdits(entry: ObjectNode, { policyMember: list }: EntryReplacement, reference: string): TreeEdit[] {
  const member = memberOf(entry, list);
  if (!member) return [];
  if (list === 'policy') return [{ edit: 'remove-member', object: entry, member }];
  return itemsOf(member.value).filter((item) => isPolicyReference(item, reference)).map((item) => ({ edit: 'remove-item', member, item }));
}

/** Says for whom it is, names this policy, and nothing more. */
function namesOnlyPolicy(entry: ObjectNode, reference: string): boolean {
  return entry.members.length === 2
    && (isPolicyReference(memberOf(entry, 'policy')?.value, reference)
      || itemsOf(memberOf(entry, 'policies')?.value).length === 1 && namesPolicy(entry, reference));
}

function namesPolicy(entry: ObjectNode, reference: string): boolean {
  return itemsOf(memberOf(entry, 'policies')?.value).some((item) => isPolicyReference(item, reference));
}

function isPolicyReference(node: Node | undefined, reference: string): boolean {
  return isStringNode(node) && node.value.replace(/^(\.\/)+/, '') === reference;
}

function printNewManifest({ section: list, entry }: ManifestEntryEdit): string {
  return MANIFEST_SYNTAX.print({ [list]: [entry] });
}

/** The innermost workspace folder that the file lies in. */
function innermostWorkspaceFolder(folders: readonly Folder[], uri: string): Folder | undefined {
  const file = plainUri(uri);
  return folders
    .filter((folder) => relativePath(plainUri(folder.uri), file) !== undefined)
    .reduce<Folder | undefined>((inner, folder) => (inner && inner.uri.length >= folder.uri.length ? inner : folder), undefined);
}

function isObject(node: Node): node is ObjectNode {
  return node.kind === 'object';
}

function stringMemberValue(entry: ObjectNode, name: string): string | undefined {
  const value = memberOf(entry, name)?.value;
  return isStringNode(value) ? value.value : undefined;
}
