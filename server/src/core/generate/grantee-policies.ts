import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { namesKeyInResource, type AccessSubject } from './statement-permissions';

/** The policies of a grantee, by what a generated policy may do with them. */
export interface GranteePolicies {
  /** What these allow need not be written again. */
  readonly relevantPolicies: readonly DiscoveredPolicy[];
  /** Undefined when a new file is better. */
  readonly policyToExtend: DiscoveredPolicy | undefined;
}

/**
 * The policy to extend is, for a user, role or group, the policy that is attached to it alone and names the key already, else one that is
 * attached to nobody known and names the key (an earlier result), else a plain document that is attached to it alone. For an account it is
 * a policy of the account that names the key.
 */
export function policiesOfGrantee(subject: AccessSubject): GranteePolicies {
  const { world, grantee, key } = subject;
  const namesKey = (policy: DiscoveredPolicy): boolean => isPolicyForKey(policy, key);
  const unattached = unattachedPoliciesForKey(subject);
  if (grantee.kind === 'account') {
    const identities = world.identities.filter((identity) => identity.account === grantee.account);
    const policyToExtend = [...identities.flatMap((identity) => identity.policies), ...unattached].find(namesKey);
    // No two identities of an account share their policies: only what one policy allows by itself counts.
    return { relevantPolicies: policyToExtend ? [policyToExtend] : [], policyToExtend };
  }
  const { policies } = grantee.identity;
  const unshared = policies.filter((policy) => isAttachedToSingleIdentity(world, policy));
  return { relevantPolicies: [...policies, ...unattached],
    policyToExtend: [...unshared, ...unattached].find(namesKey) ?? unshared.find(isStandaloneDocument) };
}

/** Policies that name the key and are attached to nobody known by name: they may be meant for the grantee. */
function unattachedPoliciesForKey({ world, grantee, key }: AccessSubject): DiscoveredPolicy[] {
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

function isPolicyForKey({ policy }: DiscoveredPolicy, key: Key): boolean {
  return !policy.isFragment && policy.statements.some((statement) => namesKeyInResource(statement, key));
}

function isStandaloneDocument({ address, policy }: DiscoveredPolicy): boolean {
  return address.kind === 'document' && !policy.isFragment && policy.statementMember !== undefined;
}
