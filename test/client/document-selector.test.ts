import assert from 'node:assert/strict';
import { documentSelector, globListOf } from '../../client/src/document-selector';
import { fileSystemWatchers } from '../../server/src/lsp/file-watchers';

/** With and without the dot and the slash that the server reads over. */
const RELATIVE = ['policies/*.json', './policies/*.json', '/policies/*.json', '**/policies/*.json'];
const ANYWHERE = '**/policies/*.json';

describe('client: the documents that the server is told of', () => {
  const patterns = (files: readonly string[]): unknown[] =>
    documentSelector(files).flatMap((filter) => ('pattern' in filter ? [filter.pattern] : []));

  for (const files of RELATIVE) {
    it(`are those of ${files} in any folder, and every kms-handshake.json`, () => {
      assert.deepEqual(patterns([files]), [ANYWHERE, '**/kms-handshake.json']);
    });
    it(`are watched on the disk too: ${files}`, () => {
      assert.ok(fileSystemWatchers([files]).some(({ globPattern }) => globPattern === ANYWHERE));
    });
  }

  it('are not told by a setting of another form', () => {
    assert.equal(globListOf('**/*.json'), undefined);
    assert.equal(globListOf(['**/*.json', 1]), undefined);
    assert.deepEqual(globListOf(['**/*.json']), ['**/*.json']);
  });
});
