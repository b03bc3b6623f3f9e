import assert from 'node:assert/strict';
import { worldOfFiles } from '../../support/world-of-files';
import { CONSUMER, OWNER } from '../../support/fixtures';
import type { World } from '../../../server/src/core/workspace/world';
import { KEY_ARN_OUTPUT, importOf, keyFor, roleFor, templateText } from './template-texts';

const stack = (templateFile: string, environment: string, more: object = {}): object =>
  ({ type: 'aws:cloudformation:stack', environment, properties: { templateFile, ...more } });

function worldOfAssembly(artifacts: object): World {
  return worldOfFiles({
    'w/manifest.json': { version: '36.0.0', artifacts: { Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } }, ...artifacts } },
    'w/Keys.template.json': templateText({ DataKey: keyFor('kms:*') }, { Outputs: { Arn: { ...KEY_ARN_OUTPUT,
      Export: { Name: 'Keys:ExportsOutputFnGetAttDataKeyArn' } } } }),
    'w/App.template.json': templateText({ Worker: roleFor('kms:Decrypt', importOf('Keys:ExportsOutputFnGetAttDataKeyArn'),
      { RoleName: { 'Fn::Sub': '${AWS::StackName}-worker' } }) }),
  });
}

describe('the output of the CDK', () => {
  it('says account, Region and name of each stack', () => {
    const { keys, identities } = worldOfAssembly({ Keys: stack('Keys.template.json', `aws://${OWNER}/eu-west-1`),
      App: stack('App.template.json', `aws://${CONSUMER}/us-gov-west-1`, { stackName: 'app' }) });
    assert.deepEqual(keys.map(({ account, region }) => [account, region]), [[OWNER, 'eu-west-1']]);
    assert.deepEqual(identities.map(({ arn }) => arn), [`arn:aws-us-gov:iam::${CONSUMER}:role/app-worker`]);
  });

  it('leaves open what it does not know, and one environment says it for the stacks that share it', () => {
    const { keys, identities } = worldOfAssembly({ Keys: stack('Keys.template.json', `aws://${OWNER}/unknown-region`),
      App: stack('App.template.json', 'aws://unknown-account/eu-west-1', { stackName: 'app' }) });
    assert.deepEqual([keys[0]?.account, keys[0]?.region, identities[0]?.account], [OWNER, 'eu-west-1', OWNER]);
    const open = worldOfAssembly({ Keys: stack('Keys.template.json', 'aws://unknown-account/unknown-region') });
    assert.doesNotMatch(open.keys[0]?.account ?? '', /unknown-account|^\d/);
  });

  it('names the stack by its artifact where it says nothing else', () => {
    const { identities } = worldOfAssembly({ App: stack('App.template.json', `aws://${CONSUMER}/us-west-2`) });
    assert.equal(identities[0]?.arn, `arn:aws:iam::${CONSUMER}:role/App-worker`);
  });
});
