import { describeHandshake } from '../queries/handshake-text';
import { memoizedHandshakeOf } from '../queries/handshakes';
import { describeCount, describeIdentity } from '../access/text/describe-access';
import type { PairVerdicts } from '../access/pair-verdicts';
import { arnResource } from '../aws/arn';
import { shortKeyId } from '../aws/key-arn';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key, Link } from '../linking/entities';
import { isAttachmentAssumed } from '../linking/names';
import type { World } from '../workspace/world';
import type { LensContext } from './lens/lens';
import { pairsOfIdentities, pairsOfKey } from './verdict-provider';

/** What a policy is, in the words of a status bar. */
export interface PolicyStatus {
  /** `key policy of alias/app (security)` */
  readonly description: string;
  /** Nothing declares what it says, no output says it and no path tells it. */
  readonly isAssumed: boolean;
  /** What ties the policy to its key or its identities; none where nothing does. */
  readonly links: readonly Link[];
  /** How far each handshake of it has come: `role/App of account 444455556666: 2 actions work, 1 blocked`. */
  readonly handshakes: readonly string[];
  /** The keys or identities of handshakes that are left out, being too many to list. */
  readonly omittedHandshakes: number;
}

/** A tooltip is no table. */
const MAX_HANDSHAKES = 8;

/** Undefined for a policy that is neither a key policy nor an IAM policy that deals with KMS. */
export function policyStatusOf(policy: DiscoveredPolicy, context: LensContext): PolicyStatus | undefined {
  const { world } = context;
  const key = world.keyByPolicy.get(policy);
  if (key && policy.policy.kind === 'key') {
    const isUnknown = key.keyId === undefined && key.aliases.length === 0;
    return {
      description: isUnknown ? unknownKeyDescription(key, world) : `Key policy of ${keyStatusName(key, world)}`,
      isAssumed: key.link?.certain !== true && !(isUnknown && key.account === undefined),
      links: key.link ? [key.link] : [], ...handshakeLines(pairsOfKey(context.verdicts, key), world, 'identityArn') };
  }
  if (policy.policy.kind !== 'identity') return undefined;
  const identities = world.identitiesByPolicy.get(policy) ?? [];
  const pairs = pairsOfIdentities(context.verdicts, identities);
  if (pairs.length === 0 && !hasKmsActions(policy)) return undefined;
  return {
    description: attachmentDescription(identities, world),
    isAssumed: identities.some((identity) =>
      (identity.arn !== undefined || identity.account !== undefined) && isAttachmentAssumed(identity)),
    links: [...new Map(identities.map(({ link }) => [link.description, link])).values()],
    ...handshakeLines(pairs, world, identities.length > 1 ? 'both' : 'key'),
  };
}

function unknownKeyDescription({ account }: Key, world: World): string {
  const owner = accountNameOrId(account, world);
  return owner === undefined ? 'Key policy (key unknown)' : `Key policy of ${owner} (key unknown)`;
}

function hasKmsActions({ policy }: DiscoveredPolicy): boolean {
  return policy.statements.some(({ action }) => action?.patterns.some(({ service }) => service === 'kms') === true);
}

function keyStatusName(key: Key, world: World): string {
  const [alias] = key.aliases;
  const account = accountNameOrId(key.account, world);
  return `${alias ?? (key.keyId === undefined ? 'a key' : shortKeyId(key.keyId))}${account === undefined ? '' : ` (${account})`}`;
}

/** Several identities have one policy where it is a managed one. */
function attachmentDescription(identities: readonly Identity[], world: World): string {
  const [first, ...furtherIdentities] = identities.filter(({ arn, account }) => arn !== undefined || account !== undefined);
  if (!first) return 'IAM policy (identity unknown)';
  const account = accountNameOrId(first.account, world);
  const identityName = first.arn === undefined ? first.pathNames?.[0] : arnResource(first.arn);
  const name = identityName === undefined
    ? `account ${account ?? ''}`
    : `${identityName}${account === undefined ? '' : ` (${account})`}`;
  return `IAM policy of ${name}${furtherIdentities.length > 0 ? ` and ${describeCount(furtherIdentities.length, 'other')}` : ''}`;
}

/** The name of the account, else its number. */
function accountNameOrId(account: string | undefined, { accounts }: World): string | undefined {
  return account === undefined ? undefined : accounts.get(account) || account;
}

function handshakeLines(pairs: readonly PairVerdicts[], world: World,
  namedBy: 'identityArn' | 'key' | 'both'): Pick<PolicyStatus, 'handshakes' | 'omittedHandshakes'> {
  const lines = pairs.slice(0, MAX_HANDSHAKES).flatMap((pair) => {
    const handshake = memoizedHandshakeOf(pair, world);
    if (!handshake) return [];
    const { identity, key } = pair;
    const names = { identityArn: describeIdentity(identity), key: `key ${keyStatusName(key, world)}`,
      both: `${describeIdentity(identity)}, key ${keyStatusName(key, world)}` };
    return [`${names[namedBy].replace('key a key', 'a key')}: ${describeHandshake(handshake)}`];
  });
  return { handshakes: lines, omittedHandshakes: Math.max(0, pairs.length - MAX_HANDSHAKES) };
}
