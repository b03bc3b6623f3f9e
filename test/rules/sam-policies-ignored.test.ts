import { expectFindingsWithCode } from '../support/expect-findings';

const check = expectFindingsWithCode('sam-policies-ignored');

function template(role: string, policies: string, transform = 'AWS::Serverless-2016-10-31'): string {
  return `Transform: ${transform}
Resources:
  DataKey: {Type: AWS::KMS::Key}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      ${role}
      Policies: ${policies}
`;
}

const TEMPLATE = '[KMSDecryptPolicy: {KeyId: !Ref DataKey}]';
const FINDING = 'template.yaml warning sam-policies-ignored "Policies"';

describe('rule sam-policies-ignored', () => {
  it('policies beside a role have no effect (AWS re:Post, lambda-sam-template-permissions)', () => {
    check({ 'template.yaml': template('Role: !Ref RoleArn', TEMPLATE) }, [FINDING]);
    check({ 'template.yaml': template('Role: !Ref RoleArn', "{Effect: Allow, Action: 'kms:Decrypt', Resource: '*'}") }, [FINDING]);
  });

  it('without a role, or where a condition decides, SAM makes one', () => {
    check({ 'template.yaml': template('Runtime: python3.13', TEMPLATE) }, []);
    check({ 'template.yaml': template('Role: !If [HasRole, !Ref RoleArn, !Ref AWS::NoValue]', TEMPLATE) }, []);
  });

  it('what does not concern KMS, and what is not SAM, is left alone', () => {
    check({ 'template.yaml': template('Role: !Ref RoleArn', "{Effect: Allow, Action: 's3:GetObject', Resource: '*'}") }, []);
    check({ 'template.yaml': template('Role: !Ref RoleArn', TEMPLATE, 'Other') }, []);
  });
});
