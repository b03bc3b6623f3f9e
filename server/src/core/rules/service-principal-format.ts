import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal } from '../policy/policy';
import type { Key } from '../linking/entities';
import { fixValue, type Fix } from './shared/fix';
import { hasPolicyVariable } from './shared/kms-conditions';
import { principalProblem } from './shared/principal-form';
import type { Rule } from './rule';

/** The service whose principal contains the Region of the key (CloudWatch Logs User Guide, encrypt-log-data-kms). */
const CLOUDWATCH_LOGS_SERVICE = 'logs.amazonaws.com';

export const servicePrincipalFormat: Rule = {
  code: 'service-principal-format',
  severity: 'error',
  summary: 'A service principal is not spelled as AWS spells it',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *servicePrincipal({ principal }, { policy: located, key }) {
      if (principalProblem(principal) === 'service') {
        const at = locationInFile(located, principal.text.node.span);
        yield { at, message: faultOf(principal), fixes: () => lowerCaseFixes(located, principal) };
      } else if (principal.text.value === CLOUDWATCH_LOGS_SERVICE && principal.text.placeholders.length === 0) {
        yield {
          at: locationInFile(located, principal.text.node.span),
          severity: 'warning',
          message: 'The Region is missing: CloudWatch Logs calls KMS as logs.region.amazonaws.com, with the Region of the '
            + `key${key?.region === undefined ? '' : `: logs.${key.region}.amazonaws.com`}. `
            + 'Its guide shows no key policy without the Region.',
          fixes: () => regionFixes(located, principal, key),
        };
      }
    },
  },
};

function faultOf({ text: { value } }: Principal): string {
  if (value === '*') return 'There is no principal for all services: KMS rejects this key policy. '
    + 'Name each service that calls KMS as itself.';
  if (hasPolicyVariable(value)) return 'A service principal cannot contain policy variables: '
    + 'AWS reads ${…} as plain text, and KMS rejects this key policy.';
  if (/^arn:/i.test(value)) return 'A service principal is a name such as s3.amazonaws.com, not an ARN: KMS rejects this key policy. '
    + 'ARNs of accounts, users and roles belong under "AWS".';
  if (value !== value.toLowerCase()) return 'Service principals are written in small letters: '
    + 'KMS does not know such a service and rejects this key policy.';
  return `KMS does not know the service "${value}" and rejects this key policy. A service principal is a name such as s3.amazonaws.com.`;
}

function lowerCaseFixes(located: DiscoveredPolicy, { text }: Principal): readonly Fix[] {
  const lower = text.value.toLowerCase();
  if (lower === text.value || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(lower)) return [];
  return fixValue(`Use ${lower}`, located, text, lower, { preferred: true, safe: true });
}

function regionFixes(located: DiscoveredPolicy, { text }: Principal, key: Key | undefined): readonly Fix[] {
  if (key?.region === undefined) return [];
  const regional = CLOUDWATCH_LOGS_SERVICE.replace('logs.', `logs.${key.region}.`);
  return fixValue(`Use ${regional}`, located, text, regional, { preferred: true });
}
