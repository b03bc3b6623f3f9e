import { nearestWord } from '../text/nearest-word';
import data from './data/regions.json';

export interface RegionInfo {
  readonly region: string;
  readonly partition: string;
  readonly name: string;
  /** An account must enable it before use; null when it is too new to be known. */
  readonly optIn: boolean | null;
}

export interface PartitionInfo {
  readonly partition: string;
  readonly dnsSuffix: string;
  /** What the partition's Regions look like, those that come later too. */
  readonly pattern: RegExp;
}

/** Regions of the AWS SDK for JavaScript v3 (`partitions.js`, see the source note in the data file). */
export const REGIONS: readonly RegionInfo[] = data.regions;
export const PARTITIONS: readonly PartitionInfo[] = data.partitions.map(({ partition, dnsSuffix, regionRegex }) => (
  { partition, dnsSuffix, pattern: new RegExp(regionRegex) }
));

const regionsByName = new Map(REGIONS.map((region) => [region.region, region]));
const partitionsByName = new Map(PARTITIONS.map((partition) => [partition.partition, partition]));

export function regionNamed(name: string): RegionInfo | undefined {
  return regionsByName.get(name);
}

export function partitionNamed(name: string): PartitionInfo | undefined {
  return partitionsByName.get(name);
}

/** The partition that owns a Region: by the list, and for a Region newer than the list by the pattern of its partition. */
export function partitionOfRegion(region: string): string | undefined {
  return regionsByName.get(region)?.partition ?? PARTITIONS.find(({ pattern }) => pattern.test(region))?.partition;
}

/** The known Region that a misspelled one most likely stands for. */
export function nearestRegion(text: string): string | undefined {
  return nearestWord(text, regionsByName.keys());
}

/** The partition that a misspelled one most likely stands for. */
export function nearestPartition(text: string): string | undefined {
  return nearestWord(text, partitionsByName.keys());
}
