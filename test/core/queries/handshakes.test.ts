import assert from 'node:assert/strict';
import { describeHandshake } from '../../../server/src/core/queries/handshake-text';
import { handshakeOf, handshakesOf, displayedStatus, type Handshake, type Handshakes } from '../../../server/src/core/queries/handshakes';
import { evaluatePairs } from '../../../server/src/core/queries/matrix';
import { NO_ORGANIZATIONS } from '../../../server/src/core/access/request-context';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import type { DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import { identityPolicyAllow, keyPolicyDeny, identityPolicyDeny, EXTERNAL_ACCOUNT, grantWith, identityWithPolicies, identityPolicy, KEY_ARN,
  keyWithPolicyOf, keyPolicy, keyPolicyAllow, OWNER_ACCOUNT, roleArnOf, rootArnOf,
  type StatementJson } from '../../support/access-builders';
import { identityPolicyDocument as identityDocument, keyPolicyDocument as keyDocument, externalStatement, roleArn, rootArn,
  keyArn } from '../../support/policy-documents';
import { fileText, fileUri, workspaceOfFiles, worldOfFiles, type FolderFiles } from '../../support/world-of-files';
import { analyse, type Analysis } from '../../../server/src/core/analysis/analyse';
import { updateWorkspace, type Workspace } from '../../../server/src/core/workspace/workspace';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import type { World } from '../../../server/src/core/workspace/world';

const via = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:ViaService': value } } });
const onKey = identityPolicy(identityPolicyAllow('kms:Decrypt'));
const app = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), onKey);

function stateOf(identity: ReturnType<typeof identityWithPolicies>, ...statements: StatementJson[]): string {
  return saidOf(shaken(identity, keyWithPolicyOf(keyPolicy(...statements))));
}

function shaken(identity: Identity, key: Key): Handshake | undefined {
  return handshakeOf({ identity, key, verdicts: decidePair(identity, key, NO_ORGANIZATIONS) }, NO_ORGANIZATIONS);
}

function saidOf(handshake: Handshake | undefined): string {
  return handshake ? `${handshake.state}: ${describeHandshake(handshake)}` : 'they are not related';
}

describe('answers: the state of a handshake (examples of docs/aws-rules.md 5.6)', () => {
  const check = (number: number | string, what: string, got: () => string, expected: string): void => {
    it(`${number}: ${what}`, () => { assert.equal(got(), expected); });
  };

  check(1, 'account let in, identity policy', () => stateOf(app, keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
    'both: 1 action works');
  check(3, 'no identity policy',
    () => stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT)), keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
    'key-policy: only the key policy\'s half');
  check(4, 'nobody of the account let in', () => stateOf(app, keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*')),
    'identity-policy: only the IAM policy\'s half');
  check(5, 'the identity policy asks for more than the key policy gives', () => (
    stateOf(
      identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
        identityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey']))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), ['kms:Decrypt', 'kms:DescribeKey']),
    )
  ), 'both: 2 actions work, 1 blocked');
  check(6, 'another role of the account let in', () => stateOf(app, keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT, 'Other'), 'kms:Decrypt')),
    'identity-policy: only the IAM policy\'s half');
  check(8, 'everyone of the owner let in',
    () => stateOf(app, keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER_ACCOUNT } } })),
    'identity-policy: only the IAM policy\'s half');
  check(9, 'everyone of an organization let in',
    () => stateOf(app, keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } })),
    'conditional: 1 action works under conditions');
  check(11, 'identity policy on the alias', () =>
    stateOf(
      identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
        identityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: `arn:aws:kms:us-west-2:${OWNER_ACCOUNT}:alias/app` }))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt'),
    ), 'key-policy: only the key policy\'s half');
  const elsewhere = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
    identityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'], { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })));
  check(12, 'identity policy on the key in another Region',
    () => stateOf(elsewhere, keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
    'key-policy: only the key policy\'s half: the IAM policy names the key in another Region');
  check('12, nobody let in', 'identity policy on the key in another Region',
    () => stateOf(elsewhere, keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*')),
    'none: blocked: the IAM policy names the key in another Region');
  check(13, 'let in and denied',
    () => stateOf(app, keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt'), keyPolicyDeny(rootArnOf(EXTERNAL_ACCOUNT), 'kms:*')),
    'none: blocked: the key policy denies it');
  check('13, by the other half', 'allowed and denied', () => (
    stateOf(
      identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:Decrypt'), identityPolicyDeny('kms:*'))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt'),
    )
  ), 'none: blocked: an IAM policy denies it');
  check('13, by conditions', 'halves of which no request meets both conditions', () => (
    stateOf(
      identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
        identityPolicy(identityPolicyAllow('kms:Decrypt', via('sqs.us-west-2.amazonaws.com')))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt', via('s3.us-west-2.amazonaws.com')),
    )
  ), 'none: blocked: no request meets all conditions');
  check(14, 'an action that does not work across accounts', () => (
    stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:PutKeyPolicy'))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:PutKeyPolicy'))
  ), 'none: blocked: it does not work across accounts');
  check(15, 'kms:* on both sides', () => (
    stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:*'))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:*')).replace(/\d+ blocked/, 'N blocked')
  ), 'both: 21 actions work, N blocked, 1 unknown');
  check('15, one side', 'kms:* asked for and nobody let in',
    () =>
      stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:*'))),
        keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*')), 'identity-policy: only the IAM policy\'s half');
  check('15, other side', 'kms:* given and nothing asked for',
    () => stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT)), keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:*')),
    'key-policy: only the key policy\'s half');
  const china = (text: string): string => text.replace('arn:aws:', 'arn:aws-cn:');
  check(16, 'another partition',
    () =>
      stateOf(identityWithPolicies(china(roleArnOf(EXTERNAL_ACCOUNT)), onKey),
        keyPolicyAllow(china(rootArnOf(EXTERNAL_ACCOUNT)), 'kms:Decrypt')), 'none: blocked: key and identity are in different partitions');
  check(17, 'role of the owner named, no identity policy',
    () => stateOf(identityWithPolicies(roleArnOf(OWNER_ACCOUNT)), keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt')),
    'both: 1 action works');
  check(18, 'owner delegates, no identity policy',
    () => stateOf(identityWithPolicies(roleArnOf(OWNER_ACCOUNT)), keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:Decrypt')),
    'key-policy: only the key policy\'s half');
  check(19, 'owner does not delegate',
    () => stateOf(identityWithPolicies(roleArnOf(OWNER_ACCOUNT, 'B'), onKey), keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt')),
    'identity-policy: only the IAM policy\'s half');
  check(21, 'one session let in', () => stateOf(app, keyPolicyAllow(`arn:aws:sts::${EXTERNAL_ACCOUNT}:assumed-role/App/s1`, 'kms:Decrypt')),
    'conditional: 1 action works under conditions');
  check(22, 'a pattern asked for, one action given', () => (
    stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:GenerateDataKey*'))),
      keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:GenerateDataKey'))
  ), 'both: 1 action works, 3 blocked');
  check(24, 'service of another Region',
    () => stateOf(app, keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt', via('s3.eu-west-1.amazonaws.com'))),
    'identity-policy: only the IAM policy\'s half');
  check(25, 'service-linked role with a key of another account', () => {
    const name = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
    return stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT, name)),
      keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT, name), 'kms:Decrypt'));
  }, 'none: blocked: it needs a grant');
});

describe('answers: the state of a handshake', () => {
  it('is that of no half where the halves are about different actions', () => {
    const identity = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:Encrypt')));
    assert.equal(stateOf(identity, keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
      'none: blocked: the halves are about different actions');
  });

  it('is shown apart where it works in part, plainly or under conditions', () => {
    const identity = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    const shown = (...statements: StatementJson[]): string => {
      const handshake = shaken(identity, keyWithPolicyOf(keyPolicy(...statements)));
      return handshake ? displayedStatus(handshake) : 'they are not related';
    };
    const s3 = via('s3.us-west-2.amazonaws.com');
    assert.deepEqual([shown(keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), ['kms:Decrypt', 'kms:Encrypt'])),
      shown(keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt'))], ['both', 'partly']);
    assert.deepEqual([shown(keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), ['kms:Decrypt', 'kms:Encrypt'], s3)),
      shown(keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt', s3))], ['conditional', 'partly-if']);
    assert.equal(
      shown(keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), ['kms:Decrypt', 'kms:Encrypt']),
        keyPolicyDeny(rootArnOf(EXTERNAL_ACCOUNT), 'kms:*')),
      'none',
    );
  });

  it('says how many actions work plainly and how many under conditions', () => {
    const identity = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    assert.equal(
      stateOf(identity, keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt'),
        keyPolicyAllow(roleArnOf(EXTERNAL_ACCOUNT), 'kms:Encrypt', via('s3.us-west-2.amazonaws.com'))),
      'both: 1 action works, 1 under conditions',
    );
  });

  it('is unknown without the key policy, and where a placeholder decides', () => {
    assert.equal(saidOf(shaken(app, keyWithPolicyOf(undefined))), 'unknown: unknown: the key policy is not in the workspace');
    const open = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
      identityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '${key_arn}' })));
    assert.equal(stateOf(open, keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
      'unknown: unknown: it depends on a value or an account that is not known');
  });

  it('is that of both halves where a grant is enough', () => {
    const grant = grantWith({ granteePrincipal: roleArnOf(EXTERNAL_ACCOUNT), operations: ['Decrypt'] });
    const key = keyWithPolicyOf(keyPolicy(keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*')), { grants: [grant] });
    assert.equal(saidOf(shaken(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT)), key)), 'both: 1 action works by a grant');
  });

  it('is none at all where neither half mentions an action', () => {
    assert.equal(
      shaken(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT)),
        keyWithPolicyOf(keyPolicy(keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*')))),
      undefined,
    );
  });
});

const FILES = {
  'w/kms-handshake.json': {
    keys: [{ arn: keyArn(), policy: 'producer/key.json' }],
    identities: [{ arn: roleArn(), policies: ['consumer/app.json'] }, { arn: roleArn('Lost'), policies: ['consumer/lost.json'] }, {
      arn: roleArn('Files'),
      policies: ['consumer/files.json'],
    }],
    accounts: { '111122223333': 'security', '999988887777': 'elsewhere' },
  },
  'w/producer/key.json': keyDocument('111122223333', externalStatement([roleArn(), rootArn('777788889999')])),
  'w/consumer/app.json': identityDocument(keyArn()),
  'w/consumer/lost.json': identityDocument(keyArn('5e698272-88c6-4f6b-970e-1d1dbd0c6412', 'us-west-2', '222233334444')),
  'w/consumer/files.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] },
} satisfies FolderFiles;

describe('answers: the handshakes of a workspace', () => {
  const handshakesIn = ({ world }: Workspace, { pairsByIdentity }: Analysis): Handshakes =>
    handshakesOf(world, [...pairsByIdentity.values()].flat());
  const shakenIn = (world: World): Handshakes => handshakesOf(world, evaluatePairs(world));
  const linesOf = ({ handshakes }: Handshakes): string[] =>
    handshakes.map(({ identity, key, state }) => `${identity.arn ?? identity.account ?? '?'} ${key.account ?? '?'} ${state}`).sort();

  it('has every key, every identity that asks for keys, and the accounts with their names', () => {
    const found = shakenIn(worldOfFiles(FILES));
    assert.deepEqual(linesOf(found), [
      `777788889999 111122223333 key-policy`,
      `${roleArn()} 111122223333 both`,
      `${roleArn('Lost')} 222233334444 unknown`,
    ]);
    assert.deepEqual([...found.accounts].sort(), [['111122223333', 'security'], ['222233334444', ''], ['444455556666', ''], ['777788889999',
      '']]);
    assert.equal(found.keys.length, 2);
    assert.ok(!found.identities.some(({ arn }) => arn === roleArn('Files')), 'a role without KMS has nothing to do here');
  });

  it('marks the identities that have no matching key policy', () => {
    const found = shakenIn(worldOfFiles(FILES));
    assert.deepEqual([...found.identitiesWithoutKeyPolicy].map(({ arn }) => arn), [roleArn('Lost')]);
    const unheard = shakenIn(worldOfFiles({ ...FILES, 'w/producer/key.json': keyDocument('111122223333') }));
    assert.deepEqual([...unheard.identitiesWithoutKeyPolicy].map(({ arn }) => arn).sort(), [roleArn(), roleArn('Lost')]);
    const aliasOnly = shakenIn(
      worldOfFiles({ ...FILES, 'w/consumer/lost.json': identityDocument('arn:aws:kms:us-west-2:222233334444:alias/app') }),
    );
    assert.deepEqual([...aliasOnly.identitiesWithoutKeyPolicy].map(({ arn }) => arn), [roleArn('Lost')],
      'an identity that reaches no key asks all the same');
  });

  it('has one handshake for each identity and key, and keeps it while both stand', () => {
    const workspace = workspaceOfFiles(FILES);
    const first = analyse(workspace);
    const before = handshakesIn(workspace, first).handshakes;
    const put = (path: string, content: object): { put: { uri: string; text: string } } => ({
      put: { uri: fileUri(path), text: fileText(content) },
    });
    const { workspace: changed, delta } = updateWorkspace(workspace, [
      put('w/consumer/app.json', identityDocument(keyArn(), 'kms:CreateKey')),
    ]);
    const after = handshakesIn(changed, analyse(changed, { previous: first, delta })).handshakes;
    assert.equal(new Set(before.map(({ identity, key }) => `${identity.id} ${key.id}`)).size, before.length);
    const kept = after.filter((handshake) => before.includes(handshake)).map(({ identity }) => identity.arn ?? identity.account);
    assert.ok(kept.includes(roleArn('Lost')) && kept.includes('777788889999'), kept.join(', '));
    assert.equal(after.find(({ identity }) => identity.arn === roleArn())?.state, 'key-policy');
  });

  it('judges every policy of one identity together', () => {
    const policies: readonly DiscoveredPolicy[] = [identityPolicy(identityPolicyAllow('kms:Decrypt')),
      identityPolicy(identityPolicyDeny('kms:Decrypt'))];
    assert.equal(
      stateOf(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), ...policies), keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
      'none: blocked: an IAM policy denies it',
    );
  });
});
