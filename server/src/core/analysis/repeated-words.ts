import type { Finding } from '../rules/shared/finding';

/**
 * The findings with each word to replace told once for each file, with the number of its other places: a sample that repeats a word would
 * be a wall of them. Findings keep their order.
 */
export function withoutRepeatedWords(findings: readonly Finding[]): readonly Finding[] {
  const firstFindings: Finding[] = [];
  const firstByWord = new Map<string, Finding>();
  const repetitions = new Map<Finding, number>();
  for (const finding of findings) {
    const words = (finding.words ?? []).map((word) => `${finding.at.uri} ${word}`);
    const [first, ...others] = words.map((word) => firstByWord.get(word));
    if (first && others.every((other) => other !== undefined)) {
      repetitions.set(first, (repetitions.get(first) ?? 0) + 1);
      continue;
    }
    firstFindings.push(finding);
    for (const word of words) if (!firstByWord.has(word)) firstByWord.set(word, finding);
  }
  return firstFindings.map((finding) => {
    const count = repetitions.get(finding);
    return count === undefined ? finding : { ...finding, message: `${finding.message} Here and in ${count} more `
      + `${count === 1 ? 'place' : 'places'} of this file.` };
  });
}
