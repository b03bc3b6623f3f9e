import assert from 'node:assert/strict';
import { describeHandshake } from '../../../server/src/core/queries/handshake-text';
import { handshakeOf, handshakesOf, displayedStatus, type Handshake, type Handshakes } from '../../../server/src/core/queries/handshakes';
import { evaluatePairs } from '../../../server/src/core/queries/matrix';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import type { DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import { discoveredIdentityPolicy, discoveredKeyPolicy, evaluationWorld, grantWith, identityWithPolicies,
  keyWithPolicyOf } from '../../support/access-builders';
import { CONSUMER, identityPolicy, identityPolicyAllow, identityPolicyDeny, KEY_ARN, keyArn, keyPolicy, keyPolicyAllow, keyPolicyDeny,
  OWNER, ownerKeyPolicy, roleArn, rootArn, type StatementJson } from '../../support/fixtures';
import { fileText, fileUri, workspaceOfFiles, worldOfFiles, type FolderFiles } from '../../support/world-of-files';
import { analyse, type Analysis } from '../../../server/src/core/analysis/analyse';
import { updateWorkspace, type Workspace } from '../../../server/src/core/workspace/workspace';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import type { World } from '../../../server/src/core/workspace/world';

const via = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:ViaService': value } } });
const onKey = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'));
const app = identityWithPolicies(roleArn(CONSUMER), onKey);

function stateOf(identity: ReturnType<typeof identityWithPolicies>, ...statements: StatementJson[]): string {
  return saidOf(shaken(identity, keyWithPolicyOf(discoveredKeyPolicy(...statements))));
}

function shaken(identity: Identity, key: Key): Handshake | undefined {
  return handshakeOf({ identity, key, verdicts: decidePair(identity, key, evaluationWorld()) }, evaluationWorld());
}

function saidOf(handshake: Handshake | undefined): string {
  return handshake ? `${handshake.state}: ${describeHandshake(handshake)}` : 'they are not related';
}

describe('answers: the state of a handshake (examples of docs/aws-rules.md 5.6)', () => {
  const check = (number: number | string, what: string, got: () => string, expected: string): void => {
    it(`${number}: ${what}`, () => { assert.equal(got(), expected); });
  };

  check(1, 'account let in, identity policy', () => stateOf(app, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
    'both: 1 action works');
  check(3, 'no identity policy',
    () => stateOf(identityWithPolicies(roleArn(CONSUMER)), keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
    'key-policy: only the key policy\'s half');
  check(4, 'nobody of the account let in', () => stateOf(app, keyPolicyAllow(rootArn(OWNER), 'kms:*')),
    'identity-policy: only the IAM policy\'s half');
  check(5, 'the identity policy asks for more than the key policy gives', () => (
    stateOf(
      identityWithPolicies(roleArn(CONSUMER),
        discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey']))),
      keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey']),
    )
  ), 'both: 2 actions work, 1 blocked');
  check(6, 'another role of the account let in', () => stateOf(app, keyPolicyAllow(roleArn(CONSUMER, 'Other'), 'kms:Decrypt')),
    'identity-policy: only the IAM policy\'s half');
  check(8, 'everyone of the owner let in',
    () => stateOf(app, keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } })),
    'identity-policy: only the IAM policy\'s half');
  check(9, 'everyone of an organization let in',
    () => stateOf(app, keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } })),
    'conditional: 1 action works under conditions');
  check(11, 'identity policy on the alias', () =>
    stateOf(
      identityWithPolicies(roleArn(CONSUMER),
        discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/app` }))),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'),
    ), 'key-policy: only the key policy\'s half');
  const elsewhere = identityWithPolicies(roleArn(CONSUMER),
    discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'], { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })));
  check(12, 'identity policy on the key in another Region',
    () => stateOf(elsewhere, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
    'key-policy: only the key policy\'s half: the IAM policy names the key in another Region');
  check('12, nobody let in', 'identity policy on the key in another Region',
    () => stateOf(elsewhere, keyPolicyAllow(rootArn(OWNER), 'kms:*')),
    'none: blocked: the IAM policy names the key in another Region');
  check(13, 'let in and denied',
    () => stateOf(app, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyDeny(rootArn(CONSUMER), 'kms:*')),
    'none: blocked: the key policy denies it');
  check('13, by the other half', 'allowed and denied', () => (
    stateOf(
      identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'), identityPolicyDeny('kms:*'))),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'),
    )
  ), 'none: blocked: an IAM policy denies it');
  check('13, by conditions', 'halves of which no request meets both conditions', () => (
    stateOf(
      identityWithPolicies(roleArn(CONSUMER),
        discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', via('sqs.us-west-2.amazonaws.com')))),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', via('s3.us-west-2.amazonaws.com')),
    )
  ), 'none: blocked: no request meets all conditions');
  check(14, 'an action that does not work across accounts', () => (
    stateOf(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:PutKeyPolicy'))),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:PutKeyPolicy'))
  ), 'none: blocked: it does not work across accounts');
  check(15, 'kms:* on both sides', () => (
    stateOf(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:*')).replace(/\d+ blocked/, 'N blocked')
  ), 'both: 21 actions work, N blocked, 1 unknown');
  check('15, one side', 'kms:* asked for and nobody let in',
    () =>
      stateOf(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))),
        keyPolicyAllow(rootArn(OWNER), 'kms:*')), 'identity-policy: only the IAM policy\'s half');
  check('15, other side', 'kms:* given and nothing asked for',
    () => stateOf(identityWithPolicies(roleArn(CONSUMER)), keyPolicyAllow(rootArn(CONSUMER), 'kms:*')),
    'key-policy: only the key policy\'s half');
  const china = (text: string): string => text.replace('arn:aws:', 'arn:aws-cn:');
  check(16, 'another partition',
    () =>
      stateOf(identityWithPolicies(china(roleArn(CONSUMER)), onKey),
        keyPolicyAllow(china(rootArn(CONSUMER)), 'kms:Decrypt')), 'none: blocked: key and identity are in different partitions');
  check(17, 'role of the owner named, no identity policy',
    () => stateOf(identityWithPolicies(roleArn(OWNER)), keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt')),
    'both: 1 action works');
  check(18, 'owner delegates, no identity policy',
    () => stateOf(identityWithPolicies(roleArn(OWNER)), keyPolicyAllow(rootArn(OWNER), 'kms:Decrypt')),
    'key-policy: only the key policy\'s half');
  check(19, 'owner does not delegate',
    () => stateOf(identityWithPolicies(roleArn(OWNER, 'B'), onKey), keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt')),
    'identity-policy: only the IAM policy\'s half');
  check(21, 'one session let in', () => stateOf(app, keyPolicyAllow(`arn:aws:sts::${CONSUMER}:assumed-role/App/s1`, 'kms:Decrypt')),
    'conditional: 1 action works under conditions');
  check(22, 'a pattern asked for, one action given', () => (
    stateOf(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:GenerateDataKey*'))),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:GenerateDataKey'))
  ), 'both: 1 action works, 3 blocked');
  check(24, 'service of another Region',
    () => stateOf(app, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', via('s3.eu-west-1.amazonaws.com'))),
    'identity-policy: only the IAM policy\'s half');
  check(25, 'service-linked role with a key of another account', () => {
    const name = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
    return stateOf(identityWithPolicies(roleArn(CONSUMER, name)),
      keyPolicyAllow(roleArn(CONSUMER, name), 'kms:Decrypt'));
  }, 'none: blocked: it needs a grant');
});

describe('answers: the state of a handshake', () => {
  it('is that of no half where the halves are about different actions', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Encrypt')));
    assert.equal(stateOf(identity, keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')),
      'none: blocked: no action is allowed by both policies');
  });

  it('is shown apart where it works in part, plainly or under conditions', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    const shown = (...statements: StatementJson[]): string => {
      const handshake = shaken(identity, keyWithPolicyOf(discoveredKeyPolicy(...statements)));
      return handshake ? displayedStatus(handshake) : 'they are not related';
    };
    const s3 = via('s3.us-west-2.amazonaws.com');
    assert.deepEqual([shown(keyPolicyAllow(roleArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'])),
      shown(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt'))], ['both', 'partly']);
    assert.deepEqual([shown(keyPolicyAllow(roleArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'], s3)),
      shown(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt', s3))], ['conditional', 'partly-if']);
    assert.equal(
      shown(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt']),
        keyPolicyDeny(rootArn(CONSUMER), 'kms:*')),
      'none',
    );
  });

  it('counts as blocked only what an IAM policy requests by name', () => {
    const shown = (policy: DiscoveredPolicy, ...statements: StatementJson[]): string => {
      const handshake = shaken(identityWithPolicies(roleArn(CONSUMER), policy), keyWithPolicyOf(discoveredKeyPolicy(...statements)));
      return handshake ? `${displayedStatus(handshake)}: ${describeHandshake(handshake)}` : 'they are not related';
    };
    const everything = discoveredIdentityPolicy(identityPolicyAllow('*', { Resource: '*' }));
    const bothActions = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt']);
    assert.equal(shown(onKey, bothActions), 'both: 1 action works');
    assert.equal(shown(everything, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')), 'both: 1 action works, 1 unknown');
    assert.equal(shown(everything, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyDeny(rootArn(CONSUMER), 'kms:*')),
      'not-requested: not asked for: the key policy denies it');
    const sqsElsewhere = identityPolicyAllow('kms:Encrypt', via('sqs.eu-west-1.amazonaws.com'));
    assert.equal(shown(discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'), sqsElsewhere), bothActions),
      'partly: 1 action works, 1 blocked', 'a condition that is never true blocks what is requested');
  });

  it('says how many actions work plainly and how many under conditions', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    assert.equal(
      stateOf(identity, keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt'),
        keyPolicyAllow(roleArn(CONSUMER), 'kms:Encrypt', via('s3.us-west-2.amazonaws.com'))),
      'both: 1 action works, 1 under conditions',
    );
  });

  it('is unknown without the key policy, and where a placeholder decides', () => {
    assert.equal(saidOf(shaken(app, keyWithPolicyOf(undefined))), 'unknown: unknown: the key policy is not in the workspace');
    const open = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '${key_arn}' })));
    assert.equal(stateOf(open, keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
      'unknown: unknown: it depends on a value or an account id that is not known');
  });

  it('is that of both halves where a grant is enough', () => {
    const grant = grantWith({ granteePrincipal: roleArn(CONSUMER), operations: ['Decrypt'] });
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), { grants: [grant] });
    assert.equal(saidOf(shaken(identityWithPolicies(roleArn(CONSUMER)), key)), 'both: 1 action works by a grant');
  });

  it('does not exist where neither half mentions an action', () => {
    assert.equal(
      shaken(identityWithPolicies(roleArn(CONSUMER)),
        keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')))),
      undefined,
    );
  });
});

const FILES = {
  'w/kms-handshake.json': {
    keys: [{ arn: keyArn(), policy: 'producer/key.json' }],
    identities: [{ arn: roleArn(), policies: ['consumer/app.json'] }, { arn: roleArn(CONSUMER, 'Lost'), policies: ['consumer/lost.json'] },
      {
        arn: roleArn(CONSUMER, 'Files'),
        policies: ['consumer/files.json'],
      }],
    accounts: { [OWNER]: 'security', '999988887777': 'elsewhere' },
  },
  'w/producer/key.json': keyPolicy({ Principal: { AWS: [roleArn(), rootArn('777788889999')] } }),
  'w/consumer/app.json': identityPolicy(),
  'w/consumer/lost.json': identityPolicy({ Resource: keyArn('5e698272-88c6-4f6b-970e-1d1dbd0c6412', 'us-west-2', '222233334444') }),
  'w/consumer/files.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] },
} satisfies FolderFiles;

describe('answers: the handshakes of a workspace', () => {
  const handshakesIn = ({ world }: Workspace, { pairsByIdentity }: Analysis): Handshakes =>
    handshakesOf(world, [...pairsByIdentity.values()].flat());
  const shakenIn = (world: World): Handshakes => handshakesOf(world, evaluatePairs(world));
  const linesOf = ({ handshakes }: Handshakes): string[] =>
    handshakes.map(({ identity, key, state }) => `${identity.arn ?? identity.account ?? '?'} ${key.account ?? '?'} ${state}`).sort();

  it('has every key, every identity that requests keys, and the accounts with their names', () => {
    const found = shakenIn(worldOfFiles(FILES));
    assert.deepEqual(linesOf(found), [
      `777788889999 111122223333 key-policy`,
      `${roleArn()} 111122223333 both`,
      `${roleArn(CONSUMER, 'Lost')} 222233334444 unknown`,
    ]);
    assert.deepEqual([...found.accounts].sort(), [[OWNER, 'security'], ['222233334444', ''], [CONSUMER, ''], ['777788889999',
      '']]);
    assert.equal(found.keys.length, 2);
    assert.ok(!found.identities.some(({ arn }) => arn === roleArn(CONSUMER, 'Files')), 'a role without KMS has nothing to do here');
  });

  it('marks the identities that have no matching key policy', () => {
    const found = shakenIn(worldOfFiles(FILES));
    assert.deepEqual([...found.identitiesWithoutKeyPolicy].map(({ arn }) => arn), [roleArn(CONSUMER, 'Lost')]);
    const unheard = shakenIn(worldOfFiles({ ...FILES, 'w/producer/key.json': ownerKeyPolicy() }));
    assert.deepEqual([...unheard.identitiesWithoutKeyPolicy].map(({ arn }) => arn).sort(), [roleArn(CONSUMER, 'Lost')],
      'the key policy that does not allow role/App is in the workspace');
    const aliasOnly = shakenIn(
      worldOfFiles({ ...FILES, 'w/consumer/lost.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:222233334444:alias/app' }) }),
    );
    assert.deepEqual([...aliasOnly.identitiesWithoutKeyPolicy].map(({ arn }) => arn), [roleArn(CONSUMER, 'Lost')],
      'an identity that reaches no key asks all the same');
  });

  it('has one handshake for each identity and key, and keeps it while both exist', () => {
    const workspace = workspaceOfFiles(FILES);
    const first = analyse(workspace);
    const before = handshakesIn(workspace, first).handshakes;
    const put = (path: string, content: object): { put: { uri: string; text: string } } => ({
      put: { uri: fileUri(path), text: fileText(content) },
    });
    const { workspace: changed, delta } = updateWorkspace(workspace, [
      put('w/consumer/app.json', identityPolicy({ Action: 'kms:CreateKey' })),
    ]);
    const after = handshakesIn(changed, analyse(changed, { previous: first, delta })).handshakes;
    assert.equal(new Set(before.map(({ identity, key }) => `${identity.id} ${key.id}`)).size, before.length);
    const kept = after.filter((handshake) => before.includes(handshake)).map(({ identity }) => identity.arn ?? identity.account);
    assert.ok(kept.includes(roleArn(CONSUMER, 'Lost')) && kept.includes('777788889999'), kept.join(', '));
    assert.equal(after.find(({ identity }) => identity.arn === roleArn())?.state, 'key-policy');
  });

  it('evaluates every policy of an identity together', () => {
    const policies: readonly DiscoveredPolicy[] = [discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')),
      discoveredIdentityPolicy(identityPolicyDeny('kms:Decrypt'))];
    assert.equal(
      stateOf(identityWithPolicies(roleArn(CONSUMER), ...policies), keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
      'none: blocked: an IAM policy denies it',
    );
  });
});
