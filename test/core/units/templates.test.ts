import assert from 'node:assert/strict';
import { deploymentSymbol } from '../../../server/src/core/aws/identifier-comparison';
import { renderPolicyEdits } from '../../../server/src/core/discovery/policy-edits';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';
import { applyFix, findingLines } from '../../support/expect-findings';
import type { Key } from '../../../server/src/core/linking/entities';
import { CONSUMER, KEY_ARN, OWNER } from '../../support/fixtures';
import { worldOfFiles } from '../../support/world-of-files';
import { importOf, KEY_ARN_OUTPUT, keyFor, roleFor, stackOf, statement, sub, templateText } from './template-texts';

type UnitFiles = Readonly<Record<string, string | object>>;

const DENIED = 'key-policy-not-delegating';
const STRING = { Type: 'String' };

/** The workspace has these errors and warnings about what two policies say together, or about everyone, and no others. */
function check(files: UnitFiles, expected: readonly string[]): void {
  const lines = findingLines(files, [DENIED, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'wildcard-principal']);
  assert.deepEqual(lines.filter((line) => / (?:error|warning) /.test(line)).sort(), [...expected].sort());
}

describe('exports and imports', () => {
  const keys = (name: unknown, more: object = {}): string => templateText({ DataKey: keyFor(['kms:Decrypt', 'kms:PutKeyPolicy']) },
    { Outputs: { Arn: { ...KEY_ARN_OUTPUT, Export: { Name: name } } }, ...more });
  const app = (name: unknown, more: object = {}): string =>
    templateText({ Worker: roleFor(['kms:Decrypt', 'kms:Encrypt'], importOf(name)) }, more);
  const denied = (severity: string): string => `app.json ${severity} ${DENIED} "\\"kms:Encrypt\\""`;

  it('of one name are one value, and both stacks have one account and Region', () => {
    check({ 'keys.json': keys('data-key'), 'app.json': app('data-key') }, [denied('error')]);
  });

  it('of other names do not link', () => {
    check({ 'keys.json': keys('data-key'), 'app.json': app('other-key') }, []);
  });

  it('with the name of the stack and a parameter in front are linked, and not for certain', () => {
    check({ 'keys.json': keys(sub('${AWS::StackName}-key')), 'app.json': app(sub('${KeyStack}-key'),
      { Parameters: { KeyStack: STRING } }) },
      [denied('warning')]);
  });

  it('are not linked by the end of the name where two templates export it', () => {
    const name = sub('${AWS::StackName}-key');
    check({ 'keys.json': keys(name), 'more.json': keys(name), 'app.json': app(sub('${KeyStack}-key'),
      { Parameters: { KeyStack: STRING } }) },
      []);
  });

  it('of one name in two templates are told apart by the account', () => {
    const files = { 'keys.json': keys('data-key'), 'prod.json': keys('data-key'), 'app.json': app('data-key') };
    check(files, []);
    const accounts = { placeholders: [{ files: ['keys.json', 'app.json'], values: { 'AWS::AccountId': OWNER } },
      { files: ['prod.json'], values: { 'AWS::AccountId': CONSUMER } }] };
    check({ ...files, 'kms-handshake.json': accounts }, [denied('error')]);
  });

  it('whose names are known in full are linked by these', () => {
    const stack = { placeholders: [{ files: ['*.json'], values: { 'AWS::StackName': 'keys', KeyStack: 'keys' } }] };
    const files = { 'keys.json': keys(sub('${AWS::StackName}-key')), 'app.json': app(sub('${KeyStack}-key'),
      { Parameters: { KeyStack: STRING } }) };
    check({ ...files, 'kms-handshake.json': stack }, [denied('error')]);
    const other = { placeholders: [{ files: ['*.json'], values: { 'AWS::StackName': 'keys', KeyStack: 'other' } }] };
    check({ ...files, 'kms-handshake.json': other }, []);
  });

  it('whose value is a key id are put together to the ARN of the key', () => {
    const ofId = templateText({ DataKey: keyFor('kms:PutKeyPolicy') }, { Outputs: { Id: { Value: { Ref: 'DataKey' },
      Export: { Name: 'key-id' } } } });
    const user = templateText({ Worker: roleFor('kms:Decrypt',
      { 'Fn::Sub': ['arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Id}', { Id: importOf('key-id') }] }) });
    check({ 'keys.json': ofId, 'app.json': user }, [`app.json error ${DENIED} "\\"kms:Decrypt\\""`]);
  });

  it('that refer to each other in a circle end', () => {
    const circle = (own: string, other: string): string => templateText({ Worker: roleFor('kms:Decrypt', importOf(other)) },
      { Outputs: { Arn: { Value: importOf(other), Export: { Name: own } } } });
    check({ 'a.json': circle('a', 'b'), 'b.json': circle('b', 'a') }, []);
  });
});

describe('nested stacks', () => {
  const keys = templateText({ DataKey: keyFor('kms:PutKeyPolicy',
    statement('kms:Decrypt', { Principal: { AWS: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${RoleName}') } })) },
  { Parameters: { RoleName: STRING }, Outputs: { KeyArn: KEY_ARN_OUTPUT } });
  const app = templateText({ Worker: roleFor(['kms:Decrypt', 'kms:Encrypt'], { Ref: 'KeyArn' }) },
    { Parameters: { KeyArn: STRING }, Outputs: { Name: { Value: { Ref: 'Worker' } } } });
  const parent = (more: object = {}): string => templateText({
    Keys: stackOf('./nested/keys.json', { RoleName: { 'Fn::GetAtt': ['App', 'Outputs.Name'] } }),
    App: stackOf('nested/app.json', { KeyArn: { 'Fn::GetAtt': 'Keys.Outputs.KeyArn' } }), ...more,
  });
  const denied = 'nested/app.json error action-not-allowed-by-key-policy "\\"kms:Encrypt\\""';

  it('have the account of their parent, the parameters that it gives, and outputs that it reads', () => {
    check({ 'parent.json': parent(), 'nested/keys.json': keys, 'nested/app.json': app }, [denied]);
  });

  it('without their parent say nothing of each other', () => {
    check({ 'nested/keys.json': keys, 'nested/app.json': app }, []);
  });

  it('of one template twice are two stacks: the key of one is not that of the other', () => {
    const more = { MoreKeys: stackOf('./nested/keys.json', { RoleName: 'Admin' }) };
    check({ 'parent.json': parent(more), 'nested/keys.json': keys, 'nested/app.json': app }, []);
  });

  it('of a template in S3 are not known', () => {
    const remote = templateText({ Keys: stackOf('https://s3.amazonaws.com/bucket/keys.json'),
      Worker: roleFor('kms:Decrypt', { 'Fn::GetAtt': 'Keys.Outputs.KeyArn' }) });
    check({ 'parent.json': remote, 'keys.json': keys }, []);
  });

  it('of SAM are read by their location', () => {
    const sam = templateText({ Keys: { Type: 'AWS::Serverless::Application', Properties: { Location: 'keys.json',
      Parameters: { RoleName: 'Admin' } } }, Worker: roleFor('kms:Decrypt', { 'Fn::GetAtt': 'Keys.Outputs.KeyArn' }) });
    check({ 'sam.json': sam, 'keys.json': keys }, [`sam.json error ${DENIED} "\\"kms:Decrypt\\""`]);
  });
});

describe('parameter files', () => {
  const app = templateText({ Worker: roleFor('kms:Encrypt', { Ref: 'KeyArn' }) },
    { Parameters: { KeyArn: STRING, Stage: { Type: 'String', Default: 'dev' } } });
  const keyPolicy = { Version: '2012-10-17', Statement: [
    statement('kms:*', { Principal: { AWS: `arn:aws:iam::${OWNER}:role/Admin` } }),
    statement('kms:Decrypt', { Principal: { AWS: `arn:aws:iam::${OWNER}:root` } })] };
  const manifest = { keys: [{ arn: KEY_ARN, policy: 'key.json' }], placeholders: [{ files: ['app.*'],
    values: { 'AWS::AccountId': OWNER } }] };
  const files = { 'kms-handshake.json': manifest, 'key.json': keyPolicy, 'app.template.json': app };
  const denied = (severity: string): string => `app.template.json ${severity} ${DENIED} "\\"kms:Encrypt\\""`;
  const parameterKeys = [{ ParameterKey: 'KeyArn', ParameterValue: KEY_ARN }];

  it('that have the name of the template count in each of their forms', () => {
    check({ ...files, 'app.parameters.json': parameterKeys }, [denied('error')]);
    check({ ...files, 'app.json': { Parameters: { KeyArn: KEY_ARN }, Tags: { Team: 'data' } } }, [denied('error')]);
    check({ ...files, 'app-prod.json': [`KeyArn=${KEY_ARN}`, 'Stage=prod'] }, [denied('error')]);
  });

  it('of another name are a guess, and only where the template has all that they give', () => {
    check({ ...files, 'parameters.json': parameterKeys }, [denied('warning')]);
    check({ ...files, 'parameters.json': [...parameterKeys, { ParameterKey: 'Other', ParameterValue: 'x' }] }, []);
    check({ ...files, 'more.template.json': app, 'parameters.json': parameterKeys }, []);
  });

  it('that differ say nothing', () => {
    const other = KEY_ARN.replace(OWNER, CONSUMER);
    check({ ...files, 'app-dev.json': { Parameters: { KeyArn: other } }, 'app-prod.json': parameterKeys }, []);
    check({ ...files, 'app-dev.json': { Parameters: { Stage: 'dev' } }, 'app-prod.json': parameterKeys }, []);
    check({ ...files, 'app-dev.json': parameterKeys, 'app-prod.json': parameterKeys }, [denied('error')]);
  });

  it('of another folder do not count', () => {
    check({ ...files, 'other/app.parameters.json': parameterKeys }, []);
  });

  it('do not give the value of an SSM parameter, nor that of a list', () => {
    const ofType = (type: string): string => templateText({ Worker: roleFor('kms:Encrypt', { Ref: 'KeyArn' }) },
      { Parameters: { KeyArn: { Type: type } } });
    for (const type of ['AWS::SSM::Parameter::Value<String>', 'CommaDelimitedList'])
      check({ ...files, 'app.template.json': ofType(type), 'app.parameters.json': parameterKeys }, []);
    check({ ...files, 'app.parameters.json': [{ ParameterKey: 'KeyArn', ParameterValue: '{{resolve:ssm:/key}}' }] }, []);
  });

  it('of SAM are read from samconfig.toml', () => {
    const config = (...lines: readonly string[]): UnitFiles => ({ ...files, 'samconfig.toml':
      ['version = 0.1', '[default.deploy.parameters]', 'template_file = "app.template.json"', ...lines].join('\n') });
    check(config(`parameter_overrides = "Stage=prod KeyArn=${KEY_ARN}"`), [denied('error')]);
    check(config(`parameter_overrides = "KeyArn=\\"${KEY_ARN}\\" Stage=\\"prod\\""`), [denied('error')]);
    check(config('parameter_overrides = [', '  "Stage=prod", # the stage', `  "KeyArn=${KEY_ARN}",`, ']'), [denied('error')]);
    check(config(`# parameter_overrides = "KeyArn=${KEY_ARN}"`, 'region = "us-west-2"'), []);
    check(config(`parameter_overrides = "KeyArn=${KEY_ARN}"`, '[prod.deploy.parameters]', 'template_file = "app.template.json"',
      'parameter_overrides = "KeyArn=none"'), []);
  });

  it('are behind what kms-handshake.json says', () => {
    const declared = { ...manifest, placeholders: [{ files: ['app.*'], values: { 'AWS::AccountId': OWNER, KeyArn: KEY_ARN } }] };
    check({ ...files, 'kms-handshake.json': declared, 'app.parameters.json': [{ ParameterKey: 'KeyArn', ParameterValue: 'x' }] },
      [denied('error')]);
  });
});

describe('defaults of parameters', () => {
  const keyPolicy = { Version: '2012-10-17', Statement: [
    statement('kms:*', { Principal: { AWS: `arn:aws:iam::${OWNER}:role/Admin` } }),
    statement('kms:Decrypt', { Principal: { AWS: `arn:aws:iam::${OWNER}:root` } })] };
  const manifest = { keys: [{ arn: KEY_ARN, policy: 'key.json' }], placeholders: [{ files: ['app.*'],
    values: { 'AWS::AccountId': OWNER } }] };
  const filesFor = (parameter: object, more: object = {}): UnitFiles => ({ 'kms-handshake.json': manifest, 'key.json': keyPolicy,
    'app.json': templateText({ Worker: roleFor('kms:Encrypt', { Ref: 'KeyArn' }) }, { Parameters: { KeyArn: parameter }, ...more }) });
  const denied = (severity: string): string => `app.json ${severity} ${DENIED} "\\"kms:Encrypt\\""`;

  it('are a guess: what rests on one is a warning at most', () => {
    check(filesFor({ Type: 'String', Default: KEY_ARN }), [denied('warning')]);
  });

  it('are not a guess where no other value is allowed', () => {
    check(filesFor({ Type: 'String', Default: KEY_ARN, AllowedValues: [KEY_ARN] }), [denied('error')]);
  });

  it('say nothing where they mean "not given", or name an SSM parameter', () => {
    check(filesFor({ Type: 'String', Default: '' }), []);
    check(filesFor({ Type: 'AWS::SSM::Parameter::Value<String>', Default: KEY_ARN }), []);
    check(filesFor({ Type: 'String', Default: KEY_ARN }, { Conditions: { HasKey: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'KeyArn' },
      KEY_ARN] }] } } }), []);
  });

  it('say nothing where the account of the stack is not known', () => {
    const { 'kms-handshake.json': _, ...files } = filesFor({ Type: 'String', Default: KEY_ARN });
    check({ ...files, 'kms-handshake.json': { keys: manifest.keys } }, []);
  });

  it('do not soften findings in other statements', () => {
    const resources = { DataKey: keyFor('kms:*', statement('kms:Decrypt', { Principal: '*' }),
      statement('kms:Decrypt', { Principal: { AWS: { Ref: 'Partner' } } })) };
    check({ 'key.json': templateText(resources, { Parameters: { Partner: { Type: 'String', Default: CONSUMER } } }) },
      ['key.json error wildcard-principal "\\"*\\""']);
  });
});

describe('the account of a stack', () => {
  const key = templateText({ DataKey: keyFor('kms:Decrypt') });

  it('is that of a declared key of it, with Region and id', () => {
    const files = { 'key.template.json': key, 'app.json': templateText({ Worker: roleFor('kms:Encrypt', KEY_ARN) }),
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.template.json' }],
        placeholders: [{ files: ['app.json'], values: { 'AWS::AccountId': OWNER } }] } };
    check(files, [`app.json error ${DENIED} "\\"kms:Encrypt\\""`]);
  });

  it('is in the path only as a guess, and does not matter between its own resources', () => {
    const both = templateText({ DataKey: keyFor('kms:Decrypt'), Worker: roleFor('kms:Encrypt', { 'Fn::GetAtt': 'DataKey.Arn' }) });
    check({ [`${OWNER}/both.json`]: both }, [`${OWNER}/both.json error ${DENIED} "\\"kms:Encrypt\\""`]);
    const ofFiles = (more: UnitFiles = {}): Key | undefined =>
      worldOfFiles({ [`w/${OWNER}/key.json`]: key, ...more }).keys.find(({ policy }) => policy);
    assert.deepEqual([ofFiles()?.account, ofFiles()?.link?.certain], [OWNER, false]);
    const confirmed = ofFiles({ 'w/kms-handshake.json': { accounts: { [OWNER]: 'security' } } });
    assert.deepEqual([confirmed?.account, confirmed?.link?.certain], [OWNER, true]);
  });
});

describe('edits in a template that shares its account with others', () => {
  it('write its own pseudo parameters', () => {
    const keys = templateText({ DataKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [
      statement('kms:*', { Principal: { AWS: sub('arn:aws:iam::${AWS::AccountId}:role/Admin') } }),
      statement('kms:Decrypt', { Principal: { AWS: { 'Fn::GetAtt': 'Worker.Arn' } } })] } } },
    Worker: roleFor('kms:Encrypt', importOf('key')) }, { Outputs: { Other: { Value: { Ref: 'Worker' }, Export: { Name: 'name' } },
      Arn: { ...KEY_ARN_OUTPUT, Export: { Name: 'key' } } } });
    const parent = templateText({ Keys: stackOf('keys.json') });
    const fixed = applyFix({ 'a-parent.json': parent, 'keys.json': keys }, 'action-not-allowed-by-key-policy', 'Add kms:Encrypt');
    assert.match(fixed['keys.json'] ?? '', /\["kms:Decrypt", ?"kms:Encrypt"\]/);
    const value = `arn:aws:iam::${deploymentSymbol('account', 'AWS::AccountId of a-parent.json', uriOfPath('a-parent.json'))}:root`;
    const policy = workspaceFromTexts({ 'a-parent.json': parent, 'keys.json': keys }).readings.get(uriOfPath('keys.json'))?.policies[0];
    const object = policy?.policy.statements[0]?.node;
    assert.ok(policy && object);
    const rendered = renderPolicyEdits(policy, [{ edit: 'set-member', object, name: 'Principal', value: { AWS: value } }]);
    assert.match(rendered.edits?.map(({ newText }) => newText).join('') ?? '', /"Fn::Sub": ?"arn:aws:iam::\$\{AWS::AccountId\}:root"/);
  });
});
