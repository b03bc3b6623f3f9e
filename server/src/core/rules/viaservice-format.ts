import { formatViaService, VIA_SERVICES } from '../aws/services';
import { regionNamed } from '../aws/regions';
import { locationInFile } from '../discovery/discovery-result';
import type { PolicyString } from '../policy/policy-string';
import { fixValue, type Fix } from './shared/fix';
import { effectOfImpossibleValue, hasPolicyVariable, hasNegatedOperator, literalValues, takesWildcards,
  type ConditionInStatement, requiresConditionValue } from './shared/kms-conditions';
import { requiresViaServiceOfServices, VIA_SERVICE_KEY, viaServiceFault, type ViaServiceFault } from './shared/via-service';
import type { PolicySubject, Rule } from './rule';

export const viaserviceFormat: Rule = {
  code: 'viaservice-format',
  severity: 'error',
  summary: 'A value of kms:ViaService does not have the form service.region.amazonaws.com',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
  check: {
    *condition(conditionInStatement, subject) {
      const located = subject.policy;
      const { condition, statement } = conditionInStatement;
      if (condition.keyLower !== VIA_SERVICE_KEY || condition.operatorName?.startsWith('String') !== true) return;
      if (located.policy.kind === 'key' && requiresViaServiceOfServices(statement, condition)) return;
      const faults = condition.values.map((policyString) => faultOf(policyString, conditionInStatement));
      for (const text of literalValues(condition)) {
        const fault = faults[condition.values.indexOf(text)];
        if (fault === undefined) continue;
        const isChina = fault === 'china';
        const consequence = hasNegatedOperator(condition) && !isChina ? `, ${effectOfImpossibleValue(conditionInStatement)}. It` : ': it';
        const example = formatViaService(serviceOf(text.value) ?? 's3', regionsOf(subject, conditionInStatement)[0] ?? 'us-west-2');
        yield {
          at: locationInFile(located, text.node.span),
          // Another value may match, and a value under a negated operator does not prevent access.
          severity: isChina || faults.includes(undefined) || !requiresConditionValue(condition) ? 'warning' : 'error',
          message: `${REASONS[fault]}, so no request ${isChina ? 'should have' : 'has'} this value${consequence} is the service, `
            + `the Region of the call and amazonaws.com, as in ${example}.`
            + (isChina ? ' AWS does not document the value in China: compare with a request in CloudTrail.' : ''),
          fixes: () => fixesFor(subject, conditionInStatement, text, fault),
        };
      }
    },
  },
};

const REASONS: Readonly<Record<ViaServiceFault, string>> = {
  capitals: 'kms:ViaService is written in lower case',
  china: 'This ending of kms:ViaService is not documented: the KMS Developer Guide shows amazonaws.com in every partition, in China too',
  'no-region': 'The Region is missing in this value of kms:ViaService',
  form: 'This is not a value of kms:ViaService',
};

/** Undefined for valid values and for those with placeholders or policy variables, which may be valid. */
function faultOf(policyString: PolicyString, { condition }: ConditionInStatement): ViaServiceFault | undefined {
  if (policyString.placeholders.length > 0 || hasPolicyVariable(policyString.value)) return undefined;
  return viaServiceFault(policyString.value, condition, takesWildcards(condition));
}

function fixesFor(subject: PolicySubject, conditionInStatement: ConditionInStatement, policyString: PolicyString,
  fault: ViaServiceFault): Fix[] {
  const values = correctedValues(policyString.value, fault, regionsOf(subject, conditionInStatement));
  return values.flatMap((value) =>
    fixValue(`Replace with ${value}`, subject.policy, policyString, value, { preferred: values.length === 1 }));
}

function correctedValues(value: string, fault: ViaServiceFault, regions: readonly string[]): string[] {
  const lower = value.toLowerCase();
  const plain = lower.replace(/\.cn$/, '');
  const [service = '', second] = plain.split('.');
  if (fault === 'form') {
    const listedService = serviceOf(value);
    return listedService === undefined ? [] : regions.map((region) => formatViaService(listedService, region));
  }
  if (service === '') return [];
  // "S3.amazonaws.com" lacks the Region as well.
  if (fault === 'no-region' || second === undefined || second === 'amazonaws')
    return regions.map((region) => formatViaService(service, region));
  return [plain];
}

/** The service of a value whose other parts are wrong, `ec2.111122223333.amazonaws.com`; undefined if KMS does not list it. */
function serviceOf(value: string): string | undefined {
  const [service = '', ...others] = value.toLowerCase().split('.');
  return others.length > 0 && VIA_SERVICES.has(service) ? service : undefined;
}

/** The Regions of the keys that the statement is for, as far as they are known. */
function regionsOf({ policy: { policy }, key }: PolicySubject, { statement }: ConditionInStatement): readonly string[] {
  if (policy.kind === 'key') return key?.region === undefined ? [] : [key.region];
  const patterns = statement.resource?.patterns ?? [];
  return [...new Set(patterns.flatMap(({ form, arn }) => form === 'key' && arn && regionNamed(arn.region) ? [arn.region] : []))];
}
