import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';
import type { ExplainChoices, ExplainChoicesParams, ExplainMessageParams, ExplainParams,
  ExplainStart } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationDocuments } from '../explanation/explanation-documents';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { askText } from '../window/input-box';
import { pickItem } from '../window/quick-pick';
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

/** Asks for an AWS error message, the one in the clipboard first, and opens the answer as a page. Gives its URI. */
export async function explainMessage(languageServer: LanguageServer, explanationDocuments: ExplanationDocuments,
  { message }: ExplainAnswers = {}): Promise<string | undefined> {
  if (message !== undefined) return explainAccess(languageServer, explanationDocuments, { message });
  const params = await askMessageOrClipboard(createMessageReader(languageServer));
  const uri = params && await explanationDocuments.show(params);
  return uri?.toString();
}

async function askExplainParams(languageServer: LanguageServer,
  answers: ExplainAnswers): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/explainChoices', explainPosition(answers));
  if (answers.message !== undefined) return paramsFromMessage(choices);
  const fresh = answers.identity === undefined && answers.key === undefined && answers.action === undefined;
  if (!fresh) return askMissingParams(choices, answers);
  const readMessage = createMessageReader(languageServer);
  const clipboardMessage = await messageInClipboard(readMessage);
  const identity = await chooseOne(vscode.l10n.t('Explain access: who?'), [...clipboardItems(clipboardMessage),
    { value: PASTE_MESSAGE, icon: 'comment', label: vscode.l10n.t('Paste an AWS error message…'),
      description: vscode.l10n.t('AccessDenied, or a CloudTrail record') },
    ...choiceItems(choices.identities, 'account')], {
    typedPattern: choices.patterns.identity, active: choices.start.identity, itemFor: (text) => messageItem(readMessage, text),
  });
  if (identity === undefined) return undefined;
  if (identity === PASTE_MESSAGE) return askMessage(readMessage);
  if (identity === CLIPBOARD_MESSAGE && clipboardMessage !== undefined) return paramsFromMessage(clipboardMessage);
  const typedMessage = /\s/.test(identity) ? await readMessage(identity) : undefined;
  if (typedMessage !== undefined) return paramsFromMessage(typedMessage);
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
const CLIPBOARD_MESSAGE = 'clipboard';

/** The entry for a message in the clipboard: who is denied what, and the text. None where the clipboard has no message. */
function clipboardItems(message: AwsMessage | undefined): ChoiceItem[] {
  if (message === undefined) return [];
  const { text, start: { identity, action } } = message;
  const line = text.trim().replace(/\s+/g, ' ').slice(0, MAX_DESCRIPTION_LENGTH);
  const summary = [identity?.replace(/^arn:.*:/, ''), action].filter((part) => part !== undefined).join(' ');
  return [{ value: CLIPBOARD_MESSAGE, icon: 'clippy', description: line,
    label: vscode.l10n.t('Explain the message in the clipboard: {0}', summary === '' ? line : summary) }];
}

/** Far more than fits in a line. */
const MAX_DESCRIPTION_LENGTH = 300;

/** What was pasted into the first field, where it is a message: names have no blanks. */
async function messageItem(readMessage: MessageReader, text: string): Promise<ChoiceItem | undefined> {
  if (!/\s/.test(text) || await readMessage(text) === undefined) return undefined;
  return { value: text, icon: 'comment-discussion', label: vscode.l10n.t('Explain this message'), description: text, alwaysShow: true };
}

/** What the server knows of an AWS error message, with its text. */
interface AwsMessage extends ExplainChoices {
  readonly text: string;
}

/** Reads an AWS error message; undefined for other texts. */
type MessageReader = (text: string) => Promise<AwsMessage | undefined>;

/** The text that was read last is not read again: it is looked at while it is typed, and when it is accepted. */
function createMessageReader(languageServer: LanguageServer): MessageReader {
  let last: { readonly text: string; readonly message: Promise<AwsMessage | undefined> } | undefined;
  const read = async (text: string): Promise<AwsMessage | undefined> => {
    const choices = await sendServerRequest(languageServer, 'kmsHandshake/explainChoices', { message: text });
    return choices.read === undefined ? undefined : { ...choices, text };
  };
  return (text) => {
    if (last?.text !== text) last = { text, message: read(text) };
    return last.message;
  };
}

async function messageInClipboard(readMessage: MessageReader): Promise<AwsMessage | undefined> {
  const text = await vscode.env.clipboard.readText();
  return text.trim() === '' ? undefined : readMessage(text);
}

/** Offers the message in the clipboard before a box to paste one into; without one, the box only. */
async function askMessageOrClipboard(readMessage: MessageReader): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const message = await messageInClipboard(readMessage);
  if (message === undefined) return askMessage(readMessage);
  const chosen = await pickItem([...clipboardItems(message), { value: PASTE_MESSAGE, icon: 'comment',
    label: vscode.l10n.t('Paste another message…') }], { title: vscode.l10n.t('Explain access'),
    placeholder: vscode.l10n.t('The clipboard contains an AWS error message') });
  if (chosen === undefined) return undefined;
  return chosen.value === PASTE_MESSAGE ? askMessage(readMessage) : paramsFromMessage(message);
}

async function askMessage(readMessage: MessageReader): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const text = await askText({
    title: vscode.l10n.t('Explain access'),
    prompt: vscode.l10n.t('Paste the AccessDenied message, the log line around it, or the CloudTrail record'),
    validate: async (value) => (await readMessage(value) ? undefined : vscode.l10n.t('This text contains no AWS KMS access error')),
  });
  const message = text === undefined ? undefined : await readMessage(text);
  return message && paramsFromMessage(message);
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
