import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CheckOutcome } from '../../../server/src/lsp/protocol/check';
import { CONSUMER, OWNER } from '../../support/fixtures';
import { identityPolicyForRole, mismatchedPair, NOT_ALLOWED_CODE } from '../../support/policy-pair';
import { apply, at, closeAll, codeOf, diagnostics, open, waitForCode, waitForFix } from './support/editor';
import { APP, lay, onDisk, tidy } from './support/handshake';
import { until } from './support/poll';

const run = <T>(command: string, answers?: unknown): Thenable<T | undefined> =>
  vscode.commands.executeCommand<T | undefined>(`kmsHandshake.${command}`, answers);

describe('commands of the house', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('KMS Handshake: New key policy… writes, saves and shows a policy without findings of its own, and no file twice', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const answers = { owner: OWNER, administrators: [`arn:aws:iam::${OWNER}:role/KeyAdmin`], users: [{ account: CONSUMER }],
      useCases: ['ebs'] };
    const made = await run<{ uri: string }>('newKeyPolicy', answers);
    assert.ok(made);
    const uri = vscode.Uri.parse(made.uri);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, uri.path);
    assert.match(await onDisk(uri), /kms:GrantIsForAWSResource/);
    const codes = (): string[] => diagnostics(uri).filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning).map(codeOf);
    await until('the policy to be read', () => (diagnostics(uri).length > 0 ? true : undefined)); // hints at least
    assert.deepEqual(codes().filter((code) => code !== 'identity-policy-missing'), []);
    const again = await run<{ uri: string }>('newKeyPolicy', answers);
    assert.notEqual(again?.uri, made.uri);
  });

  it('KMS Handshake: Check all policies sees what changed behind VS Code\'s back, and opens the problems', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const outcome = await run<CheckOutcome>('checkAll');
    assert.ok(outcome);
    assert.deepEqual([outcome.cancelled, outcome.files, outcome.policies, outcome.errors], [false, 2, 2, 1]);
    await lay({ ...mismatchedPair(), [APP]: identityPolicyForRole(['kms:Decrypt']) });
    const mended = await run<CheckOutcome>('checkAll');
    assert.equal(mended?.errors, 0);
  });

  it('KMS Handshake: Open the example files copies them, each time anew', async () => {
    const first = vscode.Uri.parse(await run<string>('openExamples', 'stay') ?? '');
    const second = vscode.Uri.parse(await run<string>('openExamples', 'stay') ?? '');
    assert.notEqual(first.path, second.path);
    for (const copy of [first, second]) {
      assert.match(await onDisk(vscode.Uri.joinPath(copy, 'kms-handshake.json')), /"keys"/);
      await vscode.workspace.fs.delete(copy, { recursive: true });
    }
  });

  it('the menu of a finding ends with the page of its rule', async () => {
    await lay(mismatchedPair());
    const editor = await open(APP);
    const finding = await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
    await apply(await waitForFix(editor.document.uri, finding.range, `Show documentation of rule ${NOT_ALLOWED_CODE}`));
    await until('the page',
      () => (vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes(NOT_ALLOWED_CODE)))
        ? true
        : undefined));
  });
});
