import assert from 'node:assert/strict';
import { applyFix, expectFindingsWithCode, findingsWithCode } from '../support/expect-findings';

const check = expectFindingsWithCode('unquoted-account-id');

/** A template with a key whose policy has these principals and this condition. */
function template(principals: string, { condition = '', more = '' } = {}): string {
  return `${more}Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: ${principals}}
            Action: kms:Decrypt
            Resource: '*'
${condition}`;
}

describe('rule unquoted-account-id', () => {
  it('octal digits are an error with the number that CloudFormation makes (cloudformation-coverage-roadmap#745)', () => {
    const files = { 'template.yaml': template('[012345670123, 111122223333]') };
    check(files, ['template.yaml error unquoted-account-id "012345670123"']);
    assert.match(findingsWithCode(files, 'unquoted-account-id')[0]?.message ?? '', /1402433619/);
    assert.equal(applyFix(files, 'unquoted-account-id')['template.yaml'], template("['012345670123', 111122223333]"));
  });

  it('an 8 or a 9 is a warning with the number that tools make (aws-cli#2934)', () => {
    const files = { 'template.yaml': template('099911112222') };
    check(files, ['template.yaml warning unquoted-account-id "099911112222"']);
    assert.match(findingsWithCode(files, 'unquoted-account-id')[0]?.message ?? '', / 99911112222,/);
    assert.equal(applyFix(files, 'unquoted-account-id')['template.yaml'], template("'099911112222'"));
  });

  it('what has quotes, or does not begin with 0, stays what it is', () => {
    check({ 'template.yaml': template("['012345670123', \"012345670123\", 111122223333]") }, []);
    check({ 'template.json': '{"Resources": {"K": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": []}}}}}' }, []);
  });

  it('conditions on accounts and parts of functions count, other values do not', () => {
    const condition = `            Condition:
              StringEquals:
                kms:CallerAccount: 012345670123
                kms:EncryptionContext:id: 012345670124
`;
    check({ 'template.yaml': template("!Join [':', ['arn:aws:iam:', 012345670125, root]]", { condition }) }, [
      'template.yaml error unquoted-account-id "012345670123"', 'template.yaml error unquoted-account-id "012345670125"']);
  });

  it('defaults and allowed values of parameters, and mappings, count where they are used', () => {
    const more = `Parameters:
  Consumer: {Type: String, Default: 012345670123, AllowedValues: [012345670123, 012345670124]}
  Other: {Type: String, Default: 012345670125}
Mappings:
  Accounts:
    prod: {id: 012345670126, name: prod}
`;
    check({ 'template.yaml': template("[!Sub 'arn:aws:iam::${Consumer}:root', !FindInMap [Accounts, !Ref Stage, id]]", { more }) }, [
      'template.yaml error unquoted-account-id "012345670123"', 'template.yaml error unquoted-account-id "012345670123"',
      'template.yaml error unquoted-account-id "012345670124"', 'template.yaml error unquoted-account-id "012345670126"']);
  });
});
