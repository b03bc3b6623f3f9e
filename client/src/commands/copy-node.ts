import * as vscode from 'vscode';
import type { MapPolicy } from '../../../server/src/lsp/protocol/handshakes';
import type { LanguageServer } from '../language-server';
import type { TreeNode } from '../tree/tree-nodes';
import { pickItem } from '../window/quick-pick';
import { copyCliCommand } from './copy-cli-command';

/** Puts the ARN of the line's key or identity on the clipboard. */
export async function copyArn(node: TreeNode): Promise<string | undefined> {
  const arn = node.kind === 'key' ? node.key.arn : 'identity' in node ? node.identity.arn : undefined;
  if (arn !== undefined) await vscode.env.clipboard.writeText(arn);
  return arn;
}

/** Puts the command that applies the policy of the line on the clipboard. */
export async function copyCommandOfNode(languageServer: LanguageServer, node: TreeNode): Promise<string | undefined> {
  const policy = await policyOfNode(node);
  return policy && copyCliCommand(languageServer, { uri: policy.uri, pointer: policy.pointer });
}

/** An identity may have several policies: then it asks. */
async function policyOfNode(node: TreeNode): Promise<MapPolicy | undefined> {
  if (node.kind === 'key') return node.key.policy;
  if (node.kind === 'link') return 'key' in node.subject ? node.subject.key.policy : node.subject.policy;
  const policies = 'identity' in node ? node.identity.policies : [];
  if (policies.length < 2) return policies[0];
  const items = policies.map((policy) => ({ label: policy.label, policy }));
  return (await pickItem(items, { placeholder: vscode.l10n.t('Which policy?') }))?.policy;
}
