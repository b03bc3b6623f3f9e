import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, policyDocument } from '../support/fixtures';

const CODE = 'unknown-region';
const ONLY = [CODE, 'region-mismatch', 'partition-mismatch', 'malformed-key-arn', 'placeholder-value', 'unknown-partition'];
const keyIn = (region: string, partition = 'aws'): string => KEY_ARN.replace('us-west-2', region).replace('arn:aws:', `arn:${partition}:`);

describe(CODE, () => {
  it('warns of a slip', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: keyIn('us-wset-2') }) }, [`app.json warning ${CODE} "us-wset-2"`], ONLY);
  });

  it('takes the Region', () => {
    checkFindings({ 'app.json': identityPolicy(), 'cn.json': identityPolicy({ Resource: keyIn('cn-north-1', 'aws-cn') }) }, [], [CODE]);
  });

  it('is an error where no partition has such Regions, also where no identity is known to have the policy', () => {
    checkFindings({ 'a.json': identityPolicy({ Resource: [keyIn('oregon'), keyIn('aws-global')] }) }, [`a.json error ${CODE} "oregon"`,
      `a.json error ${CODE} "aws-global"`], ONLY);
  });

  it('finds it in a Deny, with an alias, in NotResource, inside AWS CLI output', () => {
    const policy = policyDocument(
      { Effect: 'Deny', Action: 'KMS:decrypt', Resource: [keyIn('us-east-11')] },
      { Effect: 'Allow', Action: 'kms:CreateAlias', NotResource: 'arn:aws:kms:eu-wets-1:111122223333:alias/app' },
    );
    checkFindings({ 'role.json': getRolePolicyOutput(policy) }, [`role.json warning ${CODE} "us-east-11"`,
      `role.json warning ${CODE} "eu-wets-1"`], ONLY);
  });

  it('leaves patterns, template values, words and other faults to others', () => {
    checkFindings({
      'a.json': identityPolicy({
        Resource: ['arn:aws:kms:us-*:111122223333:key/*', keyIn('${region}'), 'arn:aws:kms::111122223333:key/*'],
      }),
      'b.json': identityPolicy({ Resource: keyIn('REGION') }),
      'c.json': identityPolicy({ Resource: keyIn('cn-norht-1') }),
      'd.json': identityPolicy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:us-wset-2:111122223333:accesspoint/x' }),
      'key.json': keyPolicy({ Resource: keyIn('us-wset-2') }),
    }, ['a.json warning malformed-key-arn "\\"arn:aws:kms::111122223333:key/*\\""', 'b.json warning placeholder-value "REGION"',
      'c.json error partition-mismatch "aws"'], ONLY);
  });

  it('is reported once: by region-mismatch for a key of another Region, by this rule for two ARNs', () => {
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
      'app.json': identityPolicy({ Resource: keyIn('us-wset-2') }) }, ['app.json error region-mismatch "us-wset-2"'], ONLY);
    checkFindings({ 'app.json': identityPolicy({ Resource: [KEY_ARN, keyIn('us-wset-2')] }) }, [`app.json warning ${CODE} "us-wset-2"`],
      ONLY);
  });

  it('looks at the Regions that a key may be replicated to', () => {
    const condition = { StringEquals: { 'kms:ReplicaRegion': ['us-wset-2', 'eu-west-1', '${region}'] },
      StringLike: { 'kms:PrimaryRegion': 'us-*' } };
    checkFindings({ 'a.json': identityPolicy({ Action: 'kms:ReplicateKey', Condition: condition }),
      'key.json': keyPolicy({ Condition: condition }) }, [`a.json warning ${CODE} "\\"us-wset-2\\""`,
      `key.json warning ${CODE} "\\"us-wset-2\\""`], ONLY);
    const before = keyPolicy({ Condition: { StringEquals: { 'kms:ReplicaRegion': 'eu-wst-1' } } });
    assert.deepEqual(JSON.parse(applyFix({ 'key.json': before }, CODE)['key.json'] ?? ''),
      keyPolicy({ Condition: { StringEquals: { 'kms:ReplicaRegion': 'eu-west-1' } } }));
  });

  it('puts the Region in that was meant, and nothing else', () => {
    const after = applyFix({ 'app.json': identityPolicy({ Resource: [keyIn('us-wset-2')] }) }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Resource: [KEY_ARN] }));
    checkFindings(after, [], ONLY);
    assert.equal(fixesWithCode({ 'app.json': identityPolicy({ Resource: keyIn('oregon') }) }, CODE).length, 0);
  });
});
