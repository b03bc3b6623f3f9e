import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition,
  jsonString } from '../support/policies-with-condition';
import { handshakeFiles } from '../support/handshake-files';
import { CONSUMER, getKeyPolicyOutput, KEY_ARN, keyPolicy, manifest, rootArn } from '../support/fixtures';

const CODE = 'viaservice-format';
const VIA = 'kms:ViaService';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds a service principal without Region', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, 's3.amazonaws.com') }, [
      `app.json error ${CODE} ${jsonString('s3.amazonaws.com')}`,
    ]);
  });

  it('takes service.region.amazonaws.com, in every partition', () => {
    only({
      'a.json': identityPolicyWithCondition('StringEquals', VIA, ['s3.us-west-2.amazonaws.com', 'secretsmanager.cn-north-1.amazonaws.com',
        'rds.us-gov-west-1.amazonaws.com']),
      'b.json': identityPolicyWithCondition('StringEqualsIgnoreCase', VIA, 'S3.us-west-2.amazonaws.com'),
    }, []);
  });

  it('finds capitals, a bare name, an ARN, prose, in key policies, inside AWS CLI output', () => {
    for (const value of ['S3.us-west-2.amazonaws.com', 's3', 'arn:aws:s3:::bucket', 's3.us-west-2', 'amazonaws.com',
      's3.us-west-2.amazonaws.com ']) {
      only({ 'key.json': keyPolicyWithCondition('StringEquals', VIA, value) }, [`key.json error ${CODE} ${jsonString(value)}`]);
    }
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', VIA, 's3')) }, [
      `key.json error ${CODE} ${JSON.stringify('\\"s3\\"')}`,
    ]);
  });

  it('warns where another value may be right, of .cn, and under operators that allow requests all the same', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, ['s3.amazonaws.com', 's3.us-west-2.amazonaws.com']) }, [
      `app.json warning ${CODE} ${jsonString('s3.amazonaws.com')}`,
    ]);
    only({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, ['s3.amazonaws.com', '${service}']) }, [
      `app.json warning ${CODE} ${jsonString('s3.amazonaws.com')}`,
    ]);
    only({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, 's3.cn-north-1.amazonaws.com.cn') }, [
      `app.json warning ${CODE} ${jsonString('s3.cn-north-1.amazonaws.com.cn')}`,
    ]);
    assert.match(
      findingsWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, 's3.cn-north-1.amazonaws.com.cn') }, CODE)[0]?.message
        ?? '',
      /AWS does not document the value in China/,
    );
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists'])
      only({ 'app.json': identityPolicyWithCondition(operator, VIA, 's3') }, [`app.json warning ${CODE} ${jsonString('s3')}`]);
  });

  it('takes patterns, and leaves placeholders, variables and Null', () => {
    only({
      'a.json': identityPolicyWithCondition('StringLike', VIA, ['dynamodb.*.amazonaws.com', 's3.*', '*.us-west-2.amazonaws.com',
        's3.us-?ast-1.amazonaws.com']),
      'b.json': identityPolicyWithCondition('StringEquals', VIA, 's3.${region}.amazonaws.com'),
      'c.json': identityPolicyWithCondition('StringEquals', VIA, 's3.${aws:RequestedRegion}.amazonaws.com'),
      'd.json': identityPolicyWithCondition('Null', VIA, 'false'),
      'e.json': identityPolicyWithCondition('StringEquals', VIA, 's3.REGION.amazonaws.com'),
    }, []);
  });

  it('takes the values of declared placeholders', () => {
    const files = { 'kms-handshake.json': manifest({ placeholders: [{ files: ['app.json'], values: { service: 's3' } }] }),
      'app.json': identityPolicyWithCondition('StringEquals', VIA, '${service}.amazonaws.com'), 'key.json': keyPolicy() };
    only(files, [`app.json error ${CODE} ${jsonString('${service}.amazonaws.com')}`]);
    assert.deepEqual(fixesWithCode(files, CODE), []);
  });

  it('is the only finding, in both halves', () => {
    const files = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt',
        ...conditionMember('StringEquals', VIA, 'S3.eu-west-1.amazonaws.com') }],
      identityPolicy: [{ Action: 'kms:Decrypt', Resource: KEY_ARN }],
    });
    checkFindings(files, [`producer/key-policy.json error ${CODE} ${jsonString('S3.eu-west-1.amazonaws.com')}`], [CODE, 'region-mismatch',
      'viaservice-unknown-service', 'action-not-allowed-by-key-policy', 'wildcard-without-like', 'condition-value-not-in-enum']);
  });

  it('writes the form, with the Region of the key, and nothing else', () => {
    const pairs = [['s3.amazonaws.com', 's3.us-west-2.amazonaws.com'], ['S3.US-WEST-2.amazonaws.com', 's3.us-west-2.amazonaws.com'], ['s3',
      's3.us-west-2.amazonaws.com'], ['s3.cn-north-1.amazonaws.com.cn', 's3.cn-north-1.amazonaws.com']] as const;
    for (const [from, to] of pairs)
      expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, from) }, CODE, 'app.json', [[from, to]]);
    expectFixReplaces({ 'kms-handshake.json': manifest(), 'key.json': keyPolicyWithCondition('StringEquals', VIA, 'ec2') }, CODE,
      'key.json', [['"ec2"', '"ec2.us-west-2.amazonaws.com"']]);
  });

  it('keeps the service of a value whose other parts are wrong', () => {
    const files = { 'app.json': identityPolicyWithCondition('StringEquals', VIA, `ec2.${CONSUMER}.amazonaws.com`) };
    assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', /as in ec2\.us-west-2\.amazonaws\.com/);
    expectFixReplaces(files, CODE, 'app.json', [[`ec2.${CONSUMER}.amazonaws.com`, 'ec2.us-west-2.amazonaws.com']]);
  });

  it('has no fix while the Region is not known', () => {
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, 's3', { Resource: '*' }) }, CODE), []);
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, 'arn:aws:s3:::bucket') }, CODE), []);
  });
});
