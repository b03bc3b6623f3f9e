import { partitionNamed, partitionOfRegion } from '../aws/regions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, ResourcePattern, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import { fixPolicy } from './shared/fix';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { verdictGroupsWithReasons } from './shared/key-access-requests';
import { linksOfIdentityAndKey } from './shared/external-grantees';
import { hasConsistentPartition } from './shared/malformed-key-arns';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { conflictingKeyArnDrafts } from './shared/conflicting-key-arns';
import { fixesOfWrongField, wrongKeyArnsIn, locationOfWrongField, relatedKeySource } from './shared/wrong-key-arns';
import { principalFault, resourceFault } from './shared/value-faults';
import type { FindingDraft, IdentitySubject, PairSubject, PolicySubject, RuleFor, RuleMeta, WorldSubject } from './rule';
import { nameOfIdentity } from './shared/wording';

const META: RuleMeta = {
  code: 'partition-mismatch',
  severity: 'error',
  summary: 'An ARN is of another AWS partition than its Region or the key',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  fixable: true,
};

/** What one policy shows: a principal of another partition than the key, an ARN whose Region is in another partition. */
export const partitionMismatch: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: META,
  *check({ policy, key }) {
    for (const statement of policy.policy.statements) {
      if (policy.policy.kind === 'key' && key) yield* principalDrafts(policy, statement, key);
      if (policy.policy.kind === 'identity') yield* resourceDrafts(policy, statement);
    }
  },
};

function* principalDrafts(policy: DiscoveredPolicy, statement: Statement, key: Key): Iterable<FindingDraft> {
  if (key.partition === undefined) return;
  for (const principal of statement.principal?.principals ?? []) {
    if (isOfOtherPartition(principal, key.partition)) yield draftOfPrincipal(policy, principal, key.partition, key);
  }
}

function isOfOtherPartition(principal: Principal, due: string): boolean {
  const { partition, arn } = principal;
  return arn !== undefined && (arn.service === 'iam' || arn.service === 'sts') && partition !== undefined && partition !== due
    && partitionNamed(partition) !== undefined && !principalFault(principal);
}

function draftOfPrincipal(policy: DiscoveredPolicy, { text: policyString, arn, partition }: Principal, due: string,
  key: Key): FindingDraft {
  return {
    at: locationInFile(policy, arn ? arnFieldSpan(policyString, arn, 'partition') : policyString.node.span),
    message: `The key is in the partition ${due}, this principal in ${
      partition ?? ''
    }. Identities cannot use keys of another partition, and KMS refuses a key policy with a principal that does not exist in its own.`,
    dependsOnLinks: key.link ? [key.link] : [],
    fixes: () =>
      arn ? fixArnField(`Replace ${partition ?? ''} with ${due}`, policy, policyString, arn, 'partition', due, { preferred: true }) : [],
  };
}

function* resourceDrafts(policy: DiscoveredPolicy, statement: Statement): Iterable<FindingDraft> {
  for (const pattern of statement.resource?.patterns ?? []) {
    const { arn } = pattern;
    if (arn?.service !== 'kms' || resourceFault(pattern, statement) || !partitionNamed(arn.partition)) continue;
    const owner = partitionOfRegion(arn.region);
    if (owner !== undefined && owner !== arn.partition) yield draftOfRegion(policy, pattern, owner);
  }
}

function draftOfRegion(policy: DiscoveredPolicy, { text: policyString, arn }: ResourcePattern, owner: string): FindingDraft {
  return {
    at: locationInFile(policy, arn ? arnFieldSpan(policyString, arn, 'partition') : policyString.node.span),
    message: `The Region ${arn?.region ?? ''} belongs to the partition ${owner}, but the ARN says ${
      arn?.partition ?? ''
    }: it matches no key.`,
    dependsOnLinks: [],
    fixes: () =>
      arn ? fixArnField(`Replace ${arn.partition} with ${owner}`, policy, policyString, arn, 'partition', owner, { preferred: true }) : [],
  };
}

/** An identity policy asks for a key that lives in another partition than the identity. */
export const partitionMismatchOfIdentity: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: META,
  reasons: ['partition'],
  *check({ identity, key, verdicts, requests }) {
    if (verdictGroupsWithReasons(verdicts, ['partition']).length === 0) return;
    if (identity.partition === undefined || key.partition === undefined || identity.partition === key.partition
      || !partitionNamed(key.partition)) return;
    // The ARN contradicts itself then, which is said without a look at the identity.
    if (!hasConsistentPartition(key)) return;
    for (const { policy, statement, resources } of requests) {
      for (const pattern of resources) {
        if (resourceSpecificityOf(pattern) !== 'key' || !pattern.arn || resourceFault(pattern, statement)) continue;
        yield {
          at: locationInFile(policy, arnFieldSpan(pattern.text, pattern.arn, 'partition')),
          message: `This key is in the partition ${key.partition}, ${
            nameOfIdentity(identity)
          } in ${identity.partition}. Nothing can be allowed across partitions: the request is always denied.`,
          related: relatedKeySource(key),
          dependsOnLinks: linksOfIdentityAndKey(identity, key),
        };
      }
    }
  },
};

/** The key's id stands in an ARN of another partition. */
export const partitionMismatchOfKeyArn: RuleFor<'identity', IdentitySubject> = {
  scope: 'identity',
  meta: META,
  *check(subject) {
    for (const wrongKeyArn of wrongKeyArnsIn(subject, 'partition')) {
      const [key] = wrongKeyArn.keys;
      // The ARN contradicts itself then, which is said without a look at the key.
      if ((partitionOfRegion(wrongKeyArn.arn.region) ?? wrongKeyArn.writtenValue) !== wrongKeyArn.writtenValue) continue;
      yield {
        at: locationOfWrongField(wrongKeyArn),
        message: `This key is in the partition ${
          key.partition ?? ''
        }, but the ARN says ${wrongKeyArn.writtenValue}: it matches no key and every request is denied.`,
        related: relatedKeySource(key),
        dependsOnLinks: key.link ? [key.link] : [],
        fixes: () =>
          key.arn === undefined || key.region === wrongKeyArn.arn.region
            ? fixesOfWrongField(wrongKeyArn)
            : [
              fixPolicy(`Use ${key.arn}`, wrongKeyArn.policy, [{ edit: 'replace', node: wrongKeyArn.pattern.text.node, value: key.arn }], {
                preferred: true,
              }),
            ],
      };
    }
  },
};

/** Two ARNs of one key id in two partitions, and nothing says which is right. */
export const partitionMismatchOfConflictingArns: RuleFor<'world', WorldSubject> = {
  scope: 'world',
  meta: META,
  check: ({ world }) => conflictingKeyArnDrafts(world, 'partition', 'A key exists in one partition'),
};
