import { nearestRegion, partitionOfRegion, regionNamed } from '../aws/regions';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { ResourcePattern } from '../model/policy';
import type { Text } from '../model/text';
import { fixPolicy } from './fix';
import { arnFieldSpan, replaceArnField } from './judgements/arn-field';
import { isUnknownRegion } from './judgements/key-arn';
import { misnamedField } from './judgements/key-naming';
import { isJudged, kmsResources } from './judgements/statements';
import { resourceFault } from './judgements/values';
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
      for (const pattern of unknownIn(located)) {
        const { arn, text } = pattern;
        if (!arn || pairs.some(({ key }) => key.policy !== undefined && misnamedField(pattern, key) === 'region')) continue;
        const impossible = partitionOfRegion(arn.region) === undefined;
        const meant = nearestRegion(arn.region);
        yield {
          at: placeOf(located, arnFieldSpan(text, arn, 'region')),
          severity: impossible ? 'error' : 'warning',
          message: `${messageOf(arn.region, meant)}${impossible ? ' No partition has a Region of this name, so the ARN matches no key.' : ''}`,
          rests: [],
          fixes: () => {
            const edit = meant === undefined ? undefined : replaceArnField(text, arn, 'region', meant);
            return edit ? [fixPolicy(`Use ${meant ?? ''}`, located, [edit], { preferred: true })] : [];
          },
        };
      }
    }
  },
};

/** Most policies have none, and many identities may have the policy. */
const unknown = new WeakMap<LocatedPolicy, readonly ResourcePattern[]>();

function unknownIn(located: LocatedPolicy): readonly ResourcePattern[] {
  let found = unknown.get(located);
  if (!found) unknown.set(located, found = readUnknown(located));
  return found;
}

function readUnknown({ policy }: LocatedPolicy): readonly ResourcePattern[] {
  if (policy.kind !== 'identity' || !isJudged(policy)) return [];
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
    if (!isJudged(located.policy)) return;
    for (const { conditions } of located.policy.statements) {
      for (const condition of conditions) {
        if (!REGION_KEYS.has(condition.keyLower) || condition.base?.startsWith('String') !== true) continue;
        for (const text of condition.values) {
          const { value, node } = text;
          if (!isUnknownName(text)) continue;
          const meant = nearestRegion(value);
          yield {
            at: placeOf(located, node.span),
            severity: partitionOfRegion(value) === undefined ? 'error' : 'warning',
            message: messageOf(value, meant),
            fixes: () => meant === undefined || node.value !== value ? [] : [fixPolicy(`Use ${meant}`, located, [{ edit: 'replace', node, value: meant }], { preferred: true })],
          };
        }
      }
    }
  },
};

function isUnknownName({ value, holes }: Text): boolean {
  return holes.length === 0 && !/[*?]|\$\{/.test(value) && !regionNamed(value);
}

function messageOf(region: string, meant: string | undefined): string {
  return `The Region "${region}" is not known.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`;
}
