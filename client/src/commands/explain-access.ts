import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';
import type { ExplainChoices, ExplainChoicesParams, ExplainMessageParams, ExplainParams,
  ExplainStart } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationDocuments } from '../explanation/explanation-documents';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { askText } from '../window/input-box';
import { chooseOne, type ChoiceItem } from './choose-one';

/** Answers to what the command asks, and where it starts. */
export interface ExplainAnswers extends ExplainStart {
  readonly uri?: string;
  readonly position?: { readonly line: number; readonly character: number };
  /** An AWS error message to read them from. */
  readonly message?: string;
}

/** Asks for identity, action and key, or reads them from an AWS error message, and opens the answer as a page. Gives its URI. */
export async function explainAccess(languageServer: LanguageServer, explanationDocuments: ExplanationDocuments,
  answers: ExplainAnswers = {}): Promise<string | undefined> {
  const params = await askExplainParams(languageServer, answers);
  const uri = params && await explanationDocuments.show(params);
  return uri?.toString();
}

/** Asks for an AWS error message, the one on the clipboard proposed, and opens the answer as a page. Gives its URI. */
export async function explainMessage(languageServer: LanguageServer, explanationDocuments: ExplanationDocuments,
  { message }: ExplainAnswers = {}): Promise<string | undefined> {
  if (message !== undefined) return explainAccess(languageServer, explanationDocuments, { message });
  const params = await askMessage(languageServer, (await messageOnClipboard(languageServer))?.text);
  const uri = params && await explanationDocuments.show(params);
  return uri?.toString();
}

async function askExplainParams(languageServer: LanguageServer,
  answers: ExplainAnswers): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/explainChoices', explainPosition(answers));
  if (answers.message !== undefined) return paramsFromMessage(choices);
  const fresh = answers.identity === undefined && answers.key === undefined && answers.action === undefined;
  if (!fresh) return askMissingParams(choices, answers);
  const clipboardMessage = await messageOnClipboard(languageServer);
  const identity = await chooseOne(vscode.l10n.t('Explain access: who?'), [pasteItem(clipboardMessage),
    ...choiceItems(choices.identities, 'account')], {
    typedPattern: choices.patterns.identity, active: choices.start.identity, itemFor: (text) => messageItem(languageServer, text),
  });
  if (identity === undefined) return undefined;
  if (identity === PASTE_MESSAGE) return askMessage(languageServer, clipboardMessage?.text);
  const typedMessage = /\s/.test(identity) ? await readMessage(languageServer, identity) : undefined;
  if (typedMessage !== undefined) return paramsFromMessage(typedMessage.choices);
  return askMissingParams(choices, { identity }, choices.start);
}

/** Asks for what is not known yet; `likely` is only proposed. */
async function askMissingParams(choices: ExplainChoices, known: ExplainStart,
  likely: ExplainStart = {}): Promise<ExplainParams | undefined> {
  const { patterns } = choices;
  const identity = known.identity
    ?? await chooseOne(vscode.l10n.t('Explain access: who?'), choiceItems(choices.identities, 'account'), { typedPattern: patterns.identity,
      active: likely.identity });
  if (identity === undefined) return undefined;
  const actions = choices.actions.map((label) => ({ label, description: '', value: label }));
  const action = known.action
    ?? await chooseOne(vscode.l10n.t('Explain access: which action?'), actions, { typedPattern: patterns.action,
      active: likely.action ?? 'kms:Decrypt' });
  if (action === undefined) return undefined;
  const key = known.key
    ?? await chooseOne(vscode.l10n.t('Explain access: which key?'), choiceItems(choices.keys, 'key'), { typedPattern: patterns.key,
      active: likely.key });
  return key === undefined ? undefined : { ...known, identity, action, key };
}

const PASTE_MESSAGE = 'paste';

function pasteItem(clipboardMessage: ClipboardMessage | undefined): ChoiceItem {
  return { value: PASTE_MESSAGE, icon: 'clippy', label: vscode.l10n.t('Paste an AWS error message…'),
    description: clipboardMessage
      ? vscode.l10n.t('there is one on the clipboard')
      : vscode.l10n.t('AccessDenied, or a CloudTrail record') };
}

/** What was pasted into the first field, where it is a message: names have no blanks. */
async function messageItem(languageServer: LanguageServer, text: string): Promise<ChoiceItem | undefined> {
  if (!/\s/.test(text) || await readMessage(languageServer, text) === undefined) return undefined;
  return { value: text, icon: 'comment-discussion', label: vscode.l10n.t('Explain this message'), description: text, alwaysShow: true };
}

interface ClipboardMessage {
  readonly text: string;
  readonly choices: ExplainChoices;
}

async function messageOnClipboard(languageServer: LanguageServer): Promise<ClipboardMessage | undefined> {
  const text = await vscode.env.clipboard.readText();
  return text.trim() === '' ? undefined : readMessage(languageServer, text);
}

async function readMessage(languageServer: LanguageServer, text: string): Promise<ClipboardMessage | undefined> {
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/explainChoices', { message: text });
  return choices.read === undefined ? undefined : { text, choices };
}

async function askMessage(languageServer: LanguageServer,
  clipboard: string | undefined): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const text = await askText({
    title: vscode.l10n.t('Explain access'),
    prompt: vscode.l10n.t('Paste the AccessDenied message, the log line around it, or the CloudTrail record'),
    value: clipboard?.split('\n').map((line) => line.trim()).filter((line) => line !== '').join(' ') ?? '',
    validate: async (
      value,
    ) => (await readMessage(languageServer, value) ? undefined : vscode.l10n.t('This text contains no AWS KMS access error')),
  });
  const clipboardMessage = text === undefined ? undefined : await readMessage(languageServer, text);
  return clipboardMessage && paramsFromMessage(clipboardMessage.choices);
}

/** What a message leaves out is not asked for: the page says what it can be about. */
async function paramsFromMessage(choices: ExplainChoices): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const { action, source } = choices.start;
  return action !== undefined && source !== undefined ? { ...choices.start, action, source } : askMissingParams(choices, choices.start);
}

function choiceItems(choices: readonly Choice[], icon: string): ChoiceItem[] {
  return choices.map((choice) => ({ ...choice, icon }));
}

/** The statement that is answered, else the one at the cursor. */
function explainPosition({ uri, position, message }: ExplainAnswers): ExplainChoicesParams {
  if (message !== undefined) return { message };
  const editor = vscode.window.activeTextEditor;
  if (uri !== undefined) return { textDocument: { uri }, position: position ?? { line: 0, character: 0 } };
  if (editor === undefined) return {};
  const { line, character } = editor.selection.active;
  return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}
