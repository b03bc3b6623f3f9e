import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CONSUMER, KEY_ARN } from '../support/fixtures';
import { runCli } from '../support/run-cli';
import { writeFiles } from './cli-files';

const HEAD = 'AWSTemplateFormatVersion: \'2010-09-09\'\nResources:\n';
const key = (logicalId: string, principal: string): string => `  ${logicalId}:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:${principal}'}
            Action: kms:*
            Resource: '*'
`;
const WORKER = '  Worker:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {}\n';
const POLICY = `  WorkerKms:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: kms
      Roles: [!Ref Worker]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: kms:Decrypt
            Resource: !GetAtt DataKey.Arn
`;

describe('command line: templates', () => {
  let folder: string;
  const write = (files: Readonly<Record<string, string | object>>): void => writeFiles(folder, files);
  const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');

  beforeEach(() => { folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kms-handshake-cli-'))); });
  afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

  it('check and matrix name the resources', async () => {
    write({ 'template.yaml': HEAD + key('DataKey', 'role/Admin') + WORKER + POLICY });
    const check = await runCli(folder, 'check', '.');
    assert.equal(check.status, 1);
    assert.match(check.stdout, /^template\.yaml:27:23: error: .*\[key-policy-not-delegating\]$/m);
    const matrix = await runCli(folder, 'matrix', '--format', 'json');
    const { rows } = JSON.parse(matrix.stdout) as { rows: { identity: string; key: string }[] };
    assert.ok(rows.some((row) => row.identity === 'template.yaml#Worker' && row.key === 'template.yaml#DataKey'), JSON.stringify(rows));
  });

  it('explain takes resources, and says which it does not know', async () => {
    write({ 'template.yaml': HEAD + key('DataKey', 'root') + WORKER + POLICY });
    const explain = (identity: string): ReturnType<typeof runCli> => runCli(folder, 'explain', '--identity', identity, '--key',
      'template.yaml#DataKey', '--action', 'kms:Decrypt', '--format', 'json');
    assert.equal((JSON.parse((await explain('template.yaml#Worker')).stdout) as { verdict: string }).verdict, 'allowed');
    const unknown = await explain('template.yaml#Nobody');
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /No template in the workspace makes "template\.yaml#Nobody": name it as FILE#LogicalId/);
  });

  it('generate consumer writes a managed policy into the template', async () => {
    write({ 'template.yaml': HEAD + key('DataKey', 'root') + WORKER });
    const args = ['generate', 'consumer', '--key-policy', 'template.yaml#DataKey', '--identity', 'template.yaml#Worker'];
    const printed = await runCli(folder, ...args);
    assert.equal(printed.status, 0, printed.stderr);
    assert.match(printed.stdout, /"Resource": "arn:<AWS_PARTITION>:kms:<AWS_REGION>:<AWS_ACCOUNTID>:key\/<DATAKEY>"/);
    const written = await runCli(folder, ...args, '--out', 'template.yaml', '--force');
    assert.equal(written.status, 0, written.stderr);
    assert.ok(read('template.yaml').startsWith(`${HEAD}${key('DataKey', 'root')}${WORKER}  WorkerKmsPolicy:\n`));
    assert.match(read('template.yaml'), /Resource: !GetAtt DataKey\.Arn\n$/);
    assert.match((await runCli(folder, ...args, '--out', 'template.yaml', '--force')).stderr, /template\.yaml stays as it is/);
  });

  it('generate consumer makes a new template', async () => {
    write({ 'template.yaml': HEAD + key('DataKey', 'root').replace('${AWS::AccountId}', CONSUMER) });
    const { status, stderr } = await runCli(folder, 'generate', 'consumer', '--key-policy', 'template.yaml', '--account', CONSUMER,
      '--out', 'consumer.yaml');
    assert.equal(status, 0, stderr);
    assert.match(read('consumer.yaml'), /^AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n {2}KeyArn:\n[^]*Resource: !Ref KeyArn\n/);
  });

  it('generate key-policy adds the role of the template', async () => {
    write({ 'template.yaml': HEAD + key('DataKey', 'role/Admin') + WORKER + POLICY });
    const { status, stderr } = await runCli(folder, 'generate', 'key-policy', '--iam-policy', 'template.yaml#WorkerKms', '--key-policy',
      'template.yaml#DataKey', '--out', 'template.yaml', '--force');
    assert.equal(status, 0, stderr);
    assert.equal(read('template.yaml'), `${HEAD}${key('DataKey', 'role/Admin')}          - Sid: Allow role Worker to use this key
            Effect: Allow
            Principal:
              AWS: !GetAtt Worker.Arn
            Action: kms:Decrypt
            Resource: '*'
${WORKER}${POLICY}`);
    assert.equal((await runCli(folder, 'check', '.')).status, 0);
  });

  it('a reference that fits no policy, or several, is an error that lists them', async () => {
    write({ 'template.yaml': HEAD + key('DataKey', 'root') + key('OtherKey', 'root') + WORKER + POLICY });
    const generate = async (reference: string): Promise<string> => {
      const { status, stderr } = await runCli(folder, 'generate', 'consumer', '--key-policy', reference,
        '--identity', 'template.yaml#Worker');
      return `${status} ${stderr.split('\n')[0] ?? ''}`;
    };
    assert.match(await generate('template.yaml'),
      /^2 .*template\.yaml contains 2 such policies, say which one: template\.yaml#DataKey, template\.yaml#OtherKey$/);
    assert.match(await generate('template.yaml#Nope'),
      /^2 .*template\.yaml contains no key policy in a resource Nope; there is: template\.yaml#DataKey, template\.yaml#OtherKey$/);
    assert.match(await generate('template.yaml#Worker'), /^2 .*contains no key policy in a resource Worker; there is: /);
    assert.match(await generate('template.yaml#/Resources/OtherKey/Properties/KeyPolicy'), /^0 Adds a managed policy to template\.yaml/);
  });

  it('JSON is not written over a template', async () => {
    write({ 'template.yaml': HEAD + WORKER + POLICY.replace('!GetAtt DataKey.Arn', KEY_ARN) });
    const { status, stderr } = await runCli(folder, 'generate', 'key-policy', '--iam-policy', 'template.yaml', '--account', CONSUMER,
      '--out', 'template.yaml', '--force');
    assert.equal(status, 2);
    assert.match(stderr, /--out names a template/);
  });
});
