import * as vscode from 'vscode';
import type { FileStatus } from '../../../server/src/lsp/protocol/status';
import { toVscodeRange } from '../vscode-range';
import { confirmLinkChoice } from '../commands/tree-commands';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { pickItem, type QuickPickChoice } from '../window/quick-pick';

interface PolicyMenuItem extends QuickPickChoice {
  readonly run: () => unknown;
}

const SIZE_SETTING = 'kmsHandshake.maxFileSize';

/** What can be done about the policy that the status bar names. */
export async function showPolicyMenu(languageServer: LanguageServer, status: FileStatus | undefined): Promise<void> {
  if (status === undefined) return;
  const chosen = await pickItem([...await confirmItems(languageServer, status), ...policyMenuItems(status)], {
    title: status.tooLarge === undefined ? status.says : vscode.l10n.t('KMS: too large to be checked'),
    placeholder: status.links[0]?.says ?? '',
  });
  await chosen?.run();
}

/** Each names what it ties the policy to, and the file that it writes. */
async function confirmItems(languageServer: LanguageServer, { confirm }: FileStatus): Promise<PolicyMenuItem[]> {
  if (confirm === undefined) return [];
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/linkChoices', confirm);
  if ('refused' in choices) return [];
  return choices.map(({ summary, uri }) => ({ icon: 'verified', label: summary,
    description: vscode.l10n.t('writes {0}', vscode.workspace.asRelativePath(vscode.Uri.parse(uri))),
    run: () => confirmLinkChoice(languageServer, confirm, summary) }));
}

function policyMenuItems(status: FileStatus): PolicyMenuItem[] {
  const { kind, uri, pointer, declarable, manifest, links, tooLarge } = status;
  if (tooLarge !== undefined) {
    const run = (): unknown => vscode.commands.executeCommand('workbench.action.openSettings', SIZE_SETTING);
    return [{ icon: 'gear', label: vscode.l10n.t('Change the setting…'), description: SIZE_SETTING, run }];
  }
  const policy = { uri, pointer };
  const command = (icon: string, label: string, id: string, description = ''): PolicyMenuItem => ({ icon, label, description,
    run: () => vscode.commands.executeCommand(`kmsHandshake.${id}`, policy) });
  const isKey = kind === 'key';
  return [
    ...!declarable ? [] : [isKey
      ? command('link', vscode.l10n.t('Link to key…'), 'linkKeyPolicy', vscode.l10n.t('writes kms-handshake.json'))
      : command('link', vscode.l10n.t('Attach to identity…'), 'attachPolicy', vscode.l10n.t('writes kms-handshake.json'))],
    ...manifest === undefined
      ? []
      : [{ icon: 'go-to-file', label: vscode.l10n.t('Open kms-handshake.json'), run: () => openManifest(manifest, links[0]?.at) }],
    { icon: 'comment-discussion', label: vscode.l10n.t('Explain access…'),
      run: () => vscode.commands.executeCommand('kmsHandshake.explainAccess') },
    isKey
      ? command('wand', vscode.l10n.t('Generate consumer IAM policy'), 'generateConsumerPolicy')
      : command('wand', vscode.l10n.t('Generate key policy statement'), 'generateKeyPolicyStatement'),
  ];
}

/** At the declaration, when it is one that links the policy. */
async function openManifest(manifest: string, at: FileStatus['links'][number]['at']): Promise<void> {
  const start = at?.uri === manifest ? at.range.start : undefined;
  const selection = start && toVscodeRange({ start, end: start });
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(manifest), selection === undefined ? {} : { selection });
}
