import * as vscode from 'vscode';
import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { createCachedResponse } from './cached-response';
import { childNodes, rootNodes, type TreeNode } from './tree-nodes';
import { nodeTreeItem } from './node-tree-item';

const ACCESS_TREE_VIEW = 'kmsHandshake.accessTree';

/** The tree "KMS access" of the side bar; it follows the policies by itself. */
export function createAccessTree(context: vscode.ExtensionContext, languageServer: LanguageServer): vscode.TreeDataProvider<TreeNode> {
  const changed = new vscode.EventEmitter<undefined>();

  const load = async (): Promise<HandshakeMap | undefined> => {
    if (languageServer.client() === undefined) return undefined;
    const answer = await sendServerRequest(languageServer, 'kmsHandshake/handshakes', {});
    // The welcome text says that there are no policies: not before that is known.
    await vscode.commands.executeCommand('setContext', 'kmsHandshake.policiesAreRead', true);
    return answer;
  };
  const map = createCachedResponse(load);

  const provider: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: nodeTreeItem,
    getChildren: async (node) => {
      const known = await map.get();
      if (known === undefined) return [];
      if (node === undefined) return rootNodes(known);
      return childNodes(known, node, async ({ key, identity }) => {
        const details = await sendServerRequest(languageServer, 'kmsHandshake/handshake', { key: key.id, identity: identity.id });
        return 'refused' in details ? undefined : details; // it is gone: the tree is about to be made anew
      });
    },
  };
  context.subscriptions.push(
    vscode.window.createTreeView(ACCESS_TREE_VIEW, { treeDataProvider: provider, showCollapseAll: true }),
    changed,
    languageServer.onDidChange(() => {
      map.invalidate();
      changed.fire(undefined);
    }),
  );
  return provider;
}
