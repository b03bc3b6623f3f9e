/** The partition that all ARNs say which are written in these texts; undefined where there are none, or where they differ. */
export function literalPartition(...texts: readonly string[]): string | undefined {
  const partitions = new Set(texts.flatMap((text) => Array.from(text.matchAll(/\barn:(aws[a-z-]*):/g), ([, partition]) => partition)));
  const [partition, ...others] = partitions;
  return others.length > 0 ? undefined : partition;
}
