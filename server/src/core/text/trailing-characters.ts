/**
 * What `/[…]+$/` finds: the characters at the end of a text that are of the set. An engine would begin again at each character of every
 * run of them, which takes the square of the text's length.
 *
 * @param set a regular expression for one character, without `g` and `y`
 */
export function trailingCharacters(text: string, set: RegExp): string {
  let start = text.length;
  while (start > 0 && set.test(text.charAt(start - 1))) start--;
  return text.slice(start);
}

/** The text without the characters at its end that are of the set. */
export function withoutTrailingCharacters(text: string, set: RegExp): string {
  return text.slice(0, text.length - trailingCharacters(text, set).length);
}
