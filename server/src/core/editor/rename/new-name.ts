import { isAccountId, parseArn } from '../../aws/arn';
import { containsSymbol, describeIdentifier, withSampleValues } from '../../aws/identifier-comparison';
import { formatKeyArn, keyIdForm, parseKeyArn } from '../../aws/key-arn';
import { refusal, type Refusal } from '../../generate/counterpart';
import { MANIFEST_VALUE_PATTERNS } from '../../manifest/manifest-schema';
import { parseIdentityArn, parseFullKeyArn, type ParsedIdentityArn, type ParsedKeyArn } from '../../linking/names';
import { nameWithoutPath, type NamedEntity } from '../named-entity';

/** IAM User Guide, IAM and AWS STS quotas: characters of a name. */
const MAX_NAME_LENGTHS: Readonly<Record<ParsedIdentityArn['kind'], number>> = { role: 64, user: 64, group: 128 };

/**
 * The subject by its new name: an account id; the whole ARN of the identity, `role/Name`, or a name that keeps its path; the whole
 * ARN of the key, or a key id. Says in words why a text is none of these; what it is can not change.
 */
export function parseNewName(namedEntity: NamedEntity, text: string): NamedEntity | Refusal {
  const newName = text.trim();
  switch (namedEntity.kind) {
    case 'account':
      return isAccountId(newName)
        ? { kind: 'account', account: newName }
        : refusal(`"${newName}" is not an account id: it has exactly 12 digits.`);
    case 'identity': return parseNewIdentityName(namedEntity.name, newName);
    case 'key': return parseNewKeyName(namedEntity.name, newName);
  }
}

function parseNewIdentityName(oldName: ParsedIdentityArn, newName: string): NamedEntity | Refusal {
  if (containsSymbol(oldName.arn) && newName.startsWith('arn:'))
    return refusal(`The account of this ${oldName.kind} is that of the stack, which a template does not name: give the name alone.`);
  const arn = newName.startsWith('arn:')
    ? newName
    : `arn:${oldName.partition}:iam::${oldName.account}:${resourceWithName(oldName, newName)}`;
  const sample = withSampleValues(arn);
  const name = MANIFEST_VALUE_PATTERNS.identityArn.test(sample) && SAFE_ARN_PATTERN.test(sample) ? parseIdentityArn(arn) : undefined;
  if (!name)
    return refusal(`"${newName}" is neither the ARN nor the name of a ${oldName.kind}: arn:aws:iam::ACCOUNT:${oldName.kind}/NAME, `
      + 'with 12 digits for the account, and letters, digits and _+=,.@- in the name.');
  if (name.kind !== oldName.kind)
    return refusal(`${describeIdentifier(oldName.arn)} is a ${oldName.kind} and cannot become a ${name.kind} by a new name.`);
  const length = nameWithoutPath(name).length;
  const maxLength = MAX_NAME_LENGTHS[name.kind];
  return length > maxLength
    ? refusal(`The name of a ${name.kind} has at most ${maxLength} characters, this one has ${length}.`)
    : { kind: 'identity', name };
}

/**
 * A path may hold nearly every character, but one that is a wildcard, a variable or a quote elsewhere in policies would change what they
 * mean.
 */
const SAFE_ARN_PATTERN = /^[\w+=,.@/:-]+$/;

function resourceWithName(oldName: ParsedIdentityArn, newName: string): string {
  if (newName.includes('/')) return newName;
  const resource = parseArn(oldName.arn)?.resource ?? '';
  return `${resource.slice(0, resource.lastIndexOf('/') + 1)}${newName}`;
}

function parseNewKeyName(oldName: ParsedKeyArn, newName: string): NamedEntity | Refusal {
  const arn = newName.startsWith('arn:') ? newName : formatKeyArn({ ...oldName, keyId: newName.replace(/^key\//, '') });
  const name = parseKeyArn(arn) ? parseFullKeyArn(arn) : undefined;
  if (!name)
    return refusal(`"${newName}" is neither the ARN nor the id of a KMS key: `
      + 'arn:aws:kms:REGION:ACCOUNT:key/KEY-ID, where the key id is a UUID or mrk- with 32 hexadecimal digits.');
  if (keyIdForm(name.keyId) === keyIdForm(oldName.keyId)) return { kind: 'key', name };
  const [oldForm, newForm] = [oldName.keyId, name.keyId].map((keyId) => KEY_ID_FORM_TEXTS[keyIdForm(keyId) ?? 'uuid']);
  return refusal(`${oldName.keyId} is ${oldForm ?? ''}, ${name.keyId} ${newForm ?? ''}: the one cannot become the other.`);
}

const KEY_ID_FORM_TEXTS = { 'uuid': 'the id of a single-Region key', 'multi-region': 'the id of a multi-Region key' } as const;
