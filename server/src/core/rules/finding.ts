import type { Location, TextEdit } from '../text/span';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** One result of one rule at one place. Plain data, but for `fixes`, which are worked out only when somebody asks. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** The smallest text that is wrong. */
  readonly at: Location;
  /** A sentence that says what happens in AWS and why; names accounts, actions and the other file's statement. */
  readonly message: string;
  readonly related: readonly Related[];
  /** The AWS page that the rule rests on. */
  readonly href: string;
  readonly fixes: () => readonly Fix[];
}

export interface Related {
  readonly at: Location;
  readonly message: string;
}

/** An edit that mends a finding, in this file or another one, ready to apply. */
export interface Fix {
  readonly title: string;
  readonly files: readonly FileChange[];
  /** Shown before it is made: it changes a file of another account than the finding's. */
  readonly confirm: boolean;
  readonly preferred: boolean;
}

/** `create` carries the whole text of a new file; else `edits`, which do not overlap, change an existing one. */
export type FileChange =
  | { readonly uri: string; readonly create: string }
  | { readonly uri: string; readonly edits: readonly TextEdit[] };
