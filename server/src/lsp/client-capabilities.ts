import { CompletionItemTag, InsertTextMode, MarkupKind, ResourceOperationKind, type InitializeParams } from 'vscode-languageserver';
import type { InitializationOptions } from './protocol/initialize';

/** What the editor can do, as far as it matters here. */
export type ClientCapabilities = Readonly<ReturnType<typeof readClientCapabilities>>;

export function readClientCapabilities(
  { capabilities: { workspace, textDocument }, clientInfo }: Pick<InitializeParams, 'capabilities' | 'clientInfo'>,
  options: InitializationOptions,
) {
  const { publishDiagnostics, codeAction } = textDocument ?? {};
  const completionItem = textDocument?.completion?.completionItem;
  const documentChanges = workspace?.workspaceEdit?.documentChanges === true;
  // Its JSON support is built in, whoever wrote the client.
  const isVisualStudioCode = clientInfo?.name.startsWith('Visual Studio Code') === true;
  return {
    relatedInformation: publishDiagnostics?.relatedInformation === true,
    codeDescription: publishDiagnostics?.codeDescriptionSupport === true,
    diagnosticTags: publishDiagnostics?.tagSupport !== undefined,
    hoverMarkdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true,
    documentChanges,
    createFiles: documentChanges && workspace.workspaceEdit?.resourceOperations?.includes(ResourceOperationKind.Create) === true,
    changeAnnotations: documentChanges && workspace.workspaceEdit?.changeAnnotationSupport !== undefined
      && codeAction?.honorsChangeAnnotations === true,
    fileWatching: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    configuration: workspace?.configuration === true,
    settingsNotifications: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    applyEdit: workspace?.applyEdit === true,
    /** Requests the edit of a code action when the action is chosen. */
    resolveCodeActionEdits: codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes('edit') === true,
    disabledCodeActions: codeAction?.disabledSupport === true,
    /** Languages whose JSON syntax the editor itself reports. */
    syntaxCheckedLanguages: new Set(options.editorChecksSyntaxOf ?? (isVisualStudioCode ? ['json', 'jsonc'] : [])),
    /** Completes `kms-handshake.json` by its JSON schema. */
    schemaCompletion: options.editorCompletesSchema ?? isVisualStudioCode,
    completion: {
      snippets: completionItem?.snippetSupport === true,
      markdown: completionItem?.documentationFormat?.includes(MarkupKind.Markdown) === true,
      labelDetails: completionItem?.labelDetailsSupport === true,
      adjustIndentation: completionItem?.insertTextModeSupport?.valueSet.includes(InsertTextMode.adjustIndentation) === true,
      keepIndentation: completionItem?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
      deprecatedTag: completionItem?.tagSupport?.valueSet.includes(CompletionItemTag.Deprecated) === true,
    },
    /** Runs the `ClientCommands` that code actions name. */
    clientCommands: options.clientCommands === true,
    /** The page of a rule in the client; undefined for a client that has none. */
    ruleDocumentation: (code: string): string | undefined => options.ruleDocumentation?.replace('{code}', code),
    codeLensRefresh: workspace?.codeLens?.refreshSupport === true,
    inlayHintRefresh: workspace?.inlayHint?.refreshSupport === true,
    /** Wants `kmsHandshake/changed`. */
    changeNotifications: options.tellChanges === true,
    /** Wants `kmsHandshake/workspaceStatus`. */
    statusNotifications: options.tellStatus === true,
    /** Takes definitions with the range that was asked about. */
    definitionLinks: textDocument?.definition?.linkSupport === true,
    /** Takes an outline as a tree. */
    hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    /** Asks what can be renamed before it asks for the new name. */
    prepareRename: textDocument?.rename?.prepareSupport === true,
  };
}
