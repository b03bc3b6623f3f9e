import assert from 'node:assert/strict';
import { decideAccess } from '../../../server/src/core/access/decide-access';
import { actionNamed } from '../../../server/src/core/aws/actions';
import { worldOfFiles } from '../../support/world-of-files';

/** May the identity of the template decrypt with its key? */
function outcomeIn(resources: Readonly<Record<string, object>>, identity: string, template: object = {}): string {
  const text = JSON.stringify({ ...template, Resources: { Key: { Type: 'AWS::KMS::Key' }, ...resources } });
  const world = worldOfFiles({ 'w/stack.json': text });
  const caller = world.identities.find((candidate) => candidate.template?.logicalId === identity) ?? assert.fail(identity);
  const [key] = world.keys;
  return decideAccess(caller, key ?? assert.fail(), actionNamed('kms:Decrypt') ?? assert.fail(), world).verdict.outcome;
}

function role(properties: object): object {
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } };
}

describe('managed policies that a template does not make', () => {
  const policies: readonly (readonly [title: string, arns: unknown, outcome: string])[] = [
    ['none', [], 'denied'],
    ['one of AWS that has nothing to do with KMS', ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'], 'denied'],
    ['the same with the partition of the stack',
      [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' }], 'denied'],
    ['another one of AWS', ['arn:aws:iam::aws:policy/PowerUserAccess'], 'unknown'],
    ['one of the account', [{ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:policy/shared' }], 'unknown'],
    ['a parameter', [{ Ref: 'PolicyArn' }], 'unknown'],
    ['a parameter with all of them', { Ref: 'PolicyArns' }, 'unknown'],
    ['an import', [{ 'Fn::ImportValue': 'shared-policy' }], 'unknown'],
    ['nothing', [{ Ref: 'AWS::NoValue' }], 'denied'],
    ['one of the template', [{ Ref: 'Policy' }], 'denied'],
  ];
  for (const [title, arns, outcome] of policies)
    it(`${title}: access is ${outcome}`, () => {
      const policy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } } } };
      const Parameters = { PolicyArn: { Type: 'String' }, PolicyArns: { Type: 'CommaDelimitedList' } };
      assert.equal(outcomeIn({ Role: role({ ManagedPolicyArns: arns }), Policy: policy }, 'Role', { Parameters }), outcome);
    });

  it('of a group are those of its users', () => {
    const group = { Type: 'AWS::IAM::Group', Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess'] } };
    const user = { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'Group' }] } };
    assert.equal(outcomeIn({ Group: group, User: user }, 'User'), 'unknown');
  });

  it('are named in the Policies of a function of SAM (SAM Developer Guide, AWS::Serverless::Function)', () => {
    const template = { Transform: 'AWS::Serverless-2016-10-31' };
    const fn = (Policies: unknown): object => ({ Type: 'AWS::Serverless::Function', Properties: { Policies } });
    assert.equal(outcomeIn({ Fn: fn('AWSLambdaBasicExecutionRole') }, 'FnRole', template), 'denied');
    assert.equal(outcomeIn({ Fn: fn(['AWSLambdaBasicExecutionRole', 'PowerUserAccess']) }, 'FnRole', template), 'unknown');
  });
});

describe('the key policy of a key without one in the template', () => {
  const allowed = { Role: role({ Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } } } }] }) };

  it('is the default key policy', () => {
    assert.equal(outcomeIn(allowed, 'Role'), 'allowed');
  });

  it('is not known where a macro may add one', () => {
    assert.equal(outcomeIn(allowed, 'Role', { Transform: ['AWS::LanguageExtensions', 'OurMacro'] }), 'unknown');
    const key = { Type: 'AWS::KMS::Key', Properties: { 'Fn::Transform': { Name: 'AWS::Include' } } };
    assert.equal(outcomeIn({ ...allowed, Key: key }, 'Role'), 'unknown');
  });
});
