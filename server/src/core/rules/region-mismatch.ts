import { compareIdentifiers } from '../aws/identifier-comparison';
import { joinNames } from '../access/text/describe-access';
import type { VerdictGroup } from '../access/pair-verdicts';
import type { Reason } from '../access/verdict';
import { isMultiRegionId } from '../aws/key-arn';
import { regionOfServicePrincipal } from '../aws/services';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../policy/policy';
import { hasSubstitutedPlaceholder, type PolicyString } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import type { Key } from '../linking/entities';
import { fixPolicy, fixValue } from './shared/fix';
import { arnFieldSpan } from './shared/arn-fields';
import { verdictGroupsWithReasons } from './shared/key-access-requests';
import { conflictingKeyArnDrafts } from './shared/conflicting-key-arns';
import { draftOfWrongKeyArn, relatedKeySource, wrongKeyArnsIn, type WrongKeyArn } from './shared/wrong-key-arns';
import { principalsOf } from './shared/principal-form';
import { keysInOtherRegions, fixesOfKeyInOtherRegion } from './shared/resource-regions';
import { regionFaults, type RegionFault } from './shared/region-conditions';
import type { FindingDraft, IdentitySubject, PairSubject, PolicySubject, Rule } from './rule';
import { subjectNameOfIdentity } from './shared/wording';
import { linksOfKey } from './shared/external-grantees';
import { VIA_SERVICE_KEY } from './shared/via-service';

const VIA_SERVICE_PAGE = 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service';
const LOGS_PAGE = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html';
const S3_PAGE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html';

export const regionMismatch: Rule = {
  code: 'region-mismatch',
  severity: 'error',
  summary: 'The Region of an ARN or condition is not the Region of the key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html',
  otherHrefs: [VIA_SERVICE_PAGE, LOGS_PAGE, S3_PAGE],
  check: {
    *identity(subject) {
      for (const wrongKeyArn of wrongKeyArnsIn(subject, 'region')) {
        const [key] = wrongKeyArn.keys;
        const replicas = isMultiRegionId(key.keyId ?? '');
        yield {
          ...draftOfWrongKeyArn(wrongKeyArn, replicas ? messageOfReplica(wrongKeyArn) : messageOfKey(wrongKeyArn)),
          severity: replicas ? 'warning' : 'error',
        };
      }
      for (const pair of subject.pairs) {
        const groups = verdictGroupsWithReasons(pair.verdicts, CONDITION_REASONS);
        if (groups.length > 0) yield* failingConditionDrafts(pair, groups);
      }
      yield* resourceRegionDrafts(subject);
    },
    /** Two ARNs of one key id in two Regions, and nothing says which is right. */
    world: ({ world }) => conflictingKeyArnDrafts(
      world, 'region', 'Only a multi-Region key, whose id starts with "mrk-", can have one id in two Regions',
    ),
    *keyPolicy(subject) {
      if (subject.key) yield* keyPolicyDrafts(subject.policy, subject.key);
      yield* logsDrafts(subject);
    },
    identityPolicy: ({ policy }) => identityPolicyDrafts(policy),
  },
};

const CONDITION_REASONS: readonly Reason[] = ['identity-policy-condition'];

/** A condition of the identity policy on the Region, where only the key itself says what its Region is. */
function* failingConditionDrafts({ key, requests }: PairSubject, groups: readonly VerdictGroup[]): Iterable<FindingDraft> {
  const { region } = key;
  if (region === undefined) return;
  const failing = groups.flatMap(({ verdict }) => verdict.failedConditions);
  for (const { policy, statement } of requests.filter(({ specificity, appliesForCertain }) => specificity === 'key' && appliesForCertain)) {
    if (regionsOf(statement) || !failing.some(({ statementRef }) => statementRef.statement === statement)) continue;
    for (const fault of regionFaults(statement, [region])) {
      if (!fault.neverSatisfied) continue;
      yield { ...draftOfFault(policy, fault, `The key is in ${region}`, [region]), dependsOnLinks: linksOfKey(key) };
    }
  }
}

function messageOfKey({ keys: [key], writtenValue }: WrongKeyArn): string {
  return `This key is in ${key.region ?? 'another Region'}, not in ${writtenValue} as the ARN says. `
    + 'A KMS key exists in one Region only, so the statement matches no key and every request is denied.';
}

function messageOfReplica({ keys, writtenValue }: WrongKeyArn): string {
  const regions = joinNames(keys.flatMap(({ region }) => region === undefined ? [] : [region]));
  return `No policy of this multi-Region key for ${writtenValue} is in this workspace, only for ${regions}. `
    + 'Each replica has a key policy of its own: what is allowed in one Region says nothing about another.';
}

function* keyPolicyDrafts(policy: DiscoveredPolicy, key: Key): Iterable<FindingDraft> {
  if (key.region === undefined) return;
  for (const statement of policy.policy.statements) {
    for (const fault of regionFaults(statement, [key.region])) {
      // A policy for all replicas of a multi-Region key lists the Regions of all of them.
      if (!fault.neverSatisfied && (key.multiRegion === true || isMultiRegionId(key.keyId ?? ''))) continue;
      const draft = draftOfFault(policy, fault, `The key is in ${key.region}`, [key.region]);
      yield { ...draft, href: VIA_SERVICE_PAGE, dependsOnLinks: linksOfKey(key) };
    }
  }
}

/** An ARN of a key in a Region without resources of the identity. */
function* resourceRegionDrafts(subject: IdentitySubject): Iterable<FindingDraft> {
  const { identity } = subject;
  const regions = identity.resourceRegions ?? [];
  for (const keyInOtherRegion of keysInOtherRegions(subject)) {
    const { policy, pattern, arn, region: keyRegion, key } = keyInOtherRegion;
    yield {
      at: locationInFile(policy, arnFieldSpan(pattern.text, arn, 'region')),
      href: S3_PAGE,
      message: `${subjectNameOfIdentity(identity)} cannot use ${key ? 'this key' : 'keys'} in ${keyRegion}: its resources are in `
        + `${joinNames(regions.map(({ region }) => region))}, as kms-handshake.json says, and services call KMS in their own Region.`,
      related: [...regions.map(({ region, at }) => ({ at, message: `Here ${region} is declared.` })), ...key ? relatedKeySource(key) : []],
      dependsOnLinks: [identity.link, ...linksOfKey(key)],
      fixes: (world) => fixesOfKeyInOtherRegion(keyInOtherRegion, identity, world),
    };
  }
}

/**
 * The service principal of CloudWatch Logs contains the Region in which the service calls KMS (CloudWatch Logs User Guide,
 * encrypt-log-data-kms). Not for other services: `sns.REGION.amazonaws.com` also delivers to other Regions.
 */
function* logsDrafts({ policy, key }: PolicySubject): Iterable<FindingDraft> {
  const keyRegion = key?.region;
  if (keyRegion === undefined) return;
  const logs = [...principalsOf(policy.policy)].filter(({ statement, element, principal }) => (
    statement.effect === 'Allow' && !element.negated && principal.form === 'service' && principal.text.value.startsWith('logs.')));
  // A policy for keys in several Regions names the service of each, and a placeholder can be the right Region.
  const mayBeInKeyRegion = ({ value, placeholders }: PolicyString): boolean => (
    placeholders.length > 0 || compareIdentifiers(regionOfServicePrincipal(value) ?? keyRegion, keyRegion) !== 'different');
  if (logs.some(({ principal }) => mayBeInKeyRegion(principal.text))) return;
  for (const { statement, principal: { text } } of logs) {
    const region = regionOfServicePrincipal(text.value) ?? '';
    const start = text.value.indexOf(region);
    yield {
      at: locationInFile(policy, valueSpan(text.node, start, start + region.length)),
      severity: 'warning',
      href: LOGS_PAGE,
      message: `The key is in ${keyRegion}, not in ${region}, so CloudWatch Logs of ${region} cannot use what the statement allows, and `
        + `that of ${keyRegion} is not allowed: it calls KMS in its own Region.`,
      dependsOnLinks: linksOfKey(key),
      fixes: () => {
        const edits = [text, ...logGroupArnsOf(statement, region)]
          .map(({ node, value }) => ({ edit: 'replace' as const, node, value: value.replace(region, keyRegion) }));
        return [fixPolicy(`Replace ${region} with ${keyRegion}`, policy, edits, { preferred: true })];
      },
    };
  }
}

/** The ARNs of log groups in conditions, which contain the Region too. */
function logGroupArnsOf({ conditions }: Statement, region: string): readonly PolicyString[] {
  return conditions.flatMap(({ values }) => values)
    .filter(({ value, placeholders }) => placeholders.length === 0 && value.startsWith('arn:') && value.includes(`:logs:${region}:`));
}

function* identityPolicyDrafts(policy: DiscoveredPolicy): Iterable<FindingDraft> {
  for (const statement of policy.policy.statements) {
    const regions = regionsOf(statement);
    if (!regions) continue;
    for (const fault of regionFaults(statement, regions)) {
      if (!fault.neverSatisfied) continue;
      yield { ...draftOfFault(policy, fault, `The statement is for keys in ${joinNames(regions)}`, regions), href: VIA_SERVICE_PAGE };
    }
  }
}

/** The Regions of the keys that a statement of an identity policy is for; undefined where it may be for other keys too. */
function regionsOf({ resource }: Statement): readonly string[] | undefined {
  if (!resource || resource.negated || resource.patterns.length === 0) return undefined;
  const regions = resource.patterns.map(regionOfKeyPattern);
  return regions.every((region) => region !== undefined) ? [...new Set(regions)] : undefined;
}

function regionOfKeyPattern({ form, arn, text }: ResourcePattern): string | undefined {
  return form === 'key' && text.placeholders.length === 0 && arn && /^[a-z]+(-[a-z]+)+-\d+$/.test(arn.region) ? arn.region : undefined;
}

/** @param regions those of the keys that the statement is for */
function draftOfFault(policy: DiscoveredPolicy, fault: RegionFault, reason: string, regions: readonly string[]): FindingDraft {
  const { text, start, end, region, condition, neverSatisfied } = fault;
  const effect = neverSatisfied ? 'so the condition is never true and the statement allows nothing' : 'so this value is never true';
  const why = condition.keyLower === VIA_SERVICE_KEY ? 'services call KMS in their own Region'
    : 'a request for a key goes to the Region of the key';
  const [keyRegion, ...otherRegions] = regions;
  return {
    at: locationInFile(policy, hasSubstitutedPlaceholder(text) ? text.node.content : valueSpan(text.node, start, end)),
    severity: neverSatisfied ? 'error' : 'info',
    message: `${reason}, not in ${region}, ${effect}: ${why}.`,
    fixes: () => {
      if (keyRegion === undefined || otherRegions.length > 0) return [];
      const value = text.value.slice(0, start) + keyRegion + text.value.slice(end);
      return fixValue(`Replace ${region} with ${keyRegion}`, policy, text, value, { preferred: true });
    },
  };
}
