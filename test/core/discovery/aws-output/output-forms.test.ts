import { pointerOfAddress } from '../../../../server/src/core/discovery/policy-address';
import * as assert from 'node:assert/strict';
import { discoverPolicies, type FileDiscovery } from '../../../../server/src/core/discovery/read-file';
import { mayHoldPolicy } from '../../../../server/src/core/discovery/may-hold-policy';
import { locationInFile, type DiscoveredPolicy } from '../../../../server/src/core/discovery/discovery-result';
import { applyFix, checkFindings, expectFindingsWithCode } from '../../../support/expect-findings';
import { textAfterCompletion } from '../../../support/completion';
import { workspaceFromTexts } from '../../../support/workspace-from-texts';
import { CONSUMER, KEY_ARN, KEY_ID, OWNER, OWNER_STATEMENT, roleArn, rootArn, userArn } from '../../../support/fixtures';

const ROLE = `arn:aws:iam::${CONSUMER}:role/reports/ReportReader`;
const KEY_POLICY = { Version: '2012-10-17',
  Statement: [OWNER_STATEMENT, { Sid: 'Reports', Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt',
    Resource: '*' }] };
const OPEN_POLICY = { Version: '2012-10-17',
  Statement: [OWNER_STATEMENT, { Sid: 'Everybody', Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }] };
const IAM_POLICY = { Version: '2012-10-17',
  Statement: [{ Sid: 'Use', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: KEY_ARN }] };
const TRUST = { Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const BUCKET = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

const text = JSON.stringify;
const twice = (policy: object): string => text(text(policy));
/** As IAM writes it: RFC 3986, which escapes the star too. */
const url = (policy: object): string => encodeURIComponent(text(policy)).replace(/\*/g, '%2A');

function read(content: unknown): FileDiscovery {
  return discoverPolicies({ uri: 'file:///w/dump.json', text: text(content, null, 1) });
}

/** Pointer, kind, and whose policy it is. */
function summaries(content: unknown): string[] {
  return read(content).policies.map(({ address, policy, container: { keyArn, identityArn, identityName, attachments } }) => (
    [pointerOfAddress(address), policy.kind,
      attachments?.map(nameIn).join('+') ?? keyArn ?? (identityArn === undefined ? identityName : nameIn(identityArn))].filter(Boolean)
      .join(' ')
  ));
}

function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

/** The text of the file at the value of the first statement's action. */
function textOfAction(reading: FileDiscovery, index = 0): string {
  const policy: DiscoveredPolicy | undefined = reading.policies[index];
  const node = policy?.policy.statements[0]?.action?.patterns[0]?.text.node;
  assert.ok(policy && node);
  const { span } = locationInFile(policy, node.content);
  return reading.layer.text.slice(span.start, span.end);
}

const configKey = (Policy: unknown, more: object = {}): object => ({
  resourceType: 'AWS::KMS::Key', resourceId: KEY_ID, ARN: KEY_ARN, awsAccountId: OWNER, awsRegion: 'us-west-2',
  configuration: { keyId: KEY_ID, arn: KEY_ARN, keyManager: 'CUSTOMER', multiRegion: false, ...more },
  supplementaryConfiguration: { Policy },
});
const configRole = (name: string, more: object = {}): object => ({
  resourceType: 'AWS::IAM::Role', ARN: `arn:aws:iam::${CONSUMER}:role/${name}`, awsAccountId: CONSUMER,
  configuration: {
    roleName: name, arn: `arn:aws:iam::${CONSUMER}:role/${name}`, assumeRolePolicyDocument: url(TRUST),
    permissionsBoundary: { policyDocument: url(IAM_POLICY) },
    rolePolicyList: [{ policyName: 'use', policyDocument: url(IAM_POLICY) }], attachedManagedPolicies: [], ...more,
  },
});
const snapshot = (...configurationItems: object[]): object => ({ fileVersion: '1.0', configurationItems });

// https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html
describe('snapshots of AWS Config', () => {
  it('the policy of a key, encoded once or twice, or as it is', () => {
    for (const policy of [text(KEY_POLICY), twice(KEY_POLICY), KEY_POLICY]) {
      assert.deepEqual(summaries(snapshot(configKey(policy))), [`/configurationItems/0/supplementaryConfiguration/Policy key ${KEY_ARN}`]);
      assert.equal(textOfAction(read(snapshot(configKey(policy)))), 'kms:*');
    }
  });

  it('what outputs say about a key', () => {
    const [fact] = read(snapshot(configKey(text(KEY_POLICY), { keyManager: 'AWS', multiRegion: true }))).keyFacts;
    assert.deepEqual([fact?.keyArn, fact?.keyId, fact?.manager, fact?.multiRegion], [KEY_ARN, KEY_ID, 'AWS', true]);
  });

  it('inline policies of roles, users and groups, URL-encoded; trust policies and boundaries are not what they may do', () => {
    const items = snapshot(
      configRole('App'),
      { resourceType: 'AWS::IAM::User',
        configuration: { userName: 'ann', arn: userArn(CONSUMER, 'ann'), groupList: ['readers'],
          userPolicyList: [{ policyName: 'a', policyDocument: url(IAM_POLICY) }] } },
      { resourceType: 'AWS::IAM::Group',
        configuration: { groupName: 'readers', arn: `arn:aws:iam::${CONSUMER}:group/readers`,
          groupPolicyList: [{ policyName: 'g', policyDocument: url(IAM_POLICY) }] } },
    );
    assert.deepEqual(summaries(items), [
      '/configurationItems/0/configuration/rolePolicyList/0/policyDocument identity role/App',
      '/configurationItems/1/configuration/userPolicyList/0/policyDocument identity user/ann',
      '/configurationItems/2/configuration/groupPolicyList/0/policyDocument identity group/readers+user/ann',
    ]);
    assert.equal(textOfAction(read(items)), 'kms%3ADecrypt');
  });

  it('managed policies with those whom they are attached to; those that are not shown are reported', () => {
    const arn = (name: string): string => `arn:aws:iam::${CONSUMER}:policy/${name}`;
    const attached = (...names: string[]): object => ({ rolePolicyList: [],
      attachedManagedPolicies: names.map((name) => ({ policyName: name, policyArn: arn(name) })) });
    const managed = { resourceType: 'AWS::IAM::Policy', configuration: { policyName: 'Keys', arn: arn('Keys'), policyVersionList: [
      { document: url(TRUST), versionId: 'v1', isDefaultVersion: false },
      { document: url(IAM_POLICY), versionId: 'v2', isDefaultVersion: true },
    ] } };
    const both = snapshot(configRole('App', attached('Keys')), configRole('Job', attached('Keys', 'Other')), managed);
    assert.deepEqual(summaries(both), ['/configurationItems/2/configuration/policyVersionList/1/document identity role/App+role/Job']);
    assert.deepEqual(read(both).policiesWithoutDocument, [{ identityArn: roleArn(CONSUMER, 'Job'), policies: [arn('Other')] }]);
    // Without identities in the snapshot nothing tells whom it is attached to.
    assert.deepEqual(summaries(snapshot(managed)), ['/configurationItems/0/configuration/policyVersionList/1/document identity']);
  });

  // https://docs.aws.amazon.com/cli/latest/reference/configservice/: configuration is a string there
  it('get-resource-config-history and select-resource-config, which have JSON in strings', () => {
    const history = {
      configurationItems: [{ resourceType: 'AWS::KMS::Key', arn: KEY_ARN, accountId: OWNER,
        configuration: text({ keyId: KEY_ID, arn: KEY_ARN, keyManager: 'CUSTOMER' }),
        supplementaryConfiguration: { Policy: twice(KEY_POLICY) } }, { resourceType: 'AWS::IAM::Role', arn: ROLE,
        configuration: text({ roleName: 'ReportReader', arn: ROLE, rolePolicyList: [{ policyName: 'use', policyDocument: url(IAM_POLICY) }],
          attachedManagedPolicies: [{ policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }) }],
    };
    assert.deepEqual(summaries(history), [
      `/configurationItems/0/supplementaryConfiguration/Policy key ${KEY_ARN}`,
      '/configurationItems/1/configuration/rolePolicyList/0/policyDocument identity role/reports/ReportReader',
    ]);
    assert.equal(textOfAction(read(history), 1), 'kms%3ADecrypt');
    assert.deepEqual(read(history).policiesWithoutDocument, [{ identityArn: ROLE, policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }]);
    const selected = { Results: [text({ arn: KEY_ARN, supplementaryConfiguration: { Policy: twice(KEY_POLICY) } })] };
    assert.deepEqual(summaries(selected), [`/Results/0/supplementaryConfiguration/Policy key ${KEY_ARN}`]);
  });

  it('both halves of one snapshot are judged, at their places, and edits keep the encodings', () => {
    const files = { 'snapshot.json': snapshot(configKey(twice(KEY_POLICY)), configRole('App')) };
    checkFindings(files, ['snapshot.json error action-not-allowed-by-key-policy "%22kms%3AEncrypt%22"'], [
      'action-not-allowed-by-key-policy',
    ]);
    // The fix that gives the action changes the key policy, which is encoded twice; the one that takes it away the URL-encoded half.
    const given = applyFix(files, 'action-not-allowed-by-key-policy', 'Add kms:Encrypt')['snapshot.json'] ?? '';
    const [key] = discoverPolicies({ uri: 'file:///w/snapshot.json', text: given }).policies;
    assert.deepEqual(key?.policy.statements[1]?.action?.patterns.map((pattern) => pattern.text.value), ['kms:Decrypt', 'kms:Encrypt']);
    const taken = applyFix(files, 'action-not-allowed-by-key-policy', 'Remove')['snapshot.json'] ?? '';
    const policies = discoverPolicies({ uri: 'file:///w/snapshot.json', text: taken }).policies;
    assert.deepEqual(policies[1]?.policy.statements[0]?.action?.patterns.map((pattern) => pattern.text.value), ['kms:Decrypt']);
    for (const after of [given, taken]) expectFindingsWithCode('action-not-allowed-by-key-policy')({ 'snapshot.json': after }, []);
  });
});

// https://hub.steampipe.io/plugins/turbot/aws/tables/aws_kms_key
describe('rows with an ARN and a policy', () => {
  it('of keys, in a list or under "rows", the policy as object or text', () => {
    for (const policy of [KEY_POLICY, text(KEY_POLICY)]) {
      assert.deepEqual(summaries([{ arn: KEY_ARN, policy }]), [`/0/policy key ${KEY_ARN}`]);
      assert.deepEqual(summaries({ rows: [{ arn: KEY_ARN, region: 'us-west-2', account_id: OWNER, policy, policy_std: policy }] }), [
        `/rows/0/policy key ${KEY_ARN}`,
      ]);
    }
    assert.deepEqual(summaries([{ arn: KEY_ARN, policy_std: KEY_POLICY }]), [`/0/policy_std key ${KEY_ARN}`]);
    const [fact] =
      read([{ arn: KEY_ARN, key_manager: 'AWS', policy: KEY_POLICY,
        aliases: [{ AliasName: 'alias/x', AliasArn: KEY_ARN.replace(/key.*/, 'alias/x'), TargetKeyId: KEY_ID }] }]).keyFacts;
    assert.deepEqual([fact?.keyArn, fact?.manager], [KEY_ARN, 'AWS']);
  });

  it('of identities and managed policies', () => {
    const role = { arn: ROLE, name: 'ReportReader', assume_role_policy: TRUST, assume_role_policy_std: TRUST,
      inline_policies: [{ PolicyName: 'a', PolicyDocument: IAM_POLICY }],
      inline_policies_std: [{ PolicyName: 'a', PolicyDocument: IAM_POLICY }],
      attached_policy_arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] };
    assert.deepEqual(summaries([role]), ['/0/inline_policies/0/PolicyDocument identity role/reports/ReportReader']);
    assert.deepEqual(read([role]).policiesWithoutDocument, [{ identityArn: ROLE, policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }]);
    const [policy] = read([{ arn: `arn:aws:iam::${CONSUMER}:policy/Keys`, policy: IAM_POLICY }]).policies;
    assert.deepEqual([policy?.policy.kind, policy?.container.account], ['identity', CONSUMER]);
  });

  it('of other resources are their policies; without an ARN the word has no meaning', () => {
    assert.deepEqual(summaries([{ arn: 'arn:aws:s3:::reports', policy: BUCKET }]), ['/0/policy other-resource']);
    assert.deepEqual(summaries([{ name: 'x', policy: KEY_POLICY }]), []);
  });

  it('findings are at their places', () => {
    expectFindingsWithCode('wildcard-principal')({ 'keys.json': { rows: [{ arn: KEY_ARN, policy: OPEN_POLICY }] } }, [
      'keys.json error wildcard-principal "\\"*\\""',
    ]);
  });
});

const resource = (type: string, values: object, more: object = {}): object => ({ address: `${type}.main`, mode: 'managed', type,
  name: 'main', values, ...more });
const plan = (resources: object[], child_modules: object[] = []): object => ({ format_version: '1.2', terraform_version: '1.9.0',
  planned_values: { root_module: { resources, child_modules } } });

// https://developer.hashicorp.com/terraform/internals/json-format
describe('plans and states of Terraform', () => {
  it('the policies of keys, in modules inside of modules too', () => {
    const key = resource('aws_kms_key', { policy: text(KEY_POLICY) });
    assert.deepEqual(
      summaries(
        plan([key], [{ address: 'module.a', resources: [key],
          child_modules: [{ resources: [resource('aws_kms_key_policy', { key_id: KEY_ARN, policy: text(KEY_POLICY) })] }] }]),
      ),
      [
        '/planned_values/root_module/resources/0/values/policy key',
        '/planned_values/root_module/child_modules/0/resources/0/values/policy key',
        `/planned_values/root_module/child_modules/0/child_modules/0/resources/0/values/policy key ${KEY_ARN}`,
      ],
    );
  });

  it('the policies of identities, with the ARN of the role next to them', () => {
    const resources = [
      resource('aws_iam_role', { name: 'ReportReader', arn: ROLE, managed_policy_arns: ['arn:aws:iam::aws:policy/ViewOnlyAccess'],
        assume_role_policy: text(TRUST), inline_policy: [{ name: 'in', policy: text(IAM_POLICY) }] }),
      resource('aws_iam_role_policy', { name: 'p', role: 'ReportReader', policy: text(IAM_POLICY) }),
      resource('aws_iam_user_policy', { name: 'p', user: 'ann', policy: text(IAM_POLICY) }),
      resource('aws_iam_policy', { name: 'Keys', arn: 'arn:aws:iam::444455556666:policy/Keys', policy: text(IAM_POLICY) }),
      resource('aws_iam_role_policy_attachment', { role: 'ReportReader', policy_arn: 'arn:aws:iam::444455556666:policy/Keys' }),
      resource('aws_iam_role_policy_attachment', { role: 'ReportReader', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      resource('aws_s3_bucket_policy', { policy: text(BUCKET) }),
      resource('aws_iam_policy_document', { json: text(IAM_POLICY), policy: text(IAM_POLICY) }, { mode: 'data' }),
    ];
    const at = '/planned_values/root_module/resources';
    assert.deepEqual(summaries(plan(resources)), [
      `${at}/0/values/inline_policy/0/policy identity role/reports/ReportReader`,
      `${at}/1/values/policy identity role/reports/ReportReader`, `${at}/2/values/policy identity user/ann`,
      `${at}/3/values/policy identity role/reports/ReportReader`,
    ]);
    assert.deepEqual(read(plan(resources)).policiesWithoutDocument,
      ['ViewOnlyAccess', 'ReadOnlyAccess'].map((name) => ({ identityArn: ROLE, policies: [`arn:aws:iam::aws:policy/${name}`] })));
  });

  it('of a plan nothing but what is planned; of a state, where values are repeated, each policy once', () => {
    const key = resource('aws_kms_key', { arn: KEY_ARN, key_id: KEY_ID, multi_region: true, policy: text(KEY_POLICY) });
    const state = { format_version: '1.0', terraform_version: '1.9.0',
      values: { root_module: { resources: [key, resource('aws_kms_key_policy', { key_id: KEY_ID, policy: text(KEY_POLICY) })] } } };
    assert.deepEqual(summaries(state), ['/values/root_module/resources/1/values/policy key']);
    assert.equal(workspaceFromTexts({ 'state.json': text(state) }).world.keys[0]?.arn, KEY_ARN);
    const planned = { ...plan([key]), prior_state: state,
      resource_changes: [{ type: 'aws_kms_key', change: { after: { policy: text(KEY_POLICY) } } }] };
    assert.deepEqual(summaries(planned), [`/planned_values/root_module/resources/0/values/policy key ${KEY_ARN}`]);
  });

  it('findings are at their places, and a fix changes the text of the plan', () => {
    const files = {
      'plan.json': plan([resource('aws_kms_key', { arn: KEY_ARN, policy: text(KEY_POLICY) }),
        resource('aws_iam_role', { name: 'ReportReader', arn: ROLE, inline_policy: [{ name: 'in', policy: text(IAM_POLICY) }] })]),
    };
    const CODE = 'action-not-allowed-by-key-policy';
    expectFindingsWithCode(CODE)(files, [`plan.json error ${CODE} ${text('\\"kms:Encrypt\\"')}`]);
    for (const title of ['Add kms:Encrypt', 'Remove']) {
      const after = applyFix(files, CODE, title)['plan.json'] ?? '';
      assert.equal(summaries(JSON.parse(after)).length, 2);
      expectFindingsWithCode(CODE)({ 'plan.json': after }, []);
    }
  });
});

describe('an editor in such places', () => {
  it('completes and keeps the encoding', () => {
    const typed = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:En|'], Resource: KEY_ARN }] };
    const inRole = textAfterCompletion({ 'role.json': text({ roleName: 'App', policyDocument: url(typed).replace('%7C', '|') }) },
      'kms:Encrypt');
    assert.ok(inRole.includes('%22kms%3ADecrypt%22%2C%22kms%3AEncrypt%22'));
    const inKey = textAfterCompletion({ 'key.json': text(configKey(twice({ Statement: [{ ...OWNER_STATEMENT, Action: ['kms:En|'] }] }))) },
      'kms:Encrypt');
    assert.deepEqual(
      discoverPolicies({ uri: 'file:///w/key.json', text: inKey.replace('|', '') }).policies[0]?.policy.statements[0]?.action?.patterns.map(
        (pattern) =>
          pattern.text.value
      ),
      ['kms:Encrypt'],
    );
  });
});

describe('cheap look at files', () => {
  it('passes URL-encoded policies and values of Terraform, and refuses the rest of Terraform', () => {
    assert.equal(mayHoldPolicy(text({ policyDocument: url(IAM_POLICY) })), true);
    assert.equal(mayHoldPolicy(text(plan([resource('aws_kms_key', { policy: text(KEY_POLICY) })]))), true);
    assert.equal(
      mayHoldPolicy(
        text({ version: 4, terraform_version: '1.9.0', resources: [{ instances: [{ attributes: { policy: text(KEY_POLICY) } }] }] }),
      ),
      false,
    );
    assert.equal(mayHoldPolicy(text({ text: url(IAM_POLICY) })), false);
  });
});
