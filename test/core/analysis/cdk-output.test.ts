import assert from 'node:assert/strict';
import { proposeSuppressions } from '../../../server/src/core/analysis/suppressions';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { rename } from '../../../server/src/core/editor/rename/rename';
import { checkFindings, findingsWithCode, fixesWithCode, textOf } from '../../support/expect-findings';
import { CONSUMER, keyPolicy, OWNER, policyDocument, rootArn } from '../../support/fixtures';
import { analysisOfWorkspaceTexts, uriOfPath } from '../../support/workspace-from-texts';

const metadata = (path: string): object => ({ Metadata: { 'aws:cdk:path': path } });
const document = (resource: unknown, action: string): unknown =>
  policyDocument({ Effect: 'Allow', Action: action, Resource: resource });

interface TemplateOptions {
  readonly withPaths?: boolean;
  readonly resource?: unknown;
  readonly action?: string;
}

/** As `cdk synth` writes it. */
const template = ({ withPaths = true, resource = '*', action = 'kms:Decrypt' }: TemplateOptions = {}): object => ({ Resources: {
  DataKey0D1B2C3D: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policyDocument(
    { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:DescribeKey', Resource: '*' },
    { Sid: 'Admin', Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:*', Resource: '*' },
  ) }, ...withPaths ? metadata('App/DataKey/Resource') : {} },
  Worker1234: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} }, ...withPaths ? metadata('App/Worker/Resource') : {} },
  WorkerDefaultPolicy5678: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', Roles: [{ Ref: 'Worker1234' }],
    PolicyDocument: document(resource, action) }, ...withPaths ? metadata('App/Worker/DefaultPolicy/Resource') : {} },
} });
const KEY_ARN_OF_TEMPLATE = { 'Fn::GetAtt': ['DataKey0D1B2C3D', 'Arn'] };

describe('the output of the CDK', () => {
  it('has findings that name the construct', () => {
    const files = { 'cdk.out/App.template.json': template({ resource: KEY_ARN_OF_TEMPLATE, action: 'kms:Decryp' }) };
    const [finding] = findingsWithCode(files, 'unknown-action');
    assert.match(finding?.message ?? '', /[.?] CDK construct: App\/Worker\/DefaultPolicy\/Resource\.$/);
  });

  it('is not edited: each fix says why', () => {
    for (const [path, withPaths] of [['cdk.out/App.template.json', false], ['templates/App.template.json', true]] as const) {
      const files = { [path]: template({ resource: KEY_ARN_OF_TEMPLATE, action: 'kms:Decryp', withPaths }) };
      const fixes = fixesWithCode(files, 'unknown-action');
      assert.ok(fixes.length > 0);
      for (const { files: changes, refusal } of fixes) {
        assert.deepEqual(changes, []);
        assert.match(refusal ?? '', /^The CDK generates this file\./);
      }
    }
  });

  it('"*" is a hint there, with the reason', () => {
    const files = { 'cdk.out/App.template.json': template() };
    checkFindings(files, ['cdk.out/App.template.json hint missing-key-arn-resource "\\"*\\""'], ['missing-key-arn-resource']);
    assert.match(findingsWithCode(files, 'missing-key-arn-resource')[0]?.message ?? '', /The CDK writes "\*" where the name of the key/);
    checkFindings({ 'App.template.json': template({ withPaths: false }) },
      ['App.template.json warning missing-key-arn-resource "\\"*\\""'], ['missing-key-arn-resource']);
  });

  it('a finding is suppressed in kms-handshake.json, not by a comment', () => {
    const yaml = `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Metadata: {aws:cdk:path: App/DataKey/Resource}
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}
`;
    const { workspace, analysis } = analysisOfWorkspaceTexts({ 'App.yaml': yaml });
    const finding = [...analysis.findingsByFile.values()].flat().find(({ code }) => code === 'wildcard-principal');
    assert.ok(finding);
    assert.deepEqual(proposeSuppressions(workspace, finding).map(({ form }) => form), ['manifest']);
  });

  it('a rename leaves it as it is', () => {
    const key = textOf(keyPolicy({ Principal: { AWS: rootArn(CONSUMER) } }));
    const { workspace } = analysisOfWorkspaceTexts({ 'cdk.out/App.template.json': textOf(template()), 'key.json': key });
    const renamed = rename(workspace, uriOfPath('key.json'), key.indexOf(CONSUMER), '999988887777');
    assert.ok(!isRefusal(renamed));
    assert.deepEqual(renamed.changes.map(({ uri }) => uri), [uriOfPath('key.json')]);
  });
});
