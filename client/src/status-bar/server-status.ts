import * as vscode from 'vscode';
import type { WorkspaceStatus } from '../../../server/src/lsp/protocol/status';
import { documentSelector } from '../document-selector';
import { servedFileGlobs, type LanguageServer, type ServerState } from '../language-server';
import { registerCommand } from '../window/commands';
import { createLanguageStatusItem, type LanguageStatusContent } from '../window/language-status-item';
import { pickItem, type QuickPickChoice } from '../window/quick-pick';
import { createStatusItem, type StatusContent } from '../window/status-item';
import { countTexts, fileCountText, policyCountText } from './status-content';

const SHOW_MENU_COMMAND = 'kmsHandshake.showWorkspaceMenu';
/** A folder without policies is read in less: nothing appears for it. Milliseconds. */
const CHECKING_DELAY = 400;

/** What the tests look at: VS Code has no way to ask for it. */
export interface ServerStatus {
  /** What the status bar says of all policies; undefined while it says nothing. */
  readonly text: () => string | undefined;
  readonly languageStatus: () => string;
}

/**
 * Says in the status bar that policies are being checked and what was found in all of them, so that an empty list of problems is not
 * taken for an all-clear; and in the language status of a policy's document how the server is, with restart and log.
 */
export function createServerStatus(context: vscode.ExtensionContext, languageServer: LanguageServer): ServerStatus {
  const item = createStatusItem('kmsHandshake.workspace', vscode.l10n.t('KMS policies of the workspace'), SHOW_MENU_COMMAND, -1);
  const selector = documentSelector(servedFileGlobs());
  const server = createLanguageStatusItem('kmsHandshake.server', vscode.l10n.t('KMS Handshake'), selector);
  const log = createLanguageStatusItem('kmsHandshake.log', vscode.l10n.t('KMS Handshake log'), selector);
  log.show({ text: vscode.l10n.t('KMS Handshake log'), detail: '', severity: vscode.LanguageStatusSeverity.Information, busy: false,
    command: { title: vscode.l10n.t('Show log'), command: 'kmsHandshake.showOutput' } });
  let currentContent: StatusContent | undefined;
  let timer: NodeJS.Timeout | undefined;

  const show = (content: StatusContent | undefined): void => {
    currentContent = content;
    item.show(content);
  };
  const update = (): void => {
    const { state, status } = languageServer.status();
    clearTimeout(timer);
    server.show(languageStatusContent(state, status));
    const content = workspaceContent(state, status);
    if (state === 'checking' && currentContent === undefined) timer = setTimeout(() => show(content), CHECKING_DELAY);
    else show(content);
  };
  update();
  context.subscriptions.push(
    item, server, log,
    languageServer.onDidChangeStatus(update),
    registerCommand(SHOW_MENU_COMMAND, showWorkspaceMenu),
    { dispose: () => clearTimeout(timer) },
  );
  return { text: () => (currentContent === undefined ? undefined : item.text()), languageStatus: server.text };
}

/** Nothing where there are no policies: other work is not disturbed. */
function workspaceContent(state: ServerState, status: WorkspaceStatus | undefined): StatusContent | undefined {
  switch (state) {
    case 'starting': return undefined;
    case 'checking': return { icon: 'sync~spin', text: vscode.l10n.t('Checking KMS policies…'), tooltip: [] };
    case 'stopped': return { icon: 'error', text: vscode.l10n.t('KMS Handshake stopped'),
      tooltip: [{ text: vscode.l10n.t('The language server does not run: no policy is checked.') }] };
    case 'ready': {
      if (status === undefined || status.policies === 0) return undefined;
      const { error, warning } = status.findings;
      const icon = error > 0 ? 'error' : warning > 0 ? 'warning' : 'pass';
      return { icon, text: summaryOf(status), tooltip: [{ text: findingsSentence(status) }] };
    }
  }
}

/** `18 policies checked: no findings`, `8 errors, 2 warnings in 18 policies`; information and hints are in the tooltip. */
function summaryOf({ policies, findings }: WorkspaceStatus): string {
  const counted = policyCountText(policies);
  const countText = countTexts({ ...findings, info: 0, hint: 0 });
  if (countText.length > 0) return vscode.l10n.t('{0} in {1}', countText.join(', '), counted);
  return findings.info + findings.hint > 0
    ? vscode.l10n.t('{0} checked: no errors or warnings', counted)
    : vscode.l10n.t('{0} checked: no findings', counted);
}

function findingsSentence({ files, findings }: WorkspaceStatus): string {
  const countText = countTexts(findings);
  const inFiles = fileCountText(files);
  return countText.length === 0
    ? vscode.l10n.t('KMS Handshake has found nothing in the policies of {0}.', inFiles)
    : vscode.l10n.t('KMS Handshake has found {0} in the policies of {1}.', countText.join(', '), inFiles);
}

function languageStatusContent(state: ServerState, status: WorkspaceStatus | undefined): LanguageStatusContent {
  const texts: Readonly<Record<ServerState, string>> = {
    starting: vscode.l10n.t('KMS Handshake: starting'), checking: vscode.l10n.t('KMS Handshake: checking policies'),
    stopped: vscode.l10n.t('KMS Handshake: stopped'),
    ready: status === undefined || status.policies === 0
      ? vscode.l10n.t('KMS Handshake: no policies in the workspace')
      : vscode.l10n.t('KMS Handshake: {0}', summaryOf(status)),
  };
  return {
    text: texts[state], detail: state === 'stopped' ? vscode.l10n.t('No policy is checked.') : '',
    severity: state === 'stopped' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information,
    busy: state === 'starting' || state === 'checking',
    command: { title: vscode.l10n.t('Restart server'), command: 'kmsHandshake.restartServer' },
  };
}

interface WorkspaceMenuItem extends QuickPickChoice {
  readonly command: string;
}

async function showWorkspaceMenu(): Promise<void> {
  const item = (icon: string, label: string, command: string): WorkspaceMenuItem => ({ icon, label, description: '', command });
  const chosen = await pickItem([
    item('list-unordered', vscode.l10n.t('Show problems'), 'workbench.actions.view.problems'),
    item('table', vscode.l10n.t('Open access matrix'), 'kmsHandshake.showMatrix'),
    item('check-all', vscode.l10n.t('Check all policies'), 'kmsHandshake.checkAll'),
    item('output', vscode.l10n.t('Show log'), 'kmsHandshake.showOutput'),
    item('debug-restart', vscode.l10n.t('Restart server'), 'kmsHandshake.restartServer'),
  ], { title: vscode.l10n.t('KMS policies of the workspace'), placeholder: '' });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
