import type { Location } from 'vscode-languageserver';
import type { Severity } from '../../core/index';
import type { KeyItem } from './generate';
import type { LinkChoicesParams } from './handshakes';
import type { CommandPlace, PolicyKindName, PolicyRef } from './policies';

/** What the policy of a document is, for a status bar: of several the one at the position, else the first. */
export interface FileStatus extends PolicyRef {
  /** Undefined for a document that is too large to be judged. */
  readonly kind: PolicyKindName | undefined;
  /** "key policy of alias/app (security)", "too large to be judged: …" */
  readonly says: string;
  /** The size of the document and the setting `maxFileSize`, where the one exceeds the other: nothing else is known of it then. */
  readonly tooLarge: { readonly kib: number; readonly maxKib: number } | undefined;
  /** Nobody declared it, no output says it and no path tells it. */
  readonly assumed: boolean;
  /** "declared in kms-handshake.json", with the place that says it. */
  readonly links: readonly { readonly says: string; readonly at: Location | undefined }[];
  /** "role/App of account 444455556666: 2 actions work, 1 blocked" */
  readonly handshakes: readonly string[];
  /** How many handshakes are not listed. */
  readonly more: number;
  /** Findings in the policy. */
  readonly findings: FindingCounts;
  /** How many policies the document has. */
  readonly policies: number;
  /** What `kmsHandshake/linkChoices` takes to write the assumed link down; undefined for a link that is certain. */
  readonly confirm: LinkChoicesParams | undefined;
  /** The `kms-handshake.json` of its folder, when there is one. */
  readonly manifest: string | undefined;
  /** Links can be declared: the document is a file in a folder of the workspace. */
  readonly declarable: boolean;
}

export type FindingCounts = Readonly<Record<Severity, number>>;

/** The keys that a key policy may belong to, the likely ones first. */
export interface KeyLinkChoices {
  readonly keys: readonly KeyItem[];
  /** Regular expression for an ARN that is typed in place of a choice. */
  readonly pattern: string;
}

export interface LinkKeyParams {
  readonly policy: PolicyRef;
  readonly keyArn: string;
}

export interface LinkKeyCommand extends CommandPlace {
  readonly keyArn: string;
}

/** How far the server is with the policies of the workspace, and what it found in them. */
export interface WorkspaceStatus {
  /** `checking` from the start, and while folders are read again, until every policy is judged. */
  readonly state: 'checking' | 'ready';
  /** How many policies there are, in how many files. While `checking`: of before. */
  readonly policies: number;
  readonly files: number;
  readonly findings: FindingCounts;
}
