import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, OWNER_STATEMENT } from '../support/fixtures';

const ONLY = ['sid-duplicate', 'sid-invalid'];
const second = (sid: string): object => ({ Sid: sid, Effect: 'Allow', Action: 'kms:Encrypt', Resource: KEY_ARN });

describe('sid-duplicate', () => {
  it('finds a Sid twice', () => {
    checkFindings({ 'app.json': identityPolicy({ Sid: 'S' }, second('S')) }, [
      'app.json error sid-duplicate "\\"S\\""',
    ], ONLY);
  });

  it('takes S1 and S2, other capitals, and none', () => {
    checkFindings({ 'a.json': identityPolicy({ Sid: 'S1' }, { ...second('S2') }),
      'b.json': identityPolicy({ Sid: 's' }, { ...second('S') }), 'c.json': identityPolicy({ Sid: '' }, { ...second('') }) }, [], ONLY);
  });

  it('is a warning in a key policy', () => {
    const sid = 'Allow an external account to use this CMK';
    checkFindings({ 'key.json': keyPolicy({ Sid: sid }, { ...OWNER_STATEMENT, Sid: sid }) }, [
      `key.json warning sid-duplicate "\\"${sid}\\""`,
    ], ONLY);
  });

  it('leaves templates, fragments and policies without KMS alone', () => {
    checkFindings({
      'a.json': identityPolicy({ Sid: '${sid}' }, { ...second('${sid}') }),
      'if.json': identityPolicy({}, { 'Fn::If': ['Wide', second('S'), second('S')] }),
      'b.json': `${JSON.stringify(second('S'))}\n${JSON.stringify(second('S'))}`,
      'c.json': { Version: '2012-10-17',
        Statement: ['a', 'b'].map((name) => ({ Sid: 'S', Effect: 'Allow', Action: 's3:Get*', Resource: name })) },
    }, [], ONLY);
  });

  it('is reported beside sid-invalid, which is another fault of the same Sid (docs/aws-rules.md 8.2)', () => {
    checkFindings({ 'app.json': identityPolicy({ Sid: 'Use key' }, { ...second('Use key') }) }, [
      'app.json error sid-invalid "\\"Use key\\""', 'app.json error sid-invalid "\\"Use key\\""',
      'app.json error sid-duplicate "\\"Use key\\""',
    ], ONLY);
  });

  it('finds the third one too, inside AWS CLI output', () => {
    const files = {
      'out.json': getKeyPolicyOutput(keyPolicy({ Sid: 'S' }, { ...OWNER_STATEMENT, Sid: 'S' }, { ...OWNER_STATEMENT, Sid: 'S' })),
    };
    checkFindings(files, ['out.json warning sid-duplicate "\\\\\\"S\\\\\\""', 'out.json warning sid-duplicate "\\\\\\"S\\\\\\""'], ONLY);
  });

  it('numbers it with a space where a key policy has blanks, and without where IAM takes none', () => {
    const ofKey = applyFix({ 'key.json': keyPolicy({ Sid: 'Allow use' }, { ...OWNER_STATEMENT, Sid: 'Allow use' }) }, 'sid-duplicate');
    assert.match(ofKey['key.json'] ?? '', /"Allow use 2"/);
    const ofRole = applyFix({ 'app.json': identityPolicy({ Sid: 'use key' }, { ...second('use key') }, { ...second('UseKey') }) },
      'sid-duplicate');
    assert.match(ofRole['app.json'] ?? '', /"UseKey2"/);
    checkFindings(ofRole, ['app.json error sid-invalid "\\"use key\\""'], ONLY);
  });

  it('numbers it', () => {
    const files = { 'app.json': identityPolicy({ Sid: 'S' }, { ...second('S') }, { ...second('S2') }) };
    const after = applyFix(files, 'sid-duplicate');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Sid: 'S' }, { ...second('S3') }, { ...second('S2') }));
    checkFindings(after, [], ONLY);
    assert.deepEqual(fixesWithCode(files, 'sid-duplicate').map(({ safe }) => safe), [true]);
  });
});
