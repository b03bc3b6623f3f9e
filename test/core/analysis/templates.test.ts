import assert from 'node:assert/strict';
import { renderPolicyEdits } from '../../../server/src/core/discovery/policy-edits';
import { copyOfStatement } from '../../../server/src/core/rules/shared/action-fixes';
import { applyEdits } from '../../../server/src/core/text/apply-edits';
import { applyFix, checkFindings, findingLines, findingsWithCode } from '../../support/expect-findings';
import { CONSUMER, OWNER } from '../../support/fixtures';
import { analysisOfWorkspaceTexts } from '../../support/workspace-from-texts';

/** A template with one resource on each line, so that findings name the resource by its line. */
function template(resources: Readonly<Record<string, object>>, more: object = {}): string {
  const lines = Object.entries(resources).map(([logicalId, resource]) => `${JSON.stringify(logicalId)}: ${JSON.stringify(resource)}`);
  const head = Object.entries({ AWSTemplateFormatVersion: '2010-09-09', ...more })
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{${head.join(', ')}, "Resources": {\n${lines.join(',\n')}\n}}\n`;
}

const FILE = 'stack.template.json';
const policyOf = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements });
const allow = (principal: unknown, action: unknown, resource: unknown = '*'): object =>
  ({ Effect: 'Allow', ...principal === undefined ? {} : { Principal: { AWS: principal } }, Action: action, Resource: resource });
const ownRoot = allow({ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' }, 'kms:*');
const key = (...statements: readonly object[]): object => ({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policyOf(...statements) } });
const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const policyFor = (resource: unknown, action: unknown = 'kms:Decrypt'): object => ({ Type: 'AWS::IAM::Policy', Properties: {
  PolicyName: 'kms', Roles: [{ Ref: 'Worker' }], PolicyDocument: policyOf(allow(undefined, action, resource)) } });
const ARN_OF_KEY = { 'Fn::GetAtt': ['DataKey', 'Arn'] };
const ADMIN = allow({ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/Admin' }, 'kms:*');

const ERRORS_AND_WARNINGS = / (?:error|warning) /;

/** The template has these errors and warnings, and no others. */
function checkTemplate(files: Readonly<Record<string, string | object>>, expected: readonly string[]): void {
  assert.deepEqual(findingLines(files).filter((line) => ERRORS_AND_WARNINGS.test(line)).sort(), [...expected].sort());
}

describe('findings in templates: both halves in one template', () => {
  it('that fit have none, without any account', () => {
    checkTemplate({ [FILE]: template({ DataKey: key(ownRoot), Worker: role, WorkerKms: policyFor(ARN_OF_KEY) }) }, []);
  });

  it('an action that the key policy does not allow is an error, and is added beside the one that is allowed', () => {
    const files = { [FILE]: template({ DataKey: key(ADMIN, allow({ 'Fn::GetAtt': ['Worker', 'Arn'] }, 'kms:Decrypt')), Worker: role,
      WorkerKms: policyFor(ARN_OF_KEY, ['kms:Decrypt', 'kms:Encrypt']) }) };
    checkFindings(files, [`${FILE} error action-not-allowed-by-key-policy "\\"kms:Encrypt\\""`], ['action-not-allowed-by-key-policy']);
    const fixed = applyFix(files, 'action-not-allowed-by-key-policy', 'Add kms:Encrypt')[FILE] ?? '';
    assert.match(fixed, /"Action":\["kms:Decrypt", "kms:Encrypt"\],"Resource":"\*"\}\]\}\}\},\n"Worker"/);
  });

  it('a key without KeyPolicy leaves the decision to IAM policies, and its spec counts', () => {
    const signing = { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } };
    checkTemplate({ [FILE]: template({ DataKey: signing, Worker: role, WorkerKms: policyFor(ARN_OF_KEY, ['kms:Sign', 'kms:Decrypt']) }) },
      [`${FILE} error key-type-action-mismatch "\\"kms:Decrypt\\""`]);
  });

  it('a key policy and a role that refer to each other are judged, and nothing is said of the circle', () => {
    const worker = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'kms',
      PolicyDocument: policyOf(allow(undefined, 'kms:Decrypt', ARN_OF_KEY)) }] } };
    const ofKey = key(ownRoot, allow({ 'Fn::GetAtt': ['Worker', 'Arn'] }, 'kms:Decrypt'));
    checkTemplate({ [FILE]: template({ DataKey: ofKey, Worker: worker }) }, []);
  });

  it('two roles of one template are not each other', () => {
    const files = { [FILE]: template({ DataKey: key(ADMIN, allow({ 'Fn::GetAtt': ['Other', 'Arn'] }, 'kms:Decrypt')), Other: role,
      Worker: role, WorkerKms: policyFor(ARN_OF_KEY) }) };
    assert.deepEqual(findingLines(files).filter((line) => line.includes(' error ')).map((line) => line.split(' ')[2]),
      ['key-policy-not-delegating']);
  });
});

describe('findings in templates: what is not known', () => {
  const files = (more: Readonly<Record<string, object>> = {}): Readonly<Record<string, string | object>> => ({
    [FILE]: template({
      DataKey: key(ownRoot, allow({ 'Fn::Sub': 'arn:aws:iam::${ConsumerAccount}:root' }, ['kms:Decrypt', 'kms:CancelKeyDeletion'])),
      Reader: { Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: policyOf(allow(undefined, 'kms:Decrypt', { Ref: 'KeyArn' })) } },
    }, { Parameters: { KeyArn: { Type: 'String' }, ConsumerAccount: { Type: 'String', Default: CONSUMER } } }), ...more });

  it('proves no fault', () => {
    checkTemplate(files(), []);
  });

  it('is filled in by kms-handshake.json', () => {
    const placeholders = [{ files: [FILE], values: { 'AWS::AccountId': OWNER, 'ConsumerAccount': CONSUMER } }];
    checkTemplate(files({ 'kms-handshake.json': { placeholders } }),
      [`${FILE} warning cross-account-unsupported-action "\\"kms:CancelKeyDeletion\\""`]);
  });
});

describe('findings in templates: values that CloudFormation makes', () => {
  it('Ref of a key or an alias is not an ARN', () => {
    const alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/data', TargetKeyId: { Ref: 'DataKey' } } };
    checkTemplate({ [FILE]: template({ DataKey: key(ownRoot), DataAlias: alias, Worker: role, WorkerKms: policyFor([
      { Ref: 'DataKey' }, { Ref: 'DataAlias' }, { 'Fn::GetAtt': ['DataKey', 'KeyId'] },
      { 'Fn::Sub': 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${DataKey}' }]) }) }, [
      `${FILE} error not-an-arn "{\\"Ref\\":\\"DataKey\\"}"`, `${FILE} error not-an-arn "{\\"Ref\\":\\"DataAlias\\"}"`,
      `${FILE} error not-an-arn "{\\"Fn::GetAtt\\":[\\"DataKey\\",\\"KeyId\\"]}"`]);
  });

  it('Ref of a role is not a principal, Ref of AWS::AccountId is', () => {
    checkTemplate({ [FILE]: template({ DataKey: key(ownRoot, allow({ Ref: 'Worker' }, 'kms:Decrypt'),
      allow({ Ref: 'AWS::AccountId' }, 'kms:Decrypt')), Worker: role, WorkerKms: policyFor(ARN_OF_KEY) }) },
    [`${FILE} error principal-not-iam-arn "{\\"Ref\\":\\"Worker\\"}"`]);
  });

  it('a reference to what is not an ARN gets the ARN, in the style of the file', () => {
    const text = (resource: string, principal = '!GetAtt Worker.Arn'): string => `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: 'kms:*', Resource: '*'}
          - {Effect: Allow, Principal: {AWS: ${principal}}, Action: 'kms:Decrypt', Resource: '*'}
  DataAlias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/data, TargetKeyId: !Ref DataKey}}
  Worker: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: kms:Decrypt
            Resource: ${resource}
`;
    for (const resource of ['!Ref DataKey', '!GetAtt DataKey.KeyId', '!Ref DataAlias'])
      assert.equal(applyFix({ 'template.yaml': text(resource) }, 'not-an-arn')['template.yaml'], text('!GetAtt DataKey.Arn'));
    const byName = text('!GetAtt DataKey.Arn', '!Ref Worker');
    assert.equal(applyFix({ 'template.yaml': byName }, 'principal-not-iam-arn')['template.yaml'], text('!GetAtt DataKey.Arn'));
    const messageOf = (yaml: string, code: string): string => findingsWithCode({ 'template.yaml': yaml }, code)[0]?.message ?? '';
    assert.match(messageOf(byName, 'principal-not-iam-arn'), /^The name of Worker is not a principal/);
    assert.match(messageOf(text('!Ref DataKey'), 'not-an-arn'), /^IAM rejects the id of DataKey as/);
  });

  it('a statement that a fix copies keeps its functions', () => {
    const text = `Resources:
  DataKey: {Type: AWS::KMS::Key}
  Rights:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: [kms:Decrypt, kms:ListAliases]
            Resource: !GetAtt DataKey.Arn
            Condition:
              StringEquals:
                aws:RequestedRegion: !Ref AWS::Region
                aws:PrincipalTag/team: !Sub '\${AWS::StackName}-\${!aws:username}'
`;
    const { workspace } = analysisOfWorkspaceTexts({ 'template.yaml': text });
    const policy = [...workspace.readings.values()].flatMap(({ policies }) => policies).find(({ isImplicit }) => isImplicit !== true);
    const [statement] = policy?.policy.statements ?? [];
    const member = policy?.policy.statementMember;
    assert.ok(policy && statement && member);
    const { edits } = renderPolicyEdits(policy, [{ edit: 'append', member, value: copyOfStatement(statement, { Sid: 'Copy' }) }]);
    assert.equal(applyEdits(text, edits ?? assert.fail()), `${text}          - Effect: Allow
            Action: [kms:Decrypt, kms:ListAliases]
            Resource: !GetAtt DataKey.Arn
            Condition:
              StringEquals:
                aws:RequestedRegion: !Ref AWS::Region
                aws:PrincipalTag/team: !Sub '\${AWS::StackName}-\${!aws:username}'
            Sid: Copy
`);
  });

  it('no message shows a symbol as it is stored', () => {
    const text = template({ DataKey: key(ADMIN), Worker: role, WorkerKms: policyFor([ARN_OF_KEY, { Ref: 'DataKey' }]) });
    for (const finding of [...analysisOfWorkspaceTexts({ [FILE]: text }).analysis.findingsByFile.values()].flat())
      assert.doesNotMatch([finding.message, ...finding.related.map(({ message }) => message)].join('\n'), /[\u0000-\u0008\u000e\u000f]|\\u000/);
  });
});

describe('findings in templates of SAM (samtranslator, policy_templates.json)', () => {
  const functionWith = (...policies: readonly unknown[]): string => template({ DataKey: key(ownRoot),
    Fn: { Type: 'AWS::Serverless::Function', Properties: { Policies: policies } } }, { Transform: 'AWS::Serverless-2016-10-31' });

  it('a policy template for KMS takes the id of a key', () => {
    checkTemplate({ [FILE]: functionWith({ KMSDecryptPolicy: { KeyId: { Ref: 'DataKey' } } }) }, []);
    checkTemplate({ [FILE]: functionWith({ KMSEncryptPolicy: { KeyId: ARN_OF_KEY } }, { KMSEncryptPolicy: { KeyId: 'alias/data' } }) }, [
      `${FILE} error malformed-key-arn "{\\"Fn::GetAtt\\":[\\"DataKey\\",\\"Arn\\"]}"`,
      `${FILE} warning key-id-format "\\"alias/data\\""`]);
  });

  it('statements are policies of the role of the function', () => {
    checkTemplate({ [FILE]: functionWith({ Effect: 'Allow', Action: 'kms:Sign', Resource: ARN_OF_KEY }, 'AmazonS3ReadOnlyAccess') },
      [`${FILE} error key-type-action-mismatch "\\"kms:Sign\\""`]);
  });
});

describe('findings in templates: several templates that nothing links', () => {
  const stack = (action: unknown): string =>
    template({ DataKey: key(ADMIN, allow({ 'Fn::GetAtt': ['Worker', 'Arn'] }, 'kms:Decrypt')), Worker: role,
      WorkerKms: policyFor(ARN_OF_KEY, action) });

  it('do not speak of the keys of each other: a reference means the key that its own template makes', () => {
    const { analysis } = analysisOfWorkspaceTexts({ 'a.template.json': stack(['kms:Decrypt', 'kms:Encrypt']),
      'b.template.json': stack('kms:Decrypt'), 'c.template.json': stack('kms:Decrypt') });
    const findings = [...analysis.findingsByFile.values()].flat().filter(({ code }) => code === 'action-not-allowed-by-key-policy');
    assert.deepEqual([...new Set(findings.flatMap(({ at, related }) => [at.uri, ...related.map((place) => place.at.uri)])
      .map((uri) => uri.split('/').at(-1)))],
      ['a.template.json']);
    const keysOfWorkers = [...analysis.pairsByIdentity].filter(([{ policies }]) => policies.length > 0).map(([, pairs]) => pairs.length);
    assert.deepEqual(keysOfWorkers, [1, 1, 1]);
  });

  it('are tied by a pattern, which may cover the keys of both', () => {
    const { analysis } = analysisOfWorkspaceTexts({ 'a.template.json': template({ DataKey: key(ownRoot) }),
      'b.template.json': template({ Worker: role, WorkerKms: policyFor('*') }) });
    assert.deepEqual([...analysis.pairsByIdentity.values()].flat().map(({ verdicts }) => verdicts[0]?.verdict.outcome), ['unknown']);
  });

  it('are tied to a literal ARN only where the key policy allows its account', () => {
    const literal = (account: string): Record<string, string> => ({ [`${account}/role/App/kms.json`]: JSON.stringify(policyOf(
      allow(undefined, 'kms:Decrypt', `arn:aws:kms:us-west-2:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`))) });
    const keys = { 'a.template.json': template({ DataKey: key(ownRoot, allow(`arn:aws:iam::${CONSUMER}:root`, 'kms:Decrypt')) }) };
    const templatePairsWith = (files: Record<string, string>): number =>
      [...analysisOfWorkspaceTexts({ ...keys, ...files }).analysis.pairsByKey]
        .flatMap(([{ policy }, { pairs }]) => policy ? pairs.filter(({ identity }) => identity.policies.length > 0) : []).length;
    assert.equal(templatePairsWith(literal(CONSUMER)), 1);
    assert.equal(templatePairsWith(literal('777788889999')), 0);
    // It may be the policy for the key: that one is missing would be a guess.
    assert.deepEqual(findingLines({ ...keys, ...literal(CONSUMER) }).filter((line) => line.includes('identity-policy-missing')), []);
  });
});
