import { encodeWildcards } from '../../access/pattern-encoding';
import { matchPattern } from '../../access/pattern-matching';
import { expandAction, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { formatArn, type Arn } from '../../aws/arn';
import { isMultiRegionId } from '../../aws/key-arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import { hasSubstitutedPlaceholder } from '../../policy/policy-string';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import type { IdentitySubject } from '../rule';
import { replaceArnField } from './arn-fields';
import { kmsActionsOf } from './key-access-requests';
import { hasConsistentPartition, isUnknownRegion } from './malformed-key-arns';
import { literalKeyIdOf, wrongFieldOfKeyArn } from './resource-specificity';
import { keysGrantedTo, MAX_CHOICES } from './workspace-keys';
import { resourceFault } from './value-faults';

/** A Resource value for keys that are in none of the Regions where the identity's resources lie. */
export interface KeyInOtherRegion {
  readonly policy: DiscoveredPolicy;
  readonly pattern: ResourcePattern;
  readonly arn: Arn;
  /** The Region of the key: as written, or where that is a pattern, of the key itself. */
  readonly region: string;
  /** The key that told the Region. */
  readonly key: Key | undefined;
}

/** What services do with a key for the resources that they hold: nobody signs or verifies for a bucket. */
const RESOURCE_ENCRYPTION_ACTIONS: ActionSet = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant']
  .reduce((set, action) => set | expandAction(action), NO_ACTIONS);

/**
 * The values of the identity's Allow statements that no service can use a key by, which holds the identity's resources:
 * services call KMS in their own Region (docs/aws-rules.md 6.1). Values that miss their key anyhow are left out.
 */
export function* keysInOtherRegions({ identity, pairs }: IdentitySubject): Iterable<KeyInOtherRegion> {
  const regions = identity.resourceRegions?.map(({ region }) => region) ?? [];
  if (regions.length === 0) return;
  const keys = pairs.map(({ key }) => key).filter((key) => key.policy !== undefined);
  for (const policy of identity.policies) {
    if (policy.policy.kind !== 'identity') continue;
    for (const statement of policy.policy.statements) {
      if (statement.effect !== 'Allow' || statement.resource?.negated !== false || (kmsActionsOf(statement) & RESOURCE_ENCRYPTION_ACTIONS) === NO_ACTIONS) continue;
      for (const pattern of statement.resource.patterns) {
        const far = keyInOtherRegion(pattern, statement, regions, keys);
        if (far) yield { policy, pattern, ...far };
      }
    }
  }
}

function keyInOtherRegion(pattern: ResourcePattern, statement: Statement, regions: readonly string[], keys: readonly Key[]): Omit<KeyInOtherRegion, 'policy' | 'pattern'> | undefined {
  const { form, arn } = pattern;
  if (form !== 'key' || !arn || arn.region.includes('${') || isUnknownRegion(arn) || resourceFault(pattern, statement) !== undefined || !hasConsistentPartition(arn)) return undefined;
  const id = literalKeyIdOf(pattern);
  const ofId = keys.filter((key) => id !== undefined && key.keyId === id);
  // That the ARN is of another place than its key is said first.
  if (ofId.length > 0 && ofId.every((key) => wrongFieldOfKeyArn(pattern, key) !== undefined)) return undefined;
  if (!regions.some((region) => matchPattern(encodeWildcards(arn.region), region) !== 'no')) return { arn, region: arn.region, key: undefined };
  // All replicas of a multi-Region key have one id: a pattern of Regions is how to name them.
  const key = id === undefined || isMultiRegionId(id) ? undefined : ofId.find((one) => one.region !== undefined && !regions.includes(one.region));
  return key?.region === undefined ? undefined : { arn, region: key.region, key };
}

/**
 * Where no single key is meant, or a multi-Region key, the Region of the resources in place of the written one; else a key
 * there whose policy lets the identity in.
 */
export function fixesOfKeyInOtherRegion({ policy, pattern, arn }: KeyInOtherRegion, identity: Identity, world: World): Fix[] {
  const { text: policyString } = pattern;
  if (hasSubstitutedPlaceholder(policyString)) return [];
  const regions = (identity.resourceRegions ?? []).map(({ region }) => region);
  const id = literalKeyIdOf(pattern);
  if (id !== undefined && !isMultiRegionId(id)) {
    const there = keysGrantedTo(world, [identity]).filter((key) => key.region !== undefined && regions.includes(key.region));
    return there.slice(0, MAX_CHOICES).map((key) => fixPolicy(`Use ${key.arn}`, policy, [{ edit: 'replace', node: policyString.node, value: key.arn }]));
  }
  const possible = regions.filter((region) => hasConsistentPartition({ ...arn, region }));
  return possible.slice(0, MAX_CHOICES).flatMap((region) => {
    const edit = replaceArnField(policyString, arn, 'region', region);
    // Only a replica that the workspace knows of is there for certain.
    const exists = id === undefined || world.keysByArn.has(formatArn({ ...arn, region }));
    return edit ? [fixPolicy(`Replace ${arn.region} with ${region}`, policy, [edit], { preferred: possible.length === 1 && exists })] : [];
  });
}
