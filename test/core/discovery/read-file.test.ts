import { pointerOfAddress } from '../../../server/src/core/discovery/policy-address';
import assert from 'node:assert/strict';
import { locationInFile, type DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import { discoverPolicies, type FileDiscovery } from '../../../server/src/core/discovery/read-file';
import { CONSUMER, KEY_ARN, KEY_ID, OWNER, ROLE_ARN, roleArn, rootArn, userArn } from '../../support/fixtures';

const identity = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }] };
const keyPolicy = { Version: '2012-10-17',
  Statement: [{ Sid: 'root', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' }] };
const trust = { Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };

function read(content: unknown, uri = 'file:///w/dump.json'): FileDiscovery {
  return discoverPolicies({ uri, text: typeof content === 'string' ? content : JSON.stringify(content, null, 2) });
}

/** Pointer, kind, fragment and number of statements of each policy. */
function summary(reading: FileDiscovery): string[] {
  return reading.policies.map(({ address, policy }) => `${pointerOfAddress(address)} `
    + `${policy.kind}${policy.isFragment ? ' fragment' : ''} ${policy.statements.length}`);
}

/** What the wrapper says, as far as it says anything. */
function said({ container }: DiscoveredPolicy): object {
  return Object.fromEntries(Object.entries(container).filter(([, value]) => value !== undefined));
}

describe('readFile: documents', () => {
  it('a whole file', () => {
    assert.deepEqual(summary(read(keyPolicy)), [' key 1']);
    assert.deepEqual(summary(read(identity)), [' identity 1']);
    assert.deepEqual(summary(read({ Version: '2012-10-17' })), [' identity 0']);
    assert.deepEqual(summary(read('{"Version": "2012-10-17",\n "Statement": [')), [' identity 0']);
  });

  it('a list of policies, of statements, of both', () => {
    assert.deepEqual(summary(read([keyPolicy, identity])), ['/0 key 1', '/1 identity 1']);
    assert.deepEqual(summary(read([...keyPolicy.Statement, ...keyPolicy.Statement])), [' key fragment 2']);
    assert.deepEqual(summary(read([...keyPolicy.Statement, identity])), [' key fragment 1', '/1 identity 1']);
  });

  it('a statement, with and without braces', () => {
    assert.deepEqual(summary(read(keyPolicy.Statement[0])), [' key fragment 1']);
    assert.deepEqual(summary(read('"Sid": "x",\n"Effect": "Allow",\n"Principal": {"AWS": "111122223333"},\n"Action": "kms:*"')), [
      ' key fragment 1',
    ]);
    assert.deepEqual(summary(read('"Principal": {"AWS": "111122223333"},')), [' other-resource fragment 1']);
    assert.deepEqual(summary(read('{"Effect": "Allow"}')), [' identity fragment 1']);
    assert.deepEqual(summary(read('"Action": ["kms:')), [' identity fragment 1']);
  });

  it('statements one behind another are one policy, halves are two', () => {
    const key = JSON.stringify(keyPolicy.Statement[0]);
    const other = JSON.stringify(identity.Statement[0]);
    assert.deepEqual(summary(read(`# one\n${key}\n\n# two\n${key},\n// three\n${key}`)), ['/0 key fragment 3']);
    assert.deepEqual(summary(read(`${key}\n${other}`)), ['/0 key fragment 1', '/1 identity fragment 1']);
    assert.deepEqual(summary(read(`${key}\nand another one\n${key}`)), ['/0 key fragment 1', '/1 key fragment 1']);
    assert.deepEqual(summary(read(`${key}Step 2\n${JSON.stringify(identity)}`)), ['/0 key fragment 1', '/1 identity 1']);
  });

  it('the declared kind wins', () => {
    const reading = discoverPolicies({ uri: 'file:///a.json', text: JSON.stringify(identity),
      kindHintsAt: () => ({ declaredKind: 'service-control' }) });
    assert.deepEqual(summary(reading), [' service-control 1']);
  });

  it('placeholders are filled in', () => {
    const text = JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:us-west-2:${account}:key/*' }],
    });
    const { policies } = discoverPolicies({ uri: 'file:///a.json', text,
      placeholderValues: (name) => (name === 'account' ? { text: OWNER } : undefined) });
    assert.equal(policies[0]?.policy.statements[0]?.resource?.patterns[0]?.text.value, 'arn:aws:kms:us-west-2:111122223333:key/*');
  });

  it('other JSON has neither policies nor faults', () => {
    const others = [
      { name: 'x', scripts: { Action: 'kms:Decrypt' } }, { Effect: 'blur', Action: { a: 1 } }, { Statement: 'closed', Effect: 1 },
      { Principal: 1000, Rate: 2 },
      { Statement: [{ Date: '2024', Balance: 1 }] },
      { Resources: { Key: { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: keyPolicy } } } },
      { terraform_version: '1.9', values: { Policy: JSON.stringify(keyPolicy) } },
    ];
    for (const other of others) {
      const text = JSON.stringify(other);
      assert.deepEqual(summary(read(text)), [], text);
      const broken = read(text.replace('{', '{,'));
      assert.deepEqual([broken.policies, broken.faults], [[], []], text);
    }
    assert.deepEqual(read('# Notes\n\nSay "Effect": and "Statement": as AWS does.\n').faults, []);
  });

  it('comments and templates depend on the name of the file', () => {
    const commented = '{"Effect": "Allow" /* x */}';
    const template = '{"Effect": "Allow", "Resource": ${arns}}';
    const kinds = (text: string, uri: string): string[] => read(text, uri).faults.map(({ fault }) => fault.kind);
    assert.deepEqual([kinds(commented, 'file:///a.json'), kinds(commented, 'file:///a.jsonc'), kinds(commented, 'file:///a.JSONC?x#y')], [[
      'comment',
    ], [], []]);
    assert.deepEqual(discoverPolicies({ uri: 'untitled:Untitled-1', text: commented, comments: 'allowed' }).faults, []);
    assert.deepEqual([kinds(template, 'file:///a.json'), kinds(template, 'file:///a.json.tpl'), kinds(template, 'file:///a.json.tftpl')], [[
      'unexpected',
    ], [], []]);
  });

  it('nesting without end is no trouble', () => {
    for (const text of ['{"Policy":'.repeat(5000) + JSON.stringify(keyPolicy), '[{"Statement":'.repeat(5000)]) assert.ok(read(text));
  });
});

describe('readFile: output of the AWS CLI', () => {
  it('get-key-policy: a policy in a string, with places in the file', () => {
    const output = { Policy: JSON.stringify(keyPolicy, null, 2), PolicyName: 'default' };
    const reading = read(output);
    assert.deepEqual(summary(reading), ['/Policy key 1']);
    const [policy] = reading.policies;
    const node = policy?.policy.statements[0]?.principal?.principals[0]?.text.node;
    assert.ok(policy && node);
    const { span } = locationInFile(policy, node.content);
    assert.equal(reading.layer.text.slice(span.start, span.end), rootArn(OWNER));
    assert.deepEqual(summary(read({ Policy: JSON.stringify(keyPolicy) })), ['/Policy key 1']);
    assert.deepEqual(summary(read({ Policy: keyPolicy })), ['/Policy key 1']);
  });

  it('faults in a policy in a string have their places, too', () => {
    const reading = read({ Policy: JSON.stringify(keyPolicy).replace('"Action"', ' "Action"').replace(', "Action"', ' "Action"') });
    assert.deepEqual(reading.faults.map(({ fault }) => fault.kind), ['missing-comma']);
    const [found] = reading.faults;
    assert.ok(found);
    const place = found.layer.toFileSpan(found.fault.span);
    assert.equal(reading.layer.text.slice(place.start, place.end), '\\"Action\\"');
  });

  it('get-bucket-policy is a policy of another resource', () => {
    const bucket = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }] };
    assert.deepEqual(summary(read({ Policy: JSON.stringify(bucket) })), ['/Policy other-resource 1']);
  });

  it('get-role-policy, get-user-policy, get-group-policy', () => {
    for (const [member, kind] of [['RoleName', 'role'], ['UserName', 'user'], ['GroupName', 'group']] as const) {
      const reading = read({ [member]: 'App', PolicyName: 'use-key', PolicyDocument: identity });
      assert.deepEqual(summary(reading), ['/PolicyDocument identity 1']);
      assert.deepEqual(reading.policies.map(said), [{ declaredKind: 'identity', identityName: `${kind}/App`, policyName: 'use-key' }]);
    }
  });

  it('get-policy-version, as object and as text', () => {
    const version = { VersionId: 'v3', IsDefaultVersion: true, CreateDate: '2024-01-01T00:00:00Z' };
    const reading = read({ PolicyVersion: { Document: identity, ...version } });
    assert.deepEqual(summary(reading), ['/PolicyVersion/Document identity 1']);
    assert.deepEqual(reading.policies.map(said), [{ declaredKind: 'identity' }]);
    assert.deepEqual(summary(read({ PolicyVersion: { Document: JSON.stringify(identity), ...version } })), [
      '/PolicyVersion/Document identity 1',
    ]);
  });

  it('get-account-authorization-details under --filter mentions policies that it does not show (AWS CLI Command Reference)', () => {
    const attached = (...arns: string[]): object => ({
      AttachedManagedPolicies: arns.map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn })),
    });
    const [shown, local, aws] = ['arn:aws:iam::111122223333:policy/Shown', 'arn:aws:iam::111122223333:policy/Local',
      'arn:aws:iam::aws:policy/AdministratorAccess'];
    const reading = read({
      UserDetailList: [{ UserName: 'Bob', Arn: userArn(OWNER), GroupList: ['g'], UserPolicyList: [], ...attached() }],
      GroupDetailList: [{ GroupName: 'g', Arn: 'arn:aws:iam::111122223333:group/g', ...attached(local) }],
      RoleDetailList: [{ RoleName: 'App', Arn: roleArn(OWNER), ...attached(shown, aws) }, { RoleName: 'Other',
        Arn: roleArn(OWNER, 'Other'), ...attached(shown) }],
      Policies: [{ PolicyName: 'Shown', Arn: shown, PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: identity }] }],
    });
    assert.deepEqual(reading.policiesWithoutDocument.map(({ identityArn, policies }) => [identityArn.split(':').at(-1), ...policies]), [[
      'group/g',
      local,
    ], ['user/Bob', local], ['role/App', aws]]);
  });

  it('get-role gives no policy: the trust policy is not what the role may do', () => {
    assert.deepEqual(
      summary(read({ Role: { RoleName: 'App', Arn: roleArn(OWNER), AssumeRolePolicyDocument: trust } })),
      [],
    );
  });

  it('policies in objects of one\'s own, with the key beside', () => {
    const reading = read({ Keys: [
      { KeyId: KEY_ID, KeyArn: KEY_ARN, Policy: JSON.stringify(keyPolicy) },
      {
        KeyMetadata: { Arn: KEY_ARN, KeyId: KEY_ID, KeyManager: 'CUSTOMER', MultiRegion: false, KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT' },
        KeyPolicy: keyPolicy,
      },
      { 'a/b~c': { Policy: keyPolicy } },
    ] });
    assert.deepEqual(summary(reading), ['/Keys/0/Policy key 1', '/Keys/1/KeyPolicy key 1', '/Keys/2/a~1b~0c/Policy key 1']);
    const [first, second, third] = reading.policies.map(said);
    assert.deepEqual(first, { declaredKind: 'key', keyArn: KEY_ARN, keyId: KEY_ID, account: OWNER });
    assert.deepEqual(second, first);
    assert.deepEqual(third, {});
    assert.deepEqual(
      reading.keyFacts.map(({ source, keyArn, keyId, keySpec, keyUsage, multiRegion, manager }) => ({ source, keyArn, keyId, keySpec,
        keyUsage, multiRegion, manager })
      ),
      [
        { source: 'list-keys', keyArn: KEY_ARN, keyId: KEY_ID, keySpec: undefined, keyUsage: undefined, multiRegion: undefined,
          manager: undefined },
        { source: 'describe-key', keyArn: KEY_ARN, keyId: KEY_ID, keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT',
          multiRegion: false, manager: 'CUSTOMER' },
      ],
    );
  });

  it('get-account-authorization-details', () => {
    const arn = (resource: string): string => `arn:aws:iam::444455556666:${resource}`;
    const attached = { PolicyName: 'Managed', PolicyArn: arn('policy/Managed') };
    const inline = [{ PolicyName: 'inline', PolicyDocument: identity }];
    const reading = read({
      UserDetailList: [
        { UserName: 'Ann', Arn: arn('user/Ann'), GroupList: ['Devs'], UserPolicyList: inline },
        { UserName: 'Bob', Arn: arn('user/Bob'), GroupList: ['Devs'], AttachedManagedPolicies: [attached] },
      ],
      GroupDetailList: [{ GroupName: 'Devs', Arn: arn('group/Devs'), GroupPolicyList: inline, AttachedManagedPolicies: [attached] }],
      RoleDetailList: [{ RoleName: 'App', Arn: arn('role/App'), AssumeRolePolicyDocument: trust, RolePolicyList: inline,
        AttachedManagedPolicies: [], InstanceProfileList: [{ Roles: [{ AssumeRolePolicyDocument: trust }] }] }],
      Policies: [
        { PolicyName: 'Managed', Arn: arn('policy/Managed'), AttachmentCount: 2,
          PolicyVersionList: [{ VersionId: 'v2', IsDefaultVersion: true, Document: identity }, { VersionId: 'v1', IsDefaultVersion: false,
            Document: identity }] },
        { PolicyName: 'Edge', Arn: arn('policy/Edge'), AttachmentCount: 0, PermissionsBoundaryUsageCount: 3,
          PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: identity }] },
      ],
    });
    assert.deepEqual(summary(reading), [
      '/UserDetailList/0/UserPolicyList/0/PolicyDocument identity 1',
      '/GroupDetailList/0/GroupPolicyList/0/PolicyDocument identity 1',
      '/RoleDetailList/0/RolePolicyList/0/PolicyDocument identity 1',
      '/Policies/0/PolicyVersionList/0/Document identity 1',
      '/Policies/1/PolicyVersionList/0/Document boundary 1',
    ]);
    const account = CONSUMER;
    assert.deepEqual(reading.policies.map(said), [
      { declaredKind: 'identity', identityArn: arn('user/Ann'), identityName: 'user/Ann', account, policyName: 'inline',
        attachments: [arn('user/Ann')] },
      { declaredKind: 'identity', identityArn: arn('group/Devs'), identityName: 'group/Devs', account, policyName: 'inline',
        attachments: [arn('group/Devs'), arn('user/Ann'), arn('user/Bob')] },
      { declaredKind: 'identity', identityArn: arn('role/App'), identityName: 'role/App', account, policyName: 'inline',
        attachments: [arn('role/App')] },
      { declaredKind: 'identity', account, policyName: 'Managed', attachments: [arn('user/Bob'), arn('group/Devs'), arn('user/Ann')] },
      { declaredKind: 'identity', account, policyName: 'Edge', attachments: [] },
    ]);
  });

  it('list-aliases and list-grants', () => {
    const aliases = read({ Aliases: [
      { AliasName: 'alias/a', AliasArn: 'arn:aws:kms:us-west-2:111122223333:alias/a', TargetKeyId: KEY_ID },
      { AliasName: 'alias/b', AliasArn: 'arn:aws:kms:us-west-2:111122223333:alias/b', TargetKeyId: KEY_ID },
      { AliasName: 'alias/aws/s3', AliasArn: 'arn:aws:kms:us-west-2:111122223333:alias/aws/s3' },
    ] });
    assert.deepEqual(aliases.keyFacts.map(({ source, keyArn, keyId, aliases: names }) => ({ source, keyArn, keyId, names })), [
      { source: 'list-aliases', keyArn: KEY_ARN, keyId: KEY_ID, names: ['alias/a', 'alias/b'] },
    ]);
    const grants = read({ Grants: [
      { KeyId: KEY_ARN, GrantId: 'g1', GranteePrincipal: ROLE_ARN, Operations: ['Decrypt', 'CreateGrant'] },
      { KeyId: KEY_ARN, GrantId: 'g2', GranteePrincipal: roleArn(CONSUMER, 'B'), Operations: ['Encrypt'],
        RetiringPrincipal: roleArn(CONSUMER, 'C'), IssuingAccount: rootArn(OWNER),
        Constraints: { EncryptionContextSubset: { a: 'b' }, EncryptionContextEquals: {} } },
    ] });
    const [fact] = grants.keyFacts;
    assert.ok(fact);
    assert.deepEqual([fact.source, fact.keyArn, fact.keyId, grants.keyFacts.length], ['list-grants', KEY_ARN, KEY_ID, 1]);
    assert.deepEqual(
      fact.grants.map((
        { granteePrincipal, retiringPrincipal, issuingAccount, operations, constraints },
      ) => [granteePrincipal, retiringPrincipal, issuingAccount, operations, constraints]),
      [
        [ROLE_ARN, undefined, undefined, ['Decrypt', 'CreateGrant'], []],
        [roleArn(CONSUMER, 'B'), roleArn(CONSUMER, 'C'), rootArn(OWNER), ['Encrypt'], [{
          name: 'EncryptionContextSubset',
          values: ['a=b'],
        }]],
      ],
    );
  });

  it('outputs one behind another', () => {
    const text = `${JSON.stringify({ KeyMetadata: { Arn: KEY_ARN, KeyId: KEY_ID } })}\n${
      JSON.stringify({ Policy: JSON.stringify(keyPolicy) })
    }`;
    const reading = read(text);
    assert.deepEqual(summary(reading), ['/1/Policy key 1']);
    assert.equal(reading.keyFacts.length, 1);
  });
});
