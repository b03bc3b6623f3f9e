/*
 * What goes between the server and its clients beyond the Language Server Protocol. Types only: the VS Code extension imports
 * them, other editors read them. None of it is needed for findings and quick fixes.
 */

/** `initializationOptions`; all of it may be left out. */
export interface InitializationOptions {
  /**
   * Languages whose JSON syntax the editor reports by itself: for open documents in one of them the server keeps its own
   * `json-syntax` findings back, and offers their fixes on the editor's.
   */
  readonly editorChecksSyntaxOf?: readonly string[];
  /** The client runs the `ClientCommand`s below; code actions then may name them. */
  readonly clientCommands?: boolean;
  /** The settings `kmsHandshake.*`, for editors that do not answer `workspace/configuration`. */
  readonly settings?: unknown;
}

/** `data` of every diagnostic. */
export interface DiagnosticData {
  /** Tells the findings of one file apart. */
  readonly id: string;
}
