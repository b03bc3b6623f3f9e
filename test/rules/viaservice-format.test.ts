import * as assert from 'node:assert/strict';
import { check, findingsWith, fixesOf, onlyOf } from '../support/check';
import { condition, fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { handshake } from '../support/handshake';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, rootOf, KEY } from './samples';

const CODE = 'viaservice-format';
const VIA = 'kms:ViaService';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds a service principal without Region', () => {
    only({ 'app.json': iamWith('StringEquals', VIA, 's3.amazonaws.com') }, [`app.json error ${CODE} ${quoted('s3.amazonaws.com')}`]);
  });

  it('takes service.region.amazonaws.com, in every partition', () => {
    only({ 'a.json': iamWith('StringEquals', VIA, ['s3.us-west-2.amazonaws.com', 'secretsmanager.cn-north-1.amazonaws.com', 'rds.us-gov-west-1.amazonaws.com']), 'b.json': iamWith('StringEqualsIgnoreCase', VIA, 'S3.us-west-2.amazonaws.com') }, []);
  });

  it('finds capitals, a bare name, an ARN, prose, in key policies, inside AWS CLI output', () => {
    for (const value of ['S3.us-west-2.amazonaws.com', 's3', 'arn:aws:s3:::bucket', 's3.us-west-2', 'amazonaws.com', 's3.us-west-2.amazonaws.com ']) {
      only({ 'key.json': keyWith('StringEquals', VIA, value) }, [`key.json error ${CODE} ${quoted(value)}`]);
    }
    only({ 'key.json': getKeyPolicyOutput(keyWith('StringEquals', VIA, 's3')) }, [`key.json error ${CODE} ${JSON.stringify('\\"s3\\"')}`]);
  });

  it('warns where another value may be right, of .cn, and under operators that let requests in all the same', () => {
    only({ 'app.json': iamWith('StringEquals', VIA, ['s3.amazonaws.com', 's3.us-west-2.amazonaws.com']) }, [`app.json warning ${CODE} ${quoted('s3.amazonaws.com')}`]);
    only({ 'app.json': iamWith('StringEquals', VIA, ['s3.amazonaws.com', '${service}']) }, [`app.json warning ${CODE} ${quoted('s3.amazonaws.com')}`]);
    only({ 'app.json': iamWith('StringEquals', VIA, 's3.cn-north-1.amazonaws.com.cn') }, [`app.json warning ${CODE} ${quoted('s3.cn-north-1.amazonaws.com.cn')}`]);
    assert.match(findingsWith({ 'app.json': iamWith('StringEquals', VIA, 's3.cn-north-1.amazonaws.com.cn') }, CODE)[0]?.message ?? '', /AWS does not document the value in China/);
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists']) only({ 'app.json': iamWith(operator, VIA, 's3') }, [`app.json warning ${CODE} ${quoted('s3')}`]);
  });

  it('takes patterns, and leaves placeholders, variables and Null', () => {
    only({
      'a.json': iamWith('StringLike', VIA, ['dynamodb.*.amazonaws.com', 's3.*', '*.us-west-2.amazonaws.com', 's3.us-?ast-1.amazonaws.com']),
      'b.json': iamWith('StringEquals', VIA, 's3.${region}.amazonaws.com'), 'c.json': iamWith('StringEquals', VIA, 's3.${aws:RequestedRegion}.amazonaws.com'),
      'd.json': iamWith('Null', VIA, 'false'), 'e.json': iamWith('StringEquals', VIA, 's3.REGION.amazonaws.com'),
    }, []);
  });

  it('takes the values of declared placeholders', () => {
    const files = { 'kms-handshake.json': manifest({ placeholders: [{ files: ['app.json'], values: { service: 's3' } }] }), 'app.json': iamWith('StringEquals', VIA, '${service}.amazonaws.com'), 'key.json': keyPolicy() };
    only(files, [`app.json error ${CODE} ${quoted('${service}.amazonaws.com')}`]);
    assert.deepEqual(fixesOf(files, CODE), []);
  });

  it('is the only finding, in both halves', () => {
    const files = handshake({ keyPolicy: [{ Principal: { AWS: rootOf(CONSUMER) }, Action: 'kms:Decrypt', ...condition('StringEquals', VIA, 'S3.eu-west-1.amazonaws.com') }], iam: [{ Action: 'kms:Decrypt', Resource: KEY }] });
    check(files, [`producer/key-policy.json error ${CODE} ${quoted('S3.eu-west-1.amazonaws.com')}`],
      [CODE, 'region-mismatch', 'viaservice-unknown-service', 'action-not-allowed-by-key-policy', 'wildcard-without-like', 'condition-value-not-in-enum']);
  });

  it('writes the form, with the Region of the key, and nothing else', () => {
    const pairs = [['s3.amazonaws.com', 's3.us-west-2.amazonaws.com'], ['S3.US-WEST-2.amazonaws.com', 's3.us-west-2.amazonaws.com'], ['s3', 's3.us-west-2.amazonaws.com'], ['s3.cn-north-1.amazonaws.com.cn', 's3.cn-north-1.amazonaws.com']] as const;
    for (const [from, to] of pairs) fixChanges({ 'app.json': iamWith('StringEquals', VIA, from) }, CODE, 'app.json', [[from, to]]);
    fixChanges({ 'kms-handshake.json': manifest(), 'key.json': keyWith('StringEquals', VIA, 'ec2') }, CODE, 'key.json', [['"ec2"', '"ec2.us-west-2.amazonaws.com"']]);
  });

  it('keeps the service of a value whose other parts are wrong', () => {
    const files = { 'app.json': iamWith('StringEquals', VIA, `ec2.${CONSUMER}.amazonaws.com`) };
    assert.match(findingsWith(files, CODE)[0]?.message ?? '', /as in ec2\.us-west-2\.amazonaws\.com/);
    fixChanges(files, CODE, 'app.json', [[`ec2.${CONSUMER}.amazonaws.com`, 'ec2.us-west-2.amazonaws.com']]);
  });

  it('has no fix while the Region is not known', () => {
    assert.deepEqual(fixesOf({ 'app.json': iamWith('StringEquals', VIA, 's3', { Resource: '*' }) }, CODE), []);
    assert.deepEqual(fixesOf({ 'app.json': iamWith('StringEquals', VIA, 'arn:aws:s3:::bucket') }, CODE), []);
  });
});
