import * as assert from 'node:assert/strict';
import { generateKeyPolicy, type KeyPolicyRequest } from '../../../server/src/core/generate/key-policy';
import { generateIdentityPolicy } from '../../../server/src/core/generate/identity-policy';
import { actionsWith, applied, done, type Files, identityIn, manifest, open, pathOf, refused, statementsOf } from './support';
import { CONSUMER, identityPolicyAllow, KEY_ARN, KEY_ID, keyPolicyAllow, OWNER, OWNER_STATEMENT, ownerKeyPolicy, policyDocument,
  ROLE_ARN, roleArn, rootArn, userArn } from '../../support/fixtures';

const ROLE_SID = `Allow role App of external account ${CONSUMER} to use this key`;
const FOR_AWS = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };

function generate(files: Files, more: Partial<KeyPolicyRequest> = {}) {
  const opened = open(files);
  return generateKeyPolicy({ world: opened.world, policy: opened.policy('consumer/app.json'), keyArn: KEY_ARN, ...more });
}

function workspace(consumer: readonly object[], keyPolicy: object | string = ownerKeyPolicy()): Files {
  return { 'kms-handshake.json': manifest, 'producer/key-policy.json': keyPolicy, 'consumer/app.json': policyDocument(...consumer) };
}

function statements(files: Files, more: Partial<KeyPolicyRequest> = {}) {
  return statementsOf(done(generate(files, more)));
}

describe('the key policy of an identity policy', () => {
  it('allows the identity exactly what is requested', () => {
    assert.deepEqual(
      statements(
        workspace([identityPolicyAllow(['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:PutKeyPolicy', 'kms:RetireGrant', 's3:GetObject'])]),
      ),
      [
        { Sid: ROLE_SID, Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' },
      ],
    );
  });

  it('says what it leaves out', () => {
    const { notes } = done(generate(workspace([identityPolicyAllow(['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:RetireGrant'])])));
    assert.match(notes.join('\n'), /never works on a key of another account: kms:PutKeyPolicy/);
    assert.match(notes.join('\n'), /no effect in a key policy: kms:RetireGrant/);
  });

  it('takes no action that is not named, denied, or requested on another key', () => {
    assert.match(refused(generate(workspace([identityPolicyAllow('*')]))), /names no kms action/);
    assert.match(refused(generate(workspace([{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }]))), /names no kms action/);
    assert.match(
      refused(generate(workspace([identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'us-east-1') })]))),
      /names no kms action/,
    );
    const deny = { Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' };
    assert.deepEqual(
      statements(workspace([identityPolicyAllow(['kms:Encrypt', 'kms:Decrypt']), deny])).map((statement) => statement['Action']),
      [
        'kms:Decrypt',
      ],
    );
  });

  it('writes nothing that a Deny of the key policy forbids under the same condition (docs/aws-rules.md 4.4)', () => {
    const via = (service: string): object => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const denying = ownerKeyPolicy({ Sid: 'NoS3', Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', ...via('s3') });
    assert.match(refused(generate(workspace([identityPolicyAllow('kms:Decrypt', via('s3'))], denying))),
      /denies role App .* everything that was requested/);
    assert.deepEqual(statements(workspace([identityPolicyAllow('kms:Decrypt', via('sqs'))], denying))[0]?.['Condition'], {
      StringEquals: { 'kms:ViaService': 'sqs.us-west-2.amazonaws.com' },
    });
    const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } };
    const denyingTag = ownerKeyPolicy({ Sid: 'NotA', Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', ...tagged });
    assert.match(refused(generate(workspace([identityPolicyAllow('kms:Decrypt', tagged)], denyingTag))), /Deny statement/);
  });

  it('closes a pair whose halves contradict each other by what the IAM policy requests', () => {
    const via = (service: string): object => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const files = workspace([identityPolicyAllow('kms:Decrypt', via('sqs'))],
      ownerKeyPolicy({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...via('s3') }));
    const before = open(files);
    assert.deepEqual(actionsWith(identityIn(before.world, ROLE_ARN), before.key, ['allowed', 'conditional']), []);
    const after = applied(before, done(generate(files)).changes);
    assert.deepEqual(actionsWith(identityIn(after.world, ROLE_ARN), after.key, ['conditional']), ['kms:Decrypt']);
  });

  it('says what prevents access where conditions contradict each other that are not carried over (docs/aws-rules.md 4.4)', () => {
    const team = (name: string): object => ({ Condition: { StringEquals: { 'aws:PrincipalTag/team': name } } });
    const reason =
      /^Both policies allow it, and no request is allowed all the same\. kms:Decrypt: no request meets both aws:PrincipalTag\/team StringEquals a of the key policy and aws:PrincipalTag\/team StringEquals b of the IAM policy\. Change one of these conditions\.$/;
    const pair = (asked: object, given: object): Files =>
      workspace([identityPolicyAllow('kms:Decrypt', asked)],
        ownerKeyPolicy({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...given }));
    const contradicting = pair(team('b'), team('a'));
    const { world, key } = open(contradicting);
    assert.match(refused(generate(contradicting)), reason);
    assert.match(refused(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN } })), reason);
    const agreeing = pair(team('a'), team('a'));
    assert.equal(done(generate(agreeing)).nothingToDo, true);
    assert.equal(done(generateIdentityPolicy({ ...open(agreeing), target: { arn: ROLE_ARN } })).nothingToDo, true);
  });

  it('says it in the account of the key too', () => {
    const team = (name: string): object => ({ Condition: { StringEquals: { 'aws:PrincipalTag/team': name } } });
    const files = {
      'producer/key-policy.json': policyDocument({ ...OWNER_STATEMENT, ...team('a') }),
      'consumer/iam.json': policyDocument(identityPolicyAllow('kms:Decrypt', team('b'))),
      'kms-handshake.json': { ...manifest, identities: [{ arn: roleArn(OWNER, 'Local'), policies: ['consumer/*.json'] }] },
    };
    const { world, policy } = open(files);
    const { notes } = done(generateKeyPolicy({ world, policy: policy('consumer/iam.json'), keyArn: KEY_ARN }));
    assert.ok(notes.some((note) => note.startsWith('kms:Decrypt: no request meets both')), notes.join('\n'));
  });

  it('says so about the other actions where something else is missing', () => {
    const team = (name: string): object => ({ Condition: { StringEquals: { 'aws:PrincipalTag/team': name } } });
    const files = workspace([identityPolicyAllow('kms:Decrypt', team('b')), identityPolicyAllow('kms:Encrypt')],
      ownerKeyPolicy({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...team('a') }));
    const result = done(generate(files));
    assert.deepEqual(statementsOf(result).map((statement) => statement['Action']), ['kms:Encrypt']);
    assert.ok(result.notes.some((note) => note.startsWith('kms:Decrypt: no request meets both aws:PrincipalTag/team')),
      result.notes.join('\n'));
  });

  it('closes a pair of which a statement cannot apply to one of its actions', () => {
    const under = { Condition: { StringEquals: { 'kms:EncryptionContext:app': 'reports' } } };
    const files = workspace([identityPolicyAllow(['kms:Encrypt', 'kms:Sign'], under)]);
    const result = done(generate(files));
    assert.deepEqual(statementsOf(result).map((statement) => [statement['Action'], statement['Condition']]), [['kms:Encrypt',
      under.Condition]]);
    const after = applied(open(files), result.changes);
    assert.deepEqual(actionsWith(identityIn(after.world, ROLE_ARN), after.key, ['denied', 'unknown']), []);
    assert.equal(done(generate(after.files as Files)).nothingToDo, true);
  });

  it('has the conditions that must agree', () => {
    const Condition = { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com', 'aws:ResourceAccount': OWNER } };
    assert.deepEqual(statements(workspace([identityPolicyAllow('kms:Decrypt', { Condition })]))[0]?.['Condition'], {
      StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' },
    });
  });

  it('limits grants to AWS services where nothing else limits them', () => {
    assert.deepEqual(
      statements(workspace([identityPolicyAllow(['kms:Decrypt', 'kms:CreateGrant'])])).map((
        statement,
      ) => [statement['Action'], statement['Condition']]),
      [
        ['kms:Decrypt', undefined],
        ['kms:CreateGrant', FOR_AWS.Condition],
      ],
    );
    const own = { Condition: { 'ForAllValues:StringEquals': { 'kms:GrantOperations': 'Decrypt' } } };
    assert.deepEqual(statements(workspace([identityPolicyAllow('kms:CreateGrant', own)]))[0]?.['Condition'], own.Condition);
  });

  it('allows an account by its root, and a group by its account', () => {
    const files = workspace([identityPolicyAllow('kms:Decrypt')]);
    assert.deepEqual(statements(files, { target: { account: CONSUMER } })[0]?.['Principal'], { AWS: rootArn(CONSUMER) });
    assert.deepEqual(statements(files, { target: { arn: `arn:aws:iam::${CONSUMER}:group/Dev` } })[0]?.['Principal'], {
      AWS: rootArn(CONSUMER),
    });
    assert.match(done(generate(files, { target: { account: CONSUMER } })).notes.join(), /whole account/);
  });

  it('has a placeholder for an unknown account', () => {
    const files = { 'producer/key-policy.json': ownerKeyPolicy(), 'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    const result = done(generate(files));
    assert.deepEqual(result.placeholders, ['CONSUMER_ACCOUNT_ID']);
    assert.match(result.summary, /to let account <CONSUMER_ACCOUNT_ID> use key/);
    const after = applied(open(files), result.changes);
    assert.match(after.files['producer/key-policy.json'] ?? '', /arn:aws:iam::<CONSUMER_ACCOUNT_ID>:root/);
    assert.equal(done(generate(after.files)).nothingToDo, true);
  });
});

describe('merging into the key policy', () => {
  it('keeps text, order, indentation and comments', () => {
    const text = `{ // the key of app
\t"Version": "2012-10-17",
\t"Statement": [
\t\t{ "Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": { "AWS": "${
      rootArn(OWNER)
    }" }, "Action": "kms:*", "Resource": "*" }, // owner
\t\t{ "Sid": "x", "Effect": "Allow", "Principal": { "AWS": "${rootArn('777788889999')}" }, "Action": "kms:Decrypt", "Resource": "*" }
\t]
}
`;
    const declared = { ...manifest, keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.jsonc' }] };
    const files = { 'kms-handshake.json': declared, 'producer/key-policy.jsonc': text,
      'consumer/app.json': policyDocument(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])) };
    const after = applied(open(files), done(generate(files)).changes).files['producer/key-policy.jsonc'] ?? '';
    const lines = after.split('\n');
    for (const line of text.split('\n').slice(0, 4)) assert.ok(lines.includes(line), line);
    assert.match(after, /\n\t\t\{\n\t\t\t"Sid": "Allow role App/);
    assert.match(after, /"Principal": \{ "AWS": "arn:aws:iam::777788889999:root" \}, "Action": "kms:Decrypt"/);
  });

  it('adds actions to the statement for the same principal and conditions', () => {
    const before = [keyPolicyAllow(rootArn(CONSUMER), 'kms:Sign'), keyPolicyAllow(ROLE_ARN, 'kms:Decrypt'),
      keyPolicyAllow(ROLE_ARN, 'kms:Encrypt', FOR_AWS)];
    const files = workspace([identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])], ownerKeyPolicy(...before));
    const result = done(generate(files));
    const after = applied(open(files), result.changes);
    assert.deepEqual(JSON.parse(after.files['producer/key-policy.json'] ?? ''),
      ownerKeyPolicy(before[0]!, keyPolicyAllow(ROLE_ARN, ['kms:Decrypt', 'kms:Encrypt']), before[2]!));
    assert.deepEqual(JSON.parse(after.files['producer/key-policy.json'] ?? ''), result.document);
  });

  it('recognizes an account by its id as well as by its root', () => {
    const files = workspace([identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])], ownerKeyPolicy(keyPolicyAllow(CONSUMER, 'kms:Decrypt')));
    assert.equal(statements(files, { target: { account: CONSUMER } }).length, 1);
    const after = applied(open(files), done(generate(files, { target: { account: CONSUMER } })).changes);
    assert.deepEqual(JSON.parse(after.files['producer/key-policy.json'] ?? ''),
      ownerKeyPolicy(keyPolicyAllow(CONSUMER, ['kms:Decrypt', 'kms:Encrypt'])));
  });

  it('does not widen what others get', () => {
    const shared = { ...keyPolicyAllow(ROLE_ARN, 'kms:Decrypt'), Principal: { AWS: [ROLE_ARN, userArn(CONSUMER)] } };
    const files = workspace([identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])], ownerKeyPolicy(shared));
    assert.deepEqual(statements(files), [{ Sid: ROLE_SID, Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'kms:Encrypt',
      Resource: '*' }]);
  });

  it('adds only what the account does not have already', () => {
    const files = workspace([identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])],
      ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'])));
    assert.deepEqual(statements(files).map((statement) => statement['Action']), ['kms:Encrypt']);
  });

  it('turns a single statement into a list, and gives every statement its own Sid', () => {
    const single = { Version: '2012-10-17', Statement: { ...OWNER_STATEMENT, Sid: ROLE_SID } };
    const files = workspace([identityPolicyAllow('kms:Decrypt')], single);
    const after = JSON.parse(applied(open(files), done(generate(files)).changes).files['producer/key-policy.json'] ?? '') as {
      Statement: { Sid: string }[];
    };
    assert.deepEqual(after.Statement.map(({ Sid }) => Sid), [ROLE_SID, `${ROLE_SID} 2`]);
  });

  it('says which actions a Deny of the key policy forbids', () => {
    const deny = (action: string | string[]) => ownerKeyPolicy({ ...keyPolicyAllow('*', action), Effect: 'Deny' });
    const result = done(generate(workspace([identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])], deny('kms:Encrypt'))));
    assert.deepEqual(statementsOf(result).map((statement) => statement['Action']), ['kms:Decrypt']);
    assert.match(result.notes.join(), /Deny statement of the key policy forbids it: kms:Encrypt/);
    assert.match(refused(generate(workspace([identityPolicyAllow('kms:Decrypt')], deny('kms:*')))),
      /denies role App of account 444455556666 everything that was requested/);
  });

  it('says what a Deny of the key policy takes away under conditions that cannot be decided', () => {
    const deny = { ...keyPolicyAllow('*', 'kms:*'), Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    assert.deepEqual(done(generate(workspace([identityPolicyAllow('kms:Decrypt')], ownerKeyPolicy(deny)))).notes, [
      'A Deny statement of the key policy '
      + 'still forbids kms:Decrypt where aws:SecureTransport Bool false.',
    ]);
  });

  it('edits a policy inside AWS CLI output', () => {
    const output = JSON.stringify({ Policy: JSON.stringify(ownerKeyPolicy()) }, null, 2);
    const files = { ...workspace([identityPolicyAllow('kms:Decrypt')]), 'producer/key-policy.json': output };
    const after = applied(open(files), done(generate(files)).changes);
    const inner = JSON.parse((JSON.parse(after.files['producer/key-policy.json'] ?? '') as { Policy: string }).Policy) as {
      Statement: object[];
    };
    assert.equal(inner.Statement.length, 2);
  });
});

describe('a new key policy', () => {
  const files = { 'kms-handshake.json': { identities: manifest.identities },
    'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };

  it('has the owner statement too, and a name that ties it to its key', () => {
    const result = done(generate(files));
    assert.deepEqual(result.document,
      policyDocument(OWNER_STATEMENT, { Sid: ROLE_SID, Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'kms:Decrypt',
        Resource: '*' }));
    assert.deepEqual(result.changes.map(({ uri }) => pathOf(uri)), [`consumer/key-policy-${KEY_ID}.json`]);
    const after = applied(open(files), result.changes);
    assert.deepEqual([after.key.arn, after.key.link?.certain], [KEY_ARN, true]);
    assert.deepEqual(actionsWith(identityIn(after.world, ROLE_ARN), after.key, ['allowed']), ['kms:Decrypt']);
    assert.equal(done(generate(after.files)).nothingToDo, true);
  });

  it('goes where kms-handshake.json expects it', () => {
    const declared = { ...files, 'kms-handshake.json': manifest };
    assert.deepEqual(done(generate(declared)).changes.map(({ uri }) => pathOf(uri)), ['producer/key-policy.json']);
  });

  it('goes where key policies of the owner are', () => {
    const other = { ...files, 'owner/keys/first.json': ownerKeyPolicy(),
      'owner/keys/describe.json': {
        KeyMetadata: { Arn: KEY_ARN.replace(KEY_ID, '99999999-12ab-34cd-56ef-1234567890ab'),
          KeyId: '99999999-12ab-34cd-56ef-1234567890ab' },
      } };
    const paths = done(generate(other, { policyToExtend: 'new' })).changes.map(({ uri }) => pathOf(uri));
    assert.deepEqual(paths, [`owner/keys/key-policy-${KEY_ID}.json`]);
  });
});

describe('in the key owner\'s account', () => {
  const local = roleArn(OWNER, 'Local');
  const files = (keyPolicy: object) => ({
    'kms-handshake.json': { ...manifest, identities: [{ arn: local, policies: ['consumer/app.json'] }] },
    'producer/key-policy.json': keyPolicy, 'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')),
  });
  const undelegated = policyDocument(keyPolicyAllow(roleArn(OWNER, 'Admin'), 'kms:*'));

  it('is the delegation to IAM policies', () => {
    const result = done(generate(files(undelegated)));
    assert.deepEqual(statementsOf(result), [OWNER_STATEMENT]);
    const after = applied(open(files(undelegated)), result.changes);
    assert.deepEqual(actionsWith(identityIn(after.world, local), after.key, ['allowed']), ['kms:Decrypt']);
    assert.equal(done(generate(after.files)).nothingToDo, true);
  });

  it('is nothing where the key policy delegates, or names the identity', () => {
    assert.equal(done(generate(files(ownerKeyPolicy()))).nothingToDo, true);
    assert.equal(done(generate(files(policyDocument(keyPolicyAllow(local, 'kms:Decrypt'))))).nothingToDo, true);
  });
});

describe('no key policy', () => {
  const files = workspace([identityPolicyAllow('kms:Decrypt')]);

  it('for what is not the ARN of one key, another partition, a service-linked role', () => {
    assert.match(refused(generate(files, { keyArn: `arn:aws:kms:us-west-2:${OWNER}:key/*` })), /not the full ARN of one key/);
    assert.match(refused(generate(files, { keyArn: 'alias/app' })), /not the full ARN of one key/);
    assert.match(refused(generate(files, { target: { arn: roleArn(CONSUMER, 'App', 'aws-cn') } })), /partition/);
    assert.match(refused(generate(files, { target: { arn: `arn:aws:iam::${CONSUMER}:role/aws-service-role/x.amazonaws.com/Y` } })),
      /grant/);
  });

  it('while the policy is attached in several accounts', () => {
    const identities = [...manifest.identities, { arn: 'arn:aws:iam::777788889999:role/App', policies: ['consumer/*.json'] }];
    assert.match(refused(generate({ ...files, 'kms-handshake.json': { ...manifest, identities } })), /several accounts/);
  });
});

describe('in both directions', () => {
  it('the key policy of the generated consumer policy is the one that exists', () => {
    const given = [
      keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:ReEncrypt*']),
      keyPolicyAllow(ROLE_ARN, 'kms:CreateGrant'),
      keyPolicyAllow('*', 'kms:Sign', {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'kms:ViaService': 'ssm.us-west-2.amazonaws.com' } },
      }),
    ];
    const before = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(...given) });
    const consumer = done(generateIdentityPolicy({ world: before.world, key: before.key, target: { arn: ROLE_ARN } }));
    const after = applied(before, consumer.changes);
    const [path = ''] = consumer.changes.map(({ uri }) => pathOf(uri));
    const back = done(generateKeyPolicy({ world: after.world, policy: after.policy(path), keyArn: KEY_ARN, target: { arn: ROLE_ARN } }));
    assert.deepEqual([back.nothingToDo, back.changes], [true, []]);
  });
});
