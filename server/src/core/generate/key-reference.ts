import { parseKeyArn } from '../aws/key-arn';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { placeholderMarker } from './placeholder-marker';

/**
 * The key's full ARN: what an identity policy has to name (KMS Developer Guide, specifying KMS keys in IAM policy
 * statements). Parts that nobody knows are placeholders.
 *
 * @param partition of whoever uses the key, in case the key's own is not known
 */
export function keyArnWithPlaceholders(key: Key, partition: string | undefined): string {
  if (key.arn !== undefined) return key.arn;
  const region = key.region ?? placeholderMarker('REGION');
  const account = key.account ?? placeholderMarker('KEY_ACCOUNT_ID');
  return `arn:${key.partition ?? partition ?? partitionOfPrincipals(key) ?? 'aws'}:kms:${region}:${account}:key/${
    key.keyId ?? placeholderMarker('KEY_ID')
  }`;
}

/** Nothing is shared between partitions (docs/aws-rules.md 2.3): a key policy is in that of the principals that it names. */
function partitionOfPrincipals({ policy }: Key): string | undefined {
  const named =
    policy?.policy.statements.flatMap(({ principal }) => principal?.principals ?? []).flatMap(({ partition }) => partition ?? []) ?? [];
  const [only, ...others] = new Set(named);
  return others.length > 0 ? undefined : only;
}

/** The workspace's record of the key, or one made of the ARN alone; undefined when the text is no ARN of one key. */
export function findKeyByArn(world: World, arn: string): Key | undefined {
  const known = world.keysByArn.get(arn);
  if (known?.[0]) return known.find((key) => key.policy) ?? known[0];
  const parts = parseKeyArn(arn);
  if (!parts) return undefined;
  return {
    id: arn, arn, ...parts, policy: undefined, link: undefined, aliases: [], aliasesComplete: false, keySpec: undefined,
    keyUsage: undefined,
    multiRegion: undefined, grants: [], awsManaged: false,
  };
}

/** "key 1234abcd-… of account 111122223333", with as much of it as is known. */
export function describeKey(key: Key): string {
  const name = key.keyId === undefined ? 'the key' : `key ${key.keyId}`;
  return key.account === undefined ? name : `${name} of account ${key.account}`;
}
