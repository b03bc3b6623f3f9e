import * as assert from 'node:assert/strict';
import { applyFix, check, fixesOf } from '../support/check';
import { CONSUMER, document, getKeyPolicyOutput, keyPolicy, manifest, OWNER, OWNER_STATEMENT, rootOf } from './samples';

const CODE = 'service-principal-unrestricted';
const ONLY = [CODE];
const service = (name: unknown, elements: Readonly<Record<string, unknown>> = {}): object => keyPolicy({ Principal: { Service: name }, ...elements });

describe(CODE, () => {
  it('finds a service without a condition', () => {
    check({ 'key.json': service('sns.amazonaws.com') }, [`key.json warning ${CODE} "\\"sns.amazonaws.com\\""`], ONLY);
  });

  const limits: readonly object[] = [
    { StringEquals: { 'aws:SourceAccount': OWNER } }, { ArnLike: { 'AWS:sourcearn': `arn:aws:sns:us-west-2:${OWNER}:*` } }, { StringEquals: { 'aws:SourceOrgID': 'o-exampleorgid' } },
    { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${OWNER}:*` } }, { StringEquals: { 'aws:SourceAccount': '${account_id}' } },
    { StringEqualsIfExists: { 'aws:SourceAccount': [OWNER] } },
  ];
  for (const condition of limits) {
    it(`takes ${JSON.stringify(condition)}`, () => check({ 'key.json': service('sns.amazonaws.com', { Condition: condition }) }, [], ONLY));
  }

  const noLimits: readonly object[] = [
    { StringLike: { 'aws:SourceAccount': '*' } }, { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } }, { ArnLike: { 'aws:SourceArn': ['arn:aws:sns:us-west-2:*:orders'] } }, { StringNotEquals: { 'aws:SourceAccount': OWNER } }, { Null: { 'aws:SourceArn': 'false' } }, { Bool: { 'aws:SecureTransport': 'true' } },
  ];
  for (const condition of noLimits) {
    it(`finds it with ${JSON.stringify(condition)}`, () => {
      check({ 'key.json': service('sns.amazonaws.com', { Condition: condition }) }, [`key.json warning ${CODE} "\\"sns.amazonaws.com\\""`], ONLY);
    });
  }

  const denied = (elements: Readonly<Record<string, unknown>>): object => document(OWNER_STATEMENT,
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' },
    { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', Condition: { StringNotEquals: { 'aws:SourceAccount': OWNER } }, ...elements });

  it('takes a Deny of every other source as a limit (IAM User Guide: The confused deputy problem)', () => {
    check({
      'a.json': denied({}),
      'b.json': denied({ Principal: { Service: 'sns.amazonaws.com' }, Condition: { ArnNotLikeIfExists: { 'aws:SourceArn': `arn:aws:sns:us-west-2:${OWNER}:*` }, Bool: { 'aws:PrincipalIsAWSService': 'true' } } }),
    }, [], ONLY);
  });

  const loose: readonly Readonly<Record<string, unknown>>[] = [
    { Action: 'kms:Decrypt' }, { Principal: { Service: 's3.amazonaws.com' } }, { Condition: { StringEquals: { 'aws:SourceAccount': CONSUMER } } },
    { Condition: { StringNotEquals: { 'aws:SourceAccount': OWNER, 'aws:RequestedRegion': 'us-west-2' } } }, { Condition: { StringNotLike: { 'aws:SourceAccount': '*' } } },
  ];
  for (const elements of loose) {
    it(`finds it beside a Deny with ${JSON.stringify(elements)}`, () => check({ 'key.json': denied(elements) }, [`key.json warning ${CODE} "\\"sns.amazonaws.com\\""`], ONLY));
  }

  it('is information for what reads only, and for CloudTrail (CloudTrail User Guide: event data stores support neither key)', () => {
    check({ 'a.json': service('sns.amazonaws.com', { Action: ['kms:describekey', 'kms:List*'] }), 'b.json': service('cloudtrail.amazonaws.com') },
      [`a.json info ${CODE} "\\"sns.amazonaws.com\\""`, `b.json info ${CODE} "\\"cloudtrail.amazonaws.com\\""`], ONLY);
    assert.equal(fixesOf({ 'kms-handshake.json': manifest(), 'key.json': service('cloudtrail.amazonaws.com') }, CODE).length, 0);
  });

  it('finds each of a list, inside AWS CLI output', () => {
    check({ 'out.json': getKeyPolicyOutput(service(['sns.amazonaws.com', 'logs.us-west-2.amazonaws.com'])) },
      [`out.json warning ${CODE} "\\\\\\"sns.amazonaws.com\\\\\\""`, `out.json warning ${CODE} "\\\\\\"logs.us-west-2.amazonaws.com\\\\\\""`], ONLY);
  });

  it('leaves Deny, template values, wrong names and statements that give a service nothing alone', () => {
    check({
      'a.json': service('sns.amazonaws.com', { Effect: 'Deny' }),
      'b.json': service('${service}'),
      'c.json': service(['*', 'S3.amazonaws.com']),
      'd.json': service('sns.amazonaws.com', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
      'e.json': service('sns.amazonaws.com', { Condition: { StringEquals: { 'kms:ViaService': 'sns.us-west-2.amazonaws.com' } } }),
      'f.json': service('sns.amazonaws.com', { Action: 's3:GetObject' }),
    }, [], ONLY);
  });

  it('limits the service to the owner\'s account, for CloudWatch Logs by the log group', () => {
    const fixed = (policy: object): unknown => JSON.parse(applyFix({ 'kms-handshake.json': manifest(), 'key.json': policy }, CODE)['key.json'] ?? '');
    assert.deepEqual(fixed(service('sns.amazonaws.com')), service('sns.amazonaws.com', { Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } }));
    const logs = 'logs.us-west-2.amazonaws.com';
    assert.deepEqual(fixed(service(logs)), service(logs, { Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${OWNER}:*` } } }));
  });

  it('adds no condition that would shut out others, and none unasked', () => {
    const files = (principal: object): Record<string, object> => ({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: principal }) });
    assert.equal(fixesOf(files({ Service: 'sns.amazonaws.com', AWS: rootOf(CONSUMER) }), CODE).length, 0);
    assert.equal(fixesOf(files({ Service: 'sns.amazonaws.com' }), CODE)[0]?.safe, false);
  });
});
