import type { Condition, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Key } from '../../linking/entities';
import { requiresConditionValue } from './kms-conditions';
import { requiresViaServiceOfServices } from './via-service';

/** A value of a condition on the Region of the request that can never be true for a key of the Region. */
export interface RegionFault {
  readonly condition: Condition;
  readonly text: PolicyString;
  /** Where in the value the Region stands. */
  readonly start: number;
  readonly end: number;
  readonly region: string;
  /** No value of the condition can be true: the statement never applies. */
  readonly neverSatisfied: boolean;
}

/**
 * The Regions in `kms:ViaService` and `aws:RequestedRegion` of an Allow statement that are not among `regions`, those of
 * the keys that the statement is for. A service calls KMS in its own Region, and a request is for the Region of the key.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function regionFaults(statement: Statement, regions: readonly string[]): readonly RegionFault[] {
  if (statement.effect !== 'Allow' || regions.length === 0) return [];
  return statement.conditions.flatMap((condition) => requiresViaServiceOfServices(statement, condition) ? [] : regionFaultsOfCondition(condition, regions));
}

function regionFaultsOfCondition(condition: Condition, regions: readonly string[]): RegionFault[] {
  if (!requiresConditionValue(condition) || condition.operatorName?.startsWith('String') !== true) return [];
  const read = condition.keyLower === 'kms:viaservice' ? regionInViaService : condition.keyLower === 'aws:requestedregion' ? regionAsWholeValue : undefined;
  if (!read) return [];
  const values = condition.values.map((policyString) => ({ text: policyString, part: policyString.placeholders.length === 0 ? read(policyString.value) : undefined }));
  const wrong = values.flatMap(({ text, part }) => part && !regions.includes(part.region) ? [{ condition, text, ...part }] : []);
  return wrong.map((fault) => ({ ...fault, neverSatisfied: wrong.length === values.length }));
}

type RegionInValue = Pick<RegionFault, 'start' | 'end' | 'region'>;

/** `s3.us-west-2.amazonaws.com`; other forms, patterns among them, are for other rules. */
function regionInViaService(value: string): RegionInValue | undefined {
  const [, service = '', region] = /^([a-z0-9-]+\.)([a-z]+(?:-[a-z]+)+-\d+)\.amazonaws\.com(?:\.cn)?$/.exec(value) ?? [];
  return region === undefined ? undefined : { start: service.length, end: service.length + region.length, region };
}

function regionAsWholeValue(value: string): RegionInValue | undefined {
  return /^[a-z]+(-[a-z]+)+-\d+$/.test(value) ? { start: 0, end: value.length, region: value } : undefined;
}

/** Whether a statement of the key's own policy never applies because of a Region in its conditions. */
export function hasRegionFault(statement: Statement, key: Key): boolean {
  return key.region !== undefined && regionFaults(statement, [key.region]).some((fault) => fault.neverSatisfied);
}
