import * as assert from 'node:assert/strict';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { definitionAt } from '../../../server/src/core/editor/navigation/definition';
import { referencesAt } from '../../../server/src/core/editor/navigation/references';
import { reasonNotRenamed, rename, renameTargetAt } from '../../../server/src/core/editor/rename/rename';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { applyChanges } from '../../support/expect-findings';
import { pathOfUri, uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';
import type { Workspace } from '../../../server/src/core/workspace/workspace';
import type { Location } from '../../../server/src/core/text/span';

const TEMPLATE = `AWSTemplateFormatVersion: '2010-09-09'
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - Parameters: [ConsumerAccount]
    ParameterLabels:
      ConsumerAccount: {default: Who uses the key}
Parameters:
  ConsumerAccount:
    Type: String
    Default: '444455556666'
Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:role/app-worker'}
            Action: kms:*
            Resource: '*'
          - Sid: Consumer
            Effect: Allow
            Principal: {AWS: [!Sub 'arn:aws:iam::\${ConsumerAccount}:root', !GetAtt Worker.Arn, 'arn:aws:iam::444455556666:role/App']}
            Action: kms:Decrypt
            Resource: '*'
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/data, TargetKeyId: !Ref DataKey}
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app-worker
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {AWS: 444455556666}, Action: 'sts:AssumeRole'}]
  WorkerKms:
    Type: AWS::IAM::Policy
    DependsOn: Worker
    Properties:
      PolicyName: kms
      Roles: [!Ref Worker]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: kms:Decrypt
            Resource: !GetAtt DataKey.Arn
  Other:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: other
      Roles: [app-worker]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: kms:Encrypt
            Resource: !Join ['', ['arn:aws:kms:us-west-2:', '444455556666', ':key/', !Ref DataKey]]
Outputs:
  Key: {Value: !Sub '\${DataKey.Arn} \${!DataKey} \${Worker}'}
`;
const FILE = 'template.yaml';

function workspaceOf(text: string, others: Readonly<Record<string, string>> = {}): Workspace {
  return workspaceFromTexts({ [FILE]: text, ...others });
}

/** The offset behind the n-th place of the text where `word` is. */
function offsetOf(text: string, word: string, n = 0): number {
  const places = Array.from(text.matchAll(new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g')), ({ index }) => index);
  const place = places[n];
  assert.ok(place !== undefined, `${word} ${n}`);
  return place + word.length;
}

function shown(workspace: Workspace, { uri, span }: Location): string {
  const text = workspace.files.get(uri)?.source.text ?? '';
  const line = text.slice(0, span.start).split('\n').length;
  return `${pathOfUri(uri)}:${line} ${text.slice(span.start, span.end)}`;
}

function definitionOf(word: string, n = 0): readonly string[] {
  const workspace = workspaceOf(TEMPLATE);
  const definition = definitionAt(workspace, uriOfPath(FILE), offsetOf(TEMPLATE, word, n));
  return definition?.targets.map(({ location: { uri }, selectionSpan: span }) => shown(workspace, { uri, span })) ?? [];
}

function referencesOf(word: string, n = 0, others: Readonly<Record<string, string>> = {}, includeDeclaration = true): readonly string[] {
  const workspace = workspaceOf(TEMPLATE, others);
  return referencesAt(workspace, () => analyse(workspace), uriOfPath(FILE), offsetOf(TEMPLATE, word, n), includeDeclaration)
    .map((location) => shown(workspace, location));
}

interface RenameOptions {
  readonly n?: number;
  readonly others?: Readonly<Record<string, string>>;
}

function renamed(word: string, newName: string, { n = 0, others = {} }: RenameOptions = {}): string {
  const result = rename(workspaceOf(TEMPLATE, others), uriOfPath(FILE), offsetOf(TEMPLATE, word, n), newName);
  assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
  return Object.values(applyChanges({ [FILE]: TEMPLATE, ...others }, result.changes)).join('\n---\n');
}

function refusalOf(word: string, newName: string, n = 0): string {
  const result = rename(workspaceOf(TEMPLATE), uriOfPath(FILE), offsetOf(TEMPLATE, word, n), newName);
  return isRefusal(result) ? result.refused : '';
}

describe('editor/navigation in templates', () => {
  it('leads from references to the resource or the parameter', () => {
    for (const place of ['!GetAtt DataKey', '!GetAtt DataKey.Ar', '!Ref DataKey', '${DataKey', '!Re'])
      assert.deepEqual(definitionOf(place), ['template.yaml:13 DataKey'], place);
    assert.deepEqual(definitionOf('Roles: [!Ref Wor'), ['template.yaml:32 Worker']);
    assert.deepEqual(definitionOf('DependsOn: Wor'), ['template.yaml:32 Worker']);
    assert.deepEqual(definitionOf('${Consumer'), ['template.yaml:9 ConsumerAccount']);
    assert.deepEqual(definitionOf('${!Data'), []);
  });

  it('leads from literal names and ARNs to the role', () => {
    assert.deepEqual(definitionOf('Roles: [app-wor'), ['template.yaml:32 Worker']);
    assert.deepEqual(definitionOf(':role/app-wor'), ['template.yaml:32 Worker']);
  });

  it('leads from a policy in JSON to the role and the key of a template', () => {
    const others = {
      'kms-handshake.json': JSON.stringify({ placeholders: [{ files: [FILE], values: { 'AWS::AccountId': '111122223333' } }] }),
      'key.json': JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'x', Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/app-worker' }, Action: 'kms:Decrypt', Resource: '*' }] }),
    };
    const workspace = workspaceOf(TEMPLATE, others);
    const definition = definitionAt(workspace, uriOfPath('key.json'), offsetOf(others['key.json'], 'app-wor'));
    assert.deepEqual(definition?.targets.map(({ location: { uri }, selectionSpan: span }) => shown(workspace, { uri, span })),
      ['template.yaml:32 Worker']);
    assert.ok(referencesOf('  Worker', 0, others).includes('key.json:1 arn:aws:iam::111122223333:role/app-worker'));
  });

  it('finds the uses of a logical id', () => {
    const uses = ['template.yaml:31 DataKey', 'template.yaml:50 DataKey', 'template.yaml:61 DataKey', 'template.yaml:63 DataKey'];
    assert.deepEqual(referencesOf('  DataKey', 0, {}, false), uses);
    assert.deepEqual(referencesOf('  DataKey'), ['template.yaml:13 DataKey', ...uses]);
    assert.deepEqual(referencesOf('!GetAtt DataKey'), ['template.yaml:13 DataKey', ...uses]);
    assert.deepEqual(referencesOf('  Worker'), [
      'template.yaml:21 arn:aws:iam::${AWS::AccountId}:role/app-worker', 'template.yaml:26 Worker', 'template.yaml:32 Worker',
      'template.yaml:35 app-worker', 'template.yaml:41 Worker', 'template.yaml:44 Worker', 'template.yaml:55 app-worker',
      'template.yaml:63 Worker',
    ]);
  });
});

describe('editor/rename in templates', () => {
  it('gives a parameter another name everywhere in its file', () => {
    for (const [place, n] of [['  ConsumerAcc', 0], ['  ConsumerAcc', 1], ['[ConsumerAcc', 0], ['${ConsumerAcc', 0]] as const)
      assert.equal(renamed(place, 'Partner', { n }), TEMPLATE.replaceAll('ConsumerAccount', 'Partner'));
  });

  describe('in the files that give a parameter a value', () => {
    const after = (others: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
      const result = rename(workspaceOf(TEMPLATE, others), uriOfPath(FILE), offsetOf(TEMPLATE, '${ConsumerAcc'), 'Partner');
      assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
      return applyChanges({ [FILE]: TEMPLATE, ...others }, result.changes);
    };
    const renamesIn = (path: string, text: string, others: Readonly<Record<string, string>> = {}): void => {
      assert.equal(after({ ...others, [path]: text })[path], text.replaceAll('ConsumerAccount', 'Partner'), text);
    };

    it('renames in parameter files of all forms', () => {
      const value = '444455556666';
      renamesIn('template-prod.json', JSON.stringify([{ ParameterKey: 'ConsumerAccount', ParameterValue: value }]));
      renamesIn('template-prod.json', JSON.stringify([{ ParameterKey: 'ConsumerAccount', UsePreviousValue: true }]));
      renamesIn('template.parameters.json', JSON.stringify({ Parameters: { ConsumerAccount: value } }));
      renamesIn('template.parameters.json', JSON.stringify([`ConsumerAccount=${value}`]));
      renamesIn('parameters.json', JSON.stringify({ Parameters: { ConsumerAccount: value } }));
    });

    it('renames in each environment of samconfig.toml', () => {
      for (const overrides of ['"Stage=prod ConsumerAccount=1"', '"Stage=\\"a b\\" ConsumerAccount=\\"1\\""', `'ConsumerAccount=1'`,
        '["Stage=prod", "ConsumerAccount=1"]', '"ParameterKey=Stage,ParameterValue=x ParameterKey=ConsumerAccount,ParameterValue=1"']) {
        renamesIn('samconfig.toml', ['version = 0.1', '[default.deploy.parameters]', `parameter_overrides = ${overrides}`,
          '[prod.deploy.parameters]', 'template_file = "template.yaml"', `parameter_overrides = ${overrides}`, ''].join('\n'));
      }
    });

    it('renames in the templates that make stacks of it', () => {
      renamesIn('parent.yaml', `Resources:
  App: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml, Parameters: {ConsumerAccount: '444455556666'}}}\n`);
    });

    it('renames in kms-handshake.json, and adds a name where the old one counts for another file', () => {
      const manifestText = (files: readonly string[]): string =>
        JSON.stringify({ placeholders: [{ files, values: { ConsumerAccount: '444455556666' } }] }, null, 2);
      renamesIn('kms-handshake.json', manifestText([FILE]));
      renamesIn('kms-handshake.json', manifestText(['*.yaml']), { 'other.yaml': 'Resources: {Key: {Type: AWS::KMS::Key}}\n' });
      const others = { 'kms-handshake.json': manifestText(['*.yaml']), 'other.yaml': TEMPLATE };
      const { placeholders } = JSON.parse(after(others)['kms-handshake.json'] ?? '') as { placeholders: readonly object[] };
      assert.deepEqual(placeholders, [{ files: ['*.yaml'], values: { ConsumerAccount: '444455556666', Partner: '444455556666' } }]);
    });

    it('leaves files of other templates alone', () => {
      const parameters = JSON.stringify([{ ParameterKey: 'ConsumerAccount', ParameterValue: '444455556666' }]);
      const others = { 'other-prod.json': parameters, 'other.yaml': TEMPLATE, 'sub/parameters.json': parameters,
        'kms-handshake.json': JSON.stringify({ placeholders: [{ files: ['other.yaml'], values: { ConsumerAccount: '444455556666' } }] }) };
      const { [FILE]: _, ...rest } = after(others);
      assert.deepEqual(rest, others);
    });
  });

  it('refuses names that a parameter cannot have', () => {
    assert.match(refusalOf('${Consumer', 'my-account'), /letters and digits/);
    assert.match(refusalOf('${Consumer', 'Worker'), /in this template already/);
  });

  it('refuses logical ids with the reason', () => {
    assert.match(refusalOf('  DataKey', 'Other'), /logical id.*replace the resource/);
    assert.match(refusalOf('!GetAtt Worker', 'Other'), /logical id.*replace the resource/);
    const workspace = workspaceOf(TEMPLATE);
    assert.equal(renameTargetAt(workspace, uriOfPath(FILE), offsetOf(TEMPLATE, '  DataKey')), undefined);
    assert.match(reasonNotRenamed(workspace, uriOfPath(FILE), offsetOf(TEMPLATE, '  DataKey')) ?? '', /replace the resource/);
  });

  it('gives a role another name where it gets it, where policies are attached, and in ARNs', () => {
    for (const [place, n] of [['RoleName: app-wor', 0], ['Roles: [app-wor', 0], [':role/app-wor', 0]] as const)
      assert.equal(renamed(place, 'reporting', { n }), TEMPLATE.replaceAll('app-worker', 'reporting'), place);
    assert.match(refusalOf('RoleName: app-wor', 'a b'), /not a|neither/);
    const target = renameTargetAt(workspaceOf(TEMPLATE), uriOfPath(FILE), offsetOf(TEMPLATE, ':role/app-wor'));
    assert.equal(target?.name, 'app-worker');
    assert.equal(TEMPLATE.slice(target.location.span.start, target.location.span.end), 'app-worker');
  });

  it('gives an account another id in policies, trust policies and defaults, also in texts that a function puts together', () => {
    assert.equal(renamed('arn:aws:iam::4444', '777788889999'), TEMPLATE.replaceAll('444455556666', '777788889999'));
    assert.ok(renamed('arn:aws:iam::4444', '012345670123').includes('Principal: {AWS: \'012345670123\'}'));
  });

  it('gives a statement another Sid, and the entries of kms-handshake.json about it', () => {
    const manifest = (sid: string): string => JSON.stringify({ suppress: [{ file: FILE, rule: 'wildcard-principal', sid, reason: 'x' }] });
    assert.equal(renamed('Sid: Consu', 'Partner', { others: { 'kms-handshake.json': manifest('Consumer') } }),
      `${TEMPLATE.replace('Sid: Consumer', 'Sid: Partner')}\n---\n${manifest('Partner')}`);
    assert.match(refusalOf('Sid: Consu', 'Owner'), /has the Sid/);
  });
});
