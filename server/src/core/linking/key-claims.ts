import { isAccountId } from '../aws/arn';
import { formatKeyArn, keyIdForm, type KeyArn } from '../aws/key-arn';
import { partitionOfRegion } from '../aws/regions';
import type { KeyParts, LinkDraft, LinkPolicy, PolicyTarget } from './drafts';
import { allOf, type FolderMetadata, type Known } from './link-index';
import { accountOfPath } from './path-hints';
import { folderAround } from '../text/uri-path';

/** What declaration, wrapper, path and text tell of the key of one key policy, before other policies are looked at. */
export interface Claim {
  readonly policy: LinkPolicy;
  /** With the whole ARN, where one of the first three ways tells it. */
  readonly parts: KeyParts;
  readonly link: LinkDraft;
}

/** The ways of links from the most to the least trusted. */
export const TRUST = ['declared', 'wrapper', 'path', 'text', 'guess'] as const;

/** Tries the ways of a link in their order. */
export function claimKey(policy: LinkPolicy, declared: PolicyTarget | undefined, known: Known): Claim {
  if (declared?.key) return { policy, parts: declared.key.name, link: declared.link };
  return byWrapper(policy, known) ?? byMetadata(policy, known) ?? byPath(policy, known) ?? byText(policy, known);
}

function byWrapper(policy: LinkPolicy, known: Known): Claim | undefined {
  const { wrapper: { keyId }, wrapperKey } = policy.facts;
  if (wrapperKey) return { policy, parts: known.keys.get(wrapperKey.arn) ?? wrapperKey, link: saidByOutput(policy) };
  return keyId === undefined || !keyIdForm(keyId) ? undefined : byKeyId(policy, keyId, known, saidByOutput(policy));
}

export function saidByOutput(policy: LinkPolicy): LinkDraft {
  return { reason: 'wrapper', certain: true, says: 'from the output around the policy', at: { of: 'document', policy } };
}

function byMetadata(policy: LinkPolicy, known: Known): Claim | undefined {
  const metadata = metadataBeside(policy, known);
  const key = metadata && known.keys.get(metadata.arn);
  return key && { policy, parts: key, link: metadataLink(metadata) };
}

/** What the `metadata.json` in the folder of the policy says, as collections of an account's policies have it. */
export function metadataBeside(policy: LinkPolicy, known: Known): FolderMetadata | undefined {
  return known.metadata.size === 0 ? undefined : known.metadata.get(folderAround(policy.path));
}

export function metadataLink({ at }: FolderMetadata): LinkDraft {
  return { reason: 'wrapper', certain: true, says: 'from metadata.json beside the policy', at: { of: 'text', location: at } };
}

const KEY_ID_IN_PATH: LinkDraft = { reason: 'path', certain: true, says: 'key id in the path of the key policy', at: undefined };

function byPath(policy: LinkPolicy, known: Known): Claim | undefined {
  const { keyId } = policy.hints;
  return keyId === undefined ? undefined : byKeyId(policy, keyId, known, KEY_ID_IN_PATH);
}

/** A key id names one key for certain; its account and Region may still be open. */
function byKeyId(policy: LinkPolicy, keyId: string, known: Known, link: LinkDraft): Claim {
  const region = policy.hints.region;
  const firm = firmAccount(policy, known);
  const account = firm?.account ?? policy.facts.owner?.account;
  const named = allOf(known.keysById, keyId).filter((key) => fits(key, region, account));
  const vouched = named.filter((key) => known.vouched.has(key.arn));
  const [only, other] = vouched.length > 0 ? vouched : named;
  if (only && !other) return { policy, parts: only, link };
  const partition = partitionOf(region, account, policy, known);
  // Whose account rests on the text, rests on the text.
  const careful = firm || account === undefined ? link : { ...link, certain: false, says: `${link.says}, account of its owner's statement` };
  const whole = region !== undefined && account !== undefined && partition !== undefined;
  return { policy, parts: { arn: whole ? formatKeyArn({ partition, region, account, keyId }) : undefined, keyId, region, account, partition }, link: careful };
}

function fits(key: KeyArn, region: string | undefined, account: string | undefined): boolean {
  return (region === undefined || key.region === region) && (account === undefined || key.account === account);
}

/** Neither id nor ARN: what is left is the owner's account and, by the path, a Region. */
function byText(policy: LinkPolicy, known: Known): Claim {
  const { region } = policy.hints;
  const firm = firmAccount(policy, known);
  const { owner } = policy.facts;
  const account = firm?.account ?? owner?.account;
  const link = firm?.link ?? (owner ? ownerLink(policy, owner.account, owner.by) : NO_OWNER);
  return { policy, parts: { arn: undefined, keyId: undefined, region, account, partition: partitionOf(region, account, policy, known) }, link };
}

const NO_OWNER: LinkDraft = { reason: 'guess', certain: false, says: 'the account of this key policy is not known', at: undefined };

function ownerLink(policy: LinkPolicy, account: string, by: 'root-statement' | 'caller-account'): LinkDraft {
  const told = by === 'root-statement' ? 'the key policy gives its root full access' : 'the key policy limits everyone to it by kms:CallerAccount';
  return { reason: 'text', certain: false, says: `account ${account} taken as owner, since ${told}`, at: { of: 'owner', policy } };
}

/** The account by wrapper or path. */
function firmAccount(policy: LinkPolicy, known: Known): { readonly account: string; readonly link: LinkDraft } | undefined {
  const said = policy.facts.wrapper.account;
  if (said !== undefined && isAccountId(said)) {
    const link = saidByOutput(policy);
    return { account: said, link: { ...link, says: `account ${said} ${link.says}` } };
  }
  const account = accountOfPath(policy.hints, (id) => known.accounts.has(id));
  return account === undefined ? undefined : { account, link: { reason: 'path', certain: true, says: `account ${account} in the path of the key policy`, at: undefined } };
}

function partitionOf(region: string | undefined, account: string | undefined, policy: LinkPolicy, known: Known): string | undefined {
  return (region === undefined ? undefined : partitionOfRegion(region))
    ?? policy.facts.owner?.partition
    ?? (account === undefined ? undefined : known.accounts.get(account));
}
