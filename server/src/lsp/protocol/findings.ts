import type { Range } from 'vscode-languageserver';

/** `data` of every diagnostic. */
export interface DiagnosticData {
  /** Tells the findings of one file apart. */
  readonly id: string;
}

/** One finding, as its diagnostic tells. */
export interface FindingRef {
  readonly uri: string;
  /** `DiagnosticData.id` */
  readonly id: string;
}

/** What is to be suppressed, and how. */
export interface SuppressTarget extends FindingRef {
  /** An entry of `kms-handshake.json`, which is the default, or a comment in the file of the finding. */
  readonly form?: 'manifest' | 'comment';
}

export interface SuppressParams extends SuppressTarget {
  /** Why the finding is right as it is. */
  readonly reason: string;
}

/** What a placeholder stands in, as the document has it. */
export interface TextToReplace {
  readonly uri: string;
  readonly range: Range;
  readonly text: string;
}
