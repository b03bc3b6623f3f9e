import { accountsOfPrincipal } from '../access/account-limit';
import { allowedPrincipalsOf } from '../access/graph/key-index';
import { formatArn, isAccountId, parseArn } from '../aws/arn';
import { identityCenterPattern, reservedRoleWithoutPath } from '../aws/reserved-roles';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { rolesWithName } from '../linking/names';
import type { Identity, Key, Link } from '../linking/entities';
import type { World } from '../workspace/world';
import type { ConditionEntry } from './condition-entries';
import { refusal, type Refusal, type Target } from './counterpart';
import { placeholderMarker } from './placeholder-marker';

/** A target with what can be said of it: the side that a generated half lets in, or is written for. */
export interface Grantee {
  /** 12 digits, or a placeholder. */
  readonly account: string;
  /** Undefined for a bare account id: it takes the partition of whatever it meets. */
  readonly partition: string | undefined;
  readonly kind: 'account' | 'user' | 'role' | 'group';
  /** Undefined for accounts. */
  readonly arn: string | undefined;
  /** Role, user or group name without its path. */
  readonly name: string | undefined;
  /** The workspace's record of it, where there is one, else one made up for the engine to judge. */
  readonly identity: Identity;
}

const REQUESTED_LINK: Link = { reason: 'declared', certain: true, description: 'asked for', at: undefined };

/** Reads a target; says why in words when it can hold no identity policy, or be let in by no key policy. */
export function resolveGrantee(world: World, target: Target): Grantee | Refusal {
  if ('account' in target) return accountGrantee(target.account, undefined);
  const arn = parseArn(target.arn);
  if (!arn) return refusal(`"${target.arn}" is not an ARN.`);
  if (!isAccountId(arn.account)) return refusal(`The account in "${target.arn}" is not 12 digits.`);
  if (arn.service === 'iam' && arn.resource === 'root') return accountGrantee(arn.account, arn.partition);
  // A session has the permissions of its role; the role's path is not part of a session's ARN.
  const role = arn.service === 'sts' ? /^assumed-role\/([^/]+)\//.exec(arn.resource)?.[1] : undefined;
  const named = role === undefined ? arn : { ...arn, service: 'iam', resource: `role/${role}` };
  const [, kind] = /^(role|user|group)\/./.exec(named.resource) ?? [];
  if (named.service !== 'iam' || !isIdentityKind(kind)) return refusal(`"${target.arn}" is neither an account nor a user, role or group.`);
  if (named.resource.startsWith('role/aws-service-role/')) {
    return refusal(`The policies of the service-linked role ${nameInArnResource(named.resource)} cannot be edited: `
      + 'a principal of its account has to make a grant for it (aws kms create-grant).');
  }
  const pathless = reservedRoleWithoutPath(formatArn(named));
  if (pathless) return refusal(`No role has the ARN ${formatArn(named)}: with its path it is one of ${pathless.pattern}.`);
  const known = world.identities.find((identity) => identity.arn === formatArn(named))
    ?? (role === undefined ? undefined : rolesWithName(world.identities, arn.account, role)[0]);
  const text = known?.arn ?? formatArn(named);
  const common = { account: named.account, partition: named.partition, kind, arn: text, name: nameInArnResource(named.resource) };
  return { ...common, identity: known ?? syntheticIdentity(common) };
}

export function accountGrantee(account: string, partition: string | undefined): Grantee | Refusal {
  if (!isAccountId(account)) return refusal(`"${account}" is not an account id: it has exactly 12 digits.`);
  const common = { account, partition, kind: 'account', arn: undefined, name: undefined } as const;
  return { ...common, identity: syntheticIdentity(common) };
}

/**
 * Whoever the policy is attached to, as far as one target says it. Of a policy that nobody is known to have, the key policy
 * may tell the account: the only one besides the owner that it lets in.
 */
export function granteeOfAttachedPolicy(world: World, policy: DiscoveredPolicy, key: Key): Grantee | Refusal {
  const identities = world.identitiesByPolicy.get(policy) ?? [];
  const arns = identities.flatMap((identity) => identity.arn ?? []);
  const [arn] = arns;
  if (arn !== undefined && arns.length === 1) return resolveGrantee(world, { arn });
  const accounts = [...new Set(identities.flatMap((identity) => identity.account ?? []))];
  const [account, ...others] = accounts.length > 0 ? accounts : externalAccountsInKeyPolicy(key);
  if (accounts.length > 1) return refusal('The policy is attached to identities of several accounts: choose one.');
  return account === undefined || others.length > 0 ? unknownGrantee() : accountGrantee(account, identities[0]?.partition);
}

/** The accounts that the statements of the key policy name, as principals or as the limit of everyone, besides the owner's. */
function externalAccountsInKeyPolicy(key: Key): string[] {
  const accounts = allowedPrincipalsOf(key).flatMap(({ principal, statement }) => accountsOfPrincipal(principal, statement));
  return [...new Set(accounts.map(({ account }) => account))].filter((account) => account !== key.account);
}

/** Somebody whose account is not known yet. */
export function unknownGrantee(): Grantee {
  const common = { account: placeholderMarker('CONSUMER_ACCOUNT_ID'), partition: undefined, kind: 'account', arn: undefined,
    name: undefined } as const;
  return { ...common, identity: syntheticIdentity({ ...common, account: undefined }) };
}

/** "role App of account 444455556666", "account 444455556666". */
export function describeGrantee(grantee: Grantee): string {
  return grantee.name === undefined ? `account ${grantee.account}` : `${grantee.kind} ${grantee.name} of account ${grantee.account}`;
}

/**
 * What a key policy has to name to let the party in: groups are never principals (IAM User Guide, Principal), and a role of IAM Identity
 * Center is named by a condition, since its name does not last (IAM Identity Center User Guide, referencingpermissionsets).
 */
export function keyPolicyPrincipalFor(grantee: Grantee, partition: string): string {
  return grantee.arn !== undefined && grantee.kind !== 'group' && !isIdentityCenterRole(grantee)
    ? grantee.arn
    : `arn:${partition}:iam::${grantee.account}:root`;
}

/** The conditions that narrow the principal to the party. */
export function principalConditionsFor({ arn }: Grantee): readonly ConditionEntry[] {
  const pattern = arn === undefined ? undefined : identityCenterPattern(arn);
  return pattern === undefined ? [] : [{ operator: 'ArnLike', key: 'aws:PrincipalArn', values: [pattern] }];
}

export function isIdentityCenterRole(grantee: Grantee): boolean {
  return principalConditionsFor(grantee).length > 0;
}

function syntheticIdentity(party: Omit<Grantee, 'identity' | 'account'> & { readonly account: string | undefined }): Identity {
  const kind = party.kind === 'account' ? 'unknown' : party.kind;
  const id = party.arn ?? `account ${party.account ?? ''}`;
  return { id, arn: party.arn, partition: party.partition, account: party.account, kind, policies: [], link: REQUESTED_LINK };
}

function isIdentityKind(kind: string | undefined): kind is 'user' | 'role' | 'group' {
  return kind === 'user' || kind === 'role' || kind === 'group';
}

function nameInArnResource(resource: string): string {
  return resource.slice(resource.lastIndexOf('/') + 1);
}
