import type { Arn } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { hasSubstitutedPlaceholder, type PolicyString } from '../../policy/policy-string';
import { valueSpan } from '../../syntax/tree';
import type { Span } from '../../text/span';
import { fixValue, type FixOptions, type Fix } from './fix';

/** The fields of an ARN that locate a key, in the order in which a wrong one is reported as the cause (docs/aws-rules.md 8.1). */
export const ARN_LOCATION_FIELDS = ['partition', 'account', 'region'] as const;
export type ArnLocationField = (typeof ARN_LOCATION_FIELDS)[number];

/** The span of a field; of the whole value where a declared placeholder value stands in it. `arn` is the ARN parsed from the value. */
export function arnFieldSpan(policyString: PolicyString, arn: Arn, field: ArnLocationField): Span {
  if (hasSubstitutedPlaceholder(policyString)) return policyString.node.content;
  const start = fieldStart(arn, field);
  return valueSpan(policyString.node, start, start + arn[field].length);
}

export function fixArnField(
  title: string, policy: DiscoveredPolicy, policyString: PolicyString, arn: Arn, field: ArnLocationField, value: string,
  options: FixOptions = {},
): Fix[] {
  const start = fieldStart(arn, field);
  const changed = policyString.value.slice(0, start) + value + policyString.value.slice(start + arn[field].length);
  return fixValue(title, policy, policyString, changed, options);
}

function fieldStart({ partition, service, region }: Arn, field: ArnLocationField): number {
  const partitionStart = 'arn:'.length;
  const regionStart = partitionStart + partition.length + 1 + service.length + 1;
  return { partition: partitionStart, region: regionStart, account: regionStart + region.length + 1 }[field];
}
