import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, rootArn } from '../support/fixtures';

const CODE = 'service-principal-unrestricted';
const ONLY = [CODE];
const service = (name: unknown, elements: Readonly<Record<string, unknown>> = {}): object =>
  keyPolicy({ Principal: { Service: name }, ...elements });

describe(CODE, () => {
  it('finds a service without a condition', () => {
    checkFindings({ 'key.json': service('sns.amazonaws.com') }, [`key.json warning ${CODE} "\\"sns.amazonaws.com\\""`], ONLY);
  });

  const limits: readonly object[] = [
    { StringEquals: { 'aws:SourceAccount': OWNER } }, { ArnLike: { 'AWS:sourcearn': `arn:aws:sns:us-west-2:${OWNER}:*` } },
    { StringEquals: { 'aws:SourceOrgID': 'o-exampleorgid' } },
    { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${OWNER}:*` } },
    { StringEquals: { 'aws:SourceAccount': '${account_id}' } },
    { StringEqualsIfExists: { 'aws:SourceAccount': [OWNER] } },
  ];
  for (const condition of limits) {
    it(`takes ${JSON.stringify(condition)}`, () =>
      checkFindings({ 'key.json': service('sns.amazonaws.com', { Condition: condition }) }, [], ONLY));
  }

  const noLimits: readonly object[] = [
    { StringLike: { 'aws:SourceAccount': '*' } }, { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } },
    { ArnLike: { 'aws:SourceArn': ['arn:aws:sns:us-west-2:*:orders'] } }, { StringNotEquals: { 'aws:SourceAccount': OWNER } },
    { Null: { 'aws:SourceArn': 'false' } }, { Bool: { 'aws:SecureTransport': 'true' } },
  ];
  for (const condition of noLimits) {
    it(`finds it with ${JSON.stringify(condition)}`, () => {
      checkFindings({ 'key.json': service('sns.amazonaws.com', { Condition: condition }) }, [
        `key.json warning ${CODE} "\\"sns.amazonaws.com\\""`,
      ], ONLY);
    });
  }

  const denied = (elements: Readonly<Record<string, unknown>>): object =>
    policyDocument(OWNER_STATEMENT, { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' }, { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*',
      Condition: { StringNotEquals: { 'aws:SourceAccount': OWNER } }, ...elements });

  it('takes a Deny of every other source as a limit (IAM User Guide: The confused deputy problem)', () => {
    checkFindings({
      'a.json': denied({}),
      'b.json': denied({ Principal: { Service: 'sns.amazonaws.com' },
        Condition: { ArnNotLikeIfExists: { 'aws:SourceArn': `arn:aws:sns:us-west-2:${OWNER}:*` },
          Bool: { 'aws:PrincipalIsAWSService': 'true' } } }),
    }, [], ONLY);
  });

  const loose: readonly Readonly<Record<string, unknown>>[] = [
    { Action: 'kms:Decrypt' }, { Principal: { Service: 's3.amazonaws.com' } },
    { Condition: { StringEquals: { 'aws:SourceAccount': CONSUMER } } },
    { Condition: { StringNotEquals: { 'aws:SourceAccount': OWNER, 'aws:RequestedRegion': 'us-west-2' } } },
    { Condition: { StringNotLike: { 'aws:SourceAccount': '*' } } },
  ];
  for (const elements of loose) {
    it(`finds it beside a Deny with ${JSON.stringify(elements)}`, () =>
      checkFindings({ 'key.json': denied(elements) }, [`key.json warning ${CODE} "\\"sns.amazonaws.com\\""`], ONLY));
  }

  it('is information for what reads only, and for CloudTrail (CloudTrail User Guide: event data stores support neither key)', () => {
    checkFindings({ 'a.json': service('sns.amazonaws.com', { Action: ['kms:describekey', 'kms:List*'] }),
      'b.json': service('cloudtrail.amazonaws.com') }, [`a.json info ${CODE} "\\"sns.amazonaws.com\\""`,
      `b.json info ${CODE} "\\"cloudtrail.amazonaws.com\\""`], ONLY);
    assert.equal(fixesWithCode({ 'kms-handshake.json': manifest(), 'key.json': service('cloudtrail.amazonaws.com') }, CODE).length, 0);
  });

  it('finds each of a list, inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(service(['sns.amazonaws.com', 'logs.us-west-2.amazonaws.com'])) }, [
      `out.json warning ${CODE} "\\\\\\"sns.amazonaws.com\\\\\\""`,
      `out.json warning ${CODE} "\\\\\\"logs.us-west-2.amazonaws.com\\\\\\""`,
    ], ONLY);
  });

  it('leaves Deny, template values, wrong names and statements that give a service nothing alone', () => {
    checkFindings({
      'a.json': service('sns.amazonaws.com', { Effect: 'Deny' }),
      'b.json': service('${service}'),
      'c.json': service(['*', 'S3.amazonaws.com']),
      'd.json': service('sns.amazonaws.com', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
      'e.json': service('sns.amazonaws.com', { Condition: { StringEquals: { 'kms:ViaService': 'sns.us-west-2.amazonaws.com' } } }),
      'f.json': service('sns.amazonaws.com', { Action: 's3:GetObject' }),
    }, [], ONLY);
  });

  it('limits the service to the owner\'s account, for CloudWatch Logs by the log group', () => {
    const fixed = (policy: object): unknown =>
      JSON.parse(applyFix({ 'kms-handshake.json': manifest(), 'key.json': policy }, CODE)['key.json'] ?? '');
    assert.deepEqual(fixed(service('sns.amazonaws.com')),
      service('sns.amazonaws.com', { Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } }));
    const logs = 'logs.us-west-2.amazonaws.com';
    assert.deepEqual(fixed(service(logs)),
      service(logs, { Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${OWNER}:*` } } }));
  });

  describe('EventBridge (SNS Developer Guide, sns-key-management: source conditions are not supported for encrypted topics)', () => {
    const events = { 'kms-handshake.json': manifest(),
      'key.json': service('events.amazonaws.com', { Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }) };

    it('names the condition that works for topics', () => {
      checkFindings(events, [`key.json warning ${CODE} "\\"events.amazonaws.com\\""`], ONLY);
      assert.match(findingsWithCode(events, CODE)[0]?.message ?? '',
        /For encrypted Amazon SNS topics EventBridge supports no source condition .*kms:EncryptionContext:aws:sns:topicArn/);
    });

    it('is limited to topics first, and no fix is preferred', () => {
      const [topics, ...others] = fixesWithCode(events, CODE);
      assert.equal(topics?.title, `Limit it to topics of account ${OWNER}`);
      assert.deepEqual([topics, ...others].map((fix) => fix?.preferred), [false, false]);
      const after = applyFix(events, CODE, 'topics');
      assert.match(after['key.json'] ?? '',
        /"ArnLike": \{\s+"kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:us-west-2:111122223333:\*"/);
      checkFindings(after, [], ONLY);
    });

    it('may have aws:SourceAccount already, which queues support', () => {
      checkFindings({ 'key.json': service('events.amazonaws.com', { Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } }) }, [],
        ONLY);
    });

    it('gets no condition that another service of the statement does not send', () => {
      assert.deepEqual(fixesWithCode({ ...events, 'key.json': service(['events.amazonaws.com', 'sns.amazonaws.com']) }, CODE), []);
    });
  });

  describe('a service that works for an organization (IAM User Guide, aws:SourceOrgID)', () => {
    const files = (organizations: object) => ({ 'kms-handshake.json': manifest({ organizations }),
      'key.json': service('config.amazonaws.com') });

    it('mentions aws:SourceOrgID, and a second fix writes it', () => {
      const ours = files({ 'o-exampleorgid': [OWNER, CONSUMER], 'o-otherorgid12': ['777788889999'] });
      assert.match(findingsWithCode(ours, CODE)[0]?.message ?? '', /to all accounts of an organization by aws:SourceOrgID/);
      assert.deepEqual(fixesWithCode(ours, CODE).map(({ title, preferred }) => [title, preferred]), [
        [`Limit it to calls for account ${OWNER}`, false], ['Limit it to calls for the organization o-exampleorgid', false],
      ]);
      const after = applyFix(ours, CODE, 'organization');
      assert.match(after['key.json'] ?? '', /"StringEquals": \{\s+"aws:SourceOrgID": "o-exampleorgid"/);
      checkFindings(after, [], ONLY);
    });

    it('has no such fix where the account is in no known organization', () => {
      assert.equal(fixesWithCode(files({ 'o-otherorgid12': [CONSUMER] }), CODE).length, 1);
    });
  });

  it('adds no condition that would shut out others, and none unasked', () => {
    const files = (principal: object): Record<string, object> => ({ 'kms-handshake.json': manifest(),
      'key.json': keyPolicy({ Principal: principal }) });
    assert.equal(fixesWithCode(files({ Service: 'sns.amazonaws.com', AWS: rootArn(CONSUMER) }), CODE).length, 0);
    assert.equal(fixesWithCode(files({ Service: 'sns.amazonaws.com' }), CODE)[0]?.safe, false);
  });
});
