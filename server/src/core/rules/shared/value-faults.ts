import { isAccountId, parseArn, serviceOfArn, type Arn } from '../../aws/arn';
import { isAccountConditionKey } from '../../aws/condition-keys';
import { containsSymbol, withSampleValues } from '../../aws/identifier-comparison';
import { partitionNamed } from '../../aws/regions';
import type { Condition, Principal, ResourcePattern, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { resourcePatternOf } from '../../policy/read-statement';
import { splitAtColons } from '../../text/template-expressions';
import { hasForbiddenCharacter } from './forbidden-characters';
import { malformedArn } from './malformed-key-arns';
import { hasOnlyKmsActions } from './kms-statements';

/**
 * What is wrong with a value in itself, the first that applies (docs/aws-rules.md 8.2). Rules about what a value means for access look only
 * at values without a fault.
 */
export type ValueFault = 'unknown' | 'placeholder' | 'character' | 'whitespace' | 'not-an-arn' | 'malformed' | 'account' | 'partition';

/** Why a value is not known: it contains a word to replace, or a placeholder of a template. */
export function placeholderFault(policyString: PolicyString): 'unknown' | 'placeholder' | undefined {
  if (policyString.placeholders.length === 0) return undefined;
  return policyString.placeholders.some((placeholder) => placeholder.form === 'word') ? 'placeholder' : 'unknown';
}

/** Nearly every ARN of a key is written like this, and has no fault but perhaps its partition. */
const PLAIN_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]+$/;

/** The fault of a `Resource` value of an identity policy. */
export function resourceFault(pattern: ResourcePattern, statement: Statement): ValueFault | undefined {
  const { text, form } = pattern;
  const { value } = text;
  const fault = placeholderFault(text);
  if (fault) return fault;
  if (containsSymbol(value)) return resourceFault(resourcePatternOf({ ...text, value: withSampleValues(value) }, false), statement);
  if (PLAIN_KEY_ARN.test(value)) return partitionFault(pattern.arn);
  if (hasForbiddenCharacter(value)) return 'character';
  if (hasStrayCharacters(value)) return 'whitespace';
  if (form === 'any' || form === 'unknown') return undefined;
  // An ARN in capitals is malformed. What a wildcard or variable in place of "arn:" stands for is not known.
  if (!/^arn:/i.test(value)) return /^([*?]|\$\{)/.test(value) ? undefined : 'not-an-arn';
  if (malformedArn(value) || isUnrelatedServiceArn(pattern, statement)) return 'malformed';
  if (pattern.arn?.service !== 'kms') return undefined;
  return isPossibleAccountField(pattern.arn.account) ? partitionFault(pattern.arn) : 'account';
}

/** A literal partition that does not exist; a pattern or variable can match one. */
function partitionFault(arn: Arn | undefined): 'partition' | undefined {
  return arn === undefined || containsSymbol(arn.partition) || partitionNamed(arn.partition) || /[*?]|\$\{/.test(arn.partition) ? undefined : 'partition';
}

/**
 * Whether this is another service's ARN beside a KMS ARN, in a statement with KMS actions only. Where all values are of other services,
 * `missing-key-arn-resource` reports the statement.
 */
function isUnrelatedServiceArn(pattern: ResourcePattern, statement: Statement): boolean {
  return pattern.form === 'other' && !hasWildcardService(pattern) && hasOnlyKmsActions(statement)
    && (statement.resource?.patterns.some(mayMatchKms) ?? false);
}

/** Whether the value can match a KMS resource: a KMS ARN or pattern, well-formed or not, or a pattern for the service too. */
export function mayMatchKms(pattern: ResourcePattern): boolean {
  return pattern.form !== 'other' && pattern.form !== 'not-arn' || hasWildcardService(pattern)
    || serviceOfArn(pattern.text.value) === 'kms';
}

function hasWildcardService(pattern: ResourcePattern): boolean {
  const [head, partition = '', service = '', ...rest] = splitAtColons(pattern.text.value);
  if (head !== 'arn' || rest.length > 0 && service !== '' && !/[*?]/.test(service)) return false;
  return /[*?]/.test(`${partition}${service}`);
}

/** Nearly every principal is written like this. */
const PLAIN_PRINCIPAL_ARN = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+$/;

export function principalFault(principal: Principal): ValueFault | undefined {
  const { text, arn } = principal;
  const { node } = text;
  const value = withSampleValues(text.value);
  const fault = placeholderFault(text);
  if (fault) return fault;
  if (PLAIN_PRINCIPAL_ARN.test(value)) return principal.key?.value === 'AWS' ? partitionFault(arn) : undefined;
  if (hasForbiddenCharacter(value)) return 'character';
  if (hasStrayCharacters(value)) return 'whitespace';
  if (principal.key?.value !== 'AWS') return undefined;
  // AWS managed policies have the account "aws". Their fault is that a policy is not a principal.
  if (arn?.account === 'aws' && arn.resource.startsWith('policy/')) return undefined;
  if (arn) {
    if (arn.service !== 'iam' && arn.service !== 'sts') return undefined;
    return isPossibleAccountField(withSampleValues(arn.account)) && arn.account !== '' ? partitionFault(arn) : 'account';
  }
  // Digits, perhaps in groups, where an account id belongs.
  return /^\d[\d-]{8,}$/.test(value) && node.type === 'string' && !isAccountId(value) ? 'account' : undefined;
}

/** Whether the values of the condition are ARNs, by its operator or its key. */
function isArnCondition({ operatorName, keyLower }: Condition): boolean {
  return operatorName?.startsWith('Arn') === true || keyLower === 'aws:principalarn' || keyLower === 'aws:sourcearn';
}

/** The fault of a condition value that is an account or an ARN; other values can only have forbidden characters. */
export function conditionValueFault(policyString: PolicyString, condition: Condition): ValueFault | undefined {
  const fault = placeholderFault(policyString);
  if (fault) return fault;
  const value = withSampleValues(policyString.value);
  if (hasForbiddenCharacter(value)) return 'character';
  if (isAccountConditionKey(condition.keyLower)) {
    if (condition.operatorName?.startsWith('String') !== true || value.includes('${')) return undefined;
    if (hasStrayCharacters(value)) return 'whitespace';
    return isPossibleAccountField(value) && value !== '' ? undefined : 'account';
  }
  if (!/^\s*arn:/.test(value)) return undefined;
  // Names in other services' ARNs may contain blanks inside.
  if (value !== value.trim()) return 'whitespace';
  return isArnCondition(condition) ? partitionFault(parseArn(value)) : undefined;
}

/** White space of any kind, a zero-width space, or a quote. */
const STRAY_CHARACTER = /[\s\u200b"'`\u2018\u2019\u201c\u201d]/;

/** Whether the value has such characters around it, or inside, where ARNs of other services than KMS, IAM and STS may have them. */
export function hasStrayCharacters(value: string): boolean {
  if (!STRAY_CHARACTER.test(value) || /^\s*$/.test(value)) return false;
  if (trimStrayCharacters(value) !== value) return true;
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
  // A regular expression for the end of the value would be tried at every character.
  while (start < end && STRAY_CHARACTER.test(value.charAt(start))) start++;
  while (end > start && STRAY_CHARACTER.test(value.charAt(end - 1))) end--;
  return value.slice(start, end);
}

/** Twelve digits, nothing, or a pattern or variable that can be twelve digits. */
function isPossibleAccountField(account: string): boolean {
  return account === '' || isAccountId(account) || /[*?]|\$\{/.test(account);
}
