import type { OperatorInfo } from '../aws/operators';
import { WILDCARD_ANY_CHARACTERS, hasUnknown, matchPattern, type MatchResult } from './pattern-matching';
import { compareAddress } from './ip-address';

/**
 * Whether a value of the request context meets a value of the policy under an operator, negation aside: `StringNotEquals`
 * is compared as `StringEquals`.
 *
 * @param pattern the policy's value, encoded with wildcards where the operator has them
 * @param subject the context's value, with `UNKNOWN_RUN` for what is not known
 */
export function compareConditionValue(operator: OperatorInfo, pattern: string, subject: string): MatchResult {
  switch (operator.family) {
    case 'String':
      return operator.name.endsWith('IgnoreCase')
        ? matchPattern(pattern.toLowerCase(), subject.toLowerCase())
        : matchPattern(pattern, subject);
    case 'Arn':
      return compareArnFields(pattern, subject);
    case 'Bool':
      return matchPattern(pattern.toLowerCase(), subject.toLowerCase());
    case 'Binary':
      return matchPattern(pattern, subject);
    case 'Numeric':
      return compareOrderedValues(operator.name.slice('Numeric'.length), parseNumber(pattern), parseNumber(subject));
    case 'Date':
      return compareOrderedValues(operator.name.slice('Date'.length), parseDate(pattern), parseDate(subject));
    case 'IpAddress':
      return hasUnknown(pattern) || hasUnknown(subject) ? 'unknown' : compareAddress(pattern, subject);
    case 'Null':
      return 'unknown';
  }
}

/** Each of the six fields is matched alone (IAM User Guide, condition operators, "Amazon Resource Name (ARN) condition operators"). */
function compareArnFields(pattern: string, subject: string): MatchResult {
  // A lone "*" is in use and means any ARN; an unknown part may hold colons.
  if (pattern === WILDCARD_ANY_CHARACTERS || hasUnknown(pattern)) return matchPattern(pattern, subject);
  const patternFields = arnFieldsOf(pattern);
  const subjectFields = arnFieldsOf(subject);
  // What IAM makes of a value that is no ARN no page says.
  if (!patternFields || !subjectFields) return matchPattern(pattern, subject) === 'no' ? 'no' : 'unknown';
  let matchResult: MatchResult = 'yes';
  for (let i = 0; i < patternFields.length; i++) {
    const field = matchPattern(patternFields[i] ?? '', subjectFields[i] ?? '');
    if (field === 'no') return 'no';
    if (field === 'unknown') matchResult = 'unknown';
  }
  return matchResult;
}

function arnFieldsOf(arn: string): readonly string[] | undefined {
  const fields = arn.split(':');
  return fields.length < 6 ? undefined : [...fields.slice(0, 5), fields.slice(5).join(':')];
}

/** `relation` is what follows the family in the operator's name. A value that is not of the family is not known to compare. */
function compareOrderedValues(relation: string, expected: number | undefined, actual: number | undefined): MatchResult {
  if (expected === undefined || actual === undefined) return 'unknown';
  const isSatisfied = ((): boolean => {
    switch (relation) {
      case 'LessThan': return actual < expected;
      case 'LessThanEquals': return actual <= expected;
      case 'GreaterThan': return actual > expected;
      case 'GreaterThanEquals': return actual >= expected;
      default: return actual === expected;
    }
  })();
  return isSatisfied ? 'yes' : 'no';
}

function parseNumber(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** Dates are ISO 8601, or seconds since 1970 (IAM User Guide, condition operators, "Date condition operators"). */
function parseDate(text: string): number | undefined {
  const seconds = parseNumber(text);
  if (seconds !== undefined && !/^\d{4}$/.test(text)) return seconds * 1000;
  const time = /^\d{4}(-|$)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
