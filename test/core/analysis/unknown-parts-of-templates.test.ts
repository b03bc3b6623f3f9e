import assert from 'node:assert/strict';
import { checkFindings, findingLines } from '../../support/expect-findings';
import { CONSUMER } from '../../support/fixtures';
import { outcomeInTemplate } from '../../support/outcome-in-template';

const FILE = 'stack.template.json';
const INCLUDE = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/statements.json' } } };
const ROOT = { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' };
const ARN_OF_KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };
const USE = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: ARN_OF_KEY };
const OTHER_USE = { ...USE, Action: 'kms:Encrypt' };

function allowInKeyPolicy(principal: unknown, more: object = {}): object {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:*', Resource: '*', ...more };
}

function document(statement: unknown, more: object = {}): object {
  return { Version: '2012-10-17', Statement: statement, ...more };
}

function key(keyPolicy: unknown): object {
  return { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy } };
}

function role(properties: object): object {
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } };
}

function roleWith(policyDocument: unknown): object {
  return role({ Policies: [{ PolicyName: 'use', PolicyDocument: policyDocument }] });
}

const OPEN_KEY = key(document([allowInKeyPolicy(ROOT)]));
const USER = roleWith(document([USE]));

/**
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/create-reusable-transform-function-snippets-and-add-to-your-template-with-aws-include-transform.html
 */
describe('what Fn::Transform and Fn::ForEach may add (CloudFormation User Guide, Fn::Transform, Fn::ForEach)', () => {
  const foreach = { 'Fn::ForEach::Names': ['Name', ['A'], { '${Name}': {} }] };
  const cases: readonly (readonly [title: string, key: object, role: object, outcome: string,
    template?: Readonly<Record<string, unknown>>])[] = [
    ['nothing: both halves allow', OPEN_KEY, USER, 'allowed'],
    ['statements of the key policy, which may deny', key(document([allowInKeyPolicy(ROOT), INCLUDE])), USER, 'unknown'],
    ['statements of the key policy, which may allow', key(document([allowInKeyPolicy({ 'Fn::GetAtt': ['Other', 'Arn'] }), INCLUDE])),
      USER, 'unknown'],
    ['all statements of the key policy', key(document(INCLUDE)), USER, 'unknown'],
    ['members of the key policy', key({ ...document([allowInKeyPolicy(ROOT)]), ...INCLUDE }), USER, 'unknown'],
    ['the whole key policy', key(INCLUDE), USER, 'unknown'],
    ['a key policy that is a parameter', key({ Ref: 'Document' }), USER, 'unknown'],
    ['a key policy whose text is a parameter', key({ 'Fn::Sub': '${Document}' }), USER, 'unknown'],
    ['members of a statement, a condition for one', key(document([allowInKeyPolicy(ROOT, INCLUDE)])), USER, 'unknown'],
    ['members of a statement, the principal for one', key(document([{ Effect: 'Allow', Action: 'kms:*', Resource: '*', ...INCLUDE }])),
      USER, 'unknown'],
    ['principals', key(document([{ Effect: 'Allow', Principal: { AWS: CONSUMER, ...INCLUDE }, Action: 'kms:*', Resource: '*' }])), USER,
      'unknown'],
    ['conditions', key(document([allowInKeyPolicy(ROOT, { Condition: { Bool: { 'aws:SecureTransport': 'true' }, ...INCLUDE } })])), USER,
      'unknown'],
    ['condition keys', key(document([allowInKeyPolicy(ROOT, { Condition: { Bool: INCLUDE } })])), USER, 'unknown'],
    ['condition keys, in a loop', key(document([allowInKeyPolicy(ROOT, { Condition: { Bool: foreach } })])), USER, 'unknown'],
    ['actions', OPEN_KEY, roleWith(document([{ ...USE, Action: ['kms:Encrypt', INCLUDE] }])), 'unknown'],
    ['statements of the identity policy', OPEN_KEY, roleWith(document([OTHER_USE, INCLUDE])), 'unknown'],
    ['the whole identity policy', OPEN_KEY, roleWith(INCLUDE), 'unknown'],
    ['an identity policy that is a parameter', OPEN_KEY, roleWith({ Ref: 'Document' }), 'unknown'],
    ['policies of the role', OPEN_KEY, role({ Policies: [INCLUDE] }), 'unknown'],
    ['all policies of the role', OPEN_KEY, role({ Policies: INCLUDE }), 'unknown'],
    ['properties of the role', OPEN_KEY, role({ ...INCLUDE }), 'unknown'],
    ['attributes of the role', OPEN_KEY, { ...role({}), ...INCLUDE }, 'unknown'],
    ['resources, policies of the role for one', OPEN_KEY, role({}), 'unknown', { Resources: INCLUDE }],
    ['resources, in a loop', OPEN_KEY, role({}), 'unknown', { Resources: foreach }],
    ['anything, by a macro', OPEN_KEY, role({}), 'unknown', { Transform: { Name: 'OurMacro', Parameters: {} } }],
    ['anything that stands in a file', OPEN_KEY, role({}), 'unknown',
      { Transform: { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/more.yaml' } } }],
    ['nothing: the role has no policy', OPEN_KEY, role({}), 'denied'],
    ['nothing, with the loops of a transform of AWS alone', OPEN_KEY, role({}), 'denied', { Transform: 'AWS::LanguageExtensions' }],
    ['what a certain Deny takes away', key(document([allowInKeyPolicy(ROOT), INCLUDE,
      { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }])), USER, 'denied'],
  ];
  for (const [title, ofKey, ofRole, outcome, template] of cases)
    it(`${title}: ${outcome}`, () => {
      assert.equal(outcomeInTemplate({ Key: ofKey, Role: ofRole, Other: role({}) }, 'Role', 'kms:Decrypt', template), outcome);
    });

  const template = (ofKey: object, ofRole: object = USER): Readonly<Record<string, string | object>> =>
    ({ [FILE]: { AWSTemplateFormatVersion: '2010-09-09', Resources: { Key: ofKey, Role: ofRole } } });

  it('is not missing: an administrator, a principal, a version, an action', () => {
    const decryptOnly = { ...allowInKeyPolicy({ 'Fn::GetAtt': ['Role', 'Arn'] }), Action: 'kms:Decrypt' };
    for (const keyPolicy of [document([decryptOnly, INCLUDE]), document([decryptOnly], INCLUDE), { ...INCLUDE, Statement: [decryptOnly] },
      INCLUDE, { Ref: 'Document' }, document([{ Effect: 'Allow', Action: 'kms:*', Resource: '*', ...INCLUDE }])])
      assert.deepEqual(findingLines(template(key(keyPolicy), roleWith(document([OTHER_USE])))), [], JSON.stringify(keyPolicy));
  });

  it('does not excuse what stands beside it: an Allow for everybody, though a Deny may come with the rest', () => {
    checkFindings(template(key(document([allowInKeyPolicy('*'), INCLUDE]))), [`${FILE} error wildcard-principal "\\"*\\""`],
      ['wildcard-principal']);
  });

  it('does not make a KMS policy of an IAM policy', () => {
    const other = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }, INCLUDE] };
    assert.deepEqual(findingLines(template(OPEN_KEY, roleWith(other))), []);
  });
});

describe('names behind Fn::If (CloudFormation User Guide, Fn::If)', () => {
  const Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
  const rights = (properties: object): object => ({ Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'use', PolicyDocument: document([USE]), ...properties } });

  it('may be those of the identities that have a policy', () => {
    const either = { 'Fn::If': ['IsProd', { Ref: 'Role' }, { Ref: 'Other' }] };
    for (const Roles of [[either], either, { 'Fn::If': ['IsProd', [{ Ref: 'Role' }], [{ Ref: 'Other' }]] }])
      assert.equal(outcomeInTemplate({ Key: OPEN_KEY, Role: role({}), Other: role({}), Rights: rights({ Roles }) }, 'Role', 'kms:Decrypt',
        { Conditions }), 'unknown');
  });

  it('may be those of managed policies', () => {
    const policy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document([USE]) } };
    const either = { 'Fn::If': ['IsProd', { Ref: 'Policy' }, { Ref: 'AWS::NoValue' }] };
    assert.equal(outcomeInTemplate({ Key: OPEN_KEY, Role: role({ ManagedPolicyArns: [either] }), Policy: policy }, 'Role', 'kms:Decrypt',
      { Conditions }), 'unknown');
  });

  it('a list of statements in each branch is read', () => {
    const branches = { 'Fn::If': ['IsProd', [OTHER_USE, USE], [OTHER_USE]] };
    const outcome = (action: string): string =>
      outcomeInTemplate({ Key: OPEN_KEY, Role: roleWith(document(branches)) }, 'Role', action, { Conditions });
    assert.equal(outcome('kms:Decrypt'), 'unknown');
    assert.equal(outcome('kms:ReEncryptFrom'), 'denied');
  });
});
