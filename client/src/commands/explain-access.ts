import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';
import type { ExplainChoices, ExplainChoicesParams, ExplainMessageParams, ExplainParams, ExplainStart } from '../../../server/src/lsp/protocol/explain';
import type { Explanations } from '../explanation/explanations';
import { request } from '../request';
import type { Server } from '../server';
import { askText } from '../window/input-box';
import { choose, type ChoiceItem } from './choose';

/** Answers to what the command asks, and where it starts. */
export interface ExplainAnswers extends ExplainStart {
  readonly uri?: string;
  readonly position?: { readonly line: number; readonly character: number };
  /** An AWS error message to read them from. */
  readonly message?: string;
}

/** Asks for identity, action and key, or reads them from an AWS error message, and opens the answer as a page. Gives its URI. */
export async function explainAccess(server: Server, explanations: Explanations, answers: ExplainAnswers = {}): Promise<string | undefined> {
  const params = await ask(server, answers);
  const uri = params && await explanations.show(params);
  return uri?.toString();
}

async function ask(server: Server, answers: ExplainAnswers): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const choices = await request(server, 'kmsHandshake/explainChoices', placeOf(answers));
  if (answers.message !== undefined) return ofMessage(choices);
  const fresh = answers.identity === undefined && answers.key === undefined && answers.action === undefined;
  if (!fresh) return complete(choices, answers);
  const message = await messageOnClipboard(server);
  const identity = await choose(vscode.l10n.t('Explain access: who?'), [pasteItem(message), ...itemsOf(choices.identities, 'account')], { typed: choices.patterns.identity, active: choices.start.identity });
  if (identity === undefined) return undefined;
  if (identity === PASTE) return fromMessage(server, message?.text);
  return complete(choices, { identity }, choices.start);
}

/** Asks for what is not known yet; `likely` is only proposed. */
async function complete(choices: ExplainChoices, known: ExplainStart, likely: ExplainStart = {}): Promise<ExplainParams | undefined> {
  const { patterns } = choices;
  const identity = known.identity ?? await choose(vscode.l10n.t('Explain access: who?'), itemsOf(choices.identities, 'account'), { typed: patterns.identity, active: likely.identity });
  if (identity === undefined) return undefined;
  const actions = choices.actions.map((label) => ({ label, description: '', value: label }));
  const action = known.action ?? await choose(vscode.l10n.t('Explain access: which action?'), actions, { typed: patterns.action, active: likely.action ?? 'kms:Decrypt' });
  if (action === undefined) return undefined;
  const key = known.key ?? await choose(vscode.l10n.t('Explain access: which key?'), itemsOf(choices.keys, 'key'), { typed: patterns.key, active: likely.key });
  return key === undefined ? undefined : { ...known, identity, action, key };
}

const PASTE = 'paste';

function pasteItem(message: Message | undefined): ChoiceItem {
  return { value: PASTE, icon: 'clippy', label: vscode.l10n.t('Paste an AWS error message…'), description: message ? vscode.l10n.t('there is one on the clipboard') : vscode.l10n.t('AccessDenied, or a CloudTrail record') };
}

interface Message {
  readonly text: string;
  readonly choices: ExplainChoices;
}

async function messageOnClipboard(server: Server): Promise<Message | undefined> {
  const text = await vscode.env.clipboard.readText();
  return text.trim() === '' ? undefined : readMessage(server, text);
}

async function readMessage(server: Server, text: string): Promise<Message | undefined> {
  const choices = await request(server, 'kmsHandshake/explainChoices', { message: text });
  return choices.read === undefined ? undefined : { text, choices };
}

async function fromMessage(server: Server, clipboard: string | undefined): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const text = await askText({
    title: vscode.l10n.t('Explain access'), prompt: vscode.l10n.t('Paste the AccessDenied message, the log line around it, or the CloudTrail record'),
    value: clipboard?.split('\n').map((line) => line.trim()).filter((line) => line !== '').join(' ') ?? '',
    validate: async (value) => (await readMessage(server, value) ? undefined : vscode.l10n.t('This text contains no AWS KMS access error')),
  });
  const message = text === undefined ? undefined : await readMessage(server, text);
  return message && ofMessage(message.choices);
}

/** What a message leaves out is not asked for: the page says what it can be about. */
async function ofMessage(choices: ExplainChoices): Promise<ExplainParams | ExplainMessageParams | undefined> {
  const { action, source } = choices.start;
  return action !== undefined && source !== undefined ? { ...choices.start, action, source } : complete(choices, choices.start);
}

function itemsOf(choices: readonly Choice[], icon: string): ChoiceItem[] {
  return choices.map((choice) => ({ ...choice, icon }));
}

/** The statement that is answered, else the one at the cursor. */
function placeOf({ uri, position, message }: ExplainAnswers): ExplainChoicesParams {
  if (message !== undefined) return { message };
  const editor = vscode.window.activeTextEditor;
  if (uri !== undefined) return { textDocument: { uri }, position: position ?? { line: 0, character: 0 } };
  if (editor === undefined) return {};
  const { line, character } = editor.selection.active;
  return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}
