import * as vscode from 'vscode';
import type { ExplainAnswer, ExplainLink, ExplainMessageParams, ExplainParams } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationButton } from '../../webview/explanation/messages';
import type { EditPreview } from '../edits/preview-edit';
import { toVscodeRange } from '../vscode-range';
import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { registerCommand } from '../window/commands';
import { createCodeLens } from '../window/code-lens';
import { showInformation } from '../window/messages';
import { createExplanationPanel } from './explanation-panel';

const SCHEME = 'kms-explanation';
const SHOW_EDIT = 'kmsHandshake.explanation.showEdit';

/** Answers, each with a URI that says the question: as a page, and as text. Both are asked for again when policies change. */
export interface ExplanationDocuments {
  /** Opens the page; undefined when there is none, which was then said. The URI opens as text. */
  readonly show: (params: ExplainParams | ExplainMessageParams) => Promise<vscode.Uri | undefined>;
}

export function createExplanationDocuments(context: vscode.ExtensionContext, languageServer: LanguageServer,
  editPreview: EditPreview): ExplanationDocuments {
  const answers = new Map<string, ExplainAnswer>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const lenses = new vscode.EventEmitter<void>();
  const answerAt = (document: vscode.TextDocument): ExplainAnswer | undefined => answers.get(document.uri.toString());
  const answerText = async (uri: vscode.Uri): Promise<string> => {
    const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(uri));
    if ('refused' in answer) {
      answers.delete(uri.toString());
      return `${answer.refused}\n`;
    }
    answers.set(uri.toString(), answer);
    lenses.fire();
    return answer.document.text;
  };
  const updatePage = async (question: vscode.Uri): Promise<void> => {
    if (languageServer.client() === undefined) return; // it is told when there is one again
    const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(question));
    // The question may have lost its key or identity while somebody types: the answer of before stays.
    if (!('refused' in answer) && panel.question()?.toString() === question.toString()) panel.show(question, answer, true);
  };
  const panel = createExplanationPanel(context, {
    onOpenLink: async (question, link) => {
      const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(question));
      const target = 'refused' in answer ? undefined : answer.document.links[link]?.target;
      if (target !== undefined) await openBeside(target);
    },
    onButton: (question, button) => pressButton(languageServer, editPreview, question, button),
    onRefresh: updatePage,
  });
  context.subscriptions.push(
    changed, lenses,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: changed.event, provideTextDocumentContent: answerText }),
    vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, {
      provideDocumentLinks: (document) => answerAt(document)?.document.links.map(toDocumentLink) ?? [],
    }),
    vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, {
      onDidChangeCodeLenses: lenses.event,
      provideCodeLenses: (document) => remedyLenses(document.uri, answerAt(document)),
    }),
    registerCommand(SHOW_EDIT, (uri: string) => showEdit(languageServer, editPreview, vscode.Uri.parse(uri))),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => answers.delete(uri.toString())),
    languageServer.onDidChange(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) changed.fire(uri);
      panel.refresh();
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
      panel.show(uri, answer, false);
      return uri;
    },
  };
}

async function pressButton(languageServer: LanguageServer, editPreview: EditPreview, question: vscode.Uri,
  button: ExplanationButton): Promise<unknown> {
  switch (button) {
    case 'showEdit': return showEdit(languageServer, editPreview, question);
    case 'copyStatement': return copyStatement(languageServer, question);
    case 'explainAnother': return vscode.commands.executeCommand('kmsHandshake.explainAccess');
    case 'openAsText': return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(question), { preview: false });
    case 'copy': return copyText(languageServer, question);
  }
}

async function copyText(languageServer: LanguageServer, question: vscode.Uri): Promise<unknown> {
  const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(question));
  if ('refused' in answer) {
    showRefusal(answer);
    return undefined;
  }
  await vscode.env.clipboard.writeText(answer.document.text);
  return showInformation(vscode.l10n.t('The explanation is on the clipboard.'));
}

async function copyStatement(languageServer: LanguageServer, question: vscode.Uri): Promise<unknown> {
  const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(question));
  const statement = 'refused' in answer ? undefined : answer.remedy?.statement;
  if (statement === undefined) return undefined;
  await vscode.env.clipboard.writeText(statement);
  return showInformation(vscode.l10n.t('The statement is on the clipboard.'));
}

/** In another column where there is one, so that the page stays in sight. */
async function openBeside({ uri, range }: ExplainLink['target']): Promise<void> {
  const groups = vscode.window.tabGroups.all;
  const other = groups.find((group) => group !== vscode.window.tabGroups.activeTabGroup);
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri),
    { selection: toVscodeRange(range), viewColumn: other?.viewColumn ?? vscode.ViewColumn.Beside });
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

/** The edit of the moment, as a comparison before it is made. */
async function showEdit(languageServer: LanguageServer, editPreview: EditPreview, uri: vscode.Uri): Promise<boolean> {
  const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', questionOf(uri));
  if ('refused' in answer || answer.remedy?.edit === undefined) return false;
  return editPreview.apply(answer.remedy.edit, answer.remedy.advice.replace(/\.$/, ''));
}
