import { parseArn } from '../../aws/arn';
import { operatorNamed } from '../../aws/operators';
import type { Condition, Statement } from '../../model/policy';
import type { Text } from '../../model/text';
import { isUnknownKey } from './never-true';
import { isPositive } from './statements';

/**
 * Condition keys that can limit who everyone (`*`) is to some accounts, organizations or networks, with the part of a value
 * that says which: the whole value, an ARN, or the organization at the start of a path (reference, row 2).
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const LIMITING: ReadonlyMap<string, 'whole' | 'arn' | 'path'> = new Map([
  ['kms:calleraccount', 'whole'], ['aws:principalaccount', 'whole'], ['aws:principalorgid', 'whole'], ['aws:principalorgpaths', 'path'],
  ['aws:principalarn', 'arn'], ['aws:sourceaccount', 'whole'], ['aws:sourcearn', 'arn'], ['aws:sourceorgid', 'whole'],
  ['aws:sourceorgpaths', 'path'], ['aws:sourcevpce', 'whole'], ['aws:sourcevpc', 'whole'], ['aws:sourcevpcarn', 'arn'],
  ['aws:vpceaccount', 'whole'], ['aws:vpceorgid', 'whole'], ['aws:vpceorgpaths', 'path'],
]);

/** Whether a condition of the statement leaves only callers of certain accounts, organizations or networks; unknown values are taken to do so. */
export function limitsAccounts(statement: Statement): boolean {
  return statement.conditions.some((condition) => {
    // Nobody gets past a key that KMS does not have, and it is a finding of its own.
    if (isUnknownKey(condition) && isPositive(condition)) return true;
    const part = LIMITING.get(condition.keyLower);
    if (!part || !isPositive(condition) && condition.base !== undefined) return false;
    // Any one value is enough for the condition to hold, so each has to be a limit. To StringEquals a star is a star: no
    // account has one, so nobody gets past it, and that too is a finding of its own.
    return condition.values.every((text) => isLimit(text, part) || takesLiterally(condition) && /[*?]/.test(text.value));
  });
}

/** Only the `Like` operators and those for ARNs read wildcards (IAM User Guide, IAM JSON policy elements: Condition operators). */
function takesLiterally({ base }: Condition): boolean {
  const operator = base === undefined ? undefined : operatorNamed(base);
  return operator?.family === 'String' && !operator.wildcards;
}

/** The condition that comes nearest to a limit, to say why it is none. */
export function nearLimit(statement: Statement): Condition | undefined {
  return statement.conditions.find((condition) => LIMITING.has(condition.keyLower)) ?? statement.conditions[0];
}

function isLimit({ value, holes }: Text, part: 'whole' | 'arn' | 'path'): boolean {
  if (holes.length > 0) return true;
  if (value.includes('${')) return false;
  if (part === 'whole') return !/[*?]/.test(value);
  if (part === 'path') return !/[*?]/.test(value.split('/')[0] ?? '');
  const arn = parseArn(value);
  if (!arn) return !/[*?]/.test(value);
  // Names without an account in their ARN (buckets) are unique in the world; only their first letters have to be fixed.
  return arn.account === '' ? !/^[*?]/.test(arn.resource) : !/[*?]/.test(arn.account);
}
