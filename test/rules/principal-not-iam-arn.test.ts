import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, roleArn } from '../support/fixtures';

const CODE = 'principal-not-iam-arn';
const ONLY = [CODE, 'invalid-account-id', 'group-principal', 'principal-partial-wildcard', 'identity-not-in-key-policy'];

describe(CODE, () => {
  it('finds an organization', () => {
    const arn = `arn:aws:organizations::${OWNER}:organization/o-exampleorgid`;
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: arn } }) }, [`key.json error ${CODE} "\\"${arn}\\""`], ONLY);
  });

  it('takes the account with a condition on the organization', () => {
    checkFindings({ 'key.json': keyPolicy({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }) }, [], ONLY);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [KEY_ARN, /service "kms"/], ['arn:aws:s3:::bucket/*', /service "s3"/],
    [`arn:aws:iam::${CONSUMER}:instance-profile/App`, /the role that is in it/],
    ['arn:aws:iam::aws:policy/AdministratorAccess', /policy is not a principal/],
    [`arn:aws:iam::${CONSUMER}:policy/*`, /policy is not a principal/],
    [`arn:aws:iam::${CONSUMER}:oidc-provider/example.com`, /trust policies/], [`arn:aws:iam::${CONSUMER}:mfa/me`, /is not a principal/],
    [`arn:aws:iam:us-east-1:${CONSUMER}:role/App`, /not Regional/], [`arn:aws:sts::${CONSUMER}:role/App`, /of the service sts/],
    ['AKIAIOSFODNN7EXAMPLE', /id of an access key,/], ['o-exampleorgid', /PrincipalOrgID/], ['s3.amazonaws.com', /under "Service"/],
    [`ARN:AWS:IAM::${CONSUMER}:ROLE/App`, /lower case/], ['App', /neither/],
  ];
  for (const [value, says] of wrong) {
    it(`finds ${value}`, () => {
      const files = { 'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: [roleArn(CONSUMER), value] } })) };
      checkFindings(files, [`out.json error ${CODE} "\\\\\\"${value}\\\\\\""`], ONLY);
      assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', says);
    });
  }

  const incomplete: readonly (readonly [string, RegExp])[] = [
    [`arn:aws::${CONSUMER}:root`, /^The field "iam" for the service is missing/], [`arn:aws:::${CONSUMER}:root`, /^The field "iam"/],
    [`arn:aws:${CONSUMER}:root`, /^The field "iam"/],
    [`arn:aws:iam:${CONSUMER}:root`, /^The field for the Region, which is empty for IAM, is missing/],
    [`arn:aws:iam:us-east-1:${CONSUMER}:root`, /^IAM is not Regional/],
  ];
  for (const [value, says] of incomplete) {
    it(`names the field that is wrong in ${value}, and writes it (IAM User Guide, IAM ARNs)`, () => {
      const files = { 'key.json': keyPolicy({ Principal: { AWS: value } }) };
      checkFindings(files, [`key.json error ${CODE} "\\"${value}\\""`], ONLY);
      assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', says);
      assert.deepEqual(JSON.parse(applyFix(files, CODE)['key.json'] ?? ''), keyPolicy());
    });
  }

  it('limits everybody to an organization, unless a condition is about one already', () => {
    const id = 'o-exampleorgid';
    for (const value of [id, `arn:aws:organizations::${OWNER}:organization/${id}`]) {
      const files = { 'key.json': keyPolicy({ Principal: { AWS: value } }) };
      assert.deepEqual(fixesWithCode(files, CODE).map(({ safe, preferred }) => [safe, preferred]), [[false, false]]);
      const after = applyFix(files, CODE);
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''),
        keyPolicy({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': id } } }));
      checkFindings(after, [], [...ONLY, 'wildcard-principal']);
    }
    const condition = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-otherorgid1' } };
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicy({ Principal: { AWS: id }, Condition: condition }) }, CODE), []);
  });

  it('gives an organization beside other principals a statement of its own', () => {
    const files = { 'key.json': keyPolicy({ Principal: { AWS: [roleArn(CONSUMER), 'o-exampleorgid'] } }) };
    const { Statement } = JSON.parse(applyFix(files, CODE)['key.json'] ?? '') as {
      Statement: { Principal: unknown; Condition?: unknown }[];
    };
    assert.deepEqual(Statement.slice(1).map(({ Principal, Condition }) => [Principal, Condition]), [
      [{ AWS: [roleArn(CONSUMER)] }, undefined],
      [{ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }]]);
  });

  it('has no fix where a person has to say what is meant', () => {
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicy({ Principal: { AWS: 'App' } }) }, CODE), []);
  });

  it('leaves words to replace, template values and other kinds of policies alone', () => {
    checkFindings({
      'a.json': keyPolicy({ Principal: { AWS: ['ACCOUNT_ID', '${principal}', 'arn:aws:${service}:::x'] } }),
      'b.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: KEY_ARN }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }] },
    }, [], ONLY);
  });

  it('is the cause: the identity that is meant is not missing in the key policy', () => {
    const profile = `arn:aws:iam::${CONSUMER}:instance-profile/ExampleRole`;
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: profile } }),
      'app.json': identityPolicy() }, [`key.json error ${CODE} "\\"${profile}\\""`], ONLY);
  });

  it('builds the ARN around an import of the name of a role: Ref of a role gives its name (template reference, AWS::IAM::Role)', () => {
    const files = {
      'roles.yaml': `Resources:
  Worker: { Type: AWS::IAM::Role, Properties: { Path: /jobs/ } }
Outputs: { Worker: { Value: !Ref Worker, Export: { Name: worker } } }\n`,
      'key.yaml': `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: { AWS: !ImportValue worker }
            Action: kms:Decrypt
            Resource: '*'\n`,
    };
    checkFindings(files, [`key.yaml error ${CODE} "!ImportValue worker"`], ONLY);
    assert.match(applyFix(files, CODE, 'Build the ARN', 'key.yaml')['key.yaml'] ?? '',
      /AWS: !Sub \['arn:\$\{AWS::Partition\}:iam::\$\{AWS::AccountId\}:role\/jobs\/\$\{Name\}', \{\s*Name: !ImportValue worker\s*\}\]/);
  });
});
