import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, open } from './support/editor';
import { until } from './support/poll';

const extension = (): vscode.Extension<unknown> | undefined => vscode.extensions.getExtension('kms-handshake.kms-handshake');

interface ActivationManifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('activation', () => {
  afterEach(closeAll);

  it('starts with a workspace that has a kms-handshake.json', async () => {
    const found = extension();
    assert.ok(found, 'the extension is not there');
    await until('the extension to be active', () => (found.isActive ? true : undefined));
  });

  it('treats kms-handshake.json as JSON with comments', async () => {
    const editor = await open('kms-handshake.json');
    assert.equal(editor.document.languageId, 'jsonc');
  });

  it('registers every command of the manifest', async () => {
    const found = extension();
    assert.ok(found);
    await found.activate();
    const manifest = found.packageJSON as ActivationManifest;
    const wanted = manifest.contributes.commands.map((item) => item.command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(wanted.filter((id) => !registered.has(id)), []);
  });
});
