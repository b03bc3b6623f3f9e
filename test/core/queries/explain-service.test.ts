import assert from 'node:assert/strict';
import { explain, type Explanation } from '../../../server/src/core/queries/explain';
import { suggestedPairAt, suggestedQuestionAt } from '../../../server/src/core/queries/suggested-question';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { CONSUMER, KEY_ARN, OWNER, rootArn, type StatementJson } from '../../support/fixtures';
import { handshakeFiles, type HandshakeFiles } from '../../support/handshake-files';
import { fileText, worldOfFiles } from '../../support/world-of-files';

const TRAIL = 'cloudtrail.amazonaws.com';
const inFolder = (of: HandshakeFiles): HandshakeFiles =>
  Object.fromEntries(Object.entries(of).map(([path, content]) => [`w/${path}`, content]));
const toService = (service: string, action: string | readonly string[], more: object = {}): StatementJson => ({
  Principal: { Service: service },
  Action: action,
  ...more,
});

function answered(keyPolicy: readonly StatementJson[] | undefined, action = 'GenerateDataKey', identity = TRAIL,
  more: Readonly<Record<string, object>> = {}): Explanation {
  const answer = explain(worldOfFiles(inFolder({ ...handshakeFiles(keyPolicy ? { keyPolicy } : {}), ...more })), { identity, action,
    key: KEY_ARN }, () => 'key.json:1');
  if (isRefusal(answer)) assert.fail(answer.refused);
  return answer;
}

const said = (...of: Parameters<typeof answered>): string => answered(...of).sentence;
const steps = (answer: Explanation): Record<string, string> => Object.fromEntries(answer.steps.map(({ half, outcome }) => [half, outcome]));

describe('answers: explain, a service that calls KMS as itself', () => {
  it('needs the key policy alone, no IAM policy (KMS Developer Guide, Permissions for AWS services in key policies)', () => {
    const answer = answered([toService(TRAIL, 'kms:GenerateDataKey*')]);
    assert.equal(answer.sentence, `Allowed: the key policy (key.json:1) gives kms:GenerateDataKey to ${TRAIL} by itself.`);
    assert.equal(answer.identity, TRAIL);
    assert.deepEqual(steps(answer), { 'accounts': 'not-needed', 'key-policy': 'allowed', 'identity-policy': 'not-needed',
      'grants': 'not-needed', 'denies': 'allowed' });
    assert.equal(answer.remedy, undefined);
  });

  it('is limited by aws:SourceAccount, aws:SourceArn and the encryption context, which the request decides (IAM User Guide, The confused '
    + 'deputy problem)', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': OWNER },
      StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${OWNER}:trail/*` } };
    assert.equal(said([toService(TRAIL, 'kms:GenerateDataKey*', { Condition })]),
      `Allowed under conditions: the key policy (key.json:1) gives kms:GenerateDataKey to ${TRAIL} by itself, if aws:SourceAccount `
        + `StringEquals ${OWNER} and kms:EncryptionContext:aws:cloudtrail:arn StringLike `
        + `arn:aws:cloudtrail:*:${OWNER}:trail/*.`);
    assert.equal(
      answered([
        toService(TRAIL, 'kms:GenerateDataKey*', {
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudtrail:*:${OWNER}:trail/*` } },
        }),
      ]).outcome,
      'conditional',
    );
  });

  it('never carries kms:ViaService, nor an organization of its principal (KMS Developer Guide, kms:ViaService; IAM User Guide, '
    + 'aws:PrincipalOrgID)', () => {
    for (const condition of [{ 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, { 'aws:PrincipalOrgID': 'o-exampleorgid' }]) {
      const answer = answered([toService(TRAIL, 'kms:GenerateDataKey*', { Condition: { StringEquals: condition } })]);
      assert.equal(answer.reason, 'key-policy-condition');
      assert.match(answer.sentence, new RegExp(`which is never the case where ${TRAIL} calls as itself\\.$`));
      assert.equal(answer.remedy?.changes.length, 0);
    }
  });

  it('says that calls on behalf of an identity are that identity\'s question (IAM User Guide, Forward access sessions)', () => {
    assert.match(answered([toService(TRAIL, 'kms:*')]).notes.join(' '),
      /forward access session, kms:ViaService\), the permissions of that user or role count, by both halves/);
  });

  it('says what the key policy has instead', () => {
    const key = [toService(TRAIL, 'kms:GenerateDataKey*')];
    assert.equal(said(key, 'Decrypt'), `Denied: the key policy (key.json:1) allows only kms:GenerateDataKey* for ${TRAIL}.`);
    assert.equal(said(key, 'GenerateDataKey', 'sns.amazonaws.com'), 'Denied: the key policy (key.json:1) does not allow '
      + `sns.amazonaws.com, only account ${OWNER} and ${TRAIL}.`);
    assert.match(said(undefined), /^Unknown: the workspace does not contain the policy of this key/);
  });

  it('writes the statement that allows it, for resources of the key\'s account (CloudTrail User Guide, '
    + 'create-kms-key-policy-for-cloudtrail)', () => {
    const { remedy } = answered([toService('sns.amazonaws.com', 'kms:Decrypt')], 'GenerateDataKey');
    assert.match(remedy?.advice ?? '',
      /^Allow kms:GenerateDataKey\* and kms:DescribeKey for cloudtrail\.amazonaws\.com in the key policy, limited to trails of account 111122223333\. For trails/);
    const [only, other] = remedy?.changes ?? [];
    assert.equal(other, undefined);
    const { change } = only ?? {};
    const written = change && 'edits' in change ? change.edits.map(({ newText }) => newText).join('') : '';
    assert.match(written,
      /"Service": "cloudtrail\.amazonaws\.com"\s*\},\s*"Action": \[\s*"kms:GenerateDataKey\*",\s*"kms:DescribeKey"\s*\],\s*"Resource": "\*",\s*"Condition": \{\s*"ArnLike": \{\s*"aws:SourceArn": "arn:aws:cloudtrail:\*:111122223333:trail\/\*"/);
  });

  const writtenFor = (service: string, action: string, ...keyPolicy: readonly StatementJson[]): string => {
    const [only] = answered(keyPolicy, action, service).remedy?.changes ?? [];
    return only && 'edits' in only.change ? only.change.edits.map(({ newText }) => newText).join('').replace(/\s+/g, ' ') : '';
  };

  it('gives all that its use of the key needs, where one action does not help (SQS Developer Guide, sqs-key-management)', () => {
    assert.match(writtenFor('sns.amazonaws.com', 'Decrypt'),
      /"Action": \[ "kms:GenerateDataKey\*", "kms:Decrypt" \], .*"aws:SourceAccount": "111122223333"/);
    assert.match(writtenFor('backup.amazonaws.com', 'Decrypt'), /"Action": "kms:Decrypt"/);
    // What it has already is not given again.
    const has = toService('sns.amazonaws.com', 'kms:GenerateDataKey*', {
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:sns:us-west-2:${OWNER}:*` } },
    });
    assert.match(writtenFor('sns.amazonaws.com', 'Decrypt', has), /^\W*"kms:Decrypt"\W*$/);
  });

  it('limits EventBridge by the topic, as encrypted topics support no source condition (SNS Developer Guide, sns-key-management)', () => {
    assert.match(writtenFor('events.amazonaws.com', 'Decrypt'),
      /"ArnLike": \{ "kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:us-west-2:111122223333:\*"/);
    assert.match(answered([], 'Decrypt', 'events.amazonaws.com').remedy?.advice ?? '',
      /limited to topics of account 111122223333\. For encrypted Amazon SNS topics EventBridge supports no source condition/);
  });

  it('says to what a condition is to be corrected (IAM User Guide, aws:SourceOrgID)', () => {
    const advice = (condition: object): string =>
      answered([toService('sns.amazonaws.com', 'kms:Decrypt', { Condition: { StringEquals: condition } })], 'Decrypt', 'sns.amazonaws.com')
        .remedy?.advice ?? '';
    assert.match(advice({ 'aws:PrincipalOrgID': 'o-exampleorgid' }),
      /^Correct the condition aws:PrincipalOrgID StringEquals o-exampleorgid to aws:SourceOrgID /);
    assert.match(advice({ 'aws:PrincipalOrgPaths': 'o-exampleorgid/r-ab12/' }), / to aws:SourceOrgPaths /);
    assert.match(advice({ 'kms:ViaService': 'sns.us-west-2.amazonaws.com' }), / to aws:SourceAccount StringEquals 111122223333 /);
  });

  it('adds the action to a statement of its own that has the same condition', () => {
    const { remedy } = answered([
      toService(TRAIL, ['kms:GenerateDataKey'], { Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } }),
    ], 'DescribeKey');
    const [first] = remedy?.changes ?? [];
    const written = first && 'edits' in first.change ? first.change.edits.map(({ newText }) => newText).join('') : '';
    assert.match(written, /kms:DescribeKey/);
    assert.doesNotMatch(written, /Principal/);
  });

  it('is stopped by a Deny for everyone, unless that leaves services out (IAM User Guide, aws:PrincipalIsAWSService)', () => {
    const deny = (
      more: object,
    ): StatementJson[] => [toService(TRAIL, 'kms:*'), { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', ...more }];
    assert.equal(answered(deny({}), 'Decrypt').reason, 'key-policy-denies');
    assert.equal(answered(deny({ Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } } }), 'Decrypt').outcome, 'allowed');
  });

  it('cannot tell whether an Allow for everyone covers services, which no page of AWS says', () => {
    assert.equal(said([{ Principal: '*', Action: 'kms:Decrypt' }], 'Decrypt'), `Unknown: it depends on whether everybody means ${TRAIL} `
      + 'too, which AWS does not document (key.json:1).');
    assert.equal(answered([{ Principal: '*', Action: 'kms:Decrypt' }, toService(TRAIL, 'kms:Decrypt')], 'Decrypt').outcome, 'allowed');
  });

  it('cannot tell whether a name with a Region and one without are the same; names with two Regions are not', () => {
    const logs = [toService('logs.us-west-2.amazonaws.com', 'kms:Encrypt')];
    assert.equal(answered(logs, 'Encrypt', 'logs.us-west-2.amazonaws.com').outcome, 'allowed');
    assert.match(said(logs, 'Encrypt', 'logs.amazonaws.com'),
      /^Unknown: it depends on whether logs\.us-west-2\.amazonaws\.com means logs\.amazonaws\.com too/);
    assert.equal(answered(logs, 'Encrypt', 'logs.eu-west-1.amazonaws.com').reason, 'key-policy-silent');
    assert.equal(answered(logs, 'Encrypt', 'delivery.logs.amazonaws.com').reason, 'key-policy-silent');
  });

  it('gets nothing that only IAM policies give (KMS Developer Guide, AWS KMS permissions: aliases, ListKeys)', () => {
    for (const action of ['ListKeys', 'CreateAlias']) {
      assert.equal(said([toService(TRAIL, 'kms:*')], action), `Denied: kms:${action} needs a permission that only IAM policies give, and `
        + 'an AWS service has none.');
    }
    assert.match(said([toService(TRAIL, 'kms:*')], 'RetireGrant'), /^Unknown: only the grant itself says who may retire it/);
  });

  it('is allowed by a grant with GranteeServicePrincipal (KMS API Reference, CreateGrant)', () => {
    const grants = {
      Grants: [{ KeyId: KEY_ARN, GrantId: 'a', GranteeServicePrincipal: TRAIL, Operations: ['Decrypt'],
        IssuingAccount: rootArn(OWNER) }],
    };
    assert.equal(answered([toService('sns.amazonaws.com', 'kms:*')], 'Decrypt', TRAIL, { 'grants.json': grants }).reason, 'grant');
  });

  it('is not an account: a statement for one does not allow it', () => {
    assert.equal(answered([{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:*' }]).reason, 'key-policy-silent');
  });
});

describe('answers: explain, which texts name a service', () => {
  const outcome = (identity: string, service = TRAIL): string => {
    const answer = explain(worldOfFiles(inFolder(handshakeFiles({ keyPolicy: [toService(service, 'kms:*')] }))), { identity,
      action: 'Decrypt', key: KEY_ARN }, () => '');
    return isRefusal(answer) ? answer.refused : answer.outcome;
  };

  it('takes names that end as hosts of AWS do, and whatever a key policy names in that form', () => {
    assert.equal(outcome(` ${TRAIL} `), 'allowed');
    assert.equal(outcome('ec2.amazonaws.com.cn'), 'denied');
    assert.equal(outcome('thing.example', 'thing.example'), 'allowed');
    assert.match(outcome('thing.example'), /neither an ARN nor an account id nor a service principal/);
    assert.match(outcome('CloudTrail.amazonaws.com'), /nor a service principal/);
  });

  it('can be explained from the service of a statement', () => {
    const files = handshakeFiles({ keyPolicy: [toService(TRAIL, 'kms:Decrypt')] });
    const world = worldOfFiles(inFolder(files));
    const [key] = world.keys;
    assert.ok(key?.policy);
    const text = fileText(files['producer/key-policy.json'] ?? '');
    assert.deepEqual(suggestedQuestionAt(world, key.policy, text.indexOf(TRAIL)), { identity: TRAIL, action: 'kms:Decrypt', key: KEY_ARN });
    assert.deepEqual(suggestedPairAt(world, key.policy, text.indexOf(TRAIL)), { identity: TRAIL, action: 'kms:Decrypt', key: KEY_ARN });
    assert.equal(suggestedPairAt(world, key.policy, 0), undefined, 'no statement, so nobody is named');
  });

  it('suggests no pair where a principal is none that can be explained', () => {
    const pattern = 'arn:aws:iam::444455556666:role/*';
    const files = handshakeFiles({ keyPolicy: [{ Effect: 'Allow', Principal: { AWS: pattern }, Action: 'kms:Decrypt', Resource: '*' }] });
    const world = worldOfFiles(inFolder(files));
    const [key] = world.keys;
    assert.ok(key?.policy);
    const offset = fileText(files['producer/key-policy.json'] ?? '').indexOf(pattern);
    assert.equal(suggestedPairAt(world, key.policy, offset), undefined);
  });
});
