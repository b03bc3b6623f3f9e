/** The partition that all ARNs in a template say which write one; undefined where none does, or where they differ. */
export function literalPartition(text: string): string | undefined {
  const [partition, ...others] = new Set(Array.from(text.matchAll(/\barn:(aws[a-z-]*):/g), ([, name]) => name));
  return others.length > 0 ? undefined : partition;
}
