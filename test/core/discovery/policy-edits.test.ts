import assert from 'node:assert/strict';
import { deploymentSymbol } from '../../../server/src/core/aws/identifier-comparison';
import type { DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import { renderPolicyEdits } from '../../../server/src/core/discovery/policy-edits';
import { discoverPolicies } from '../../../server/src/core/discovery/read-file';
import type { JsonValue } from '../../../server/src/core/syntax/tree-edit';
import { applyEdits } from '../../../server/src/core/text/apply-edits';

const URI = 'file:///w/template.yaml';
const ACCOUNT = deploymentSymbol('account', 'AWS::AccountId of template.yaml', URI);
const WORKER = `arn:aws:iam::${ACCOUNT}:role/${deploymentSymbol('resource', 'Worker of template.yaml', URI)}`;

function policyIn(text: string, logicalId: string): DiscoveredPolicy {
  return discoverPolicies({ uri: URI, text }).policies.find(({ container }) => container.logicalId === logicalId) ?? assert.fail();
}

/** The template with a statement more in the policy of the key. */
function withStatement(text: string, statement: JsonValue): string {
  const policy = policyIn(text, 'DataKey');
  const { statementMember: member } = policy.policy;
  assert.ok(member);
  const { edits, refusal } = renderPolicyEdits(policy, [{ edit: 'append', member, value: statement }]);
  return edits ? applyEdits(text, edits) : refusal;
}

const template = (...resources: readonly string[]): string => `AWSTemplateFormatVersion: '2010-09-09'\nResources:\n${resources.join('')}`;
const KEY = `  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
`;
const ROLE = `  Worker:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
`;
const NAMED_ROLE = ROLE.replace('{AssumeRole', '{RoleName: worker, Path: /app/, AssumeRole');
const ROLE_WITH_KEY = ROLE.replace('{}}', '{}, Policies: [{PolicyName: kms, PolicyDocument: {Statement: {Effect: Allow, '
  + 'Action: kms:Decrypt, Resource: !GetAtt DataKey.Arn}}}]}');
const allow = (principal: string): JsonValue => ({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:Decrypt', Resource: '*' });

describe('discovery: edits of policies in templates', () => {
  it('write what the template makes as a function, also where it has a name', () => {
    const added = (principal: string): string => `          - Effect: Allow
            Principal:
              AWS: ${principal}
            Action: kms:Decrypt
            Resource: '*'
`;
    assert.equal(withStatement(template(KEY, ROLE), allow(WORKER)), template(KEY, added('!GetAtt Worker.Arn'), ROLE));
    assert.equal(withStatement(template(KEY, NAMED_ROLE), allow(`arn:aws:iam::${ACCOUNT}:role/app/worker`)),
      template(KEY, added('!GetAtt Worker.Arn'), NAMED_ROLE));
    assert.equal(withStatement(template(KEY, ROLE), allow(`arn:aws:iam::${ACCOUNT}:role/other`)),
      template(KEY, added('!Sub arn:aws:iam::${AWS::AccountId}:role/other'), ROLE));
    assert.equal(withStatement(template(KEY, ROLE), allow('arn:aws:iam::444455556666:role/${aws:username}')),
      template(KEY, added('arn:aws:iam::444455556666:role/${aws:username}'), ROLE));
  });

  it('are refused where a reference would be a circular dependency (CloudFormation User Guide, aws-attribute-dependson)', () => {
    assert.match(withStatement(template(KEY, ROLE_WITH_KEY), allow(WORKER)), /^Worker depends on DataKey: /);
  });

  it('write words where the symbol is of another template', () => {
    const other = `arn:aws:iam::${deploymentSymbol('account', 'AWS::AccountId of b.yaml', 'file:///w/b.yaml')}:root`;
    assert.match(withStatement(template(KEY, ROLE), allow(other)), /AWS: 'arn:aws:iam::<AWS_ACCOUNTID>:root'\n/);
  });

  it('write a default key policy whole, with the statement', () => {
    const flow = '  DataKey:\n    Type: AWS::KMS::Key\n    Properties: {KeySpec: RSA_2048}\n';
    assert.equal(withStatement(template(flow, ROLE), allow(WORKER)), template(flow.replace('RSA_2048', `RSA_2048, KeyPolicy: {`
      + 'Version: \'2012-10-17\', Id: key-default-1, Statement: [{Sid: Enable IAM User Permissions, Effect: Allow, '
      + 'Principal: {AWS: !Sub \'arn:${AWS::Partition}:iam::${AWS::AccountId}:root\'}, Action: kms:*, Resource: \'*\'}, '
      + '{Effect: Allow, Principal: {AWS: !GetAtt Worker.Arn}, Action: kms:Decrypt, Resource: \'*\'}]}'), ROLE));
    const bare = '  DataKey:\r\n    Type: AWS::KMS::Key  # data\r\n    DeletionPolicy: Retain\r\n';
    assert.equal(withStatement(template(bare), allow('arn:aws:iam::444455556666:root')).replace(/\r\n/g, '\n'), template(`  DataKey:
    Type: AWS::KMS::Key  # data
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Id: key-default-1
        Statement:
          - Sid: Enable IAM User Permissions
            Effect: Allow
            Principal:
              AWS: !Sub arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root
            Action: kms:*
            Resource: '*'
          - Effect: Allow
            Principal:
              AWS: arn:aws:iam::444455556666:root
            Action: kms:Decrypt
            Resource: '*'
    DeletionPolicy: Retain
`));
  });

  it('of JSON text in a literal block stay JSON, with references only in the text of Fn::Sub', () => {
    const block = (tag: string, ...statements: readonly string[]): string => `  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: ${tag}|
        {
          "Version": "2012-10-17",
          "Statement": [
            ${statements.join(',\n            ')}
          ]
        }
`;
    const owner = '{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}';
    const added = (principal: string, key: string): string => `{
              "Effect": "Allow",
              "Principal": {
                "AWS": "${principal}"
              },
              "Action": "kms:Decrypt",
              "Resource": "${key}"
            }`;
    const statement = { ...allow(WORKER) as object, Resource: 'arn:aws:s3:::${aws:username}' };
    assert.equal(withStatement(template(block('!Sub ', owner), ROLE), statement),
      template(block('!Sub ', owner, added('${Worker.Arn}', 'arn:aws:s3:::${!aws:username}')), ROLE));
    assert.match(withStatement(template(block('', owner), ROLE), statement), /^The policy is a string without Fn::Sub/);
    const account = 'arn:aws:iam::444455556666:root';
    assert.equal(withStatement(template(block('', owner), ROLE), { ...statement, Principal: { AWS: account } }),
      template(block('', owner, added(account, 'arn:aws:s3:::${aws:username}')), ROLE));
    assert.match(withStatement(template(block('!Sub ', owner), ROLE_WITH_KEY), statement), /^Worker depends on DataKey: /);
    assert.match(withStatement(template(block('!Sub ', owner).replace('|', '>'), ROLE), statement), /^A folded block \(>\)/);
  });

  it('of templates in JSON have long forms', () => {
    const text = JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: {
      DataKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [] } } },
      Worker: { Type: 'AWS::IAM::Role', Properties: {} } } }, null, 2);
    const changed = JSON.parse(withStatement(text, allow(WORKER))) as typeof text & { Resources: { DataKey: { Properties: {
      KeyPolicy: { Statement: unknown } } } } };
    assert.deepEqual(changed.Resources.DataKey.Properties.KeyPolicy.Statement,
      [{ ...allow('') as object, Principal: { AWS: { 'Fn::GetAtt': ['Worker', 'Arn'] } } }]);
  });
});
