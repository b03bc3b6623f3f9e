import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { ExecuteCommandRequest, WorkDoneProgress, type ExecuteCommandParams } from 'vscode-languageclient/node';
import type { CheckOutcome } from '../../../server/src/lsp/protocol/check';
import type { ServerCommands } from '../../../server/src/lsp/protocol/requests';
import { runningClient } from '../server-request';
import type { LanguageServer } from '../language-server';
import { countTexts, fileCountText, policyCountText } from '../status-bar/status-content';
import { showInformation, withProgress } from '../window/messages';

/** Has every policy of the workspace read and checked anew, then says what there is and shows the problems. */
export async function checkAll(languageServer: LanguageServer): Promise<CheckOutcome> {
  const outcome = await withProgress(vscode.l10n.t('KMS Handshake: checking all policies'),
    (report, token) => requestCheckAll(languageServer, report, token));
  if (outcome.cancelled) return outcome;
  void showInformation(`KMS Handshake: ${outcomeText(outcome)}`);
  if (outcome.errors + outcome.warnings + outcome.infos > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
  return outcome;
}

async function requestCheckAll(languageServer: LanguageServer, report: (message: string, increment: number) => void,
  token: vscode.CancellationToken): Promise<CheckOutcome> {
  const client = runningClient(languageServer);
  const workDoneToken = randomUUID();
  let percent = 0;
  const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind === 'end') return;
    report(value.message ?? '', Math.max(0, (value.percentage ?? 0) - percent));
    percent = Math.max(percent, value.percentage ?? 0);
  });
  const command: keyof ServerCommands = 'kmsHandshake.server.checkAll';
  const params: ExecuteCommandParams = { command, arguments: [{}], workDoneToken };
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, params, token) as CheckOutcome;
  } finally {
    listener.dispose();
  }
}

function outcomeText({ files, policies, errors, warnings, infos }: CheckOutcome): string {
  if (policies === 0) return vscode.l10n.t('no policies were found.');
  const checked = vscode.l10n.t('{0} ({1})', policyCountText(policies), fileCountText(files));
  if (errors + warnings + infos === 0) return vscode.l10n.t('nothing found in {0}.', checked);
  return vscode.l10n.t('{0} in {1}.', countTexts({ error: errors, warning: warnings, info: infos, hint: 0 }).join(', '), checked);
}
