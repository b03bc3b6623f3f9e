import assert from 'node:assert/strict';
import { applyFix, expectFindingsWithCode, findingLines } from '../support/expect-findings';

const check = expectFindingsWithCode('yaml-syntax');

/** A template with a key whose policy has this line in the place of its resource. */
function template(resource: string, more = ''): string {
  return `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root'}
            Action: kms:*
            ${resource}
${more}`;
}

describe('rule yaml-syntax', () => {
  it('a template that can be read has none', () => {
    check({ 'template.yaml': template("Resource: '*'") }, []);
  });

  it('a star without quotes is an alias, and is read as the star that is meant', () => {
    const files = { 'template.yaml': template('Resource: *') };
    check(files, ['template.yaml error yaml-syntax "*"']);
    assert.deepEqual(findingLines(files).filter((line) => line.includes(' error ')), ['template.yaml error yaml-syntax "*"']);
    assert.equal(applyFix(files, 'yaml-syntax')['template.yaml'], template("Resource: '*'"));
  });

  it('each place has one finding', () => {
    const text = template('Resource: *', '  Other: {Type: AWS::IAM::Role, Properties: {Path: *}}\n');
    check({ 'template.yml': text }, ['template.yml error yaml-syntax "*"', 'template.yml error yaml-syntax "*"']);
  });

  it('YAML without a policy is left to others', () => {
    check({ 'service.yaml': 'kind: Service\nspec: *\n# AWS::KMS::Key kms:Decrypt\n' }, []);
    check({ 'template.yaml': 'Resources:\n  Bucket: {Type: AWS::S3::Bucket, Properties: *}\n' }, []);
  });

  it('a policy in JSON inside a template has json-syntax', () => {
    const text = `Resources:
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: |
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt" "Resource": "*"}]}
`;
    assert.deepEqual(findingLines({ 'template.yaml': text }, ['json-syntax', 'yaml-syntax']).map((line) => line.split(' ')[2]),
      ['json-syntax']);
  });
});
