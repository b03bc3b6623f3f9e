import assert from 'node:assert/strict';
import { emptyTemplateFile } from '../../../server/src/core/discovery/cloudformation/empty-template';
import { isRefusal, type Counterpart, type Refusal } from '../../../server/src/core/generate/counterpart';
import { generateIdentityPolicy } from '../../../server/src/core/generate/identity-policy';
import { generateKeyPolicy } from '../../../server/src/core/generate/key-policy';
import { generateNewKeyPolicy } from '../../../server/src/core/generate/new-key-policy';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import { applyEdits } from '../../../server/src/core/text/apply-edits';
import { CONSUMER, KEY_ARN, OWNER, OWNER_STATEMENT, policyDocument, roleArn } from '../../support/fixtures';
import { done, open, pathOf, uriOf, type Opened } from './support';

/** The file that the result changes, as it is then. */
function textAfter({ files }: Opened, result: Counterpart | Refusal): string {
  const [change, ...others] = done(result).changes;
  assert.ok(change && others.length === 0);
  return 'create' in change ? change.create : applyEdits(files[pathOf(change.uri)] ?? assert.fail(change.uri), change.edits);
}

function keyOf({ world }: Opened, logicalId: string): Key {
  return world.keys.find(({ template }) => template?.logicalId === logicalId) ?? assert.fail();
}

function identityOf({ world }: Opened, logicalId: string): Identity {
  return world.identities.find(({ template }) => template?.logicalId === logicalId) ?? assert.fail();
}

const HEAD = 'AWSTemplateFormatVersion: \'2010-09-09\'\n';
const KEY = `  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: {AWS: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root'}
            Action: kms:*
            Resource: '*'
`;
const WORKER = `  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}  # trust

  # the end
`;
const UNRELATED = `  Other:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: kms, Users: [reader], PolicyDocument: {Statement: {Effect: Allow, Action: 'kms:ListKeys', Resource: '*'}}}
`;
const KEY_POLICY_FOR_CONSUMER = policyDocument(OWNER_STATEMENT,
  { Sid: 'Use', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${CONSUMER}:root` }, Action: 'kms:Decrypt', Resource: '*' });
const managedPolicy = (name: string, key: string, ...actions: readonly string[]): string => `  ${name}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles:
        - !Ref Worker
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: UseKmsKey
            Effect: Allow
            Action:
${actions.map((action) => `              - ${action}\n`).join('')}            Resource: ${key}
`;
const DIRECT = ['kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt'];

describe('generated identity policies in templates', () => {
  it('are a managed policy behind the last resource, with the key of the same template', () => {
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${KEY}${WORKER}Outputs: {}\n` });
    const result = generateIdentityPolicy({ world: workspace.world, key: keyOf(workspace, 'DataKey'),
      target: { arn: identityOf(workspace, 'Worker').arn ?? '' } });
    const [before, after] = WORKER.split('\n\n');
    assert.equal(textAfter(workspace, result), `${HEAD}Resources:\n${KEY}${before ?? ''}\n`
      + `${managedPolicy('WorkerKmsPolicy', '!GetAtt DataKey.Arn', ...DIRECT)}\n${after ?? ''}Outputs: {}\n`);
    assert.deepEqual(done(result).placeholders, []);
    assert.match(done(result).summary, /^Adds a managed policy to template\.yaml to let role /);
  });

  it('give only what the key policy gives, and nothing where all is there', () => {
    const key = KEY.replace('Action: kms:*', 'Action: kms:Decrypt');
    const request = (workspace: Opened): Counterpart | Refusal => generateIdentityPolicy({ world: workspace.world,
      key: keyOf(workspace, 'DataKey'), target: { arn: identityOf(workspace, 'Worker').arn ?? '' } });
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${key}${WORKER}` });
    const text = textAfter(workspace, request(workspace));
    assert.match(text, /Action: kms:Decrypt\n {12}Resource: !GetAtt DataKey\.Arn\n/);
    assert.equal(done(request(open({ 'template.yaml': text }))).nothingToDo, true);
  });

  it('have the literal ARN of a key, where it is known', () => {
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${WORKER}${UNRELATED}`, 'key.json': KEY_POLICY_FOR_CONSUMER,
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }], placeholders: [
        { files: ['template.yaml'], values: { 'AWS::AccountId': CONSUMER, 'AWS::Partition': 'aws' } }] } });
    const result = generateIdentityPolicy({ world: workspace.world, key: workspace.key,
      target: { arn: identityOf(workspace, 'Worker').arn ?? '' } });
    assert.match(textAfter(workspace, result), new RegExp(`Action: kms:Decrypt\n +Resource: ${KEY_ARN}\n`));
  });

  it('have a parameter for a key that is not known', () => {
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${WORKER}${UNRELATED}`, 'key.json': KEY_POLICY_FOR_CONSUMER,
      'kms-handshake.json': { placeholders: [{ files: ['template.yaml'], values: { 'AWS::AccountId': CONSUMER } }] } });
    const result = generateIdentityPolicy({ world: workspace.world, key: workspace.key,
      target: { arn: identityOf(workspace, 'Worker').arn ?? '' } });
    const text = textAfter(workspace, result);
    assert.equal(text.slice(0, text.indexOf('Resources:')), `${HEAD}Parameters:
  KeyArn:
    Type: String
    Description: ARN of the KMS key
    AllowedPattern: '^arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[a-z0-9-]+$'
`);
    assert.match(text, /Resource: !Ref KeyArn\n/);
    assert.deepEqual(done(result).placeholders, []);
  });

  it('of a role that no template makes go into the template that is asked for, or a new one', () => {
    const workspace = open({ 'key.json': KEY_POLICY_FOR_CONSUMER, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }] } });
    const result = generateIdentityPolicy({ world: workspace.world, key: workspace.key, target: { arn: roleArn(CONSUMER, 'data-reader') },
      template: emptyTemplateFile(uriOf('new.yaml')) });
    assert.equal(textAfter(workspace, result), `${HEAD}Resources:
  DataReaderKmsPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles:
        - data-reader
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: UseKmsKey1234abcd
            Effect: Allow
            Action: kms:Decrypt
            Resource: ${KEY_ARN}
`);
  });
});

describe('a new key in a template', () => {
  const request = { administrators: [], users: [{ account: CONSUMER }], useCases: [], folder: 'file:///w/' };

  it('is a resource of a new template, with its policy and an alias', () => {
    const workspace = open({});
    const template = emptyTemplateFile(uriOf('kms-key.yaml')) ?? assert.fail();
    const result = generateNewKeyPolicy({ ...request, world: workspace.world, owner: template.references.account, template });
    assert.equal(textAfter(workspace, result), `${HEAD}Resources:
  KmsKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Enable IAM User Permissions
            Effect: Allow
            Principal:
              AWS: !Sub arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root
            Action: kms:*
            Resource: '*'
          - Sid: Allow use of the key from other accounts
            Effect: Allow
            Principal:
              AWS: !Sub arn:\${AWS::Partition}:iam::${CONSUMER}:root
            Action:
              - kms:Encrypt
              - kms:Decrypt
              - kms:ReEncrypt*
              - kms:GenerateDataKey*
              - kms:DescribeKey
            Resource: '*'
  KmsKeyAlias:
    Type: AWS::KMS::Alias
    Properties:
      AliasName: !Sub alias/\${AWS::StackName}
      TargetKeyId: !Ref KmsKey
`);
    const after = open({ 'kms-key.yaml': textAfter(workspace, result) });
    assert.deepEqual(after.world.keys.map((key) => [key.template?.logicalId, key.policy?.policy.statements.length, key.aliases.length]),
      [['KmsKey', 2, 1]]);
  });

  it('stands behind the last resource of a template, beside the roles that manage it', () => {
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${KEY.replace('DataKey', 'KmsKey')}${WORKER}` });
    const template = workspace.world.templates.get(uriOf('template.yaml')) ?? assert.fail();
    const text = textAfter(workspace, generateNewKeyPolicy({ ...request, users: [], world: workspace.world,
      owner: template.references.account, administrators: [identityOf(workspace, 'Worker').arn ?? ''], template }));
    assert.match(text, /# trust\n {2}KmsKey2:\n {4}Type: AWS::KMS::Key\n/);
    assert.match(text, /AWS: !GetAtt Worker\.Arn\n/);
    assert.match(text, /AliasName: !Sub alias\/\$\{AWS::StackName\}-2\n {6}TargetKeyId: !Ref KmsKey2\n\n {2}# the end\n$/);
  });

  it('has a literal account where one is named, and none that is another template\'s', () => {
    const workspace = open({});
    const template = emptyTemplateFile(uriOf('kms-key.yaml')) ?? assert.fail();
    assert.match(textAfter(workspace, generateNewKeyPolicy({ ...request, world: workspace.world, owner: OWNER, template })),
      new RegExp(`AWS: !Sub arn:\\$\\{AWS::Partition\\}:iam::${OWNER}:root`));
    assert.ok(isRefusal(generateNewKeyPolicy({ ...request, world: workspace.world, owner: template.references.account })));
  });
});

describe('generated statements of key policies in templates', () => {
  const ADMIN = KEY.replace(':root', ':role/Admin');
  const request = (workspace: Opened): Counterpart | Refusal => {
    const { arn, policies: [policy] } = identityOf(workspace, 'Worker');
    return generateKeyPolicy({ world: workspace.world, policy: policy ?? assert.fail(), keyArn: keyOf(workspace, 'DataKey').arn ?? '',
      target: { arn: arn ?? '' }, namesIdentity: true });
  };
  const policyDocumentOf = (indent: string): string => ['PolicyName: kms', 'PolicyDocument:', '  Version: \'2012-10-17\'', '  Statement:',
    '    - Effect: Allow', '      Action: kms:Decrypt', '      Resource: !GetAtt DataKey.Arn', ''].join(`\n${indent}`).trimEnd();
  const attached = `  WorkerKms:\n    Type: AWS::IAM::Policy\n    Properties:\n      ${policyDocumentOf('      ')}\n`
    + '      Roles:\n        - !Ref Worker\n';
  const role = (...properties: readonly string[]): string => `  Worker:\n    Type: AWS::IAM::Role\n    Properties:\n`
    + properties.map((property) => `      ${property}\n`).join('');
  const inline = `Policies:\n        - ${policyDocumentOf('          ')}`;
  const statement = (principal: string, condition = ''): string => `          - Sid: Allow role Worker to use this key
            Effect: Allow
            Principal:
              AWS: ${principal}
            Action: kms:Decrypt
            Resource: '*'
${condition}`;

  it('name a role of the same template by GetAtt', () => {
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${ADMIN}${role('MaxSessionDuration: 3600')}${attached}` });
    assert.equal(textAfter(workspace, request(workspace)),
      `${HEAD}Resources:\n${ADMIN}${statement('!GetAtt Worker.Arn')}${role('MaxSessionDuration: 3600')}${attached}`);
  });

  it('name a role that depends on the key by its name in a condition', () => {
    const worker = role('RoleName: worker', inline);
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${ADMIN}${worker}` });
    assert.equal(textAfter(workspace, request(workspace)), `${HEAD}Resources:\n${ADMIN}${statement(
      '!Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:root',
      '            Condition:\n              ArnEquals:\n                aws:PrincipalArn: '
        + '!Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/worker\n')}${worker}`);
  });

  it('move the inline policy of a role without a name, which would close a circle', () => {
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${ADMIN}${role('MaxSessionDuration: 3600', inline)}` });
    const text = textAfter(workspace, request(workspace));
    assert.equal(text, `${HEAD}Resources:\n${ADMIN}${statement('!GetAtt Worker.Arn')}${role('MaxSessionDuration: 3600')}`
      + attached.replace('WorkerKms', 'WorkerPolicy'));
    assert.equal(done(request(open({ 'template.yaml': text }))).nothingToDo, true);
  });

  it('are refused where neither is possible', () => {
    const commented = inline.replace('Effect: Allow', 'Effect: Allow  # keep this');
    const workspace = open({ 'template.yaml': `${HEAD}Resources:\n${ADMIN}${role(commented)}` });
    const result = request(workspace);
    assert.match(isRefusal(result) ? result.refused : '', /^Worker depends on DataKey: /);
  });
});
