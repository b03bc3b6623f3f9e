import * as vscode from 'vscode';
import type { CliCommandText, Shell } from '../../../server/src/lsp/protocol/generate';
import type { PolicyRef } from '../../../server/src/lsp/protocol/policies';
import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { showInformation } from '../window/messages';
import { pickPolicy, type PolicySelection } from './pick-policy';
import { pickShell, shellOfPath } from './shell-choice';

export interface CopyAnswers extends PolicySelection {
  /** The shell that the command is for; without it VS Code's default shell. */
  readonly shell?: Shell;
}

/** Puts the AWS CLI command that applies the policy on the clipboard, with the quotes of VS Code's default shell. Runs nothing. */
export async function copyCliCommand(languageServer: LanguageServer, answers?: CopyAnswers): Promise<string | undefined> {
  const policy = await pickPolicy(languageServer, ['key', 'identity'], answers);
  if (policy === undefined) return undefined;
  const shell = answers?.shell ?? shellOfPath(vscode.env.shell) ?? await pickShell();
  return shell === undefined ? undefined : copyCommandForShell(languageServer, { uri: policy.uri, pointer: policy.pointer }, shell);
}

async function copyCommandForShell(languageServer: LanguageServer, policy: PolicyRef, shell: Shell): Promise<string | undefined> {
  const result = await sendServerRequest(languageServer, 'kmsHandshake/cliCommand', { ...policy, shell });
  if ('refused' in result) {
    showRefusal(result);
    return undefined;
  }
  await vscode.env.clipboard.writeText(result.command);
  void offerOtherShell(languageServer, policy, result);
  return result.command;
}

/** Says what was copied, without having the command wait for anybody to read it. */
async function offerOtherShell(languageServer: LanguageServer, policy: PolicyRef,
  { command, placeholders }: CliCommandText): Promise<void> {
  const open = placeholders.length === 0
    ? ''
    : ` ${vscode.l10n.t('Replace {0} in it.', placeholders.map((name) => `<${name}>`).join(', '))}`;
  const chosen = await showInformation(vscode.l10n.t('Copied, nothing was run: {0}', command) + open,
    vscode.l10n.t('Copy for another shell…'));
  const shell = chosen === undefined ? undefined : await pickShell();
  if (shell !== undefined) await copyCommandForShell(languageServer, policy, shell);
}
