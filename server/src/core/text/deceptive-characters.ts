import { describeSymbolsInSentence } from './symbols-in-sentence';

/**
 * Characters that deceive the eye: a text with them reads as another one than it is, or shows in another order (Unicode Technical Report
 * 36; CVE-2021-42574). In every text for people they are written as JSON writes them, `\u202e`.
 */
export type DeceptionKind = 'control' | 'direction' | 'invisible' | 'surrogate' | 'look-alike';

export interface DeceptiveCharacter {
  readonly character: string;
  readonly kind: DeceptionKind;
  /** Characters of the text, from `start` (included) to `end` (excluded). */
  readonly start: number;
  readonly end: number;
}

/** Nothing to look for in a text without one of these: most texts are plain ASCII. */
const NON_ASCII = /[^\t\n\r\u0020-\u007e]/;
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/;
const DIRECTION_CHARACTER = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const INVISIBLE_CHARACTER =
  /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|\udb40[\udc00-\uddef]/;
const JOINING_CHARACTER = /^[\u200c\u200d\ufe00-\ufe0f]$|^\udb40/;
const LONE_SURROGATE = /^[\ud800-\udfff]$/;
/** Invisible characters do not end a word for the eye. */
const WORD = /[\p{L}\p{N}\p{M}\p{Cf}_]+/gu;

/**
 * The letters of other scripts that are drawn like a Latin one (Unicode Technical Standard 39, confusables): those of Cyrillic, Greek,
 * Armenian and Cherokee that occur in fonts of every system.
 */
const LATIN_BY_LOOK_ALIKE: ReadonlyMap<string, string> = new Map([
  ['АВЕЅІЈКМНОРСТУХҮԌԚԜӀ', 'ABESIJKMHOPCTYXYGQWI'],
  ['аеорсухѕіјһԁԛԝүɡӏ', 'aeopcyxsijhdqwygl'],
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳ', 'ABEZHIKMNOPTYXCj'],
  ['ανορυχικϲ', 'avopuxikc'],
  ['ՏՍՕԼօոսհց', 'SUOLonuhg'],
  ['ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ', 'ABCDEHJKLMPRSTVWZ'],
].flatMap(([letters = '', latin = '']) => Array.from(letters, (letter, position) => [letter, latin.charAt(position)] as const)));

/** The ASCII letter or digit that a character beyond Latin-1 is drawn like; undefined where it looks like itself only. */
export function latinLookAlike(character: string): string | undefined {
  if ((character.codePointAt(0) ?? 0) <= 0xff) return undefined;
  const latin = LATIN_BY_LOOK_ALIKE.get(character);
  if (latin !== undefined) return latin;
  // Letters of other widths and of mathematics, `Ａ` and `𝐀`, are made for compatibility only.
  const plain = character.normalize('NFKC');
  return /^[A-Za-z0-9]$/.test(plain) ? plain : undefined;
}

/**
 * The deceptive characters of a text, in order; a look-alike letter deceives beside Latin letters only: `Доступ` is a word like any other.
 */
export function deceptiveCharacters(text: string): readonly DeceptiveCharacter[] {
  if (!NON_ASCII.test(text)) return [];
  const characters: DeceptiveCharacter[] = [];
  let at = 0;
  for (const character of text) {
    const deceptionKind = deceptionKindOf(character, text, at);
    if (deceptionKind !== undefined) characters.push({ character, kind: deceptionKind, start: at, end: at + character.length });
    at += character.length;
  }
  return [...characters, ...lookAlikesIn(text)].sort((a, b) => a.start - b.start);
}

function deceptionKindOf(character: string, text: string, at: number): DeceptionKind | undefined {
  if (character <= '\u007e' && character >= ' ') return undefined;
  if (CONTROL_CHARACTER.test(character)) return 'control';
  if (DIRECTION_CHARACTER.test(character)) return 'direction';
  if (LONE_SURROGATE.test(character)) return 'surrogate';
  return INVISIBLE_CHARACTER.test(character) && !joinsNeighbours(text, at, at + character.length) ? 'invisible' : undefined;
}

/**
 * Emoji and some scripts join and vary characters by invisible ones: behind a character beyond Latin-1, and before another, they are part
 * of the writing.
 */
function joinsNeighbours(text: string, start: number, end: number): boolean {
  return JOINING_CHARACTER.test(text.slice(start, end)) && text.charCodeAt(start - 1) > 0xff
    && (end === text.length || text.charCodeAt(end) > 0xff);
}

function lookAlikesIn(text: string): DeceptiveCharacter[] {
  const characters: DeceptiveCharacter[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!/[A-Za-z]/.test(word) || !/[^\u0000-\u00ff]/.test(word)) continue;
    let start = index;
    for (const character of word) {
      if (latinLookAlike(character) !== undefined) characters.push({ character, kind: 'look-alike', start, end: start + character.length });
      start += character.length;
    }
  }
  return characters;
}

/** The text as it is shown: deceptive characters as JSON escapes, symbols by their names; line ends and tabs stay. */
export function escapeDeceptiveCharacters(textWithSymbols: string): string {
  const text = describeSymbolsInSentence(textWithSymbols);
  let display = '';
  let from = 0;
  for (const { start, end } of deceptiveCharacters(text)) {
    display += text.slice(from, start) + escapeCodeUnits(text.slice(start, end));
    from = end;
  }
  return from === 0 ? text : display + text.slice(from);
}

/** Every code unit as a JSON escape: `\u202e`. */
export function escapeCodeUnits(text: string): string {
  return text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
