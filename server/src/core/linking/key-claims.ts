import { compareIdentifiers, isAccountIdentifier } from '../aws/identifier-comparison';
import { formatKeyArn, keyIdForm, type KeyArn } from '../aws/key-arn';
import { partitionOfRegion } from '../aws/regions';
import type { AssumedEnvironment } from '../discovery/unit-part';
import { extendLink, type KeyParts, type LinkDraft, type LinkPolicy, type PolicyTarget } from './drafts';
import type { FolderMetadata, LinkIndex } from './link-index';
import { accountOfPath, type PathAccount } from './path-hints';
import type { KeyOwner } from './policy-owner';
import { parentFolder } from '../text/uri-path';

/** What declaration, CLI output, path and text tell about the key of one key policy, before other policies are looked at. */
export interface KeyClaim {
  readonly policy: LinkPolicy;
  /** With the whole ARN, where declaration, CLI output or path give it. */
  readonly keyParts: KeyParts;
  readonly link: LinkDraft;
}

/** The reasons of links from the most to the least trusted. */
export const LINK_REASONS_BY_TRUST = ['declared', 'template', 'wrapper', 'path', 'text', 'guess'] as const;

/** Tries the reasons of a link in their order. */
export function createKeyClaim(policy: LinkPolicy, declared: PolicyTarget | undefined, index: LinkIndex): KeyClaim {
  if (declared?.key) return { policy, keyParts: declared.key.name, link: declared.link };
  const { container, containerKey } = policy.facts;
  if (containerKey) return { policy, keyParts: containerKey, link: containerLink(policy) };
  if (container.keyId !== undefined && keyIdForm(container.keyId))
    return claimByKeyId(policy, container.keyId, index, containerLink(policy));
  const metadata = metadataInFolderOf(policy, index);
  const metadataKey = metadata && index.keys.get(metadata.arn);
  if (metadataKey) return { policy, keyParts: metadataKey, link: metadataLink(metadata) };
  const { keyId } = policy.pathHints;
  if (keyId !== undefined) return claimByKeyId(policy, keyId, index, KEY_ID_IN_PATH_LINK);
  // What is left is the owner's account and, by the path, a Region.
  const { accountLink, ...parts } = withUnconfirmedPathAccount(keyPartsBesideId(policy, index), policy, index);
  return { policy, keyParts: { ...parts, arn: undefined, keyId: undefined }, link: accountLink };
}

export function containerLink(policy: LinkPolicy): LinkDraft {
  const { logicalId, assumedEnvironment } = policy.facts.container;
  if (logicalId !== undefined) {
    return { ...templateLink(`${logicalId} in the same template`, assumedEnvironment),
      at: { of: 'document', policy } };
  }
  return { reason: 'wrapper', certain: true, description: 'from the output around the policy', at: { of: 'document', policy } };
}

/** What a template says of its own resources is certain, but for an account that is assumed. */
export function templateLink(description: string, assumed: AssumedEnvironment | undefined): LinkDraft {
  return assumed ? { reason: 'template', certain: false, description: assumed.reason, assumedEnvironment: assumed.group }
    : { reason: 'template', certain: true, description };
}

/** The `metadata.json` in the folder of the policy, as collections of an account's policies have it. */
export function metadataInFolderOf(policy: LinkPolicy, { metadataByFolder }: LinkIndex): FolderMetadata | undefined {
  return metadataByFolder.size === 0 ? undefined : metadataByFolder.get(parentFolder(policy.path));
}

export function metadataLink({ at }: FolderMetadata): LinkDraft {
  return { reason: 'wrapper', certain: true, description: 'from metadata.json beside the policy', at: { of: 'text', location: at } };
}

const KEY_ID_IN_PATH_LINK: LinkDraft = { reason: 'path', certain: true, description: 'key id in the path of the key policy' };

/** A key id belongs to one key for certain, while its account and Region may be unknown. */
function claimByKeyId(policy: LinkPolicy, keyId: string, index: LinkIndex, link: LinkDraft): KeyClaim {
  const parts = keyPartsBesideId(policy, index);
  const keys = (index.keysById.get(keyId) ?? []).filter((key) => mayBeKeyOf(key, parts.region, parts.account));
  const authoritative = keys.filter(({ arn }) => index.authoritativeArns.has(arn));
  const [key, ...furtherKeys] = authoritative.length > 0 ? authoritative : keys;
  if (key && furtherKeys.length === 0) return { policy, keyParts: key, link };
  const { accountLink, region, account, partition } = withUnconfirmedPathAccount(parts, policy, index);
  const isComplete = region !== undefined && account !== undefined && partition !== undefined;
  return {
    policy,
    keyParts: { arn: isComplete ? formatKeyArn({ partition, region, account, keyId }) : undefined, keyId, region, account, partition },
    link: account === undefined || accountLink.certain
      ? link
      : extendLink(link, accountLink.reason === 'path' ? accountLink.description : "account of its owner's statement", false),
  };
}

function mayBeKeyOf(key: KeyArn, region: string | undefined, account: string | undefined): boolean {
  return compareIdentifiers(key.region, region) !== 'different' && compareIdentifiers(key.account, account) !== 'different';
}

interface KeyPartsBesideId extends Pick<KeyParts, 'region' | 'account' | 'partition'> {
  readonly accountLink: LinkDraft;
}

/** The Region of the path, the account by output, path or text, and the partition that these tell. */
function keyPartsBesideId(policy: LinkPolicy, index: LinkIndex): KeyPartsBesideId {
  const { region } = policy.pathHints;
  const { owner } = policy.facts;
  const accountLink = linkOfCertainAccount(policy, index) ?? (owner ? ownerLink(policy, owner) : undefined);
  const account = accountLink?.account;
  const partition = (region === undefined ? undefined : partitionOfRegion(region)) ?? owner?.partition
    ?? (account === undefined ? undefined : index.accounts.get(account));
  return { region, account, partition, accountLink: accountLink?.link ?? UNKNOWN_OWNER_LINK };
}

const UNKNOWN_OWNER_LINK: LinkDraft = { reason: 'guess', certain: false, description: 'the account of this key policy is not known' };

/** With the account in the path that nothing else names, where nothing tells another one: it rules no key out that is known. */
function withUnconfirmedPathAccount(parts: KeyPartsBesideId, policy: LinkPolicy, { accounts }: LinkIndex): KeyPartsBesideId {
  const pathAccount = parts.account === undefined ? accountOfPath(policy.pathHints, (id) => accounts.has(id)) : undefined;
  return pathAccount ? { ...parts, account: pathAccount.account, accountLink: accountInPathLink(pathAccount) } : parts;
}

function accountInPathLink({ account, isConfirmed }: PathAccount): LinkDraft {
  return { reason: 'path', certain: isConfirmed, description: `account ${account} in the path of the key policy` };
}

interface AccountLink {
  readonly account: string;
  readonly link: LinkDraft;
}

/** The account by CLI output or path. */
function linkOfCertainAccount(policy: LinkPolicy, index: LinkIndex): AccountLink | undefined {
  const containerAccount = policy.facts.container.account;
  if (containerAccount !== undefined && isAccountIdentifier(containerAccount)) {
    const link = containerLink(policy);
    return { account: containerAccount, link: { ...link, description: `account ${containerAccount} ${link.description}` } };
  }
  const pathAccount = accountOfPath(policy.pathHints, (id) => index.accounts.has(id));
  return pathAccount?.isConfirmed === true ? { account: pathAccount.account, link: accountInPathLink(pathAccount) } : undefined;
}

function ownerLink(policy: LinkPolicy, { account, evidence }: Pick<KeyOwner, 'account' | 'evidence'>): AccountLink {
  const reason = evidence === 'root-statement'
    ? 'the key policy gives its root full access'
    : 'the key policy limits everyone to it by kms:CallerAccount';
  return { account, link: { reason: 'text', certain: false, description: `account ${account} taken as owner, since ${reason}`,
    at: { of: 'owner', policy } } };
}
