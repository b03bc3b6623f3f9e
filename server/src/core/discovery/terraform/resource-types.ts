import type { ModuleBlock } from './module';

/** The resources that make keys. */
const KEY_TYPES: ReadonlySet<string> = new Set(['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key',
  'aws_kms_replica_external_key']);

export function isKeyResource({ type, isData }: ModuleBlock): boolean {
  return !isData && KEY_TYPES.has(type);
}

export type IdentityTypeWord = 'role' | 'user' | 'group';

const IDENTITY_KINDS: ReadonlyMap<string, IdentityTypeWord> = new Map([
  ['aws_iam_role', 'role'], ['aws_iam_user', 'user'], ['aws_iam_group', 'group'],
]);

/** What a resource or data source is, where it is an identity. */
export function identityKindOf({ type }: ModuleBlock): IdentityTypeWord | undefined {
  return IDENTITY_KINDS.get(type);
}
