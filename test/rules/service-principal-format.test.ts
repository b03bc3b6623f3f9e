import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, ROLE_ARN, roleArn } from '../support/fixtures';

const CODE = 'service-principal-format';
const ONLY = [CODE, 'principal-partial-wildcard', 'service-principal-unrestricted', 'invalid-principal-key'];
const LIMIT = { Condition: { StringEquals: { 'aws:SourceAccount': CONSUMER } } };
const service = (value: unknown): object => keyPolicy({ Principal: { Service: value }, ...LIMIT });

describe(CODE, () => {
  it('warns of logs.amazonaws.com without a Region', () => {
    checkFindings({ 'key.json': service('logs.amazonaws.com') }, [`key.json warning ${CODE} "\\"logs.amazonaws.com\\""`], ONLY);
  });

  it('takes the Region of the key, and services without', () => {
    checkFindings({
      'key.json': service(['logs.us-west-2.amazonaws.com', 's3.amazonaws.com', 'ec2.amazonaws.com.cn', 'delivery.logs.amazonaws.com']),
    }, [], ONLY);
  });

  for (const value of ['*', roleArn(CONSUMER), 'S3.amazonaws.com', 'LOGS.us-west-2.amazonaws.com', 's3', CONSUMER]) {
    it(`finds ${value}, inside AWS CLI output`, () => {
      const policy = keyPolicy({ Effect: 'Allow', Principal: { Service: ['sns.amazonaws.com', value] }, ...LIMIT });
      checkFindings({ 'out.json': getKeyPolicyOutput(policy) }, [`out.json error ${CODE} "\\\\\\"${value}\\\\\\""`], ONLY);
    });
  }

  it('says nothing of a value twice', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { Service: ['*', ROLE_ARN] } }) }, [
      `key.json error ${CODE} "\\"*\\""`,
      `key.json error ${CODE} "\\"arn:aws:iam::444455556666:role/App\\""`,
    ], ONLY);
  });

  it('leaves words to replace and template values alone', () => {
    checkFindings({
      'key.json': service(['logs.region.amazonaws.com', '${service}', 'logs.${AWS::Region}.amazonaws.com', '<service>.amazonaws.com']),
    }, [], ONLY);
  });

  it('inserts the Region of the key', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': service('logs.amazonaws.com') };
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['key.json'] ?? ''), service('logs.us-west-2.amazonaws.com'));
    assert.equal(fixesWithCode({ 'key.json': service('logs.amazonaws.com') }, CODE).length, 0);
  });

  it('writes small letters', () => {
    const after = applyFix({ 'key.json': service(['S3.AmazonAWS.com']) }, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), service(['s3.amazonaws.com']));
    checkFindings(after, [], ONLY);
    assert.equal(fixesWithCode({ 'key.json': service('*') }, CODE).length, 0);
  });
});
