import { arnResource } from '../../aws/arn';
import { isRefusal, refusal, type Refusal } from '../../generate/counterpart';
import { escapeJson } from '../../parse/embedded';
import type { FileChange } from '../../text/change';
import type { Location, Span, TextEdit } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import type { World } from '../../workspace/world';
import { leftBehind, type LeftBehind } from './left-behind';
import { mentionsIn } from '../mentions';
import { keyResource, placeIn, roleOfSession, type Field, type Mention } from '../names';
import { newSubject } from './new-name';
import { isAt, lastPart, namedAt, names, placeNaming, type Subject } from '../subject';

/** What a rename would change, before the new name is known. */
export interface Renamable {
  /** The digits of an account when the offset is in them, else the whole ARN. */
  readonly at: Location;
  /** The name to start from. */
  readonly name: string;
}

export interface Rename {
  readonly title: string;
  readonly changes: readonly FileChange[];
  readonly left: LeftBehind;
}

/** What can be renamed at an offset of the file: an account, a user, role or group, or a key; never an alias or the name of a session. */
export function renamableAt(workspace: Workspace, uri: string, offset: number): Renamable | undefined {
  const found = subjectAt(workspace, uri, offset);
  if (!found) return undefined;
  const at = placeNaming(found.mention, found.subject);
  return { at: isAt(at, offset) ? at : placeIn(found.mention), name: nameOf(found.subject) };
}

/**
 * Renames what stands at the offset wherever policies and manifests name it, and nowhere else: text that only looks like it, and
 * patterns that cover it, stay. A name that is not of the right form, or is taken, is refused.
 *
 * @param wanted as `newSubject` reads it
 */
export function rename(workspace: Workspace, uri: string, offset: number, wanted: string): Rename | Refusal {
  const found = subjectAt(workspace, uri, offset);
  if (!found) return refusal('There is no account, identity or key here to rename.');
  const { subject } = found;
  const next = newSubject(subject, wanted);
  if (isRefusal(next)) return next;
  const taken = nameOf(next) === nameOf(subject) ? undefined : takenBy(workspace, subject, next);
  if (taken !== undefined) return refusal(`${taken} is in this workspace already: the two would become one, and no rename could take them apart again.`);
  const changes = changesOf(workspace, subject, next);
  return {
    title: `Rename ${nameOf(subject)} to ${nameOf(next)}`,
    changes,
    left: leftBehind(workspace, subject, next),
  };
}

function subjectAt(workspace: Workspace, uri: string, offset: number): ReturnType<typeof namedAt> {
  const found = namedAt(workspace, uri, offset);
  return found?.subject.what === 'identity' && isAt(sessionIn(found.mention), offset) ? undefined : found;
}

/** The name of the session in its ARN; an empty place nowhere in all other names. */
function sessionIn(mention: Mention): Location {
  const { resource } = mention.fields;
  const role = mention.arn && roleOfSession(mention.arn);
  if (!resource || role === undefined) return { uri: mention.uri, span: { start: -1, end: -1 } };
  return placeIn(mention, { start: resource.start + 'assumed-role/'.length + role.length + 1, end: resource.end });
}

function nameOf(subject: Subject): string {
  return subject.what === 'account' ? subject.account : subject.name.arn;
}

/** What has the new name already. */
function takenBy(workspace: Workspace, old: Subject, next: Subject): string | undefined {
  const { world } = workspace;
  if (next.what === 'account') return world.accounts.has(next.account) || isNamed(workspace, next) ? `Account ${next.account}` : undefined;
  if (next.what === 'identity') return isTakenIdentity(world, old, next) || isNamed(workspace, next, old) ? next.name.arn : undefined;
  const other = old.what === 'key' && old.name.keyId !== next.name.keyId;
  return world.keysByArn.has(next.name.arn) || other && isNamed(workspace, next) ? next.name.arn : undefined;
}

/** Names of roles, users and groups are unique in an account, whatever their path and capitals (IAM User Guide, reference_identifiers). */
function isTakenIdentity({ identities }: World, old: Subject, next: Extract<Subject, { readonly what: 'identity' }>): boolean {
  const { account, kind } = next.name;
  const wanted = lastPart(next.name).toLowerCase();
  return identities.some((one) => one.arn !== undefined && one.arn !== nameOf(old) && one.kind === kind && one.account === account && one.arn.split('/').at(-1)?.toLowerCase() === wanted);
}

function isNamed(workspace: Workspace, subject: Subject, but?: Subject): boolean {
  for (const mention of mentionsIn(workspace)) if (names(mention, subject) && !(but && names(mention, but))) return true;
  return false;
}

function changesOf(workspace: Workspace, subject: Subject, next: Subject): FileChange[] {
  const files = new Map<string, Map<string, TextEdit>>();
  for (const mention of mentionsIn(workspace)) {
    if (!names(mention, subject)) continue;
    const edits = files.get(mention.uri) ?? new Map<string, TextEdit>();
    for (const [characters, text] of replacements(mention, subject, next)) {
      const { span } = placeIn(mention, characters);
      edits.set(`${span.start} ${span.end}`, { span, newText: mention.layer.escape(escapeJson(text)) });
    }
    if (edits.size > 0) files.set(mention.uri, edits);
  }
  return Array.from(files, ([uri, edits]) => ({ uri, edits: [...edits.values()].sort((a, b) => a.span.start - b.span.start) }));
}

type Replacement = readonly [characters: Span, text: string];

/** Field by field: what a wildcard or a placeholder says stays, and so does a field that is not the subject's own. */
function* replacements({ arn, fields, text }: Mention, subject: Subject, next: Subject): Generator<Replacement> {
  if (subject.what === 'account' || next.what === 'account') {
    if (fields.account && next.what === 'account') yield [fields.account, next.account];
    return;
  }
  if (!arn) return;
  const changed: readonly Exclude<Field, 'service' | 'resource'>[] = ['partition', 'region', 'account'];
  for (const field of changed) {
    const [old, now] = [partOf(subject, field), partOf(next, field)];
    const characters = fields[field];
    if (characters && old !== now && arn[field] === old) yield [characters, now];
  }
  if (fields.resource) yield* inResource(fields.resource, text.value === nameOf(subject) || keyResource(arn, 'key'), subject, next);
}

function partOf({ name }: Exclude<Subject, { readonly what: 'account' }>, field: 'partition' | 'region' | 'account'): string {
  return field === 'region' ? 'region' in name ? name.region : '' : name[field];
}

function* inResource({ start, end }: Span, whole: boolean, subject: Subject, next: Subject): Generator<Replacement> {
  const [old, now] = [resourceOf(subject), resourceOf(next)];
  if (old === now) return;
  if (whole) {
    yield [{ start, end }, now];
  } else if (subject.what === 'identity' && next.what === 'identity' && lastPart(subject.name) !== lastPart(next.name)) {
    const from = start + 'assumed-role/'.length;
    yield [{ start: from, end: from + lastPart(subject.name).length }, lastPart(next.name)];
  }
}

function resourceOf(subject: Subject): string {
  return arnResource(nameOf(subject));
}
