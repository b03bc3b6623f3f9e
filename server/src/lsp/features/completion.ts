import {
  CompletionItemKind, CompletionItemTag, InsertTextFormat, InsertTextMode, type CompletionItem, type CompletionList, type CompletionParams,
  type Range,
} from 'vscode-languageserver';
import { complete, completeEmptyDocument, lineIndex, offsetAt, type Completion } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toMarkup, toRange } from '../protocol-conversion';
import type { Session } from '../session';
import { workspacePath } from './policy-lookup';

/** Quotes and colons begin names and values, the others parts of them. */
export const COMPLETION_TRIGGERS: readonly string[] = ['"', ':', '.', '*'];

/** What can be typed at the place; null in files that are neither policies nor `kms-handshake.json`. */
export function completionList(session: Session, { textDocument, position }: CompletionParams): CompletionList | null {
  const uri = canonicalUri(textDocument.uri);
  const text = session.host.documents.get(uri)?.text;
  if (text === undefined || session.documentSync.isTooLarge(uri)) return null;
  const lines = lineIndex(text);
  const workspace = session.analysisHost.workspace();
  const options = { supportsSnippets: session.clientCapabilities.completion.snippets,
    hasSchemaCompletion: session.clientCapabilities.schemaCompletion, formatFile: (one: string) => workspacePath(session, one) };
  const found = workspace.files.get(uri)?.source.text === text ? complete(workspace, uri, offsetAt(lines, position), options) : undefined;
  const offered = found ?? completeEmptyDocument(workspace, uri, text, options);
  if (offered === undefined) return null;
  const range = toRange(lines, offered.span);
  const edits = offered.additionalEdits.map(({ span, newText }) => ({ range: toRange(lines, span), newText }));
  return { isIncomplete: false,
    items: offered.items.map((completion, index) => toCompletionItem(session, completion, index, { range, edits })) };
}

const COMPLETION_ITEM_KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  element: CompletionItemKind.Property, action: CompletionItemKind.Function, wildcard: CompletionItemKind.Module,
  operator: CompletionItemKind.Operator,
  'condition-key': CompletionItemKind.Field, value: CompletionItemKind.Value, arn: CompletionItemKind.Reference,
  account: CompletionItemKind.Constant,
  statement: CompletionItemKind.Snippet,
};

function toCompletionItem(
  { clientCapabilities: { completion: can, clientCommands } }: Session, completion: Completion, index: number,
  { range, edits }: { readonly range: Range; readonly edits: CompletionItem['additionalTextEdits'] },
): CompletionItem {
  return {
    label: completion.label,
    kind: COMPLETION_ITEM_KINDS[completion.kind],
    ...completion.detail === undefined
      ? {}
      : { detail: completion.detail, ...can.labelDetails ? { labelDetails: { description: completion.detail } } : {} },
    ...completion.documentation === undefined ? {} : { documentation: toMarkup(completion.documentation, can.markdown) },
    ...completion.deprecated === true && can.deprecatedTag ? { tags: [CompletionItemTag.Deprecated] } : {},
    // Before the words that VS Code's own JSON support takes from elsewhere in the document: those begin with their quote.
    sortText: `!${completion.rank} ${String(index).padStart(5, '0')}`,
    filterText: completion.filterText,
    insertTextFormat: can.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...can.adjustIndentation ? { insertTextMode: InsertTextMode.adjustIndentation } : {},
    textEdit: { range, newText: completion.newText },
    ...edits === undefined || edits.length === 0 ? {} : { additionalTextEdits: edits },
    // Editors that show our own lists of commands are VS Code: there the next list opens by itself.
    ...completion.triggersSuggestions === true && clientCommands
      ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } }
      : {},
  };
}
