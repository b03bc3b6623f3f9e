import data from './data/kms-viaservice.json';

/** Names that may stand first in a `kms:ViaService` value (KMS Developer Guide, conditions-kms, and the sources named in the data file). */
export const VIA_SERVICES: ReadonlySet<string> = new Set([...data.services, ...Object.keys(data.alsoSeenElsewhere)]);

/** `amazonaws.com` in every partition, as the KMS Developer Guide has it (reference 4.3). */
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
