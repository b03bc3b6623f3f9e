import type { Position, Range, TextDocumentIdentifier } from 'vscode-languageserver';

/** One policy of the workspace. */
export interface PolicyRef {
  readonly uri: string;
  /** JSON pointer of the policy in its file; empty for the whole file. */
  readonly pointer: string;
}

export interface PoliciesParams {
  readonly textDocument?: TextDocumentIdentifier;
  readonly position?: Position;
}

export interface PolicyItem extends PolicyRef {
  readonly kind: PolicyKindName;
  readonly range: Range;
  /** `producer/key-policy.json` */
  readonly label: string;
  /** "key policy of key 1234abcd-… of account 111122223333" */
  readonly description: string;
}

export type PolicyKindName = 'key' | 'identity';

/** A policy by its place: the one at the position, else the first of the document. */
export interface CommandPlace {
  readonly textDocument: TextDocumentIdentifier;
  readonly position?: Position;
}
