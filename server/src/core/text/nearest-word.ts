import { distance } from 'fastest-levenshtein';

/** The word that was probably meant: within two typing slips, fewer for a short word; undefined when none is near. Case does not count. */
export function nearestWord(typed: string, words: Iterable<string>): string | undefined {
  // A short word is near to everything.
  return nearestWordWithin(typed, words, Math.min(2, Math.floor(typed.length / 3)));
}

/** The nearest of the words within so many letters put in, left out or changed, the first one of several; case does not count. */
export function nearestWordWithin(typed: string, words: Iterable<string>, maxSlips: number): string | undefined {
  const lower = typed.toLowerCase();
  let nearest: string | undefined;
  let fewest = maxSlips + 1;
  for (const word of words) {
    // Words of another length are never near: most need no look.
    if (Math.abs(word.length - typed.length) >= fewest) continue;
    const slips = distance(lower, word.toLowerCase());
    if (slips < fewest) [nearest, fewest] = [word, slips];
  }
  return nearest;
}
