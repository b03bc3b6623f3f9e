import { enumerate } from '../../access/say';
import { parseKeyArn } from '../../aws/key-arn';
import { partitionNamed, regionNamed } from '../../aws/regions';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { ResourcePattern, Statement } from '../../model/policy';
import type { TreeEdit } from '../../parse/edit';
import type { Location } from '../../text/span';
import type { SharedKeyId, World } from '../../workspace/world';
import type { Fix, Related } from '../finding';
import { fixPolicy } from '../fix';
import type { Draft } from '../rule';
import { PLACE_FIELDS, type PlaceField } from './arn-field';
import { isOfOnePartition } from './key-arn';
import { MAX_CHOICES } from './known-keys';

/** One ARN of a key id that also stands in other ARNs, at one of its places. */
interface IdTwin {
  readonly at: Location;
  readonly arn: string;
  readonly others: SharedKeyId['arns'];
}

const FIELD_NAMES: Readonly<Record<PlaceField, string>> = { partition: 'partition', account: 'account', region: 'Region' };

/**
 * A warning on each of the ARNs that have one key id and differ in this field, and not in one before it: at least one of
 * them is wrong. Where one of them is the ARN of a key with a key policy here, the others are known to be wrong, which
 * `misnamedIn` says.
 *
 * @param why one sentence: why a key cannot have both
 */
export function* idTwinDrafts(world: World, field: PlaceField, why: string): Iterable<Draft> {
  for (const twin of idTwins(world, field)) {
    yield {
      at: twin.at,
      severity: 'warning',
      message: `The same key id appears elsewhere in an ARN of another ${FIELD_NAMES[field]} (${enumerate(twin.others.map(({ arn }) => arn))}). ${why}: one of the ARNs is wrong.`,
      related: relatedTwins(twin),
      fixes: (now) => fixesOfTwin(twin, now),
    };
  }
}

function* idTwins(world: World, field: PlaceField): Iterable<IdTwin> {
  const manifests = new Set(world.manifests.map((manifest) => manifest.uri));
  for (const { arns, differs } of world.report.sharedKeyIds) {
    if (PLACE_FIELDS.find((one) => differs.includes(one)) !== field) continue;
    if (arns.some(({ arn }) => world.keysByArn.get(arn)?.some((key) => key.policy !== undefined) === true)) continue;
    // Which of them is wrong is then told by the finding on that word.
    if (arns.some(({ arn }) => isOfNoPlace(arn))) continue;
    for (const { arn, places } of arns) {
      for (const at of places) if (!manifests.has(at.uri)) yield { at, arn, others: arns.filter((other) => other.arn !== arn) };
    }
  }
}

/** The ARN has a partition or Region that there is not (`unknown-partition`, `unknown-region`). */
function isOfNoPlace(arn: string): boolean {
  const parts = parseKeyArn(arn);
  return parts !== undefined && (!partitionNamed(parts.partition) || !regionNamed(parts.region));
}

function relatedTwins({ others }: IdTwin): Related[] {
  return others.flatMap(({ arn, places }) => places.slice(0, 1).map((at) => ({ at, message: `Here the same key id is in ${arn}.` })));
}

/**
 * The other ARNs in place of this one. What is known to be right stays as it is, and is what is meant elsewhere; as long
 * as nothing is known, any of them may be.
 */
function fixesOfTwin({ at, arn, others }: IdTwin, world: World): Fix[] {
  const policy = policyAt(world, at, arn);
  if (!policy) return [];
  const right = others.filter((other) => isKnownArn(world, other.arn));
  const isRight = isKnownArn(world, arn);
  if (isRight && right.length === 0) return [];
  const meant = right.length > 0 ? right : others.filter((other) => isPossible(other.arn));
  return meant.slice(0, MAX_CHOICES).map((other) => (
    fixPolicy(`Use ${other.arn}`, policy, [...replacements(policy, arn, other.arn)], { preferred: !isRight && right.length === 1 })
  ));
}

/** An ARN whose Region is of another partition is wrong in itself (`partition-mismatch`). */
function isPossible(arn: string): boolean {
  const parts = parseKeyArn(arn);
  return parts !== undefined && isOfOnePartition(parts);
}

/** Whether something besides identity policies has the key under this ARN: a declaration, AWS CLI output, or a key policy tied to the key as far as it is known. */
function isKnownArn({ manifests, facts, keys }: World, arn: string): boolean {
  const parts = parseKeyArn(arn);
  return manifests.some((manifest) => manifest.keys.some((key) => key.arn.value === arn))
    || facts.some(({ keyArn }) => keyArn === arn)
    || parts !== undefined && keys.some((key) => key.policy !== undefined && key.keyId === parts.keyId
      && PLACE_FIELDS.every((field) => key[field] === undefined || key[field] === parts[field]));
}

/** The identity policy that has the ARN there, as a text of its own: output of the AWS CLI about keys is not ours to mend. */
function policyAt(world: World, at: Location, arn: string): LocatedPolicy | undefined {
  return [...world.identitiesOf.keys()].find((policy) => policy.uri === at.uri && policy.policy.statements.some((statement) => (
    valuesOf(statement, arn).some(({ text }) => placeOf(policy, text.node.span).span.start === at.span.start))));
}

/** The values of a statement's `Resource` that are this ARN as it is written, not filled in from declared placeholders. */
function valuesOf({ resource }: Statement, arn: string): readonly ResourcePattern[] {
  return resource && !resource.negated ? resource.patterns.filter(({ text }) => text.value === arn && text.node.value === arn) : [];
}

/** Everywhere in the policy, since the finding is said once for it; a list that has the other ARN already needs it no second time. */
function* replacements({ policy }: LocatedPolicy, arn: string, other: string): Iterable<TreeEdit> {
  for (const statement of policy.statements) {
    const { resource } = statement;
    let there = resource?.patterns.some(({ text }) => text.value === other) ?? false;
    for (const { text } of valuesOf(statement, arn)) {
      if (!there) yield { edit: 'replace', node: text.node, value: other };
      else if (resource) yield { edit: 'remove-item', member: resource.member, item: text.node };
      there = true;
    }
  }
}
