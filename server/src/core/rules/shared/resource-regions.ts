import { encodeWildcards } from '../../access/pattern-encoding';
import { matchPattern } from '../../access/pattern-matching';
import { NO_ACTIONS, actionSetOf } from '../../aws/actions';
import { formatArn, type Arn } from '../../aws/arn';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import { isMultiRegionId } from '../../aws/key-arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { fixValue, type Fix } from './fix';
import type { IdentitySubject } from '../rule';
import { fixArnField } from './arn-fields';
import { kmsActionsOf } from './key-access-requests';
import { hasConsistentPartition, isUnknownRegion } from './malformed-key-arns';
import { literalKeyIdOf, wrongFieldOfKeyArn } from './resource-specificity';
import { keysGrantedTo, MAX_CHOICES } from './workspace-keys';
import { resourceFault } from './value-faults';

/** A Resource value for keys that are in none of the Regions of the identity's resources. */
export interface KeyInOtherRegion {
  readonly policy: DiscoveredPolicy;
  readonly pattern: ResourcePattern;
  readonly arn: Arn;
  /** As written, or the Region of the key where that is a pattern. */
  readonly region: string;
  /** The key whose Region it is, if the value has a pattern. */
  readonly key: Key | undefined;
}

/** What services do with a key for the resources that they store: they do not sign or verify. */
const RESOURCE_ENCRYPTION_ACTIONS =
  actionSetOf(['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant']);

/**
 * The values of the identity's Allow statements for keys that no service can use for the identity's resources: services call KMS in their
 * own Region (docs/aws-rules.md 6.1). Without the values that match no key for another reason.
 */
export function* keysInOtherRegions({ identity, pairs }: IdentitySubject): Iterable<KeyInOtherRegion> {
  const regions = identity.resourceRegions?.map(({ region }) => region) ?? [];
  if (regions.length === 0) return;
  const keys = pairs.map(({ key }) => key).filter((key) => key.policy !== undefined);
  for (const policy of identity.policies) {
    if (policy.policy.kind !== 'identity') continue;
    for (const statement of policy.policy.statements) {
      if (statement.effect !== 'Allow' || statement.resource?.negated !== false) continue;
      if ((kmsActionsOf(statement) & RESOURCE_ENCRYPTION_ACTIONS) === NO_ACTIONS) continue;
      for (const pattern of statement.resource.patterns) {
        const keyRegion = keyInOtherRegion(pattern, statement, regions, keys);
        if (keyRegion) yield { policy, pattern, ...keyRegion };
      }
    }
  }
}

function keyInOtherRegion(
  pattern: ResourcePattern, statement: Statement, regions: readonly string[], keys: readonly Key[],
): Pick<KeyInOtherRegion, 'arn' | 'region' | 'key'> | undefined {
  const { form, arn } = pattern;
  if (form !== 'key' || !arn || arn.region.includes('${') || isUnknownRegion(arn)) return undefined;
  if (resourceFault(pattern, statement) !== undefined || !hasConsistentPartition(arn)) return undefined;
  const id = literalKeyIdOf(pattern);
  const keysWithId = keys.filter((key) => compareIdentifiers(key.keyId, id) === 'same');
  // `wrongKeyArnsIn` reports an ARN that is not its key's.
  if (keysWithId.length > 0 && keysWithId.every((key) => wrongFieldOfKeyArn(pattern, key) !== undefined)) return undefined;
  if (!regions.some((region) => matchPattern(encodeWildcards(arn.region), region) !== 'no'))
    return { arn, region: arn.region, key: undefined };
  // All replicas of a multi-Region key have one id, and a pattern is the way to name them.
  const key = id === undefined || isMultiRegionId(id)
    ? undefined
    : keysWithId.find(({ region }) => region !== undefined && !regions.includes(region));
  return key?.region === undefined ? undefined : { arn, region: key.region, key };
}

/**
 * Replaces the Region by that of the resources where the value is for several keys or a multi-Region key, and the ARN by that of a key in
 * the Region whose policy allows the identity's account otherwise.
 */
export function fixesOfKeyInOtherRegion({ policy, pattern, arn }: KeyInOtherRegion, identity: Identity, world: World): Fix[] {
  const regions = (identity.resourceRegions ?? []).map(({ region }) => region);
  const id = literalKeyIdOf(pattern);
  if (id !== undefined && !isMultiRegionId(id)) {
    const keys = keysGrantedTo(world, [identity]).filter((key) => key.region !== undefined && regions.includes(key.region));
    return keys.slice(0, MAX_CHOICES).flatMap((key) => fixValue(`Use ${key.arn}`, policy, pattern.text, key.arn));
  }
  const possible = regions.filter((region) => hasConsistentPartition({ ...arn, region }));
  return possible.slice(0, MAX_CHOICES).flatMap((region) => {
    // Whether another replica exists is known only from the workspace.
    const exists = id === undefined || world.keysByArn.has(formatArn({ ...arn, region }));
    const options = { preferred: possible.length === 1 && exists };
    return fixArnField(`Replace ${arn.region} with ${region}`, policy, pattern.text, arn, 'region', region, options);
  });
}
