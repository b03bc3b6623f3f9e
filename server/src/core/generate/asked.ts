import type { UseCase } from '../aws/use-cases';
import type { LocatedPolicy } from '../locate/located';
import type { Key, World } from '../workspace/world';
import { splitGrants } from './grants';
import { allowedByIdentityPolicy, namedActions, SHAREABLE_ACTIONS } from './halves';
import { gatherNeeds, narrowed, type Need } from './need';
import type { Party } from './party';
import { keyPolicyNeeds, type GranteeAccount } from './use-case';

/** What the identity policy asks of the key by name, as needs of the key policy. */
export function askedOfKey(policy: LocatedPolicy, key: Key, party: Party, organizations: World['organizations']): Need[] {
  const shares = allowedByIdentityPolicy(policy, key, party, organizations);
  return gatherNeeds(splitGrants(shares.map(({ statement, need }) => ({ ...need, actions: need.actions & namedActions(statement) & SHAREABLE_ACTIONS }))));
}

/**
 * What a use case needs of the key policy for the consumer's identities, in place of what a policy asks.
 *
 * @param grantees the consumer's accounts, where a person there makes the grants that the use case needs
 */
export function useCaseNeeds(useCase: UseCase, grantees: readonly GranteeAccount[] = []): Need[] {
  // A service that calls as itself gets a statement of its own; the identities get what they need beside it.
  const row = keyPolicyNeeds(useCase.servicePrincipal === undefined ? useCase : { ...useCase, keyPolicyActions: useCase.consumerActions }, grantees);
  return narrowed(splitGrants(row.grants ? [row.direct, row.grants] : [row.direct]), SHAREABLE_ACTIONS);
}
