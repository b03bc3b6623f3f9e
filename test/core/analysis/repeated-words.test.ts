import * as assert from 'node:assert/strict';
import { withoutRepeatedWords } from '../../../server/src/core/analysis/repeated-words';
import { pathOfUri } from '../../support/workspace-from-texts';
import { findingsWithCode } from '../../support/expect-findings';
import { policyDocument } from '../../support/fixtures';

const statement = (account: string): Record<string, unknown> => ({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'kms:Decrypt', Resource: '*' });
const FILES = {
  'a.json': policyDocument(...['<OWNER>', '<OWNER>', '<READER>', '<OWNER>', '<READER>'].map(statement)),
  'b.json': policyDocument(statement('<OWNER>'), { ...statement('<OWNER>'), Principal: { AWS: 'arn:aws:iam::<READER>:role/<OWNER>' } },
    statement('<READER>')),
};

describe('words to replace, reported once for each file', () => {
  const findings = findingsWithCode(FILES, 'placeholder-value');

  it('each place has a finding, as an editor shows them', () => {
    assert.equal(findings.length, 8);
    assert.ok(findings.every(({ message }) => !message.includes('more place')));
  });

  it('the first of each word says how many more places have it', () => {
    const lines = withoutRepeatedWords(findings).map(({ at, message }) =>
      `${pathOfUri(at.uri)} ${/^"<\w+>"(?: and "<\w+>")?/.exec(message)?.[0] ?? ''} ${/and in .*/.exec(message)?.[0] ?? ''}`.trim()
    );
    assert.deepEqual(lines, [
      'a.json "<OWNER>" and in 2 more places of this file.', 'a.json "<READER>" and in 1 more place of this file.',
      'b.json "<OWNER>"', 'b.json "<READER>" and "<OWNER>" and in 1 more place of this file.',
    ]);
  });

  it('findings about no word stay as they are', () => {
    const others = findings.map((finding) => ({ ...finding, words: [] }));
    assert.deepEqual(withoutRepeatedWords(others), others);
  });
});
