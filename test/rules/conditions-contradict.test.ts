import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { checkFindings, findingsWithCode } from '../support/expect-findings';
import { handshakeFiles, withoutManifest, type HandshakeSetup, type HandshakeFiles } from '../support/handshake-files';

const CODE = 'conditions-contradict';
/** Whatever else an error or a warning would say of the same mistake. */
const only = (files: HandshakeFiles, expected: readonly string[]): void => checkFindings(files, expected, [
  CODE, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'identity-policy-missing', 'missing-key-arn-resource',
  'explicit-deny-overrides',
  'key-policy-not-delegating', 'action-unused-by-consumer', 'condition-key-not-applicable',
]);
const S3 = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
const SQS = { Condition: { StringEquals: { 'kms:ViaService': 'sqs.us-west-2.amazonaws.com' } } };
const NEVER = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, Null: { 'kms:ViaService': 'true' } } };
const EXT_DECRYPT = { Sid: 'Partner', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' };
const APP = { Action: 'kms:Decrypt' };
const twoServices = (more: Partial<HandshakeSetup> = {}): HandshakeFiles =>
  handshakeFiles({ keyPolicy: [{ ...EXT_DECRYPT, ...S3 }], identityPolicy: [{ ...APP, ...SQS }], ...more });
const AT_IAM = `consumer/app.json error ${CODE} "\\"kms:ViaService\\""`;
/** `Resource: "*"` is a hint of its own. */
const OF_EVERY_KEY = ['consumer/app.json hint missing-key-arn-resource "\\"*\\""'];

describe(CODE, () => {
  it('is one error at the condition of the IAM policy, with that of the key policy as related place', () => {
    only(twoServices(), [AT_IAM]);
    const [finding] = findingsWithCode(twoServices(), CODE);
    assert.match(finding?.message ?? '',
      /^role\/App \(444455556666\) is denied kms:Decrypt on key 1234abcd… \(111122223333\): no request meets both kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com of the key policy and kms:ViaService StringEquals sqs\.us-west-2\.amazonaws\.com of the IAM policy\. /);
    assert.deepEqual(finding?.related.map(({ message }) => message), ['Key policy: the statement "Partner" allows it only if '
      + 'kms:ViaService StringEquals s3.us-west-2.amazonaws.com.']);
    assert.match(finding?.related[0]?.at.uri ?? '', /producer\/key-policy\.json$/);
  });

  it('is silent where a request can satisfy both', () => {
    const both = { Condition: { StringEquals: { 'kms:ViaService': ['s3.us-west-2.amazonaws.com', 'sqs.us-west-2.amazonaws.com'] } } };
    only(handshakeFiles({ keyPolicy: [{ ...EXT_DECRYPT, ...both }], identityPolicy: [{ ...APP, ...SQS }] }), []);
  });

  it('is silent where another statement of either half fits', () => {
    only(twoServices({ identityPolicy: [{ ...APP, ...SQS }, { ...APP, ...S3 }] }), []);
    only(twoServices({ keyPolicy: [{ ...EXT_DECRYPT, ...S3 }, { ...EXT_DECRYPT, Sid: 'Queues', ...SQS }] }), []);
  });

  it('is a single finding for several actions, and names those alone that are denied', () => {
    const files = twoServices({
      keyPolicy: [{ ...EXT_DECRYPT, Action: ['kms:Decrypt', 'kms:Encrypt'], ...S3 }, { ...EXT_DECRYPT, Sid: 'All',
        Action: 'kms:DescribeKey' }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey'], ...SQS }],
    });
    only(files, [AT_IAM]);
    assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', /^role\/App \(444455556666\) is denied kms:Decrypt and kms:Encrypt on key /);
  });

  it('is at the action of the IAM policy where the key policy denies what it allows', () => {
    const deny = { Sid: 'NoS3', Effect: 'Deny', Principal: '*', Action: 'kms:*', ...S3 };
    const files = handshakeFiles({ keyPolicy: [{ ...EXT_DECRYPT, ...S3 }, deny], identityPolicy: [APP] });
    only(files, [`consumer/app.json error ${CODE} "\\"kms:Decrypt\\""`]);
    assert.deepEqual(findingsWithCode(files, CODE)[0]?.related.map(({ message }) => message), [
      'Key policy: the statement "Partner" allows it only if kms:ViaService StringEquals s3.us-west-2.amazonaws.com.',
      'Key policy: the statement "NoS3" denies it if kms:ViaService StringEquals s3.us-west-2.amazonaws.com.',
    ]);
    // A Deny for another service leaves S3 what it has.
    only(handshakeFiles({ keyPolicy: [{ ...EXT_DECRYPT, ...S3 }, { ...deny, ...SQS }], identityPolicy: [APP] }), []);
  });

  it('is at the condition of the key policy where no identity has an IAM policy for it', () => {
    const local = { Principal: { AWS: roleArn(OWNER, 'Local') }, Action: 'kms:Decrypt', ...S3 };
    only(handshakeFiles({ keyPolicy: [local, { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', ...S3 }], withOwnerStatement: true }),
      [`producer/key-policy.json error ${CODE} "\\"kms:ViaService\\""`]);
  });

  it('is a finding of the statement alone where its own conditions exclude each other, in either half and in a Deny', () => {
    only(handshakeFiles({ keyPolicy: [EXT_DECRYPT], identityPolicy: [{ ...APP, ...NEVER }] }), [AT_IAM]);
    only(handshakeFiles({ keyPolicy: [{ ...EXT_DECRYPT, ...NEVER }], identityPolicy: [APP] }), [
      `producer/key-policy.json error ${CODE} "\\"kms:ViaService\\""`,
    ]);
    const deny = handshakeFiles({ keyPolicy: [EXT_DECRYPT, { Effect: 'Deny', Principal: '*', Action: 'kms:*', ...NEVER }],
      identityPolicy: [APP] });
    only(deny, [`producer/key-policy.json error ${CODE} "\\"kms:ViaService\\""`]);
    assert.match(findingsWithCode(deny, CODE)[0]?.message ?? '', /so the statement denies nothing/);
  });

  it('leaves statements of other services alone', () => {
    const other = { Action: 's3:GetObject', Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/a': 'x' }, Null: { 'aws:PrincipalTag/a': 'true' } } };
    only(handshakeFiles({ keyPolicy: [EXT_DECRYPT], identityPolicy: [APP, other] }), []);
  });

  it('is a warning for all keys of the account, information for any key and for a part of a wildcard', () => {
    only(twoServices({ identityPolicy: [{ ...APP, Resource: `arn:aws:kms:us-west-2:${OWNER}:key/*`, ...SQS }] }), [
      AT_IAM.replace('error', 'warning'),
    ]);
    only(twoServices({ identityPolicy: [{ ...APP, Resource: '*', ...SQS }] }), [AT_IAM.replace('error', 'info'), ...OF_EVERY_KEY]);
    const wide = twoServices({
      keyPolicy: [{ ...EXT_DECRYPT, Action: 'kms:GenerateDataKey', ...S3 }, { ...EXT_DECRYPT, Sid: 'Pairs',
        Action: 'kms:GenerateDataKeyPair' }],
      identityPolicy: [{ Action: 'kms:GenerateDataKey*', ...SQS }],
    });
    assert.deepEqual(findingsWithCode(wide, CODE).map(({ severity }) => severity), ['info']);
  });

  it('is a warning at most where the links are guessed', () => {
    assert.notEqual(findingsWithCode(withoutManifest(twoServices()), CODE)[0]?.severity, 'error');
  });

  it('is silent in the owner\'s account where the key policy alone allows the role', () => {
    const local = roleArn(OWNER, 'Local');
    only(
      handshakeFiles({ keyPolicy: [{ Principal: { AWS: local }, Action: 'kms:Decrypt', ...S3 }], withOwnerStatement: false, identity: local,
        identityPolicy: [{ ...APP, Resource: KEY_ARN, ...SQS }] }),
      [],
    );
  });
});

