import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { removeTestFolders, testFolder } from '../support/folder';
import { runCli } from '../support/run-cli';
import { skip } from '../support/skip';

const KEY_POLICY = { Version: '2012-10-17', Statement: [{ Sid: 'Owner', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' }] };

describe('command line: links that lead out of the folder', () => {
  afterEach(removeTestFolders);

  it('are left out and told; --follow-links has them read, in every command that reads policies', async () => {
    const elsewhere = testFolder({ 'key.json': KEY_POLICY });
    const folder = testFolder({ 'app.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } });
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    const without = await runCli(folder.path, 'check');
    assert.match(without.out, /^1 policy in 1 file: /m);
    assert.match(without.err, /the link .*linked is left out: it leads out of the folder/);
    const followed = await runCli(folder.path, 'check', '--follow-links');
    assert.match(followed.out, /^2 policies in 2 files: /m);
    assert.equal(followed.err, '');
    for (const command of [['matrix'], ['explain', '--identity', '444455556666', '--action', 'kms:Decrypt', '--key', 'key'], ['generate', 'key-policy', '--iam-policy', 'app.json']]) {
      assert.match((await runCli(folder.path, ...command)).err, /left out: it leads out/, command.join(' '));
      assert.doesNotMatch((await runCli(folder.path, ...command, '--follow-links')).err, /left out/, command.join(' '));
    }
  });

  it('do not matter for what is named by itself', async () => {
    const elsewhere = testFolder({ 'key.json': KEY_POLICY });
    const folder = testFolder({});
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    for (const named of ['linked', 'linked/key.json']) assert.match((await runCli(folder.path, 'check', named)).out, /^1 policy in 1 file: /m, named);
  });

  it('do not hide a kms-handshake.json: nothing is judged without it, and the reason says how', async function () {
    if (process.platform === 'win32') return skip(this, 'links to files take privileges');
    const elsewhere = testFolder({ 'shared.json': { rules: { 'key-policy-single-admin': 'off' } } });
    const folder = testFolder({ 'key.json': KEY_POLICY });
    symlinkSync(path.join(elsewhere.path, 'shared.json'), path.join(folder.path, 'kms-handshake.json'));
    const { status, err } = await runCli(folder.path, 'check');
    assert.equal(status, 2);
    assert.match(err, /kms-handshake\.json: a link that leads out of the folder; --follow-links has it read/);
    assert.equal((await runCli(folder.path, 'check', '--follow-links', '--fail-on', 'never')).status, 0);
  });

  it('inside the folder are followed, to a kms-handshake.json with another name, too', async function () {
    if (process.platform === 'win32') return skip(this, 'links to files take privileges');
    const folder = testFolder({ 'key.json': KEY_POLICY, 'config/shared.json': { rules: { 'no-such-rule': 'off' } } });
    symlinkSync(path.join('config', 'shared.json'), path.join(folder.path, 'kms-handshake.json'));
    const { out, err } = await runCli(folder.path, 'check');
    assert.equal(err, '');
    assert.match(out, /^kms-handshake\.json:.*\[manifest-invalid\]/m);
  });
});
