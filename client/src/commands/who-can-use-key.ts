import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { AccessPanel } from '../panel/access-panel';
import type { LanguageServer } from '../language-server';
import type { DrawnMatrix } from '../../webview/messages';
import { pickPolicy, type PolicySelection } from './pick-policy';
import * as vscode from 'vscode';

/**
 * Shows the column of one key in the matrix: every identity that can use it, and whom it denies. The key is that of the key policy at the
 * cursor, or of one to choose.
 */
export async function whoCanUseKey(languageServer: LanguageServer, panel: AccessPanel,
  answers: PolicySelection = {}): Promise<DrawnMatrix | undefined> {
  const policy = await pickPolicy(languageServer, ['key'], answers);
  if (policy === undefined) return undefined;
  const { keys } = await sendServerRequest(languageServer, 'kmsHandshake/handshakes', {});
  const key = keys.find((item) => item.policy?.uri === policy.uri && item.policy.pointer === policy.pointer);
  if (key !== undefined) return panel.show('matrix', { filter: key.arn ?? key.label });
  showRefusal({ refused: vscode.l10n.t('no identity of the workspace is related to the key of this policy.') });
  return undefined;
}
