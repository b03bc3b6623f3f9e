import type { ConditionKeyInfo } from '../aws/condition-keys';
import { OPERATORS, operatorNamed, type OperatorFamily, type OperatorInfo } from '../aws/operators';
import { locationInFile } from '../discovery/discovery-result';
import type { Condition } from '../policy/policy';
import type { Fix } from './shared/fix';
import { fixCondition } from './shared/condition-edits';
import type { ResolvedCondition } from './shared/kms-conditions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Rule } from './rule';

export const operatorTypeMismatch: Rule = {
  code: 'operator-type-mismatch',
  severity: 'warning',
  summary: 'The condition operator does not fit the type of its key',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      const { key, condition } = resolved;
      const operator = operatorNamed(resolved.base);
      if (!operator || operatorFitsKey(operator.family, key, condition)) return;
      const better = operatorForType(operator, key);
      yield {
        at: locationInFile(located, condition.operatorNode.span),
        message: `${operator.name} does not fit ${key.name}, which is ${TYPE_NAMES[key.type]}: it compares `
          + `${FAMILY_NAMES[operator.family]}. AWS does not document that they ever match.${better === undefined ? '' : ` Use ${better}.`}`,
        related: [
          { at: locationInFile(located, condition.keyMember.key.span), message: `The value of this key is ${TYPE_NAMES[key.type]}.` },
        ],
        fixes: () => fixesFor(located, resolved, better),
      };
    },
  },
};

const TYPE_NAMES: Readonly<Record<ConditionKeyInfo['type'], string>> = {
  String: 'a string', ARN: 'an ARN', Bool: 'true or false', Numeric: 'a number', Date: 'a date', IPAddress: 'an IP address',
  ArrayOfString: 'a list of strings',
};
const FAMILY_NAMES: Readonly<Record<OperatorFamily, string>> = {
  String: 'strings', Numeric: 'numbers', Date: 'dates', Bool: 'true and false', Binary: 'binary data', IpAddress: 'IP addresses',
  Arn: 'ARNs', Null: 'nothing',
};

function operatorFitsKey(family: OperatorFamily, key: ConditionKeyInfo, condition: Condition): boolean {
  if (family === 'Null') return true;
  switch (key.type) {
    case 'String': case 'ArrayOfString':
      // Tags and encryption contexts can have any value.
      return family === 'String' || key.prefix !== undefined && family !== 'Binary' || family === 'Arn' && condition.values.every(mayBeArn);
    case 'ARN': return family === 'Arn' || family === 'String';
    case 'Bool': return family === 'Bool';
    case 'Numeric': return family === 'Numeric';
    // A time may be given in seconds since 1970 (IAM User Guide, aws:EpochTime; KMS Developer Guide, kms:ValidTo).
    case 'Date': return family === 'Date' || family === 'Numeric';
    case 'IPAddress': return family === 'IpAddress';
  }
}

/** `kms:GranteePrincipal` and other keys are strings that contain ARNs. */
function mayBeArn({ value, placeholders }: Condition['values'][number]): boolean {
  return placeholders.length > 0 || /^(arn:|[*?]|\$\{)/.test(value);
}

/** The operator of the key's type with the same relation: equal stays equal, not equal stays not equal. */
function operatorForType({ name, negated }: OperatorInfo, { type }: ConditionKeyInfo): string | undefined {
  switch (type) {
    // Bool has no negated operator; the value would have to change as well.
    case 'Bool': return negated ? undefined : 'Bool';
    case 'IPAddress': return negated ? 'NotIpAddress' : 'IpAddress';
    case 'ARN': return negated ? 'ArnNotLike' : 'ArnLike';
    case 'String': case 'ArrayOfString': return negated ? 'StringNotEquals' : 'StringEquals';
    case 'Numeric': case 'Date': {
      const relation = /(NotEquals|(?:LessThan|GreaterThan)(?:Equals)?|Equals)$/.exec(name)?.[1] ?? 'Equals';
      return OPERATORS.find((operator) => operator.name === `${type}${relation}`)?.name;
    }
  }
}

/** Not where the operator could not read a value, which would only be another fault. */
function fixesFor(located: DiscoveredPolicy, resolved: ResolvedCondition, better: string | undefined): Fix[] {
  const { condition, key, base } = resolved;
  if (better === undefined || !condition.values.every(({ value }) => isOfType(value, key.type))) return [];
  const operator = condition.operator.replace(base, better);
  return fixCondition(`Use ${operator}`, located, resolved, { operator }, { preferred: true });
}

function isOfType(value: string, type: ConditionKeyInfo['type']): boolean {
  switch (type) {
    case 'Bool': return /^(true|false)$/i.test(value);
    case 'Numeric': return /^-?\d+(\.\d+)?$/.test(value);
    case 'Date': return /^\d{4}/.test(value);
    case 'IPAddress': return /^[0-9a-f:.]+(\/\d+)?$/i.test(value);
    case 'ARN': return value.startsWith('arn:');
    case 'String': case 'ArrayOfString': return true;
  }
}
