import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { Condition, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Key } from '../../linking/entities';
import { requiresConditionValue } from './kms-conditions';
import { requiresViaServiceOfServices } from './via-service';

/** A value of a condition on the Region of the request that never matches for keys of certain Regions. */
export interface RegionFault {
  readonly condition: Condition;
  readonly text: PolicyString;
  /** The place of the Region in the value. */
  readonly start: number;
  readonly end: number;
  readonly region: string;
  /** No value of the condition matches: the statement never applies. */
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
  return statement.conditions
    .filter((condition) => !requiresViaServiceOfServices(statement, condition))
    .flatMap((condition) => regionFaultsOfCondition(condition, regions));
}

function regionFaultsOfCondition(condition: Condition, regions: readonly string[]): RegionFault[] {
  if (!requiresConditionValue(condition) || condition.operatorName?.startsWith('String') !== true) return [];
  const readRegion = REGION_READERS.get(condition.keyLower);
  const faults = readRegion ? condition.values.flatMap((text) => {
    const regionInValue = text.placeholders.length === 0 ? readRegion(text.value) : undefined;
    const isElsewhere = regionInValue && regions.every((region) => compareIdentifiers(region, regionInValue.region) === 'different');
    return isElsewhere === true ? [{ condition, text, ...regionInValue }] : [];
  }) : [];
  return faults.map((fault) => ({ ...fault, neverSatisfied: faults.length === condition.values.length }));
}

type RegionInValue = Pick<RegionFault, 'start' | 'end' | 'region'>;

const REGION_READERS: ReadonlyMap<string, (value: string) => RegionInValue | undefined> = new Map([
  ['kms:viaservice', regionInViaService], ['aws:requestedregion', regionAsWholeValue],
]);

/** `s3.us-west-2.amazonaws.com`. Other rules report other forms. */
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
