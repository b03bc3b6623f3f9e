import assert from 'node:assert';
import { EXT, KEY_ARN, OWN, roleOf, rootOf, userOf } from '../support/access';
import { applyFix, check, findingsWith, fixesOf, onlyOf } from '../support/check';
import { handshake, undeclared, type HandshakeFiles } from '../support/handshake';

const CODE = 'identity-not-in-key-policy';
const NAMED = JSON.stringify(`"${KEY_ARN}"`);
const FOR_BOB = { Sid: 'Partner', Principal: { AWS: userOf(EXT, 'Bob') }, Action: ['kms:Decrypt', 'kms:Encrypt'] };
const stuart = (keyPolicy: readonly object[], resource: unknown = KEY_ARN, action: unknown = 'kms:Decrypt') => handshake({
  keyPolicy: keyPolicy as { Action: unknown }[], iam: [{ Action: action, Resource: resource }], identity: userOf(EXT, 'Stuart'),
});
const only = onlyOf(CODE);

describe('identity-not-in-key-policy', () => {
  it('is an error where the key policy allows others of the account, but not this identity', () => {
    only(stuart([FOR_BOB]), [`consumer/app.json error ${CODE} ${NAMED}`]);
    assert.match(findingsWith(stuart([FOR_BOB]), CODE)[0]?.message ?? '', /allows others of account 444455556666, but not user\/Stuart/);
  });

  it('is an error where the key policy allows nobody in the account', () => {
    only(stuart([]), [`consumer/app.json error ${CODE} ${NAMED}`]);
    assert.match(findingsWith(stuart([]), CODE)[0]?.message ?? '', /allows nobody in account 444455556666/);
  });

  it('is silent where it names the identity, its account, or everyone', () => {
    for (const principal of [{ AWS: userOf(EXT, 'Stuart') }, { AWS: [userOf(EXT, 'Bob'), rootOf(EXT)] }, { AWS: EXT }, { AWS: '*' }, '*']) {
      only(stuart([{ ...FOR_BOB, Principal: principal }]), []);
    }
  });

  describe('where only the path names the identity', () => {
    const { 'producer/key-policy.json': keyPolicy = '', 'consumer/app.json': app = '' } = handshake({ keyPolicy: [{ ...FOR_BOB, Principal: { AWS: [userOf(EXT, 'Bob'), roleOf(EXT, 'ReportReader')] } }], iam: [{ Action: 'kms:Decrypt' }] });
    const inPath = (path: string, more: HandshakeFiles = {}, identities: readonly object[] = []): HandshakeFiles => ({
      'producer/key-policy.json': keyPolicy, [`accounts/${EXT}/${path}`]: app, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json' }], identities }, ...more,
    });

    it('is silent for one that the key policy names: behind the folder of a team, in any capitals', () => {
      for (const path of ['role/analytics/ReportReader/kms.json', 'role/reportreader/kms.json', 'roles/analytics/REPORTREADER.json', 'user/team/bob/kms.json']) {
        check(inPath(path), [], [CODE, 'identity-policy-missing', 'action-not-allowed-by-key-policy']);
      }
    });

    it('is no error for a name that nobody has', () => {
      for (const path of ['roles/shared/kms.json', 'role/shared.json', 'user/Ann/kms.json']) {
        assert.deepEqual(findingsWith(inPath(path), CODE).filter(({ severity }) => severity === 'error'), [], path);
      }
    });

    it('is an error for one that is declared, or that some other policy names', () => {
      const shared = `accounts/${EXT}/roles/shared/kms.json`;
      only(inPath('roles/shared/kms.json', {}, [{ arn: roleOf(EXT, 'shared'), policies: [shared] }]), [`${shared} error ${CODE} ${NAMED}`]);
      only(inPath('roles/shared/kms.json', {}, [{ arn: roleOf(EXT, 'shared') }]), [`${shared} error ${CODE} ${NAMED}`]);
    });

    it('is an error by metadata.json beside the policy', () => {
      const shared = `accounts/${EXT}/roles/shared`;
      only(inPath('roles/shared/kms.json', { [`${shared}/metadata.json`]: { arn: roleOf(EXT, 'Shared') } }), [`${shared}/kms.json error ${CODE} ${NAMED}`]);
      only(inPath('roles/shared/kms.json', { [`${shared}/metadata.json`]: { arn: roleOf(EXT, 'ReportReader') } }), []);
    });
  });

  it('is said once in a policy, at its first statement about the key', () => {
    const files = handshake({ keyPolicy: [FOR_BOB], iam: [{ Action: 'kms:Decrypt' }, { Action: 'kms:Encrypt' }], identity: userOf(EXT, 'Stuart') });
    only(files, [`consumer/app.json error ${CODE} ${NAMED}`]);
  });

  it('stays alone: no other finding across files for the same cause', () => {
    check(stuart([FOR_BOB]), [`consumer/app.json error ${CODE} ${NAMED}`],
      [CODE, 'action-not-allowed-by-key-policy', 'identity-policy-missing', 'action-unused-by-consumer', 'missing-key-arn-resource', 'key-policy-not-delegating']);
  });

  it('is information for all keys of the account, silent for every key', () => {
    const all = `arn:aws:kms:*:${OWN}:key/*`;
    only(stuart([FOR_BOB], all), [`consumer/app.json info ${CODE} ${JSON.stringify(`"${all}"`)}`]);
    only(stuart([FOR_BOB], '*'), []);
    only(stuart([FOR_BOB], 'arn:aws:kms:*:*:key/*'), []);
  });

  it('is silent for Action "*"', () => {
    only(stuart([FOR_BOB], KEY_ARN, '*'), []);
  });

  it('is silent while a principal is not what it is meant to be', () => {
    for (const principal of ['arn:aws:iam::444455556666:group/Dev', 'AROADBQP57FF2AEXAMPLE', 'arn:aws:iam::444455556666:role/*', '${consumer}']) {
      only(stuart([{ ...FOR_BOB, Principal: { AWS: principal } }]), []);
    }
  });

  it('is silent while a space keeps a principal from being the identity (docs/aws-rules.md 8.2)', () => {
    const files = stuart([{ ...FOR_BOB, Principal: { AWS: `${userOf(EXT, 'Stuart')} ` } }]);
    check(files, [`producer/key-policy.json error arn-whitespace ${JSON.stringify(`"${userOf(EXT, 'Stuart')} "`)}`], [CODE, 'arn-whitespace']);
  });

  it('is silent where the statement for it has no effect, which is the finding then (docs/aws-rules.md 1.2 and 8.2)', () => {
    const forAccount = { Effect: 'Allow', Principal: { AWS: rootOf(EXT) }, Action: 'kms:Decrypt', Resource: '*' };
    for (const broken of [{ ...forAccount, Resource: KEY_ARN.replace('1234abcd', '99999999') }, { ...forAccount, Resource: undefined }, { ...forAccount, Action: undefined }]) {
      const files = stuart([broken]);
      assert.equal(findingsWith(files, 'key-policy-resource-not-star').length + findingsWith(files, 'key-policy-element-missing').length, 1);
      check(files, [], [CODE, 'action-not-allowed-by-key-policy']);
    }
    only(stuart([{ ...forAccount, Principal: { AWS: rootOf('777788889999') }, Resource: undefined }]), [`consumer/app.json error ${CODE} ${NAMED}`]);
  });

  it('names what is left out by a grant that gives a part (docs/aws-rules.md 5.1, step 7)', () => {
    const grants = { Grants: [{ KeyId: KEY_ARN, GrantId: 'a', GranteePrincipal: userOf(EXT, 'Stuart'), Operations: ['Decrypt'] }] };
    const files = (...actions: readonly string[]): HandshakeFiles => ({ ...stuart([], KEY_ARN, actions), 'producer/grants.json': grants });
    only(files('kms:Decrypt'), []);
    assert.match(findingsWith(files('kms:Decrypt', 'kms:Encrypt'), CODE)[0]?.message ?? '', /no kms:Encrypt, and the grant for it is for other actions only\.$/);
  });

  it('is information for one ARN of all replicas, where another replica lets the identity in (docs/aws-rules.md 6.2)', () => {
    const replica = (region: string) => `arn:aws:kms:${region}:${OWN}:key/mrk-1234abcd12ab34cd56ef1234567890ab`;
    const files = (resource: unknown): HandshakeFiles => ({
      ...handshake({ keyPolicy: [FOR_BOB], iam: [{ Action: 'kms:Decrypt', Resource: resource }], identity: userOf(EXT, 'Bob') }),
      'producer/eu.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: rootOf(OWN) }, Action: 'kms:*', Resource: '*' }] },
      'kms-handshake.json': {
        keys: [{ arn: replica('us-west-2'), policy: 'producer/key-policy.json' }, { arn: replica('eu-west-1'), policy: 'producer/eu.json' }],
        identities: [{ arn: userOf(EXT, 'Bob'), policies: ['consumer/app.json'] }],
      },
    });
    only(files(replica('*')), [`consumer/app.json info ${CODE} ${JSON.stringify(`"${replica('*')}"`)}`]);
    assert.match(findingsWith(files(replica('*')), CODE)[0]?.message ?? '', /no access to the replica in eu-west-1/);
    only(files([replica('us-west-2'), replica('eu-west-1')]), [`consumer/app.json error ${CODE} ${JSON.stringify(`"${replica('eu-west-1')}"`)}`]);
  });

  it('is no error for a policy of any identity of the account', () => {
    const files = handshake({ keyPolicy: [FOR_BOB], iam: [{ Action: 'kms:Decrypt' }], identity: EXT });
    only(files, []);
  });

  it('is a warning where the attachment is guessed, and none where the guess can be right', () => {
    const files = undeclared(handshake({ keyPolicy: [FOR_BOB], iam: [{ Action: 'kms:Decrypt' }] }));
    only(files, []);
  });

  it('leaves the key\'s own account to key-policy-not-delegating', () => {
    only(handshake({ keyPolicy: [{ Principal: { AWS: roleOf(OWN) }, Action: 'kms:*' }], owner: false, iam: [{ Action: 'kms:Decrypt' }], identity: roleOf(OWN, 'Other') }), []);
  });

  describe('fixes', () => {
    it('add the identity beside the others', () => {
      const fixed = applyFix(stuart([FOR_BOB]), CODE, `Add ${userOf(EXT, 'Stuart')}`);
      check(fixed, [], [CODE, 'action-not-allowed-by-key-policy']);
      const { Statement } = JSON.parse(fixed['producer/key-policy.json'] ?? '') as { Statement: { Principal: unknown }[] };
      assert.deepEqual(Statement[1]?.Principal, { AWS: [userOf(EXT, 'Bob'), userOf(EXT, 'Stuart')] });
    });

    it('let the account in', () => {
      const fixed = applyFix(stuart([FOR_BOB]), CODE, `Allow account ${EXT} in`);
      check(fixed, [], [CODE, 'action-not-allowed-by-key-policy']);
    });

    it('write a statement where there is none to add to', () => {
      for (const title of ['Add ', 'Allow account']) {
        const fixed = applyFix(stuart([]), CODE, title);
        check(fixed, [], [CODE, 'action-not-allowed-by-key-policy', 'identity-policy-missing', 'action-unused-by-consumer']);
      }
    });

    it('are shown before they change the owner\'s file', () => {
      assert.ok(fixesOf(stuart([FOR_BOB]), CODE).every((fix) => fix.confirm));
    });
  });
});
