import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { KEY_ARN, ROLE_ARN } from '../../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, NOT_ALLOWED_CODE, toJson } from '../../support/policy-pair';
import { apply, at, closeAll, codeOf, open, type as retype, waitForCode, waitForFix } from './support/editor';
import { APP, KEY, lay, MANIFEST_FILE, onDisk, remove, tidy, writeBehindItsBack } from './support/handshake';
import { until } from './support/poll';

/** A pair that nothing declares, and that does not fit. */
const UNDECLARED = { [KEY]: keyPolicyForRole(['kms:Decrypt']), [APP]: identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) };

interface Declared {
  readonly keys?: unknown;
  readonly identities?: unknown;
}

const declared = async (): Promise<Declared> => JSON.parse((await open(MANIFEST_FILE)).document.getText()) as Declared;

describe('kms-handshake.json', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('is completed by the schema', async () => {
    await lay({ [MANIFEST_FILE]: '{\n  \n}\n' });
    const { document } = await open(MANIFEST_FILE);
    const labels = await until('the members that it can have', async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri,
        new vscode.Position(1, 2));
      const found = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label).replaceAll('"', ''));
      return found.includes('identities') ? found : undefined;
    });
    assert.ok(labels.includes('keys') && labels.includes('suppress'), labels.join(', '));
  });

  it('tells each mistake once', async () => {
    await lay({ [MANIFEST_FILE]: MANIFEST });
    const editor = await open(MANIFEST_FILE);
    await retype(editor, toJson({
      kinds: [{ files: ['scp/**'], kind: 'nonsense' }], keys: [{ arn: 'arn:aws:kms:us-west-2:111122223333:alias/app' }],
      identities: [{ account: '12345' }], exclude: ['/etc'], rules: { 'root-is-account': 'warn' }, accounts: { 111122223333: '' },
      identites: [],
    }));
    const findings = await until('the findings of all mistakes', () => {
      const diagnostics = vscode.languages.getDiagnostics(editor.document.uri);
      return diagnostics.length >= 7 ? diagnostics : undefined;
    });
    const said = findings.find(({ message }) => message.includes('service-control'));
    assert.equal(said && editor.document.getText(said.range), '"nonsense"');
    // The editor's own validation runs after a pause in typing.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const texts = vscode.languages.getDiagnostics(editor.document.uri).map(({ range }) => editor.document.getText(range));
    assert.deepEqual(texts.sort(), ['""', '"/etc"', '"12345"', '"arn:aws:kms:us-west-2:111122223333:alias/app"', '"identites"',
      '"nonsense"', '"warn"'].sort());
  });

  it('may have comments', async () => {
    await lay({ [MANIFEST_FILE]: MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const editor = await open(MANIFEST_FILE);
    await retype(editor, `// who is who\n${toJson({ keys: MANIFEST.keys })}`);
    const guessed = await until('the finding to rest on a guess',
      () =>
        vscode.languages.getDiagnostics(at(APP)).find((diagnostic) =>
          codeOf(diagnostic) === NOT_ALLOWED_CODE && diagnostic.severity === vscode.DiagnosticSeverity.Warning
        ));
    assert.ok(guessed);
    assert.deepEqual(vscode.languages.getDiagnostics(editor.document.uri), []);
  });

  it('says itself what is wrong in it beyond its form', async () => {
    await lay({ [MANIFEST_FILE]: { keys: [{ arn: KEY_ARN, policy: 'producer/nowhere.json' }] } });
    const finding = await waitForCode(at(MANIFEST_FILE), 'manifest-invalid');
    assert.match(finding.message, /nowhere/);
  });

  it('is written by "Confirm link"', async () => {
    await lay({ [MANIFEST_FILE]: {}, ...UNDECLARED });
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
    await apply(await waitForFix(document.uri, finding.range, 'Confirm link'));
    assert.deepEqual((await declared()).keys, [{ arn: KEY_ARN, policy: KEY }]);
  });

  it('is made by "Attach policy to …" where there is none', async () => {
    await lay({ [MANIFEST_FILE]: {}, ...UNDECLARED });
    await remove(MANIFEST_FILE);
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    await apply(await waitForFix(document.uri, finding.range, /^Attach policy to role\/App/));
    assert.deepEqual((await declared()).identities, [{ arn: ROLE_ARN, policies: [APP] }]);
  });

  it('is written and saved by the command that asks to whom', async () => {
    await lay({ [MANIFEST_FILE]: { keys: MANIFEST.keys }, ...UNDECLARED });
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    const fix = await waitForFix(document.uri, finding.range, /^Attach policy to…/);
    assert.equal(fix.command?.command, 'kmsHandshake.attachPolicy');
    const answers = { ...(fix.command.arguments?.[0] as object), target: { arn: ROLE_ARN } };
    await vscode.commands.executeCommand(fix.command.command, answers);
    assert.deepEqual((JSON.parse(await onDisk(at(MANIFEST_FILE))) as Declared).identities, [{ arn: ROLE_ARN, policies: [APP] }]);
    await until('the finding to be certain',
      () =>
        vscode.languages.getDiagnostics(document.uri).find((diagnostic) =>
          codeOf(diagnostic) === NOT_ALLOWED_CODE && diagnostic.severity === vscode.DiagnosticSeverity.Error
        ));
  });

  it('does not stay open without an editor when a command wrote it', async () => {
    await lay({ [MANIFEST_FILE]: {}, ...UNDECLARED });
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await vscode.commands.executeCommand('kmsHandshake.attachPolicy', { uri: at(APP).toString(), target: { arn: ROLE_ARN } });
    await until('the file to be closed',
      () => !vscode.workspace.textDocuments.some(({ uri }) => uri.path === at(MANIFEST_FILE).path) || undefined);
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 0);
  });

  it('is said not to be saved when VS Code refuses', async () => {
    await lay({ [MANIFEST_FILE]: {}, ...UNDECLARED });
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    // Another program writes it at the last moment, and VS Code does not overwrite that.
    const meddling = vscode.workspace.onWillSaveTextDocument(() => writeBehindItsBack(MANIFEST_FILE, '{ "accounts": {} }\n'));
    try {
      const attaching = vscode.commands.executeCommand('kmsHandshake.attachPolicy', { uri: at(APP).toString(), target: { arn: ROLE_ARN } });
      await assert.rejects(async () => attaching, /kms-handshake\.json was changed, but could not be saved/);
    } finally {
      meddling.dispose();
    }
    assert.equal(await onDisk(at(MANIFEST_FILE)), '{ "accounts": {} }\n');
  });

  it('is written and saved by the command that asks why a finding is right as it is', async () => {
    await lay({ [MANIFEST_FILE]: MANIFEST, ...UNDECLARED });
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    const fix = await waitForFix(document.uri, finding.range, /^Suppress action-not-allowed-by-key-policy /);
    assert.equal(fix.command?.command, 'kmsHandshake.suppressFinding');
    await vscode.commands.executeCommand(fix.command.command, { ...(fix.command.arguments?.[0] as object), reason: 'granted by hand' });
    const [entry] =
      (JSON.parse(await onDisk(at(MANIFEST_FILE))) as { suppress: { rule: string; file: string; reason: string }[] }).suppress;
    assert.deepEqual([entry?.rule, entry?.file, entry?.reason], [NOT_ALLOWED_CODE, APP, 'granted by hand']);
    await until('the finding to be gone',
      () => !vscode.languages.getDiagnostics(document.uri).some((diagnostic) => codeOf(diagnostic) === NOT_ALLOWED_CODE));
  });

  it('sets the level of a rule, before the setting kmsHandshake.rules', async () => {
    const settings = vscode.workspace.getConfiguration('kmsHandshake');
    await lay({ [MANIFEST_FILE]: MANIFEST, ...UNDECLARED });
    const { document } = await open(APP);
    const levelIs = (severity: vscode.DiagnosticSeverity): Promise<unknown> =>
      until(`the finding as ${vscode.DiagnosticSeverity[severity]}`, () =>
        vscode.languages.getDiagnostics(document.uri).some((diagnostic) =>
          codeOf(diagnostic) === NOT_ALLOWED_CODE && diagnostic.severity === severity
        ));
    await levelIs(vscode.DiagnosticSeverity.Error);
    try {
      await settings.update('rules', { [NOT_ALLOWED_CODE]: 'warning' }, vscode.ConfigurationTarget.Workspace);
      await levelIs(vscode.DiagnosticSeverity.Warning);
      await lay({ [MANIFEST_FILE]: { ...MANIFEST, rules: { [NOT_ALLOWED_CODE]: 'info' } }, ...UNDECLARED });
      await levelIs(vscode.DiagnosticSeverity.Information);
    } finally {
      await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('leaves access alone when everything else is fixed on request', async () => {
    await lay({ [MANIFEST_FILE]: MANIFEST, ...UNDECLARED, [APP]: JSON.stringify(UNDECLARED[APP], null, 2).replace('"Allow",', '"Allow"') });
    const editor = await open(APP);
    await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', editor.document.uri,
      new vscode.Range(0, 0, 0, 0), 'source.fixAll');
    const action = actions.find(({ kind }) => kind?.value === 'source.fixAll.kmsHandshake');
    assert.ok(action?.edit);
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    assert.deepEqual(JSON.parse(editor.document.getText()), UNDECLARED[APP]);
  });
});
