import assert from 'node:assert/strict';
import type { CodeLens, CompletionList, Hover, MarkupContent, SymbolInformation } from 'vscode-languageserver';
import type { EditOffer } from '../../server/src/lsp/protocol/edits';
import { FULL_CAPABILITIES, killServers, startClient } from '../support/lsp-client';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';
import { startClientWithFiles } from './client-with-files';

const TEMPLATE = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:role/Admin'}
            Action: kms:*
            Resource: '*'
          - Sid: Use  # the worker
            Effect: Allow
            Principal: {AWS: !GetAtt Worker.Arn}
            Action: kms:Decrypt
            Resource: '*'
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
  WorkerKms:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: kms
      Roles: [!Ref Worker]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: [kms:Decrypt, kms:Encrypt]
            Resource: !GetAtt DataKey.Arn
`;
const NOT_ALLOWED = 'action-not-allowed-by-key-policy';

describe('lsp: templates in YAML', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('have comments that suppress findings, by a command that asks for the reason or with an empty one', async () => {
    const folder = createTestFolder({ 'template.yaml': TEMPLATE });
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const uri = folder.uriOf('template.yaml');
    client.open(uri);
    await client.waitUntilIdle();
    const finding = client.diagnostics(uri).find(({ code }) => code === NOT_ALLOWED);
    const title = `Suppress ${NOT_ALLOWED} here with a comment`;
    const target: unknown = (await client.codeActions(uri, finding!)).find((action) => action.title === title)?.command?.arguments?.[0];
    assert.ok(typeof target === 'object');
    const offer: EditOffer = await client.connection.sendRequest('kmsHandshake/suppress', { ...target, reason: 'by hand' });
    assert.equal(offer.outcome, `Suppressed ${NOT_ALLOWED} with a comment.`);
    client.applyEdit(offer.edit);
    assert.equal(client.textOf(uri),
      TEMPLATE.replace('          - Effect: Allow', `          # kms-handshake:ignore ${NOT_ALLOWED} by hand\n          - Effect: Allow`));
    await client.waitForCodes(uri, 'key-policy-single-admin');
    const other = await startClientWithFiles({ 'template.yaml': TEMPLATE });
    const otherUri = other.folder.uriOf('template.yaml');
    await other.client.waitUntilIdle();
    const actions = await other.client.codeActions(otherUri, other.client.diagnostics(otherUri).find(({ code }) => code === NOT_ALLOWED)!);
    other.client.applyEdit(actions.find((action) => action.title === title)?.edit);
    await other.client.waitForCodes(otherUri, 'key-policy-single-admin', 'suppression-invalid');
  });

  it('have findings across both policies, whose fix changes one line', async () => {
    const { folder, client } = await startClientWithFiles({ 'template.yaml': TEMPLATE });
    const uri = folder.uriOf('template.yaml');
    client.open(uri);
    await client.waitUntilIdle();
    const [finding] = client.diagnostics(uri).filter(({ code }) => code === NOT_ALLOWED);
    assert.ok(finding, JSON.stringify(client.diagnostics(uri)));
    assert.deepEqual(finding.range, { start: { line: 31, character: 34 }, end: { line: 31, character: 45 } });
    assert.equal(finding.relatedInformation?.[0]?.location.range.start.line, 16);
    const add = (await client.codeActions(uri, finding)).find(({ title }) => title.startsWith('Add kms:Encrypt'));
    client.applyEdit(add?.edit);
    assert.equal(client.textOf(uri),
      TEMPLATE.replace('            Action: kms:Decrypt\n', '            Action: [kms:Decrypt, kms:Encrypt]\n'));
    await client.waitUntilIdle();
    assert.deepEqual(client.diagnostics(uri).filter(({ code }) => code === NOT_ALLOWED), []);
  });

  it('have hovers and lenses', async () => {
    const { folder, client } = await startClientWithFiles({ 'template.yaml': TEMPLATE });
    const uri = folder.uriOf('template.yaml');
    client.open(uri);
    await client.waitUntilIdle();
    const textDocument = { uri };
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', { textDocument, position: { line: 31, character: 24 } });
    assert.match((hover.contents as MarkupContent).value, /Decrypt/);
    const lenses = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument });
    const titles = await Promise.all(lenses.map(async (lens) =>
      (await client.connection.sendRequest<CodeLens>('codeLens/resolve', lens)).command?.title ?? ''));
    assert.ok(titles.some((title) => title.includes('1 of 2 actions works')), titles.join(' | '));
    for (const text of [...titles, (hover.contents as MarkupContent).value]) assert.doesNotMatch(text, /[\u0006\u000e\u000f]|\\u000/);
  });

  it('are completed, without the indentation of the editor, and behind a blank only where a value begins', async () => {
    const typed = TEMPLATE.replace('Action: kms:Decrypt', 'Action: ').replace('            Resource: !GetAtt DataKey.Arn', '            ');
    const folder = createTestFolder({ 'template.yaml': typed });
    const completion = { completionItem: { snippetSupport: true, insertTextModeSupport: { valueSet: [1 as const, 2 as const] } } };
    const client = await startClient({ folders: [folder.uri],
      capabilities: { ...FULL_CAPABILITIES, textDocument: { ...FULL_CAPABILITIES.textDocument, completion } } });
    const textDocument = { uri: folder.uriOf('template.yaml') };
    client.open(textDocument.uri, typed, 'yaml');
    const itemsAt = async (line: number, character: number): Promise<CompletionList | null> =>
      await client.connection.sendRequest<CompletionList | null>('textDocument/completion',
        { textDocument, position: { line, character }, context: { triggerKind: 2, triggerCharacter: ' ' } });
    const decrypt = (await itemsAt(16, 20))?.items.find(({ label }) => label === 'kms:Decrypt');
    assert.deepEqual(decrypt?.textEdit,
      { range: { start: { line: 16, character: 19 }, end: { line: 16, character: 20 } }, newText: ' kms:Decrypt' });
    assert.equal(decrypt.insertTextMode, 1);
    assert.equal(await itemsAt(32, 12), null);
  });

  it('are read in documents without a file too', async () => {
    const { client } = await startClientWithFiles({});
    client.open('untitled:Untitled-1', TEMPLATE, 'yaml');
    await client.waitUntilIdle();
    assert.ok(client.diagnostics('untitled:Untitled-1').some(({ code }) => code === NOT_ALLOWED));
  });

  it('have hovers that say what a reference stands for, and symbols with logical ids', async () => {
    const { folder, client } = await startClientWithFiles({ 'template.yaml': TEMPLATE });
    const textDocument = { uri: folder.uriOf('template.yaml') };
    client.open(textDocument.uri);
    await client.waitUntilIdle();
    const hoverAt = async (line: number, character: number): Promise<string> => {
      const hover = await client.connection.sendRequest<Hover>('textDocument/hover', { textDocument, position: { line, character } });
      return (hover.contents as MarkupContent).value;
    };
    const role = await hoverAt(15, 35);
    assert.match(role, /^Worker\.Arn: the ARN of the role Worker of this template\./);
    assert.match(role, /role\/Worker of template\.yaml: the role/);
    assert.match(await hoverAt(10, 48), /^AWS::AccountId: the account of this stack\./);
    assert.match(await hoverAt(32, 30), /^DataKey\.Arn: the ARN of the KMS key DataKey of this template\./);
    const symbols = await client.connection.sendRequest<SymbolInformation[]>('textDocument/documentSymbol', { textDocument });
    assert.deepEqual(symbols.map(({ name }) => name),
      ['Key policy of DataKey', 'Owner', 'Use', 'IAM policy of WorkerKms', 'Statement 1']);
  });

  it('of other kinds of YAML have nothing', async () => {
    const text = 'kind: Service\nspec: {policy: "kms:Decrypt AWS::KMS::Key"}\n';
    const { folder, client } = await startClientWithFiles({ 'service.yaml': text });
    const uri = folder.uriOf('service.yaml');
    client.open(uri);
    await client.waitUntilIdle();
    assert.deepEqual(client.diagnostics(uri), []);
  });
});
