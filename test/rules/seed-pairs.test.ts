import assert from 'node:assert';
import { relevantPairsOf } from '../../server/src/core/access/graph/access-graph';
import { decidePair } from '../../server/src/core/access/pair-verdicts';
import { countActions } from '../../server/src/core/aws/actions';
import { checkFindings, textOf } from '../support/expect-findings';
import { handshakeFiles, type HandshakeFiles } from '../support/handshake-files';
import { CONSUMER, KEY_ARN, KEY_ID, keyArn, OWNER, roleArn, rootArn, type StatementJson } from '../support/fixtures';
import { analysisOfWorkspaceTexts } from '../support/workspace-from-texts';

/** The pairs F1 to F15 that are made of the seed documents' samples, syntax repaired; each with all its findings. */
const CN_KEY = keyArn(KEY_ID, 'cn-north-1', OWNER, 'aws-cn');
const BUCKET_KEY = 'arn:aws:kms:us-east-1:222222222222:key/0987dcba-09fe-87dc-65ba-ab0987654321';
const SEED_KEY_ID = '5e698272-88c6-4f6b-970e-1d1dbd0c6412';
const FIVE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
const EXAMPLE_ROLE = roleArn(CONSUMER, 'ExampleRole');
const CN_ROLE = roleArn(CONSUMER, 'ExampleRole', 'aws-cn');

const EXTERNAL = 'Allow an external account to use this CMK';
const S002A = { Sid: EXTERNAL, Principal: { AWS: [rootArn(CONSUMER, 'aws-cn')] }, Action: FIVE };
const S002B = { Sid: EXTERNAL, Principal: { AWS: [CN_ROLE, 'arn:aws-cn:iam::444455556666:user/ExampleUser'] }, Action: FIVE };
const S002C = { Sid: 'AllowExternalAccount', Action: FIVE, Resource: CN_KEY };
const S003A = { Sid: 'Enable Cross Account Access', Principal: { AWS: 'arn:aws:iam::111111111111:root' },
  Action: ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'] };
const S003B = { Action: ['kms:Encrypt', 'kms:GenerateDataKey*'], Resource: BUCKET_KEY };
const S001B = { Sid: 'Allow another AWS Account to use this CMK', Principal: { AWS: ['arn:aws:iam::123456789012:root'] }, Action: FIVE };
const S001C = { ...S001B, Principal: { AWS: 'arn:aws:iam::123456789012:user/Bob' } };
const S001D = { Sid: 'Allow the use of a CMK In Account 1234567889012', Action: FIVE,
  Resource: `arn:aws:kms:us-east-2:123456789012:key/${SEED_KEY_ID}` };
const FOR_EXT = { Principal: { AWS: rootArn(CONSUMER) } };

const china = (keyPolicy: StatementJson, iam: StatementJson = S002C, identity = CN_ROLE): HandshakeFiles =>
  handshakeFiles({ key: CN_KEY, keyPolicy: [keyPolicy], identityPolicy: [iam], identity });
const bucket = (iam: StatementJson): HandshakeFiles =>
  handshakeFiles({ key: BUCKET_KEY, keyPolicy: [S003A], identityPolicy: [iam], identity: 'arn:aws:iam::111111111111:role/ExampleRole' });
const ireland = (region: string, keyPolicy: StatementJson, iam: StatementJson,
  identity = 'arn:aws:iam::123456789012:role/ExampleRole'): HandshakeFiles =>
  handshakeFiles({
    key: `arn:aws:kms:${region}:999988887777:key/${SEED_KEY_ID}`,
    keyPolicy: [keyPolicy],
    identityPolicy: [iam],
    identity,
  });
const oregon = (keyPolicy: StatementJson, iam?: StatementJson): HandshakeFiles =>
  handshakeFiles({
    key: KEY_ARN,
    keyPolicy: [keyPolicy],
    identity: EXAMPLE_ROLE,
    ...(iam ? { identityPolicy: [iam] } : {}),
  });
const corrected = { ...S001D, Resource: S001D.Resource.replace('123456789012', '999988887777') };

const root = (account: string, partition = 'aws'): string => 'producer/key-policy.json hint root-is-account '
  + `"\\"arn:${partition}:iam::${account}:root\\""`;
const sid = `consumer/app.json error sid-invalid "\\"${S001D.Sid}\\""`;

/** How many actions the consumer may use. */
function allowed(files: HandshakeFiles): number {
  const { world } = analysisOfWorkspaceTexts(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)])));
  const verdicts = relevantPairsOf(world).flatMap(({ identity, key }) => decidePair(identity, key, world));
  return verdicts.filter(({ verdict }) => verdict.outcome === 'allowed').reduce((count, { actions }) => count + countActions(actions), 0);
}

describe('pairs of the seed documents', () => {
  it('F1: account allowed, role attached', () => {
    checkFindings(china(S002A), [root(CONSUMER, 'aws-cn')]);
    assert.equal(allowed(china(S002A)), 9);
  });

  it('F2: role and user allowed, attached to the role', () => {
    checkFindings(china(S002B), []);
    assert.equal(allowed(china(S002B)), 9);
  });

  it('F3: role and user allowed, attached to another role', () => {
    checkFindings(china(S002B, S002C, roleArn(CONSUMER, 'Other', 'aws-cn')), [
      `consumer/app.json error identity-not-in-key-policy "\\"${CN_KEY}\\""`,
    ]);
  });

  it('F4: the principal is of another partition', () => {
    checkFindings(china({ ...S002A, Principal: { AWS: [rootArn(CONSUMER)] } }), [
      root(CONSUMER), 'producer/key-policy.json error partition-mismatch "aws"',
    ]);
  });

  it('F5: the ARN says the other Region of China', () => {
    checkFindings(china(S002A, { ...S002C, Resource: CN_KEY.replace('cn-north-1', 'cn-northwest-1') }), [
      root(CONSUMER, 'aws-cn'), 'consumer/app.json error region-mismatch "cn-northwest-1"',
    ]);
  });

  it('F6: one action is not used', () => {
    checkFindings(bucket(S003B), [
      root('111111111111'), 'producer/key-policy.json hint action-unused-by-consumer "\\"kms:DescribeKey\\""',
      // Multipart uploads to S3 need kms:Decrypt as well.
      'consumer/app.json info use-case-incomplete "\\"kms:GenerateDataKey*\\""',
    ]);
    assert.equal(allowed(bucket(S003B)), 5);
  });

  it('F7: one action is not allowed', () => {
    checkFindings(bucket({ ...S003B, Action: [...S003B.Action, 'kms:Decrypt'] }), [
      root('111111111111'), 'producer/key-policy.json hint action-unused-by-consumer "\\"kms:DescribeKey\\""',
      'consumer/app.json error action-not-allowed-by-key-policy "\\"kms:Decrypt\\""',
    ]);
  });

  it('F8: the ARN has the consumer\'s own account', () => {
    checkFindings(ireland('us-east-2', S001B, S001D), [root('123456789012'), sid,
      'consumer/app.json error account-mismatch "123456789012"']);
  });

  it('F9: the key is in Ireland, but the ARN says Ohio', () => {
    checkFindings(ireland('eu-west-1', S001B, corrected), [root('123456789012'), sid,
      'consumer/app.json error region-mismatch "us-east-2"']);
  });

  it('F10: Bob is allowed, Stuart has the policy', () => {
    checkFindings(ireland('us-east-2', S001C, corrected, 'arn:aws:iam::123456789012:user/Stuart'), [
      sid, `consumer/app.json error identity-not-in-key-policy "\\"${corrected.Resource}\\""`,
    ]);
  });

  it('F11: kms:encrypt is not allowed', () => {
    checkFindings(oregon({ ...FOR_EXT, Action: 'kms:Decrypt' }, { Action: ['kms:Decrypt', 'kms:encrypt'], Resource: KEY_ARN }), [
      root(CONSUMER), 'consumer/app.json error action-not-allowed-by-key-policy "\\"kms:encrypt\\""',
    ]);
  });

  it('F12: kms:* on every resource', () => {
    checkFindings(oregon({ ...FOR_EXT, Action: FIVE }, { Action: 'kms:*', Resource: '*' }), [
      root(CONSUMER),
      'consumer/app.json warning wildcard-grants-admin "\\"kms:*\\""',
      'consumer/app.json warning missing-key-arn-resource "\\"*\\""',
      'consumer/app.json info action-not-allowed-by-key-policy "\\"kms:*\\""',
    ]);
    assert.equal(allowed(oregon({ ...FOR_EXT, Action: FIVE }, { Action: 'kms:*', Resource: '*' })), 9);
  });

  it('F13: the key policy has its own ARN as resource', () => {
    checkFindings(oregon({ ...FOR_EXT, Action: 'kms:Decrypt', Resource: KEY_ARN }, { Action: 'kms:Decrypt', Resource: KEY_ARN }), [
      root(CONSUMER), `producer/key-policy.json info key-policy-resource-not-star "\\"${KEY_ARN}\\""`,
    ]);
  });

  it('F14: everyone is allowed', () => {
    checkFindings(oregon({ Principal: { AWS: '*' }, Action: FIVE }, { Action: 'kms:Decrypt', Resource: KEY_ARN }), [
      'producer/key-policy.json error wildcard-principal "\\"*\\""',
    ]);
    assert.equal(allowed(oregon({ Principal: { AWS: '*' }, Action: FIVE }, { Action: 'kms:Decrypt', Resource: KEY_ARN })), 1);
  });

  it('F15: no policy of the consumer', () => {
    checkFindings(oregon({ ...FOR_EXT, Action: FIVE }), [
      root(CONSUMER), 'producer/key-policy.json info identity-policy-missing "\\"arn:aws:iam::444455556666:root\\""',
    ]);
  });
});
