import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';
import type { ExplainChoices, ExplainChoicesParams, ExplainMessageParams, ExplainParams,
  ExplainStart } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationDocuments } from '../explanation/explanation-documents';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { askTextInStep } from '../window/input-box';
import { BACK, type QuestionStep } from '../window/question-step';
import { pickInStep } from '../window/quick-pick';
import { chooseOne, type ChoiceItem, type TypedText } from './choose-one';
import { askQuestions, type Question } from './question-steps';

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
  const readMessage = createMessageReader(languageServer);
  const params = await askExplainQuestions({ params: {}, questions: [] },
    messageQuestion(readMessage, await messageInClipboard(readMessage)));
  const uri = params && await explanationDocuments.show(params);
  return uri?.toString();
}

async function askExplainParams(languageServer: LanguageServer,
  answers: ExplainAnswers): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/explainChoices', explainPosition(answers));
  const { identity, key, action, message } = answers;
  if (message !== undefined) return askExplainQuestions(stateFor(choices, choices.start));
  if (identity !== undefined || key !== undefined || action !== undefined) return askExplainQuestions(stateFor(choices, answers));
  const readMessage = createMessageReader(languageServer);
  const clipboardMessage = await messageInClipboard(readMessage);
  return askExplainQuestions({ params: {}, questions: questionsAfterIdentity(choices) },
    identityOrMessageQuestion(choices, readMessage, clipboardMessage));
}

/** What is known of the access, and what is asked after the first question, which may be answered by a whole message. */
interface ExplainState {
  readonly params: ExplainStart;
  readonly questions: readonly Question<ExplainState>[];
}

async function askExplainQuestions(start: ExplainState,
  first?: Question<ExplainState>): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const state = await askQuestions<ExplainState>(vscode.l10n.t('Explain access'),
    ({ questions }) => (first === undefined ? questions : [first, ...questions]), start);
  if (state === undefined) return undefined;
  const { identity, action, key, source } = state.params;
  if (action === undefined) return undefined;
  if (identity !== undefined && key !== undefined) return { ...state.params, identity, action, key };
  return source === undefined ? undefined : { ...state.params, action, source };
}

/** Asks for what is not known yet. What a message leaves out is not asked for: the page says what it can be about. */
function stateFor(choices: ExplainChoices, params: ExplainStart): ExplainState {
  const { identity, action, key, source } = params;
  const isMessage = action !== undefined && source !== undefined;
  return { params, questions: isMessage ? [] : [
    ...identity === undefined ? [identityQuestion(choices)] : [], ...action === undefined ? [actionQuestion(choices, undefined)] : [],
    ...key === undefined ? [keyQuestion(choices, undefined)] : [],
  ] };
}

/** The action and the key at the cursor are proposed. */
function questionsAfterIdentity(choices: ExplainChoices): readonly Question<ExplainState>[] {
  return [actionQuestion(choices, choices.start.action), keyQuestion(choices, choices.start.key)];
}

/** The first question: who, unless a message says all. */
function identityOrMessageQuestion(choices: ExplainChoices, readMessage: MessageReader,
  clipboardMessage: AwsMessage | undefined): Question<ExplainState> {
  const items = [...clipboardItems(clipboardMessage),
    { value: PASTE_MESSAGE, icon: 'comment', label: vscode.l10n.t('Paste an AWS error message…'),
      description: vscode.l10n.t('AccessDenied, or a CloudTrail record') },
    ...choiceItems(choices.identities, 'account')];
  return async (_, step) => {
    for (;;) {
      const identity = await chooseOne({ ...step, title: vscode.l10n.t('Explain access: who?') }, items,
        { typedPattern: choices.patterns.identity, typed: typedIdentity(), active: choices.start.identity,
          itemFor: (text) => messageItem(readMessage, text) });
      if (identity === undefined || identity === BACK) return identity;
      if (identity === PASTE_MESSAGE) {
        const message = await askMessage(readMessage, { ...step, canGoBack: true });
        if (message === BACK) continue;
        return message && stateFor(message, message.start);
      }
      const message = identity === CLIPBOARD_MESSAGE ? clipboardMessage : await messageIn(readMessage, identity);
      return message === undefined
        ? { params: { identity }, questions: questionsAfterIdentity(choices) }
        : stateFor(message, message.start);
    }
  };
}

function identityQuestion({ identities, patterns }: ExplainChoices): Question<ExplainState> {
  return async (state, step) => withAnswer(state, 'identity', await chooseOne({ ...step, title: vscode.l10n.t('Explain access: who?') },
    choiceItems(identities, 'account'), { typedPattern: patterns.identity, active: undefined }));
}

function actionQuestion({ actions, patterns }: ExplainChoices, likely: string | undefined): Question<ExplainState> {
  const items = actions.map((label) => ({ label, description: '', value: label }));
  return async (state, step) => withAnswer(state, 'action',
    await chooseOne({ ...step, title: vscode.l10n.t('Explain access: which action?') }, items,
      { typedPattern: patterns.action, typed: typedAction(), active: likely ?? 'kms:Decrypt' }));
}

function keyQuestion({ keys, patterns }: ExplainChoices, likely: string | undefined): Question<ExplainState> {
  return async (state, step) => withAnswer(state, 'key',
    await chooseOne({ ...step, title: vscode.l10n.t('Explain access: which key?') }, choiceItems(keys, 'key'),
      { typedPattern: patterns.key, active: likely }));
}

function typedIdentity(): TypedText {
  return { placeholder: vscode.l10n.t('Choose, type an ARN, or paste an AccessDenied message'), hint: vscode.l10n.t('type an ARN in full') };
}

function typedAction(): TypedText {
  return { placeholder: vscode.l10n.t('Choose, or type an action'), hint: vscode.l10n.t('type an action, such as kms:Decrypt') };
}

function withAnswer(state: ExplainState, name: 'identity' | 'action' | 'key',
  answer: string | typeof BACK | undefined): ExplainState | typeof BACK | undefined {
  return typeof answer === 'string' ? { ...state, params: { ...state.params, [name]: answer } } : answer;
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

/** The message in a text; names have no blanks. */
async function messageIn(readMessage: MessageReader, text: string): Promise<AwsMessage | undefined> {
  return /\s/.test(text) ? readMessage(text) : undefined;
}

/** What was pasted into the first field, where it is a message. */
async function messageItem(readMessage: MessageReader, text: string): Promise<ChoiceItem | undefined> {
  if (await messageIn(readMessage, text) === undefined) return undefined;
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
function messageQuestion(readMessage: MessageReader, clipboardMessage: AwsMessage | undefined): Question<ExplainState> {
  const items = [...clipboardItems(clipboardMessage),
    { value: PASTE_MESSAGE, icon: 'comment', label: vscode.l10n.t('Paste another message…') }];
  return async (_, step) => {
    for (;;) {
      if (clipboardMessage !== undefined) {
        const chosen = await pickInStep(items, step, { placeholder: vscode.l10n.t('The clipboard contains an AWS error message') });
        if (chosen === undefined || chosen === BACK) return chosen;
        if (chosen.value === CLIPBOARD_MESSAGE) return stateFor(clipboardMessage, clipboardMessage.start);
      }
      const message = await askMessage(readMessage, { ...step, canGoBack: clipboardMessage !== undefined });
      if (message === undefined) return undefined;
      if (message !== BACK) return stateFor(message, message.start);
    }
  };
}

async function askMessage(readMessage: MessageReader, step: QuestionStep): Promise<AwsMessage | typeof BACK | undefined> {
  const text = await askTextInStep(step, {
    prompt: vscode.l10n.t('Paste the AccessDenied message, the log line around it, or the CloudTrail record'),
    validate: async (value) => (await readMessage(value) ? undefined : vscode.l10n.t('This text contains no AWS KMS access error')),
  });
  return typeof text === 'string' ? readMessage(text) : text;
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
