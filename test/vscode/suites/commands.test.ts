import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ROLE_ARN } from '../../support/fixtures';
import {
  identityPolicyForRole, keyPolicyForRole, MANIFEST, matchingPair, mismatchedPair, NOT_ALLOWED_CODE, toJson,
} from '../../support/policy-pair';
import { at, closeAll, codeOf, diagnostics, open, waitForCode } from './support/editor';
import { APP, isFault, KEY, lay, layFittingPair, onDisk, OWNER_READS, tidy, waitForClean } from './support/handshake';
import { until } from './support/poll';

interface CommandFile {
  readonly uri: string;
}

const run = <T = CommandFile>(command: string, answers?: object | string): Thenable<T | undefined> =>
  vscode.commands.executeCommand<T | undefined>(`kmsHandshake.${command}`, answers);
const ofKey = (): { readonly uri: string } => ({ uri: at(KEY).toString() });
const ofApp = (): { readonly uri: string } => ({ uri: at(APP).toString() });

/** Where the role's policies are, so that the new one has a place. */
const ROLE_FOLDER = { ...MANIFEST, identities: [{ arn: ROLE_ARN, policies: ['consumer/*.json'] }] };

/** The document of the editor in front, which must be that of the file. */
function shown(uri: vscode.Uri | string): vscode.TextDocument {
  const document = vscode.window.activeTextEditor?.document;
  assert.equal(document?.uri.path, (typeof uri === 'string' ? vscode.Uri.parse(uri) : uri).path, 'another file is in front');
  return document;
}

/** The command may say "nothing to do" only once the server has seen what it wrote. */
async function writtenAndClean(outcome: CommandFile | undefined, ...others: vscode.Uri[]): Promise<vscode.Uri> {
  assert.ok(outcome, 'nothing was written');
  const uri = vscode.Uri.parse(outcome.uri);
  const document = shown(uri);
  assert.equal(document.isDirty, false, 'not saved');
  assert.equal(await onDisk(uri), document.getText());
  await waitForClean(uri, ...others);
  return uri;
}

describe('commands', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  describe('KMS Handshake: Generate consumer IAM policy', () => {
    it('ends with a saved, clean pair, and adds nothing the second time', async () => {
      await lay({ 'kms-handshake.json': ROLE_FOLDER, [KEY]: keyPolicyForRole(['kms:Decrypt', 'kms:GenerateDataKey*']) });
      await waitForCode(at(KEY), 'identity-policy-missing');
      const made = await writtenAndClean(await run('generateConsumerPolicy', ofKey()), at(KEY));
      assert.match(made.path, /\/consumer\/[^/]+\.json$/);
      const text = await onDisk(made);
      assert.match(text, /kms:GenerateDataKey\*/);
      assert.equal(await run('generateConsumerPolicy', { ...ofKey(), target: { arn: ROLE_ARN } }), undefined);
      assert.equal(await onDisk(made), text);
      assert.equal((await vscode.workspace.findFiles('**/*.json')).length, 3, 'another file was made');
    });

    it('adds what a policy lacks to that policy, and saves it', async () => {
      await lay({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']),
        [APP]: identityPolicyForRole(['kms:Decrypt'], 'arn:aws:s3:::example/*') });
      await waitForCode(at(APP), 'missing-key-arn-resource');
      const outcome = await run('generateConsumerPolicy', { ...ofKey(), target: { arn: ROLE_ARN }, confirmed: true });
      assert.ok(outcome);
      assert.equal(shown(outcome.uri).isDirty, false);
      await waitForClean(at(KEY));
    });

    it('starts from the editor in front', async () => {
      await lay({ 'kms-handshake.json': ROLE_FOLDER, [KEY]: keyPolicyForRole(['kms:Decrypt']) });
      await waitForCode(at(KEY), 'identity-policy-missing');
      await open(KEY);
      await writtenAndClean(await run('generateConsumerPolicy', {}), at(KEY));
    });

    it('puts snippet placeholders where nobody knows the value', async () => {
      await lay({ 'kms-handshake.json': { rules: { 'root-is-account': 'warning' } },
        [KEY]: keyPolicyForRole(['kms:Decrypt'], OWNER_READS) });
      // Not before the declaration of the test before is gone, which says what nobody is to know.
      await until('the new kms-handshake.json to count',
        () => diagnostics(at(KEY)).some((finding) => codeOf(finding) === 'root-is-account' && isFault(finding)) ? true : undefined);
      const outcome = await run('generateConsumerPolicy', { ...ofKey(), target: { arn: ROLE_ARN } });
      assert.ok(outcome);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.path, vscode.Uri.parse(outcome.uri).path);
      const selected = (): string => editor.document.getText(editor.selection);
      assert.match(editor.document.getText(), /arn:aws:kms:[A-Z_]+:111122223333:key\/[A-Z_]+/);
      const first = await until('the first placeholder to be selected', () => (/^[A-Z_]+$/.test(selected()) ? selected() : undefined));
      await vscode.commands.executeCommand('jumpToNextSnippetPlaceholder');
      await until('the next one', () => (/^[A-Z_]+$/.test(selected()) && selected() !== first ? true : undefined));
      assert.equal(JSON.stringify(JSON.parse(editor.document.getText())).includes('$'), false);
    });

    it('can narrow to a use case', async () => {
      await lay({ 'kms-handshake.json': ROLE_FOLDER, [KEY]: keyPolicyForRole(['kms:*'], OWNER_READS) });
      await waitForCode(at(KEY), 'root-is-account');
      const outcome = await run('generateConsumerPolicy', { ...ofKey(), target: { arn: ROLE_ARN }, useCase: 's3-put' });
      assert.ok(outcome);
      const text = shown(outcome.uri).getText();
      assert.match(text, /kms:GenerateDataKey/);
      assert.doesNotMatch(text, /CreateGrant/);
    });
  });

  describe('KMS Handshake: Generate key policy statement', () => {
    it('merges into the key policy, saves it, and adds nothing the second time', async () => {
      await lay(mismatchedPair());
      await waitForCode(at(APP), NOT_ALLOWED_CODE);
      const written = await writtenAndClean(await run('generateKeyPolicyStatement', { ...ofApp(), confirmed: true }), at(APP));
      assert.equal(written.path, at(KEY).path);
      const text = await onDisk(at(KEY));
      assert.match(text, /kms:Encrypt/);
      assert.ok(text.startsWith('{\n  "Version"'), 'the text that was there was changed');
      assert.equal(await run('generateKeyPolicyStatement', { ...ofApp(), confirmed: true }), undefined);
      assert.equal(await onDisk(at(KEY)), text);
    });

    it('writes a new key policy where there is none', async () => {
      await lay({ 'kms-handshake.json': { identities: MANIFEST.identities }, [APP]: identityPolicyForRole(['kms:Decrypt']) });
      // what the declaration says is known once the finding names the role; before that the command would ask
      await until('the role',
        () =>
          diagnostics(at(APP)).find((diagnostic) =>
            codeOf(diagnostic) === 'key-policy-missing' && diagnostic.message.includes('role/App')
          ));
      const outcome = await run('generateKeyPolicyStatement', ofApp());
      const made = await writtenAndClean(outcome, at(APP));
      const text = await onDisk(made);
      assert.match(text, /arn:aws:iam::111122223333:root/);
      assert.match(text, new RegExp(ROLE_ARN));
    });
  });

  it('start from an untitled document too', async () => {
    await lay({ 'kms-handshake.json': {} });
    const document = await vscode.workspace.openTextDocument({ language: 'json', content: toJson(identityPolicyForRole(['kms:Decrypt'])) });
    await vscode.window.showTextDocument(document);
    const outcome = await run('generateKeyPolicyStatement', { target: { arn: ROLE_ARN } });
    assert.ok(outcome);
    assert.match(shown(outcome.uri).getText(), new RegExp(ROLE_ARN));
    await waitForClean(vscode.Uri.parse(outcome.uri), document.uri);
  });

  it('KMS Handshake: Copy AWS CLI command puts it on the clipboard', async () => {
    await layFittingPair();
    const command = await run<string>('copyCliCommand', ofKey());
    assert.ok(command);
    assert.match(command, /^aws kms put-key-policy .*--key-id/);
    assert.match(command, /producer\/key\.json/);
    assert.equal(await vscode.env.clipboard.readText(), command);
    assert.match(await run<string>('copyCliCommand', ofApp()) ?? '', /^aws iam put-role-policy --role-name App /);
  });

  it('KMS Handshake: Show rule documentation opens the shipped page', async () => {
    const tabs = (): string[] => vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all.map(({ label }) => label));
    assert.equal(await run<string>('showRuleDocumentation', { code: NOT_ALLOWED_CODE }), NOT_ALLOWED_CODE);
    await until('the page', () => (tabs().some((label) => label.includes(NOT_ALLOWED_CODE)) ? true : undefined));
    await closeAll();
    await lay(mismatchedPair());
    const editor = await open(APP);
    const finding = await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
    editor.selection = new vscode.Selection(finding.range.start, finding.range.start);
    assert.equal(await run<string>('showRuleDocumentation'), NOT_ALLOWED_CODE, 'not the rule at the cursor');
    assert.equal(await run<string>('showRuleDocumentation', { code: 'no-such-rule' }), undefined);
  });

  it('KMS Handshake: Restart language server brings the findings back', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await run('restartServer');
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await lay(matchingPair());
    await waitForClean(at(APP), at(KEY));
  });
});
