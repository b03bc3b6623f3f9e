/** What matrix and map share is one text, so it has one meaning: each word of it is in a name of the identity or of the key. */

/** What an identity or key is known by; what is undefined or empty is not known. */
export interface FilterableNames {
  /** ARN, or what else tells it from all others. */
  readonly name: string;
  readonly label: string;
  readonly account: string | undefined;
  readonly accountName: string;
}

/** Which of the words of the filter are in names of an identity or key, position by position. */
export type WordMatches = readonly boolean[];

/** The words of a filter's text, for {@link matchWords}; none for a text that narrows nothing. */
export function filterWords(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter((word) => word !== '');
}

/** Case does not matter. */
export function matchWords({ name, label, account, accountName }: FilterableNames, words: readonly string[]): WordMatches {
  const text = `${name} ${label} ${account ?? ''} ${accountName}`.toLowerCase();
  return words.map((word) => text.includes(word));
}

/** Whether these, an identity and a key or one of them, have all the words among them. */
export function matchesAllWords(wordMatches: WordMatches, other: WordMatches = wordMatches): boolean {
  return wordMatches.every((found, i) => found || other[i] === true);
}
