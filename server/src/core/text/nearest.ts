/** The word that was probably meant: within two typing slips, fewer for a short word; undefined when none is near. Case does not count. */
export function nearestWord(typed: string, words: Iterable<string>): string | undefined {
  // A short word is near to everything.
  return nearest(typed, words, Math.min(2, Math.floor(typed.length / 3)));
}

/** The nearest of the words within so many typing slips, the first one of several; case does not count. */
export function nearest(typed: string, words: Iterable<string>, maxSlips: number): string | undefined {
  const lower = typed.toLowerCase();
  let limit = maxSlips;
  let best: string | undefined;
  for (const word of words) {
    const slips = slipsBetween(lower, word.toLowerCase(), limit);
    if (slips > limit || best !== undefined && slips === limit) continue;
    best = word;
    limit = slips;
  }
  return best;
}

/** Letters put in, left out, changed or swapped with their neighbour; anything above `limit` comes back as `limit + 1`. */
function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && i > 1 && j > 1) slips = Math.min(slips, (before[j - 2] ?? 0) + 1);
      next.push(slips);
    }
    before = row;
    row = next;
  }
  return Math.min(row[b.length] ?? 0, limit + 1);
}
