import * as vscode from 'vscode';
import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import { request } from '../request';
import type { Server } from '../server';
import { keptAnswer } from './kept-answer';
import { childrenOf, rootsOf, type TreeNode } from './nodes';
import { treeItem } from './tree-item';

const VIEW = 'kmsHandshake.accessTree';

/** The tree "KMS access" of the side bar; it follows the policies by itself. */
export function accessTree(context: vscode.ExtensionContext, server: Server): vscode.TreeDataProvider<TreeNode> {
  const changed = new vscode.EventEmitter<undefined>();

  const load = async (): Promise<HandshakeMap | undefined> => {
    if (server.client() === undefined) return undefined;
    const answer = await request(server, 'kmsHandshake/handshakes', {});
    // The welcome text says that there are no policies: not before that is known.
    await vscode.commands.executeCommand('setContext', 'kmsHandshake.policiesAreRead', true);
    return answer;
  };
  const map = keptAnswer(load);

  const provider: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: treeItem,
    getChildren: async (node) => {
      const known = await map.get();
      if (known === undefined) return [];
      if (node === undefined) return rootsOf(known);
      return childrenOf(known, node, async ({ key, identity }) => {
        const details = await request(server, 'kmsHandshake/handshake', { key: key.id, identity: identity.id });
        return 'refused' in details ? undefined : details; // it is gone: the tree is about to be made anew
      });
    },
  };
  context.subscriptions.push(
    vscode.window.createTreeView(VIEW, { treeDataProvider: provider, showCollapseAll: true }),
    changed,
    server.onDidChange(() => {
      map.forget();
      changed.fire(undefined);
    }),
  );
  return provider;
}
