/** `initializationOptions`; all of it may be left out. */
export interface InitializationOptions {
  /**
   * Languages whose JSON syntax the editor reports by itself: for open documents in one of them the server keeps its own
   * `json-syntax` findings back, and offers their fixes on the editor's.
   */
  readonly editorChecksSyntaxOf?: readonly string[];
  /** The editor completes `kms-handshake.json` by its JSON schema: the server leaves out the names and values that the schema lists. */
  readonly editorCompletesSchema?: boolean;
  /** The client runs the commands of `ClientCommands`; code actions then may name them. */
  readonly clientCommands?: boolean;
  /** The address of a rule's page in the client, with `{code}` for the rule: findings link there, without it to AWS's page. */
  readonly ruleDocumentation?: string;
  /** The client wants `kmsHandshake/changed`. */
  readonly tellChanges?: boolean;
  /** The client wants `kmsHandshake/workspaceStatus`. */
  readonly tellStatus?: boolean;
  /** The settings `kmsHandshake.*`, for editors that do not answer `workspace/configuration`. */
  readonly settings?: unknown;
}
