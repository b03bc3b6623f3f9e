import type { PairVerdicts } from '../../access/pair-verdicts';
import { describeAccount, describeCount } from '../../access/text/describe-access';
import { memoizedHandshakeOf } from '../../queries/handshakes';
import { describeHandshake } from '../../queries/handshake-text';
import { arnResource } from '../../aws/arn';
import { containsSymbol } from '../../aws/identifier-comparison';
import { isMultiRegionId } from '../../aws/key-arn';
import { partitionNamed, regionNamed } from '../../aws/regions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Identity, Key, Link } from '../../linking/entities';
import { pairsOfIdentities } from '../verdict-provider';
import { fileLink, type HoverContext } from './hover-context';
import { code, joinLines, line, link, list, codeNames, paragraph, strong, type Block, type Inline, type Line } from './rich-text';

/** More lines of one kind than this are counted. */
const MAX_LINES = 5;

/**
 * What the workspace knows of a key: where it is, whose, its policy, its aliases.
 *
 * @param from the policy that is read, which needs no link
 */
export function keyCard(context: HoverContext, key: Key, from?: DiscoveredPolicy): readonly Block[] {
  const { arn, keyId, account, aliases, policy, link: reason } = key;
  const isMultiRegion = key.multiRegion ?? (keyId !== undefined && isMultiRegionId(keyId));
  const kind = key.awsManaged ? 'AWS managed key' : isMultiRegion ? 'Multi-Region KMS key' : 'KMS key';
  const accountLine = account === undefined ? undefined : line`Account ${describeAccount(context.world, account)}`;
  const usages = [key.keySpec, key.keyUsage].filter((usage) => usage !== undefined);
  return [
    ...paragraph(line`${strong(kind)} ${keyId === undefined ? 'of which no ARN is known' : code(keyId)}`),
    ...list(
      arn === undefined ? accountLine : regionAndAccountLine(context, key),
      aliases.length > 0 ? line`${aliases.length === 1 ? 'Alias' : 'Aliases'}: ${codeNames(aliases)}` : undefined,
      usages.length === 0 ? undefined : codeNames(usages),
      keyPolicyLine(context, policy, reason, from),
    ),
  ];
}

function keyPolicyLine(context: HoverContext, policy: DiscoveredPolicy | undefined, reason: Link | undefined,
  from: DiscoveredPolicy | undefined): Line | undefined {
  if (!policy) return line`Its key policy is not in the workspace`;
  if (policy === from) return reason && line`This is its policy: ${linkReason(reason)}`;
  return line`Key policy: ${fileLink(context, policy)}${linkReasonSuffix(reason)}`;
}

/** In the words of the link; what is only guessed says so by itself. */
function linkReasonSuffix(reason: Link | undefined): Line {
  return reason ? line` (${linkReason(reason)})` : [];
}

function linkReason({ description, at: location }: Link): Inline {
  return location === undefined ? description : link(description, location);
}

/** Region, account and partition, as far as they are known. */
export function regionAndAccountLine({ world }: HoverContext,
  { region, account, partition }: Partial<Pick<Key, 'region' | 'account' | 'partition'>>): Line | undefined {
  const parts: Line[] = [
    ...region === undefined ? [] : [regionLine(region)],
    ...account === undefined ? [] : [[`account ${describeAccount(world, account)}`]],
    ...partition === undefined || containsSymbol(partition) ? []
      : [line`partition ${code(partition)}${partitionNamed(partition) ? '' : ', which AWS does not have'}`],
  ];
  return parts.length === 0 ? undefined : joinLines(parts);
}

export function regionLine(region: string): Line {
  if (containsSymbol(region)) return [region];
  const info = regionNamed(region);
  return info === undefined ? line`${code(region)}` : line`${code(region)} (${info.name})`;
}

/** What the workspace knows of a user, role or group, and how its handshakes stand. */
export function identityCard(context: HoverContext, identity: Identity): readonly Block[] {
  const { arn, account, policies, link: reason, kind } = identity;
  const accountText = account === undefined ? undefined : describeAccount(context.world, account);
  const title = arn === undefined ? `Identities of account ${accountText ?? 'unknown'}` : arnResource(arn);
  const policyTitle = kind === 'unknown' ? 'IAM policy' : `IAM policy of the ${kind}`;
  return [
    ...paragraph(strong(title), arn === undefined || accountText === undefined ? '' : ` of account ${accountText}`),
    ...list(
      ...limitedLines(policies, (policy) => line`${policyTitle}: ${fileLink(context, policy)}${linkReasonSuffix(reason)}`),
      policies.length === 0 ? line`None of its IAM policies is in the workspace` : undefined,
      ...limitedLines(pairsOfIdentities(context.verdicts, [identity]), (pair) => handshakeSummaryLine(context, pair, 'key')),
    ),
  ];
}

/**
 * The lines of the first few, and how many more there are. What is left out is not looked at: an administrator may meet thousands of keys.
 *
 * @param toLine undefined for what there is nothing to say of
 */
export function limitedLines<T>(items: readonly T[], toLine: (item: T) => Line | undefined, maxLines = MAX_LINES): readonly Line[] {
  const lines: Line[] = [];
  for (const [i, item] of items.entries()) {
    if (lines.length === maxLines) return [...lines.slice(0, -1), [`${items.length - i + 1} more`]];
    const itemLine = toLine(item);
    if (itemLine) lines.push(itemLine);
  }
  return lines;
}

/**
 * How identity and key stand, named by the one of them that the reader does not look at; undefined where there is nothing between them.
 *
 * @param from the policy that is read, which needs no link
 */
export function handshakeSummaryLine(context: HoverContext, pair: PairVerdicts, name: 'key' | 'identity',
  from?: DiscoveredPolicy): Line | undefined {
  const handshake = memoizedHandshakeOf(pair, context.world);
  if (!handshake) return undefined;
  const { identity, key } = pair;
  const [first] = name === 'key' ? [key.policy] : identity.policies;
  const policy = first === from ? undefined : first;
  const label = name === 'key' ? keyLabel(key) : identityLabel(context, identity);
  return line`${label}${policy ? line` (${fileLink(context, policy)})` : ''}: ${describeHandshake(handshake)}`;
}

/** The alias, else the key id. */
export function keyLabel({ aliases: [alias], keyId }: Key): Inline {
  const name = alias ?? keyId;
  return name === undefined ? 'a key without known ARN' : code(name);
}

/** `role/App`, with the account where there is no name. */
export function identityLabel({ world }: HoverContext, { arn, account, kind, id }: Identity): Inline {
  if (arn !== undefined) return code(arnResource(arn));
  if (kind === 'service') return code(id);
  return account === undefined ? 'whoever has the policy' : `some identity of ${describeAccount(world, account)}`;
}

/** What the workspace has of an account. */
export function accountCard(context: HoverContext, account: string): readonly Block[] {
  const { world } = context;
  const keyCount = world.keys.filter((key) => key.account === account && key.policy !== undefined).length;
  const identityCount = world.identities.filter((identity) => identity.account === account && identity.policies.length > 0).length;
  const keysText = describeCount(keyCount, 'key policy', 'key policies');
  const identitiesText = describeCount(identityCount, 'identity with IAM policies', 'identities with IAM policies');
  const organizations = [...world.organizations].filter(([, members]) => members.includes(account)).map(([id]) => id);
  const name = world.accounts.get(account) ?? '';
  return [
    ...paragraph(strong(`Account ${account}`), name === '' ? '' : ` (${name})`),
    ...list(
      keyCount + identityCount === 0
        ? line`The workspace has no policy of this account`
        : line`In the workspace: ${keysText}, ${identitiesText}`,
      organizations.length > 0 ? line`In the organization ${codeNames(organizations)}` : undefined,
    ),
  ];
}
