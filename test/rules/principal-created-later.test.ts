import assert from 'node:assert/strict';
import { applyFix, expectFindingsWithCode, fixesWithCode } from '../support/expect-findings';

const check = expectFindingsWithCode('principal-created-later');

function template(principal: string, { dependsOn = '', roleProperties = '' } = {}): string {
  return `Resources:
  DataKey:
    Type: AWS::KMS::Key
${dependsOn}    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
          - {Effect: Allow, Principal: {AWS: ${principal}}, Action: 'kms:Decrypt', Resource: '*'}
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: Worker
      AssumeRolePolicyDocument: {}
${roleProperties}`;
}

const BY_NAME = "!Sub 'arn:aws:iam::${AWS::AccountId}:role/Worker'";
const FINDING = `template.yaml info principal-created-later "${BY_NAME}"`;

describe('rule principal-created-later', () => {
  it('a role by its name gets DependsOn (PutKeyPolicy: principals must exist)', () => {
    const files = { 'template.yaml': template(BY_NAME) };
    check(files, [FINDING]);
    assert.equal(applyFix(files, 'principal-created-later')['template.yaml'], template(BY_NAME, { dependsOn: '    DependsOn: Worker\n' }));
  });

  it('an order that is there is kept', () => {
    const files = { 'template.yaml': template(BY_NAME, { dependsOn: '    DependsOn: Bucket\n' }) };
    assert.equal(applyFix(files, 'principal-created-later')['template.yaml'],
      template(BY_NAME, { dependsOn: '    DependsOn:\n      - Bucket\n      - Worker\n' }));
  });

  it('a role that depends on the key cannot come first', () => {
    const files = { 'template.yaml': template(BY_NAME, { roleProperties: '      Description: !Ref DataKey\n' }) };
    check(files, [FINDING]);
    assert.deepEqual(fixesWithCode(files, 'principal-created-later'), []);
  });

  it('a reference or DependsOn makes the order; others are not made here', () => {
    check({ 'template.yaml': template('!GetAtt Worker.Arn') }, []);
    check({ 'template.yaml': template("!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Worker}'") }, []);
    check({ 'template.yaml': template(BY_NAME, { dependsOn: '    DependsOn: Worker\n' }) }, []);
    check({ 'template.yaml': template("!Sub 'arn:aws:iam::${AWS::AccountId}:role/Other'") }, []);
    check({ 'template.yaml': template("'arn:aws:iam::111122223333:role/Worker'") }, []);
  });
});
