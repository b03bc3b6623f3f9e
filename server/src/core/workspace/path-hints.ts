import { REGIONS } from '../aws/regions';

/** What a file's path says about keys, accounts and identities; cheap to keep for each file. */
export interface PathHints {
  /** A UUID or `mrk-…`, the last one of the path. */
  readonly keyId: string | undefined;
  readonly region: string | undefined;
  /**
   * Numbers of 12 digits, by part of the path, the innermost part first. They are accounts only if something else in the
   * workspace says so: a date with a time looks the same.
   */
  readonly numbers: readonly (readonly string[])[];
  readonly identity: PathIdentity | undefined;
}

/** `role/NAME`, `user/NAME` or `group/NAME`. */
export interface PathIdentity {
  readonly kind: 'role' | 'user' | 'group';
  readonly name: string;
  /** The path up to the name: files of one folder speak of the same identity even if its account is not known. */
  readonly scope: string;
}

const KEY_ID = /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})(?![0-9a-z])/g;
const REGION = new RegExp(`(?<![a-z0-9])(?:${REGIONS.map(({ region }) => region).sort((a, b) => b.length - a.length).join('|')})(?![a-z0-9])`, 'g');
const NUMBER = /(?<!\d)\d{12}(?!\d)/g;
const IDENTITY = /(?:^|\/)(role|user|group)s?\/([a-zA-Z0-9_+=,.@-]+)(?=\/|$)/g;
const EXTENSION = /\.(jsonc?|tpl|tftpl)$/;

/**
 * @param folder the name of the workspace folder (or, outside all of them, of the folder around); only its accounts count, since a temporary folder may have any UUID in its name
 * @param path the path below it; for a file outside all folders its name
 */
export function pathHints(folder: string, path: string): PathHints {
  return {
    keyId: lastMatch(KEY_ID, path),
    region: lastMatch(REGION, path),
    numbers: TWELVE_DIGITS.test(path) || TWELVE_DIGITS.test(folder) ? numbersIn([folder, ...path.split('/')].reverse()) : NO_NUMBERS,
    identity: pathIdentity(path),
  };
}

const TWELVE_DIGITS = /\d{12}/;
const NO_NUMBERS: PathHints['numbers'] = [];

function numbersIn(parts: readonly string[]): PathHints['numbers'] {
  return parts.map((part) => [...new Set(part.replace(KEY_ID, ' ').match(NUMBER) ?? [])]).filter((numbers) => numbers.length > 0);
}

function lastMatch(pattern: RegExp, text: string): string | undefined {
  return text.match(pattern)?.at(-1);
}

function pathIdentity(path: string): PathIdentity | undefined {
  const match = [...path.matchAll(IDENTITY)].at(-1);
  const [whole, kind, name] = match ?? [];
  if (!match || whole === undefined || name === undefined) return undefined;
  const end = match.index + whole.length;
  const bare = end === path.length ? withoutExtensions(name) : name;
  return bare === '' ? undefined : { kind: kind as PathIdentity['kind'], name: bare, scope: path.slice(0, end - name.length) + bare };
}

/** `App.json.tpl` is the policy of `App`. */
function withoutExtensions(name: string): string {
  let bare = name;
  while (EXTENSION.test(bare)) bare = bare.replace(EXTENSION, '');
  return bare;
}

/** The account that a path tells: the innermost part that holds exactly one known account. */
export function accountOfPath(hints: PathHints, isKnown: (account: string) => boolean): string | undefined {
  for (const numbers of hints.numbers) {
    const known = numbers.filter(isKnown);
    // "444455556666-uses-111122223333.json" tells neither.
    if (known.length === 1) return known[0];
  }
  return undefined;
}
