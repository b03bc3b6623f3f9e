import { accountsOfPrincipal } from '../access/account-limit';
import { allowedPrincipalsOf } from '../access/graph/key-index';
import { formatArn, parseArn } from '../aws/arn';
import { isAccountIdentifier } from '../aws/identifier-comparison';
import { identityCenterPattern, reservedRoleWithoutPath } from '../aws/reserved-roles';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { rolesWithName } from '../linking/names';
import type { Identity, Key, Link } from '../linking/entities';
import { baseName } from '../text/uri-path';
import type { World } from '../workspace/world';
import type { ConditionEntry } from './condition-entries';
import { refusal, type Refusal, type Target } from './counterpart';
import { placeholderMarker } from './placeholder-marker';

/** A target with what is known of it: the consumer that a generated policy is for. */
export interface Grantee {
  /** 12 digits, or a placeholder. */
  readonly account: string;
  /** Undefined for a bare account id: it takes the partition of the key. */
  readonly partition: string | undefined;
  readonly kind: 'account' | 'user' | 'role' | 'group';
  /** Undefined for accounts. */
  readonly arn: string | undefined;
  /** Role, user or group name without its path. */
  readonly name: string | undefined;
  /** The workspace's record of it, where there is one, else one made up for evaluation. */
  readonly identity: Identity;
}

const REQUESTED_LINK: Link = { reason: 'declared', certain: true, description: 'asked for', at: undefined };

/** Reads a target; refuses those that can hold no identity policy, or that no key policy can allow. */
export function resolveGrantee(world: World, target: Target): Grantee | Refusal {
  if ('account' in target) return accountGrantee(target.account, undefined);
  const arn = parseArn(target.arn);
  if (!arn) return refusal(`"${target.arn}" is not an ARN.`);
  if (!isAccountIdentifier(arn.account)) return refusal(`The account in "${target.arn}" is not 12 digits.`);
  if (arn.service === 'iam' && arn.resource === 'root') return accountGrantee(arn.account, arn.partition);
  // A session has the permissions of its role; the role's path is not part of a session's ARN.
  const role = arn.service === 'sts' ? /^assumed-role\/([^/]+)\//.exec(arn.resource)?.[1] : undefined;
  const identityArn = role === undefined ? arn : { ...arn, service: 'iam', resource: `role/${role}` };
  const [, kind] = /^(role|user|group)\/./.exec(identityArn.resource) ?? [];
  if (identityArn.service !== 'iam' || !isGranteeKind(kind))
    return refusal(`"${target.arn}" is neither an account nor a user, role or group.`);
  if (identityArn.resource.startsWith('role/aws-service-role/')) {
    return refusal(`The policies of the service-linked role ${baseName(identityArn.resource)} cannot be edited: `
      + 'a principal of its account has to make a grant for it (aws kms create-grant).');
  }
  const text = formatArn(identityArn);
  const pathless = reservedRoleWithoutPath(text);
  if (pathless) return refusal(`No role has the ARN ${text}: with its path it is one of ${pathless.pattern}.`);
  const identity = world.identities.find((candidate) => candidate.arn === text)
    ?? (role === undefined ? undefined : rolesWithName(world.identities, arn.account, role)[0]);
  const { account, partition, resource } = identityArn;
  return granteeOf({ account, partition, kind, arn: identity?.arn ?? text, name: baseName(resource) }, identity);
}

export function accountGrantee(account: string, partition: string | undefined): Grantee | Refusal {
  return isAccountIdentifier(account)
    ? granteeOf({ account, partition, kind: 'account', arn: undefined, name: undefined })
    : refusal(`"${account}" is not an account id: it has exactly 12 digits.`);
}

/**
 * Whoever the policy is attached to, if that is one target. For a policy that is attached to nobody known, the key policy may show the
 * account: the only one besides the owner that it allows.
 */
export function granteeOfAttachedPolicy(world: World, policy: DiscoveredPolicy, key: Key): Grantee | Refusal {
  const identities = world.identitiesByPolicy.get(policy) ?? [];
  const [arn, ...otherArns] = identities.flatMap((identity) => identity.arn ?? []);
  if (arn !== undefined && otherArns.length === 0) return resolveGrantee(world, { arn });
  const accounts = [...new Set(identities.flatMap((identity) => identity.account ?? []))];
  if (accounts.length > 1) return refusal('The policy is attached to identities of several accounts: choose one.');
  const [account, ...others] = accounts.length > 0 ? accounts : externalAccountsInKeyPolicy(key);
  return account === undefined || others.length > 0 ? unknownGrantee() : accountGrantee(account, identities[0]?.partition);
}

/** The accounts that the statements of the key policy name, as principals or as the limit of everyone, besides the owner's. */
function externalAccountsInKeyPolicy(key: Key): string[] {
  const accounts = allowedPrincipalsOf(key).flatMap(({ principal, statement }) => accountsOfPrincipal(principal, statement));
  return [...new Set(accounts.map(({ account }) => account))].filter((account) => account !== key.account);
}

/** A consumer whose account is not known yet. */
export function unknownGrantee(): Grantee {
  const grantee = granteeOf({ account: placeholderMarker('CONSUMER_ACCOUNT_ID'), partition: undefined, kind: 'account', arn: undefined,
    name: undefined });
  return { ...grantee, identity: { ...grantee.identity, id: 'account ', account: undefined } };
}

function granteeOf(facts: Omit<Grantee, 'identity'>, identity?: Identity): Grantee {
  const { account, partition, kind, arn } = facts;
  return { ...facts, identity: identity ?? { id: arn ?? `account ${account}`, arn, partition, account,
    kind: kind === 'account' ? 'unknown' : kind, policies: [], link: REQUESTED_LINK } };
}

/** "role App of account 444455556666", "account 444455556666". */
export function describeGrantee(grantee: Grantee): string {
  return grantee.name === undefined ? `account ${grantee.account}` : `${grantee.kind} ${grantee.name} of account ${grantee.account}`;
}

/**
 * What a key policy has to name to allow the grantee: groups are never principals (IAM User Guide, Principal), and a role of IAM Identity
 * Center is named by a condition, since its name does not last (IAM Identity Center User Guide, referencingpermissionsets).
 */
export function keyPolicyPrincipalFor(grantee: Grantee, partition: string): string {
  return grantee.arn !== undefined && grantee.kind !== 'group' && !isIdentityCenterRole(grantee)
    ? grantee.arn
    : `arn:${partition}:iam::${grantee.account}:root`;
}

/** The conditions that narrow the principal to the grantee. */
export function principalConditionsFor({ arn }: Grantee): readonly ConditionEntry[] {
  const pattern = arn === undefined ? undefined : identityCenterPattern(arn);
  return pattern === undefined ? [] : [{ operator: 'ArnLike', key: 'aws:PrincipalArn', values: [pattern] }];
}

export function isIdentityCenterRole(grantee: Grantee): boolean {
  return principalConditionsFor(grantee).length > 0;
}

function isGranteeKind(kind: string | undefined): kind is 'user' | 'role' | 'group' {
  return kind === 'user' || kind === 'role' || kind === 'group';
}
