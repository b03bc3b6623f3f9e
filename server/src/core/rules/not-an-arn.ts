import { locationInFile } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import { faultyValues } from './shared/faulty-values';
import { keysMatchingValue, MAX_CHOICES } from './shared/workspace-keys';
import type { PolicySubject, RuleFor } from './rule';

/** A key id, `key/…` or `alias/…` where IAM requires an ARN or `*`. */
export const notAnArn: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'not-an-arn',
    severity: 'error',
    summary: 'The Resource is neither an ARN nor "*"',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
    fixable: true,
  },
  needs: ['faultyValues'],
  *check({ policy: located }) {
    for (const { fault, text: policyString } of faultyValues(located.policy)) {
      if (fault !== 'not-an-arn') continue;
      yield {
        at: locationInFile(located, policyString.node.span),
        message: `IAM accepts an ARN or "*" as Resource and rejects ${describeValue(policyString.value)}. A key is named by its full ARN: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID.`,
        fixes: (world) => {
          const keys = policyString.node.value === policyString.value ? keysMatchingValue(world, policyString.value) : [];
          return keys.slice(0, MAX_CHOICES).map((key) => fixPolicy(`Use ${key.arn}`, located, [{ edit: 'replace', node: policyString.node, value: key.arn }], { preferred: keys.length === 1 }));
        },
      };
    }
  },
};

function describeValue(value: string): string {
  if (/^(mrk-)?[0-9a-f-]{32,36}$/i.test(value)) return 'a bare key id';
  return value.startsWith('alias/') ? 'a bare alias name' : `"${value}"`;
}
