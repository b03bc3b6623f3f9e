import { enumerate } from '../../access/text/describe-access';
import { parseKeyArn } from '../../aws/key-arn';
import { partitionNamed, regionNamed } from '../../aws/regions';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { TreeEdit } from '../../syntax/tree-edit';
import type { Location } from '../../text/span';
import type { SharedKeyId } from '../../linking/entities';
import type { World } from '../../workspace/world';
import type { Fix, RelatedLocation } from './finding';
import { fixPolicy } from './fix';
import type { FindingDraft } from '../rule';
import { ARN_LOCATION_FIELDS, type ArnLocationField } from './arn-fields';
import { hasConsistentPartition } from './malformed-key-arns';
import { MAX_CHOICES } from './workspace-keys';

/** One ARN of a key id that also stands in other ARNs, at one of its places. */
interface ConflictingKeyArn {
  readonly at: Location;
  readonly arn: string;
  readonly conflictingArns: SharedKeyId['arns'];
}

const FIELD_NAMES: Readonly<Record<ArnLocationField, string>> = { partition: 'partition', account: 'account', region: 'Region' };

/**
 * A warning on each of the ARNs that have one key id and differ in this field, and not in one before it: at least one of
 * them is wrong. Where one of them is the ARN of a key with a key policy here, the others are known to be wrong, which
 * `misnamedIn` says.
 *
 * @param why one sentence: why a key cannot have both
 */
export function* conflictingKeyArnDrafts(world: World, field: ArnLocationField, why: string): Iterable<FindingDraft> {
  for (const twin of conflictingKeyArns(world, field)) {
    yield {
      at: twin.at,
      severity: 'warning',
      message: `The same key id appears elsewhere in an ARN of another ${FIELD_NAMES[field]} (${enumerate(twin.conflictingArns.map(({ arn }) => arn))}). ${why}: one of the ARNs is wrong.`,
      related: relatedConflictingArns(twin),
      fixes: (now) => fixesOfConflictingArn(twin, now),
    };
  }
}

function* conflictingKeyArns(world: World, field: ArnLocationField): Iterable<ConflictingKeyArn> {
  const manifests = new Set(world.manifests.map((manifest) => manifest.uri));
  for (const { arns, differs } of world.report.sharedKeyIds) {
    if (ARN_LOCATION_FIELDS.find((one) => differs.includes(one)) !== field) continue;
    if (arns.some(({ arn }) => world.keysByArn.get(arn)?.some((key) => key.policy !== undefined) === true)) continue;
    // Which of them is wrong is then told by the finding on that word.
    if (arns.some(({ arn }) => hasUnknownPartitionOrRegion(arn))) continue;
    for (const { arn, places } of arns) {
      for (const at of places) if (!manifests.has(at.uri)) yield { at, arn, conflictingArns: arns.filter((other) => other.arn !== arn) };
    }
  }
}

/** The ARN has a partition or Region that there is not (`unknown-partition`, `unknown-region`). */
function hasUnknownPartitionOrRegion(arn: string): boolean {
  const parts = parseKeyArn(arn);
  return parts !== undefined && (!partitionNamed(parts.partition) || !regionNamed(parts.region));
}

function relatedConflictingArns({ conflictingArns }: ConflictingKeyArn): RelatedLocation[] {
  return conflictingArns.flatMap(({ arn, places }) => places.slice(0, 1).map((at) => ({ at, message: `Here the same key id is in ${arn}.` })));
}

/**
 * The other ARNs in place of this one. What is known to be right stays as it is, and is what is meant elsewhere; as long
 * as nothing is known, any of them may be.
 */
function fixesOfConflictingArn({ at, arn, conflictingArns }: ConflictingKeyArn, world: World): Fix[] {
  const policy = policyWithArnAt(world, at, arn);
  if (!policy) return [];
  const right = conflictingArns.filter((other) => isConfirmedArn(world, other.arn));
  const isRight = isConfirmedArn(world, arn);
  if (isRight && right.length === 0) return [];
  const meant = right.length > 0 ? right : conflictingArns.filter((other) => hasMatchingPartition(other.arn));
  return meant.slice(0, MAX_CHOICES).map((other) => (
    fixPolicy(`Use ${other.arn}`, policy, [...replaceArnEdits(policy, arn, other.arn)], { preferred: !isRight && right.length === 1 })
  ));
}

/** An ARN whose Region is of another partition is wrong in itself (`partition-mismatch`). */
function hasMatchingPartition(arn: string): boolean {
  const parts = parseKeyArn(arn);
  return parts !== undefined && hasConsistentPartition(parts);
}

/** Whether something besides identity policies has the key under this ARN: a declaration, AWS CLI output, or a key policy tied to the key as far as it is known. */
function isConfirmedArn({ manifests, facts, keys }: World, arn: string): boolean {
  const parts = parseKeyArn(arn);
  return manifests.some((manifest) => manifest.keys.some((key) => key.arn.value === arn))
    || facts.some(({ keyArn }) => keyArn === arn)
    || parts !== undefined && keys.some((key) => key.policy !== undefined && key.keyId === parts.keyId
      && ARN_LOCATION_FIELDS.every((field) => key[field] === undefined || key[field] === parts[field]));
}

/** The identity policy that has the ARN there, as a text of its own: output of the AWS CLI about keys is not ours to mend. */
function policyWithArnAt(world: World, at: Location, arn: string): DiscoveredPolicy | undefined {
  return [...world.identitiesOf.keys()].find((policy) => policy.uri === at.uri && policy.policy.statements.some((statement) => (
    resourcesWithArn(statement, arn).some(({ text: policyString }) => locationInFile(policy, policyString.node.span).span.start === at.span.start))));
}

/** The values of a statement's `Resource` that are this ARN as it is written, not filled in from declared placeholders. */
function resourcesWithArn({ resource }: Statement, arn: string): readonly ResourcePattern[] {
  return resource && !resource.negated ? resource.patterns.filter(({ text: policyString }) => policyString.value === arn && policyString.node.value === arn) : [];
}

/** Everywhere in the policy, since the finding is said once for it; a list that has the other ARN already needs it no second time. */
function* replaceArnEdits({ policy }: DiscoveredPolicy, arn: string, other: string): Iterable<TreeEdit> {
  for (const statement of policy.statements) {
    const { resource } = statement;
    let there = resource?.patterns.some(({ text: policyString }) => policyString.value === other) ?? false;
    for (const { text } of resourcesWithArn(statement, arn)) {
      if (!there) yield { edit: 'replace', node: text.node, value: other };
      else if (resource) yield { edit: 'remove-item', member: resource.member, item: text.node };
      there = true;
    }
  }
}
