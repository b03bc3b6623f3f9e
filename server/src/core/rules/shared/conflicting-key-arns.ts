import { compareIdentifiers } from '../../aws/identifier-comparison';
import { joinNames } from '../../access/text/describe-access';
import { parseKeyArn } from '../../aws/key-arn';
import { partitionNamed, regionNamed } from '../../aws/regions';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { TreeEdit } from '../../syntax/tree-edit';
import type { Location } from '../../text/span';
import type { SharedKeyId } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { fixPolicy, type Fix } from './fix';
import type { FindingDraft } from '../rule';
import { ARN_LOCATION_FIELDS, type ArnLocationField } from './arn-fields';
import { hasConsistentPartition } from './malformed-key-arns';
import { MAX_CHOICES } from './workspace-keys';

/** One place of an ARN whose key id also appears in other ARNs. */
interface ConflictingKeyArn {
  readonly at: Location;
  readonly arn: string;
  readonly conflictingArns: SharedKeyId['arns'];
}

const FIELD_NAMES: Readonly<Record<ArnLocationField, string>> = { partition: 'partition', account: 'account', region: 'Region' };

/**
 * A warning on each of the ARNs that share a key id and differ in this field and in none before it: at least one of them is wrong. Where
 * one of them is the ARN of a key whose policy is in the workspace, the others are certainly wrong, which `wrongKeyArnsIn` reports.
 *
 * @param why one sentence: why a key cannot have both
 */
export function* conflictingKeyArnDrafts(world: World, field: ArnLocationField, why: string): Iterable<FindingDraft> {
  for (const conflict of conflictingKeyArns(world, field)) {
    const { at, conflictingArns } = conflict;
    const arns = joinNames(conflictingArns.map(({ arn }) => arn));
    yield {
      at,
      severity: 'warning',
      message: `This key id has another ${FIELD_NAMES[field]} elsewhere: ${arns}. ${why}: one of the ARNs is wrong.`,
      related: conflictingArns.flatMap(({ arn, places }) =>
        places.slice(0, 1).map((place) => ({ at: place, message: `Here the same key id is in ${arn}.` }))),
      fixes: (currentWorld) => fixesOfConflictingArn(conflict, currentWorld),
    };
  }
}

function* conflictingKeyArns(world: World, field: ArnLocationField): Iterable<ConflictingKeyArn> {
  const manifests = new Set(world.manifests.map((manifest) => manifest.uri));
  for (const { arns, differingFields: differs } of world.linkReport.sharedKeyIds) {
    if (ARN_LOCATION_FIELDS.find((locationField) => differs.includes(locationField)) !== field) continue;
    if (arns.some(({ arn }) => world.keysByArn.get(arn)?.some((key) => key.policy !== undefined) === true)) continue;
    // `unknown-partition` and `unknown-region` then report which of them is wrong.
    if (arns.some(({ arn }) => hasUnknownPartitionOrRegion(arn))) continue;
    for (const { arn, places } of arns) {
      const conflictingArns = arns.filter((other) => compareIdentifiers(other.arn, arn) === 'different');
      for (const at of places) if (!manifests.has(at.uri)) yield { at, arn, conflictingArns };
    }
  }
}

function hasUnknownPartitionOrRegion(arn: string): boolean {
  const keyArn = parseKeyArn(arn);
  return keyArn !== undefined && (!partitionNamed(keyArn.partition) || !regionNamed(keyArn.region));
}

/** Replaces this ARN by one that is confirmed; while none is, by any of the others. */
function fixesOfConflictingArn({ at, arn, conflictingArns }: ConflictingKeyArn, world: World): Fix[] {
  const policy = policyWithArnAt(world, at, arn);
  if (!policy) return [];
  const confirmed = conflictingArns.filter((other) => isConfirmedArn(world, other.arn));
  const isConfirmed = isConfirmedArn(world, arn);
  if (isConfirmed && confirmed.length === 0) return [];
  const choices = confirmed.length > 0 ? confirmed : conflictingArns.filter((other) => hasMatchingPartition(other.arn));
  return choices.slice(0, MAX_CHOICES).map((choice) => (
    fixPolicy(`Use ${choice.arn}`, policy, [...replaceArnEdits(policy, arn, choice.arn)], {
      preferred: !isConfirmed && confirmed.length === 1,
    })));
}

/** An ARN whose Region is of another partition is wrong in itself (`partition-mismatch`). */
function hasMatchingPartition(arn: string): boolean {
  const keyArn = parseKeyArn(arn);
  return keyArn !== undefined && hasConsistentPartition(keyArn);
}

/**
 * Whether something besides identity policies has the key under this ARN: a declaration, AWS CLI output, or a key policy whose link agrees
 * with it.
 */
function isConfirmedArn({ manifests, keyFacts: facts, keys }: World, arn: string): boolean {
  const keyArn = parseKeyArn(arn);
  return manifests.some((manifest) => manifest.keys.some((key) => compareIdentifiers(key.arn.value, arn) === 'same'))
    || facts.some((fact) => compareIdentifiers(fact.keyArn, arn) === 'same')
    || keyArn !== undefined && keys.some((key) => key.policy !== undefined && compareIdentifiers(key.keyId, keyArn.keyId) === 'same'
      && ARN_LOCATION_FIELDS.every((field) => compareIdentifiers(key[field], keyArn[field]) !== 'different'));
}

/** The identity policy that contains the ARN there. AWS CLI output about keys is not to be edited. */
function policyWithArnAt(world: World, at: Location, arn: string): DiscoveredPolicy | undefined {
  return [...world.identitiesByPolicy.keys()].find((policy) => policy.uri === at.uri && policy.policy.statements.some((statement) => (
    resourcesWithArn(statement, arn).some(({ text }) => locationInFile(policy, text.node.span).span.start === at.span.start))));
}

/** The values of a statement's `Resource` that are written as this ARN, without declared placeholder values. */
function resourcesWithArn({ resource }: Statement, arn: string): readonly ResourcePattern[] {
  return resource && !resource.negated
    ? resource.patterns.filter(({ text }) => compareIdentifiers(text.value, arn) === 'same' && text.node.value === text.value)
    : [];
}

/**
 * Everywhere in the policy, since the finding is reported once for it. A list that already contains the other ARN loses this one instead.
 */
function* replaceArnEdits({ policy }: DiscoveredPolicy, arn: string, replacement: string): Iterable<TreeEdit> {
  for (const statement of policy.statements) {
    const { resource } = statement;
    let isPresent = resource?.patterns.some(({ text }) => text.value === replacement) ?? false;
    for (const { text } of resourcesWithArn(statement, arn)) {
      if (!isPresent) yield { edit: 'replace', node: text.node, value: replacement };
      else if (resource) yield { edit: 'remove-item', member: resource.member, item: text.node };
      isPresent = true;
    }
  }
}
