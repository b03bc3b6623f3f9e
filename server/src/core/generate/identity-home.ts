import type { LocatedPolicy } from '../locate/located';
import type { Key, World } from '../workspace/world';
import { dealsWithKey } from './halves';
import type { Party } from './party';

/** The policies of a party, sorted by what a generated half may do with them. */
export interface IdentityHome {
  /** What these allow need not be written again. */
  readonly counting: readonly LocatedPolicy[];
  /** The one to extend; undefined when a new file is better. */
  readonly extend: LocatedPolicy | undefined;
}

/**
 * For a user, role or group: the policy that is attached to it alone and deals with the key already, else one that nobody
 * is known to have and deals with the key (an earlier, not yet attached result), else a plain document that is attached to
 * it alone. For an account: a policy of the account that deals with the key.
 */
export function identityHome(world: World, party: Party, key: Key): IdentityHome {
  const own = party.kind === 'account' ? policiesOfAccount(world, party) : party.identity.policies;
  const loose = looseDealing(world, party, key);
  const alone = own.filter((policy) => party.kind === 'account' || isAttachedToOne(world, policy));
  const extend = alone.find((policy) => deals(policy, key)) ?? loose.find((policy) => deals(policy, key))
    ?? (party.kind === 'account' ? undefined : alone.find(isPlainDocument));
  if (party.kind !== 'account') return { counting: [...own, ...loose], extend };
  // No two identities of an account share their policies: only what one policy says together counts.
  return { counting: extend ? [extend] : [], extend };
}

function policiesOfAccount(world: World, party: Party): LocatedPolicy[] {
  const identities = world.identities.filter((identity) => identity.account === party.account);
  return [...new Set(identities.flatMap((identity) => identity.policies))];
}

/** Policies that deal with the key and are attached to nobody known by name: the party may be who they are for. */
function looseDealing(world: World, party: Party, key: Key): LocatedPolicy[] {
  return [...world.identitiesOf]
    .filter(([policy, identities]) => policy.policy.kind === 'identity' && deals(policy, key) && identities.every((identity) =>
      (identity.arn === undefined || identity.arn === party.arn && !identity.link.certain)
      && (identity.account === undefined || identity.account === party.account)))
    .map(([policy]) => policy);
}

function isAttachedToOne(world: World, policy: LocatedPolicy): boolean {
  const identities = world.identitiesOf.get(policy) ?? [];
  return identities.length === 1 && identities[0]?.link.certain === true;
}

function deals(policy: LocatedPolicy, key: Key): boolean {
  return !policy.policy.fragment && policy.policy.statements.some((statement) => dealsWithKey(statement, key));
}

function isPlainDocument(policy: LocatedPolicy): boolean {
  return policy.pointer === '' && !policy.policy.fragment && policy.policy.statementMember !== undefined;
}
