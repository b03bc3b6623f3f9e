import { formatArn, parseArn, type Arn } from '../../aws/arn';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import { partitionOfRegion, regionNamed } from '../../aws/regions';

/** What is wrong with the form of a KMS ARN, and the ARN that is most likely meant. */
interface MalformedArn {
  /** `empty` is a warning; ARNs with another fault never match. */
  readonly fault: 'capitals' | 'fields' | 'separator' | 'empty' | 'type' | 'no-id';
  /** One sentence, without the value. */
  readonly message: string;
  readonly correctedArn?: string | undefined;
}

/**
 * The first fault in the form of an ARN or pattern of the service kms (docs/aws-rules.md 5.4, docs/rules/malformed-key-arn.md); undefined
 * for well-formed ones and for those of other services.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html, resource types
 */
export function malformedArn(value: string): MalformedArn | undefined {
  // A policy variable contains a colon and can stand for anything.
  if (value.includes('${')) {
    const malformed = malformedArn(value.replace(/\$\{[^}]*\}?/g, '*'));
    return malformed && { ...malformed, correctedArn: undefined };
  }
  if (!/^arn:[^:]*:kms(:|$)/i.test(value)) return undefined;
  const arn = parseArn(value.replace(/^arn/i, 'arn'));
  if (!arn) {
    // A star at the end can match the missing colons too.
    if (value.endsWith('*') && value.startsWith('arn:')) return undefined;
    return { fault: 'fields', message: 'This is not the ARN of a key, which has six fields: arn:partition:kms:region:account:key/id' };
  }
  const fault = capitalsFault(value, arn) ?? separatorFault(arn);
  return fault ?? (arn.resource.startsWith(':') ? undefined : resourceTypeFault(arn)) ?? emptyFieldFault(arn);
}

/** Whether the Region of an ARN or a key is one of its partition. If not, no such key exists (`partition-mismatch`). */
export function hasConsistentPartition(
  { partition, region }: { readonly partition: string | undefined; readonly region: string | undefined },
): boolean {
  const owner = region === undefined ? undefined : partitionOfRegion(region);
  return compareIdentifiers(owner, partition) !== 'different' || /[*?$]/.test(partition ?? '');
}

/** Whether the Region is a literal that does not exist. A Region of another partition is `partition-mismatch`. */
export function isUnknownRegion(arn: Arn): boolean {
  return /^[a-z0-9-]+$/.test(arn.region) && !regionNamed(arn.region) && hasConsistentPartition(arn);
}

function capitalsFault(value: string, arn: Arn): MalformedArn | undefined {
  const [type = '', ...rest] = arn.resource.split('/');
  const id = rest.join('/');
  // Alias names may contain capitals, key ids do not.
  const idLower = type.toLowerCase() === 'key' && /^(mrk-)?[0-9a-f-]{32,36}$/i.test(id) ? id.toLowerCase() : id;
  const lower = formatArn({
    partition: arn.partition.toLowerCase(),
    service: arn.service.toLowerCase(),
    region: arn.region.toLowerCase(),
    account: arn.account,
    resource: [/^(key|alias)$/i.test(type) ? type.toLowerCase() : type, ...(rest.length > 0 ? [idLower] : [])].join('/'),
  });
  if (lower === value) return undefined;
  return { fault: 'capitals', message: 'This ARN is not in lower case, as KMS writes ARNs', correctedArn: lower };
}

function separatorFault(arn: Arn): MalformedArn | undefined {
  const [, type, id] = /^(key|alias):(.*)$/.exec(arn.resource) ?? [];
  if (type === undefined || id === undefined) return undefined;
  return {
    fault: 'separator',
    message: `A slash is missing after "${type}": KMS separates what follows by a slash, not by a colon`,
    correctedArn: id === '' ? undefined : formatArn({ ...arn, resource: `${type}/${id}` }),
  };
}

function resourceTypeFault(arn: Arn): MalformedArn | undefined {
  const { resource } = arn;
  if (resource === 'key/' || resource === 'alias/' || resource === 'key' || resource === 'alias') {
    const missing = resource.startsWith('key') ? 'key id' : 'name';
    return { fault: 'no-id', message: `The ${missing} is missing after "${resource.replace('/', '')}/"` };
  }
  const literal = resource.split(/[*?]/)[0] ?? '';
  if (['key/', 'alias/'].some((type) => literal.startsWith(type) || literal !== resource && type.startsWith(literal))) {
    if (!/^key\/[^*?]*:/.test(resource)) return undefined;
    return { fault: 'fields', message: 'A key id has no colon: an ARN of a key ends with it' };
  }
  return { fault: 'type', message: 'This is not a KMS resource: there are only "key/" with a key id and "alias/" with a name' };
}

function emptyFieldFault(arn: Arn): MalformedArn | undefined {
  const empty = [arn.region === '' ? 'Region' : '', arn.account === '' ? 'account' : ''].filter(Boolean);
  if (empty.length === 0) return undefined;
  const verb = empty.length === 1 ? 'is' : 'are';
  return { fault: 'empty', message: `The ${empty.join(' and the ')} of the key ${verb} missing, and an empty field matches no key` };
}
