import * as vscode from 'vscode';
import type { ExplainAnswer, ExplainLink, ExplainMessageParams, ExplainParams } from '../../../server/src/lsp/protocol/explain';
import { toVscodeRange } from '../vscode-range';
import { showRefusal } from '../show-refusal';
import { asWorkspaceEdit, sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { registerCommand } from '../window/commands';
import { createCodeLens } from '../window/code-lens';

const SCHEME = 'kms-explanation';
const SHOW_EDIT = 'kmsHandshake.explanation.showEdit';

/** Answers as pages to read: each has a URI that says the question, and is asked for again when policies change. */
export interface ExplanationDocuments {
  /** Opens the page; undefined when there is none, which was then said. */
  readonly show: (params: ExplainParams | ExplainMessageParams) => Promise<vscode.Uri | undefined>;
}

export function createExplanationDocuments(context: vscode.ExtensionContext, languageServer: LanguageServer): ExplanationDocuments {
  const answers = new Map<string, ExplainAnswer>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const lenses = new vscode.EventEmitter<void>();
  const answerAt = (document: vscode.TextDocument): ExplainAnswer | undefined => answers.get(document.uri.toString());
  const ask = async (uri: vscode.Uri): Promise<string> => {
    const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(uri));
    if ('refused' in answer) {
      answers.delete(uri.toString());
      return `${answer.refused}\n`;
    }
    answers.set(uri.toString(), answer);
    lenses.fire();
    return answer.document.text;
  };
  context.subscriptions.push(
    changed, lenses,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: changed.event, provideTextDocumentContent: ask }),
    vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, {
      provideDocumentLinks: (document) => answerAt(document)?.document.links.map(toDocumentLink) ?? [],
    }),
    vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, {
      onDidChangeCodeLenses: lenses.event,
      provideCodeLenses: (document) => remedyLenses(document.uri, answerAt(document)),
    }),
    registerCommand(SHOW_EDIT, (uri: string) => showEdit(languageServer, vscode.Uri.parse(uri))),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => answers.delete(uri.toString())),
    languageServer.onDidChange(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) changed.fire(uri);
    }),
  );
  return {
    show: async (params) => {
      const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', params);
      if ('refused' in answer) {
        showRefusal(answer);
        return undefined;
      }
      const uri = explanationUri(answer);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
      return uri;
    },
  };
}

function explanationUri({ title, identity, key, action, awsSays, aws, source }: ExplainAnswer): vscode.Uri {
  // What is undefined has no place in JSON.
  const question = { identity, key, action, awsSays, aws, source };
  return vscode.Uri.from({ scheme: SCHEME, path: `/${title.replaceAll(':', ' ')}.md`, query: JSON.stringify(question) });
}

function questionOf(uri: vscode.Uri): ExplainParams | ExplainMessageParams {
  return JSON.parse(uri.query) as ExplainParams | ExplainMessageParams;
}

function toDocumentLink({ range, target }: ExplainLink): vscode.DocumentLink {
  const { line, character } = target.range.start;
  const link = new vscode.DocumentLink(toVscodeRange(range),
    vscode.Uri.parse(target.uri).with({ fragment: `L${line + 1},${character + 1}` }));
  link.tooltip = vscode.l10n.t('Go to the policy');
  return link;
}

function remedyLenses(uri: vscode.Uri, answer: ExplainAnswer | undefined): vscode.CodeLens[] {
  if (answer?.remedy?.edit === undefined) return [];
  const { line } = answer.remedy;
  return [
    createCodeLens(line, { title: vscode.l10n.t('Show this edit'), tooltip: vscode.l10n.t('Shows the edit before anything is changed'),
      command: SHOW_EDIT, arguments: [uri.toString()] }),
  ];
}

/** The edit of the moment, in VS Code's preview of refactorings. */
async function showEdit(languageServer: LanguageServer, uri: vscode.Uri): Promise<boolean> {
  const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(uri));
  if ('refused' in answer || answer.remedy?.edit === undefined) return false;
  return vscode.workspace.applyEdit(await asWorkspaceEdit(languageServer, answer.remedy.edit), { isRefactoring: true });
}
