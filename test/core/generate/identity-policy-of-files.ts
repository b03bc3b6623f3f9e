import { generateIdentityPolicy, type IdentityPolicyRequest } from '../../../server/src/core/generate/identity-policy';
import { done, type Files, manifest, open, pathOf, statementsOf } from './support';
import { ownerKeyPolicy, ROLE_ARN } from '../../support/fixtures';

export const KEY_USER = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
export const FOR_AWS = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };

export function workspace(...statements: readonly object[]): Files {
  return { 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(...statements) };
}

export function generate(files: Files, more: Partial<IdentityPolicyRequest> = {}) {
  const { world, key } = open(files);
  return generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, ...more });
}

export function pathsOf({ changes }: { readonly changes: readonly { readonly uri: string }[] }): string[] {
  return changes.map(({ uri }) => pathOf(uri));
}

export function statements(files: Files, more: Partial<IdentityPolicyRequest> = {}) {
  return statementsOf(done(generate(files, more)));
}
