import type { LocatedPolicy } from '../locate/located';
import type { Identity, Key } from '../workspace/world';
import type { Places } from './places';

/** The ARN; where only the account is known its root ARN, where nothing is known the policy: `unattached:consumer/app.json`. */
export function identityName({ arn, account, partition, policies }: Identity, file: Places['file']): string {
  if (arn !== undefined) return arn;
  if (account !== undefined) return `arn:${partition ?? 'aws'}:iam::${account}:root`;
  const [policy] = policies;
  return policy ? `unattached:${policyName(policy, file)}` : 'unattached';
}

/** The ARN, or, where the key is not known, its policy: `unlinked:dump.json#/Keys/0/Policy`. */
export function keyName({ arn, policy, account }: Key, file: Places['file']): string {
  if (arn !== undefined) return arn;
  return policy ? `unlinked:${policyName(policy, file)}` : `unknown key of ${account ?? 'an unknown account'}`;
}

function policyName({ uri, pointer }: LocatedPolicy, file: Places['file']): string {
  return `${file(uri)}${pointer === '' ? '' : `#${pointer}`}`;
}
