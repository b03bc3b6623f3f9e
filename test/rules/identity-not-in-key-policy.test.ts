import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, userArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles, withoutManifest, type HandshakeFiles } from '../support/handshake-files';

const CODE = 'identity-not-in-key-policy';
const NAMED = JSON.stringify(`"${KEY_ARN}"`);
const FOR_BOB = { Sid: 'Partner', Principal: { AWS: userArn(CONSUMER, 'Bob') }, Action: ['kms:Decrypt', 'kms:Encrypt'] };
const stuart = (keyPolicy: readonly object[], resource: unknown = KEY_ARN, action: unknown = 'kms:Decrypt') => handshakeFiles({
  keyPolicy: keyPolicy as { Action: unknown }[], identityPolicy: [{ Action: action, Resource: resource }],
  identity: userArn(CONSUMER, 'Stuart'),
});
const only = expectFindingsWithCode(CODE);

describe('identity-not-in-key-policy', () => {
  it('is an error where the key policy allows others of the account, but not this identity', () => {
    only(stuart([FOR_BOB]), [`consumer/app.json error ${CODE} ${NAMED}`]);
    assert.match(findingsWithCode(stuart([FOR_BOB]), CODE)[0]?.message ?? '',
      /^user\/Stuart \(444455556666\) is denied access: .* allows others of account 444455556666, but not this identity/);
  });

  it('is an error where the key policy allows no one in the account', () => {
    only(stuart([]), [`consumer/app.json error ${CODE} ${NAMED}`]);
    assert.match(findingsWithCode(stuart([]), CODE)[0]?.message ?? '', /allows nobody in account 444455556666/);
  });

  it('is silent where it names the identity, its account, or everyone', () => {
    for (const principal of [{ AWS: userArn(CONSUMER, 'Stuart') }, {
      AWS: [userArn(CONSUMER, 'Bob'), rootArn(CONSUMER)],
    }, { AWS: CONSUMER }, { AWS: '*' }, '*']) {
      only(stuart([{ ...FOR_BOB, Principal: principal }]), []);
    }
  });

  describe('where only the path names the identity', () => {
    const { 'producer/key-policy.json': keyPolicy = '', 'consumer/app.json': app = '' } = handshakeFiles({
      keyPolicy: [{ ...FOR_BOB, Principal: { AWS: [userArn(CONSUMER, 'Bob'), roleArn(CONSUMER, 'ReportReader')] } }],
      identityPolicy: [{ Action: 'kms:Decrypt' }],
    });
    const inPath = (path: string, more: HandshakeFiles = {}, identities: readonly object[] = []): HandshakeFiles => ({
      'producer/key-policy.json': keyPolicy, [`accounts/${CONSUMER}/${path}`]: app,
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json' }], identities }, ...more,
    });

    it('is silent for one that the key policy names: behind the folder of a team, in any capitals', () => {
      for (const path of ['role/analytics/ReportReader/kms.json', 'role/reportreader/kms.json', 'roles/analytics/REPORTREADER.json',
        'user/team/bob/kms.json']) {
        checkFindings(inPath(path), [], [CODE, 'identity-policy-missing', 'action-not-allowed-by-key-policy']);
      }
    });

    it('is not an error for a name that no identity has', () => {
      for (const path of ['roles/shared/kms.json', 'role/shared.json', 'user/Ann/kms.json']) {
        assert.deepEqual(findingsWithCode(inPath(path), CODE).filter(({ severity }) => severity === 'error'), [], path);
      }
    });

    it('is an error for one that is declared, or that some other policy names', () => {
      const shared = `accounts/${CONSUMER}/roles/shared/kms.json`;
      only(inPath('roles/shared/kms.json', {}, [{ arn: roleArn(CONSUMER, 'shared'), policies: [shared] }]), [
        `${shared} error ${CODE} ${NAMED}`,
      ]);
      only(inPath('roles/shared/kms.json', {}, [{ arn: roleArn(CONSUMER, 'shared') }]), [`${shared} error ${CODE} ${NAMED}`]);
    });

    it('is an error by metadata.json beside the policy', () => {
      const shared = `accounts/${CONSUMER}/roles/shared`;
      only(inPath('roles/shared/kms.json', { [`${shared}/metadata.json`]: { arn: roleArn(CONSUMER, 'Shared') } }), [
        `${shared}/kms.json error ${CODE} ${NAMED}`,
      ]);
      only(inPath('roles/shared/kms.json', { [`${shared}/metadata.json`]: { arn: roleArn(CONSUMER, 'ReportReader') } }), []);
    });
  });

  it('is reported once in a policy, at its first statement about the key', () => {
    const files = handshakeFiles({ keyPolicy: [FOR_BOB], identityPolicy: [{ Action: 'kms:Decrypt' }, { Action: 'kms:Encrypt' }],
      identity: userArn(CONSUMER, 'Stuart') });
    only(files, [`consumer/app.json error ${CODE} ${NAMED}`]);
  });

  it('stays alone: no other finding across files for the same cause', () => {
    checkFindings(stuart([FOR_BOB]), [`consumer/app.json error ${CODE} ${NAMED}`], [CODE, 'action-not-allowed-by-key-policy',
      'identity-policy-missing', 'action-unused-by-consumer', 'missing-key-arn-resource', 'key-policy-not-delegating']);
  });

  it('is information for all keys of the account, silent for every key', () => {
    const all = `arn:aws:kms:*:${OWNER}:key/*`;
    only(stuart([FOR_BOB], all), [`consumer/app.json info ${CODE} ${JSON.stringify(`"${all}"`)}`]);
    only(stuart([FOR_BOB], '*'), []);
    only(stuart([FOR_BOB], 'arn:aws:kms:*:*:key/*'), []);
  });

  it('is silent for Action "*"', () => {
    only(stuart([FOR_BOB], KEY_ARN, '*'), []);
  });

  it('is silent while a principal is not what it is meant to be', () => {
    for (const principal of ['arn:aws:iam::444455556666:group/Dev', 'AROADBQP57FF2AEXAMPLE', 'arn:aws:iam::444455556666:role/*',
      '${consumer}']) {
      only(stuart([{ ...FOR_BOB, Principal: { AWS: principal } }]), []);
    }
  });

  it('is silent while a space keeps a principal from being the identity (docs/aws-rules.md 8.2)', () => {
    const files = stuart([{ ...FOR_BOB, Principal: { AWS: `${userArn(CONSUMER, 'Stuart')} ` } }]);
    checkFindings(files, [`producer/key-policy.json error arn-whitespace ${JSON.stringify(`"${userArn(CONSUMER, 'Stuart')} "`)}`],
      [CODE, 'arn-whitespace']);
  });

  it('is silent where the statement for it has no effect, which is the finding then (docs/aws-rules.md 1.2 and 8.2)', () => {
    const forAccount = { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*' };
    for (const broken of [{ ...forAccount, Resource: KEY_ARN.replace('1234abcd', '99999999') }, { ...forAccount, Resource: undefined }, {
      ...forAccount,
      Action: undefined,
    }]) {
      const files = stuart([broken]);
      assert.equal(
        findingsWithCode(files, 'key-policy-resource-not-star').length + findingsWithCode(files, 'key-policy-element-missing').length,
        1,
      );
      checkFindings(files, [], [CODE, 'action-not-allowed-by-key-policy']);
    }
    only(stuart([{ ...forAccount, Principal: { AWS: rootArn('777788889999') }, Resource: undefined }]), [
      `consumer/app.json error ${CODE} ${NAMED}`,
    ]);
  });

  it('names what is left out by a grant that gives a part (docs/aws-rules.md 5.1, step 7)', () => {
    const grants = {
      Grants: [{ KeyId: KEY_ARN, GrantId: 'a', GranteePrincipal: userArn(CONSUMER, 'Stuart'), Operations: ['Decrypt'] }],
    };
    const files = (...actions: readonly string[]): HandshakeFiles => ({ ...stuart([], KEY_ARN, actions), 'producer/grants.json': grants });
    only(files('kms:Decrypt'), []);
    assert.match(findingsWithCode(files('kms:Decrypt', 'kms:Encrypt'), CODE)[0]?.message ?? '',
      /^user\/Stuart \(444455556666\) is denied kms:Encrypt: .*, and the grant for it is for other actions only\.$/);
  });

  it('is information for one ARN of all replicas, where another replica allows the identity (docs/aws-rules.md 6.2)', () => {
    const replica = (region: string) => `arn:aws:kms:${region}:${OWNER}:key/mrk-1234abcd12ab34cd56ef1234567890ab`;
    const files = (resource: unknown): HandshakeFiles => ({
      ...handshakeFiles({ keyPolicy: [FOR_BOB], identityPolicy: [{ Action: 'kms:Decrypt', Resource: resource }],
        identity: userArn(CONSUMER, 'Bob') }),
      'producer/eu.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' }] },
      'kms-handshake.json': {
        keys: [{ arn: replica('us-west-2'), policy: 'producer/key-policy.json' }, { arn: replica('eu-west-1'),
          policy: 'producer/eu.json' }],
        identities: [{ arn: userArn(CONSUMER, 'Bob'), policies: ['consumer/app.json'] }],
      },
    });
    only(files(replica('*')), [`consumer/app.json info ${CODE} ${JSON.stringify(`"${replica('*')}"`)}`]);
    assert.match(findingsWithCode(files(replica('*')), CODE)[0]?.message ?? '', /is denied access to the replica in eu-west-1: /);
    only(files([replica('us-west-2'), replica('eu-west-1')]), [
      `consumer/app.json error ${CODE} ${JSON.stringify(`"${replica('eu-west-1')}"`)}`,
    ]);
  });

  it('is not an error for a policy of any identity of the account', () => {
    const files = handshakeFiles({ keyPolicy: [FOR_BOB], identityPolicy: [{ Action: 'kms:Decrypt' }], identity: CONSUMER });
    only(files, []);
  });

  it('is a warning where the attachment is guessed, and none where the guess can be right', () => {
    const files = withoutManifest(handshakeFiles({ keyPolicy: [FOR_BOB], identityPolicy: [{ Action: 'kms:Decrypt' }] }));
    only(files, []);
  });

  it('leaves the key\'s own account to key-policy-not-delegating', () => {
    only(
      handshakeFiles({ keyPolicy: [{ Principal: { AWS: roleArn(OWNER) }, Action: 'kms:*' }], withOwnerStatement: false,
        identityPolicy: [{ Action: 'kms:Decrypt' }], identity: roleArn(OWNER, 'Other') }),
      [],
    );
  });

  describe('fixes', () => {
    it('add the identity beside the others', () => {
      const fixed = applyFix(stuart([FOR_BOB]), CODE, `Add ${userArn(CONSUMER, 'Stuart')}`);
      checkFindings(fixed, [], [CODE, 'action-not-allowed-by-key-policy']);
      const { Statement } = JSON.parse(fixed['producer/key-policy.json'] ?? '') as { Statement: { Principal: unknown }[] };
      assert.deepEqual(Statement[1]?.Principal, { AWS: [userArn(CONSUMER, 'Bob'), userArn(CONSUMER, 'Stuart')] });
    });

    it('allow the account', () => {
      const fixed = applyFix(stuart([FOR_BOB]), CODE, `Allow account ${CONSUMER} in`);
      checkFindings(fixed, [], [CODE, 'action-not-allowed-by-key-policy']);
    });

    it('write a new statement where none can be extended', () => {
      for (const title of ['Add ', 'Allow account']) {
        const fixed = applyFix(stuart([]), CODE, title);
        checkFindings(fixed, [], [CODE, 'action-not-allowed-by-key-policy', 'identity-policy-missing', 'action-unused-by-consumer']);
      }
    });

    it('are shown before they change the owner\'s file', () => {
      assert.ok(fixesWithCode(stuart([FOR_BOB]), CODE).every((fix) => fix.confirm));
    });
  });
});
