import assert from 'node:assert/strict';
import { findingLines, findingsWithCode } from '../../support/expect-findings';
import { outcomeInTemplate, verdictInTemplates } from '../../support/outcome-in-template';

const ROOT = { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' };
const ARN_OF_KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };
const ARN_OF_ROLE = { 'Fn::GetAtt': ['Role', 'Arn'] };
const NO_VALUE = { Ref: 'AWS::NoValue' };
const STAGE = { Ref: 'Stage' };

const TEMPLATE = {
  Parameters: { Stage: { Type: 'String' }, Debug: { Type: 'String' } },
  Conditions: {
    IsProd: { 'Fn::Equals': [STAGE, 'prod'] }, IsDev: { 'Fn::Equals': ['dev', STAGE] }, IsNotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    IsDebug: { 'Fn::Equals': [{ Ref: 'Debug' }, 'true'] }, IsProdDebug: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDebug' }] },
    IsStage: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
  },
};

const iff = (condition: string, value: unknown, other: unknown = NO_VALUE): object => ({ 'Fn::If': [condition, value, other] });
const under = (condition: string, resource: object): object => ({ ...resource, Condition: condition });
const document = (...Statement: readonly unknown[]): object => ({ Version: '2012-10-17', Statement });
const allow = (principal: unknown, action: unknown = 'kms:*', more: object = {}): object =>
  ({ Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*', ...more });
const use = (action: unknown = 'kms:Decrypt', more: object = {}): object =>
  ({ Effect: 'Allow', Action: action, Resource: ARN_OF_KEY, ...more });
const key = (...statements: readonly unknown[]): object => ({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document(...statements) } });
const role = (...statements: readonly unknown[]): object => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {},
  ...statements.length > 0 ? { Policies: [{ PolicyName: 'use', PolicyDocument: document(...statements) }] } : {} } });
const rights = (...statements: readonly unknown[]): object => ({ Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'use',
  Roles: [{ Ref: 'Role' }], PolicyDocument: document(...statements) } });

function outcome(resources: Readonly<Record<string, object>>, action = 'kms:Decrypt'): string {
  return outcomeInTemplate(resources, 'Role', action, TEMPLATE);
}

describe('resources under conditions (CloudFormation User Guide, intrinsic-function-reference-conditions)', () => {
  const open = key(allow(ROOT));

  it('under the same condition meet for certain', () => {
    assert.equal(outcome({ Key: under('IsProd', open), Role: under('IsProd', role(use())) }), 'allowed');
    assert.equal(outcome({ Key: under('IsProd', open), Role: role(), Rights: under('IsProd', rights(use())) }), 'allowed');
    assert.equal(outcome({ Key: open, Role: under('IsProd', role()), Rights: under('IsProd', rights(use())) }), 'allowed');
  });

  it('under a condition that follows from the other meet for certain', () => {
    assert.equal(outcome({ Key: under('IsProdDebug', open), Role: role(), Rights: under('IsProd', rights(use())) }), 'allowed');
    assert.equal(outcome({ Key: under('IsDev', open), Role: role(), Rights: under('IsStage', rights(use())) }), 'allowed');
    assert.equal(outcome({ Key: under('IsDev', open), Role: role(), Rights: under('IsNotProd', rights(use())) }), 'allowed');
  });

  it('under conditions that have nothing to do with each other may not meet', () => {
    assert.equal(outcome({ Key: under('IsDebug', open), Role: role(), Rights: under('IsProd', rights(use())) }), 'unknown');
    assert.equal(outcome({ Key: under('IsProd', open), Role: role(), Rights: under('IsProdDebug', rights(use())) }), 'unknown');
    assert.equal(outcome({ Key: open, Role: role(), Rights: under('IsProd', rights(use())) }), 'unknown');
  });

  it('under conditions that exclude each other never meet', () => {
    const decryptOnly = key(allow(ROOT, 'kms:Put*'), allow(ARN_OF_ROLE, 'kms:Encrypt'));
    for (const other of ['IsDev', 'IsNotProd']) {
      const files = (condition: string): Readonly<Record<string, object>> => ({ 'stack.json': { ...TEMPLATE, Resources: {
        Key: under('IsProd', decryptOnly), Role: under(condition, role(use())) } } });
      assert.deepEqual(findingsWithCode(files(other), 'action-not-allowed-by-key-policy'), [], other);
      assert.equal(findingsWithCode(files('IsProd'), 'action-not-allowed-by-key-policy').length, 1);
      assert.equal(outcome({ Key: under('IsProd', open), Role: role(), Rights: under(other, rights(use())) }), 'denied', other);
      assert.equal(outcome({ Key: under('IsProd', open), Role: under(other, role(use())) }), 'unknown', other);
    }
  });
});

describe('Fn::If in policies (CloudFormation User Guide, Fn::If)', () => {
  it('takes the same branch for the same condition everywhere', () => {
    const ofKey = key(iff('IsProd', allow(ROOT), allow(ARN_OF_ROLE, 'kms:Encrypt')));
    assert.equal(outcome({ Key: under('IsProd', ofKey), Role: role(use()) }), 'allowed');
    assert.equal(outcome({ Key: under('IsNotProd', ofKey), Role: role(use()) }), 'denied');
  });

  it('is decided together in both halves', () => {
    const ofKey = key(iff('IsProd', allow(ROOT, 'kms:Decrypt'), allow(ROOT, 'kms:Encrypt')));
    assert.equal(outcome({ Key: ofKey, Role: role(iff('IsProd', use('kms:Encrypt'), use('kms:Decrypt'))) }), 'denied');
    assert.equal(outcome({ Key: ofKey, Role: role(iff('IsDebug', use('kms:Encrypt'), use('kms:Decrypt'))) }), 'unknown');
    const either = role(iff('IsProd', use('kms:Decrypt'), use(['kms:Decrypt', 'kms:Encrypt'])));
    assert.equal(outcome({ Key: key(allow(ROOT)), Role: either }), 'allowed');
    assert.equal(outcome({ Key: key(allow(ROOT)), Role: either }, 'kms:Encrypt'), 'unknown');
  });

  it('is decided in values too', () => {
    const cases: readonly (readonly [string, object, object, string])[] = [
      ['an action in each branch', key(allow(ROOT)), role(use(iff('IsProd', 'kms:Decrypt', ['kms:Decrypt', 'kms:Encrypt']))), 'allowed'],
      ['an item or none', key(allow(ROOT)), role(use(['kms:Decrypt', iff('IsProd', 'kms:Encrypt')])), 'allowed'],
      ['only in one branch', key(allow(ROOT)), role(use(iff('IsProd', 'kms:Decrypt', 'kms:Encrypt'))), 'unknown'],
      ['in neither branch', key(allow(ROOT)), role(use(iff('IsProd', 'kms:Sign', 'kms:Encrypt'))), 'denied'],
      ['the role in both branches', key(allow(iff('IsProd', ARN_OF_ROLE, [ARN_OF_ROLE, ROOT]))), role(), 'allowed'],
      ['the role in one branch', key(allow(iff('IsProd', ARN_OF_ROLE, { 'Fn::GetAtt': ['Other', 'Arn'] }))), role(), 'unknown'],
      ['a resource in each branch', key(allow(ROOT)), role(use('kms:Decrypt', { Resource: iff('IsProd', ARN_OF_KEY, '*') })), 'allowed'],
      ['a condition in one branch',
        key(allow(ARN_OF_ROLE, 'kms:*', { Condition: iff('IsProd', { Bool: { 'aws:SecureTransport': 'true' } }) })), role(), 'conditional'],
      ['a condition that is never true in one branch', key(allow(ARN_OF_ROLE, 'kms:*', {
        Condition: iff('IsProd', { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } }) })), role(), 'unknown'],
      ['the effect', key(allow(ROOT)), role(use('kms:Decrypt', { Effect: iff('IsProd', 'Deny', 'Allow') })), 'unknown'],
      ['Deny in both branches', key(allow(ROOT)),
        role(use('kms:*'), use('kms:Decrypt', { Effect: iff('IsProd', 'Deny', 'Deny') })), 'denied'],
    ];
    for (const [title, ofKey, ofRole, expected] of cases)
      assert.equal(outcome({ Key: ofKey, Role: ofRole, Other: role() }), expected, title);
  });

  it('may decide which key policy a key has, the default key policy where there is none', () => {
    const ofKey = (...branches: readonly unknown[]): object => ({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { 'Fn::If': ['IsProd',
      ...branches] } } });
    const root = document(allow(ROOT));
    const admin = document(allow({ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/Admin' }));
    for (const [branches, expected] of [[[root, root], 'allowed'], [[root, admin], 'unknown'], [[admin, admin], 'denied'],
      [[root, NO_VALUE], 'allowed'], [[admin, NO_VALUE], 'unknown'], [[root, { Ref: 'Document' }], 'unknown'],
      [[root, iff('IsDebug', admin, root)], 'unknown'], [[root, iff('IsProd', admin, root)], 'allowed']] as const) {
      const resources = { Key: ofKey(...branches), Role: role(use()) };
      assert.equal(outcome(resources), expected, JSON.stringify(branches));
      assert.deepEqual(findingsWithCode({ 'stack.json': { ...TEMPLATE, Resources: resources } }, 'link-conflict'), []);
    }
    assert.equal(outcome({ Key: under('IsNotProd', ofKey(admin, NO_VALUE)), Role: role(use()) }), 'allowed');
  });

  it('that is decided may leave a key without key policy', () => {
    const Parameters = { Stage: { Type: 'String', AllowedValues: ['dev'] } };
    const ofKey = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: iff('IsProd', document(allow('111122223333'))) } };
    assert.equal(outcomeInTemplate({ Key: ofKey, Role: role(use()) }, 'Role', 'kms:Decrypt', { ...TEMPLATE, Parameters }), 'allowed');
  });

  it('of more conditions than can be told apart stays unknown', () => {
    const Conditions = Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map((name) => [name, { 'Fn::Equals': [{ Ref: name }, 'x'] }]));
    const statements = Object.keys(Conditions).map((name) => iff(name, use()));
    assert.equal(outcomeInTemplate({ Key: key(allow(ROOT)), Role: role(...statements) }, 'Role', 'kms:Decrypt', { Conditions }), 'unknown');
  });

  it('finds an action that the key policy allows in no branch', () => {
    const files = { 'stack.json': { ...TEMPLATE, Resources: {
      Key: key(allow({ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/Admin' }), iff('IsProd', allow(ARN_OF_ROLE, 'kms:Encrypt'))),
      Role: role(iff('IsProd', use(['kms:Encrypt', 'kms:Decrypt']))) } } };
    assert.deepEqual(findingLines(files).filter((line) => line.includes(' error ')).map((line) => line.split(' ')[2]),
      ['action-not-allowed-by-key-policy']);
  });

  it('names what decides', () => {
    const { outcome: decided, decidedBy } = verdictInTemplates({ 'w/stack.json': { ...TEMPLATE, Resources: {
      Key: under('IsProd', key(allow(ROOT))), Role: role(iff('IsProd', use(), use('kms:Encrypt'))) } } }, 'Role', 'kms:Decrypt');
    assert.deepEqual([decided, decidedBy.map(({ gate, statement }) => `${gate} ${statement.index}`)],
      ['allowed', ['key-policy 0', 'identity-policy 0']]);
  });
});
