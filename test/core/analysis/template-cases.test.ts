import assert from 'node:assert/strict';
import { applyChanges } from '../../support/expect-findings';
import { verdictInTemplates } from '../../support/outcome-in-template';
import { analysisOfWorkspaceTexts, pathOfUri } from '../../support/workspace-from-texts';

const OWN_ACCOUNT = "{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}";
const ADMIN = "{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/Admin'}, Action: 'kms:*', Resource: '*'}";

const FOR_WORKER = "{Effect: Allow, Principal: {AWS: !GetAtt Worker.Arn}, Action: 'kms:*', Resource: '*'}";

function keyWith(...statements: readonly string[]): string {
  const list = statements.map((statement) => `\n          - ${statement}`).join('');
  return `  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Version: '2012-10-17'\n        Statement:${list}\n`;
}

const WORKER = '  Worker:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {}\n';

function rights(statement: string, properties = 'Roles: [!Ref Worker]', type = 'AWS::IAM::Policy'): string {
  return `  Rights:\n    Type: ${type}\n    Properties:\n      PolicyName: kms\n      ${properties}\n      PolicyDocument:\n`
    + `        Version: '2012-10-17'\n        Statement:\n          - ${statement}\n`;
}

/** Between the members of a statement. */
const LINE = `\n${' '.repeat(12)}`;

const template = (...resources: readonly string[]): string => `AWSTemplateFormatVersion: '2010-09-09'\nResources:\n${resources.join('')}`;
const use = (action: string, resource = '!GetAtt Key.Arn', effect = 'Allow'): string =>
  `{Effect: ${effect}, Action: ${action}, Resource: ${resource}}`;

/** Codes of errors with the text that they are about. */
function errorsIn(files: Readonly<Record<string, string>>): readonly string[] {
  return [...analysisOfWorkspaceTexts(files).analysis.findingsByFile.values()].flat().filter(({ severity }) => severity === 'error')
    .map(({ code, at: { uri, span } }) => `${code} ${files[pathOfUri(uri)]?.slice(span.start, span.end) ?? ''}`);
}

/** The lines that a quick fix of the code changes: before, and after. Other lines stay. */
function lineChanges(text: string, code: string): readonly string[] {
  const files = { 'template.yaml': text };
  const { analysis, world } = analysisOfWorkspaceTexts(files);
  const before = text.split('\n');
  return [...analysis.findingsByFile.values()].flat().filter((finding) => finding.code === code)
    .flatMap((finding) => finding.fixes(world)).flatMap((fix) => {
      const after = (applyChanges(files, fix.files)['template.yaml'] ?? '').split('\n');
      const changed = after.flatMap((line, index) => (line === before[index] ? [] : `${before[index]?.trim() ?? ''} => ${line.trim()}`));
      return after.length === before.length && changed.length === 1 ? changed : [];
    });
}

describe('templates as people write them: verdicts', () => {
  const GROUP = '  Team:\n    Type: AWS::IAM::Group\n  Worker:\n    Type: AWS::IAM::User\n    Properties:\n      Groups: [!Ref Team]\n';
  const limit = rights(use("'kms:*'"), 'Path: /', 'AWS::IAM::ManagedPolicy').replace('      PolicyName: kms\n', '');
  const decrypt = rights(use('kms:Decrypt'));
  const cases: readonly (readonly [title: string, resources: readonly string[], outcome: string])[] = [
    ['both halves fit', [keyWith(OWN_ACCOUNT), WORKER, decrypt], 'allowed'],
    ['another action only', [keyWith(OWN_ACCOUNT), WORKER, rights(use('kms:Encrypt'))], 'denied'],
    ['the key policy names the role alone', [keyWith(ADMIN, FOR_WORKER), WORKER], 'allowed'],
    ['the key policy is for somebody else', [keyWith(ADMIN), WORKER, decrypt], 'denied'],
    ['a key without KeyPolicy', ['  Key:\n    Type: AWS::KMS::Key\n', WORKER, decrypt], 'allowed'],
    ['a user of a group', [keyWith(OWN_ACCOUNT), GROUP, rights(use('kms:Decrypt'), 'Groups: [!Ref Team]')], 'allowed'],
    ['a user', [keyWith(OWN_ACCOUNT), GROUP, rights(use('kms:Decrypt'), 'Users: [!Ref Worker]')], 'allowed'],
    ['a role policy', [keyWith(OWN_ACCOUNT), WORKER, rights(use('kms:Decrypt'), 'RoleName: !Ref Worker',
      'AWS::IAM::RolePolicy')], 'allowed'],
    ['a permissions boundary grants nothing', [keyWith(OWN_ACCOUNT), `${WORKER}      PermissionsBoundary: !Ref Rights\n`, limit], 'denied'],
    ['a managed policy by ARN', [keyWith(OWN_ACCOUNT), `${WORKER}      ManagedPolicyArns: [!Ref Rights]\n`, limit], 'allowed'],
    ['NotAction without the action', [keyWith(OWN_ACCOUNT), WORKER, rights(use('kms:Decrypt').replace('Action', 'NotAction'))], 'denied'],
    ['NotAction with another one', [keyWith(OWN_ACCOUNT), WORKER, rights(use('s3:*').replace('Action: s3:*', "NotAction: 's3:*'"))],
      'allowed'],
    ['NotResource of the key', [keyWith(OWN_ACCOUNT), WORKER, rights(use('kms:Decrypt').replace('Resource', 'NotResource'))], 'denied'],
    ['Deny in the identity policy', [keyWith(OWN_ACCOUNT), WORKER,
      rights(`${use("'kms:*'")}\n          - ${use('kms:Decrypt', "'*'", 'Deny')}`)], 'denied'],
    ['Deny in the key policy for the role', [keyWith(OWN_ACCOUNT,
      "{Effect: Deny, Principal: {AWS: !GetAtt Worker.Arn}, Action: kms:Decrypt, Resource: '*'}"), WORKER, decrypt], 'denied'],
    ['Deny for everybody but the account of the stack', [keyWith(OWN_ACCOUNT, "{Effect: Deny, Principal: '*', Action: 'kms:*', "
      + "Resource: '*', Condition: {StringNotEquals: {'aws:PrincipalAccount': !Ref AWS::AccountId}}}"), WORKER, decrypt], 'allowed'],
    ['everybody of the account of the stack', [keyWith("{Effect: Allow, Principal: {AWS: '*'}, Action: 'kms:*', Resource: '*', "
      + "Condition: {StringEquals: {'kms:CallerAccount': !Ref AWS::AccountId}}}"), WORKER], 'allowed'],
    ['by a service in the Region of the stack', [keyWith(OWN_ACCOUNT), WORKER, rights("{Effect: Allow, Action: kms:Decrypt, Resource: '*', "
      + "Condition: {StringEquals: {'kms:ViaService': !Sub 's3.${AWS::Region}.amazonaws.com'}}}")], 'conditional'],
    ['keys of another account', [keyWith(OWN_ACCOUNT), WORKER,
      rights(use('kms:Decrypt', "'arn:aws:kms:us-west-2:444455556666:key/*'"))], 'unknown'],
    ['a circle of key policy and inline policy', [keyWith(FOR_WORKER), `${WORKER}      Policies:\n        - PolicyName: p\n`
      + `          PolicyDocument: {Version: '2012-10-17', Statement: [${use('kms:Decrypt')}]}\n`], 'allowed'],
  ];
  for (const [title, resources, outcome] of cases)
    it(`${title}: ${outcome}`, () => {
      assert.equal(verdictInTemplates({ 'w/template.yaml': template(...resources) }, 'Worker', 'kms:Decrypt').outcome, outcome);
    });

  it('of a function of SAM and of a policy template (SAM Developer Guide, policy templates)', () => {
    const withPolicies = (policies: string): string => `Transform: AWS::Serverless-2016-10-31\n${template(keyWith(OWN_ACCOUNT),
      `  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies: ${policies}\n`)}`;
    const outcome = (policies: string): string =>
      verdictInTemplates({ 'w/template.yaml': withPolicies(policies) }, 'FnRole', 'kms:Decrypt').outcome;
    assert.equal(outcome('[KMSDecryptPolicy: {KeyId: !Ref Key}]'), 'allowed');
    assert.equal(outcome('[KMSEncryptPolicy: {KeyId: !Ref Key}]'), 'denied');
    assert.equal(outcome(`[{Version: '2012-10-17', Statement: [${use('kms:Decrypt')}]}]`), 'allowed');
  });

  it('across templates, by an export', () => {
    const key = `${template(keyWith(OWN_ACCOUNT))}Outputs:\n  Arn: {Value: !GetAtt Key.Arn, Export: {Name: data-key}}\n`;
    const app = (resource: string): string => template(WORKER, rights(use('kms:Decrypt', resource)));
    const outcome = (resource: string): string =>
      verdictInTemplates({ 'w/key.yaml': key, 'w/app.yaml': app(resource) }, 'Worker', 'kms:Decrypt').outcome;
    assert.equal(outcome('!ImportValue data-key'), 'allowed');
    assert.equal(outcome('!ImportValue other-key'), 'unknown');
  });
});

describe('templates as people write them: quick fixes change the line that is wrong, and no other', () => {
  it('Ref of a key, and its id, become its ARN', () => {
    const text = template(keyWith(OWN_ACCOUNT), WORKER, rights(use('kms:Decrypt', '[!Ref Key]')));
    assert.deepEqual(lineChanges(text, 'not-an-arn'), ['- {Effect: Allow, Action: kms:Decrypt, Resource: [!Ref Key]} => '
      + '- {Effect: Allow, Action: kms:Decrypt, Resource: [!GetAtt Key.Arn]}']);
    assert.match(lineChanges(text.replace('!Ref Key]', '!GetAtt Key.KeyId]'), 'not-an-arn')[0] ?? '', /\[!GetAtt Key\.Arn\]\}$/);
  });

  it('Ref of a role becomes its ARN', () => {
    const ofRole = "{Effect: Allow, Principal: {AWS: !Ref Worker}, Action: kms:Decrypt, Resource: '*'}";
    const text = template(keyWith(OWN_ACCOUNT, ofRole), WORKER);
    assert.match(lineChanges(text, 'principal-not-iam-arn')[0] ?? '', / => .*Principal: \{AWS: !GetAtt Worker\.Arn\}/);
  });

  it('an action is added beside the one that is allowed, in brackets where the file has more lists in brackets', () => {
    const ofRole = ['Effect: Allow', 'Principal: {AWS: !GetAtt Worker.Arn}', 'Action: kms:Decrypt', "Resource: '*'"].join(LINE);
    const files = (...more: readonly string[]): string => template(keyWith(ADMIN, ofRole), WORKER,
      rights(['Effect: Allow', 'Action:', '  - kms:Decrypt', '  - kms:Encrypt', 'Resource: !GetAtt Key.Arn'].join(LINE)),
      ...more);
    const bucket = "  Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags: [{Key: a, Value: b}]\n";
    assert.deepEqual(errorsIn({ 'template.yaml': files(bucket) }), ['action-not-allowed-by-key-policy kms:Encrypt']);
    assert.deepEqual(lineChanges(files(bucket), 'action-not-allowed-by-key-policy'),
      ['Action: kms:Decrypt => Action: [kms:Decrypt, kms:Encrypt]']);
  });

  it('account ids get quotes', () => {
    const text = template(keyWith(OWN_ACCOUNT, "{Effect: Allow, Principal: {AWS: 012345670123}, Action: kms:Decrypt, Resource: '*'}"));
    assert.match(lineChanges(text, 'unquoted-account-id')[0] ?? '', /\{AWS: '012345670123'\}/);
  });

  it('a star gets quotes', () => {
    const text = template(keyWith(['Effect: Allow', 'Principal: {AWS: !Ref AWS::AccountId}', 'Action: kms:*', 'Resource: *'].join(LINE)));
    assert.deepEqual(lineChanges(text, 'yaml-syntax'), ['Resource: * => Resource: \'*\'']);
  });
});
