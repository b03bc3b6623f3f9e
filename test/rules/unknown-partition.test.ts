import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, roleArn, rootArn,
} from '../support/fixtures';

const CODE = 'unknown-partition';
const ONLY = [CODE, 'partition-mismatch', 'region-mismatch', 'account-mismatch', 'malformed-key-arn', 'unknown-region', 'group-principal',
  'principal-partial-wildcard', 'missing-key-arn-resource', 'identity-not-in-key-policy', 'identity-policy-missing'];
const CHINA = KEY_ARN.replace('arn:aws:', 'arn:aws-china:').replace('us-west-2', 'cn-north-1');
const of = (partition: string, arn: string): string => arn.replace('arn:aws:', `arn:${partition}:`);

describe(CODE, () => {
  it('finds a partition that there is not', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: CHINA }) }, [`app.json error ${CODE} "aws-china"`], ONLY);
  });

  it('takes those that there are', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: CHINA.replace('aws-china', 'aws-cn') }),
      'key.json': keyPolicy({ Principal: { AWS: of('aws-us-gov', rootArn(CONSUMER)) } }) }, [], [CODE]);
  });

  it('finds it in principals and conditions on ARNs, inside AWS CLI output', () => {
    const policy = keyPolicy({ Principal: { AWS: [of('AWS', roleArn(CONSUMER)), of('amazon', `arn:aws:iam::${CONSUMER}:group/Dev`)] },
      Condition: { ArnLike: { 'aws:PrincipalArn': of('aws-ch', roleArn(CONSUMER)) } } });
    checkFindings({ 'out.json': getKeyPolicyOutput(policy) },
      ['AWS', 'amazon', 'aws-ch'].map((partition) => `out.json error ${CODE} "${partition}"`), ONLY);
  });

  it('finds an empty one, and one in a pattern, in a list', () => {
    checkFindings({
      'role.json': getRolePolicyOutput(identityPolicy({ Resource: [KEY_ARN, of('', KEY_ARN), 'arn:aws-gov:kms:*:111122223333:key/*'] })),
    }, [`role.json error ${CODE} "\\"${of('', KEY_ARN)}\\""`, `role.json error ${CODE} "aws-gov"`], ONLY);
  });

  it('leaves patterns, template values, free text and what is not about KMS alone', () => {
    checkFindings({
      'a.json': identityPolicy({ Resource: [of('*', KEY_ARN), of('aws*', KEY_ARN), of('${partition}', KEY_ARN)],
        Condition: { StringEquals: { 'kms:EncryptionContext:a': 'arn:x:y:::z' } } }),
      'b.json': identityPolicy({ Action: 's3:GetObject', Resource: 'arn:aws-china:s3:::b/*' }),
    }, [], ONLY);
  });

  it('is the cause: the key and the principal have no other finding', () => {
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
      'app.json': identityPolicy({ Resource: of('aws-x', KEY_ARN) }) }, [`app.json error ${CODE} "aws-x"`],
      ONLY.filter((code) => code !== 'identity-policy-missing'));
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: of('aws-x', rootArn(CONSUMER)) } }),
      'app.json': identityPolicy() }, [`key.json error ${CODE} "aws-x"`], ONLY);
  });

  it('puts the partition of the Region in, or of the key, or the one that is nearly it', () => {
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': identityPolicy({ Resource: CHINA }) }, CODE)['app.json'] ?? ''),
      identityPolicy({ Resource: CHINA.replace('aws-china', 'aws-cn') }));
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: of('amazon', rootArn(CONSUMER)) } }),
      'app.json': identityPolicy() };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
    checkFindings(after, [], ONLY);
    const bare = (partition: string): object => ({ Effect: 'Allow', Principal: { AWS: of(partition, rootArn(CONSUMER)) }, Action: 'kms:*',
      Resource: '*' });
    const titles = (partition: string): string[] => fixesWithCode({ 'part.json': bare(partition) }, CODE).map(({ title }) => title);
    assert.deepEqual([titles('aws-cm'), titles('somewhere')], [['Use the partition aws-cn'], []]);
  });
});
