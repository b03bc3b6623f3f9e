import assert from 'node:assert/strict';
import { applyFix, checkFindings, expectFindingsWithCode, fixesWithCode } from '../support/expect-findings';

const check = expectFindingsWithCode('sub-missing');

function template(resource: string): string {
  return `Parameters: {Owner: {Type: String}}
Resources:
  DataKey:
    Type: AWS::KMS::Key
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Sid: '\${Owner}', Effect: Allow, Action: 'kms:Decrypt', Resource: ${resource}}]
`;
}

describe('rule sub-missing', () => {
  it('a reference without Fn::Sub gets one, and the variables of IAM are escaped', () => {
    const files = { 'template.yaml': template("'arn:aws:kms:*:${Owner}:key/${aws:username}'") };
    check(files, ['template.yaml error sub-missing "${Owner}"']);
    assert.equal(applyFix(files, 'sub-missing')['template.yaml'], template("!Sub 'arn:aws:kms:*:${Owner}:key/${!aws:username}'"));
  });

  it('pseudo parameters, resources and their attributes count, also in a part of a function', () => {
    const resources = "[!Join [':', ['arn:aws:kms', '${AWS::Region}', '${AWS::AccountId}:key/${DataKey}']], '${DataKey.Arn}']";
    check({ 'template.yaml': template(resources) }, [
      'template.yaml error sub-missing "${AWS::Region}"', 'template.yaml error sub-missing "${AWS::AccountId}"',
      'template.yaml error sub-missing "${DataKey}"', 'template.yaml error sub-missing "${DataKey.Arn}"']);
  });

  it('no other rule reports a principal for it', () => {
    const text = template("'*'").replace('DataKey:\n    Type: AWS::KMS::Key\n', `DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::\${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}]
`);
    checkFindings({ 'template.yaml': text }, ['template.yaml error sub-missing "${AWS::AccountId}"'],
      ['sub-missing', 'principal-not-iam-arn', 'invalid-account-id']);
  });

  it('the long form is written in JSON', () => {
    const text = (resource: string): string => `{"Resources": {"Rights": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {
      "PolicyDocument": {"Version": "2012-10-17","Statement": [{"Effect": "Allow","Action": "kms:Decrypt", "Resource": ${resource}}]}}}}}`;
    const files = { 'stack.template.json': text('"arn:aws:kms:*:${AWS::AccountId}:key/*"') };
    check(files, ['stack.template.json error sub-missing "${AWS::AccountId}"']);
    assert.deepEqual(JSON.parse(applyFix(files, 'sub-missing')['stack.template.json'] ?? ''),
      JSON.parse(text('{"Fn::Sub": "arn:aws:kms:*:${AWS::AccountId}:key/*"}')));
  });

  it('of a policy in a string the whole string gets Fn::Sub; none of several lines does', () => {
    const text = (document: string): string => `Resources:
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: ${document}
`;
    const json = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", '
      + '"Resource": "arn:aws:kms:*:${AWS::AccountId}:key/*"}]}';
    assert.equal(applyFix({ 'template.yaml': text(`'${json}'`) }, 'sub-missing')['template.yaml'], text(`!Sub '${json}'`));
    assert.deepEqual(fixesWithCode({ 'template.yaml': text(`|\n        ${json}`) }, 'sub-missing'), []);
  });

  it('other names, and texts that are compared with nothing, are left alone', () => {
    check({ 'template.yaml': template("'arn:aws:kms:*:111122223333:key/${aws:username}${Unknown}'") }, []);
    check({ 'template.yaml': template("!Sub 'arn:aws:kms:*:${Owner}:key/*'") }, []);
  });
});
