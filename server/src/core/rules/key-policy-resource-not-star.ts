import { withSampleValues } from '../aws/identifier-comparison';
import { mayCoverKey } from '../access/resource-matching';
import { locationInFile } from '../discovery/discovery-result';
import type { ResourcePattern } from '../policy/policy';
import type { Key } from '../linking/entities';
import { fixPolicy, type Fix } from './shared/fix';
import { malformedArn } from './shared/malformed-key-arns';
import { hasForbiddenCharacter } from './shared/forbidden-characters';
import { hasStrayCharacters } from './shared/value-faults';
import type { Rule } from './rule';

/** In a key policy `Resource` means the key that the policy is attached to, and `"*"` is the way to say so. */
export const keyPolicyResourceNotStar: Rule = {
  code: 'key-policy-resource-not-star',
  severity: 'error',
  summary: 'The Resource of a key policy is something other than "*"',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  check: {
    *keyPolicyStatement({ resource, isSkeleton }, { policy: located, key }) {
      if (!resource || isSkeleton) return;
      const useStar = (): readonly Fix[] => [
        fixPolicy('Use "*"', located, [
          ...(resource.negated ? [{ edit: 'rename-member' as const, member: resource.member, name: 'Resource' }] : []),
          ...(resource.member.value ? [{ edit: 'replace' as const, node: resource.member.value, value: '*' }] : []),
        ], { preferred: true }),
      ];
      if (resource.negated) {
        yield {
          at: locationInFile(located, resource.member.key.span),
          message: 'NotResource leaves nothing in a key policy, which is about the key that it is attached to only. Use "Resource": "*".',
          fixes: useStar,
        };
        return;
      }
      for (const pattern of resource.patterns) {
        if (pattern.text.placeholders.length > 0 || pattern.form === 'any' || hasForbiddenCharacter(pattern.text.value)) continue;
        const meaning = resourceMeaning(pattern, key);
        yield {
          at: locationInFile(located, pattern.text.node.span),
          severity: meaning === 'this-key' ? 'info' : 'error',
          message: meaning === 'this-key'
            ? 'This value works only while it is exactly the ARN of this key. AWS recommends "*", which in a key policy means the key that '
              + 'the policy is attached to.'
            : (meaning === 'other-key' ? `This is not the ARN of this key (${key?.arn ?? 'not known'})` : 'This value is not a KMS key')
              + ', so the statement has no effect and KMS may reject the policy. A key policy covers only the key it is attached to, which '
              + 'is written "*".',
          fixes: useStar,
        };
      }
    },
  },
};

/** What a value other than `*` can match: the key itself, for sure another one, or no key at all. */
function resourceMeaning(pattern: ResourcePattern, key: Key | undefined): 'this-key' | 'other-key' | 'no-key' {
  const { form, text: policyString } = pattern;
  if (form !== 'key' && form !== 'kms' || hasStrayCharacters(policyString.value) || malformedArn(withSampleValues(policyString.value)))
    return form === 'unknown' ? 'this-key' : 'no-key';
  if (key?.arn === undefined || key.link?.certain === false) return 'this-key';
  return mayCoverKey(pattern, key) ? 'this-key' : 'other-key';
}
