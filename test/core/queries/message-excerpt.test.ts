import assert from 'node:assert/strict';
import { parseDeniedMessage } from '../../../server/src/core/queries/denied-message';
import { excerptOfMessage, joinBrokenLines, normalizeMessageText } from '../../../server/src/core/queries/message-excerpt';
import { CONSUMER, KEY_ARN, userArn } from '../../support/fixtures';

const USER = userArn(CONSUMER);
const MESSAGE = `User: ${USER} is not authorized to perform: kms:Decrypt on resource: `
  + `${KEY_ARN} because no identity-based policy allows the kms:Decrypt action`;

describe('answers: the text around an AWS error', () => {
  it('is read for 64 KiB around the error, wherever that is, and says what is left out', () => {
    for (const [before, behind] of [[' '.repeat(80_000), ''], ['', 'x'.repeat(500_000)], ['word '.repeat(100_000), ' '.repeat(80_000)], [
      '\\'.repeat(200_000),
      '',
    ], ['line\n'.repeat(50_000), '│ \n'.repeat(50_000)]] as const) {
      const text = `${before} ${MESSAGE} ${behind}`;
      assert.ok(excerptOfMessage(text).text.length <= 64 * 1024);
      const { identity, action, key, note } = parseDeniedMessage(text) ?? {};
      assert.deepEqual([identity, action, key, note], [USER, 'kms:Decrypt', KEY_ARN,
        'Only 64 KiB of the text are read, around the first error in it.'], before.slice(0, 5));
    }
    assert.equal(parseDeniedMessage(MESSAGE)?.note, undefined);
    assert.equal(parseDeniedMessage(' '.repeat(500_000)), undefined);
  });

  it('has the caller behind a long path of a role', () => {
    const role = `arn:aws:iam::444455556666:role/${'a/'.repeat(20_000)}App`;
    assert.equal(parseDeniedMessage(MESSAGE.replace(USER, role))?.identity, role);
  });

  it('loses the escapes of JSON and XML, however often they were escaped', () => {
    assert.equal(normalizeMessageText('\\"a\\\\\\\\n\\u0041\\\\u0042 \\/ &quot;&#39;&amp;│ \\x \\'), '"a AB / "\'& \\x \\');
    assert.equal(joinBrokenLines('one  \n│ two\r\nthree'), 'onetwothree');
  });

  it('of CloudTrail is read up to 1 MiB', () => {
    const record = { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', errorMessage: MESSAGE, userIdentity: { arn: USER } };
    const fine = { eventSource: 's3.amazonaws.com', eventName: 'ListBuckets', userIdentity: { arn: USER }, more: 'x'.repeat(100_000) };
    const read = parseDeniedMessage(JSON.stringify({ Records: [fine, record] }));
    assert.deepEqual([read?.source, read?.note], ['cloudtrail', undefined]);
    const long = parseDeniedMessage(JSON.stringify({ Records: [record, ...Array.from({ length: 20 }, () => fine)] }));
    assert.deepEqual([long?.source, long?.note], ['cloudtrail', 'Only the first 1024 KiB of the records are read.']);
  });
});
