import * as assert from 'node:assert/strict';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { runCli } from '../support/run-cli';

describe('command line: words to replace', () => {
  afterEach(removeTestFolders);

  it('are one finding for each word and file', async () => {
    const policy = { Version: '2012-10-17',
      Statement: Array.from({ length: 18 },
        (_, i) => ({ Sid: `S${i}`, Effect: 'Allow', Action: 'kms:Decrypt',
          Resource: `arn:aws:kms:us-west-2:<ACCOUNT_B_ID>:key/mrk-${i}*` })) };
    const { path: folder } = createTestFolder({ 'a.json': policy, 'b.json': policy });
    const { stdout, status } = await runCli(folder, 'check', '--fail-on', 'warning');
    assert.deepEqual(
      stdout.split('\n').filter((line) => line.includes('[placeholder-value]')).map((line) =>
        line.replace(/: warning: .*?(Here and .*)/, ' $1')
      ),
      [
        'a.json:8:42 Here and in 17 more places of this file. [placeholder-value]',
        'b.json:8:42 Here and in 17 more places of this file. [placeholder-value]',
      ],
    );
    assert.match(stdout, / 2 warnings/);
    assert.equal(status, 1);
  });
});
