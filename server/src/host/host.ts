import { URI } from 'vscode-uri';

/**
 * What the language server and the command line need of the world outside. `node.ts` gives it over Node's file system;
 * one over the client's file system (a browser) needs nothing but this. Files are known by URI, in the spelling of `vscode-uri`.
 */
export interface Host {
  readonly files: HostFiles;
  readonly documents: OpenDocuments;
  readonly clock: Clock;
  readonly log: Log;
}

export interface HostFiles {
  /**
   * Every file of the folders that may hold a policy, each once, with every `kms-handshake.json` in them. What cannot be
   * read, and links that lead out of all folders, are logged and left out; `stop` ends the walk early, with what it has.
   */
  readonly list: (fileSelection: FileSelection, stop?: () => boolean) => Promise<readonly string[]>;
  /**
   * The judgement of `list` on one file, there or not: for a file that was just made, or an open one. What links lead to inside the
   * folders is known by the path that is given.
   */
  readonly isSelected: (selection: FileSelection, uri: string) => Promise<boolean>;
  /**
   * Reads several files at once, in no order; `take` is called for each. Output of AWS tools about a whole account may be larger than
   * the limit, as far as the memory allows. Lets others run in between; `stop` ends it early.
   */
  readonly readMany: (uris: readonly string[], maxBytes: number, take: (uri: string, content: FileContent) => void,
    stop?: () => boolean) => Promise<void>;
  readonly read: (uri: string, maxBytes: number) => Promise<FileContent>;
  /** Reads a file that somebody names by itself: a large one too, as far as the memory allows. */
  readonly readNamedFile: (uri: string) => Promise<FileContent>;
  /**
   * Why `readMany` would leave out a file with this text for its size; undefined where it would read it. A text that is judged already
   * has the memory that it takes.
   */
  readonly reasonTooLarge: (text: string, maxBytes: number, isJudged: () => boolean) => string | undefined;
  readonly kindOf: (uri: string) => Promise<'file' | 'folder' | undefined>;
  /**
   * Whether the place, links followed, lies in one of the folders. Of a file that is not there yet the folder counts that it would come
   * to lie in; a link to nothing leads nowhere.
   */
  readonly resolvesInto: (folders: readonly string[], uri: string) => Promise<boolean>;
}

/** Which files may hold policies. What `.gitignore` files name, `.git` and `node_modules` are left out in any case. */
export interface FileSelection {
  readonly folders: readonly SelectedFolder[];
  /** Globs relative to each folder; a file outside all folders is held against its whole path. */
  readonly files: readonly string[];
  /** Leaves out further files and folders, by URI: what `kms-handshake.json` excludes. */
  readonly isExcluded?: (uri: string) => boolean;
  /** Follows links that lead out of all folders, too. */
  readonly followLinks?: boolean;
  /** Reads the templates that the CDK makes: folders named `cdk.out`. */
  readonly readCdkOutput?: boolean;
}

export interface SelectedFolder {
  readonly uri: string;
  /** Globs of files and folders to leave out, relative to the folder: from the settings. */
  readonly exclude: readonly string[];
}

export type FileContent =
  /** Without byte order mark, as editors show it: offsets count from behind it. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** `why` is a phrase for the log: "larger than 1024 KiB", "not a text". */
  | { readonly kind: 'left-out'; readonly why: string };

/** The phrase for a file that is larger than the limit. */
export function largerThanPhrase(maxBytes: number): string {
  return `larger than ${maxBytes / 1024} KiB`;
}

/** Whether a text that is not on the disk would make a file that is larger. Mostly the number of characters tells. */
export function isLargerThan(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || text.length * MAX_BYTES_PER_UTF16_UNIT > maxBytes && utf8Size(text) > maxBytes;
}

/** Bytes of the text as a file, in UTF-8. */
export function utf8Size(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Of a UTF-16 unit in UTF-8. */
const MAX_BYTES_PER_UTF16_UNIT = 3;

/** The documents open in the editor, by URI in any spelling: their text counts, not the one on the disk. */
export interface OpenDocuments {
  readonly get: (uri: string) => OpenDocument | undefined;
  readonly all: () => Iterable<OpenDocument>;
  readonly open: (
    document: { readonly uri: string; readonly languageId: string; readonly version: number; readonly text: string },
  ) => OpenDocument;
  /** The document with the changes applied in order. Throws when it is not open. */
  readonly change: (uri: string, version: number, changes: readonly ContentChange[]) => OpenDocument;
  /** The document as it was. */
  readonly close: (uri: string) => OpenDocument | undefined;
}

export interface OpenDocument {
  readonly uri: string;
  /** As the editor spells it, which is how it wants it back. */
  readonly editorUri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

/** A new text for a range, or, without one, for the whole document; lines and UTF-16 characters from 0. */
export type ContentChange = { readonly text: string } | { readonly text: string;
  readonly range: { readonly start: TextPosition; readonly end: TextPosition } };

interface TextPosition {
  readonly line: number;
  readonly character: number;
}

export interface Clock {
  /** Milliseconds from some fixed moment; never goes back. */
  readonly now: () => number;
  /** Runs `work` once after that many milliseconds, unless cancelled by the function it returns. */
  readonly schedule: (milliseconds: number, work: () => void) => () => void;
  /** Ends once everything that already waits to be done has had its turn. */
  readonly yieldToEventLoop: () => Promise<void>;
}

export interface Log {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  /** With the stack of `error` when it has one. */
  readonly error: (message: string, error?: unknown) => void;
}

/** The one spelling of a URI that everything here uses: editors differ in what they escape. */
export function canonicalUri(uri: string): string {
  return URI.parse(uri).toString();
}

/** Globs of files that may contain policies, unless the settings say otherwise. */
export const DEFAULT_FILE_GLOBS: readonly string[] = [
  '**/*.json', '**/*.jsonc', '**/*.json.tpl', '**/*.json.tftpl', '**/*.yaml', '**/*.yml', '**/*.template', '**/samconfig.toml',
  '**/*.tf', '**/*.tofu', '**/*.tfvars',
];

/**
 * The folder of the templates that the CDK makes. Git ignores them: they are read only where this is asked for, and then in spite of it.
 */
export const CDK_OUTPUT_FOLDER = 'cdk.out';

export const DEFAULT_MAX_FILE_BYTES = 1024 * 1024;
