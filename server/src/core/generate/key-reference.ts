import { parseKeyArn } from '../aws/key-arn';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { placeholderMarker } from './placeholder-marker';

/** A key of which nothing is known. */
export const UNKNOWN_KEY: Key = {
  id: '', arn: undefined, partition: undefined, region: undefined, account: undefined, keyId: undefined, policy: undefined, link: undefined,
  aliases: [], aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
};

/**
 * The key's full ARN: what an identity policy has to name (KMS Developer Guide, specifying KMS keys in IAM policy statements). What is not
 * known of it is a placeholder.
 *
 * @param partition of whoever uses the key, in case the key's own is not known
 */
export function keyArnWithPlaceholders(key: Key, partition: string | undefined): string {
  if (key.arn !== undefined) return key.arn;
  const { region = placeholderMarker('REGION'), account = placeholderMarker('KEY_ACCOUNT_ID'), keyId = placeholderMarker('KEY_ID') } = key;
  return `arn:${key.partition ?? partition ?? partitionOfPrincipals(key) ?? 'aws'}:kms:${region}:${account}:key/${keyId}`;
}

/** No access crosses partitions (docs/aws-rules.md 2.3): a key policy is in that of the principals that it names. */
function partitionOfPrincipals({ policy }: Key): string | undefined {
  const principals = policy?.policy.statements.flatMap(({ principal }) => principal?.principals ?? []) ?? [];
  const [first, ...others] = new Set(principals.flatMap(({ partition }) => partition ?? []));
  return others.length > 0 ? undefined : first;
}

/** The workspace's record of the key, or one made of the ARN alone; undefined when the text is not the ARN of one key. */
export function findKeyByArn(world: World, arn: string): Key | undefined {
  const keys = world.keysByArn.get(arn) ?? [];
  const key = keys.find(({ policy }) => policy) ?? keys[0];
  const parts = parseKeyArn(arn);
  return key ?? (parts && { ...UNKNOWN_KEY, id: arn, arn, ...parts });
}

/** "key 1234abcd-… of account 111122223333", with as much of it as is known. */
export function describeKey(key: Key): string {
  const name = key.keyId === undefined ? 'the key' : `key ${key.keyId}`;
  return key.account === undefined ? name : `${name} of account ${key.account}`;
}
