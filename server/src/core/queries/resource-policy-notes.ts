import { callerOf } from '../access/caller';
import { encodeWildcards } from '../access/pattern-encoding';
import type { LocationFormatter } from '../access/text/explain-verdict';
import { matchPattern } from '../access/pattern-matching';
import { bestPrincipalMatch } from '../access/principal-matching';
import { describeIdentity } from '../access/text/describe-access';
import type { Arn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Identity, Key } from '../linking/entities';

interface ResourceService {
  readonly service: string;
  readonly policyName: string;
}

/** Services with resource policies whose resources are encrypted with KMS keys. */
const RESOURCE_SERVICES: Readonly<Record<string, ResourceService>> = {
  s3: { service: 'Amazon S3', policyName: 'bucket policy' },
  sqs: { service: 'Amazon SQS', policyName: 'queue policy' },
  sns: { service: 'Amazon SNS', policyName: 'topic policy' },
  secretsmanager: { service: 'AWS Secrets Manager', policyName: 'resource policy of the secret' },
};

/**
 * What an answer about a key leaves open: across accounts the service checks the policy of its own resource too. A note for each policy in
 * the workspace of a bucket, queue, topic or secret that the identity's IAM policies name, if it does not name the identity.
 *
 * Sources: https://repost.aws/knowledge-center/cross-account-access-denied-error-s3,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 *
 * @param policies all policies of the workspace
 */
export function resourcePolicyNotes(identity: Identity, key: Key, policies: Iterable<DiscoveredPolicy>,
  locationFormatter: LocationFormatter): string[] {
  const caller = callerOf(identity);
  const allowedArns = identity.policies.flatMap(({ policy }) => policy.statements)
    .flatMap((statement) => (statement.effect === 'Allow' ? resourceArnsOf(statement) : []));
  const notes: string[] = [];
  for (const discovered of allowedArns.length === 0 ? [] : policies) {
    const { policy } = discovered;
    if (policy.kind !== 'other-resource') continue;
    const arnsOf = (statement: Statement): Arn[] =>
      resourceArnsOf(statement).filter((arn) => allowedArns.some((pattern) => mayBeSameResource(pattern, arn)));
    const statements = policy.statements.filter((statement) => arnsOf(statement).length > 0);
    const [arn] = statements.flatMap(arnsOf);
    const info = arn && RESOURCE_SERVICES[arn.service];
    if (!info || !isCrossAccountResource(arn, identity, key)) continue;
    if (statements.some((statement) => statement.effect !== 'Deny' && bestPrincipalMatch(statement, caller))) continue;
    notes.push(`${info.service} checks the ${info.policyName} too, and ${locationFormatter(locationInFile(discovered, policy.node.span))} `
      + `does not name ${describeIdentity(identity)}: access to the key alone is not enough there.`);
  }
  return notes;
}

/** The resources of such services that a statement names, but for those that stand for any. */
function resourceArnsOf({ resource }: Statement): Arn[] {
  if (!resource || resource.negated) return [];
  return resource.patterns.flatMap(({ arn, text: { placeholders } }) =>
    (arn && RESOURCE_SERVICES[arn.service] && placeholders.length === 0 && !/^[*?]*$/.test(resourceNameOf(arn)) ? arn : []));
}

/** A bucket policy names objects of the bucket, or the bucket itself: either shows which bucket it is. */
function resourceNameOf({ service, resource }: Arn): string {
  return service === 's3' ? resource.split('/')[0] ?? '' : resource;
}

function mayBeSameResource(pattern: Arn, arn: Arn): boolean {
  if (pattern.service !== arn.service || !mayBeSameAccount(pattern, arn)) return false;
  return matchPattern(encodeWildcards(resourceNameOf(pattern)), resourceNameOf(arn)) === 'yes'
    || matchPattern(encodeWildcards(resourceNameOf(arn)), resourceNameOf(pattern)) === 'yes';
}

function mayBeSameAccount(pattern: Arn, arn: Arn): boolean {
  return pattern.account === arn.account || /[*?]/.test(pattern.account + arn.account);
}

/** In one account either policy is enough. The ARN of a bucket does not tell its account: then that of the key counts. */
function isCrossAccountResource(arn: Arn, identity: Identity, key: Key): boolean {
  const owner = /^\d{12}$/.test(arn.account) ? arn.account : key.account;
  return owner !== undefined && identity.account !== undefined && owner !== identity.account;
}
