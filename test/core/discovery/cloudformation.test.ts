import assert from 'node:assert/strict';
import { describeIdentifier } from '../../../server/src/core/aws/identifier-comparison';
import { discoverPolicies, type FileDiscovery } from '../../../server/src/core/discovery/read-file';
import { pointerOfAddress } from '../../../server/src/core/discovery/policy-address';
import { CONSUMER, KEY_ARN, KEY_ID, OWNER } from '../../support/fixtures';

/** What is read from a template of these resources. */
function readTemplate(resources: object, more: object = {}, values: Readonly<Record<string, string>> = {}): FileDiscovery {
  return discoverPolicies({ uri: 'file:///w/stack.template.json', text: JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...more,
    Resources: resources }), placeholderValues: (name) => (values[name] === undefined ? undefined : { text: values[name] }) });
}

function policyOf(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

const allowOn = (resource: unknown): object => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: resource });
const role = (properties: object = {}): object => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } });
const KEY = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policyOf() } };

/** The values of `Resource` of a managed policy, as they are shown. */
function resourceTexts(values: readonly unknown[], resources: object = {}, more: object = {},
  placeholderValues: Readonly<Record<string, string>> = {}): readonly string[] {
  const { policies } = readTemplate({ ...resources, Reader: { Type: 'AWS::IAM::ManagedPolicy', Properties: {
    PolicyDocument: policyOf(allowOn(values)) } } }, more, placeholderValues);
  const reader = policies.find(({ container }) => container.logicalId === 'Reader');
  return reader?.policy.statements[0]?.resource?.patterns.map(({ text }) => describeIdentifier(text.value)) ?? [];
}

describe('discovery: policies of CloudFormation templates', () => {
  it('are those of keys and identities; trust policies and policies of buckets are silent', () => {
    const { policies, keyFacts, identities } = readTemplate({
      DataKey: KEY, Worker: role({ Policies: [{ PolicyName: 'kms', PolicyDocument: policyOf(allowOn('*')) }] }),
      Bucket: { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: policyOf(allowOn('*')) } },
      Rights: { Type: 'AWS::IAM::RolePolicy', Properties: { RoleName: { Ref: 'Worker' }, PolicyDocument: policyOf(allowOn('*')) } },
    });
    assert.deepEqual(policies.map(({ address, policy }) => `${policy.kind} ${pointerOfAddress(address)}`), [
      'key /Resources/DataKey/Properties/KeyPolicy', 'identity /Resources/Worker/Properties/Policies/0/PolicyDocument',
      'identity /Resources/Rights/Properties/PolicyDocument']);
    assert.deepEqual(identities.map(({ logicalId }) => logicalId), ['Worker']);
    assert.deepEqual(keyFacts.map(({ logicalId, keySpec, keyUsage }) => [logicalId, keySpec, keyUsage]),
      [['DataKey', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT']]);
    assert.deepEqual(policies.slice(1).map(({ container }) => container.attachments?.map(describeIdentifier)), [
      ['arn:AWS::Partition:iam::AWS::AccountId of stack.template.json:role/Worker of stack.template.json'],
      ['arn:AWS::Partition:iam::AWS::AccountId of stack.template.json:role/Worker of stack.template.json']]);
  });

  it('in other JSON, and in templates without KMS, give nothing', () => {
    assert.deepEqual(readTemplate({ Worker: role({ Policies: [{ PolicyName: 's3', PolicyDocument: policyOf({ Effect: 'Allow',
      Action: 's3:GetObject', Resource: '*' }) }] }) }).policies, []);
    const text = JSON.stringify({ Resources: { DataKey: { Type: 'Key', kms: 'kms:x' } } });
    assert.deepEqual(discoverPolicies({ uri: 'file:///w/a.json', text }).policies, []);
  });

  it('a key without KeyPolicy has the default key policy (KMS Developer Guide, key-policy-default)', () => {
    const properties = { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' };
    const [policy] = readTemplate({ DataKey: { Type: 'AWS::KMS::Key', Properties: properties } }).policies;
    assert.equal(policy?.isImplicit, true);
    assert.deepEqual(policy.policy.statements.map(({ principal, action }) =>
      [principal?.principals[0]?.form, action?.patterns[0]?.text.value]), [['account', 'kms:*']]);
    const statementMember = policy.policy.statementMember ?? assert.fail();
    const { edits } = policy.layer.syntax.renderEdits(policy.layer, [{ edit: 'append', member: statementMember, value: { Sid: 'New' } }]);
    assert.deepEqual(JSON.parse(`{${edits?.[0]?.newText.replace(/^,/, '') ?? ''}}`), { KeyPolicy: {
      Version: '2012-10-17', Id: 'key-default-1', Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: {
        AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } }, Action: 'kms:*', Resource: '*' }, { Sid: 'New' }] } });
    const textEdit = { edit: 'text', span: policy.policy.node.span, newText: '' } as const;
    assert.match(policy.layer.syntax.renderEdits(policy.layer, [textEdit]).refusal ?? '', /DataKey has no KeyPolicy in the template/);
  });

  it('as text in a string, also of Fn::Sub, are read in the text', () => {
    const text = JSON.stringify(policyOf(allowOn('arn:aws:kms:us-west-2:${AWS::AccountId}:key/${DataKey}')));
    const { policies } = readTemplate({ DataKey: KEY, Rights: { Type: 'AWS::IAM::Policy', Properties: {
      Users: ['uploader'], PolicyDocument: { 'Fn::Sub': text } } } });
    assert.equal(describeIdentifier(policies[1]?.policy.statements[0]?.resource?.patterns[0]?.text.value ?? ''),
      'arn:aws:kms:us-west-2:AWS::AccountId of stack.template.json:key/DataKey of stack.template.json');
    assert.deepEqual(policies[1]?.container.attachments?.map(describeIdentifier),
      ['arn:aws:iam::AWS::AccountId of stack.template.json:user/uploader']);
  });

  it('under a condition may be missing', () => {
    const { policies } = readTemplate({ Worker: role(), Rights: { Type: 'AWS::IAM::Policy', Condition: 'IsProd', Properties: {
      Roles: [{ Ref: 'Worker' }], PolicyDocument: policyOf(allowOn('*')) } } });
    assert.deepEqual(policies.map(({ policy }) => policy.statements.map(({ isMaybe }) => isMaybe)), [[true]]);
  });

  it('that are only a permissions boundary grant nothing', () => {
    const { policies } = readTemplate({ Limit: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policyOf(allowOn('*')) } },
      Worker: role({ PermissionsBoundary: { Ref: 'Limit' } }) });
    assert.deepEqual(policies.map(({ policy }) => policy.kind), ['boundary']);
  });
});

describe('discovery: intrinsic functions (CloudFormation User Guide, intrinsic-function-reference)', () => {
  it('Ref, GetAtt, Sub and Join give identifiers of what the template makes', () => {
    const arn = 'arn:aws:kms:AWS::Region of stack.template.json:AWS::AccountId of stack.template.json:key/DataKey of stack.template.json';
    assert.deepEqual(resourceTexts([
      { 'Fn::GetAtt': ['DataKey', 'Arn'] }, { 'Fn::GetAtt': 'DataKey.Arn' }, { Ref: 'DataKey' },
      { 'Fn::Sub': 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${DataKey}' },
      { 'Fn::Sub': ['${Key}', { Key: { 'Fn::GetAtt': ['DataKey', 'Arn'] } }] },
      { 'Fn::Join': [':', ['arn:aws:kms', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, { 'Fn::Sub': 'key/${DataKey}' }]] },
      { 'Fn::Select': [1, ['a', { 'Fn::GetAtt': ['DataKey', 'Arn'] }]] },
    ], { DataKey: KEY }), [arn, arn, 'DataKey of stack.template.json', arn, arn, arn, arn]);
  });

  it('what is written as ${Name} outside of Fn::Sub is text, and ${!Name} in it is the text ${Name}', () => {
    assert.deepEqual(resourceTexts(['arn:aws:kms:us-west-2:${AWS::AccountId}:key/*', { 'Fn::Sub': 'arn:aws:s3:::b/${!aws:username}' }]),
      ['arn:aws:kms:us-west-2:${AWS::AccountId}:key/*', 'arn:aws:s3:::b/${aws:username}']);
  });

  it('parameters, SSM, imports and macros stay unknown', () => {
    const values = [{ Ref: 'KeyArn' }, '{{resolve:ssm:/shared/key-arn}}', { 'Fn::ImportValue': 'shared-key' },
      { 'Fn::Transform': { Name: 'X' } }];
    const { policies } = readTemplate(
      { Reader: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policyOf(allowOn(values)) } } },
      { Parameters: { KeyArn: { Type: 'String' } } });
    assert.deepEqual(policies[0]?.policy.statements[0]?.resource?.patterns.map(({ form }) => form),
      ['unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('declared values of parameters and of AWS::AccountId count, and literal maps', () => {
    assert.deepEqual(resourceTexts([
      { 'Fn::Sub': 'arn:aws:kms:us-west-2:${AWS::AccountId}:key/${Id}' },
      { 'Fn::Sub': ['arn:aws:kms:us-west-2:${Account}:key/*', { Account: { 'Fn::FindInMap': ['Accounts', 'prod', 'id'] } }] },
    ], {}, { Mappings: { Accounts: { prod: { id: CONSUMER } } } }, { 'AWS::AccountId': OWNER, 'Id': KEY_ID }),
    [KEY_ARN, 'arn:aws:kms:us-west-2:444455556666:key/*']);
  });

  it('every character of a value has its place in the file', () => {
    const text = JSON.stringify({ Resources: { DataKey: KEY, Reader: { Type: 'AWS::IAM::ManagedPolicy', Properties: {
      PolicyDocument: policyOf(allowOn({ 'Fn::Sub': 'arn:aws:kms:${AWS::Region}:x:key/a' })) } } } });
    const { policies } = discoverPolicies({ uri: 'file:///w/a.json', text });
    const node = policies[1]?.policy.statements[0]?.resource?.patterns[0]?.text.node;
    assert.ok(node);
    assert.equal(text.slice(node.content.start, node.content.end), 'arn:aws:kms:${AWS::Region}:x:key/a');
    assert.deepEqual(Array.from(node.value, (_, index) => text.charAt(node.offsets?.[index] ?? -1)).join(''), node.value);
  });
});
