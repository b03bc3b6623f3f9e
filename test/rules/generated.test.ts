import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { generatedFiles } from '../../scripts/docs/generated-files';
import { listedRules } from '../../scripts/docs/rule-docs';

describe('what is made from the rules', () => {
  for (const { path: file, text } of generatedFiles()) {
    const name = path.relative(path.join(__dirname, '..', '..'), file).replace(/\\/g, '/');
    it(`${name} is up to date (npm run docs)`, () => {
      assert.equal(readFileSync(file, 'utf8').replace(/\r\n/g, '\n'), text);
    });
  }

  it('has each rule once, in the index, the setting with its strings, and the schema', () => {
    for (const { text } of generatedFiles()) {
      for (const { code } of listedRules())
        assert.match(text, new RegExp(`\\| \\[${code}\\]\\(${code}\\.md\\) \\||"(?:setting\\.rules\\.)?${code}"`));
    }
  });
});
