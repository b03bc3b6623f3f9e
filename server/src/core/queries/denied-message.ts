import { actionNamed } from '../aws/actions';
import { isServicePrincipal } from '../aws/services';
import { parseAwsDenialReason, type AwsDenialReason } from './aws-denial-reason';
import { cloudTrailRecords, type CloudTrailRecord } from './cloudtrail-records';
import { excerptOfMessage, joinBrokenLines, normalizeMessageText } from './message-excerpt';

/** What an AWS error about a KMS key contains; each member is undefined where it is missing. */
export interface DeniedMessage {
  /** ARN as it stands there, of a user, a role, or a session of a role; or the principal of a service. */
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
  const [denied] = cloudTrailRecords(text.slice(0, MAX_RECORDS_LENGTH)).flatMap((record) => parseCloudTrailRecord(record) ?? []);
  if (denied) return { ...denied,
    note: text.length > MAX_RECORDS_LENGTH ? `Only the first ${MAX_RECORDS_LENGTH / 1024} KiB of the records are read.` : undefined };
  const { text: excerpt, note } = excerptOfMessage(text);
  // Lines of a mail end between words, those of a terminal in the middle of an ARN.
  const [message] = [excerpt, joinBrokenLines(excerpt)].map((candidate) => parseErrorText(normalizeMessageText(candidate)))
    .sort((a, b) => countKnownParts(b) - countKnownParts(a));
  return message && { ...message, note };
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
  const arns = { identity: IDENTITY_ARN_PATTERN.exec(text)?.[0], key: KEY_OR_ALIAS_ARN_PATTERN.exec(text)?.[0] };
  const withoutReason = { ...arns, reasonText: undefined, aws: undefined };
  if (match) {
    const action = actionNamed(match[1] ?? '')?.name;
    if (action === undefined) return undefined;
    const textAfter = text.slice(match.index);
    const reasonText = denialReasonIn(textAfter);
    const caller = text.slice(text.lastIndexOf(' ', match.index - 1) + 1, match.index);
    return { identity: callerInText(caller), action, key: KEY_OR_ALIAS_ARN_PATTERN.exec(textAfter)?.[0] ?? arns.key, reasonText,
      aws: reasonText === undefined ? undefined : parseAwsDenialReason(reasonText), source: 'message' };
  }
  const operation = OPERATION_PATTERN.exec(text)?.[1] ?? '';
  if (CIPHERTEXT_PATTERN.test(text))
    return { ...withoutReason, action: operation === 'ReEncrypt' ? 'kms:ReEncryptFrom' : 'kms:Decrypt', source: 'ciphertext' };
  // Reading a secret takes Decrypt, writing one GenerateDataKey (Secrets Manager User Guide, encryption and decryption).
  if (SECRETS_MANAGER_PATTERN.test(text)) {
    const action = /^(Create|Put|Update)/.test(operation) ? 'kms:GenerateDataKey' : 'kms:Decrypt';
    return { ...withoutReason, action, source: 'secrets-manager' };
  }
  const notFound = NOT_FOUND_PATTERN.exec(text)?.[0];
  if (notFound !== undefined) {
    return { ...withoutReason, key: KEY_OR_ALIAS_ARN_PATTERN.exec(notFound)?.[0] ?? ALIAS_NAME_PATTERN.exec(notFound)?.[1] ?? arns.key,
      action: actionNamed(`kms:${operation}`)?.name ?? 'kms:Decrypt', source: 'not-found' };
  }
  if (!text.includes(S3_HEAD_ERROR_TEXT) && !(S3_DENIED_PATTERN.test(text) && S3_CODE_PATTERN.test(text))) return undefined;
  // Writing an object takes GenerateDataKey, reading one and ending a multipart upload Decrypt (KMS Developer Guide, How Amazon S3 uses AWS
  // KMS).
  return { ...withoutReason, action: /^(Put|Copy|CreateMultipart)/.test(operation) ? 'kms:GenerateDataKey' : 'kms:Decrypt', source: 's3' };
}

function parseCloudTrailRecord(record: CloudTrailRecord): ParsedDeniedMessage | undefined {
  const message = record.errorMessage === undefined ? undefined : parseErrorText(normalizeMessageText(record.errorMessage));
  const calledAction = record.eventSource === 'kms.amazonaws.com' ? actionNamed(`kms:${record.eventName}`)?.name : undefined;
  const action = message?.action ?? calledAction;
  if (action === undefined) return undefined;
  return { identity: message?.identity ?? record.identity, action, key: message?.key ?? record.keyArn ?? record.keyId,
    reasonText: message?.reasonText, aws: message?.aws, source: 'cloudtrail' };
}

function callerInText(text: string): string | undefined {
  return IDENTITY_ARN_PATTERN.exec(text)?.[0] ?? (isServicePrincipal(text) ? text : undefined);
}

function denialReasonIn(text: string): string | undefined {
  return DENIAL_REASON_PATTERNS.map((pattern) => pattern.exec(text)?.[1]).find((reason) => reason !== undefined);
}

function countKnownParts(message: ParsedDeniedMessage | undefined): number {
  if (!message) return -1;
  return [message.identity, message.key, message.action, message.reasonText].filter((part) => part !== undefined).length;
}
