import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { hasSubstitutedPlaceholder, type PolicyString } from '../policy/policy-string';
import type { World } from '../workspace/world';
import type { Fix } from './shared/fix';
import { describeReference, fixesByAliasTarget, fixesByKeyArn } from './shared/template-values';
import { fixesUsingKey, keysMatchingValue } from './shared/workspace-keys';
import type { Rule } from './rule';

export const notAnArn: Rule = {
  code: 'not-an-arn',
  severity: 'error',
  summary: 'The Resource is neither an ARN nor "*"',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
  check: {
    *faultyValue({ fault, text }, { policy: located }) {
      if (fault !== 'not-an-arn') return;
      yield {
        at: locationInFile(located, text.node.span),
        message: `IAM rejects ${describeReference(located, text) ?? describeValue(text.value)} as Resource, which accepts only ARNs `
          + `and "*". ${hasSubstitutedPlaceholder(text) ? 'Use the attribute Arn of the key.'
            : 'Name the key by its full ARN: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID.'}`,
        fixes: (world) => fixesFor(world, located, text),
      };
    },
  },
};

function fixesFor(world: World, policy: DiscoveredPolicy, text: PolicyString): readonly Fix[] {
  const templateFixes = fixesByKeyArn(world, policy, text);
  return templateFixes.length > 0 ? templateFixes
    : [...fixesByAliasTarget(world, policy, text), ...fixesUsingKey(policy, text, keysMatchingValue(world, text.value))];
}

function describeValue(value: string): string {
  if (/^(?:key\/)?(?:mrk-)?[0-9a-f-]{32,36}$/i.test(value)) return 'a bare key id';
  return value.startsWith('alias/') ? 'a bare alias name' : `"${value}"`;
}
