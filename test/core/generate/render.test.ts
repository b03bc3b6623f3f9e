import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { placeholder, placeholderName, placeholdersIn } from '../../../server/src/core/generate/placeholder';
import { renderFile, renderPlain, renderSnippet } from '../../../server/src/core/generate/render';

describe('rendering a generated document', () => {
  const arn = `arn:aws:kms:us-west-2:111122223333:key/${placeholder('KEY_ID')}`;

  it('writes what is unknown as a word to replace in a file', () => {
    assert.equal(renderFile({ Resource: arn }), '{\n  "Resource": "arn:aws:kms:us-west-2:111122223333:key/<KEY_ID>"\n}\n');
  });

  it('writes it as a tab stop in a snippet, the same for each name', () => {
    const text = renderSnippet([arn, placeholder('REGION'), arn]);
    assert.deepEqual(text.match(/\$\{[^}]*\}/g), ['${1:KEY_ID}', '${2:REGION}', '${1:KEY_ID}']);
  });

  it('escapes what a snippet would take for its own', () => {
    assert.equal(renderSnippet('${aws:username} \\ "'), '"\\${aws:username\\} \\\\\\\\ \\\\""\n');
  });

  it('gives plain text only when nothing is unknown', () => {
    assert.equal(renderPlain(arn), undefined);
    assert.equal(renderPlain(['a']), '[\n  "a"\n]\n');
  });

  it('lists each name once, in the order of the text', () => {
    assert.deepEqual(placeholdersIn({ b: placeholder('B'), a: [placeholder('A'), placeholder('B')] }), ['B', 'A']);
  });

  it('makes names of the holes of any template', () => {
    assert.deepEqual(['account_id', 'var.key-id', '<ACCOUNT B>', '…'].map(placeholderName), ['ACCOUNT_ID', 'VAR_KEY_ID', 'ACCOUNT_B', 'VALUE']);
  });

  it('means the same as the document once a snippet is unescaped', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const document = value as Parameters<typeof renderSnippet>[0];
      const unescaped = renderSnippet(document).replace(/\\([\\$}])/g, '$1');
      assert.equal(unescaped, renderFile(document));
    }));
  });
});
