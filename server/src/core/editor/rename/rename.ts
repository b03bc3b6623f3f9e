import { arnResource } from '../../aws/arn';
import { isRefusal, refusal, type Refusal } from '../../generate/counterpart';
import type { FileChange } from '../../text/file-change';
import type { Location, Span, TextEdit } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import type { World } from '../../workspace/world';
import { unrenamedNames, type UnrenamedNames } from './unrenamed-names';
import { nameReferencesIn } from '../name-references';
import { isKmsResource, locationInName, roleNameOfSessionArn, type ArnField, type NameReference } from '../parsed-name';
import { parseNewName } from './new-name';
import { containsOffset, nameWithoutPath, namedEntityAt, refersToEntity, locationOfReference, type NamedEntity } from '../named-entity';

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

/** What can be renamed at an offset of the file: an account, a user, role or group, or a key; never an alias or the name of a session. */
export function renameTargetAt(workspace: Workspace, uri: string, offset: number): RenameTarget | undefined {
  const found = renameEntityAt(workspace, uri, offset);
  if (!found) return undefined;
  const at = locationOfReference(found.reference, found.entity);
  return { location: containsOffset(at, offset) ? at : locationInName(found.reference), name: entityName(found.entity) };
}

/**
 * Renames what stands at the offset wherever policies and manifests name it, and nowhere else: text that only looks like it, and
 * patterns that cover it, stay. A name that is not of the right form, or is taken, is refused.
 *
 * @param wanted as `newSubject` reads it
 */
export function rename(workspace: Workspace, uri: string, offset: number, wanted: string): Rename | Refusal {
  const found = renameEntityAt(workspace, uri, offset);
  if (!found) return refusal('There is no account, identity or key here to rename.');
  const { entity } = found;
  const next = parseNewName(entity, wanted);
  if (isRefusal(next)) return next;
  const taken = entityName(next) === entityName(entity) ? undefined : existingEntityWithName(workspace, entity, next);
  if (taken !== undefined) return refusal(`${taken} is in this workspace already: the two would become one, and no rename could take them apart again.`);
  const changes = renameChanges(workspace, entity, next);
  return {
    title: `Rename ${entityName(entity)} to ${entityName(next)}`,
    changes,
    unrenamed: unrenamedNames(workspace, entity, next),
  };
}

function renameEntityAt(workspace: Workspace, uri: string, offset: number): ReturnType<typeof namedEntityAt> {
  const found = namedEntityAt(workspace, uri, offset);
  return found?.entity.kind === 'identity' && containsOffset(sessionNameLocation(found.reference), offset) ? undefined : found;
}

/** The name of the session in its ARN; an empty place nowhere in all other names. */
function sessionNameLocation(nameReference: NameReference): Location {
  const { resource } = nameReference.fields;
  const role = nameReference.arn && roleNameOfSessionArn(nameReference.arn);
  if (!resource || role === undefined) return { uri: nameReference.uri, span: { start: -1, end: -1 } };
  return locationInName(nameReference, { start: resource.start + 'assumed-role/'.length + role.length + 1, end: resource.end });
}

function entityName(namedEntity: NamedEntity): string {
  return namedEntity.kind === 'account' ? namedEntity.account : namedEntity.name.arn;
}

/** What has the new name already. */
function existingEntityWithName(workspace: Workspace, old: NamedEntity, next: NamedEntity): string | undefined {
  const { world } = workspace;
  if (next.kind === 'account') return world.accounts.has(next.account) || isEntityReferenced(workspace, next) ? `Account ${next.account}` : undefined;
  if (next.kind === 'identity') return isIdentityNameTaken(world, old, next) || isEntityReferenced(workspace, next, old) ? next.name.arn : undefined;
  const other = old.kind === 'key' && old.name.keyId !== next.name.keyId;
  return world.keysByArn.has(next.name.arn) || other && isEntityReferenced(workspace, next) ? next.name.arn : undefined;
}

/** Names of roles, users and groups are unique in an account, whatever their path and capitals (IAM User Guide, reference_identifiers). */
function isIdentityNameTaken({ identities }: World, old: NamedEntity, next: Extract<NamedEntity, { readonly kind: 'identity' }>): boolean {
  const { account, kind } = next.name;
  const wanted = nameWithoutPath(next.name).toLowerCase();
  return identities.some((identity) => identity.arn !== undefined && identity.arn !== entityName(old) && identity.kind === kind && identity.account === account && identity.arn.split('/').at(-1)?.toLowerCase() === wanted);
}

function isEntityReferenced(workspace: Workspace, namedEntity: NamedEntity, but?: NamedEntity): boolean {
  for (const nameReference of nameReferencesIn(workspace)) if (refersToEntity(nameReference, namedEntity) && !(but && refersToEntity(nameReference, but))) return true;
  return false;
}

function renameChanges(workspace: Workspace, namedEntity: NamedEntity, next: NamedEntity): FileChange[] {
  const files = new Map<string, Map<string, TextEdit>>();
  for (const nameReference of nameReferencesIn(workspace)) {
    if (!refersToEntity(nameReference, namedEntity)) continue;
    const edits = files.get(nameReference.uri) ?? new Map<string, TextEdit>();
    for (const [characters, text] of nameReplacements(nameReference, namedEntity, next)) {
      const { span } = locationInName(nameReference, characters);
      edits.set(`${span.start} ${span.end}`, { span, newText: nameReference.layer.escape(nameReference.layer.syntax.escape(text)) });
    }
    if (edits.size > 0) files.set(nameReference.uri, edits);
  }
  return Array.from(files, ([uri, edits]) => ({ uri, edits: [...edits.values()].sort((a, b) => a.span.start - b.span.start) }));
}

type NameReplacement = readonly [characters: Span, text: string];

/** Field by field: what a wildcard or a placeholder says stays, and so does a field that is not the subject's own. */
function* nameReplacements({ arn, fields, text: policyString }: NameReference, namedEntity: NamedEntity, next: NamedEntity): Generator<NameReplacement> {
  if (namedEntity.kind === 'account' || next.kind === 'account') {
    if (fields.account && next.kind === 'account') yield [fields.account, next.account];
    return;
  }
  if (!arn) return;
  const changed: readonly Exclude<ArnField, 'service' | 'resource'>[] = ['partition', 'region', 'account'];
  for (const field of changed) {
    const [old, now] = [arnFieldOfEntity(namedEntity, field), arnFieldOfEntity(next, field)];
    const characters = fields[field];
    if (characters && old !== now && arn[field] === old) yield [characters, now];
  }
  if (fields.resource) yield* resourceReplacements(fields.resource, policyString.value === entityName(namedEntity) || isKmsResource(arn, 'key'), namedEntity, next);
}

function arnFieldOfEntity({ name }: Exclude<NamedEntity, { readonly kind: 'account' }>, field: 'partition' | 'region' | 'account'): string {
  return field === 'region' ? 'region' in name ? name.region : '' : name[field];
}

function* resourceReplacements({ start, end }: Span, whole: boolean, namedEntity: NamedEntity, next: NamedEntity): Generator<NameReplacement> {
  const [old, now] = [arnResourceOfEntity(namedEntity), arnResourceOfEntity(next)];
  if (old === now) return;
  if (whole) {
    yield [{ start, end }, now];
  } else if (namedEntity.kind === 'identity' && next.kind === 'identity' && nameWithoutPath(namedEntity.name) !== nameWithoutPath(next.name)) {
    const from = start + 'assumed-role/'.length;
    yield [{ start: from, end: from + nameWithoutPath(namedEntity.name).length }, nameWithoutPath(next.name)];
  }
}

function arnResourceOfEntity(namedEntity: NamedEntity): string {
  return arnResource(entityName(namedEntity));
}
