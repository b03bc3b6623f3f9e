import { EXT, externalStatement, identityPolicy, keyArn, keyPolicy, OWN, roleArn, rootArn, uuid } from './policies';
import type { WorldFiles } from './world';

export interface SyntheticSize {
  readonly keys: number;
  readonly identities: number;
  /** How the policies are linked: by a manifest, or by the accounts, Regions, key ids and roles in their paths. */
  readonly links: 'declared' | 'path';
  /** The workspace folder's path; `w` when left out. */
  readonly folder?: string;
}

const REGIONS = ['us-west-2', 'us-east-1', 'eu-central-1', 'eu-west-1', 'ap-northeast-1'];

/**
 * A workspace of two accounts: key policies that let the consumer's account or two of its roles in, and identity policies
 * that use three keys each. Deterministic.
 */
export function syntheticFiles({ keys, identities, links, folder = 'w' }: SyntheticSize): WorldFiles {
  const files: Record<string, object> = {};
  for (let i = 0; i < keys; i++) files[`${folder}/${keyPath(i, links)}`] = syntheticKeyPolicy(i, identities);
  for (let i = 0; i < identities; i++) files[`${folder}/${identityPath(i, links)}`] = syntheticIdentityPolicy(i, keys);
  if (links === 'declared') files[`${folder}/kms-handshake.json`] = manifest(keys, identities);
  return files;
}

function manifest(keys: number, identities: number): object {
  return {
    keys: Array.from({ length: keys }, (_, i) => ({ arn: syntheticKeyArn(i), policy: keyPath(i, 'declared') })),
    identities: Array.from({ length: identities }, (_, i) => ({ arn: roleArn(`Role${i}`), policies: [identityPath(i, 'declared')] })),
  };
}

export function syntheticKeyArn(i: number): string {
  return keyArn(uuid(i), REGIONS[i % REGIONS.length]);
}

export function keyPath(i: number, links: SyntheticSize['links']): string {
  return links === 'declared' ? `producer/key-${i}.json` : `${OWN}/${REGIONS[i % REGIONS.length] ?? ''}/${uuid(i)}/key-policy.json`;
}

export function identityPath(i: number, links: SyntheticSize['links']): string {
  return links === 'declared' ? `consumer/role-${i}.json` : `${EXT}/role/Role${i}/kms.json`;
}

function syntheticKeyPolicy(i: number, identities: number): object {
  const users = i % 3 === 0 ? rootArn(EXT) : [roleArn(`Role${i % identities}`), roleArn(`Role${(i + 1) % identities}`)];
  const administrators = {
    Sid: 'Allow access for key administrators', Effect: 'Allow', Principal: { AWS: roleArn('Admin', OWN) }, Resource: '*',
    Action: ['kms:Create*', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*', 'kms:Revoke*', 'kms:Disable*', 'kms:Get*', 'kms:Delete*', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
  };
  const grants = {
    Sid: 'Allow attachment of persistent resources', Effect: 'Allow', Principal: { AWS: users }, Resource: '*',
    Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  };
  return keyPolicy(OWN, administrators, externalStatement(users), grants);
}

function syntheticIdentityPolicy(i: number, keys: number): object {
  return identityPolicy([0, 1, 2].map((step) => syntheticKeyArn((i + step * 7) % keys)), ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey']);
}
