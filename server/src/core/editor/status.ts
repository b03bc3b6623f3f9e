import { handshakeText } from '../answers/handshake-text';
import { keptHandshake } from '../answers/handshakes';
import { counted, identityText } from '../access/say';
import type { PairVerdicts } from '../access/pair';
import { arnResource } from '../aws/arn';
import { shortKeyId } from '../aws/key-arn';
import type { LocatedPolicy } from '../locate/located';
import type { Identity, Key, Link, World } from '../workspace/world';
import type { LensGround } from './lens/lens';
import { pairsOfIdentities, pairsOfKey } from './verdicts';

/** What a policy is, in the words of a status bar. */
export interface PolicyStatus {
  /** `key policy of alias/app (security)` */
  readonly says: string;
  /** Nothing declares what it says, no output says it and no path tells it. */
  readonly assumed: boolean;
  /** What ties the policy to its key or its identities; none where nothing does. */
  readonly links: readonly Link[];
  /** How far each handshake of it has come: `role/App of account 444455556666: 2 actions work, 1 blocked`. */
  readonly handshakes: readonly string[];
  /** The keys or identities of handshakes that are left out, being too many to list. */
  readonly more: number;
}

/** A tooltip is no table. */
const MAX_HANDSHAKES = 8;

/** Undefined for a policy that is neither a key policy nor an IAM policy that deals with KMS. */
export function statusOf(policy: LocatedPolicy, ground: LensGround): PolicyStatus | undefined {
  const { world } = ground;
  const key = world.keyOf.get(policy);
  if (key && policy.policy.kind === 'key') {
    return { says: `key policy of ${nameOfKey(key, world)}`, assumed: key.link?.certain !== true, links: key.link ? [key.link] : [], ...handshakesOf(pairsOfKey(ground.verdicts, key), world, 'identity') };
  }
  if (policy.policy.kind !== 'identity') return undefined;
  const identities = world.identitiesOf.get(policy) ?? [];
  const pairs = pairsOfIdentities(ground.verdicts, identities);
  if (pairs.length === 0 && !dealsWithKms(policy)) return undefined;
  return {
    says: nameOfAttachment(identities, world),
    assumed: identities.some(({ arn, account, link }) => (arn !== undefined || account !== undefined) && !link.certain),
    links: [...new Map(identities.map(({ link }) => [link.says, link])).values()],
    ...handshakesOf(pairs, world, identities.length > 1 ? 'both' : 'key'),
  };
}

function dealsWithKms({ policy }: LocatedPolicy): boolean {
  return policy.statements.some(({ action }) => action?.patterns.some(({ service }) => service === 'kms') === true);
}

function nameOfKey(key: Key, world: World): string {
  const [alias] = key.aliases;
  const account = accountText(key.account, world);
  return `${alias ?? (key.keyId === undefined ? 'a key' : shortKeyId(key.keyId))}${account === undefined ? '' : ` (${account})`}`;
}

/** Several identities have one policy where it is a managed one. */
function nameOfAttachment(identities: readonly Identity[], world: World): string {
  const [first, ...others] = identities.filter(({ arn, account }) => arn !== undefined || account !== undefined);
  if (!first) return 'IAM policy, not known to whom it is attached';
  const account = accountText(first.account, world);
  const name = first.arn === undefined ? `account ${account ?? ''}` : `${arnResource(first.arn)}${account === undefined ? '' : ` (${account})`}`;
  return `IAM policy of ${name}${others.length > 0 ? ` and ${counted(others.length, 'other')}` : ''}`;
}

/** The name of the account, else its number. */
function accountText(account: string | undefined, { accounts }: World): string | undefined {
  return account === undefined ? undefined : accounts.get(account) || account;
}

function handshakesOf(pairs: readonly PairVerdicts[], world: World, who: 'identity' | 'key' | 'both'): Pick<PolicyStatus, 'handshakes' | 'more'> {
  const lines = pairs.slice(0, MAX_HANDSHAKES).flatMap((pair) => {
    const handshake = keptHandshake(pair, world.organizations);
    if (!handshake) return [];
    const { identity, key } = pair;
    const names = { identity: identityText(identity), key: `key ${nameOfKey(key, world)}`, both: `${identityText(identity)}, key ${nameOfKey(key, world)}` };
    return [`${names[who].replace('key a key', 'a key')}: ${handshakeText(handshake)}`];
  });
  return { handshakes: lines, more: Math.max(0, pairs.length - MAX_HANDSHAKES) };
}
