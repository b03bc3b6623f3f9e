import { partitionNamed, partitionOfRegion } from '../aws/regions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import { fixValue } from './shared/fix';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { verdictGroupsWithReasons } from './shared/key-access-requests';
import { linksOfKey } from './shared/external-grantees';
import { hasConsistentPartition } from './shared/malformed-key-arns';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { conflictingKeyArnDrafts } from './shared/conflicting-key-arns';
import { draftOfWrongKeyArn, fixesOfWrongField, relatedKeySource, wrongKeyArnsIn } from './shared/wrong-key-arns';
import { principalFault, resourceFault } from './shared/value-faults';
import type { FindingDraft, Rule } from './rule';
import { subjectNameOfIdentity } from './shared/wording';

export const partitionMismatch: Rule = {
  code: 'partition-mismatch',
  severity: 'error',
  summary: 'An ARN is of another AWS partition than its Region or the key',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  check: {
    *anyPolicy({ policy, key }) {
      for (const statement of policy.policy.statements) {
        if (policy.policy.kind === 'key' && key) yield* principalDrafts(policy, statement, key);
        if (policy.policy.kind === 'identity') yield* resourceDrafts(policy, statement);
      }
    },
    /** An identity policy names a key in another partition than the identity. */
    pairReasons: ['partition'],
    *pair({ identity, key, verdicts, requests }) {
      if (verdictGroupsWithReasons(verdicts, ['partition']).length === 0) return;
      if (key.partition === undefined || compareIdentifiers(identity.partition, key.partition) !== 'different') return;
      // An ARN that contradicts itself is reported without the identity.
      if (!partitionNamed(key.partition) || !hasConsistentPartition(key)) return;
      for (const { policy, statement, resources } of requests) {
        for (const pattern of resources) {
          if (resourceSpecificityOf(pattern) !== 'key' || !pattern.arn || resourceFault(pattern, statement)) continue;
          yield {
            at: locationInFile(policy, arnFieldSpan(pattern.text, pattern.arn, 'partition')),
            message: `${subjectNameOfIdentity(identity)} is denied: it is in the partition ${identity.partition ?? ''}, this key in `
              + `${key.partition}. Nothing can be allowed across partitions.`,
            related: relatedKeySource(key),
          };
        }
      }
    },
    /** The key's id in an ARN of another partition. */
    *identity(subject) {
      for (const wrongKeyArn of wrongKeyArnsIn(subject, 'partition')) {
        const { keys: [key], policy, pattern, arn, writtenValue } = wrongKeyArn;
        // An ARN that contradicts itself is reported without the key.
        if ((partitionOfRegion(arn.region) ?? writtenValue) !== writtenValue) continue;
        const message = `This key is in the partition ${key.partition ?? ''}, not in ${writtenValue} as the ARN says: `
          + 'it matches no key and every request is denied.';
        yield {
          ...draftOfWrongKeyArn(wrongKeyArn, message),
          related: relatedKeySource(key),
          dependsOnLinks: linksOfKey(key),
          fixes: () => key.arn === undefined || compareIdentifiers(key.region, arn.region) === 'same' ? fixesOfWrongField(wrongKeyArn)
            : fixValue(`Use ${key.arn}`, policy, pattern.text, key.arn, { preferred: true }),
        };
      }
    },
    /** Two ARNs of one key id in two partitions, and nothing says which is right. */
    world: ({ world }) => conflictingKeyArnDrafts(world, 'partition', 'A key exists in one partition'),
  },
};

function* principalDrafts(policy: DiscoveredPolicy, statement: Statement, key: Key): Iterable<FindingDraft> {
  const { partition: expected } = key;
  if (expected === undefined) return;
  for (const principal of statement.principal?.principals ?? []) {
    const { arn, partition, text } = principal;
    if (!arn || arn.service !== 'iam' && arn.service !== 'sts' || partition === undefined
      || compareIdentifiers(partition, expected) !== 'different') continue;
    if (!partitionNamed(partition) || principalFault(principal)) continue;
    yield {
      at: locationInFile(policy, arnFieldSpan(text, arn, 'partition')),
      message: `This principal is in the partition ${partition}, not in ${expected} as the key. `
        + 'Identities cannot use keys of another partition, and KMS refuses a key policy with a principal that does not exist in its own.',
      dependsOnLinks: linksOfKey(key),
      fixes: () => fixArnField(`Replace ${partition} with ${expected}`, policy, text, arn, 'partition', expected, { preferred: true }),
    };
  }
}

function* resourceDrafts(policy: DiscoveredPolicy, statement: Statement): Iterable<FindingDraft> {
  for (const pattern of statement.resource?.patterns ?? []) {
    const { arn, text } = pattern;
    if (arn?.service !== 'kms' || resourceFault(pattern, statement) || !partitionNamed(arn.partition)) continue;
    const expected = partitionOfRegion(arn.region);
    if (expected === undefined || compareIdentifiers(expected, arn.partition) !== 'different') continue;
    yield {
      at: locationInFile(policy, arnFieldSpan(text, arn, 'partition')),
      message: `The partition of ${arn.region} is ${expected}, not ${arn.partition}: the ARN matches no key.`,
      fixes: () => fixArnField(`Replace ${arn.partition} with ${expected}`, policy, text, arn, 'partition', expected, { preferred: true }),
    };
  }
}
