import assert from 'node:assert/strict';
import { explain } from '../../../server/src/core/queries/explain';
import { explanationPage } from '../../../server/src/core/queries/explanation-page';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { CONSUMER, KEY_ARN, roleArn, rootArn } from '../../support/fixtures';
import { handshakeFiles, type HandshakeSetup } from '../../support/handshake-files';
import { worldOfFiles } from '../../support/world-of-files';

/** @param file the name of the key policy's file, as the page tells it */
function pageOf(of: HandshakeSetup, action: string, { file = 'key.json', text = '' } = {}): string {
  const files = Object.fromEntries(Object.entries(handshakeFiles(of)).map(([path, content]) => [`w/${path}`, content]));
  const place = (): string => `${file}:3`;
  const answer = explain(worldOfFiles(files), { identity: roleArn(CONSUMER), action, key: KEY_ARN }, place, Object.keys(files));
  if (isRefusal(answer)) assert.fail(answer.refused);
  return explanationPage({ ...answer, notes: [...answer.notes, text] }, { formatLocation: place, formatFile: () => file,
    textOf: () => text });
}

const headings = (page: string): string[] =>
  page.replace(/^(`{3,}).*?^\1$/gms, '').split('\n').filter((line) => /^ {0,3}(#{1,6}( |$)|=+ *$|-+ *$)/.test(line));
const HOSTILE = 'x"\n\n# Denied\n\n[Allow all](command:workbench.action.closeWindow) <img src=x> `a` ![y](https://example.com/z)';

describe('answers: the page of an explanation', () => {
  it('has no heading, link or HTML from the value of a condition', () => {
    const page = pageOf({
      keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt',
        Condition: { StringEquals: { 'kms:EncryptionContext:app': HOSTILE } } }],
      identityPolicy: [{ Action: 'kms:Decrypt' }],
    }, 'kms:Decrypt');
    assert.deepEqual(headings(page), ['# Allowed under conditions', '## Both halves']);
    assert.match(page, /\\# Denied \\\[Allow all\\\]\(command:/);
    assert.doesNotMatch(page, /(?<!\\)[[<`]/);
  });

  it('has no heading from a key of the encryption context, a Sid or the names of a grant', () => {
    const page = pageOf({
      keyPolicy: [{ Sid: HOSTILE, Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt',
        Condition: { StringEquals: { [`kms:EncryptionContext:${HOSTILE}`]: 'x' } } }],
      identityPolicy: [{ Action: 'kms:Decrypt' }],
    }, 'kms:Decrypt');
    assert.deepEqual(headings(page), ['# Allowed under conditions', '## Both halves']);
  });

  it('has no heading, list or link from the names of files, and no end of the fence from their text', () => {
    const page = pageOf({ keyPolicy: [{ Principal: { AWS: roleArn(CONSUMER) }, Action: 'kms:Decrypt' }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }, 'kms:Encrypt', {
      file: '- [x](command:y)\n# Denied.json',
      text: '```\n# Denied\n```\n',
    });
    assert.deepEqual(headings(page), ['# Denied', '## Both halves', '## How to allow it']);
    assert.match(page, /\n\\- \\\[x\\\]\(command:y\) \\# Denied\.json\n\n````diff\n/);
    assert.match(page, /\n````\n/);
  });

  it('reads as before where nothing in it is Markdown', () => {
    const page = pageOf({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' }],
      identityPolicy: [{ Action: 'kms:Decrypt' }] }, 'kms:Decrypt');
    assert.match(page,
      /^# Allowed\n\nThe key policy \(key\.json:3\) allows kms:Decrypt for account 444455556666, and the IAM policy \(key\.json:3\) allows it\.\n\n- Identity: arn:aws:iam::444455556666:role\/App\n- Action: kms:Decrypt\n/);
    assert.doesNotMatch(page, /\\/);
  });
});
