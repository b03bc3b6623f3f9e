import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { discoverPolicies } from '../../../server/src/core/discovery/read-file';
import { skipTest } from '../../support/skip-test';

describe('real policies', () => {
  it('are found, and JSON among them has no syntax fault', function () {
    const corpus = process.env.KMS_HANDSHAKE_CORPUS;
    if (corpus === undefined || corpus === '') skipTest(this, 'KMS_HANDSHAKE_CORPUS does not name the folder of the corpus');
    const folder = path.join(corpus, 'json');
    const manifest = readFileSync(path.join(folder, 'manifest.tsv'), 'utf8').split('\n').slice(1).filter((line) => line !== '').map((
      line,
    ) => line.split('\t'));
    assert.ok(manifest.length > 0);
    for (const [file = '', kind = '', valid = ''] of manifest) {
      const name = path.basename(file);
      const reading = discoverPolicies({ uri: `file:///${name}`, text: readFileSync(path.join(folder, name), 'utf8') });
      if (valid === 'yes') assert.deepEqual(reading.faults, [], name);
      if (valid === 'yes' && !kind.startsWith('other')) {
        assert.equal(reading.policies.length, 1, name);
        const fragment = kind.endsWith('-statement');
        assert.equal(`${reading.policies[0]?.policy.kind ?? ''}${fragment ? '-statement' : ''}`, kind, name);
        assert.equal(reading.policies[0]?.policy.isFragment, fragment, name);
      }
      assert.ok(reading.faults.length <= 4, name);
    }
    assert.ok(readdirSync(folder).length >= manifest.length);
  });
});
