import { findingLines } from '../../support/expect-findings';
import assert from 'node:assert/strict';
import { CONSUMER, KEY_ARN, OWNER } from '../../support/fixtures';
import { keyFor, roleFor, statement, templateText } from './template-texts';

const STAGE = { Parameters: { Stage: { Type: 'String' } }, Conditions: {
  IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, IsOpen: { 'Fn::Not': [{ Condition: 'IsProd' }] },
  Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsOpen' }] }, Either: { 'Fn::Or': [{ Condition: 'IsProd' },
    { Condition: 'IsOpen' }] },
  Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
} };
const choice = (condition: string, whenTrue: unknown, whenFalse: unknown = { Ref: 'AWS::NoValue' }): object =>
  ({ 'Fn::If': [condition, whenTrue, whenFalse] });
const everyone = statement('kms:Decrypt', { Principal: '*' });

/** Whether everyone is allowed in a template, given the stage. */
function findings(resources: object, stage: string | undefined): readonly string[] {
  const parameters = stage === undefined ? {} : { 'stack.parameters.json': { Parameters: { Stage: stage } } };
  return findingLines({ 'stack.template.json': templateText(resources, STAGE), ...parameters }, ['wildcard-principal'])
    .map((line) => line.split(' ')[1] ?? '');
}

describe('conditions of a template', () => {
  const withStatement = (condition: string): object => ({ DataKey: keyFor('kms:*', choice(condition, everyone)) });

  it('whose parameters are known choose the statement', () => {
    for (const [condition, prod, dev] of [['IsProd', 1, 0], ['IsOpen', 0, 1], ['Both', 0, 0], ['Either', 1, 1]] as const) {
      assert.equal(findings(withStatement(condition), 'prod').length, prod, condition);
      assert.equal(findings(withStatement(condition), 'dev').length, dev, condition);
    }
  });

  it('that are not known, or go round in a circle, leave it open', () => {
    assert.equal(findings(withStatement('IsProd'), undefined).length, 1);
    assert.equal(findings(withStatement('Circle'), 'prod').length, 1);
  });

  it('decide whether a resource is there, and whether a whole policy is', () => {
    const conditional = { DataKey: { Condition: 'IsProd', ...keyFor('kms:*', everyone) } };
    assert.deepEqual([findings(conditional, 'prod').length, findings(conditional, 'dev').length], [1, 0]);
    const document = (more: readonly object[]): object => ({ Version: '2012-10-17',
      Statement: [statement('kms:*', { Principal: { AWS: `arn:aws:iam::${OWNER}:root` } }), ...more] });
    const branches = { DataKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: choice('IsProd', document([]),
      document([everyone])) } } };
    assert.deepEqual([findings(branches, 'prod').length, findings(branches, 'dev').length], [0, 1]);
  });

  it('choose between values, and maps do by the values of their keys', () => {
    const verdicts = (resource: unknown, stage: string): readonly string[] => findingLines({
      'key.json': { Version: '2012-10-17', Statement: [statement('kms:*', { Principal: { AWS: `arn:aws:iam::${OWNER}:role/Admin` } }),
        statement('kms:Decrypt', { Principal: { AWS: `arn:aws:iam::${OWNER}:root` } })] },
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }], placeholders: [{ files: ['stack.*'], values: {
        'AWS::AccountId': OWNER } }] },
      'stack.template.json': templateText({ Worker: roleFor('kms:Encrypt', resource) }, { ...STAGE,
        Mappings: { Keys: { prod: { Arn: KEY_ARN }, dev: { Arn: KEY_ARN.replace(OWNER, CONSUMER) } } } }),
      'stack.parameters.json': { Parameters: { Stage: stage } },
    }, ['key-policy-not-delegating']);
    for (const resource of [choice('IsProd', KEY_ARN, 'arn:aws:s3:::bucket'), { 'Fn::FindInMap': ['Keys', { Ref: 'Stage' }, 'Arn'] }]) {
      assert.equal(verdicts(resource, 'prod').length, 1);
      assert.equal(verdicts(resource, 'dev').length, 0);
    }
  });

  it('that are not known leave open whether an identity has a policy', () => {
    const attached = (roles: unknown): readonly string[] => findingLines({ 'stack.template.json': templateText({
      DataKey: keyFor(['kms:Decrypt', 'kms:PutKeyPolicy']), Worker: { Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: {} } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'kms', Roles: roles, PolicyDocument: { Version: '2012-10-17',
        Statement: [statement('kms:Encrypt', { Resource: { 'Fn::GetAtt': 'DataKey.Arn' } })] } } } }, STAGE) },
          ['key-policy-not-delegating'])
      .map((line) => line.split(' ')[1] ?? '');
    assert.deepEqual(attached([{ Ref: 'Worker' }]), ['error']);
    assert.ok(!attached([choice('IsProd', { Ref: 'Worker' })]).includes('error'));
  });
});
