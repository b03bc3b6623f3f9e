import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../../client/src/extension';
import type { TreeNode } from '../../../client/src/tree/tree-nodes';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, matchingPair, mismatchedPair } from '../../support/policy-pair';
import { at, closeAll, open, type } from './support/editor';
import { APP, KEY, lay, MANIFEST_FILE, onDisk, tidy } from './support/handshake';
import { until } from './support/poll';

const tree = async (): Promise<vscode.TreeDataProvider<TreeNode>> => {
  const extension = vscode.extensions.getExtension<ExtensionApi>('kms-handshake.kms-handshake');
  assert.ok(extension);
  return (await extension.activate()).accessTree;
};

const nodesBelow = async (node?: TreeNode): Promise<readonly TreeNode[]> => await (await tree()).getChildren(node) ?? [];
const itemOf = async (node: TreeNode): Promise<vscode.TreeItem> => (await tree()).getTreeItem(node);

/** "role/App | 2 actions work" */
async function lineOf(node: TreeNode): Promise<string> {
  const { label, description } = await itemOf(node);
  return `${typeof label === 'string' ? label : label?.label ?? ''} | ${String(description)}`;
}

/** The tree as indented lines, down to that many levels. */
async function linesOf(depth: number, node?: TreeNode, indent = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const treeNode of await nodesBelow(node)) {
    lines.push(`${indent}${await lineOf(treeNode)}`);
    if (depth > 1) lines.push(...await linesOf(depth - 1, treeNode, `${indent}  `));
  }
  return lines;
}

/** The first line of the tree with those words in its label or description, however deep. */
async function find(words: string, node?: TreeNode): Promise<TreeNode | undefined> {
  for (const treeNode of await nodesBelow(node)) {
    if ((await lineOf(treeNode)).includes(words)) return treeNode;
    const below = await find(words, treeNode);
    if (below !== undefined) return below;
  }
  return undefined;
}

const waitFor = (words: string): Promise<TreeNode> => until(`"${words}" in the tree`, async () => {
  const found = await find(words);
  if (found === undefined) throw new Error((await linesOf(4)).join('\n'));
  return found;
});

const run = async (command: string, node: TreeNode): Promise<unknown> =>
  vscode.commands.executeCommand(`kmsHandshake.tree.${command}`, node);

describe('the tree KMS access', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('has each key with its accounts, identities, actions and links', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: { ...MANIFEST, accounts: { [OWNER]: 'security' } } });
    await waitFor('1 blocked');
    assert.deepEqual(await linesOf(4), [
      '1234abcd… | key.json',
      '  Key policy | declared',
      `  ${CONSUMER} | `,
      '    role/App | 1 blocked',
      '      kms:Decrypt | works',
      '      kms:Encrypt | not in the key policy',
      '      IAM policy | app.json · declared',
    ]);
  });

  it('says in words what its icons show, for those who do not see them', async () => {
    await lay(mismatchedPair());
    const item = await itemOf(await waitFor('role/App | 1 blocked'));
    assert.equal(item.accessibilityInformation?.label, 'role/App, 1 action works, 1 blocked');
    assert.ok(item.iconPath instanceof vscode.ThemeIcon);
    assert.ok(item.tooltip instanceof vscode.MarkdownString && item.tooltip.isTrusted !== true);
    assert.equal((await itemOf(await waitFor('1234abcd'))).accessibilityInformation?.label,
      'key, 1234abcd…, key.json, 1 works, some actions blocked');
    const [, account] = await nodesBelow(await waitFor('1234abcd'));
    assert.ok(account);
    assert.equal((await itemOf(account)).accessibilityInformation?.label, `${CONSUMER}, 1 works, some actions blocked`);
  });

  it('shows the worst state on closed lines, opens those with something broken, and is grey about what nobody asks for', async () => {
    await lay({ ...mismatchedPair(), [KEY]: keyPolicyForRole(['kms:Decrypt', 'kms:ReEncryptFrom']) });
    await waitFor('role/App | 1 blocked'); // until all files are read, less is known of the key
    const key = await itemOf(await waitFor('1234abcd'));
    assert.ok(key.iconPath instanceof vscode.ThemeIcon);
    assert.deepEqual([key.iconPath.id, key.collapsibleState], ['warning', vscode.TreeItemCollapsibleState.Expanded]);
    assert.deepEqual(JSON.parse(key.resourceUri?.query ?? ''), { state: 'partly', count: 1 });
    const notAskedFor = await itemOf(await waitFor('kms:ReEncryptFrom | not asked for'));
    assert.ok(notAskedFor.iconPath instanceof vscode.ThemeIcon);
    assert.deepEqual(notAskedFor.iconPath.color, new vscode.ThemeColor('disabledForeground'));
    await lay(matchingPair());
    await waitFor('role/App | 1 action works');
    const working = await itemOf(await waitFor('1234abcd'));
    assert.equal(working.resourceUri, undefined);
    assert.ok(working.iconPath instanceof vscode.ThemeIcon);
    assert.deepEqual([working.iconPath.id, working.collapsibleState], ['key', vscode.TreeItemCollapsibleState.Collapsed]);
  });

  it('copies ARNs and the command that applies a policy', async () => {
    await lay(mismatchedPair());
    await waitFor('role/App | 1 blocked'); // until all files are read, less is known of the key
    await run('copyArn', await waitFor('1234abcd'));
    assert.equal(await vscode.env.clipboard.readText(), KEY_ARN);
    await run('copyArn', await waitFor('role/App'));
    assert.equal(await vscode.env.clipboard.readText(), ROLE_ARN);
    await run('copyCliCommand', await waitFor('1234abcd'));
    assert.match(await vscode.env.clipboard.readText(), /^aws kms put-key-policy /);
  });

  it('fixes what is blocked, from a line and from a cell, after the edit of the other account was shown', async () => {
    const fix = async (target: object): Promise<void> => {
      await waitFor('role/App | 1 blocked');
      let isDecided = false;
      void vscode.commands.executeCommand('kmsHandshake.tree.fix', target).then(() => {
        isDecided = true;
      });
      await until('the comparison',
        () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff || undefined);
      // The tab is there a little before its question.
      await until('the edit', async () => {
        await vscode.commands.executeCommand('kmsHandshake.edit.apply');
        return isDecided || undefined;
      });
      await waitFor('role/App | 2 actions work');
      await closeAll();
    };
    await lay(mismatchedPair());
    await fix(await waitFor('kms:Encrypt | not in the key policy'));
    await fix({ key: KEY_ARN, identity: ROLE_ARN, action: 'kms:Encrypt' });
  });

  it('follows what is typed, and keeps the ids of its lines, so that what is open stays open', async () => {
    await lay(mismatchedPair());
    const before = (await itemOf(await waitFor('role/App | 1 blocked'))).id;
    await type(await open(KEY), JSON.stringify(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    const after = (await itemOf(await waitFor('role/App | 2 actions work'))).id;
    assert.ok(before !== undefined && before !== '');
    assert.equal(after, before);
  });

  it('opens the policy, and the statement that decides', async () => {
    await lay(mismatchedPair());
    await run('open', await waitFor('not in the key policy'));
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.path, at(APP).path);
    assert.match(editor.document.getText(editor.selection), /"UseKey"/);
    await run('open', await waitFor('1234abcd'));
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, at(KEY).path);
  });

  it('writes the consumer\'s half for the identity of the line', async () => {
    await lay({ [MANIFEST_FILE]: { ...MANIFEST, identities: [{ arn: ROLE_ARN, policies: ['consumer/*.json'] }] },
      [KEY]: keyPolicyForRole(['kms:Decrypt']) });
    await run('generate', await waitFor('role/App | key policy only'));
    const made = vscode.window.activeTextEditor?.document;
    assert.match(made?.uri.path ?? '', /\/consumer\/[^/]+\.json$/);
    assert.ok(made?.getText().includes(KEY_ARN));
    await waitFor('role/App | 1 action works');
  });

  it('has the access of the line explained', async () => {
    await lay(mismatchedPair());
    const page = await run('explain', await waitFor('not in the key policy'));
    assert.equal(typeof page, 'string', 'no page was opened');
    const text = await until('the page',
      async () => (await vscode.workspace.openTextDocument(vscode.Uri.parse(page as string))).getText() || undefined);
    assert.match(text, /kms:Encrypt/);
  });

  it('lists the IAM policies that have no matching key policy', async () => {
    await lay({ [MANIFEST_FILE]: { identities: MANIFEST.identities }, [APP]: identityPolicyForRole(['kms:Decrypt']) });
    await waitFor('No matching key policy | 1 identity');
    assert.deepEqual(await linesOf(1), ['1234abcd… | no key policy here', 'No matching key policy | 1 identity']);
    const [, group] = await nodesBelow();
    assert.deepEqual(await linesOf(1, group), [`role/App | ${CONSUMER}`]);
  });

  it('marks an assumed link, and confirms it in kms-handshake.json', async () => {
    await lay({ [MANIFEST_FILE]: { identities: MANIFEST.identities }, 'owner/policy.json': keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt']) });
    await waitFor('1234abcd'); // until the IAM policy is read, nothing tells which key it is, and the command would ask
    const key = await waitFor('assumed link');
    assert.match((await itemOf(key)).contextValue ?? '', /\bassumed\b/);
    const link = await waitFor('Key policy | assumed: ');
    await run('confirmLink', link);
    await waitFor('Key policy | declared');
    assert.match(await onDisk(at(MANIFEST_FILE)), /"policy": "owner\/policy\.json"/);
    assert.doesNotMatch((await itemOf(await waitFor('1234abcd'))).contextValue ?? '', /\bassumed\b/);
  });

  it('is empty where there are no policies, so that VS Code shows the welcome text', async () => {
    await lay(matchingPair());
    await waitFor('role/App');
    await lay({ [MANIFEST_FILE]: {} });
    await until('an empty tree', async () => ((await nodesBelow()).length === 0 ? true : undefined));
  });
});
