import { encodePattern } from '../../access/pattern-encoding';
import { matchPattern } from '../../access/pattern-matching';
import { arnResource, parseArn } from '../../aws/arn';
import type { KeyFact, DiscoveredPolicy } from '../../discovery/discovery-result';
import type { WorkspaceFile } from '../../workspace/workspace-file';
import type { Workspace } from '../../workspace/workspace';
import type { Location } from '../../text/span';
import { nameReferencesIn, locationInName } from '../name-references';
import type { NameReference } from '../parsed-name';
import { nameWithoutPath, refersToEntity, type NamedEntity } from '../named-entity';
import { joinNames } from '../../access/text/describe-access';

/** What still has the old name after a rename, and has to be looked at by a person; files by URI, each list sorted. */
export interface UnrenamedNames {
  /** Files whose path tells the old name, and links their policies, unless a declaration does. */
  readonly paths: readonly string[];
  /** Output of the AWS CLI: it tells what AWS had at that time, and a new output is better than an edited one. */
  readonly awsCliOutputs: readonly string[];
  /** Patterns that covered the old name and do not cover the new one. */
  readonly patterns: readonly Location[];
  /** Names that are put together from placeholders. */
  readonly placeholders: readonly Location[];
}

/** @param renamedOutput URI of an output whose name of the identity is renamed too, so that only its ARN can be left */
export function unrenamedNames(workspace: Workspace, oldEntity: NamedEntity, newEntity: NamedEntity,
  renamedOutput?: string): UnrenamedNames {
  const files = [...workspace.files.values()];
  const outputs = files.filter(({ reading: { policies, keyFacts, metadata } }) =>
    policies.some((policy) => policy.template === undefined && (policy.uri === renamedOutput
      ? policy.container.identityArn === entityArn(oldEntity)
      : hasNameInContainer(workspace, policy, oldEntity)))
    || keyFacts.some((fact) => fact.source !== 'template' && hasNameInKeyFact(fact, oldEntity))
    || hasNameInMetadata(metadata?.arn, oldEntity));
  const references = [...nameReferencesIn(workspace)];
  const built = references.filter((reference) =>
    refersToEntity(reference, oldEntity) && isBuiltFromPlaceholders(reference, oldEntity, newEntity));
  return {
    paths: files.filter((file) => hasNameInPath(workspace, file, oldEntity, newEntity)).map(({ source }) => source.uri).sort(),
    awsCliOutputs: outputs.map(({ source }) => source.uri).sort(),
    patterns: references.filter((reference) => coversOnlyOldName(reference, oldEntity, newEntity))
      .map((reference) => locationInName(reference)),
    placeholders: built.map((reference) => locationInName(reference)),
  };
}

function entityArn(entity: NamedEntity): string | undefined {
  return entity.kind === 'account' ? undefined : entity.name.arn;
}

/** Where all links are declared no path matters. */
function hasNameInPath({ world }: Workspace, { fileSettings: { pathHints: hints }, reading: { policies } }: WorkspaceFile,
  oldEntity: NamedEntity, newEntity: NamedEntity): boolean {
  const links = policies.flatMap((policy) =>
    [world.keyByPolicy.get(policy)?.link, ...(world.identitiesByPolicy.get(policy) ?? []).map(({ link }) => link)]);
  if (links.every((link) => link === undefined || link.reason === 'declared')) return false;
  switch (oldEntity.kind) {
    case 'account': return hints.accountIdCandidates.some(({ numbers }) => numbers.includes(oldEntity.account));
    case 'key': return hints.keyId === oldEntity.name.keyId && newEntity.kind === 'key' && newEntity.name.keyId !== oldEntity.name.keyId;
    case 'identity':
      return hints.identity?.names.some(({ kind, name }) =>
        kind === oldEntity.name.kind && name.toLowerCase() === nameWithoutPath(oldEntity.name).toLowerCase()) === true
        && policies.some((policy) => world.identitiesByPolicy.get(policy)?.some(({ arn }) => arn === oldEntity.name.arn));
  }
}

function hasNameInContainer({ world }: Workspace, policy: DiscoveredPolicy, oldEntity: NamedEntity): boolean {
  const { account, keyArn, keyId, identityArn, identityName, attachments = [] } = policy.container;
  const arns = [keyArn, identityArn, ...attachments];
  switch (oldEntity.kind) {
    case 'account': return account === oldEntity.account || arns.some((arn) => accountInArn(arn) === oldEntity.account);
    case 'key': return keyArn === oldEntity.name.arn || keyId === oldEntity.name.keyId;
    case 'identity':
      return arns.includes(oldEntity.name.arn)
        || identityName === `${oldEntity.name.kind}/${nameWithoutPath(oldEntity.name)}`
          && world.identitiesByPolicy.get(policy)?.some(({ arn }) => arn === oldEntity.name.arn) === true;
  }
}

function hasNameInKeyFact({ keyArn, keyId, grants }: KeyFact, oldEntity: NamedEntity): boolean {
  const principals = grants.flatMap(({ granteePrincipal, retiringPrincipal }) => [granteePrincipal, retiringPrincipal]);
  switch (oldEntity.kind) {
    case 'account':
      return [keyArn, ...principals].some((arn) => accountInArn(arn) === oldEntity.account)
        || grants.some(({ issuingAccount }) => accountInArn(issuingAccount) === oldEntity.account);
    case 'key': return keyArn === oldEntity.name.arn || keyId === oldEntity.name.keyId;
    case 'identity': return principals.includes(oldEntity.name.arn);
  }
}

function hasNameInMetadata(arn: string | undefined, oldEntity: NamedEntity): boolean {
  return oldEntity.kind === 'account' ? accountInArn(arn) === oldEntity.account : arn === oldEntity.name.arn;
}

function accountInArn(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : parseArn(arn)?.account;
}

function coversOnlyOldName({ text: policyString }: NameReference, oldEntity: NamedEntity, newEntity: NamedEntity): boolean {
  if (oldEntity.kind === 'account' || newEntity.kind === 'account' || !/[*?]/.test(policyString.value)) return false;
  const pattern = encodePattern(policyString, { hasWildcards: true, variableValues: () => undefined });
  return matchPattern(pattern, oldEntity.name.arn) === 'yes' && matchPattern(pattern, newEntity.name.arn) === 'no';
}

/** The field that would have to change holds a placeholder among other text, so that no declared value is the name. */
function isBuiltFromPlaceholders({ fields, arn, text: { node } }: NameReference, oldEntity: NamedEntity, newEntity: NamedEntity): boolean {
  if (oldEntity.kind === 'account' || newEntity.kind === 'account' || !arn || node.placeholders.length === 0
    || Object.keys(fields).length === 0) return false;
  return fields.resource === undefined && arnResource(oldEntity.name.arn) !== arnResource(newEntity.name.arn);
}

/** How the reader of the notes names files and places: `consumer/app.json`, `consumer/app.json:4`. */
export interface RenameNoteLabels {
  readonly file: (uri: string) => string;
  readonly place: (at: Location) => string;
}

/** A sentence for each thing that still has the old name, with what to do about it. */
export function renameNotes({ paths, awsCliOutputs, patterns, placeholders }: UnrenamedNames, { file, place }: RenameNoteLabels): string[] {
  const notes: string[] = [];
  const addNote = (items: readonly string[], describe: (names: string) => string, describeMany = describe): void => {
    if (items.length > 0) notes.push((items.length > 1 ? describeMany : describe)(joinNames([...new Set(items)])));
  };
  addNote(paths.map(file),
    (name) => `Files keep their names: ${name} has the old one in its path, which may be all that links the policies there.`,
    (names) => `Files keep their names: ${names} have the old one in their paths, which may be all that links the policies there.`);
  addNote(awsCliOutputs.map(file),
    (names) => `The AWS CLI output in ${names} keeps the old name, since it shows what AWS had then: fetch it again.`);
  addNote(patterns.map(place), (name) => `The pattern at ${name} covered the old name, but not the new one.`,
    (names) => `The patterns at ${names} covered the old name, but not the new one.`);
  addNote(placeholders.map(place), (name) => `The name at ${name} is put together from placeholders and was left as it is.`,
    (names) => `The names at ${names} are put together from placeholders and were left as they are.`);
  return notes;
}
