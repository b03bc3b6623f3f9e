import { actionNamed } from '../aws/actions';
import { isServicePrincipal } from '../aws/services';
import { cloudTrailRecords, type CloudTrailRecord } from './cloud-trail';

/** What an AWS error about a KMS key says, as far as it says it. */
export interface DeniedMessage {
  /** ARN as it stands there: of a user, of a role, or of the session of one; or the principal of a service. */
  readonly identity: string | undefined;
  /** `kms:Decrypt`, in AWS's spelling. */
  readonly action: string | undefined;
  /** ARN of a key or alias, or the key id of a request. */
  readonly key: string | undefined;
  /** AWS's own reason: `no resource-based policy allows the kms:Decrypt action`, `explicit deny in a service control policy`. */
  readonly because: string | undefined;
  readonly source: 'message' | 'cloudtrail' | 'ciphertext' | 'secrets-manager';
}

/**
 * Reads identity, action and key from an AccessDenied error for a KMS action: the message of AWS KMS, alone or inside a log, JSON,
 * XML or the error of another service, or a CloudTrail record. Undefined for a text that is none of these.
 */
export function readDeniedMessage(text: string): DeniedMessage | undefined {
  for (const record of cloudTrailRecords(text)) {
    const read = fromRecord(record);
    if (read) return read;
  }
  const spaced = plainText(text);
  // A terminal breaks lines in the middle of an ARN; a mail between words.
  return [spaced, plainText(text.replace(/[ \t]*\r?\n[ \t│|]*/g, ''))].map(fromText).sort((a, b) => wholeness(b) - wholeness(a))[0];
}

/** Names may hold commas and dots, but a sentence goes on behind those at the end. */
const IDENTITY = /arn:[\w-]+:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]*[\w+=@-])/;
const KEY = /arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:(?:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|alias\/[\w:/-]+)/;
/** All wordings of an authorization error have this in common (IAM User Guide, Troubleshoot access denied error messages). */
const NOT_AUTHORIZED = /(?:User:\s*)?(\S+) is not authorized to perform:?\s*(kms:\w+)/i;
const REASONS = [
  /because (no [\w -]+? polic(?:y|ies) allows? (?:the kms:\w+ action|access))/i,
  /because (the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access)/i,
  /with an (explicit deny in an? [\w -]*?policy)/i,
];
/** The older wording of AWS KMS for a ciphertext whose key cannot be used; S3 and Parameter Store hand it on. */
const CIPHERTEXT = /The ciphertext refers to a (?:customer master key|KMS key) that does not exist, does not exist in this region, or you are not allowed to access/i;
/** AWS Secrets Manager tells no more than this. */
const SECRETS_MANAGER = /Access to KMS is not allowed/i;
const OPERATION = /when calling the (\w+) operation/i;

function fromText(text: string): DeniedMessage | undefined {
  const match = NOT_AUTHORIZED.exec(text);
  const named = { identity: IDENTITY.exec(text)?.[0], key: KEY.exec(text)?.[0] };
  if (match) {
    const rest = text.slice(match.index);
    const action = actionNamed(match[2] ?? '')?.name;
    if (action === undefined) return undefined;
    return { identity: identityIn(match[1] ?? ''), action, key: KEY.exec(rest)?.[0] ?? named.key, because: reasonIn(rest), source: 'message' };
  }
  const ciphertext = CIPHERTEXT.exec(text);
  if (ciphertext) return { ...named, action: 'kms:Decrypt', because: undefined, source: 'ciphertext' };
  if (!SECRETS_MANAGER.test(text)) return undefined;
  // Reading a secret takes Decrypt, writing one GenerateDataKey (Secrets Manager User Guide, encryption and decryption).
  const operation = OPERATION.exec(text)?.[1] ?? '';
  const action = /^(Create|Put|Update)/.test(operation) ? 'kms:GenerateDataKey' : 'kms:Decrypt';
  return { ...named, action, because: undefined, source: 'secrets-manager' };
}

function fromRecord(record: CloudTrailRecord): DeniedMessage | undefined {
  const { errorMessage, identity } = record;
  const said = errorMessage === undefined ? undefined : fromText(plainText(errorMessage));
  const called = record.eventSource === 'kms.amazonaws.com' ? actionNamed(`kms:${record.eventName}`)?.name : undefined;
  const action = said?.action ?? called;
  if (action === undefined) return undefined;
  return { identity: said?.identity ?? identity, action, key: said?.key ?? record.keyArn ?? record.keyId, because: said?.because, source: 'cloudtrail' };
}

function identityIn(text: string): string | undefined {
  return IDENTITY.exec(text)?.[0] ?? (isServicePrincipal(text) ? text : undefined);
}

function reasonIn(text: string): string | undefined {
  for (const reason of REASONS) {
    const [, found] = reason.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  return undefined;
}

function wholeness(read: DeniedMessage | undefined): number {
  if (!read) return -1;
  return [read.identity, read.key, read.action, read.because].filter((part) => part !== undefined).length;
}

/** Escapes of JSON and XML undone, white space and frames of terminals made one blank. */
function plainText(text: string): string {
  return text
    .replace(/\\+[nrt]/g, ' ')
    .replace(/\\+u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\+(["'/])/g, '$1')
    .replace(/&(?:quot|#34|#x22);/g, '"').replace(/&(?:apos|#39|#x27);/g, "'").replace(/&amp;/g, '&')
    .replace(/[\s│]+/g, ' ');
}
