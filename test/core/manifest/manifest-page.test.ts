import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DECLARED_KINDS, MANIFEST_MEMBERS, RULE_LEVELS } from '../../../server/src/core/manifest/manifest-schema';
import { findingsWithCode } from '../../support/expect-findings';

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/kms-handshake-json.md'), 'utf8');
const EXAMPLE = /```jsonc\n([^]*?)```/.exec(PAGE)?.[1] ?? '';

const allow = (statement: object): object => ({ Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...statement }] });
const FILES = {
  'owner/key-policy.json': allow({ Sid: 'Public', Principal: { AWS: '*' } }),
  'consumer/app/use.json': allow({}),
  'partner/a/use.json': allow({}),
};

describe('kms-handshake.json: its page in the documentation', () => {
  it('shows a file without faults', () => {
    assert.deepEqual(findingsWithCode({ ...FILES, 'kms-handshake.json': EXAMPLE }, 'manifest-invalid').map(({ message }) => message), []);
    assert.equal(findingsWithCode({ ...FILES, 'kms-handshake.json': EXAMPLE.replace('"kinds"', '"kindz"') }, 'manifest-invalid').length, 1);
  });

  it('shows and explains every member and every word', () => {
    const [table = ''] = PAGE.split('| member |').slice(1);
    for (const name of Object.values(MANIFEST_MEMBERS).flat()) assert.ok(table.includes(`\`${name}\``), `${name} is not in the table`);
    for (const word of [...DECLARED_KINDS, ...RULE_LEVELS]) assert.ok(table.includes(`\`${word}\``), `${word} is not in the table`);
    for (const name of Object.values(MANIFEST_MEMBERS).flat().filter((member) => member !== '$schema'))
      assert.ok(EXAMPLE.includes(`"${name}":`), `${name} is not in the example`);
  });
});
