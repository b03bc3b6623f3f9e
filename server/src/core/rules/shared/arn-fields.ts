import type { Arn } from '../../aws/arn';
import { hasSubstitutedPlaceholder, type PolicyString } from '../../policy/policy-string';
import type { TreeEdit } from '../../syntax/tree-edit';
import { valueSpan } from '../../syntax/tree';
import type { Span } from '../../text/span';

/** The fields of an ARN that say where a key lives, in the order in which a wrong one is the cause (docs/aws-rules.md 8.1). */
export const ARN_LOCATION_FIELDS = ['partition', 'account', 'region'] as const;
export type ArnLocationField = (typeof ARN_LOCATION_FIELDS)[number];

/** `arn` is the one read from `text`: its fields are as written. */
export function arnFieldSpan(policyString: PolicyString, arn: Arn, field: ArnLocationField): Span {
  // What a declared placeholder says has no place of its own in the text.
  if (hasSubstitutedPlaceholder(policyString)) return policyString.node.content;
  const start = fieldStart(arn, field);
  return valueSpan(policyString.node, start, start + arn[field].length);
}

/** Writes another value into one field of the ARN; undefined where the text is filled from declared placeholders, which are not here to edit. */
export function replaceArnField(policyString: PolicyString, arn: Arn, field: ArnLocationField, value: string): TreeEdit | undefined {
  if (hasSubstitutedPlaceholder(policyString)) return undefined;
  const start = fieldStart(arn, field);
  const changed = policyString.value.slice(0, start) + value + policyString.value.slice(start + arn[field].length);
  return { edit: 'replace', node: policyString.node, value: changed };
}

function fieldStart(arn: Arn, field: ArnLocationField): number {
  const afterPartition = 'arn:'.length + arn.partition.length + 1;
  const afterService = afterPartition + arn.service.length + 1;
  if (field === 'partition') return 'arn:'.length;
  return field === 'region' ? afterService : afterService + arn.region.length + 1;
}
