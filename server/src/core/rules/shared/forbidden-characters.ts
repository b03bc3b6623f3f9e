import type { ScalarNode } from '../../syntax/tree';
import { deceptiveCharacters, latinLookAlike, type DeceptionKind } from '../../text/deceptive-characters';

/**
 * Everything but the characters that AWS accepts in a policy: tab, line feed, carriage return, U+0020 to U+00FF (KMS API model, PolicyType;
 * IAM User Guide, reference_iam-quotas).
 */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u0020-\u00ff]/;

/** Whether a text contains a character that KMS and IAM reject anywhere in a policy. */
export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN_CHARACTER.test(text);
}

/** Whether a text contains anything but printable ASCII, directly or as a JSON escape. */
export function hasUnusualCharacter(text: string): boolean {
  return /[^\t\n\r\u0020-\u007e]|\\[ux]/.test(text);
}

/** A character that AWS rejects, and its place in a text. */
export interface ForbiddenCharacter {
  readonly character: string;
  readonly start: number;
  readonly end: number;
}

export function forbiddenCharacters(text: string): ForbiddenCharacter[] {
  return Array.from(text.matchAll(/[^\t\n\r\u0020-\u00ff]/gu),
    ({ 0: character, index }) => ({ character, start: index, end: index + character.length }));
}

/** Whether the characters are part of a placeholder, whose text does not reach AWS. */
export function isInPlaceholder({ placeholders }: ScalarNode, { start, end }: Pick<ForbiddenCharacter, 'start' | 'end'>): boolean {
  return placeholders.some((placeholder) => start >= placeholder.start && end <= placeholder.end);
}

/** The characters that word processors and web pages substitute for plain ones. The first match counts. */
const PLAIN_REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]/, ''],
  [/[\u2028\u2029]/, ' '],
  [/\p{Zs}/u, ' '],
  [/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/, '-'],
  [/[\u2018-\u201b\u2032\u02b9\u02bc]/, '\''],
  [/[\u201c-\u201f\u2033]/, '"'],
  [/\u2026/, '...'],
  [/[\u2217\u204e\uff0a]/, '*'],
];

/** The plain character that a special one clearly stands for; undefined for others, such as letters of other scripts. */
export function plainCharacter(character: string): string | undefined {
  return PLAIN_REPLACEMENTS.find(([special]) => special.test(character))?.[1];
}

const DECEPTION_NAMES: Record<DeceptionKind, string> = {
  'control': 'a control character',
  'direction': 'a character that reverses or marks the direction of text',
  'invisible': 'an invisible character',
  'surrogate': 'half of a surrogate pair',
  'look-alike': 'a look-alike',
};

/** `an en dash (U+2013)`, `漢 (U+6F22)`, `U+0430, which looks like the letter "a"`. */
export function nameOfCharacter(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const latin = latinLookAlike(character);
  if (latin !== undefined)
    return `${code}, which looks like ${/\d/.test(latin) ? 'the digit' : 'the letter'} "${latin}" and is another character`;
  const [deceptive] = deceptiveCharacters(character);
  if (deceptive) return `${DECEPTION_NAMES[deceptive.kind]} (${code})`;
  const plain = plainCharacter(character);
  if (plain === '') return `an invisible character (${code})`;
  if (plain === ' ') return `a special space (${code})`;
  return /\p{C}/u.test(character) ? `a control character (${code})` : `${character} (${code})`;
}
