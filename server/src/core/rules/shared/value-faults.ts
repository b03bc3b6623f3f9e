import { isAccountId, parseArn, serviceOfArn, type Arn } from '../../aws/arn';
import { partitionNamed } from '../../aws/regions';
import type { Condition, Principal, ResourcePattern, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { splitAtColons } from '../../text/template-expressions';
import { hasForbiddenCharacter } from './forbidden-characters';
import { malformedArn } from './malformed-key-arns';
import { hasOnlyKmsActions } from './kms-statements';

/**
 * What is wrong with a value in itself, the first that applies: the order in which one finding silences others
 * (docs/aws-rules.md 8.2). Rules about what a value means for access look only at values without a fault.
 */
export type ValueFault = 'unknown' | 'placeholder' | 'character' | 'whitespace' | 'not-an-arn' | 'malformed' | 'account' | 'partition';

/** What keeps a value from being known: a word to replace, or a part that a template fills in. */
export function placeholderFault(policyString: PolicyString): 'unknown' | 'placeholder' | undefined {
  if (policyString.placeholders.length === 0) return undefined;
  return policyString.placeholders.some((placeholder) => placeholder.form === 'word') ? 'placeholder' : 'unknown';
}

/** How nearly every ARN of a key is written: nothing to look for. */
const PLAIN_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]+$/;

/** The fault of a `Resource` value of an identity policy. */
export function resourceFault(pattern: ResourcePattern, statement: Statement): ValueFault | undefined {
  const { text: policyString, form } = pattern;
  const hole = placeholderFault(policyString);
  if (hole) return hole;
  if (PLAIN_KEY_ARN.test(policyString.value)) return partitionFault(pattern.arn);
  if (hasForbiddenCharacter(policyString.value)) return 'character';
  if (hasStrayCharacters(policyString.value)) return 'whitespace';
  if (form === 'any' || form === 'unknown') return undefined;
  // An ARN of the service that is written in capitals is malformed, everything else without "arn:" is none.
  if (!/^arn:/i.test(policyString.value)) return startsWithWildcard(policyString.value) ? undefined : 'not-an-arn';
  if (malformedArn(policyString.value) || isUnrelatedServiceArn(pattern, statement)) return 'malformed';
  if (pattern.arn?.service !== 'kms') return undefined;
  return isPossibleAccountField(pattern.arn.account) ? partitionFault(pattern.arn) : 'account';
}

/** A partition is written out and there is none of that name; a pattern or variable may become one. */
function partitionFault(arn: Arn | undefined): 'partition' | undefined {
  return arn === undefined || partitionNamed(arn.partition) || /[*?]|\$\{/.test(arn.partition) ? undefined : 'partition';
}

/** `*`, `?` or a variable where `arn:` is due: what it stands for cannot be told. */
function startsWithWildcard(value: string): boolean {
  return /^([*?]|\$\{)/.test(value);
}

/**
 * Another service's ARN beside a KMS ARN, in a statement for nothing but KMS actions. Where all values are of other
 * services the statement lacks the key's ARN as a whole, which is `missing-key-arn-resource`.
 */
function isUnrelatedServiceArn(pattern: ResourcePattern, statement: Statement): boolean {
  return pattern.form === 'other' && !hasWildcardService(pattern) && hasOnlyKmsActions(statement)
    && (statement.resource?.patterns.some(mayMatchKms) ?? false);
}

/** Whether the value can match anything of KMS: a KMS ARN or pattern, well-formed or not, or one that leaves the service open. */
export function mayMatchKms(pattern: ResourcePattern): boolean {
  return pattern.form !== 'other' && pattern.form !== 'not-arn' || hasWildcardService(pattern) || serviceOfArn(pattern.text.value) === 'kms';
}

function hasWildcardService(pattern: ResourcePattern): boolean {
  const [head, partition = '', service = '', ...rest] = splitAtColons(pattern.text.value);
  if (head !== 'arn' || rest.length > 0 && service !== '' && !/[*?]/.test(service)) return false;
  return /[*?]/.test(`${partition}${service}`);
}

/** How nearly every principal is written. */
const PLAIN_PRINCIPAL_ARN = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+$/;

/** The fault of a value of `Principal`, as far as the value alone tells. */
export function principalFault(principal: Principal): ValueFault | undefined {
  const { text: policyString, arn } = principal;
  const hole = placeholderFault(policyString);
  if (hole) return hole;
  if (PLAIN_PRINCIPAL_ARN.test(policyString.value)) return principal.key?.value === 'AWS' ? partitionFault(arn) : undefined;
  if (hasForbiddenCharacter(policyString.value)) return 'character';
  if (hasStrayCharacters(policyString.value)) return 'whitespace';
  if (principal.key?.value !== 'AWS') return undefined;
  // The managed policies of AWS stand in its own account "aws"; that no policy is a principal is the fault then.
  if (arn?.account === 'aws' && arn.resource.startsWith('policy/')) return undefined;
  if (arn) {
    if (arn.service !== 'iam' && arn.service !== 'sts') return undefined;
    return isPossibleAccountField(arn.account) && arn.account !== '' ? partitionFault(arn) : 'account';
  }
  return looksLikeAccountId(policyString.value) && policyString.node.type === 'string' && !isAccountId(policyString.value) ? 'account' : undefined;
}

/** Condition keys whose values are account ids. */
const ACCOUNT_CONDITION_KEYS = new Set([
  'kms:calleraccount', 'aws:principalaccount', 'aws:sourceaccount', 'aws:resourceaccount', 'aws:vpceaccount',
]);

function isAccountCondition(condition: Condition): boolean {
  return ACCOUNT_CONDITION_KEYS.has(condition.keyLower);
}

/** Whether the values of the condition are ARNs: by its operator, or by a key that holds nothing else. */
function isArnCondition({ operatorName, keyLower }: Condition): boolean {
  return operatorName?.startsWith('Arn') === true || keyLower === 'aws:principalarn' || keyLower === 'aws:sourcearn';
}

/** The fault of a condition value that names an account or an ARN; other values are not looked at. */
export function conditionValueFault(policyString: PolicyString, condition: Condition): ValueFault | undefined {
  const hole = placeholderFault(policyString);
  if (hole) return hole;
  const { value } = policyString;
  if (hasForbiddenCharacter(value)) return 'character';
  if (isAccountCondition(condition)) {
    if (condition.operatorName?.startsWith('String') !== true || value.includes('${')) return undefined;
    if (hasStrayCharacters(value)) return 'whitespace';
    return isPossibleAccountField(value) && value !== '' ? undefined : 'account';
  }
  if (!/^\s*arn:/.test(value)) return undefined;
  // Names in other services' ARNs may hold blanks, so only those around count here.
  if (value !== value.trim()) return 'whitespace';
  return isArnCondition(condition) ? partitionFault(parseArn(value)) : undefined;
}

/** White space of any kind, a zero-width space, or a quote. */
const STRAY_CHARACTER = /[\s\u200b"'`\u2018\u2019\u201c\u201d]/;

/** Characters that no ARN, action or account has: inside only where it is one of KMS, IAM or STS, else around the value. */
export function hasStrayCharacters(value: string): boolean {
  if (!STRAY_CHARACTER.test(value)) return false;
  if (/^\s*$/.test(value)) return false;
  const trimmed = trimStrayCharacters(value);
  if (trimmed !== value) return true;
  return !/^arn:/i.test(value) || /^(?:kms|iam|sts)$/.test(serviceOfArn(value)?.trim() ?? '');
}

/** The value without such characters; those inside another service's ARN stay. */
export function withoutStrayCharacters(value: string): string {
  const trimmed = trimStrayCharacters(value);
  return hasStrayCharacters(trimmed) ? trimmed.split(STRAY_CHARACTER).join('') : trimmed;
}

function trimStrayCharacters(value: string): string {
  let start = 0;
  let end = value.length;
  // A pattern for the end of the value would be tried at every character.
  while (start < end && STRAY_CHARACTER.test(value.charAt(start))) start++;
  while (end > start && STRAY_CHARACTER.test(value.charAt(end - 1))) end--;
  return value.slice(start, end);
}

/** Twelve digits, nothing yet, or a pattern or variable that may become twelve digits. */
function isPossibleAccountField(account: string): boolean {
  return account === '' || isAccountId(account) || /[*?]|\$\{/.test(account);
}

/** Digits, perhaps in groups, where an account id is due. */
function looksLikeAccountId(value: string): boolean {
  return /^\d[\d-]{8,}$/.test(value);
}
