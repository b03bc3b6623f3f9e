import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { KEY_ARN, ROLE_ARN } from '../../support/fixtures';
import { matchingPair, mismatchedPair, NOT_ALLOWED_CODE } from '../../support/policy-pair';
import { at, closeAll, open, waitForCode, waitForFix } from './support/editor';
import { APP, KEY, lay, tidy } from './support/handshake';
import { until } from './support/poll';

const ENCRYPT = { identity: ROLE_ARN, action: 'kms:Encrypt', key: KEY_ARN };

describe('KMS Handshake: Explain cross-account access…', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  async function opened(answers: object): Promise<vscode.TextDocument> {
    const uri = await vscode.commands.executeCommand<string | undefined>('kmsHandshake.explainAccess', answers);
    assert.ok(uri, 'no page');
    return vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  }

  it('opens a page that is read only, leads to the statements and follows the policies', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const document = await opened(ENCRYPT);
    assert.equal(document.uri.scheme, 'kms-explanation');
    // The page of the same question may be open from before: VS Code shows its old text until the new one is there.
    await until('the answer', () => (document.getText().startsWith('# Denied\n') ? true : undefined));
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    const targets = links.flatMap((
      { target },
    ) => (target?.scheme === 'file' ? `${target.path.split('/').slice(-2).join('/')}#${target.fragment}` : []));
    assert.deepEqual([...new Set(targets)].sort(), [`${APP}#L9,9`, `${KEY}#L19,17`]);
    await lay({ ...mismatchedPair(),
      [KEY]: JSON.parse(JSON.stringify(mismatchedPair()[KEY]).replace('"kms:Decrypt"', '"kms:Decrypt","kms:Encrypt"')) as object });
    await until('the page to follow', () => (document.getText().startsWith('# Allowed\n') ? true : undefined));
  });

  it('has a lens for the edit that makes it yes', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const document = await opened(ENCRYPT);
    const [lens] = await until('the lens', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
      return lenses.length > 0 ? lenses : undefined;
    });
    assert.match(lens?.command?.title ?? '', /Show this edit/);
    assert.equal(document.lineAt(lens?.range.start.line ?? 0).text, '## How to allow it');
  });

  it('reads the question from an AWS error message', async () => {
    await lay(matchingPair());
    await until('the policies',
      async () => ((await vscode.commands.executeCommand('kmsHandshake.explainAccess', { ...ENCRYPT, action: 'kms:Decrypt' })) === undefined
        ? undefined
        : true));
    const document = await opened({ message: 'An error occurred (AccessDeniedException) when calling the Decrypt operation: User: '
      + 'arn:aws:sts::444455556666:assumed-role/App/one is not authorized to perform: kms:Decrypt on resource: '
      + `${KEY_ARN} because no identity-based policy allows the kms:Decrypt action` });
    await until('the answer', () => (document.getText().startsWith('# Allowed\n') ? true : undefined));
  });

  it('has commands of its own for a message', async () => {
    await lay(matchingPair());
    await until('the policies',
      async () => await vscode.commands.executeCommand('kmsHandshake.explainAccess', ENCRYPT) !== undefined || undefined);
    const message = `User: ${ROLE_ARN} is not authorized to perform: kms:Decrypt on resource: ${KEY_ARN}`;
    for (const command of ['explainMessage', 'accessDenied']) {
      await closeAll();
      assert.ok(await vscode.commands.executeCommand<string | undefined>(`kmsHandshake.${command}`, { message }));
      const page = await until('the page', () => {
        const { activeTab } = vscode.window.tabGroups.activeTabGroup;
        return activeTab?.input instanceof vscode.TabInputWebview ? activeTab : undefined;
      });
      assert.match(page.label, /^App kms:Decrypt /);
    }
  });

  it('is opened from the light bulb of a finding', async () => {
    await lay(mismatchedPair());
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    const { command } = await waitForFix(document.uri, finding.range, /^Explain this access…$/);
    assert.equal(command?.command, 'kmsHandshake.explainAccess');
    assert.deepEqual(command.arguments, [ENCRYPT]);
    const uri = await vscode.commands.executeCommand<string | undefined>(command.command, ...command.arguments as unknown[]);
    assert.match(uri ?? '', /kms-explanation:\/App/);
  });

  it('opens nothing for what is no question', async () => {
    assert.equal(await vscode.commands.executeCommand('kmsHandshake.explainAccess', { ...ENCRYPT, action: 'kms:*' }), undefined);
  });
});
