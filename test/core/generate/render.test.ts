import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { deploymentSymbol } from '../../../server/src/core/aws/identifier-comparison';
import { placeholderMarker, toPlaceholderName, placeholderNamesIn } from '../../../server/src/core/generate/placeholder-marker';
import { renderFile, toSnippet, wordsToReplaceIn } from '../../../server/src/core/generate/render';

describe('rendering a generated document', () => {
  const arn = `arn:aws:kms:us-west-2:111122223333:key/${placeholderMarker('KEY_ID')}`;

  it('writes what is unknown as a word to replace in a file', () => {
    assert.equal(renderFile({ Resource: arn }), '{\n  "Resource": "arn:aws:kms:us-west-2:111122223333:key/<KEY_ID>"\n}\n');
  });

  it('makes tab stops of those words in a snippet, the same for each name, and of no others', () => {
    assert.equal(toSnippet('<REGION> key/<KEY_ID> <OTHER> <REGION>', ['KEY_ID', 'REGION']),
      '${2:REGION} key/${1:KEY_ID} <OTHER> ${2:REGION}');
  });

  it('escapes what a snippet would take for its own', () => {
    assert.equal(toSnippet('${aws:username} \\ <A> $', ['A']), '\\${aws:username\\} \\\\ ${1:A} \\$');
  });

  it('lists each name once, in the order of the text', () => {
    assert.deepEqual(placeholderNamesIn({ b: placeholderMarker('B'), a: [placeholderMarker('A'), placeholderMarker('B')] }), ['B', 'A']);
  });

  it('makes names of the holes of any template', () => {
    assert.deepEqual(['account_id', 'var.key-id', '<ACCOUNT B>', '…'].map(toPlaceholderName), ['ACCOUNT_ID', 'VAR_KEY_ID', 'ACCOUNT_B',
      'VALUE']);
  });

  it('means the same as the document once a snippet is unescaped', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = renderFile(value as Parameters<typeof renderFile>[0]);
      assert.equal(toSnippet(text, []).replace(/\\([\\$}])/g, '$1'), text);
    }));
  });

  it('lists the words to replace as the file has them, also those for what only a deployment gives', () => {
    const key = deploymentSymbol('resource', 'DataKey of template.yaml', 'file:///template.yaml');
    const document = [`key/${key}`, { Sid: placeholderMarker('ACCOUNT_ID'), Other: `again ${key}` }];
    assert.deepEqual(wordsToReplaceIn(document), ['DATAKEY', 'ACCOUNT_ID']);
  });
});
