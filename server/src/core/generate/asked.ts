import { actionNamed, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { UseCase } from '../aws/use-cases';
import type { LocatedPolicy } from '../locate/located';
import type { Key, World } from '../workspace/world';
import { allowedByIdentityPolicy, namedActions, SHAREABLE_ACTIONS } from './halves';
import { gatherNeeds, narrowed, type Need } from './need';
import type { Party } from './party';
import { keyPolicyNeeds, withGrantCondition } from './use-case';

const CREATE_GRANT: ActionSet = actionNamed('kms:CreateGrant')?.bit ?? NO_ACTIONS;
/** Conditions that say which grants: what limits them already needs no further limit. */
const LIMITS_GRANTS = /^kms:(grant|retiring|encryptioncontext|viaservice)/i;

/** What the identity policy asks of the key by name, as needs of the key policy. */
export function askedOfKey(policy: LocatedPolicy, key: Key, party: Party, organizations: World['organizations']): Need[] {
  const shares = allowedByIdentityPolicy(policy, key, party, organizations);
  return limitGrants(gatherNeeds(shares.map(({ statement, need }) => ({ ...need, actions: need.actions & namedActions(statement) & SHAREABLE_ACTIONS }))));
}

/** What a use case needs of the key policy for the consumer's identities, in place of what a policy asks. */
export function useCaseNeeds(useCase: UseCase): Need[] {
  // A service that calls as itself gets a statement of its own; the identities get what they need beside it.
  const row = keyPolicyNeeds(useCase.servicePrincipal === undefined ? useCase : { ...useCase, keyPolicyActions: useCase.consumerActions });
  return narrowed(row.grants ? [row.direct, row.grants] : [row.direct], SHAREABLE_ACTIONS);
}

/**
 * Who may make grants can hand the key on to anybody. Where the identity policy does not limit its grants, the key policy
 * limits them to those that AWS services make, as the console does for other accounts (KMS Developer Guide, default key
 * policy, key users).
 */
function limitGrants(needs: readonly Need[]): Need[] {
  return gatherNeeds(needs.flatMap((need) => {
    if ((need.actions & CREATE_GRANT) === NO_ACTIONS || need.conditions.some(({ key }) => LIMITS_GRANTS.test(key))) return [need];
    return [...narrowed([need], ~CREATE_GRANT), { ...need, actions: CREATE_GRANT, conditions: withGrantCondition(need) }];
  }));
}
