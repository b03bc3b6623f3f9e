import { arnResource } from '../../aws/arn';
import { containsSymbol, describeIdentifier } from '../../aws/identifier-comparison';
import { isRefusal, refusal, type Refusal } from '../../generate/counterpart';
import type { FileChange } from '../../text/file-change';
import { spanContainsOffset, type Location, type Span, type TextEdit } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import type { World } from '../../workspace/world';
import { unrenamedNames, type UnrenamedNames } from './unrenamed-names';
import { nameReferencesIn, isKmsResource, locationInName, roleNameOfSessionArn } from '../name-references';
import type { ArnField, NameReference } from '../parsed-name';
import { templateNameAt } from '../template-names';
import { editOfName } from './name-edit';
import { parseNewName } from './new-name';
import { reasonNameStays, renameParameter } from './parameter-rename';
import { renameSid, sidAt } from './sid-rename';
import { nameWithoutPath, namedEntityAt, refersToEntity, locationOfReference, type NamedEntity,
  type NamedEntityAt } from '../named-entity';
import { outputIdentityAt, outputPolicyNameAt } from '../output-identity';

/** What a rename would change, before the new name is known. */
export interface RenameTarget {
  /** The digits of an account when the offset is in them, else the whole ARN. */
  readonly location: Location;
  /** The name to start from. */
  readonly name: string;
}

export interface Rename {
  readonly title: string;
  readonly changes: readonly FileChange[];
  readonly unrenamed: UnrenamedNames;
}

/**
 * What can be renamed at an offset of the file: an account, a user, role or group, a key, a Sid, or a parameter of a template; never an
 * alias, the name of a session, or a logical id.
 */
export function renameTargetAt(workspace: Workspace, uri: string, offset: number): RenameTarget | undefined {
  const templateName = templateNameAt(workspace, uri, offset);
  if (templateName && reasonNameStays(templateName) !== undefined) return undefined;
  if (templateName) return { location: { uri, span: templateName.span }, name: templateName.name };
  const sid = sidAt(workspace, uri, offset);
  if (sid) return { location: sid.location, name: sid.sid.value };
  const entityAt = renameEntityAt(workspace, uri, offset);
  if (!entityAt) return undefined;
  const { reference, entity } = entityAt;
  const name = isNameInOutput(entityAt) || reference.identityArn !== undefined ? reference.text.value : nameToEdit(entity);
  const nameEnd = reference.fields.resource?.end;
  if (entity.kind === 'identity' && containsSymbol(entity.name.arn) && nameEnd !== undefined)
    return { location: locationInName(reference, { start: nameEnd - name.length, end: nameEnd }), name };
  const location = locationOfReference(reference, entity);
  return { location: spanContainsOffset(location.span, offset) ? location : locationInName(reference), name };
}

/**
 * Renames what stands at the offset wherever policies and manifests name it, and nowhere else: text that only looks like it, and
 * patterns that cover it, stay. A name that is not of the right form, or is taken, is refused.
 *
 * @param newName as `newSubject` reads it
 */
export function rename(workspace: Workspace, uri: string, offset: number, newName: string): Rename | Refusal {
  const renameInFile = renameOfName(workspace, uri, offset, newName.trim());
  if (renameInFile) return isRefusal(renameInFile) ? renameInFile : { ...renameInFile, unrenamed: NOTHING_UNRENAMED };
  const entityAt = renameEntityAt(workspace, uri, offset);
  if (!entityAt) return refusal(reasonNotRenamed(workspace, uri, offset) ?? 'There is no account, identity, key or Sid here to rename.');
  const { entity } = entityAt;
  const newEntity = parseNewName(entity, newName);
  if (isRefusal(newEntity)) return newEntity;
  const existingEntity = entityName(newEntity) === entityName(entity) ? undefined : existingEntityWithName(workspace, entity, newEntity);
  if (existingEntity !== undefined)
    return refusal(`${existingEntity} is in this workspace already: the two would become one, and no rename could take them apart again.`);
  return {
    title: `Rename ${describeIdentifier(nameToEdit(entity))} to ${describeIdentifier(nameToEdit(newEntity))}`,
    changes: withChangeOfOutput(renameChanges(workspace, entity, newEntity), entityAt, newEntity),
    unrenamed: unrenamedNames(workspace, entity, newEntity, isNameInOutput(entityAt) ? entityAt.reference.uri : undefined),
  };
}

const NOTHING_UNRENAMED: UnrenamedNames = { paths: [], awsCliOutputs: [], patterns: [], placeholders: [] };

/** Of a name that means nothing outside of its file and kms-handshake.json; undefined where none is. */
function renameOfName(workspace: Workspace, uri: string, offset: number,
  newName: string): Omit<Rename, 'unrenamed'> | Refusal | undefined {
  const templateName = templateNameAt(workspace, uri, offset);
  if (templateName) {
    const reason = reasonNameStays(templateName);
    return reason === undefined ? renameParameter(workspace, uri, templateName, newName) : refusal(reason);
  }
  const sid = sidAt(workspace, uri, offset);
  return sid && renameSid(workspace, sid, newName);
}

/** Why the name of a policy or the logical id at the offset cannot be renamed; undefined for everything else. */
export function reasonNotRenamed(workspace: Workspace, uri: string, offset: number): string | undefined {
  const templateName = templateNameAt(workspace, uri, offset);
  if (templateName) return reasonNameStays(templateName);
  const policyName = outputPolicyNameAt(workspace, uri, offset);
  return policyName === undefined ? undefined
    : `"${policyName}" is the name of a policy, which no other policy and no kms-handshake.json refers to: there is nothing to rename.`;
}

function renameEntityAt(workspace: Workspace, uri: string, offset: number): ReturnType<typeof namedEntityAt> {
  const entityAt = namedEntityAt(workspace, uri, offset) ?? outputIdentityAt(workspace, uri, offset);
  return entityAt?.entity.kind === 'identity' && isInSessionName(entityAt.reference, offset) ? undefined : entityAt;
}

/** `"RoleName": "reporting"` of AWS CLI output: the name without ARN and path. */
function isNameInOutput({ entity, reference }: NamedEntityAt): boolean {
  return entity.kind === 'identity' && reference.arn === undefined && reference.identityArn === undefined;
}

/** AWS CLI output stays as it was, but for the name that the person is renaming in it. */
function withChangeOfOutput(changes: readonly FileChange[], entityAt: NamedEntityAt, newEntity: NamedEntity): readonly FileChange[] {
  const { uri, layer, text: { node } } = entityAt.reference;
  if (!isNameInOutput(entityAt) || newEntity.kind !== 'identity') return changes;
  const { span } = locationInName(entityAt.reference);
  const edit = { span, newText: layer.escape(layer.syntax.escape(nameWithoutPath(newEntity.name), node)) };
  const others = changes.flatMap((change) => (change.uri === uri && 'edits' in change ? change.edits : []));
  return [...changes.filter((change) => change.uri !== uri), { uri, edits: [...others, edit].sort((a, b) => a.span.start - b.span.start) }];
}

/** Whether the offset lies in the name of the session in its ARN. */
function isInSessionName(nameReference: NameReference, offset: number): boolean {
  const { arn, fields: { resource } } = nameReference;
  const role = arn && roleNameOfSessionArn(arn);
  if (!resource || role === undefined) return false;
  const characters = { start: resource.start + 'assumed-role/'.length + role.length + 1, end: resource.end };
  return spanContainsOffset(locationInName(nameReference, characters).span, offset);
}

/** In a template of an unknown account an identity has a name, and no ARN that could be written. */
function nameToEdit(namedEntity: NamedEntity): string {
  const name = entityName(namedEntity);
  return namedEntity.kind === 'identity' && containsSymbol(name) ? nameWithoutPath(namedEntity.name) : name;
}

function entityName(namedEntity: NamedEntity): string {
  return namedEntity.kind === 'account' ? namedEntity.account : namedEntity.name.arn;
}

/** What has the new name already. */
function existingEntityWithName(workspace: Workspace, oldEntity: NamedEntity, newEntity: NamedEntity): string | undefined {
  const { world } = workspace;
  if (newEntity.kind === 'account')
    return world.accounts.has(newEntity.account) || isEntityReferenced(workspace, newEntity) ? `Account ${newEntity.account}` : undefined;
  const { arn } = newEntity.name;
  if (newEntity.kind === 'identity')
    return isIdentityNameTaken(world, oldEntity, newEntity) || isEntityReferenced(workspace, newEntity, oldEntity) ? arn : undefined;
  const hasNewKeyId = oldEntity.kind === 'key' && oldEntity.name.keyId !== newEntity.name.keyId;
  return world.keysByArn.has(arn) || hasNewKeyId && isEntityReferenced(workspace, newEntity) ? arn : undefined;
}

/** Names of roles, users and groups are unique in an account, whatever their path and capitals (IAM User Guide, reference_identifiers). */
function isIdentityNameTaken({ identities }: World, oldEntity: NamedEntity,
  newEntity: Extract<NamedEntity, { readonly kind: 'identity' }>): boolean {
  const { account, kind } = newEntity.name;
  const newName = nameWithoutPath(newEntity.name).toLowerCase();
  return identities.some((identity) =>
    identity.arn !== undefined && identity.arn !== entityName(oldEntity) && identity.kind === kind && identity.account === account
    && identity.arn.split('/').at(-1)?.toLowerCase() === newName
  );
}

function isEntityReferenced(workspace: Workspace, namedEntity: NamedEntity, ignoredEntity?: NamedEntity): boolean {
  for (const nameReference of nameReferencesIn(workspace))
    if (refersToEntity(nameReference, namedEntity) && !(ignoredEntity && refersToEntity(nameReference, ignoredEntity))) return true;
  return false;
}

function renameChanges(workspace: Workspace, oldEntity: NamedEntity, newEntity: NamedEntity): FileChange[] {
  const files = new Map<string, Map<string, TextEdit>>();
  for (const nameReference of nameReferencesIn(workspace)) {
    if (!refersToEntity(nameReference, oldEntity)) continue;
    const edits = files.get(nameReference.uri) ?? new Map<string, TextEdit>();
    for (const [characters, text] of nameReplacements(nameReference, oldEntity, newEntity)) {
      const edit = editOfName(nameReference, characters, text);
      if (edit) edits.set(`${edit.span.start} ${edit.span.end}`, edit);
    }
    if (edits.size > 0) files.set(nameReference.uri, edits);
  }
  return Array.from(files, ([uri, edits]) => ({ uri, edits: [...edits.values()].sort((a, b) => a.span.start - b.span.start) }));
}

type NameReplacement = readonly [characters: Span, text: string];

/** Field by field: what a wildcard or a placeholder says stays, and so does a field that is not the subject's own. */
function* nameReplacements({ arn, fields, identityArn, text: policyString }: NameReference, oldEntity: NamedEntity,
  newEntity: NamedEntity): Generator<NameReplacement> {
  if (identityArn !== undefined && newEntity.kind === 'identity')
    yield [{ start: 0, end: policyString.node.value.length }, nameWithoutPath(newEntity.name)];
  if (oldEntity.kind === 'account' || newEntity.kind === 'account') {
    if (fields.account && newEntity.kind === 'account') yield [fields.account, newEntity.account];
    return;
  }
  if (!arn) return;
  const changedFields: readonly Exclude<ArnField, 'service' | 'resource'>[] = ['partition', 'region', 'account'];
  for (const field of changedFields) {
    const [oldField, newField] = [arnFieldOfEntity(oldEntity, field), arnFieldOfEntity(newEntity, field)];
    const characters = fields[field];
    if (characters && oldField !== newField && arn[field] === oldField) yield [characters, newField];
  }
  if (fields.resource)
    yield* resourceReplacements(fields.resource, policyString.value === entityName(oldEntity) || isKmsResource(arn, 'key'), oldEntity,
      newEntity);
}

function arnFieldOfEntity({ name }: Exclude<NamedEntity, { readonly kind: 'account' }>, field: 'partition' | 'region' | 'account'): string {
  return field === 'region' ? 'region' in name ? name.region : '' : name[field];
}

function* resourceReplacements({ start, end }: Span, isWholeResource: boolean, oldEntity: NamedEntity,
  newEntity: NamedEntity): Generator<NameReplacement> {
  const newResource = arnResource(entityName(newEntity));
  if (arnResource(entityName(oldEntity)) === newResource) return;
  if (isWholeResource) {
    yield [{ start, end }, newResource];
  } else if (oldEntity.kind === 'identity' && newEntity.kind === 'identity'
    && nameWithoutPath(oldEntity.name) !== nameWithoutPath(newEntity.name)) {
    const from = start + 'assumed-role/'.length;
    yield [{ start: from, end: from + nameWithoutPath(oldEntity.name).length }, nameWithoutPath(newEntity.name)];
  }
}
