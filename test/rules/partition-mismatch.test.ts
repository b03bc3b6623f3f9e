import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles, type HandshakeFiles } from '../support/handshake-files';

const CODE = 'partition-mismatch';
const CHINA = KEY_ARN.replace('arn:aws:kms:us-west-2', 'arn:aws-cn:kms:cn-north-1');
const ROLE = roleArn(CONSUMER, 'App', 'aws-cn');
const china = (principal: string, resource = CHINA, identity = ROLE) => handshakeFiles({
  key: CHINA, keyPolicy: [{ Principal: { AWS: principal }, Action: 'kms:Decrypt' }],
  identityPolicy: [{ Action: 'kms:Decrypt', Resource: resource }], identity,
});
const only = expectFindingsWithCode(CODE);
const CHINESE_ROOT = rootArn(CONSUMER).replace('arn:aws:', 'arn:aws-cn:');

describe('partition-mismatch', () => {
  it('is an error at the partition of a principal that is not the key\'s, and silences what follows from it', () => {
    checkFindings(china(rootArn(CONSUMER)), [`producer/key-policy.json error ${CODE} "aws"`], [CODE, 'identity-not-in-key-policy',
      'identity-policy-missing', 'action-not-allowed-by-key-policy', 'action-unused-by-consumer', 'key-policy-not-delegating']);
  });

  it('is silent for a key and principals of one partition, and for a bare account id', () => {
    only(china(CHINESE_ROOT), []);
    only(china(CONSUMER), []);
  });

  it('is an error at an ARN whose partition does not own its Region', () => {
    only(china(CHINESE_ROOT, CHINA.replace('arn:aws-cn', 'arn:aws')), [`consumer/app.json error ${CODE} "aws"`]);
    const files: HandshakeFiles = {
      'a.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: `arn:aws:kms:cn-north-1:${OWNER}:key/*` }] },
    };
    only(files, [`a.json error ${CODE} "aws"`]);
  });

  it('is the only finding at an ARN of no possible key (docs/aws-rules.md 8.2)', () => {
    const other = CHINA.replace('arn:aws-cn', 'arn:aws').replace('1234abcd', '99999999');
    checkFindings(china(CHINESE_ROOT, other), [`consumer/app.json error ${CODE} "aws"`], [CODE, 'key-policy-missing',
      'missing-key-arn-resource']);
  });

  it('is silent for patterns, unknown partitions and unknown Regions', () => {
    for (const resource of [CHINA.replace('aws-cn', '*'), CHINA.replace('cn-north-1', '*'), CHINA.replace('aws-cn', 'aws-china'),
      CHINA.replace('cn-north-1', 'xx-none-1')]) {
      only(china(CHINESE_ROOT, resource), []);
    }
  });

  it('is an error where an identity requests a key of another partition', () => {
    only(china(CHINESE_ROOT, CHINA, ROLE.replace('aws-cn', 'aws')), [`consumer/app.json error ${CODE} "aws-cn"`]);
  });

  it('is a warning on each of two ARNs of which either may be right, and offers each in place of the other', () => {
    const policy = (resource: string) => ({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: resource }] });
    const files = { 'a.json': policy(KEY_ARN), 'b.json': policy(CHINA) };
    only(files, [`a.json warning ${CODE} ${JSON.stringify(`"${KEY_ARN}"`)}`, `b.json warning ${CODE} ${JSON.stringify(`"${CHINA}"`)}`]);
    assert.deepEqual(fixesWithCode(files, CODE, 'a.json').map(({ title, preferred }) => [title, preferred]), [[`Use ${CHINA}`, false]]);
    only(applyFix(files, CODE, `Use ${KEY_ARN}`, 'b.json'), []);
  });

  it('does not offer an ARN whose Region is of another partition', () => {
    const impossible = KEY_ARN.replace('arn:aws', 'arn:aws-cn');
    const policy = (resource: string) => ({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: resource }] });
    const files = { 'a.json': policy(KEY_ARN), 'b.json': policy(impossible) };
    assert.deepEqual(fixesWithCode(files, CODE, 'a.json'), []);
    assert.deepEqual(findingsWithCode(files, CODE).filter(({ severity }) => severity === 'warning').length, 2);
  });

  it('is mended by the partition of the key or Region', () => {
    checkFindings(applyFix(china(rootArn(CONSUMER)), CODE, 'Replace aws with aws-cn'), [], [CODE]);
    checkFindings(applyFix(china(CHINESE_ROOT, CHINA.replace('arn:aws-cn', 'arn:aws')), CODE, 'Replace aws with aws-cn'), [], [CODE,
      'region-mismatch']);
  });
});
