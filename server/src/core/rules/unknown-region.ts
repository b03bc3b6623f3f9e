import { nearestRegion, partitionOfRegion, regionNamed } from '../aws/regions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ResourcePattern } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { fixValue } from './shared/fix';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { isUnknownRegion } from './shared/malformed-key-arns';
import { wrongFieldOfKeyArn } from './shared/resource-specificity';
import { isKmsPolicy, kmsResources } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

const CONDITION_KEYS_PAGE = 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html';

/** The Region in the ARN of a key. Where the key is in another Region, `region-mismatch` reports it. */
export const unknownRegion: Rule = {
  code: 'unknown-region',
  severity: 'warning',
  summary: 'The Region is not known',
  href: 'https://docs.aws.amazon.com/general/latest/gr/kms.html',
  otherHrefs: [CONDITION_KEYS_PAGE],
  check: {
    *identity({ identity, pairs, memoize }) {
      for (const located of identity.policies) {
        for (const pattern of memoize(resourcesInUnknownRegions, located)) {
          const { arn, text } = pattern;
          if (!arn || pairs.some(({ key }) => key.policy !== undefined && wrongFieldOfKeyArn(pattern, key) === 'region')) continue;
          const impossible = partitionOfRegion(arn.region) === undefined;
          const suggestion = nearestRegion(arn.region);
          yield {
            at: locationInFile(located, arnFieldSpan(text, arn, 'region')),
            severity: impossible ? 'error' : 'warning',
            message: messageOf(arn.region, suggestion)
              + (impossible ? ' No partition has a Region of this name, so the ARN matches no key.' : ''),
            dependsOnLinks: [],
            fixes: () => suggestion === undefined ? []
              : fixArnField(`Use ${suggestion}`, located, text, arn, 'region', suggestion, { preferred: true }),
          };
        }
      }
    },
    /** The Region that a key may be replicated to. */
    *kmsPolicy({ policy: located }) {
      for (const { conditions } of located.policy.statements) {
        for (const condition of conditions) {
          if (!REGION_KEYS.has(condition.keyLower) || condition.operatorName?.startsWith('String') !== true) continue;
          for (const policyString of condition.values) {
            const { value } = policyString;
            if (!isUnknownName(policyString)) continue;
            const suggestion = nearestRegion(value);
            yield {
              at: locationInFile(located, policyString.node.span),
              href: CONDITION_KEYS_PAGE,
              severity: partitionOfRegion(value) === undefined ? 'error' : 'warning',
              message: messageOf(value, suggestion),
              fixes: () => suggestion === undefined ? []
                : fixValue(`Use ${suggestion}`, located, policyString, suggestion, { preferred: true }),
            };
          }
        }
      }
    },
  },
};

/** To be memoized by policy, which many identities may have. */
function resourcesInUnknownRegions({ policy }: DiscoveredPolicy): readonly ResourcePattern[] {
  if (policy.kind !== 'identity' || !isKmsPolicy(policy)) return [];
  return [...kmsResources(policy)]
    .filter(({ pattern: { arn } }) => arn?.service === 'kms' && isUnknownRegion(arn))
    .filter(({ pattern, statement }) => !resourceFault(pattern, statement))
    .map(({ pattern }) => pattern);
}

/** Condition keys whose values are Regions that a key is replicated to. */
const REGION_KEYS = new Set(['kms:replicaregion', 'kms:primaryregion']);

function isUnknownName({ value, placeholders }: PolicyString): boolean {
  return placeholders.length === 0 && !/[*?]|\$\{/.test(value) && !regionNamed(value);
}

function messageOf(region: string, suggestion: string | undefined): string {
  return `The Region "${region}" is not known.${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`;
}
