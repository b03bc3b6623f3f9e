import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { namesKeyInResource } from './statement-permissions';
import type { Grantee } from './grantee';

/** The policies of a party, sorted by what a generated half may do with them. */
export interface GranteePolicies {
  /** What these allow need not be written again. */
  readonly relevantPolicies: readonly DiscoveredPolicy[];
  /** The one to extend; undefined when a new file is better. */
  readonly policyToExtend: DiscoveredPolicy | undefined;
}

/**
 * For a user, role or group: the policy that is attached to it alone and deals with the key already, else one that nobody
 * is known to have and deals with the key (an earlier, not yet attached result), else a plain document that is attached to
 * it alone. For an account: a policy of the account that deals with the key.
 */
export function policiesOfGrantee(world: World, grantee: Grantee, key: Key): GranteePolicies {
  const own = grantee.kind === 'account' ? policiesOfAccount(world, grantee) : grantee.identity.policies;
  const loose = unattachedPoliciesForKey(world, grantee, key);
  const alone = own.filter((policy) => grantee.kind === 'account' || isAttachedToSingleIdentity(world, policy));
  const extend = alone.find((policy) => isPolicyForKey(policy, key)) ?? loose.find((policy) => isPolicyForKey(policy, key))
    ?? (grantee.kind === 'account' ? undefined : alone.find(isStandaloneDocument));
  if (grantee.kind !== 'account') return { relevantPolicies: [...own, ...loose], policyToExtend: extend };
  // No two identities of an account share their policies: only what one policy says together counts.
  return { relevantPolicies: extend ? [extend] : [], policyToExtend: extend };
}

function policiesOfAccount(world: World, grantee: Grantee): DiscoveredPolicy[] {
  const identities = world.identities.filter((identity) => identity.account === grantee.account);
  return [...new Set(identities.flatMap((identity) => identity.policies))];
}

/** Policies that deal with the key and are attached to nobody known by name: the party may be who they are for. */
function unattachedPoliciesForKey(world: World, grantee: Grantee, key: Key): DiscoveredPolicy[] {
  return [...world.identitiesByPolicy]
    .filter(([policy, identities]) => policy.policy.kind === 'identity' && isPolicyForKey(policy, key) && identities.every((identity) =>
      (identity.arn === undefined || identity.arn === grantee.arn && !identity.link.certain)
      && (identity.account === undefined || identity.account === grantee.account)))
    .map(([policy]) => policy);
}

function isAttachedToSingleIdentity(world: World, policy: DiscoveredPolicy): boolean {
  const identities = world.identitiesByPolicy.get(policy) ?? [];
  return identities.length === 1 && identities[0]?.link.certain === true;
}

function isPolicyForKey(policy: DiscoveredPolicy, key: Key): boolean {
  return !policy.policy.isFragment && policy.policy.statements.some((statement) => namesKeyInResource(statement, key));
}

function isStandaloneDocument(policy: DiscoveredPolicy): boolean {
  return policy.address.kind === 'document' && !policy.policy.isFragment && policy.policy.statementMember !== undefined;
}
