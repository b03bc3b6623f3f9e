import type { WorkspaceEdit } from 'vscode-languageserver';

export interface EditOffer {
  readonly edit: WorkspaceEdit;
  /** The file that is made or changed. */
  readonly uri: string;
  readonly created: boolean;
  readonly summary: string;
  /** The same once the edit is made: "Declared in kms-handshake.json: …" */
  readonly outcome: string;
}

/** What was asked for cannot be done; a sentence for the person who asked. */
export interface Refused {
  readonly refused: string;
}
