import { parseArn } from '../aws/arn';
import { compareIdentifiers, isAccountIdentifier } from '../aws/identifier-comparison';
import { parseKeyArn, type KeyArn } from '../aws/key-arn';
import type { Identity } from './entities';

/** A full key ARN with its parts, taken apart once. */
export interface ParsedKeyArn extends KeyArn {
  readonly arn: string;
}

/** The ARN of a user, role or group with its parts. */
export interface ParsedIdentityArn {
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
  readonly kind: 'user' | 'role' | 'group';
  /** `role/Name`, without the IAM path. */
  readonly name: string;
}

export function parseFullKeyArn(arn: string | undefined): ParsedKeyArn | undefined {
  const parts = arn === undefined ? undefined : parseKeyArn(arn);
  return arn === undefined || !parts ? undefined : { ...parts, arn };
}

export function parseIdentityArn(arn: string | undefined): ParsedIdentityArn | undefined {
  const parts = arn === undefined ? undefined : parseArn(arn);
  const match = parts?.service === 'iam' ? /^(user|role|group)\/(?:.*\/)?([^/]+)$/.exec(parts.resource) : null;
  if (arn === undefined || !parts || !match || !isAccountIdentifier(parts.account)) return undefined;
  return { arn, partition: parts.partition, account: parts.account, kind: match[1] as ParsedIdentityArn['kind'],
    name: `${match[1] ?? ''}/${match[2] ?? ''}` };
}

/** The role of a session by the session's ARN, which leaves out the role's IAM path. */
export function roleOfSessionArn(arn: string): ParsedIdentityArn | undefined {
  const parts = parseArn(arn);
  const [, role] = parts?.service === 'sts' ? /^assumed-role\/([^/]+)\/[^/]+$/.exec(parts.resource) ?? [] : [];
  return parts && role !== undefined ? parseIdentityArn(`arn:${parts.partition}:iam::${parts.account}:role/${role}`) : undefined;
}

/**
 * The roles of that name, as a session's ARN gives it: without the IAM path. Role names are unique in an account (IAM User Guide,
 * reference_identifiers).
 */
export function rolesWithName(identities: readonly Identity[], account: string | undefined, name: string): readonly Identity[] {
  return identities.filter((identity) =>
    identity.kind === 'role' && compareIdentifiers(identity.account, account) === 'same' && identity.arn?.split('/').at(-1) === name
  );
}

/** ARNs of the identities that the path of the policies may mean, where nothing else in the workspace has the name. */
export function identityArnsFromPath({ account, partition, pathNames }: Identity): readonly string[] {
  return account === undefined ? [] : (pathNames ?? []).map((name) => `arn:${partition ?? 'aws'}:iam::${account}:${name}`);
}

/** Nothing declares or shows whose the policies are, or only their path says which user or role of the account it is. */
export function isAttachmentAssumed({ arn, pathNames, link }: Identity): boolean {
  return !link.certain || arn === undefined && pathNames !== undefined;
}
