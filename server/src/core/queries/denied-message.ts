import { actionNamed } from '../aws/actions';
import { isServicePrincipal } from '../aws/services';
import { parseAwsDenialReason, type AwsDenialReason } from './aws-denial-reason';
import { cloudTrailRecords, type CloudTrailRecord } from './cloudtrail-records';
import { excerptOfMessage, joinBrokenLines, normalizeMessageText } from './message-excerpt';

/** What an AWS error about a KMS key says, as far as it says it. */
export interface DeniedMessage {
  /** ARN as it stands there: of a user, of a role, or of the session of one; or the principal of a service. */
  readonly identity: string | undefined;
  /** `kms:Decrypt`, in AWS's spelling. */
  readonly action: string | undefined;
  /** ARN of a key or alias, or the key id of a request. */
  readonly key: string | undefined;
  /** AWS's own reason: `no resource-based policy allows the kms:Decrypt action`, `explicit deny in a service control policy`. */
  readonly reasonText: string | undefined;
  /** The same as names, where AWS names one kind of policy. */
  readonly aws: AwsDenialReason | undefined;
  readonly source: MessageSource;
  /** What was not read of a long text. */
  readonly note: string | undefined;
}

/** `ciphertext`, `secrets-manager` and `s3` say neither who nor which key; `not-found` is about a key or alias that KMS does not find. */
export type MessageSource = 'message' | 'cloudtrail' | 'ciphertext' | 'secrets-manager' | 'not-found' | 's3';

/**
 * Reads identity, action and key from an AccessDenied error for a KMS action: the message of AWS KMS, alone or inside a log, JSON,
 * XML or the error of another service, or a CloudTrail record. Undefined for a text that is none of these.
 */
export function parseDeniedMessage(text: string): DeniedMessage | undefined {
  for (const record of cloudTrailRecords(text.slice(0, MAX_RECORDS_LENGTH))) {
    const read = parseCloudTrailRecord(record);
    if (read)
      return { ...read,
        note: text.length > MAX_RECORDS_LENGTH ? `Only the first ${MAX_RECORDS_LENGTH / 1024} KiB of the records are read.` : undefined };
  }
  const { text: excerpt, note } = excerptOfMessage(text);
  // Lines of a mail end between words, those of a terminal in the middle of an ARN.
  const [read] = [normalizeMessageText(excerpt), normalizeMessageText(joinBrokenLines(excerpt))].map(parseErrorText).sort((a, b) =>
    countKnownParts(b) - countKnownParts(a)
  );
  return read && { ...read, note };
}

/** Output of `aws cloudtrail lookup-events` with its 50 events is shorter. */
const MAX_RECORDS_LENGTH = 1024 * 1024;

type ParsedDeniedMessage = Omit<DeniedMessage, 'note'>;

/** Names may hold commas and dots, but a sentence goes on behind those at the end. */
const IDENTITY_ARN_PATTERN = /arn:[\w-]+:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]*[\w+=@-])/;
const KEY_OR_ALIAS_ARN_PATTERN =
  /arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:(?:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|alias\/[\w:/-]+)/;
/** All wordings of an authorization error have this in common (IAM User Guide, Troubleshoot access denied error messages). */
const NOT_AUTHORIZED_PATTERN = / is not authorized to perform:? ?(kms:\w+)/i;
const DENIAL_REASON_PATTERNS = [
  /because (no [\w -]{1,60}? allows? (?:the kms:\w+ action|access))/i,
  /because (the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access)/i,
  /with an (explicit deny in (?:an?|the) [\w -]{1,60}?(?:policy|boundary))/i,
];
/** The older wording of AWS KMS for a ciphertext whose key cannot be used; S3 and Parameter Store hand it on. */
const CIPHERTEXT_PATTERN =
  /The ciphertext refers to a (?:customer master key|KMS key) that does not exist, does not exist in this region, or you are not allowed to access/i;
/** AWS Secrets Manager tells no more than this. */
const SECRETS_MANAGER_PATTERN = /Access to KMS is not allowed/i;
/** NotFoundException of AWS KMS (AWS KMS API Reference, Common errors of the operations that take a KeyId). */
const NOT_FOUND_PATTERN =
  /Alias '?(?:arn:[\w-]+:kms:[\w-]*:\d*:)?alias\/[\w:/-]+'? (?:is not found|does not exist)|Key '?arn:[\w-]+:kms:[^ ]+ does not exist/i;
const ALIAS_NAME_PATTERN = /Alias '?(alias\/[\w:/-]+)/i;
/**
 * Amazon S3 says no more of a KMS key that cannot be used (Amazon S3 User Guide, Troubleshoot access denied errors); HEAD requests have no
 * text at all.
 */
const S3_DENIED_PATTERN = /\bAccess Denied\b/;
const S3_CODE_PATTERN = /\bAccessDenied\b/;
const S3_HEAD_ERROR_TEXT = '(403) when calling the HeadObject operation: Forbidden';
const OPERATION_PATTERN = /when calling the (\w+) operation/i;

function parseErrorText(text: string): ParsedDeniedMessage | undefined {
  const match = NOT_AUTHORIZED_PATTERN.exec(text);
  const named = { identity: IDENTITY_ARN_PATTERN.exec(text)?.[0], key: KEY_OR_ALIAS_ARN_PATTERN.exec(text)?.[0], reasonText: undefined,
    aws: undefined };
  if (match) {
    const rest = text.slice(match.index);
    const action = actionNamed(match[1] ?? '')?.name;
    if (action === undefined) return undefined;
    const because = denialReasonIn(rest);
    const caller = text.slice(text.lastIndexOf(' ', match.index - 1) + 1, match.index);
    return { identity: callerInText(caller), action, key: KEY_OR_ALIAS_ARN_PATTERN.exec(rest)?.[0] ?? named.key, reasonText: because,
      aws: because === undefined ? undefined : parseAwsDenialReason(because), source: 'message' };
  }
  const operation = OPERATION_PATTERN.exec(text)?.[1] ?? '';
  if (CIPHERTEXT_PATTERN.test(text))
    return { ...named, action: operation === 'ReEncrypt' ? 'kms:ReEncryptFrom' : 'kms:Decrypt', source: 'ciphertext' };
  // Reading a secret takes Decrypt, writing one GenerateDataKey (Secrets Manager User Guide, encryption and decryption).
  if (SECRETS_MANAGER_PATTERN.test(text))
    return { ...named, action: /^(Create|Put|Update)/.test(operation) ? 'kms:GenerateDataKey' : 'kms:Decrypt', source: 'secrets-manager' };
  const notFound = NOT_FOUND_PATTERN.exec(text)?.[0];
  if (notFound !== undefined) {
    return { ...named, key: KEY_OR_ALIAS_ARN_PATTERN.exec(notFound)?.[0] ?? ALIAS_NAME_PATTERN.exec(notFound)?.[1] ?? named.key,
      action: actionNamed(`kms:${operation}`)?.name ?? 'kms:Decrypt', source: 'not-found' };
  }
  if (!text.includes(S3_HEAD_ERROR_TEXT) && !(S3_DENIED_PATTERN.test(text) && S3_CODE_PATTERN.test(text))) return undefined;
  // Writing an object takes GenerateDataKey, reading one and ending a multipart upload Decrypt (KMS Developer Guide, How Amazon S3 uses AWS
  // KMS).
  return { ...named, action: /^(Put|Copy|CreateMultipart)/.test(operation) ? 'kms:GenerateDataKey' : 'kms:Decrypt', source: 's3' };
}

function parseCloudTrailRecord(record: CloudTrailRecord): ParsedDeniedMessage | undefined {
  const { errorMessage, identity } = record;
  const said = errorMessage === undefined ? undefined : parseErrorText(normalizeMessageText(errorMessage));
  const called = record.eventSource === 'kms.amazonaws.com' ? actionNamed(`kms:${record.eventName}`)?.name : undefined;
  const action = said?.action ?? called;
  if (action === undefined) return undefined;
  return { identity: said?.identity ?? identity, action, key: said?.key ?? record.keyArn ?? record.keyId, reasonText: said?.reasonText,
    aws: said?.aws, source: 'cloudtrail' };
}

function callerInText(text: string): string | undefined {
  return IDENTITY_ARN_PATTERN.exec(text)?.[0] ?? (isServicePrincipal(text) ? text : undefined);
}

function denialReasonIn(text: string): string | undefined {
  for (const reason of DENIAL_REASON_PATTERNS) {
    const [, found] = reason.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  return undefined;
}

function countKnownParts(read: ParsedDeniedMessage | undefined): number {
  if (!read) return -1;
  return [read.identity, read.key, read.action, read.reasonText].filter((part) => part !== undefined).length;
}
