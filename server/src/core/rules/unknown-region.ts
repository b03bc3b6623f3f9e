import { nearestRegion, partitionOfRegion, regionNamed } from '../aws/regions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ResourcePattern } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { fixPolicy } from './shared/fix';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { isUnknownRegion } from './shared/malformed-key-arns';
import { wrongFieldOfKeyArn } from './shared/resource-specificity';
import { isKmsPolicy, kmsResources } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { IdentitySubject, PolicySubject, RuleFor, RuleMeta } from './rule';

const META: RuleMeta = {
  code: 'unknown-region',
  severity: 'warning',
  summary: 'The Region is not known',
  href: 'https://docs.aws.amazon.com/general/latest/gr/kms.html',
  fixable: true,
};

/** The Region in the ARN of a key. Where the key is known to be in another Region, `region-mismatch` says so. */
export const unknownRegion: RuleFor<'identity', IdentitySubject> = {
  scope: 'identity',
  meta: META,
  *check({ identity, pairs }) {
    for (const located of identity.policies) {
      for (const pattern of resourcesInUnknownRegions(located)) {
        const { arn, text: policyString } = pattern;
        if (!arn || pairs.some(({ key }) => key.policy !== undefined && wrongFieldOfKeyArn(pattern, key) === 'region')) continue;
        const impossible = partitionOfRegion(arn.region) === undefined;
        const meant = nearestRegion(arn.region);
        yield {
          at: locationInFile(located, arnFieldSpan(policyString, arn, 'region')),
          severity: impossible ? 'error' : 'warning',
          message: `${messageOf(arn.region, meant)}${impossible ? ' No partition has a Region of this name, so the ARN matches no key.' : ''}`,
          dependsOnLinks: [],
          fixes: () =>
            meant === undefined ? [] : fixArnField(`Use ${meant}`, located, policyString, arn, 'region', meant, { preferred: true }),
        };
      }
    }
  },
};

/** Most policies have none, and many identities may have the policy. */
const unknownRegionsByPolicy = new WeakMap<DiscoveredPolicy, readonly ResourcePattern[]>();

function resourcesInUnknownRegions(located: DiscoveredPolicy): readonly ResourcePattern[] {
  let found = unknownRegionsByPolicy.get(located);
  if (!found) unknownRegionsByPolicy.set(located, found = readResourcesInUnknownRegions(located));
  return found;
}

function readResourcesInUnknownRegions({ policy }: DiscoveredPolicy): readonly ResourcePattern[] {
  if (policy.kind !== 'identity' || !isKmsPolicy(policy)) return [];
  return [...kmsResources(policy)]
    .filter(({ pattern: { arn } }) => arn?.service === 'kms' && isUnknownRegion(arn))
    .filter(({ pattern, statement }) => !resourceFault(pattern, statement))
    .map(({ pattern }) => pattern);
}

/** Condition keys whose values are Regions of keys to be, so that no key tells that they are wrong. */
const REGION_KEYS = new Set(['kms:replicaregion', 'kms:primaryregion']);

/** The Region that a key may be replicated to. */
export const unknownRegionOfCondition: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: { ...META, href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html' },
  needs: ['judged', 'conditions'],
  *check({ policy: located }) {
    if (!isKmsPolicy(located.policy)) return;
    for (const { conditions } of located.policy.statements) {
      for (const condition of conditions) {
        if (!REGION_KEYS.has(condition.keyLower) || condition.operatorName?.startsWith('String') !== true) continue;
        for (const policyString of condition.values) {
          const { value, node } = policyString;
          if (!isUnknownName(policyString)) continue;
          const meant = nearestRegion(value);
          yield {
            at: locationInFile(located, node.span),
            severity: partitionOfRegion(value) === undefined ? 'error' : 'warning',
            message: messageOf(value, meant),
            fixes: () =>
              meant === undefined || node.value !== value
                ? []
                : [fixPolicy(`Use ${meant}`, located, [{ edit: 'replace', node, value: meant }], { preferred: true })],
          };
        }
      }
    }
  },
};

function isUnknownName({ value, placeholders }: PolicyString): boolean {
  return placeholders.length === 0 && !/[*?]|\$\{/.test(value) && !regionNamed(value);
}

function messageOf(region: string, meant: string | undefined): string {
  return `The Region "${region}" is not known.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`;
}
