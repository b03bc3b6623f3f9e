import * as vscode from 'vscode';
import { applyFix } from '../edits/apply-fix';
import { APPLY_FIX_COMMAND, type DeferredFix } from '../edits/fix-middleware';
import { createEditPreview } from '../edits/preview-edit';
import { createExplanationDocuments } from '../explanation/explanation-documents';
import type { AccessPanel } from '../panel/access-panel';
import type { SuppressParams } from '../../../server/src/lsp/protocol/findings';
import type { PlacesToShow } from '../../../server/src/lsp/protocol/lenses';
import type { HandshakeRef } from '../../../server/src/lsp/protocol/handshakes';
import type { NewKeyPolicyParams } from '../../../server/src/lsp/protocol/new-key-policy';
import type { LanguageServer } from '../language-server';
import type { TreeNode } from '../tree/tree-nodes';
import { registerCommand } from '../window/commands';
import { attachPolicy, type AttachAnswers } from './attach-policy';
import { checkAll } from './check-all';
import { copyCliCommand, type CopyAnswers } from './copy-cli-command';
import { explainAccess, explainMessage, type ExplainAnswers } from './explain-access';
import { exportMatrix, type ExportAnswers } from './export-matrix';
import { generateCounterpart, type GenerateAnswers } from './generate-counterpart';
import { linkKeyPolicy, type LinkKeyAnswers } from './link-key-policy';
import { newKeyPolicy } from './new-key-policy';
import { openExampleFile, openExamples } from './open-examples';
import { showRuleDocumentation } from './show-rule-documentation';
import { showPlaces } from './show-references';
import { suppressFinding } from './suppress-finding';
import { whoCanUseKey } from './who-can-use-key';
import { confirmLink, explainNode, generateFromNode, openNode } from './tree-commands';

/**
 * Registers the commands of the manifest, and the one that quick fixes name. Each takes an object with answers to what it would
 * ask otherwise, so that keyboard shortcuts, tasks and tests can run it without a question.
 */
export function registerCommands(context: vscode.ExtensionContext, languageServer: LanguageServer, panel: AccessPanel,
  output: vscode.LogOutputChannel): void {
  const register = (id: string, run: (argument: unknown) => Promise<unknown>): void => {
    context.subscriptions.push(registerCommand(`kmsHandshake.${id}`, run));
  };
  const editPreview = createEditPreview(context, languageServer);
  const pages = createExplanationDocuments(context, languageServer, editPreview);
  context.subscriptions.push(registerCommand(APPLY_FIX_COMMAND,
    (fix: DeferredFix, isConfirmed?: boolean) => applyFix(languageServer, editPreview, fix, isConfirmed === true)));
  register('explainAccess', (argument) => explainAccess(languageServer, pages, commandAnswers(argument)));
  // Two titles, so that both the complaint and the wish find it.
  for (const id of ['explainMessage', 'accessDenied'])
    register(id, (argument) => explainMessage(languageServer, pages, commandAnswers(argument)));
  register('whoCanUseKey', (argument) => whoCanUseKey(languageServer, panel, commandAnswers(argument)));
  register('generateConsumerPolicy', (argument) => generateCounterpart(languageServer, editPreview, 'consumer', commandAnswers(argument)));
  register('generateKeyPolicyStatement',
    (argument) => generateCounterpart(languageServer, editPreview, 'keyPolicy', commandAnswers(argument)));
  register('copyCliCommand', (argument) => copyCliCommand(languageServer, commandAnswers(argument)));
  register('suppressFinding', (argument) => suppressFinding(languageServer, commandAnswers(argument)));
  register('linkKeyPolicy', (argument) => linkKeyPolicy(languageServer, commandAnswers(argument)));
  register('attachPolicy', (argument) => attachPolicy(languageServer, commandAnswers(argument)));
  register('showPlaces', (argument) => showPlaces(argument as PlacesToShow));
  register('showRuleDocumentation', (argument) => showRuleDocumentation(context.extensionUri, argument));
  register('showMatrix', (argument) => panel.show('matrix', matrixCellArgument(argument)));
  register('showMap', () => panel.show('map'));
  register('exportMatrix', (argument) => exportMatrix(languageServer, commandAnswers(argument)));
  register('newKeyPolicy', (argument) => newKeyPolicy(languageServer, commandAnswers(argument)));
  register('openExamples', (argument) => openExamples(context, argument === 'stay'));
  register('openExampleFile', async (argument) => { if (typeof argument === 'string') await openExampleFile(context, argument); });
  register('checkAll', () => checkAll(languageServer));
  register('restartServer', () => languageServer.restart());
  register('showOutput', () => {
    output.show();
    return Promise.resolve();
  });
  register('tree.open', (node) => withTreeNode(node, (treeNode) => openNode(languageServer, treeNode)));
  register('tree.generate', (node) => withTreeNode(node, (treeNode) => generateFromNode(languageServer, treeNode)));
  register('tree.explain', (node) => withTreeNode(node, explainNode));
  register('tree.confirmLink', (node) => withTreeNode(node, (treeNode) => confirmLink(languageServer, treeNode)));
}

/** Menus hand over the file that they were opened on. */
function commandAnswers(
  argument: unknown,
):
  | (GenerateAnswers & AttachAnswers & CopyAnswers & ExplainAnswers & ExportAnswers & LinkKeyAnswers & Partial<SuppressParams> & Partial<
    NewKeyPolicyParams
  >)
  | undefined {
  if (argument instanceof vscode.Uri) return { uri: argument.toString() };
  return typeof argument === 'object' && argument !== null ? argument : undefined;
}

/** The cell of the matrix that is to be selected. */
function matrixCellArgument(argument: unknown): HandshakeRef | undefined {
  const { identity, key } = typeof argument === 'object' && argument !== null ? argument as Readonly<Record<string, unknown>> : {};
  return typeof identity === 'string' && typeof key === 'string' ? { identity, key } : undefined;
}

/** Menus of the tree hand over its line; without one, as from a keyboard shortcut, there is nothing to do. */
async function withTreeNode(argument: unknown, run: (node: TreeNode) => Promise<unknown>): Promise<unknown> {
  return typeof argument === 'object' && argument !== null && 'kind' in argument ? run(argument as TreeNode) : undefined;
}
