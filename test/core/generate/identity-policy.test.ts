import * as assert from 'node:assert/strict';
import { generateIdentityPolicy } from '../../../server/src/core/generate/identity-policy';
import { placeholderNamesIn } from '../../../server/src/core/generate/placeholder-marker';
import { done, manifest, open, refused, statementsOf } from './support';
import { CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, OWNER, ownerKeyPolicy, policyDocument, ROLE_ARN, roleArn,
  rootArn } from '../../support/fixtures';
import { KEY_USER, FOR_AWS, workspace, generate, statements } from './identity-policy-of-files';

describe('the consumer policy of a key policy', () => {
  it('has the key ARN and the actions in the words of the key policy', () => {
    const result = done(generate(workspace(keyPolicyAllow(rootArn(CONSUMER), KEY_USER))));
    assert.deepEqual(result.document, {
      Version: '2012-10-17',
      Statement: [{ Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: KEY_USER, Resource: KEY_ARN }],
    });
    assert.deepEqual([result.nothingToDo, result.placeholders, result.notes], [false, [], []]);
  });

  it('leaves out what a Deny of the IAM policy forbids under the condition of the key policy (docs/aws-rules.md 4.4)', () => {
    const via = (service: string): object => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const files = {
      ...workspace({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...via('s3') }, {
        ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Encrypt'),
        ...via('sqs'),
      }),
      'consumer/app.json': policyDocument({ Effect: 'Deny', Action: 'kms:*', Resource: '*', ...via('s3') }),
    };
    const result = done(generate(files));
    assert.deepEqual(statementsOf(result).map((statement) => statement['Action']), ['kms:Encrypt']);
    assert.match(result.notes.join(), /Left out, since a Deny statement of role App .* forbids it: kms:Decrypt/);
  });

  it('leaves out what does not work across accounts, and says so where it is written out', () => {
    const result = done(generate(workspace(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:RetireGrant']))));
    assert.deepEqual(statementsOf(result)[0]?.['Action'], 'kms:Decrypt');
    assert.match(result.notes.join(), /never works on a key of another account: kms:PutKeyPolicy/);
  });

  it('spells kms:* out as what it gives', () => {
    const [statement] = statements(workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:*')));
    const actions = statement?.['Action'] as string[];
    assert.ok(actions.includes('kms:ReEncrypt*') && actions.includes('kms:Sign') && actions.includes('kms:ListGrants'));
    assert.ok(!actions.includes('kms:CreateGrant') && !actions.includes('kms:RetireGrant') && !actions.includes('kms:PutKeyPolicy'));
  });

  it('limits grants to those of AWS services where the key policy does not (KMS Developer Guide, default key policy, key users)', () => {
    const grants = { Sid: 'GrantsOnKmsKey1234abcd', Effect: 'Allow', Action: 'kms:CreateGrant', Resource: KEY_ARN, ...FOR_AWS };
    const open = [
      keyPolicyAllow(rootArn(CONSUMER), 'kms:*'), keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:CreateGrant']),
      { ...keyPolicyAllow(rootArn(CONSUMER), []), Action: undefined, NotAction: 'kms:PutKeyPolicy' },
    ];
    for (const statement of open) assert.deepEqual(statements(workspace(statement)).at(-1), grants);
  });

  it('takes the limits on grants that the key policy has, in place of its own (KMS Developer Guide, conditions-kms)', () => {
    const limits = [
      { StringEquals: { 'kms:GranteePrincipal': ROLE_ARN } },
      { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'DescribeKey'] } },
    ];
    for (const Condition of limits) {
      const expected = [{ Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: 'kms:CreateGrant', Resource: KEY_ARN, Condition }];
      assert.deepEqual(statements(workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', { Condition }))), expected);
      // Beside an open statement too: what is not asked for is not given.
      assert.deepEqual(
        statements(
          workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', { Condition }),
            keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', { Sid: 'Open' })),
        ),
        expected,
      );
    }
  });

  it('keeps grants for AWS services in a statement of their own', () => {
    const grants = keyPolicyAllow(rootArn(CONSUMER), ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], FOR_AWS);
    assert.deepEqual(statements(workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), grants)), [
      { Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN },
      { Sid: 'GrantsOnKmsKey1234abcd', Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Resource: KEY_ARN,
        ...FOR_AWS },
    ]);
  });

  it('carries conditions on the use of the key, and leaves those on the caller to the key policy', () => {
    const Condition = {
      StringEquals: { 'kms:ViaService': ['s3.us-west-2.amazonaws.com', 'sqs.us-west-2.amazonaws.com'], 'kms:CallerAccount': CONSUMER,
        'aws:PrincipalOrgID': 'o-exampleorgid' },
      StringLike: { 'kms:EncryptionContext:App': 'x*', 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/*` },
    };
    assert.deepEqual(statements(workspace(keyPolicyAllow('*', 'kms:Decrypt', { Condition })))[0]?.['Condition'], {
      StringEquals: { 'kms:ViaService': ['s3.us-west-2.amazonaws.com', 'sqs.us-west-2.amazonaws.com'] },
      StringLike: { 'kms:EncryptionContext:App': 'x*' },
    });
  });

  it('says what the key policy asks of the caller, as far as that cannot be decided', () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'kms:CallerAccount': CONSUMER,
        'kms:ViaService': 's3.us-west-2.amazonaws.com' },
    };
    assert.deepEqual(done(generate(workspace(keyPolicyAllow('*', 'kms:Decrypt', { Condition })))).notes, [
      'The key policy also requires of the '
      + 'caller: aws:PrincipalOrgID StringEquals o-exampleorgid.',
    ]);
  });

  it('says what a Deny of the key policy takes away under conditions that cannot be decided', () => {
    const deny = (element: Readonly<Record<string, unknown>>) => ({ ...keyPolicyAllow('*', ['kms:Decrypt', 'kms:PutKeyPolicy']),
      Effect: 'Deny', Condition: { StringNotEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, ...element });
    const notes = (element: Readonly<Record<string, unknown>>) =>
      done(generate(workspace(keyPolicyAllow(rootArn(CONSUMER), KEY_USER), deny(element)))).notes;
    assert.deepEqual(notes({}), ['A Deny statement of the key policy still forbids kms:Decrypt where kms:ViaService StringNotEquals '
      + 's3.us-west-2.amazonaws.com.']);
    assert.deepEqual(notes({ Condition: { StringNotEquals: { 'kms:CallerAccount': CONSUMER } } }), []);
    assert.deepEqual(notes({ Principal: { AWS: rootArn(OWNER) } }), []);
    assert.deepEqual(notes({ Action: 'kms:Sign' }), []);
  });

  it('says that resources in another Region cannot use the key', () => {
    const identities = [{ ...manifest.identities[0], resourceRegions: ['eu-west-1'] }];
    const far = { ...workspace(keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')), 'kms-handshake.json': { ...manifest, identities } };
    assert.match(done(generate(far)).notes.join(), /in eu-west-1 cannot use this key, which is in us-west-2/);
    assert.deepEqual(done(generate(workspace(keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')))).notes, []);
  });

  it('does not ask for what a condition can never allow', () => {
    const viaWrongRegion = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', {
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    });
    assert.match(refused(generate(workspace(viaWrongRegion))), /gives role App of account 444455556666 nothing/);
    const context = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'], {
      Condition: { StringEquals: { 'kms:EncryptionContext:App': 'x' } },
    });
    assert.deepEqual(statements(workspace(context)).map((statement) => statement['Action']), ['kms:Decrypt']);
  });

  it('does not ask with conditions for what is given without', () => {
    const viaS3 = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'], {
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
    });
    assert.deepEqual(statements(workspace(keyPolicyAllow(ROLE_ARN, 'kms:Decrypt'), viaS3)).map((statement) => statement['Action']), [
      'kms:Decrypt',
      'kms:Encrypt',
    ]);
  });

  it('takes Deny statements into account', () => {
    const deny = { ...keyPolicyAllow(rootArn(CONSUMER), ['kms:Encrypt', 'kms:ReEncryptTo']), Effect: 'Deny' };
    assert.deepEqual(statements(workspace(keyPolicyAllow(rootArn(CONSUMER), KEY_USER), deny))[0]?.['Action'], ['kms:Decrypt',
      'kms:GenerateDataKey*', 'kms:DescribeKey', 'kms:ReEncryptFrom']);
  });

  it('gives an account what all its identities get, a role what itself gets', () => {
    const files = workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyAllow(ROLE_ARN, 'kms:Encrypt'));
    assert.deepEqual(statements(files, { target: { account: CONSUMER } }).map((statement) => statement['Action']), ['kms:Decrypt']);
    assert.deepEqual(statements(files).map((statement) => statement['Action']), [['kms:Decrypt', 'kms:Encrypt']]);
  });

  it('has placeholders for what is not known about the key', () => {
    const result = done(generate({ 'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')) }));
    assert.deepEqual(result.placeholders, ['REGION', 'KEY_ID']);
    assert.deepEqual(placeholderNamesIn(result.document), ['REGION', 'KEY_ID']);
    assert.match(JSON.stringify(result.changes), new RegExp(`arn:aws:kms:<REGION>:${OWNER}:key/<KEY_ID>`));
    assert.match(result.notes.join(), /whole ARN/);
  });

  it('writes the key in the partition of the principals that its policy names (docs/aws-rules.md 2.3), also for an account and where '
    + 'the owner is not known', () => {
    const files = {
      'producer/key-policy.json': policyDocument(keyPolicyAllow(rootArn(CONSUMER).replace('arn:aws:', 'arn:aws-cn:'), 'kms:Decrypt')),
    };
    const { changes } = done(generate(files, { target: { account: CONSUMER } }));
    assert.match(JSON.stringify(changes), /arn:aws-cn:kms:<REGION>:<KEY_ACCOUNT_ID>:key\/<KEY_ID>/);
  });
});

describe('no consumer policy', () => {
  const given = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt');

  it('for the owner, service-linked roles, wrong ids, other partitions', () => {
    const files = workspace(given);
    assert.match(refused(generate(files, { target: { account: OWNER } })), /owns the key/);
    assert.match(refused(generate(files, { target: { account: '4444' } })), /12 digits/);
    assert.match(
      refused(
        generate(files, {
          target: { arn: `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling` },
        }),
      ),
      /grant/,
    );
    assert.match(refused(generate(files, { target: { arn: roleArn(CONSUMER, 'App', 'aws-cn') } })), /partition/);
    assert.match(refused(generate(files, { target: { arn: 'arn:aws:s3:::bucket' } })), /12 digits/);
  });

  it('where the key policy gives nothing, or there is none', () => {
    assert.match(refused(generate(workspace())), /gives role App of account 444455556666 nothing/);
    assert.match(refused(generate({ 'consumer/a.json': policyDocument(identityPolicyAllow('kms:Decrypt')) })), /no key policy/);
  });

  it('for AWS managed keys', () => {
    const opened = open(workspace(given));
    assert.match(
      refused(generateIdentityPolicy({ world: opened.world, key: { ...opened.key, awsManaged: true }, target: { arn: ROLE_ARN } })),
      /AWS managed key/,
    );
  });

  it('in a fragment', () => {
    const opened = open({ ...workspace(given), 'consumer/part.json': identityPolicyAllow('kms:Decrypt') });
    const into = opened.policy('consumer/part.json');
    assert.match(refused(generateIdentityPolicy({ world: opened.world, key: opened.key, target: { arn: ROLE_ARN }, policyToExtend: into })),
      /fragment/);
  });

  it('against a Deny of its own', () => {
    const files = { ...workspace(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'])),
      'consumer/b.json': policyDocument({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' }) };
    const result = done(generate(files));
    assert.deepEqual(statementsOf(result).map((statement) => statement['Action']), ['kms:Decrypt']);
    assert.match(result.notes.join(), /a Deny statement of role App of account 444455556666 forbids it: kms:Encrypt/);
    assert.match(refused(generate({ ...files, 'consumer/b.json': policyDocument({ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }) })),
      /deny all/);
  });

  it('for an unknown use case', () => {
    assert.match(refused(generate(workspace(given), { useCase: 'nonsense' })), /no use case "nonsense"/);
  });

});
