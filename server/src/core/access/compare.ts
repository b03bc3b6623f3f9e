import type { OperatorInfo } from '../aws/operators';
import { ANY_RUN, hasUnknown, matchPattern, type Match } from './glob';
import { compareAddress } from './ip-address';

/**
 * Whether a value of the request context meets a value of the policy under an operator, negation aside: `StringNotEquals`
 * is compared as `StringEquals`.
 *
 * @param pattern the policy's value, encoded with wildcards where the operator has them
 * @param subject the context's value, with `UNKNOWN_RUN` for what is not known
 */
export function compare(operator: OperatorInfo, pattern: string, subject: string): Match {
  switch (operator.family) {
    case 'String':
      return operator.name.endsWith('IgnoreCase')
        ? matchPattern(pattern.toLowerCase(), subject.toLowerCase())
        : matchPattern(pattern, subject);
    case 'Arn':
      return compareArn(pattern, subject);
    case 'Bool':
      return matchPattern(pattern.toLowerCase(), subject.toLowerCase());
    case 'Binary':
      return matchPattern(pattern, subject);
    case 'Numeric':
      return compareOrder(operator.name.slice('Numeric'.length), toNumber(pattern), toNumber(subject));
    case 'Date':
      return compareOrder(operator.name.slice('Date'.length), toTime(pattern), toTime(subject));
    case 'IpAddress':
      return hasUnknown(pattern) || hasUnknown(subject) ? 'unknown' : compareAddress(pattern, subject);
    case 'Null':
      return 'unknown';
  }
}

/** Each of the six fields is matched alone (IAM User Guide, condition operators, "Amazon Resource Name (ARN) condition operators"). */
function compareArn(pattern: string, subject: string): Match {
  // A lone "*" is in use and means any ARN; an unknown part may hold colons.
  if (pattern === ANY_RUN || hasUnknown(pattern)) return matchPattern(pattern, subject);
  const patternFields = fieldsOf(pattern);
  const subjectFields = fieldsOf(subject);
  // What IAM makes of a value that is no ARN no page says.
  if (!patternFields || !subjectFields) return matchPattern(pattern, subject) === 'no' ? 'no' : 'unknown';
  let match: Match = 'yes';
  for (let i = 0; i < patternFields.length; i++) {
    const field = matchPattern(patternFields[i] ?? '', subjectFields[i] ?? '');
    if (field === 'no') return 'no';
    if (field === 'unknown') match = 'unknown';
  }
  return match;
}

function fieldsOf(arn: string): readonly string[] | undefined {
  const fields = arn.split(':');
  return fields.length < 6 ? undefined : [...fields.slice(0, 5), fields.slice(5).join(':')];
}

/** `relation` is what follows the family in the operator's name. A value that is not of the family is not known to compare. */
function compareOrder(relation: string, wanted: number | undefined, found: number | undefined): Match {
  if (wanted === undefined || found === undefined) return 'unknown';
  const holds = ((): boolean => {
    switch (relation) {
      case 'LessThan': return found < wanted;
      case 'LessThanEquals': return found <= wanted;
      case 'GreaterThan': return found > wanted;
      case 'GreaterThanEquals': return found >= wanted;
      default: return found === wanted;
    }
  })();
  return holds ? 'yes' : 'no';
}

function toNumber(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** Dates are ISO 8601, or seconds since 1970 (IAM User Guide, condition operators, "Date condition operators"). */
function toTime(text: string): number | undefined {
  const seconds = toNumber(text);
  if (seconds !== undefined && !/^\d{4}$/.test(text)) return seconds * 1000;
  const time = /^\d{4}(-|$)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
