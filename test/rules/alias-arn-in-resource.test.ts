import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER } from '../support/fixtures';

const ONLY = ['alias-arn-in-resource'];
const ALIAS = `arn:aws:kms:us-west-2:${OWNER}:alias/app`;

describe('alias-arn-in-resource', () => {
  it('finds an alias where a key is due', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: ALIAS }) }, [`app.json error alias-arn-in-resource "\\"${ALIAS}\\""`], ONLY);
  });

  it('takes aliases for actions on aliases, and patterns that cover such actions', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: 'kms:CreateAlias', Resource: ALIAS }),
      'b.json': identityPolicy({ Action: 'KMS:updatealias', Resource: [ALIAS, KEY_ARN] }),
      'c.json': identityPolicy({ Action: 'kms:*', Resource: ALIAS }),
    }, [], ONLY);
  });

  it('finds it in other case and inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Action: ['KMS:DECRYPT'], Resource: [ALIAS] })) }, [
      `role.json error alias-arn-in-resource "\\"${ALIAS}\\""`,
    ], ONLY);
  });

  const severityBeside = (other: string): string | undefined =>
    findingsWithCode({ 'app.json': identityPolicy({ Resource: [other, ALIAS] }) }, 'alias-arn-in-resource')[0]?.severity;

  it('warns where a key that may be the one behind it is next to it', () => {
    for (const other of [KEY_ARN, '*', `arn:aws:kms:us-west-2:${OWNER}:key/*`, `arn:aws:kms:*:${OWNER}:key/*`])
      assert.equal(severityBeside(other), 'warning', other);
    for (const other of [KEY_ARN.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace(OWNER, CONSUMER), 'arn:aws:s3:::bucket/*',
      `${ALIAS}2`])
      assert.equal(severityBeside(other), 'error', other);
  });

  it('removes it there, but not where the key behind it is known and not covered yet', () => {
    const beside = identityPolicy({ Resource: [KEY_ARN, ALIAS] });
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': beside }, 'alias-arn-in-resource', 'Remove the alias')['app.json'] ?? ''),
      identityPolicy({ Resource: [KEY_ARN] }));
    const other = KEY_ARN.replace('1234abcd', '9999abcd');
    const files = { 'kms-handshake.json': manifest({ keys: [{ arn: other, policy: 'key.json', aliases: ['alias/app'] }] }),
      'key.json': keyPolicy(), 'app.json': beside };
    assert.deepEqual(fixesWithCode(files, 'alias-arn-in-resource').map(({ title }) => title), [`Use ${other}`]);
  });

  it('leaves key policies and unknown values alone', () => {
    checkFindings({ 'key.json': keyPolicy({ Resource: ALIAS }),
      'a.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:${account}:alias/app' }) }, [], ONLY);
  });

  it('is the only finding there: the alias is meant for the key (docs/aws-rules.md 8.2)', () => {
    const files = (alias: string) => ({
      'kms-handshake.json': manifest({ keys: [{ arn: KEY_ARN, policy: 'key.json' }],
        identities: [{ account: CONSUMER, policies: ['app.json'] }] }),
      'key.json': keyPolicy(),
      'app.json': identityPolicy({ Resource: alias }),
    });
    checkFindings(files(ALIAS), [`app.json error alias-arn-in-resource "\\"${ALIAS}\\""`], [...ONLY, 'missing-key-arn-resource']);
    const elsewhere = ALIAS.replace('us-west-2', 'eu-west-1');
    checkFindings(files(elsewhere),
      ['error alias-arn-in-resource', 'info missing-key-arn-resource'].map((each) => `app.json ${each} "\\"${elsewhere}\\""`), [...ONLY,
      'missing-key-arn-resource']);
  });

  it('uses the key behind the alias', () => {
    const files = { 'kms-handshake.json': manifest({ keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }] }),
      'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: ALIAS }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'alias-arn-in-resource', `Use ${KEY_ARN}`)['app.json'] ?? ''), identityPolicy());
  });

  it('allows the keys of the alias by condition where the key is not known', () => {
    const after = applyFix({ 'app.json': identityPolicy({ Resource: ALIAS, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) },
      'alias-arn-in-resource', 'kms:ResourceAliases');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({
      Resource: `arn:aws:kms:us-west-2:${OWNER}:key/*`,
      Condition: { Bool: { 'aws:SecureTransport': 'true' }, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
    }));
    checkFindings(after, [], ONLY);
  });

  describe('of an alias of the template', () => {
    const template = (resource: string, target: string, extra = ''): string => `${extra}Resources:
  DataKey: { Type: AWS::KMS::Key }
  DataAlias:
    Type: AWS::KMS::Alias
    Properties:
      AliasName: !Sub alias/\${AWS::StackName}
      TargetKeyId: ${target}
  Worker:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: kms
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: kms:Decrypt
                Resource: ${resource}
`;
    const BY_REFERENCE = "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:${DataAlias}'";
    const resourceAfter = (files: Record<string, string>): string | undefined =>
      /Resource: (.*)/.exec(applyFix(files, 'alias-arn-in-resource')['app.yaml'] ?? '')?.[1];

    it('uses the key that is its target, whatever is known of the name of the alias', () => {
      for (const target of ['!Ref DataKey', '!GetAtt DataKey.Arn']) {
        for (const resource of [BY_REFERENCE, "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/${AWS::StackName}'"]) {
          const files = { 'app.yaml': template(resource, target) };
          checkFindings(files, [`app.yaml error alias-arn-in-resource ${JSON.stringify(resource)}`], ONLY);
          assert.equal(resourceAfter(files), '!GetAtt DataKey.Arn');
        }
      }
    });

    it('uses its target where another template has the key', () => {
      const key = `Resources: { SharedKey: { Type: AWS::KMS::Key } }
Outputs: { Arn: { Value: !GetAtt SharedKey.Arn, Export: { Name: shared-key } } }\n`;
      const files = { 'key.yaml': key, 'app.yaml': template(BY_REFERENCE, '!ImportValue shared-key') };
      assert.equal(resourceAfter(files), '!ImportValue shared-key');
    });

    it('offers nothing where the target is not known to be an ARN, or the alias is in another account', () => {
      const parameter = 'Parameters: { Key: { Type: String } }\n';
      assert.deepEqual(fixesWithCode({ 'app.yaml': template(BY_REFERENCE, '!Ref Key', parameter) }, 'alias-arn-in-resource'), []);
      const elsewhere = "!Sub 'arn:aws:kms:${AWS::Region}:444455556666:${DataAlias}'";
      assert.deepEqual(fixesWithCode({ 'app.yaml': template(elsewhere, '!Ref DataKey') }, 'alias-arn-in-resource'), []);
    });
  });
});
