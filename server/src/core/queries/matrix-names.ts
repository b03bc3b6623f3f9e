import { addressFragment } from '../discovery/policy-address';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import type { LocationLabels } from './location-labels';

/** The ARN; where only the account is known its root ARN, where nothing is known the policy: `unattached:consumer/app.json`. */
export function matrixIdentityName({ arn, account, partition, policies }: Identity, file: LocationLabels['file']): string {
  if (arn !== undefined) return arn;
  if (account !== undefined) return `arn:${partition ?? 'aws'}:iam::${account}:root`;
  const [policy] = policies;
  return policy ? `unattached:${policyPathWithPointer(policy, file)}` : 'unattached';
}

/** The ARN, or, where the key is not known, its policy: `unlinked:dump.json#/Keys/0/Policy`. */
export function matrixKeyName({ arn, policy, account }: Key, file: LocationLabels['file']): string {
  if (arn !== undefined) return arn;
  return policy ? `unlinked:${policyPathWithPointer(policy, file)}` : `unknown key of ${account ?? 'an unknown account'}`;
}

function policyPathWithPointer({ uri, address }: DiscoveredPolicy, file: LocationLabels['file']): string {
  return file(uri) + addressFragment(address);
}
