import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, KEY_ID, keyPolicy, manifest } from '../support/fixtures';

const ONLY = ['not-an-arn'];

describe('not-an-arn', () => {
  for (const value of [KEY_ID, `key/${KEY_ID}`, 'alias/app']) {
    it(`finds ${value}, and no other fault of that value`, () => {
      const lines = findingLines({ 'app.json': identityPolicy({ Resource: value }) }).filter((line) => / (error|warning) /.test(line));
      assert.deepEqual(lines, [`app.json error not-an-arn "\\"${value}\\""`]);
    });
  }

  it('takes ARNs and "*"', () => {
    checkFindings({ 'a.json': identityPolicy(), 'b.json': identityPolicy({ Resource: ['*'] }),
      'c.json': identityPolicy({ Resource: '${aws:PrincipalTag/key}' }) }, [], ONLY);
  });

  it('finds it in a list and inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Resource: [KEY_ARN, KEY_ID] })) }, [
      `role.json error not-an-arn "\\"${KEY_ID}\\""`,
    ], ONLY);
  });

  it('leaves key policies, other services and unknown values alone', () => {
    checkFindings({
      'key.json': keyPolicy({ Resource: 'alias/app' }),
      'app.json': identityPolicy({ Action: 's3:GetObject', Resource: 'bucket' }),
      'draft.json': identityPolicy({ Resource: 'key/${key_id}' }),
    }, [], ONLY);
  });

  it('uses the ARN of the known key', () => {
    const files = { 'kms-handshake.json': manifest({ keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }] }),
      'key.json': keyPolicy() };
    for (const value of [KEY_ID, `key/${KEY_ID}`, 'alias/app']) {
      const after = applyFix({ ...files, 'app.json': identityPolicy({ Resource: value }) }, 'not-an-arn', KEY_ARN);
      assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
    }
  });

  describe('of a key of another template', () => {
    const exporter = (outputs: string): string => `${keyTemplate()}Outputs:\n${outputs}`;
    const KEY_ID_EXPORT = '  KeyId: { Value: !Ref DataKey, Export: { Name: data-key-id } }\n';
    const KEY_ARN_EXPORT = '  KeyArn: { Value: !GetAtt DataKey.Arn, Export: { Name: data-key-arn } }\n';
    const fixesOf = (files: Record<string, string>): readonly string[] => fixesWithCode(files, 'not-an-arn').map(({ title }) => title);
    const resourceAfter = (files: Record<string, string>, title: string): string | undefined =>
      /Resource: (.*)/.exec(applyFix(files, 'not-an-arn', title)['app.yaml'] ?? '')?.[1];

    it('builds the ARN around an import of its id: of its own account and Region (CloudFormation User Guide, exports)', () => {
      const files = { 'key.yaml': exporter(KEY_ID_EXPORT), 'app.yaml': roleTemplate('!ImportValue data-key-id') };
      checkFindings(files, ['app.yaml error not-an-arn "!ImportValue data-key-id"'], ONLY);
      assert.match(findingsWithCode(files, 'not-an-arn')[0]?.message ?? '', /^IAM rejects the Ref of DataKey in key\.yaml as Resource/);
      assert.deepEqual(fixesOf(files), ['Build the ARN with Fn::Sub']);
      assert.equal(resourceAfter(files, 'Build'),
        "!Sub ['arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}', {KeyId: !ImportValue data-key-id}]");
      checkFindings(applyFix(files, 'not-an-arn', 'Build'), [], [...ONLY, 'missing-key-arn-resource', 'malformed-key-arn']);
    });

    it('imports the ARN where it is exported too', () => {
      const files = { 'key.yaml': exporter(KEY_ID_EXPORT + KEY_ARN_EXPORT), 'app.yaml': roleTemplate('!ImportValue data-key-id') };
      assert.deepEqual(fixesOf(files), ['Import data-key-arn', 'Build the ARN with Fn::Sub']);
      assert.equal(resourceAfter(files, 'Import'), '!ImportValue data-key-arn');
    });

    it('builds the ARN around a parameter of a nested stack and an output of one', () => {
      const parent = `${keyTemplate()}  App:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: app.yaml, Parameters: { KeyId: !Ref DataKey } }\n`;
      const child = { 'key.yaml': parent, 'app.yaml': `Parameters: { KeyId: { Type: String } }\n${roleTemplate('!Ref KeyId')}` };
      const withReference = (reference: string): string =>
        `!Sub arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:key/${reference}`;
      assert.equal(resourceAfter(child, 'Build'), withReference('${KeyId}'));
      const keys = `${keyTemplate()}Outputs: { Id: { Value: !Ref DataKey } }\n`;
      const stack = '  Keys: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: key.yaml } }\n';
      const files = { 'key.yaml': keys, 'app.yaml': `${roleTemplate('!GetAtt Keys.Outputs.Id')}${stack}` };
      assert.equal(resourceAfter(files, 'Build'), withReference('${Keys.Outputs.Id}'));
    });

    it('builds it in the text of an Fn::Sub where the value is a parameter', () => {
      const parent = `${keyTemplate()}  App:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: app.yaml, Parameters: { KeyId: !Ref DataKey } }\n`;
      const text = identityPolicy({ Resource: '${KeyId}' });
      const app = `Parameters: { KeyId: { Type: String } }
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: kms
          PolicyDocument: !Sub '${JSON.stringify(text)}'\n`;
      assert.match(applyFix({ 'key.yaml': parent, 'app.yaml': app }, 'not-an-arn', 'Build')['app.yaml'] ?? '',
        /"Resource":"arn:\$\{AWS::Partition\}:kms:\$\{AWS::Region\}:\$\{AWS::AccountId\}:key\/\$\{KeyId\}"/);
    });
  });
});

function keyTemplate(): string {
  return `Resources:
  DataKey:
    Type: AWS::KMS::Key
`;
}

function roleTemplate(resource: string): string {
  return `Resources:
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
}
