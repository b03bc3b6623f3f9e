import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles, type HandshakeFiles } from '../support/handshake-files';

const CODE = 'account-mismatch';
const OTHER = '777788889999';
const DECRYPT_FOR_EXT = { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' };
const asking = (resource: string) =>
  handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: [{ Action: 'kms:Decrypt', Resource: resource }] });
const only = expectFindingsWithCode(CODE);

describe('account-mismatch', () => {
  it('is an error at the account of an ARN that is not the owner\'s', () => {
    only(asking(KEY_ARN.replace(OWNER, CONSUMER)), [`consumer/app.json error ${CODE} "${CONSUMER}"`]);
    only(asking(KEY_ARN.replace(OWNER, OTHER)), [`consumer/app.json error ${CODE} "${OTHER}"`]);
  });

  it('says so when it is the consumer\'s own', () => {
    assert.match(findingsWithCode(asking(KEY_ARN.replace(OWNER, CONSUMER)), CODE)[0]?.message ?? '',
      /account of the identity itself/);
  });

  it('silences the other findings across files for that value', () => {
    checkFindings(asking(KEY_ARN.replace(OWNER, CONSUMER).replace('us-west-2', 'eu-west-1')), [
      `consumer/app.json error ${CODE} "${CONSUMER}"`,
    ], [CODE, 'region-mismatch', 'identity-policy-missing', 'key-policy-missing', 'identity-not-in-key-policy',
      'action-not-allowed-by-key-policy', 'action-unused-by-consumer']);
  });

  it('is silent for the owner, for patterns, for another key and for what is not an account', () => {
    for (const resource of [KEY_ARN, KEY_ARN.replace(OWNER, '*'),
      KEY_ARN.replace(OWNER, CONSUMER).replace('1234abcd', '99999999'), KEY_ARN.replace(OWNER, '1111222233334')]) {
      only(asking(resource), []);
    }
  });

  it('is a warning on each of two ARNs of which either may be right', () => {
    const twin = KEY_ARN.replace(OWNER, OTHER);
    const policy = (resource: string) => ({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: resource }] });
    only({ 'a.json': policy(KEY_ARN), 'b.json': policy(twin) }, [`a.json warning ${CODE} ${JSON.stringify(`"${KEY_ARN}"`)}`,
      `b.json warning ${CODE} ${JSON.stringify(`"${twin}"`)}`]);
    const fixes = (files: HandshakeFiles, path: string) =>
      fixesWithCode(files, CODE, path).map(({ title, preferred }) => [title, preferred]);
    const files = { 'a.json': policy(KEY_ARN), 'b.json': policy(twin) };
    assert.deepEqual([fixes(files, 'a.json'), fixes(files, 'b.json')], [[[`Use ${twin}`, false]], [[`Use ${KEY_ARN}`, false]]]);
    only(applyFix(files, CODE, '', 'b.json'), []);
  });

  it('offers only the ARNs that a key policy of the key id fits, while it does not fit one alone', () => {
    const ireland = KEY_ARN.replace('us-west-2', 'eu-west-1');
    const policy = (resource: string) => ({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }, { Effect: 'Deny', Action: 'kms:Decrypt',
        Resource: resource }] });
    const files = {
      [`keys/${KEY_ARN.split('/')[1] ?? ''}/policy.json`]: { Version: '2012-10-17',
        Statement: [{ Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' }] },
      'a.json': policy(KEY_ARN),
      'b.json': policy(ireland),
      'c.json': policy(KEY_ARN.replace(OWNER, OTHER)),
    };
    assert.deepEqual(fixesWithCode(files, CODE, 'c.json').map(({ title, preferred }) => [title, preferred]), [[`Use ${KEY_ARN}`, false], [
      `Use ${ireland}`,
      false,
    ]]);
    assert.deepEqual(fixesWithCode(files, CODE, 'a.json').map(({ title }) => title), [`Use ${ireland}`]);
  });

  it('is mended by the owner\'s account', () => {
    const files = asking(KEY_ARN.replace(OWNER, CONSUMER));
    const fixed = applyFix(files, CODE);
    checkFindings(fixed, [], [CODE]);
    assert.equal(fixed['consumer/app.json'],
      `${JSON.stringify(files['consumer/app.json'], null, 2).replace(CONSUMER, OWNER)}\n`);
  });
});
