import { CompletionItemKind, CompletionItemTag, InsertTextFormat, InsertTextMode, type CompletionItem, type CompletionList,
  type CompletionParams, type Range, type TextEdit } from 'vscode-languageserver';
import { complete, completeEmptyDocument, lineIndex, offsetAt, type Completion, type Completions, type Workspace } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toMarkup, toRange } from '../protocol-conversion';
import type { Session } from '../session';
import { workspacePath } from './policy-lookup';

/** Quotes and colons begin names and values, and in YAML blanks do, behind a colon or a dash; the others begin parts of them. */
export const COMPLETION_TRIGGERS: readonly string[] = ['"', '\'', ':', '.', '*', ' '];

/** What can be typed at the place; null in files that are neither policies nor `kms-handshake.json`. */
export function completionList(session: Session, { textDocument, position, context }: CompletionParams): CompletionList | null {
  const uri = canonicalUri(textDocument.uri);
  const text = session.host.documents.get(uri)?.text;
  if (text === undefined || session.documentSync.isTooLarge(uri)) return null;
  const lines = lineIndex(text);
  const workspace = session.analysisHost.workspace();
  const { completion: { snippets }, schemaCompletion } = session.clientCapabilities;
  const options = {
    supportsSnippets: snippets, hasSchemaCompletion: schemaCompletion, formatFile: (file: string) => workspacePath(session, file),
  };
  const offset = offsetAt(lines, position);
  if (context?.triggerCharacter === ' ' && !isBehindSignOfYaml(workspace, uri, text.slice(0, offset))) return null;
  const isTextRead = workspace.files.get(uri)?.source.text === text;
  const completions = (isTextRead ? complete(workspace, uri, offset, options) : undefined)
    ?? completeEmptyDocument(workspace, uri, text, options);
  if (completions === undefined) return null;
  const range = toRange(lines, completions.span);
  const edits = completions.additionalEdits.map(({ span, newText }) => ({ range: toRange(lines, span), newText }));
  const itemContext = { range, edits, areLinesIndented: completions.areLinesIndented };
  const items = completions.items.map((completion, index) => toCompletionItem(session, completion, index, itemContext));
  return { isIncomplete: false, items };
}

function isBehindSignOfYaml({ files }: Workspace, uri: string, textBefore: string): boolean {
  return files.get(uri)?.reading.layer.syntax.id === 'yaml' && /[:-] $/.test(textBefore);
}

const COMPLETION_ITEM_KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  element: CompletionItemKind.Property, action: CompletionItemKind.Function, wildcard: CompletionItemKind.Module,
  operator: CompletionItemKind.Operator, 'condition-key': CompletionItemKind.Field, value: CompletionItemKind.Value,
  arn: CompletionItemKind.Reference, account: CompletionItemKind.Constant, statement: CompletionItemKind.Snippet,
};

interface ItemContext extends Pick<Completions, 'areLinesIndented'> {
  readonly range: Range;
  readonly edits: TextEdit[];
}

function toCompletionItem({ clientCapabilities }: Session, completion: Completion, index: number,
  { range, edits, areLinesIndented }: ItemContext): CompletionItem {
  const { label, kind, detail, documentation } = completion;
  const { labelDetails, markdown, deprecatedTag, snippets } = clientCapabilities.completion;
  return {
    label,
    kind: COMPLETION_ITEM_KINDS[kind],
    ...detail === undefined ? {} : { detail, ...labelDetails ? { labelDetails: { description: detail } } : {} },
    ...documentation === undefined ? {} : { documentation: toMarkup(documentation, markdown) },
    ...completion.deprecated === true && deprecatedTag ? { tags: [CompletionItemTag.Deprecated] } : {},
    // Before the words that VS Code's own JSON support takes from elsewhere in the document: those begin with their quote.
    sortText: `!${completion.rank} ${String(index).padStart(5, '0')}`,
    filterText: completion.filterText,
    insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...insertTextMode(clientCapabilities, areLinesIndented),
    textEdit: { range, newText: completion.newText },
    ...edits.length === 0 ? {} : { additionalTextEdits: edits },
    // A client with our own commands is VS Code: there the next list opens by itself.
    ...completion.triggersSuggestions === true && clientCapabilities.clientCommands
      ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } }
      : {},
  };
}

function insertTextMode({ completion: { adjustIndentation, keepIndentation } }: Session['clientCapabilities'],
  areLinesIndented: boolean): Pick<CompletionItem, 'insertTextMode'> {
  if (areLinesIndented) return keepIndentation ? { insertTextMode: InsertTextMode.asIs } : {};
  return adjustIndentation ? { insertTextMode: InsertTextMode.adjustIndentation } : {};
}
