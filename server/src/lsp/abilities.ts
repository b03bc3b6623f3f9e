import { CompletionItemTag, InsertTextMode, MarkupKind, ResourceOperationKind, type ClientCapabilities, type InitializeParams } from 'vscode-languageserver';
import type { InitializationOptions } from './protocol/initialize';

/** What the editor can do, as far as it matters here. */
export interface Abilities {
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly tags: boolean;
  /** Shows Markdown in hovers. */
  readonly hoverMarkdown: boolean;
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  readonly changeAnnotations: boolean;
  /** Watches files for the server when asked to. */
  readonly watches: boolean;
  /** Answers `workspace/configuration`. */
  readonly configuration: boolean;
  /** Tells of changed settings when asked to. */
  readonly tellsOfSettings: boolean;
  readonly workspaceFolders: boolean;
  readonly appliesEdits: boolean;
  /** Asks for the edit of a code action when it is chosen. */
  readonly resolvesEdits: boolean;
  /** Languages whose JSON syntax the editor itself reports. */
  readonly checksSyntaxOf: ReadonlySet<string>;
  /** Runs `ClientCommand`s that code actions name. */
  readonly clientCommands: boolean;
  /** Asks for lenses, or hints, again when told to. */
  readonly refreshesLenses: boolean;
  readonly refreshesHints: boolean;
  /** Completes `kms-handshake.json` by its JSON schema. */
  readonly completesBySchema: boolean;
  readonly completion: CompletionAbilities;
  /** Wants `kmsHandshake/changed`. */
  readonly wantsChanges: boolean;
  /** Takes definitions with the range that they were asked from. */
  readonly definitionLinks: boolean;
  /** Takes an outline as a tree. */
  readonly symbolTrees: boolean;
  /** Asks what can be renamed before it asks for the new name. */
  readonly preparesRename: boolean;
}

/** What its list of suggestions can do. */
export interface CompletionAbilities {
  readonly snippets: boolean;
  readonly markdown: boolean;
  /** Shows words behind each label, not behind the chosen one alone. */
  readonly labelDetails: boolean;
  /** Indents the lines of what is inserted by itself when it is told so. */
  readonly indents: boolean;
  readonly deprecatedTag: boolean;
}

export function abilitiesOf({ capabilities, clientInfo }: Pick<InitializeParams, 'capabilities' | 'clientInfo'>, options: InitializationOptions): Abilities {
  const { workspace, textDocument } = capabilities;
  const operations = workspace?.workspaceEdit?.resourceOperations ?? [];
  const documentChanges = workspace?.workspaceEdit?.documentChanges === true;
  return {
    ...diagnosticAbilities(capabilities),
    ...navigationAbilities(capabilities),
    hoverMarkdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true,
    documentChanges,
    createFiles: documentChanges && operations.includes(ResourceOperationKind.Create),
    changeAnnotations: documentChanges && workspace.workspaceEdit?.changeAnnotationSupport !== undefined
      && textDocument?.codeAction?.honorsChangeAnnotations === true,
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    configuration: workspace?.configuration === true,
    tellsOfSettings: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    appliesEdits: workspace?.applyEdit === true,
    resolvesEdits: textDocument?.codeAction?.dataSupport === true && textDocument.codeAction.resolveSupport?.properties.includes('edit') === true,
    checksSyntaxOf: new Set(options.editorChecksSyntaxOf ?? (isVisualStudioCode(clientInfo?.name) ? ['json', 'jsonc'] : [])),
    completesBySchema: options.editorCompletesSchema ?? isVisualStudioCode(clientInfo?.name),
    completion: completionAbilities(capabilities),
    clientCommands: options.clientCommands === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    wantsChanges: options.tellChanges === true,
  };
}

function diagnosticAbilities({ textDocument }: ClientCapabilities): Pick<Abilities, 'relatedInformation' | 'codeDescription' | 'tags'> {
  const diagnostics = textDocument?.publishDiagnostics;
  return {
    relatedInformation: diagnostics?.relatedInformation === true,
    codeDescription: diagnostics?.codeDescriptionSupport === true,
    tags: diagnostics?.tagSupport !== undefined,
  };
}

function navigationAbilities({ textDocument }: ClientCapabilities): Pick<Abilities, 'definitionLinks' | 'symbolTrees' | 'preparesRename'> {
  return {
    definitionLinks: textDocument?.definition?.linkSupport === true,
    symbolTrees: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    preparesRename: textDocument?.rename?.prepareSupport === true,
  };
}

function completionAbilities({ textDocument }: ClientCapabilities): CompletionAbilities {
  const item = textDocument?.completion?.completionItem;
  return {
    snippets: item?.snippetSupport === true,
    markdown: item?.documentationFormat?.includes(MarkupKind.Markdown) === true,
    labelDetails: item?.labelDetailsSupport === true,
    indents: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.adjustIndentation) === true,
    deprecatedTag: item?.tagSupport?.valueSet.includes(CompletionItemTag.Deprecated) === true,
  };
}

/** Its JSON support is built in, whoever wrote the client. */
function isVisualStudioCode(name: string | undefined): boolean {
  return name?.startsWith('Visual Studio Code') === true;
}
