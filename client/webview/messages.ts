import type { HandshakeMap, HandshakeRef } from '../../server/src/lsp/protocol/handshakes';
import type { MatrixCell, MatrixDocumentParams, MatrixSummary } from '../../server/src/lsp/protocol/matrix';

/** What goes between the panel "KMS access" and the extension: plain data, by `postMessage`. */

export type ViewName = 'matrix' | 'map';

/** A place in a file as the protocol has it, lines and UTF-16 characters from 0. */
export interface SourceRange {
  readonly uri: string;
  readonly range: { readonly start: SourcePosition; readonly end: SourcePosition };
}

interface SourcePosition {
  readonly line: number;
  readonly character: number;
}

/** A question for "Explain access…": ARNs, as far as they are known. */
export interface ExplainQuestion {
  readonly identity?: string;
  readonly key?: string;
  readonly action?: string;
}

/** What is chosen in the map: a key, an identity, or the handshake of two, by the `id`s of the protocol. */
export type MapTarget = { readonly key: string } | { readonly identity: string } | HandshakeRef;

/** What the matrix shows at the moment. */
export interface DrawnMatrix {
  readonly identities: number;
  readonly keys: number;
  /** Cells that are in the page: only what can be seen, and a little more. */
  readonly cells: number;
  /** Sentences of the selected cell. */
  readonly says: readonly string[];
}

/** Said by the panel. */
export type MessageToExtension =
  /** The view is in front: it wants its contents now and whenever they change. */
  | { readonly type: 'show'; readonly view: ViewName }
  /** The contents of one cell are wanted. */
  | { readonly type: 'cell'; readonly cell: HandshakeRef }
  | { readonly type: 'drawn'; readonly drawn: DrawnMatrix }
  | { readonly type: 'open'; readonly place: SourceRange }
  | { readonly type: 'explain'; readonly question: ExplainQuestion }
  /** The action is to be allowed. */
  | { readonly type: 'fix'; readonly handshake: HandshakeRef; readonly action: string }
  | { readonly type: 'export'; readonly document: MatrixDocumentParams }
  /** The policy of a key or identity, or the statement that decides a handshake, is wanted. */
  | { readonly type: 'openInMap'; readonly target: MapTarget }
  | { readonly type: 'saveMap'; readonly svg: string };

/** Said by the extension. */
export type MessageToPanel =
  /** To be brought to the front. */
  | { readonly type: 'view'; readonly view: ViewName }
  | { readonly type: 'matrix'; readonly matrix: MatrixSummary }
  | { readonly type: 'map'; readonly map: HandshakeMap }
  /** The contents of a cell; undefined when it has gone meanwhile. */
  | { readonly type: 'cell'; readonly of: HandshakeRef; readonly cell: MatrixCell | undefined }
  /** Selects a cell, whatever the filter says. */
  | { readonly type: 'select'; readonly cell: HandshakeRef }
  /** Narrows the view to names that have all words of the text. */
  | { readonly type: 'filter'; readonly text: string }
  /** The contents cannot be had; a sentence for the person who waits for them. */
  | { readonly type: 'trouble'; readonly message: string };
