import { encodePattern } from '../../access/pattern-encoding';
import { matchPattern } from '../../access/pattern-matching';
import { arnResource, parseArn } from '../../aws/arn';
import type { KeyFact, DiscoveredPolicy } from '../../discovery/discovery-result';
import type { WorkspaceFile } from '../../workspace/workspace-file';
import type { Workspace } from '../../workspace/workspace';
import type { Location } from '../../text/span';
import { nameReferencesIn } from '../name-references';
import { locationInName, type NameReference } from '../parsed-name';
import { nameWithoutPath, refersToEntity, type NamedEntity } from '../named-entity';

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

export function unrenamedNames(workspace: Workspace, old: NamedEntity, next: NamedEntity): UnrenamedNames {
  const files = [...workspace.files.values()];
  const outputs = files.filter(({ reading }) => reading.policies.some((policy) => hasNameInContainer(workspace, policy, old)) || reading.keyFacts.some((fact) => hasNameInKeyFact(fact, old)) || hasNameInMetadata(reading.metadata?.arn, old));
  const nameReferences = [...nameReferencesIn(workspace)];
  return {
    paths: files.filter((file) => hasNameInPath(workspace, file, old, next)).map(({ source }) => source.uri).sort(),
    awsCliOutputs: outputs.map(({ source }) => source.uri).sort(),
    patterns: nameReferences.filter((nameReference) => coversOnlyOldName(nameReference, old, next)).map((mention) => locationInName(mention)),
    placeholders: nameReferences.filter((mention) => refersToEntity(mention, old) && isBuiltFromPlaceholders(mention, old, next)).map((mention) => locationInName(mention)),
  };
}

/** Where all links are declared no path matters. */
function hasNameInPath({ world }: Workspace, { place: { hints }, reading: { policies } }: WorkspaceFile, old: NamedEntity, next: NamedEntity): boolean {
  const links = policies.flatMap((policy) => [world.keyOf.get(policy)?.link, ...(world.identitiesOf.get(policy) ?? []).map(({ link }) => link)]);
  if (links.every((link) => link === undefined || link.reason === 'declared')) return false;
  switch (old.kind) {
    case 'account': return hints.numbers.flat().includes(old.account);
    case 'key': return hints.keyId === old.name.keyId && next.kind === 'key' && next.name.keyId !== old.name.keyId;
    case 'identity': return hints.identity?.names.some(({ kind, name }) => kind === old.name.kind && name.toLowerCase() === nameWithoutPath(old.name).toLowerCase()) === true
      && policies.some((policy) => world.identitiesOf.get(policy)?.some(({ arn }) => arn === old.name.arn));
  }
}

function hasNameInContainer({ world }: Workspace, policy: DiscoveredPolicy, old: NamedEntity): boolean {
  const { account, keyArn, keyId, identityArn, identityName, attachments = [] } = policy.container;
  const arns = [keyArn, identityArn, ...attachments];
  switch (old.kind) {
    case 'account': return account === old.account || arns.some((arn) => accountInArn(arn) === old.account);
    case 'key': return keyArn === old.name.arn || keyId === old.name.keyId;
    case 'identity': return arns.includes(old.name.arn)
      || identityName === `${old.name.kind}/${nameWithoutPath(old.name)}` && world.identitiesOf.get(policy)?.some(({ arn }) => arn === old.name.arn) === true;
  }
}

function hasNameInKeyFact({ keyArn, keyId, grants }: KeyFact, old: NamedEntity): boolean {
  const principals = grants.flatMap(({ granteePrincipal, retiringPrincipal }) => [granteePrincipal, retiringPrincipal]);
  switch (old.kind) {
    case 'account': return [keyArn, ...principals].some((arn) => accountInArn(arn) === old.account) || grants.some(({ issuingAccount }) => accountInArn(issuingAccount) === old.account);
    case 'key': return keyArn === old.name.arn || keyId === old.name.keyId;
    case 'identity': return principals.includes(old.name.arn);
  }
}

function hasNameInMetadata(arn: string | undefined, old: NamedEntity): boolean {
  return old.kind === 'account' ? accountInArn(arn) === old.account : arn === old.name.arn;
}

function accountInArn(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : parseArn(arn)?.account;
}

function coversOnlyOldName({ text: policyString }: NameReference, old: NamedEntity, next: NamedEntity): boolean {
  if (old.kind === 'account' || next.kind === 'account' || !/[*?]/.test(policyString.value)) return false;
  const pattern = encodePattern(policyString, { hasWildcards: true, variableValues: () => undefined });
  return matchPattern(pattern, old.name.arn) === 'yes' && matchPattern(pattern, next.name.arn) === 'no';
}

/** The field that would have to change holds a placeholder among other text, so that no declared value is the name. */
function isBuiltFromPlaceholders({ fields, arn, text: { node } }: NameReference, old: NamedEntity, next: NamedEntity): boolean {
  if (old.kind === 'account' || next.kind === 'account' || !arn || node.placeholders.length === 0 || Object.keys(fields).length === 0) return false;
  return fields.resource === undefined && arnResource(old.name.arn) !== arnResource(next.name.arn);
}
