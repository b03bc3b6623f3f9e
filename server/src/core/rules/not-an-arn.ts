import { locationInFile } from '../discovery/discovery-result';
import { describeReference, fixesByKeyArn } from './shared/template-values';
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
        message: `IAM rejects ${describeReference(located, text) ?? describeValue(text.value)} as Resource: it accepts an ARN or "*". `
          + 'A key is named by its full ARN: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID.',
        fixes: (world) =>
          [...fixesByKeyArn(world, located, text), ...fixesUsingKey(located, text, keysMatchingValue(world, text.value))],
      };
    },
  },
};

function describeValue(value: string): string {
  if (/^(?:key\/)?(?:mrk-)?[0-9a-f-]{32,36}$/i.test(value)) return 'a bare key id';
  return value.startsWith('alias/') ? 'a bare alias name' : `"${value}"`;
}
