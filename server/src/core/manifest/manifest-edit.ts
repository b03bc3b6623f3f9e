import { addressFragment, WHOLE_DOCUMENT } from '../discovery/policy-address';
import { accountOfArn } from '../aws/arn';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import { isStringNode, itemsOf, memberOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import type { FileChange } from '../text/file-change';
import { MANIFEST_NAME, type Manifest } from './manifest';
import type { Folder } from './manifest-files';
import { MANIFEST_SYNTAX } from './read-manifest';
import { innermostFolderOf, isBelow, plainUri, relativePath, uriInFolder } from '../text/uri-path';

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
  return declarePolicy(manifestFiles, policy, { section: 'keys', subject: 'arn', value: arn, policyMember: 'policy',
    isOutdated: namesPolicy });
}

/**
 * The same for an identity policy and the identity that it is attached to. It can be attached to several: only a declaration that it
 * belongs to some identity of the account gives way to one that says to which.
 */
export function declareAttachment(manifestFiles: ManifestFiles, policy: Pick<DiscoveredPolicy, 'uri' | 'address'>,
  target: AttachmentTarget): FileChange | undefined {
  const declaration = { section: 'identities', policyMember: 'policies' } as const;
  return declarePolicy(manifestFiles, policy, 'arn' in target
    ? { ...declaration, subject: 'arn', value: target.arn, isOutdated: (entry, reference) =>
      stringMemberValue(entry, 'account') === accountOfArn(target.arn) && namesPolicy(entry, reference) }
    : { ...declaration, subject: 'account', value: target.account, isOutdated: () => false });
}

interface NewSuppression {
  readonly rule: string;
  /** Of the resource of a template that it is about. */
  readonly logicalId: string | undefined;
  readonly sid: string | undefined;
  readonly reason: string;
}

/**
 * Says in the nearest `kms-handshake.json` that the findings of a rule in a file, in a resource of it or in its statements of that Sid, are
 * right as they are.
 */
export function declareSuppression(
  manifestFiles: ManifestFiles, uri: string,
  { rule, logicalId, sid, reason }: NewSuppression,
): FileChange | undefined {
  return editNearestManifest(manifestFiles, { uri, address: WHOLE_DOCUMENT }, (file) => {
    const entry = { rule, file: logicalId === undefined ? file : `${file}#${logicalId}`, ...sid === undefined ? {} : { sid }, reason };
    return { section: 'suppress', entry, editsOf: (member) => [{ edit: 'append', member, value: entry }] };
  });
}

/** The nearest `kms-handshake.json` to the file, up to its workspace folder; `declarable` is false for files outside of all folders. */
export function manifestForFile(manifestFiles: ManifestFiles,
  uri: string): { readonly declarable: boolean; readonly uri: string | undefined } {
  const folder = innermostWorkspaceFolder(manifestFiles.folders, uri);
  return { declarable: folder !== undefined, uri: folder && nearestManifest(manifestFiles, folder, uri)?.uri };
}

function nearestManifest({ manifests }: ManifestFiles, workspaceFolder: Folder, uri: string): Manifest | undefined {
  const root = plainUri(workspaceFolder.uri);
  const folders = manifests.map(({ folder }) => folder).filter((folder) => folder === root || isBelow(root, folder));
  const nearest = innermostFolderOf(folders, plainUri(uri));
  return manifests.find(({ folder }) => folder === nearest);
}

/** The innermost workspace folder that the file lies in. */
function innermostWorkspaceFolder(folders: readonly Folder[], uri: string): Folder | undefined {
  const innermost = innermostFolderOf(folders.map((folder) => plainUri(folder.uri)), plainUri(uri));
  return folders.find((folder) => plainUri(folder.uri) === innermost);
}

/** An entry to be declared. */
interface ManifestEntry {
  readonly section: 'keys' | 'identities' | 'suppress';
  readonly entry: JsonValue;
  /** How to declare it in a manifest that has the section. */
  readonly editsOf: (section: Member) => readonly TreeEdit[];
}

function editNearestManifest(manifestFiles: ManifestFiles, { uri, address }: Pick<DiscoveredPolicy, 'uri' | 'address'>,
  declare: (reference: string) => ManifestEntry): FileChange | undefined {
  const folder = innermostWorkspaceFolder(manifestFiles.folders, uri);
  const manifest = folder && nearestManifest(manifestFiles, folder, uri);
  const path = folder && relativePath(manifest?.folder ?? plainUri(folder.uri), plainUri(uri));
  if (!folder || path === undefined) return undefined;
  const { section, entry, editsOf } = declare(path + addressFragment(address));
  const newText = MANIFEST_SYNTAX.print({ [section]: [entry] });
  if (!manifest) return { uri: folder.manifest ?? uriInFolder(folder.uri, MANIFEST_NAME), create: newText };
  const { layer, root } = manifest;
  if (!root)
    return layer.text.trim() === '' ? { uri: manifest.uri, edits: [{ span: { start: 0, end: layer.text.length }, newText }] } : undefined;
  const member = memberOf(root, section);
  const treeEdits = member?.value ? editsOf(member) : [{ edit: 'set-member', object: root, name: section, value: [entry] } as const];
  const { edits } = layer.syntax.renderEdits(layer, treeEdits);
  return edits && { uri: manifest.uri, edits };
}

/** Says for a key, identity or account which policy it has. */
interface PolicyDeclaration {
  readonly section: 'keys' | 'identities';
  /** The member that says for what an entry is, and its value. */
  readonly subject: 'arn' | 'account';
  readonly value: string;
  /** The member that names the policy. */
  readonly policyMember: 'policy' | 'policies';
  /** Whether an entry for something else gives way to this declaration. */
  readonly isOutdated: (entry: ObjectNode, reference: string) => boolean;
}

function declarePolicy(manifestFiles: ManifestFiles, policy: Pick<DiscoveredPolicy, 'uri' | 'address'>,
  declaration: PolicyDeclaration): FileChange | undefined {
  const { section, subject, value, policyMember } = declaration;
  return editNearestManifest(manifestFiles, policy, (reference) => {
    const entry = { [subject]: value, [policyMember]: policyMember === 'policy' ? reference : [reference] };
    return { section, entry, editsOf: (member) => declarationEdits(member, entry, declaration, reference) };
  });
}

function declarationEdits(section: Member, entry: JsonValue, { subject, value, policyMember, isOutdated }: PolicyDeclaration,
  reference: string): TreeEdit[] {
  const entries = itemsOf(section.value).filter((item) => item.kind === 'object');
  const existing = entries.find((item) => stringMemberValue(item, subject) === value);
  const outdated = entries.filter((item) => item !== existing && isOutdated(item, reference));
  const replaceable = outdated.find((item) => namesOnlyPolicy(item, reference));
  const removals = outdated.filter((item) => item !== replaceable).flatMap((item) => removePolicyEdits(item, policyMember, reference));
  if (existing)
    return [addPolicyEdit(existing, policyMember, reference), ...removals,
      ...replaceable ? [{ edit: 'remove-item', member: section, item: replaceable } as const] : []];
  // Rewritten where it stands, an entry that is for this policy alone keeps its place and its comments.
  return [...replaceable ? retargetEntryEdits(replaceable, subject, value) : [{ edit: 'append', member: section, value: entry } as const],
    ...removals];
}

function addPolicyEdit(entry: ObjectNode, policyMember: 'policy' | 'policies', reference: string): TreeEdit {
  if (policyMember === 'policy') return { edit: 'set-member', object: entry, name: 'policy', value: reference, after: 'arn' };
  const policies = memberOf(entry, 'policies');
  return policies?.value
    ? { edit: 'append', member: policies, value: reference }
    : { edit: 'set-member', object: entry, name: 'policies', value: [reference] };
}

function retargetEntryEdits(entry: ObjectNode, subject: 'arn' | 'account', value: string): TreeEdit[] {
  const member = memberOf(entry, 'account') ?? memberOf(entry, 'arn');
  if (!member?.value) return [];
  const renaming: TreeEdit[] = member.key.value === subject ? [] : [{ edit: 'rename-member', member, name: subject }];
  return [...renaming, { edit: 'replace', node: member.value, value }];
}

/** The entry says something else besides: only the policy goes. */
function removePolicyEdits(entry: ObjectNode, policyMember: 'policy' | 'policies', reference: string): TreeEdit[] {
  const member = memberOf(entry, policyMember);
  if (!member) return [];
  if (policyMember === 'policy') return [{ edit: 'remove-member', object: entry, member }];
  return itemsOf(member.value).filter((item) => isPolicyReference(item, reference)).map((item) => ({ edit: 'remove-item', member, item }));
}

/** Says for whom it is, names this policy, and nothing more. */
function namesOnlyPolicy(entry: ObjectNode, reference: string): boolean {
  return entry.members.length === 2 && itemsOf(memberOf(entry, 'policies')?.value).length < 2 && namesPolicy(entry, reference);
}

function namesPolicy(entry: ObjectNode, reference: string): boolean {
  return [memberOf(entry, 'policy')?.value, ...itemsOf(memberOf(entry, 'policies')?.value)].some((item) =>
    isPolicyReference(item, reference)
  );
}

function isPolicyReference(node: Node | undefined, reference: string): boolean {
  return isStringNode(node) && node.value.replace(/^(\.\/)+/, '') === reference;
}

function stringMemberValue(entry: ObjectNode, name: string): string | undefined {
  const value = memberOf(entry, name)?.value;
  return isStringNode(value) ? value.value : undefined;
}
