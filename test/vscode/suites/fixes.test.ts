import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../../support/policy-pair';
import { apply, applyConfirmed, at, closeAll, codeOf, diagnostics, open, waitForCode, waitForCodes, waitForFix } from './support/editor';
import { APP, KEY, lay, tidy, waitForClean, writeBehindItsBack } from './support/handshake';
import { until } from './support/poll';

const NBSP = '\u00a0';

describe('quick fixes', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('mend the file with the finding', async () => {
    await lay(mismatchedPair());
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    await apply(await waitForFix(document.uri, finding.range, /^Remove kms:Encrypt/));
    assert.deepEqual(JSON.parse(document.getText()), identityPolicyForRole(['kms:Decrypt']));
    await waitForCodes(document.uri);
  });

  it("mend the file of the other account", async () => {
    await lay(mismatchedPair());
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    const fix = await waitForFix(document.uri, finding.range, /^Add kms:Encrypt/);
    await applyConfirmed(fix);
    await waitForCodes(document.uri);
    const key = (await open(KEY)).document;
    assert.deepEqual(JSON.parse(key.getText()), keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt']));
  });

  it('mend what another program has just written into a closed file', async () => {
    await lay(mismatchedPair());
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    const more = { Sid: 'More', Effect: 'Deny', Action: 'kms:DisableKey', Resource: '*', Principal: '*' };
    writeBehindItsBack(KEY, `\n\n${toJson(keyPolicyForRole(['kms:Decrypt'], more))}`);
    await applyConfirmed(await waitForFix(document.uri, finding.range, /^Add kms:Encrypt/));
    const key = (await open(KEY)).document;
    assert.deepEqual(JSON.parse(key.getText()), keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'], more));
    await waitForCodes(document.uri);
  });

  it('make the missing file', async () => {
    const identities = [{ arn: 'arn:aws:iam::444455556666:role/App', policies: ['consumer/*.json'] }];
    await lay({ 'kms-handshake.json': { ...MANIFEST, identities }, [KEY]: keyPolicyForRole(['kms:Decrypt']) });
    const { document } = await open(KEY);
    // the declarations are known once the finding names the key
    const finding = await until('the finding',
      () =>
        diagnostics(document.uri).find((diagnostic) =>
          codeOf(diagnostic) === 'identity-policy-missing' && diagnostic.message.includes('1234abcd')
        ));
    await applyConfirmed(await waitForFix(document.uri, finding.range, /IAM policy/));
    await waitForClean(document.uri);
    const [made] = await vscode.workspace.fs.readDirectory(at('consumer'));
    assert.ok(made, 'no new file');
    await waitForClean(at(`consumer/${made[0]}`));
  });

  describe('of broken JSON', () => {
    const good = toJson(identityPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']));

    /** Waits for what VS Code's own JSON language says, and says that we say only what it has no word for. */
    async function broken(text: string, ...codes: string[]): Promise<{ readonly document: vscode.TextDocument;
      readonly fault: vscode.Diagnostic }> {
      await lay({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']), [APP]: text });
      const { document } = await open(APP);
      const fault = await until('the JSON language\'s own finding',
        () => vscode.languages.getDiagnostics(document.uri).find(({ source }) => source?.startsWith('json')));
      await waitForCodes(document.uri, ...codes);
      return { document, fault };
    }

    async function mendsTo(document: vscode.TextDocument, wanted: string): Promise<void> {
      assert.equal(document.getText(), wanted);
      await until('nothing to be left', () => (vscode.languages.getDiagnostics(document.uri).length === 0 ? true : undefined));
    }

    it('attach to what VS Code says of a missing comma', async () => {
      const { document, fault } = await broken(good.replace('"kms:Decrypt",', '"kms:Decrypt"'));
      await apply(await waitForFix(document.uri, fault.range, /comma/i));
      await mendsTo(document, good);
    });

    it('replace no-break spaces', async () => {
      const { document, fault } = await broken(good.replaceAll('  ', NBSP + NBSP), 'json-syntax');
      await apply(await waitForFix(document.uri, fault.range, /^Repair the pasted policy/));
      await mendsTo(document, good);
    });

    it('join a string that was torn by a line break', async () => {
      const { document, fault } = await broken(good.replace('us-west-2:', 'us-west-2:\n'), 'json-syntax');
      await apply(await waitForFix(document.uri, fault.range, /^Join the lines/));
      await mendsTo(document, good);
    });
  });
});
