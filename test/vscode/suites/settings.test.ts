import * as vscode from 'vscode';
import { NOT_ALLOWED_CODE } from '../../support/policy-pair';
import { closeAll, open, type, waitForCode, waitForCodes } from './support/editor';
import { APP, layFittingPair, tidy } from './support/handshake';

describe('the setting kmsHandshake.files', () => {
  /** Ends when a server serves what it says. */
  const files = async (value: unknown): Promise<void> => {
    await vscode.workspace.getConfiguration('kmsHandshake').update('files', value, vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand('kmsHandshake.restartServer');
  };

  afterEach(async () => {
    await files(undefined);
    await closeAll();
    await tidy();
  });

  it('is relative to the folder for what is being typed too', async () => {
    await layFittingPair();
    await files(['consumer/*.json', 'producer/*.json']);
    const editor = await open(APP);
    await type(editor, editor.document.getText().replace('"kms:Decrypt"', '"kms:Decrypt", "kms:Encrypt"'));
    await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
  });

  it('counts as not said where it is no list, and is read again when it is mended', async () => {
    await layFittingPair();
    await files('**/*.json');
    const editor = await open(APP);
    await type(editor, editor.document.getText().replace('"kms:Decrypt"', '"kms:Decrypt", "kms:Encrypt"'));
    await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
    await files(['nothing/*.json']);
    await waitForCodes(editor.document.uri);
    await files(['**/*.json']);
    await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
  });
});
