import assert from 'node:assert/strict';
import { applyFix, checkFindings, expectFindingsWithCode } from '../support/expect-findings';

const check = expectFindingsWithCode('sub-variable-not-escaped');

function template(resource: string, head = ''): string {
  return `${head}Resources:
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: 'kms:Decrypt', Resource: ${resource}}]
`;
}

describe('rule sub-variable-not-escaped', () => {
  it('a policy variable in Fn::Sub is escaped', () => {
    const files = { 'template.yaml': template("!Sub 'arn:aws:kms:*:${AWS::AccountId}:key/${aws:username}'") };
    checkFindings(files, ['template.yaml error sub-variable-not-escaped "${aws:username}"']);
    assert.equal(applyFix(files, 'sub-variable-not-escaped')['template.yaml'],
      template("!Sub 'arn:aws:kms:*:${AWS::AccountId}:key/${!aws:username}'"));
  });

  it('all variables count, tags and those of identity providers too', () => {
    check({ 'template.yaml': template("!Sub 'arn:aws:kms:*:${AWS::AccountId}:key/${aws:PrincipalTag/key}${saml:sub}${*}'") }, [
      'template.yaml error sub-variable-not-escaped "${aws:PrincipalTag/key}"',
      'template.yaml error sub-variable-not-escaped "${saml:sub}"', 'template.yaml error sub-variable-not-escaped "${*}"']);
  });

  it('a policy in JSON in the text of Fn::Sub counts', () => {
    const text = (variable: string): string => `Resources:
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: !Sub |
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt",
          "Resource": "arn:aws:kms:*:\${AWS::AccountId}:key/${variable}"}]}
`;
    const files = { 'template.yaml': text('${aws:username}') };
    check(files, ['template.yaml error sub-variable-not-escaped "${aws:username}"']);
    assert.equal(applyFix(files, 'sub-variable-not-escaped')['template.yaml'], text('${!aws:username}'));
  });

  it('outside of Fn::Sub, escaped, in the map of the Fn::Sub, and under a macro it is fine', () => {
    check({ 'template.yaml': template("'arn:aws:kms:*:111122223333:key/${aws:username}'") }, []);
    check({ 'template.yaml': template("!Sub 'arn:aws:kms:*:${AWS::AccountId}:key/${!aws:username}'") }, []);
    check({ 'template.yaml': template("!Sub ['arn:aws:kms:*:111122223333:key/${aws:username}', {'aws:username': x}]") }, []);
    check({ 'template.yaml': template("!Sub 'arn:aws:kms:*:*:key/${aws:username}'", 'Transform: MyMacro\n') }, []);
  });
});
