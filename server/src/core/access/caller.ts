import { parseArn, type Arn } from '../aws/arn';
import { compareIdentifiers, type Identifier } from '../aws/identifier-comparison';
import { PRINCIPAL_TYPES } from '../aws/principal-types';
import type { Principal } from '../policy/policy';
import type { Identity, Key } from '../linking/entities';
import { encodeIdentifier } from './pattern-encoding';
import { UNKNOWN_CHARACTERS } from './pattern-matching';

/** Who makes a request, as far as it is known. `unknown` with an account: any identity of that account. */
export interface Caller {
  readonly kind: 'user' | 'role' | 'session' | 'federated-user' | 'group' | 'service' | 'unknown';
  readonly partition: Identifier | undefined;
  readonly account: Identifier | undefined;
  readonly arn: Identifier | undefined;
  /** User or role name with its path; undefined while nobody is named. */
  readonly name: string | undefined;
  readonly session: string | undefined;
  /** The service principal, for callers of that kind. */
  readonly service: string | undefined;
}

/** The caller that an identity of the workspace is. */
export function callerOf(identity: Identity): Caller {
  if (identity.kind === 'service') return serviceCaller(identity.id);
  const arn = identity.arn === undefined ? undefined : parseArn(identity.arn);
  return arn ? callerOfArn(identity, arn) : unnamedCaller(identity);
}

/** An AWS service where it calls KMS with its service principal (`cloudtrail.amazonaws.com`), not for somebody else. */
export function serviceIdentity(service: string): Identity {
  return {
    id: service, arn: undefined, partition: undefined, account: undefined, kind: 'service', policies: [],
    link: { reason: 'declared', certain: true, description: 'asked for', at: undefined },
  };
}

function serviceCaller(service: string): Caller {
  return { kind: 'service', partition: undefined, account: undefined, arn: undefined, name: undefined, session: undefined, service };
}

/** A caller of the account of whom no more is known. */
export function anyCallerInAccount(account: string | undefined, partition: string | undefined): Caller {
  return { kind: 'unknown', partition, account, arn: undefined, name: undefined, session: undefined, service: undefined };
}

/** The caller that a principal of a key policy names; any of its account where it names nobody. */
export function callerOfPrincipal(principal: Principal): Caller {
  const { account, partition, name, session, form, arn } = principal;
  const hasName = form === 'user' || form === 'role' || form === 'session' || form === 'federated-user';
  if (!hasName || account === undefined || !arn || principal.text.placeholders.length > 0) return anyCallerInAccount(account, partition);
  return { kind: form, account, partition, name, session, arn: principal.text.value, service: undefined };
}

function unnamedCaller(identity: Identity): Caller {
  const kind = identity.kind === 'group' ? 'group' : 'unknown';
  return { ...anyCallerInAccount(identity.account, identity.partition), kind };
}

function callerOfArn(identity: Identity, arn: Arn): Caller {
  const { partition, resource } = arn;
  const account = arn.account || identity.account;
  const slash = resource.indexOf('/');
  const type = resource.slice(0, Math.max(slash, 0));
  const name = resource.slice(slash + 1);
  if (arn.service === 'sts' && type === 'assumed-role') {
    const [role, ...session] = name.split('/');
    return { kind: 'session', partition, account, arn: identity.arn, name: role, session: session.join('/'), service: undefined };
  }
  // The root ARN means the account, not an identity of it.
  if (type !== 'user' && type !== 'role' && type !== 'group' && type !== 'federated-user') return anyCallerInAccount(account, partition);
  return { kind: type, partition, account, arn: identity.arn, name, session: undefined, service: undefined };
}

/**
 * The ARN in `aws:PrincipalArn`, with unknown parts: for sessions it is the role's (IAM User Guide, global condition
 * keys). The members of a group are users.
 */
export function principalArnPatternOf(caller: Caller): string {
  const start = `arn:${encodeIdentifier(caller.partition)}`;
  const account = encodeIdentifier(caller.account);
  const arn = caller.arn === undefined ? undefined : encodeIdentifier(caller.arn);
  switch (caller.kind) {
    case 'user':
    case 'role':
      return arn ?? `${start}:iam::${account}:${caller.kind}/${UNKNOWN_CHARACTERS}`;
    case 'session':
      // A session's ARN leaves out the path of its role.
      return `${start}:iam::${account}:role/${UNKNOWN_CHARACTERS}${caller.name === undefined ? '' : encodeIdentifier(caller.name)}`;
    case 'group':
      return `${start}:iam::${account}:user/${UNKNOWN_CHARACTERS}`;
    case 'federated-user':
      return arn ?? `${start}:sts::${account}:federated-user/${UNKNOWN_CHARACTERS}`;
    default:
      return `${start}:${encodeIdentifier(undefined)}::${account}:${UNKNOWN_CHARACTERS}`;
  }
}

/**
 * The values that `aws:PrincipalType` may have in requests of the caller (docs/aws-rules.md 4.2); undefined for a service, of which no page
 * says it.
 */
export function principalTypesOf({ kind }: Pick<Caller, 'kind'>): readonly string[] | undefined {
  switch (kind) {
    case 'user': case 'group': return ['User'];
    case 'role': case 'session': return ['AssumedRole'];
    case 'federated-user': return ['FederatedUser'];
    case 'unknown': return [...PRINCIPAL_TYPES.keys()];
    case 'service': return undefined;
  }
}

/**
 * Nobody can attach a policy to a service-linked role: it has the one that AWS wrote for it (IAM User Guide, service-linked roles;
 * docs/aws-rules.md 5.2).
 */
export function isServiceLinkedRole(caller: Caller): boolean {
  return caller.kind === 'role' && isServiceLinkedRoleName(caller.name);
}

/** @param name the path and name of a role */
export function isServiceLinkedRoleName(name: string | undefined): name is string {
  return name?.startsWith('aws-service-role/') === true;
}

/**
 * EC2 and EC2 Auto Scaling say of their roles that a key of another account takes a grant; the policies of these roles have no action of
 * KMS.
 */
const GRANT_ONLY_SERVICES: ReadonlySet<string> = new Set(['autoscaling.amazonaws.com', 'ec2fleet.amazonaws.com', 'spot.amazonaws.com',
  'spotfleet.amazonaws.com']);

/**
 * Whether the policy that AWS wrote for a service-linked role is known to allow nothing on keys. Of others it may: that of GuardDuty
 * malware protection allows kms:CreateGrant on keys of every account (docs/aws-rules.md 5.2).
 *
 * @param name the path and name of the role, `aws-service-role/SERVICE/NAME`
 */
export function isGrantOnlyRole(name: string | undefined): boolean {
  return isServiceLinkedRoleName(name) && GRANT_ONLY_SERVICES.has(name.split('/')[1]?.replace(/\.cn$/, '') ?? '');
}

/** Neither side delegates across partitions (IAM User Guide, reference_identifiers). */
export function crossesPartition(a: Pick<Key, 'partition'>, b: Pick<Key, 'partition'>): boolean {
  return compareIdentifiers(a.partition, b.partition) === 'different';
}
