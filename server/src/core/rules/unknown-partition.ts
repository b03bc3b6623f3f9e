import { nearestPartition, partitionNamed, partitionOfRegion } from '../aws/regions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { effectIfNegated } from './shared/kms-conditions';
import type { FaultyValue } from './shared/faulty-values';
import type { FindingDraft, Rule } from './rule';

export const unknownPartition: Rule = {
  code: 'unknown-partition',
  severity: 'error',
  summary: 'The partition in an ARN does not exist',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  check: {
    *faultyValue(value, { policy: located, key }) {
      if (value.fault === 'partition') yield* partitionDrafts(located, value, value.element === 'resource' ? undefined : key?.partition);
    },
  },
};

function* partitionDrafts(located: DiscoveredPolicy, value: FaultyValue, keyPartition: string | undefined): Iterable<FindingDraft> {
  const { text, arn } = value;
  if (!arn) return;
  // The partition of the Region, else of the key, unless the same mistake is in the key's ARN.
  const suggestion = partitionOfRegion(arn.region)
    ?? (keyPartition && partitionNamed(keyPartition) ? keyPartition : nearestPartition(arn.partition));
  yield {
    at: locationInFile(located, arn.partition === '' ? text.node.span : arnFieldSpan(text, arn, 'partition')),
    message: `${arn.partition === '' ? 'This ARN has no partition' : `There is no partition "${arn.partition}"`}: `
      + `the ARN matches nothing in AWS${value.element === 'condition' ? effectIfNegated(value) : ''}.${
      suggestion === undefined
        ? ' Most Regions are in "aws", those in China in "aws-cn", AWS GovCloud (US) in "aws-us-gov".'
        : ` Did you mean "${suggestion}"?`
    }`,
    fixes: () =>
      suggestion === undefined ? []
        : fixArnField(`Use the partition ${suggestion}`, located, text, arn, 'partition', suggestion, { preferred: true }),
  };
}
