import * as vscode from 'vscode';
import { refuse } from '../refuse';
import { request } from '../request';
import type { Server } from '../server';
import { pickPolicy, type PolicyAnswer } from './pick-policy';

/** Puts the AWS CLI command that applies the policy on the clipboard. Runs nothing. */
export async function copyCliCommand(server: Server, answers?: PolicyAnswer): Promise<string | undefined> {
  const policy = await pickPolicy(server, ['key', 'identity'], answers);
  if (policy === undefined) return undefined;
  const result = await request(server, 'kmsHandshake/cliCommand', { uri: policy.uri, pointer: policy.pointer });
  if ('refused' in result) {
    refuse(result);
    return undefined;
  }
  await vscode.env.clipboard.writeText(result.command);
  const open = result.placeholders.length === 0 ? '' : ` ${vscode.l10n.t('Replace {0} in it.', result.placeholders.map((name) => `<${name}>`).join(', '))}`;
  void vscode.window.showInformationMessage(vscode.l10n.t('Copied, nothing was run: {0}', result.command) + open);
  return result.command;
}
