import * as vscode from 'vscode';
import { applyFix } from '../edits/apply-fix';
import { APPLY_FIX_COMMAND, type DeferredFix } from '../edits/fix-middleware';
import { createEditPreview, type EditPreview } from '../edits/preview-edit';
import { createExplanationDocuments } from '../explanation/explanation-documents';
import type { AccessPanel } from '../panel/access-panel';
import type { SuppressParams } from '../../../server/src/lsp/protocol/findings';
import type { PlacesToShow } from '../../../server/src/lsp/protocol/lenses';
import type { HandshakeRef } from '../../../server/src/lsp/protocol/handshakes';
import type { NewKeyPolicyParams } from '../../../server/src/lsp/protocol/new-key-policy';
import type { LanguageServer } from '../language-server';
import { sendServerRequest } from '../server-request';
import { nodeOfTarget } from '../tree/node-of-target';
import type { TreeNode } from '../tree/tree-nodes';
import type { MapTarget } from '../../webview/messages';
import { registerCommand } from '../window/commands';
import { attachPolicy, type AttachAnswers } from './attach-policy';
import { checkAll } from './check-all';
import { copyCliCommand, type CopyAnswers } from './copy-cli-command';
import { copyArn, copyCommandOfNode } from './copy-node';
import { explainAccess, explainMessage, type ExplainAnswers } from './explain-access';
import { exportMatrix, type ExportAnswers } from './export-matrix';
import { fixNode } from './fix-node';
import { generateCounterpart, type GenerateAnswers } from './generate-counterpart';
import { linkKeyPolicy, type LinkKeyAnswers } from './link-key-policy';
import { newKeyPolicy } from './new-key-policy';
import { openExampleFile, openExamples } from './open-examples';
import { replaceText } from './replace-text';
import { savePolicyAsFile } from './save-policy-as-file';
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
  register('savePolicyAsFile', (argument) => savePolicyAsFile(languageServer, commandAnswers(argument)));
  register('replaceText', (argument) => replaceText(commandAnswers(argument)));
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
  registerNodeCommands(register, languageServer, editPreview);
}

/** The commands in the menus of a line of the tree, of a cell or heading of the matrix, and of what is drawn in the map. */
function registerNodeCommands(register: (id: string, run: (argument: unknown) => Promise<unknown>) => void, languageServer: LanguageServer,
  editPreview: EditPreview): void {
  const registerFor = (id: string, run: (node: TreeNode, action: string | undefined) => Promise<unknown>): void =>
    register(`tree.${id}`, async (argument) => {
      const node = await treeNodeOf(languageServer, argument);
      return node && run(node, actionOf(argument));
    });
  registerFor('open', (node) => openNode(languageServer, node));
  registerFor('generate', (node) => generateFromNode(languageServer, node));
  registerFor('explain', explainNode);
  registerFor('fix', (node, action) => fixNode(languageServer, editPreview, node, action));
  registerFor('confirmLink', (node) => confirmLink(languageServer, node));
  registerFor('copyArn', copyArn);
  registerFor('copyCliCommand', (node) => copyCommandOfNode(languageServer, node));
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

/**
 * Menus of the tree hand over its line, those of the panel the ids of what they are about; without either, as from a keyboard shortcut,
 * there is nothing to do.
 */
async function treeNodeOf(languageServer: LanguageServer, argument: unknown): Promise<TreeNode | undefined> {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if ('kind' in argument) return argument as TreeNode;
  if (!('key' in argument) && !('identity' in argument)) return undefined;
  return nodeOfTarget(await sendServerRequest(languageServer, 'kmsHandshake/handshakes', {}), argument as MapTarget);
}

/** The action that a fix is for. */
function actionOf(argument: unknown): string | undefined {
  return typeof argument === 'object' && argument !== null && 'action' in argument && typeof argument.action === 'string'
    ? argument.action
    : undefined;
}
