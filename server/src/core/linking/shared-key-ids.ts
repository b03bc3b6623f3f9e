import { isMultiRegionId } from '../aws/key-arn';
import type { SharedKeyIdDraft } from './drafts';
import { placesOf, type Known, type LinkInput } from './link-index';
import type { KeyName } from './names';

const FIELDS = ['partition', 'region', 'account'] as const;

/** UUID key ids that stand in more than one ARN. The replicas of a multi-Region key share their id, other keys never do. */
export function sharedKeyIds({ keysById }: Known, input: LinkInput): SharedKeyIdDraft[] {
  const shared: SharedKeyIdDraft[] = [];
  for (const [keyId, keys] of keysById.several) {
    if (isReplicaSet(keyId, keys)) continue;
    const differs = FIELDS.filter((field) => keys.some((key) => key[field] !== keys[0]?.[field]));
    shared.push({ keyId, differs, arns: keys.map(({ arn }) => ({ arn, places: placesOf(arn, input) })) });
  }
  return shared;
}

/** Replicas stay in the account and partition of their primary (docs/aws-rules.md 6.2). */
function isReplicaSet(keyId: string, keys: readonly KeyName[]): boolean {
  return isMultiRegionId(keyId) && keys.every((key) => key.account === keys[0]?.account && key.partition === keys[0].partition);
}
