import { isMultiRegionId } from '../aws/key-arn';
import type { SharedKeyIdDraft } from './drafts';
import { anchorsOfKeyArn, type LinkIndex, type LinkInput } from './link-index';
import type { ParsedKeyArn } from './names';

const COMPARED_ARN_FIELDS = ['partition', 'region', 'account'] as const;

/** UUID key ids that stand in more than one ARN. The replicas of a multi-Region key share their id, other keys never do. */
export function findSharedKeyIds({ keysById }: LinkIndex, input: LinkInput): SharedKeyIdDraft[] {
  const shared: SharedKeyIdDraft[] = [];
  for (const [keyId, keys] of keysById.repeatedValues) {
    if (areMultiRegionReplicas(keyId, keys)) continue;
    const differs = COMPARED_ARN_FIELDS.filter((field) => keys.some((key) => key[field] !== keys[0]?.[field]));
    shared.push({ keyId, differingFields: differs, arns: keys.map(({ arn }) => ({ arn, places: anchorsOfKeyArn(arn, input) })) });
  }
  return shared;
}

/** Replicas stay in the account and partition of their primary (docs/aws-rules.md 6.2). */
function areMultiRegionReplicas(keyId: string, keys: readonly ParsedKeyArn[]): boolean {
  return isMultiRegionId(keyId) && keys.every((key) => key.account === keys[0]?.account && key.partition === keys[0].partition);
}
