import assert from 'node:assert/strict';
import { applyFix, expectFindingsWithCode, fixesWithCode } from '../support/expect-findings';

const check = expectFindingsWithCode('attachment-not-a-name');

function template(attachment: string, { type = 'AWS::IAM::Policy', action = 'kms:Decrypt' } = {}): string {
  return `Parameters: {RoleArn: {Type: String, Default: 'arn:aws:iam::111122223333:role/App'}}
Resources:
  Worker: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Reader: {Type: AWS::IAM::User}
  Readers: {Type: AWS::IAM::Group}
  Rights:
    Type: ${type}
    Properties:
      PolicyName: kms
      ${attachment}
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: '${action}', Resource: '*'}]
`;
}

describe('rule attachment-not-a-name', () => {
  it('an ARN of a role of the template is replaced by Ref', () => {
    const files = { 'template.yaml': template('Roles: [!GetAtt Worker.Arn, !Ref Worker]') };
    check(files, ['template.yaml error attachment-not-a-name "!GetAtt Worker.Arn"']);
    assert.equal(applyFix(files, 'attachment-not-a-name')['template.yaml'], template('Roles: [!Ref Worker, !Ref Worker]'));
  });

  it('a literal ARN is replaced by its name, without the path', () => {
    const files = { 'template.yaml': template('Roles: [arn:aws:iam::111122223333:role/team/App]') };
    check(files, ['template.yaml error attachment-not-a-name "arn:aws:iam::111122223333:role/team/App"']);
    assert.equal(applyFix(files, 'attachment-not-a-name')['template.yaml'], template('Roles: [App]'));
  });

  it('every property with names counts', () => {
    check({ 'template.yaml': template('Users: [!GetAtt Reader.Arn]') }, ['template.yaml error attachment-not-a-name "!GetAtt Reader.Arn"']);
    check({ 'template.yaml': template('Groups: [!GetAtt Readers.Arn]') },
      ['template.yaml error attachment-not-a-name "!GetAtt Readers.Arn"']);
    check({ 'template.yaml': template('RoleName: !GetAtt Worker.Arn', { type: 'AWS::IAM::RolePolicy' }) },
      ['template.yaml error attachment-not-a-name "!GetAtt Worker.Arn"']);
    check({ 'template.yaml': template("Roles: [!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Name}']") },
      ["template.yaml error attachment-not-a-name \"!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Name}'\""]);
  });

  it('the ARN of another kind of identity has no fix', () => {
    assert.deepEqual(fixesWithCode({ 'template.yaml': template('Roles: [!GetAtt Reader.Arn]') }, 'attachment-not-a-name'), []);
  });

  it('names, parameters and policies that do not concern KMS are left alone', () => {
    check({ 'template.yaml': template('Roles: [!Ref Worker, App, !Ref RoleArn]') }, []);
    check({ 'template.yaml': `# kms:\n${template('Roles: [!GetAtt Worker.Arn]', { action: 's3:GetObject' })}` }, []);
  });
});
