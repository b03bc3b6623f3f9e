import { decidePair } from '../access/pair-verdicts';
import { describeCount } from '../access/text/describe-access';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { isRefusal, type Target } from '../generate/counterpart';
import { describeGrantee, resolveGrantee, type Grantee } from '../generate/grantee';
import { describeKey } from '../generate/key-reference';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { describeHandshake } from './handshake-text';
import { countActionsByStatus, countBlockedActions, handshakeOf } from './handshakes';

/** How an identity and a key stand once a policy is written. */
export interface HandshakeOutcome {
  /** "role/App of account 444455556666 can use key 1234abcd-… of account 111122223333 (9 actions)", without a full stop. */
  readonly text: string;
  /** The key policy is tied to the key, and the IAM policy to the identity. */
  readonly isLinked: boolean;
}

/** What is to be judged: the IAM policy of the target and a key, in the world as the change leaves it. */
export interface HandshakeOutcomeRequest {
  readonly world: World;
  readonly identityPolicy: DiscoveredPolicy;
  readonly key: Key;
  /** Whom the policy is for; by default whoever it is attached to. */
  readonly target: Target | undefined;
}

/** Undefined where nothing ties the policy to an identity and nobody said for whom it is. */
export function handshakeOutcome({ world, identityPolicy, key, target }: HandshakeOutcomeRequest): HandshakeOutcome | undefined {
  const identities = world.identitiesByPolicy.get(identityPolicy) ?? [];
  const [attached] = identities;
  const namedTarget = target ?? targetOf(attached);
  const grantee = namedTarget && resolveGrantee(world, namedTarget);
  if (!grantee || isRefusal(grantee)) return undefined;
  const identity = target === undefined ? attached : identities.find((candidate) => isGrantee(candidate, grantee));
  const name = describeGrantee(grantee);
  if (!identity) return { isLinked: false, text: `whether ${name} can use ${describeKey(key)} is not known: nothing says to whom the IAM `
    + 'policy is attached' };
  return { isLinked: true, text: outcomeText(world, identity, key, name) };
}

function outcomeText(world: World, identity: Identity, key: Key, name: string): string {
  const handshake = handshakeOf({ identity, key, verdicts: decidePair(identity, key, world) }, world);
  if (!handshake) return `neither policy is about ${name} and ${describeKey(key)}`;
  const { both, conditional } = countActionsByStatus(handshake);
  const blocked = countBlockedActions(handshake);
  switch (handshake.state) {
    case 'both': case 'conditional': {
      const counts = [describeCount(both + conditional, 'action'), ...blocked > 0 ? [`${blocked} more blocked`] : []].join(', ');
      return `${name} can use ${describeKey(key)}${both === 0 ? ' under conditions' : ''} (${counts})`;
    }
    case 'unknown': return `whether ${name} can use ${describeKey(key)} is ${describeHandshake(handshake)}`;
    default: return `${name} cannot use ${describeKey(key)}: ${describeHandshake(handshake)}`;
  }
}

function targetOf(identity: Identity | undefined): Target | undefined {
  if (identity?.arn !== undefined) return { arn: identity.arn };
  return identity?.account === undefined ? undefined : { account: identity.account };
}

function isGrantee({ arn, account }: Identity, grantee: Grantee): boolean {
  return grantee.arn === undefined ? arn === undefined && account === grantee.account : arn === grantee.arn;
}
