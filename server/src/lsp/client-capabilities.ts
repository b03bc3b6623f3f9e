import { CompletionItemTag, InsertTextMode, MarkupKind, ResourceOperationKind, type ClientCapabilities as LspClientCapabilities,
  type InitializeParams } from 'vscode-languageserver';
import type { InitializationOptions } from './protocol/initialize';

/** What the editor can do, as far as it matters here. */
export interface ClientCapabilities {
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly diagnosticTags: boolean;
  /** Shows Markdown in hovers. */
  readonly hoverMarkdown: boolean;
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  readonly changeAnnotations: boolean;
  /** Watches files for the server when asked to. */
  readonly fileWatching: boolean;
  /** Answers `workspace/configuration`. */
  readonly configuration: boolean;
  /** Tells of changed settings when asked to. */
  readonly settingsNotifications: boolean;
  readonly workspaceFolders: boolean;
  readonly applyEdit: boolean;
  /** Asks for the edit of a code action when it is chosen. */
  readonly resolveCodeActionEdits: boolean;
  /** Shows code actions that cannot be applied, with the reason. */
  readonly disabledCodeActions: boolean;
  /** Languages whose JSON syntax the editor itself reports. */
  readonly syntaxCheckedLanguages: ReadonlySet<string>;
  /** Runs `ClientCommand`s that code actions name. */
  readonly clientCommands: boolean;
  /** Asks for lenses, or hints, again when told to. */
  readonly codeLensRefresh: boolean;
  readonly inlayHintRefresh: boolean;
  /** Completes `kms-handshake.json` by its JSON schema. */
  readonly schemaCompletion: boolean;
  readonly completion: CompletionCapabilities;
  /** Wants `kmsHandshake/changed`. */
  readonly changeNotifications: boolean;
  /** Takes definitions with the range that they were asked from. */
  readonly definitionLinks: boolean;
  /** Takes an outline as a tree. */
  readonly hierarchicalSymbols: boolean;
  /** Asks what can be renamed before it asks for the new name. */
  readonly prepareRename: boolean;
}

/** What its list of suggestions can do. */
export interface CompletionCapabilities {
  readonly snippets: boolean;
  readonly markdown: boolean;
  /** Shows words behind each label, not behind the chosen one alone. */
  readonly labelDetails: boolean;
  /** Indents the lines of what is inserted by itself when it is told so. */
  readonly adjustIndentation: boolean;
  readonly deprecatedTag: boolean;
}

export function readClientCapabilities({ capabilities, clientInfo }: Pick<InitializeParams, 'capabilities' | 'clientInfo'>,
  options: InitializationOptions): ClientCapabilities {
  const { workspace, textDocument } = capabilities;
  const operations = workspace?.workspaceEdit?.resourceOperations ?? [];
  const documentChanges = workspace?.workspaceEdit?.documentChanges === true;
  return {
    ...diagnosticCapabilities(capabilities),
    ...navigationCapabilities(capabilities),
    hoverMarkdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true,
    documentChanges,
    createFiles: documentChanges && operations.includes(ResourceOperationKind.Create),
    changeAnnotations: documentChanges && workspace.workspaceEdit?.changeAnnotationSupport !== undefined
      && textDocument?.codeAction?.honorsChangeAnnotations === true,
    fileWatching: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    configuration: workspace?.configuration === true,
    settingsNotifications: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    applyEdit: workspace?.applyEdit === true,
    resolveCodeActionEdits: textDocument?.codeAction?.dataSupport === true
      && textDocument.codeAction.resolveSupport?.properties.includes('edit') === true,
    disabledCodeActions: textDocument?.codeAction?.disabledSupport === true,
    syntaxCheckedLanguages: new Set(options.editorChecksSyntaxOf ?? (isVisualStudioCode(clientInfo?.name) ? ['json', 'jsonc'] : [])),
    schemaCompletion: options.editorCompletesSchema ?? isVisualStudioCode(clientInfo?.name),
    completion: completionCapabilities(capabilities),
    clientCommands: options.clientCommands === true,
    codeLensRefresh: workspace?.codeLens?.refreshSupport === true,
    inlayHintRefresh: workspace?.inlayHint?.refreshSupport === true,
    changeNotifications: options.tellChanges === true,
  };
}

function diagnosticCapabilities(
  { textDocument }: LspClientCapabilities,
): Pick<ClientCapabilities, 'relatedInformation' | 'codeDescription' | 'diagnosticTags'> {
  const diagnostics = textDocument?.publishDiagnostics;
  return {
    relatedInformation: diagnostics?.relatedInformation === true,
    codeDescription: diagnostics?.codeDescriptionSupport === true,
    diagnosticTags: diagnostics?.tagSupport !== undefined,
  };
}

function navigationCapabilities(
  { textDocument }: LspClientCapabilities,
): Pick<ClientCapabilities, 'definitionLinks' | 'hierarchicalSymbols' | 'prepareRename'> {
  return {
    definitionLinks: textDocument?.definition?.linkSupport === true,
    hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    prepareRename: textDocument?.rename?.prepareSupport === true,
  };
}

function completionCapabilities({ textDocument }: LspClientCapabilities): CompletionCapabilities {
  const item = textDocument?.completion?.completionItem;
  return {
    snippets: item?.snippetSupport === true,
    markdown: item?.documentationFormat?.includes(MarkupKind.Markdown) === true,
    labelDetails: item?.labelDetailsSupport === true,
    adjustIndentation: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.adjustIndentation) === true,
    deprecatedTag: item?.tagSupport?.valueSet.includes(CompletionItemTag.Deprecated) === true,
  };
}

/** Its JSON support is built in, whoever wrote the client. */
function isVisualStudioCode(name: string | undefined): boolean {
  return name?.startsWith('Visual Studio Code') === true;
}
