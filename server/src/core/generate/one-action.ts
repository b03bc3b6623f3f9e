import { IAM_ONLY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionInfo } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { Key, World } from '../workspace/world';
import { sidFor as consumerSid } from './consumer';
import { refusal, type Counterpart, type Refusal } from './counterpart';
import { declarationOf } from './declare';
import { counterpartOf } from './finish';
import { allowedByIdentityPolicy, dealsWithKey, deniedByIdentityPolicies, deniedByKeyPolicy, givenByKeyPolicy, namesExactly, type Share } from './halves';
import { keyArnOf, sayKey } from './key-name';
import { narrowed, type Need } from './need';
import { OPEN_IDENTITY_POLICY } from './open-half';
import { principalConditions, principalFor, sayParty, type Party } from './party';
import { placeConsumerPolicy } from './place';
import { letsInOnly } from './same-principal';
import { freeSid } from './sid';
import { splitGrants } from './grants';
import { additionsFor, statementObject } from './write-statements';

/** One permission that is missing. */
export interface OneAction {
  readonly world: World;
  readonly key: Key;
  readonly party: Party;
  readonly action: ActionInfo;
}

/**
 * Lets the party in for just this action, in the policy that the key has: whoever is named there alone gets it added, else there is
 * a statement of its own. Who may make grants gets only those that AWS services make (KMS Developer Guide, default key policy).
 */
export function letInForAction({ world, key, party, action }: OneAction): Counterpart | Refusal {
  const { policy, partition } = key;
  if (!policy || partition === undefined) return refusal(`The workspace has no key policy for ${sayKey(key)}.`);
  if (policy.policy.fragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  if ((action.bit & IAM_ONLY_ACTIONS) !== NO_ACTIONS) return refusal(`No key policy gives ${action.name}.`);
  const asked = party.identity.policies.flatMap((own) => allowedByIdentityPolicy(own, key, party, world.organizations));
  const need = needFor(asked, action);
  if ((deniedByKeyPolicy([OPEN_IDENTITY_POLICY], key, party, need.conditions, world.organizations) & action.bit) !== NO_ACTIONS) {
    return refusal(`A Deny statement of the key policy forbids ${action.name} wherever the IAM policy allows it. Change one of them first.`);
  }
  const external = party.account === key.account ? '' : 'external ';
  const who = party.name === undefined ? `${external}account ${party.account}` : `${party.kind} ${party.name} of ${external}account ${party.account}`;
  const additions = additionsFor([{ ...need, conditions: [...need.conditions, ...principalConditions(party)] }], {
    policy,
    fits: (statement) => letsInOnly(statement, party, partition),
    write: ({ conditions }, taken) => statementObject({
      sid: freeSid(`Allow ${who} to use this key`, taken), principal: { AWS: principalFor(party, partition) }, actions: [action.name], resource: '*', conditions,
    }),
  });
  return counterpartOf({ policy, additions, fresh: additions, newUri: () => policy.uri, what: `${sayParty(party)} use ${sayKey(key)}`, notes: [] });
}

/**
 * Allows just this action on the key in an IAM policy that the party alone has, or in a new file. Conditions on how the key is used
 * that the key policy makes stand in this half too.
 */
export function allowAction(asked: OneAction, existing: readonly string[]): Counterpart | Refusal {
  const { world, key, party, action } = asked;
  const resource = (action.bit & STAR_ONLY_ACTIONS) === NO_ACTIONS ? keyArnOf(key, party.partition) : '*';
  const need = needFor(givenByKeyPolicy(key, party, world.organizations), action);
  if ((deniedByIdentityPolicies(party.identity.policies, { ...key, policy: undefined }, party, need.conditions, world.organizations) & action.bit) !== NO_ACTIONS) {
    return refusal(`A Deny statement of ${sayParty(party)} forbids ${action.name} wherever the key policy allows it. Change one of them first.`);
  }
  const policy = homeOf(asked);
  const beside = key.policy ?? party.identity.policies[0];
  if (!policy && !beside) return refusal(`The workspace has no place for an IAM policy of ${sayParty(party)}.`);
  const additions = additionsFor([need], {
    policy,
    fits: (statement) => namesExactly(statement, resource),
    write: ({ conditions }, taken) => statementObject({ sid: freeSid(consumerSid(need, key), taken), actions: [action.name], resource, conditions }),
  });
  return counterpartOf({
    policy, additions, fresh: additions,
    declare: (uri) => declarationOf(world, party, uri),
    newUri: () => (beside ? placeConsumerPolicy({ world, existing }, party, key, beside) : ''),
    what: `${sayParty(party)} use ${sayKey(key)}`, notes: [],
  });
}

/** A policy that others have too would give them the permission as well. */
function homeOf({ world, key, party }: OneAction): LocatedPolicy | undefined {
  const own = party.identity.policies.filter((policy) => policy.policy.kind === 'identity' && !policy.policy.fragment && policy.policy.statementMember !== undefined
    && world.identitiesOf.get(policy)?.length === 1);
  return own.find(({ policy }) => policy.statements.some((statement) => dealsWithKey(statement, key))) ?? own.find(({ pointer }) => pointer === '');
}

/** The action under the conditions of the other half, the fewest where it gives it several times. */
function needFor(otherHalf: readonly Share[], { bit }: ActionInfo): Need {
  const unconditional: Need = { actions: bit, conditions: [], written: [] };
  const needs = narrowed(otherHalf.map(({ need }) => need), bit);
  const [fewest] = splitGrants(needs.length > 0 ? needs : [unconditional]).sort((a, b) => a.conditions.length - b.conditions.length);
  return { ...unconditional, conditions: fewest?.conditions ?? [] };
}
