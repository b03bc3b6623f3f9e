import data from './data/kms-viaservice.json';
import { PARTITIONS, partitionOfRegion } from './regions';

/** Names that may stand first in a `kms:ViaService` value (KMS Developer Guide, conditions-kms, and the sources named in the data file). */
export const VIA_SERVICES: ReadonlySet<string> = new Set([...data.services, ...Object.keys(data.alsoSeenElsewhere)]);

/** `amazonaws.com` in every partition, as the KMS Developer Guide has it (docs/aws-rules.md 4.3). */
export const VIA_SERVICE_SUFFIX = data.suffixAllPartitions;

/** What a service is called elsewhere (product or endpoint name) and how `kms:ViaService` calls it: Amazon EBS is `ec2` there. */
export const OTHER_SERVICE_NAMES: ReadonlyMap<string, string> = new Map(Object.entries(data.otherNames));

export interface ViaService {
  /** Either may hold wildcards. */
  readonly service: string;
  readonly region: string;
  /** `amazonaws.com`, or what stands there instead. */
  readonly suffix: string;
}

/** Takes `s3.us-west-2.amazonaws.com` apart; undefined when it has not that form (no Region: `s3.amazonaws.com`). */
export function parseViaService(value: string): ViaService | undefined {
  const [, service, region, suffix] = /^([^.]+)\.([^.]+)\.(amazonaws\.com(?:\.cn)?)$/.exec(value) ?? [];
  if (service === undefined || region === undefined || suffix === undefined) return undefined;
  return { service, region, suffix };
}

export function formatViaService(service: string, region: string): string {
  return `${service}.${region}.${VIA_SERVICE_SUFFIX}`;
}

const DNS_SUFFIXES = [...new Set(['amazonaws.com', ...PARTITIONS.map(({ dnsSuffix }) => dnsSuffix)])];

/**
 * A name such as `cloudtrail.amazonaws.com` or `logs.us-west-2.amazonaws.com`, by which a service calls as itself (IAM User Guide, AWS JSON
 * policy elements: Principal); in other partitions it can end as hosts do there.
 */
export function isServicePrincipal(text: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text) && DNS_SUFFIXES.some((suffix) => text.endsWith(`.${suffix}`));
}

/** The Region in a service principal; undefined where it has none. */
export function regionOfServicePrincipal(service: string): string | undefined {
  return service.split('.').slice(1).find(isRegionLabel);
}

/** The same service principal without a Region: `logs.amazonaws.com`. */
export function servicePrincipalWithoutRegion(service: string): string {
  const [name = '', ...rest] = service.split('.');
  return [name, ...rest.filter((label) => !isRegionLabel(label))].join('.');
}

/**
 * Whether one of two names of a service has a Region, and they are the same otherwise. Some services call by a name with the Region in it,
 some without,
 * and of some IAM takes either for the same (IAM User Guide, AWS JSON policy elements: Principal, AWS service principals): of which no page
 * tells.
 */
export function mayBeSameServicePrincipal(a: string, b: string): boolean {
  return (regionOfServicePrincipal(a) === undefined) !== (regionOfServicePrincipal(b) === undefined)
    && servicePrincipalWithoutRegion(a) === servicePrincipalWithoutRegion(b);
}

function isRegionLabel(label: string): boolean {
  return partitionOfRegion(label) !== undefined;
}
