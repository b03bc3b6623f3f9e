import * as vscode from 'vscode';
import type { DisplayedHandshakeStatus, HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { createCachedResponse } from './cached-response';
import { showViewBadge } from '../window/tree-item';
import { brokenCounts, childNodes, countByState, rootNodes, type TreeNode } from './tree-nodes';
import { handshakeStateLabels } from './handshake-state-labels';
import { registerNodeDecorations } from './node-decorations';
import { nodeTreeItem, STATE_ICONS } from './node-tree-item';

const ACCESS_TREE_VIEW = 'kmsHandshake.accessTree';

/** Of more broken handshakes not all lines are opened: nobody could see over them. */
const MAX_EXPANDED = 20;

/** The tree "KMS access" of the side bar; it follows the policies by itself. */
export function createAccessTree(context: vscode.ExtensionContext, languageServer: LanguageServer): vscode.TreeDataProvider<TreeNode> {
  const changed = new vscode.EventEmitter<undefined>();

  const load = async (): Promise<HandshakeMap | undefined> => {
    if (languageServer.client() === undefined) return undefined;
    const answer = await sendServerRequest(languageServer, 'kmsHandshake/handshakes', {});
    // The welcome text says that there are no policies, and VS Code shows it whenever the tree has no lines yet: only where that is so.
    await vscode.commands.executeCommand('setContext', 'kmsHandshake.hasNoPolicies', rootNodes(answer).length === 0);
    return answer;
  };
  const map = createCachedResponse(load);

  let expandsBroken = false;
  const provider: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (node) => nodeTreeItem(node, expandsBroken),
    getChildren: async (node) => {
      const handshakeMap = await map.get();
      if (handshakeMap === undefined) return [];
      if (node === undefined) {
        expandsBroken = sum(brokenCounts(countByState(handshakeMap.handshakes))) <= MAX_EXPANDED;
        return rootNodes(handshakeMap);
      }
      return childNodes(handshakeMap, node, async ({ key, identity }) => {
        const details = await sendServerRequest(languageServer, 'kmsHandshake/handshake', { key: key.id, identity: identity.id });
        return 'refused' in details ? undefined : details; // it is gone: the tree is about to be made anew
      });
    },
  };
  const view = vscode.window.createTreeView(ACCESS_TREE_VIEW, { treeDataProvider: provider, showCollapseAll: true });
  // When VS Code shows the view for the first time it reads the lines twice. The second time it takes them from memory and then loses those
  // below all open lines but the first (1.139); another reading brings them back.
  const firstShown = view.onDidChangeVisibility(({ visible }) => {
    if (!visible) return;
    firstShown.dispose();
    changed.fire(undefined);
  });
  context.subscriptions.push(
    view, changed, firstShown,
    registerNodeDecorations(Object.fromEntries(Object.entries(STATE_ICONS).map(([state, { color }]) => [state, color]))),
    languageServer.onDidChange(() => {
      map.invalidate();
      changed.fire(undefined);
      void updateBadge(view, languageServer).catch(() => undefined); // the server ended: its successor is asked
    }),
  );
  return provider;
}

/** The badge is seen while the view is closed, so it does not wait for the tree. */
async function updateBadge(view: vscode.TreeView<TreeNode>, languageServer: LanguageServer): Promise<void> {
  if (languageServer.client() === undefined) return;
  const counts = await sendServerRequest(languageServer, 'kmsHandshake/handshakeCounts', {});
  const broken = brokenCounts(new Map(Object.entries(counts) as [DisplayedHandshakeStatus, number][]));
  const labels = handshakeStateLabels(vscode.l10n.t);
  const parts = Array.from(broken, ([state, count]) => `${count} ${labels[state][count === 1 ? 0 : 1]}`);
  showViewBadge(view, sum(broken), vscode.l10n.t('Broken handshakes: {0}', parts.join('; ')));
}

function sum(counts: ReadonlyMap<unknown, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
