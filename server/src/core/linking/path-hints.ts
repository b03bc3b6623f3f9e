import { REGIONS } from '../aws/regions';
import { baseName, parentFolder, innermostFolderOf, relativePath, type PlainUri } from '../text/uri-path';

/** What a file's path says about keys, accounts and identities; cheap to keep for each file. */
export interface PathHints {
  /** A UUID or `mrk-…`, the last one of the path. */
  readonly keyId: string | undefined;
  readonly region: string | undefined;
  /** Numbers of 12 digits, by part of the path, the innermost part first. */
  readonly accountIdCandidates: readonly AccountIdCandidates[];
  readonly identity: PathIdentity | undefined;
}

/** Numbers in one part of a path that may be account ids. */
export interface AccountIdCandidates {
  readonly numbers: readonly string[];
  /** A folder and not the file itself. */
  readonly isFolder: boolean;
}

/** The account that a path tells. */
export interface PathAccount {
  readonly account: string;
  /** Something else in the workspace names the account; without that the number may be anything of 12 digits. */
  readonly isConfirmed: boolean;
}

/** What stands behind a folder `role`, `user` or `group`. Which part of it is the name of an identity, only the names that exist tell. */
export interface PathIdentity {
  /** The likeliest first: the innermost part behind the last such folder. */
  readonly names: readonly PathIdentityName[];
  /** The folder, or the file with a name of its own: its policies speak of the same identity even if nobody knows its name. */
  readonly identityFolder: string;
}

export interface PathIdentityName {
  readonly kind: 'role' | 'user' | 'group';
  readonly name: string;
  /** The parts before it, as an IAM path has them: `team/`; empty where it stands right behind the folder. */
  readonly parentPath: string;
}

const KEY_ID = /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})(?![0-9a-z])/g;
const REGION = new RegExp(
  `(?<![a-z0-9])(?:${REGIONS.map(({ region }) => region).sort((a, b) => b.length - a.length).join('|')})(?![a-z0-9])`,
  'g',
);
const TWELVE_DIGIT_NUMBER = /(?<!\d)\d{12}(?!\d)/g;
const HAS_IDENTITY_FOLDER = /(?:^|\/)(?:role|user|group)s?\//i;
const IDENTITY_FOLDER = /^(role|user|group)s?$/i;
/** Characters of names in IAM (IAM User Guide, reference_iam-quotas). */
const IDENTITY_NAME = /^[a-zA-Z0-9_+=,.@-]+$/;
const POLICY_FILE_EXTENSION = /\.(jsonc?|tpl|tftpl)$/;

/**
 * @param folder the name of the workspace folder (or, outside all of them, of the folder around); only its accounts count, since a
 * temporary folder may have any UUID in its name
 * @param path the path below it; for a file outside all folders its name
 */
export function readPathHints(folder: string, path: string): PathHints {
  return {
    keyId: lastMatch(KEY_ID, path),
    region: lastMatch(REGION, path),
    accountIdCandidates: HAS_TWELVE_DIGITS.test(path) || HAS_TWELVE_DIGITS.test(folder)
      ? accountIdCandidatesIn(folder, path)
      : NO_NUMBERS,
    identity: HAS_IDENTITY_FOLDER.test(path) ? identityInParts(path) : undefined,
  };
}

const HAS_TWELVE_DIGITS = /\d{12}/;
const NO_NUMBERS: PathHints['accountIdCandidates'] = [];

function accountIdCandidatesIn(folder: string, path: string): PathHints['accountIdCandidates'] {
  const [file, ...folders] = [folder, ...path.split('/')].reverse();
  return [file ?? '', ...folders].map((part, i) => ({ numbers: twelveDigitNumbersIn(part), isFolder: i > 0 }))
    .filter(({ numbers }) => numbers.length > 0);
}

function twelveDigitNumbersIn(part: string): string[] {
  return [...new Set(part.replace(KEY_ID, ' ').match(TWELVE_DIGIT_NUMBER) ?? [])];
}

function lastMatch(pattern: RegExp, text: string): string | undefined {
  return text.match(pattern)?.at(-1);
}

function identityInParts(path: string): PathIdentity | undefined {
  const parts = path.split('/');
  const names: PathIdentityName[] = [];
  let end = parts.length;
  for (let at = parts.length - 2; at >= 0; at--) {
    const kind = IDENTITY_FOLDER.exec(parts[at] ?? '')?.[1]?.toLowerCase();
    if (kind === undefined) continue;
    for (let i = end - 1; i > at; i--) {
      const part = parts[i] ?? '';
      const name = i === parts.length - 1 ? withoutExtensions(part) : part;
      const parentPath = parts.slice(at + 1, i).map((parent) => `${parent}/`).join('');
      if (IDENTITY_NAME.test(name)) names.push({ kind: kind as PathIdentityName['kind'], name, parentPath });
    }
    end = at;
  }
  if (names.length === 0) return undefined;
  // `role/App/kms.json` and `role/App/s3.json` belong together, `role/App.json` and `role/Job.json` do not.
  const inFolder = !IDENTITY_FOLDER.test(parts.at(-2) ?? '');
  return { names, identityFolder: inFolder ? parts.slice(0, -1).join('/') : withoutExtensions(path) };
}

/** `App.json.tpl` is the policy of `App`. */
function withoutExtensions(name: string): string {
  let bare = name;
  while (POLICY_FILE_EXTENSION.test(bare)) bare = bare.replace(POLICY_FILE_EXTENSION, '');
  return bare;
}

/** A date with a time, `202401311200`, has as many digits as an account id. */
const DATE_WITH_TIME = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d$/;

/**
 * The account that a path tells: that of the innermost part that holds exactly one known account, or of the innermost folder that holds one
 * number that may be an account, so that the folder of one account, opened alone, tells its account.
 */
export function accountOfPath(hints: PathHints, isKnown: (account: string) => boolean): PathAccount | undefined {
  for (const { numbers, isFolder } of hints.accountIdCandidates) {
    const accounts = numbers.filter(isKnown);
    const [account] = accounts;
    // "444455556666-uses-111122223333.json" tells neither.
    if (account !== undefined && accounts.length === 1) return { account, isConfirmed: true };
    const [candidate, ...others] = isFolder ? numbers.filter((number) => !DATE_WITH_TIME.test(number)) : [];
    if (candidate !== undefined && others.length === 0) return { account: candidate, isConfirmed: false };
  }
  return undefined;
}

/**
 * What the path of a file tells below its workspace folder; of a file outside all folders only its name, and the accounts in the name of
 * the folder around it.
 */
export function pathHintsOfFile(path: PlainUri, folders: readonly PlainUri[]): PathHints {
  return readPathHints(baseName(workspaceFolderAround(path, folders)), pathBelowRoot(path, folders));
}

/** The path below the workspace folder: what lies above it says nothing of the policies in it. */
export function pathBelowRoot(path: PlainUri, folders: readonly PlainUri[]): string {
  return relativePath(workspaceFolderAround(path, folders), path) ?? path;
}

function workspaceFolderAround(path: PlainUri, folders: readonly PlainUri[]): PlainUri {
  return innermostFolderOf(folders, path) ?? parentFolder(path);
}
