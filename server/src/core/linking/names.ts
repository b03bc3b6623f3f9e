import { isAccountId, parseArn } from '../aws/arn';
import { parseKeyArn, type KeyArn } from '../aws/key-arn';
import type { Identity } from './entities';

/** A full key ARN with its parts, taken apart once. */
export interface KeyName extends KeyArn {
  readonly arn: string;
}

/** The ARN of a user, role or group with its parts. */
export interface IdentityName {
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
  readonly kind: 'user' | 'role' | 'group';
  /** `role/Name`, without the IAM path. */
  readonly name: string;
}

export function keyName(arn: string | undefined): KeyName | undefined {
  const parts = arn === undefined ? undefined : parseKeyArn(arn);
  return arn === undefined || !parts ? undefined : { ...parts, arn };
}

export function identityName(arn: string | undefined): IdentityName | undefined {
  const parts = arn === undefined ? undefined : parseArn(arn);
  const match = parts?.service === 'iam' ? /^(user|role|group)\/(?:.*\/)?([^/]+)$/.exec(parts.resource) : null;
  if (arn === undefined || !parts || !match || !isAccountId(parts.account)) return undefined;
  return { arn, partition: parts.partition, account: parts.account, kind: match[1] as IdentityName['kind'], name: `${match[1] ?? ''}/${match[2] ?? ''}` };
}

/** The role of a session by the session's ARN, which leaves out the role's IAM path. */
export function roleOfSession(arn: string): IdentityName | undefined {
  const parts = parseArn(arn);
  const [, role] = parts?.service === 'sts' ? /^assumed-role\/([^/]+)\/[^/]+$/.exec(parts.resource) ?? [] : [];
  return parts && role !== undefined ? identityName(`arn:${parts.partition}:iam::${parts.account}:role/${role}`) : undefined;
}

/** The roles of that name, as a session's ARN gives it: without the IAM path. Role names are unique in an account (IAM User Guide, reference_identifiers). */
export function rolesNamed(identities: readonly Identity[], account: string | undefined, name: string): readonly Identity[] {
  return identities.filter((identity) => identity.kind === 'role' && identity.account === account && identity.arn?.split('/').at(-1) === name);
}
