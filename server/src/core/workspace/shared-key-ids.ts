import { isMultiRegionId } from '../aws/key-arn';
import type { SharedKeyIdDraft } from './drafts';
import type { Known, KnownKey } from './known';

const FIELDS = ['partition', 'region', 'account'] as const;

/** UUID key ids that stand in more than one ARN. The replicas of a multi-Region key share their id, other keys never do. */
export function sharedKeyIds({ keysById }: Known): SharedKeyIdDraft[] {
  const shared: SharedKeyIdDraft[] = [];
  for (const [keyId, keys] of keysById) {
    const differs = FIELDS.filter((field) => keys.some((key) => key[field] !== keys[0]?.[field]));
    if (keys.length < 2 || isReplicaSet(keyId, keys)) continue;
    shared.push({ keyId, differs, arns: keys.map(({ arn, places }) => ({ arn, places })) });
  }
  return shared;
}

/** Replicas stay in the account and partition of their primary (reference, section 6). */
function isReplicaSet(keyId: string, keys: readonly KnownKey[]): boolean {
  return isMultiRegionId(keyId) && keys.every((key) => key.account === keys[0]?.account && key.partition === keys[0].partition);
}
