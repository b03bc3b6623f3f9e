import { KEY_USER_ACTIONS } from '../../server/src/core/aws/use-cases';
import {
  CONSUMER, identityPolicyAllow, keyArn, keyIdFromNumber, keyPolicyAllow, OWNER, ownerKeyPolicy, policyDocument, roleArn, rootArn,
} from './fixtures';
import type { FolderFiles } from './world-of-files';

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
 * A workspace of two accounts: key policies that let the consumer's account or some of its roles in, and identity policies
 * that use three keys each. Most of it fits. Deterministic.
 */
export function syntheticFiles({ keys, identities, links, folder = 'w' }: SyntheticSize): FolderFiles {
  const files: Record<string, object> = {};
  for (let i = 0; i < keys; i++) files[`${folder}/${keyPath(i, links)}`] = syntheticKeyPolicy(i, identities);
  for (let i = 0; i < identities; i++) files[`${folder}/${identityPath(i, links)}`] = syntheticIdentityPolicy(i, keys);
  if (links === 'declared') files[`${folder}/kms-handshake.json`] = manifest(keys, identities);
  return files;
}

function manifest(keys: number, identities: number): object {
  return {
    keys: Array.from({ length: keys }, (_, i) => ({ arn: syntheticKeyArn(i), policy: keyPath(i, 'declared') })),
    identities: Array.from({ length: identities },
      (_, i) => ({ arn: roleArn(CONSUMER, `Role${i}`), policies: [identityPath(i, 'declared')] })),
  };
}

export function syntheticKeyArn(i: number): string {
  return keyArn(keyIdFromNumber(i), REGIONS[i % REGIONS.length]);
}

export function keyPath(i: number, links: SyntheticSize['links']): string {
  return links === 'declared'
    ? `producer/key-${i}.json`
    : `${OWNER}/${REGIONS[i % REGIONS.length] ?? ''}/${keyIdFromNumber(i)}/key-policy.json`;
}

export function identityPath(i: number, links: SyntheticSize['links']): string {
  return links === 'declared' ? `consumer/role-${i}.json` : `${CONSUMER}/role/Role${i}/kms.json`;
}

/** Each role uses three keys. */
const STEPS = [0, 7, 14];

/** A third of the keys is open to the whole account, the others to the roles that use them; one in ten forgets a role. */
function syntheticKeyPolicy(i: number, identities: number): object {
  const roles = STEPS.map((step) => roleArn(CONSUMER, `Role${(i - step + identities) % identities}`));
  const users = i % 3 === 0 ? rootArn(CONSUMER) : i % 10 === 1 ? roles.slice(1) : roles;
  const administrators = {
    Sid: 'Allow access for key administrators',
    Effect: 'Allow',
    Principal: { AWS: roleArn(OWNER, 'Admin') },
    Resource: '*',
    Action: ['kms:Create*', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*', 'kms:Revoke*', 'kms:Disable*',
      'kms:Get*', 'kms:Delete*', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
  };
  const grants = {
    Sid: 'Allow attachment of persistent resources', Effect: 'Allow', Principal: { AWS: users }, Resource: '*',
    Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  };
  const use = { Sid: 'Allow an external account to use this key', ...keyPolicyAllow(users, KEY_USER_ACTIONS) };
  return ownerKeyPolicy(administrators, use, grants);
}

function syntheticIdentityPolicy(i: number, keys: number): object {
  const actions = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  const keyArns = STEPS.map((step) => syntheticKeyArn((i + step) % keys));
  return policyDocument({ Sid: 'UseKey', ...identityPolicyAllow(actions, { Resource: keyArns }) });
}
