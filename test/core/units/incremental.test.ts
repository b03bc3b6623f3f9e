import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { RULES } from '../../../server/src/core/rules/registry';
import type { Finding } from '../../../server/src/core/rules/shared/finding';
import { emptyWorkspace, readAhead, updateWorkspace, type Workspace,
  type WorkspaceChange } from '../../../server/src/core/workspace/workspace';
import { CONSUMER, KEY_ARN, OWNER } from '../../support/fixtures';
import { importOf, KEY_ARN_OUTPUT, keyFor, roleFor, stackOf, sub, templateText } from './template-texts';

const FOLDER = 'file:///w';
const STRING = { Type: 'String' };
const PARAMETERS = { KeyArn: { Type: 'String', Default: KEY_ARN }, KeyStack: STRING };

const actions = fc.subarray(['kms:Decrypt', 'kms:Encrypt', 'kms:*'], { minLength: 1 });
const exportName = fc.constantFrom<unknown>('data-key', sub('${AWS::StackName}-key'), { Ref: 'KeyStack' });
const resource = fc.oneof(exportName.map(importOf), fc.constantFrom<unknown>({ Ref: 'KeyArn' }, sub('${KeyStack}-key'),
  { 'Fn::GetAtt': ['Child', 'Outputs.Arn'] }, '*'));
const keyTemplate = fc.tuple(actions, exportName).map(([allowed, name]) => templateText({ DataKey: keyFor(allowed) },
  { Parameters: PARAMETERS, Outputs: { Arn: { ...KEY_ARN_OUTPUT, Export: { Name: name } } } }));
const roleTemplate = fc.tuple(actions, resource, exportName).map(([allowed, on, name]) => templateText({ Worker: roleFor(allowed, on) },
  { Parameters: PARAMETERS, Outputs: { Arn: { Value: on, Export: { Name: name } } } }));
const parentTemplate = fc.tuple(fc.constantFrom('k0.json', 'r0.json', 'sub/k1.json'), resource, actions).map(([child, on, allowed]) =>
  templateText({ Child: stackOf(child, { KeyArn: on, KeyStack: 'keys' }), Worker: roleFor(allowed, { 'Fn::GetAtt': ['Child',
    'Outputs.Arn'] }) },
    { Parameters: PARAMETERS }));
const parameterFile = fc.constantFrom<object>({ Parameters: { KeyStack: 'data', KeyArn: KEY_ARN } },
  [`KeyArn=${KEY_ARN.replace(OWNER, CONSUMER)}`],
  [{ ParameterKey: 'KeyStack', ParameterValue: 'data-key' }]).map((value) => JSON.stringify(value));
const manifest = fc.record({ account: fc.constantFrom(OWNER, CONSUMER), stack: fc.constantFrom('data', 'other'), declares: fc.boolean() })
  .map(({ account, stack, declares }) => JSON.stringify({
    placeholders: [{ files: ['*.json'], values: { 'AWS::AccountId': account, 'AWS::StackName': stack } }],
    ...declares ? { keys: [{ arn: KEY_ARN, policy: 'k0.json' }] } : {},
  }));

const put = (names: readonly string[], texts: fc.Arbitrary<string>): fc.Arbitrary<WorkspaceChange> =>
  fc.tuple(fc.constantFrom(...names), texts).map(([name, text]) => ({ put: { uri: `${FOLDER}/${name}`, text } }));
const change = fc.oneof(
  { weight: 3, arbitrary: put(['k0.json', 'sub/k1.json', `${OWNER}/k2.json`], keyTemplate) },
  { weight: 3, arbitrary: put(['r0.json', 'r1.json', `${OWNER}/r2.json`], roleTemplate) },
  { weight: 2, arbitrary: put(['p0.json', 'p1.json'], parentTemplate) },
  { weight: 1, arbitrary: put(['r0-prod.json', 'r0.parameters.json', 'sub/parameters.json'], parameterFile) },
  { weight: 1, arbitrary: put(['kms-handshake.json'], manifest) },
  { weight: 1, arbitrary: fc.constantFrom('k0.json', 'r0.json', 'p0.json', 'r0-prod.json',
    'kms-handshake.json').map((name): WorkspaceChange =>
    ({ remove: `${FOLDER}/${name}` })) },
);

function shown(findings: ReadonlyMap<string, readonly Finding[]>): readonly string[] {
  return [...findings].flatMap(([uri, list]) =>
    list.map(({ code, severity, at, message }) => `${uri} ${at.span.start} ${severity} ${code} ${message}`)).sort();
}

const emptyFolder = (): Workspace => emptyWorkspace({ folders: [{ uri: FOLDER }], ruleCodes: RULES.map(({ code }) => code) });

describe('units, change by change', () => {
  it('are what they are in a fresh workspace, in whatever order its files come', () => {
    fc.assert(fc.property(fc.array(fc.tuple(change, fc.boolean()), { minLength: 1, maxLength: 12 }), (changes) => {
      let workspace = emptyFolder();
      let analysis = analyse(workspace);
      for (const [next, isReadAhead] of changes) {
        const step = isReadAhead && 'put' in next ? { ...next, read: readAhead(workspace, next.put) } : next;
        const update = updateWorkspace(workspace, [step]);
        workspace = update.workspace;
        analysis = analyse(workspace, { previous: analysis, delta: update.delta });
      }
      const sources = [...workspace.files.values()].map(({ source }) => ({ put: source })).reverse();
      const fresh = updateWorkspace(emptyFolder(), sources).workspace;
      for (const [uri, file] of fresh.files) assert.deepEqual(workspace.files.get(uri)?.unitValues, file.unitValues, uri);
      assert.deepEqual(analysis.failures, []);
      assert.deepEqual(shown(analysis.findingsByFile), shown(analyse(fresh).findingsByFile));
    }), { numRuns: 200 });
  }).timeout(60_000);
});

describe('a change in one of many templates', () => {
  const files = (count: number): readonly WorkspaceChange[] => Array.from({ length: count }, (_,
    i) => ({ put: { uri: `${FOLDER}/t${i}.json`,
    text: templateText({ DataKey: keyFor('kms:*'), Worker: roleFor('kms:Decrypt', importOf(`key-${(i + 1) % count}`)) },
      { Outputs: { Arn: { ...KEY_ARN_OUTPUT, Export: { Name: `key-${i}` } } } }) } }));

  it('reads no other file while what it says to others stays the same', () => {
    const { workspace } = updateWorkspace(emptyFolder(), files(20));
    const [first] = files(20);
    assert.ok(first && 'put' in first);
    const edited = { put: { ...first.put, text: first.put.text.replace('kms:Decrypt', 'kms:Encrypt') } };
    const after = updateWorkspace(workspace, [edited]);
    assert.deepEqual([...after.delta.readings.replaced.values()].map(({ uri }) => uri), [first.put.uri]);
  });

  it('reads the files again that it says something new to, and no others', () => {
    const keys = (name: string): WorkspaceChange => ({ put: { uri: `${FOLDER}/keys.json`,
      text: templateText({ DataKey: keyFor('kms:*') }, { Outputs: { Arn: { ...KEY_ARN_OUTPUT, Export: { Name: name } } } }) } });
    const app = { put: { uri: `${FOLDER}/app.json`, text: templateText({ Worker: roleFor('kms:Decrypt', importOf('key-arn')) }) } };
    const { workspace } = updateWorkspace(emptyFolder(), [...files(20), keys('key-arn'), app]);
    const after = updateWorkspace(workspace, [keys('other-arn')]);
    assert.deepEqual([...after.delta.readings.replaced.values()].map(({ uri }) => uri).sort(), [`${FOLDER}/app.json`,
      `${FOLDER}/keys.json`]);
  });
});
