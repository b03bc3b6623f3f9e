import { isAccountId } from '../aws/arn';
import { formatKeyArn, keyIdForm, type KeyArn } from '../aws/key-arn';
import { partitionOfRegion } from '../aws/regions';
import type { KeyParts, LinkDraft, LinkPolicy, PolicyTarget } from './drafts';
import { valuesAt, type FolderMetadata, type LinkIndex } from './link-index';
import { accountOfPath } from './path-hints';
import { parentFolder } from '../text/uri-path';

/** What declaration, wrapper, path and text tell of the key of one key policy, before other policies are looked at. */
export interface KeyClaim {
  readonly policy: LinkPolicy;
  /** With the whole ARN, where one of the first three ways tells it. */
  readonly keyParts: KeyParts;
  readonly link: LinkDraft;
}

/** The ways of links from the most to the least trusted. */
export const LINK_REASONS_BY_TRUST = ['declared', 'wrapper', 'path', 'text', 'guess'] as const;

/** Tries the ways of a link in their order. */
export function createKeyClaim(policy: LinkPolicy, declared: PolicyTarget | undefined, known: LinkIndex): KeyClaim {
  if (declared?.key) return { policy, keyParts: declared.key.name, link: declared.link };
  return claimByContainer(policy, known) ?? claimByMetadata(policy, known) ?? claimByPath(policy, known) ?? claimByText(policy, known);
}

function claimByContainer(policy: LinkPolicy, known: LinkIndex): KeyClaim | undefined {
  const { container: { keyId }, containerKey: wrapperKey } = policy.facts;
  if (wrapperKey) return { policy, keyParts: known.keys.get(wrapperKey.arn) ?? wrapperKey, link: containerLink(policy) };
  return keyId === undefined || !keyIdForm(keyId) ? undefined : claimByKeyId(policy, keyId, known, containerLink(policy));
}

export function containerLink(policy: LinkPolicy): LinkDraft {
  return { reason: 'wrapper', certain: true, description: 'from the output around the policy', at: { of: 'document', policy } };
}

function claimByMetadata(policy: LinkPolicy, known: LinkIndex): KeyClaim | undefined {
  const metadata = metadataInFolderOf(policy, known);
  const key = metadata && known.keys.get(metadata.arn);
  return key && { policy, keyParts: key, link: metadataLink(metadata) };
}

/** What the `metadata.json` in the folder of the policy says, as collections of an account's policies have it. */
export function metadataInFolderOf(policy: LinkPolicy, known: LinkIndex): FolderMetadata | undefined {
  return known.metadataByFolder.size === 0 ? undefined : known.metadataByFolder.get(parentFolder(policy.path));
}

export function metadataLink({ at }: FolderMetadata): LinkDraft {
  return { reason: 'wrapper', certain: true, description: 'from metadata.json beside the policy', at: { of: 'text', location: at } };
}

const KEY_ID_IN_PATH_LINK: LinkDraft = { reason: 'path', certain: true, description: 'key id in the path of the key policy',
  at: undefined };

function claimByPath(policy: LinkPolicy, known: LinkIndex): KeyClaim | undefined {
  const { keyId } = policy.pathHints;
  return keyId === undefined ? undefined : claimByKeyId(policy, keyId, known, KEY_ID_IN_PATH_LINK);
}

/** A key id names one key for certain; its account and Region may still be open. */
function claimByKeyId(policy: LinkPolicy, keyId: string, known: LinkIndex, link: LinkDraft): KeyClaim {
  const region = policy.pathHints.region;
  const firm = certainAccount(policy, known);
  const account = firm?.account ?? policy.facts.owner?.account;
  const named = valuesAt(known.keysById, keyId).filter((key) => isInRegionAndAccount(key, region, account));
  const vouched = named.filter((key) => known.authoritativeArns.has(key.arn));
  const [only, other] = vouched.length > 0 ? vouched : named;
  if (only && !other) return { policy, keyParts: only, link };
  const partition = inferPartition(region, account, policy, known);
  // Whose account rests on the text, rests on the text.
  const careful = firm || account === undefined
    ? link
    : { ...link, certain: false, description: `${link.description}, account of its owner's statement` };
  const whole = region !== undefined && account !== undefined && partition !== undefined;
  return { policy,
    keyParts: { arn: whole ? formatKeyArn({ partition, region, account, keyId }) : undefined, keyId, region, account, partition },
    link: careful };
}

function isInRegionAndAccount(key: KeyArn, region: string | undefined, account: string | undefined): boolean {
  return (region === undefined || key.region === region) && (account === undefined || key.account === account);
}

/** Neither id nor ARN: what is left is the owner's account and, by the path, a Region. */
function claimByText(policy: LinkPolicy, known: LinkIndex): KeyClaim {
  const { region } = policy.pathHints;
  const firm = certainAccount(policy, known);
  const { owner } = policy.facts;
  const account = firm?.account ?? owner?.account;
  const link = firm?.link ?? (owner ? ownerLink(policy, owner.account, owner.evidence) : UNKNOWN_OWNER_LINK);
  return { policy,
    keyParts: { arn: undefined, keyId: undefined, region, account, partition: inferPartition(region, account, policy, known) }, link };
}

const UNKNOWN_OWNER_LINK: LinkDraft = { reason: 'guess', certain: false, description: 'the account of this key policy is not known',
  at: undefined };

function ownerLink(policy: LinkPolicy, account: string, by: 'root-statement' | 'caller-account'): LinkDraft {
  const told = by === 'root-statement'
    ? 'the key policy gives its root full access'
    : 'the key policy limits everyone to it by kms:CallerAccount';
  return { reason: 'text', certain: false, description: `account ${account} taken as owner, since ${told}`, at: { of: 'owner', policy } };
}

/** The account by wrapper or path. */
function certainAccount(policy: LinkPolicy, known: LinkIndex): { readonly account: string; readonly link: LinkDraft } | undefined {
  const said = policy.facts.container.account;
  if (said !== undefined && isAccountId(said)) {
    const link = containerLink(policy);
    return { account: said, link: { ...link, description: `account ${said} ${link.description}` } };
  }
  const account = accountOfPath(policy.pathHints, (id) => known.accounts.has(id));
  return account === undefined
    ? undefined
    : { account, link: { reason: 'path', certain: true, description: `account ${account} in the path of the key policy`, at: undefined } };
}

function inferPartition(region: string | undefined, account: string | undefined, policy: LinkPolicy, known: LinkIndex): string | undefined {
  return (region === undefined ? undefined : partitionOfRegion(region))
    ?? policy.facts.owner?.partition
    ?? (account === undefined ? undefined : known.accounts.get(account));
}
