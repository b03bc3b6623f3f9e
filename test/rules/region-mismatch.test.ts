import assert from 'node:assert';
import { CONSUMER, KEY_ARN, keyArn, MULTI_REGION_KEY_ID, OWNER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles, withoutManifest, type HandshakeFiles } from '../support/handshake-files';

const CODE = 'region-mismatch';
const IRELAND = KEY_ARN.replace('us-west-2', 'eu-west-1');
const MRK = keyArn(MULTI_REGION_KEY_ID);
const DECRYPT_FOR_EXT = { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' };
const asking = (resource: unknown, more: object = {}) => [{ Action: 'kms:Decrypt', Resource: resource, ...more }];
const via = (region: string, operator = 'StringEquals') => ({
  Condition: { [operator]: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
});
const only = expectFindingsWithCode(CODE);

describe('region-mismatch', () => {
  it('is an error at the Region of an ARN that is not the key\'s', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND) }), [
      `consumer/app.json error ${CODE} "eu-west-1"`,
    ]);
  });

  it('is the only finding across files then', () => {
    const findings = findingsWithCode(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND) }), CODE);
    assert.equal(findings.length, 1);
    checkFindings(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND) }), [
      `consumer/app.json error ${CODE} "eu-west-1"`,
    ], [CODE, 'action-not-allowed-by-key-policy', 'identity-policy-missing', 'identity-not-in-key-policy', 'key-policy-missing',
      'action-unused-by-consumer', 'missing-key-arn-resource']);
  });

  it('is silent for the same Region and for patterns', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN) }), []);
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN.replace('us-west-2', '*')) }), []);
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN.replace('us-west-2', 'us-west-?')) }), []);
  });

  it('is silent for a key of its own in the other Region', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND.replace('1234abcd', '99999999')) }), []);
  });

  it('finds one wrong value in a list', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking([KEY_ARN, IRELAND]) }), [
      `consumer/app.json error ${CODE} "eu-west-1"`,
    ]);
  });

  it('leaves a wrong account to account-mismatch', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND.replace(OWNER, CONSUMER)) }), []);
  });

  it('is silent while the Region is a placeholder or the ARN is not sound', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN.replace('us-west-2', '${region}')) }), []);
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(`${IRELAND}\n`) }), []);
  });

  it('is a warning where the link to the key is guessed', () => {
    const files = withoutManifest(
      handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN),
        others: { 'consumer/other.json': { identityArn: roleArn(CONSUMER), policy: asking(IRELAND) } } }),
    );
    for (const finding of findingsWithCode(files, CODE)) assert.equal(finding.severity, 'warning');
  });

  it('finds the Region inside AWS CLI output', () => {
    const document = JSON.stringify({ Version: '2012-10-17',
      Statement: asking(IRELAND).map((statement) => ({ Effect: 'Allow', ...statement })) });
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: JSON.stringify({ PolicyDocument: document }) }), [
      `consumer/app.json error ${CODE} "eu-west-1"`,
    ]);
  });

  describe('of a multi-Region key', () => {
    it('is a warning where the workspace has the policy for other Regions only', () => {
      only(handshakeFiles({ key: MRK, keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(MRK.replace('us-west-2', 'us-east-1')) }), [
        `consumer/app.json warning ${CODE} "us-east-1"`,
      ]);
    });

    it('is silent for the Region that has a policy, and for all Regions', () => {
      only(handshakeFiles({ key: MRK, keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(MRK) }), []);
      only(handshakeFiles({ key: MRK, keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(MRK.replace('us-west-2', '*')) }), []);
    });

    it('is silent where the replica has a policy of its own', () => {
      const files = handshakeFiles({ key: MRK, keyPolicy: [DECRYPT_FOR_EXT],
        identityPolicy: asking(MRK.replace('us-west-2', 'us-east-1')) });
      const manifest = files['kms-handshake.json'] as { keys: object[] };
      manifest.keys.push({ arn: MRK.replace('us-west-2', 'us-east-1'), policy: 'producer/replica.json' });
      files['producer/replica.json'] = files['producer/key-policy.json'] ?? {};
      only(files, []);
    });
  });

  describe('of two ARNs with one key id', () => {
    const twins = (first: string, second: string): HandshakeFiles => ({
      'a.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: first }] },
      'b.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: second }] },
    });

    it('is a warning on each, though nothing else is known', () => {
      only(twins(KEY_ARN, IRELAND), [`a.json warning ${CODE} ${JSON.stringify(`"${KEY_ARN}"`)}`,
        `b.json warning ${CODE} ${JSON.stringify(`"${IRELAND}"`)}`]);
    });

    const titles = (files: HandshakeFiles, path: string) =>
      fixesWithCode(files, CODE, path).map(({ title, preferred }) => [title, preferred]);

    it('offers each in place of the other, and prefers none', () => {
      const files = twins(KEY_ARN, IRELAND);
      assert.deepEqual(titles(files, 'a.json'), [[`Use ${IRELAND}`, false]]);
      assert.deepEqual(titles(files, 'b.json'), [[`Use ${KEY_ARN}`, false]]);
      checkFindings(applyFix(files, CODE, '', 'a.json'), [], [CODE]);
      const three = { ...twins(KEY_ARN, IRELAND), 'c.json': (twins('', KEY_ARN.replace('us-west-2', 'eu-central-1'))['b.json'] ?? {}) };
      assert.equal(fixesWithCode(three, CODE, 'a.json').length, 2);
    });

    it('prefers the one that a declaration, AWS CLI output or a key policy has, and leaves that as it is', () => {
      const known: HandshakeFiles[] = [
        { 'kms-handshake.json': { keys: [{ arn: KEY_ARN }] } },
        { 'key.json': { KeyMetadata: { Arn: KEY_ARN, KeyId: KEY_ARN.split('/')[1], KeyManager: 'CUSTOMER' } } },
      ];
      for (const more of known) {
        const files = { ...twins(KEY_ARN, IRELAND), ...more };
        assert.deepEqual(titles(files, 'a.json'), []);
        assert.deepEqual(titles(files, 'b.json'), [[`Use ${KEY_ARN}`, true]]);
        checkFindings(applyFix(files, CODE, '', 'b.json'), [], [CODE]);
      }
      const both = { ...twins(KEY_ARN, IRELAND), 'kms-handshake.json': { keys: [{ arn: KEY_ARN }, { arn: IRELAND }] } };
      assert.deepEqual(titles(both, 'b.json'), [[`Use ${KEY_ARN}`, false]]);
    });

    it('replaces every value of the policy, keeps its other text, and lists no ARN twice', () => {
      const text = (list: string, name: string) => `{ "Version": "2012-10-17", "Statement": [\n  { "Effect": "Allow", "Action": `
        + `"kms:Decrypt", "Resource": [${list}] },\n  { "Effect": "Deny",  "Action": "kms:Encrypt", "Resource": "${name}" } ] }`;
      const files = { 'a.json': text(`"${IRELAND}", "${KEY_ARN}"`, IRELAND) };
      assert.equal(applyFix(files, CODE, `Use ${KEY_ARN}`)['a.json'], text(`"${KEY_ARN}"`, KEY_ARN));
    });

    it('is mended inside AWS CLI output; what a placeholder says, and outputs about keys, are not edited', () => {
      const output = {
        PolicyDocument: JSON.stringify({ Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: IRELAND }] }),
      };
      const files = { 'a.json': twins(KEY_ARN, '')['a.json'] ?? {}, 'out.json': output };
      checkFindings(applyFix(files, CODE, '', 'out.json'), [], [CODE]);
      const filled = { ...twins(KEY_ARN, IRELAND.replace('eu-west-1', '${region}')),
        'kms-handshake.json': { placeholders: [{ files: ['b.json'], values: { region: 'eu-west-1' } }] } };
      assert.deepEqual(titles(filled, 'b.json'), []);
      const described = { 'key.json': { KeyMetadata: { Arn: IRELAND, KeyId: KEY_ARN.split('/')[1] } },
        'a.json': twins(KEY_ARN, '')['a.json'] ?? {} };
      assert.deepEqual(titles(described, 'key.json'), []);
    });

    it('is silent for replicas of a multi-Region key', () => {
      only(twins(MRK, MRK.replace('us-west-2', 'eu-west-1')), []);
    });
  });

  describe('in conditions', () => {
    it('is an error where kms:ViaService names another Region than the key\'s', () => {
      only(handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_EXT, ...via('eu-west-1') }], identityPolicy: asking(KEY_ARN) }), [
        `producer/key-policy.json error ${CODE} "eu-west-1"`,
      ]);
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN, via('eu-west-1')) }), [
        `consumer/app.json error ${CODE} "eu-west-1"`,
      ]);
    });

    it('is silent for the key\'s Region, patterns, IfExists and negation', () => {
      for (const condition of [via('us-west-2'), via('*', 'StringLike'), via('eu-west-1', 'StringEqualsIfExists'),
        via('eu-west-1', 'StringNotEquals')]) {
        only(handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_EXT, ...condition }], identityPolicy: asking(KEY_ARN, condition) }), []);
      }
    });

    it('is information for one of several values, and nothing for a multi-Region key', () => {
      const both = { Condition: { StringEquals: { 'kms:ViaService': ['s3.us-west-2.amazonaws.com', 's3.eu-west-1.amazonaws.com'] } } };
      only(handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_EXT, ...both }], identityPolicy: asking(KEY_ARN) }), [
        `producer/key-policy.json info ${CODE} "eu-west-1"`,
      ]);
      only(handshakeFiles({ key: MRK, keyPolicy: [{ ...DECRYPT_FOR_EXT, ...both }], identityPolicy: asking(MRK) }), []);
    });

    it('is an error where aws:RequestedRegion leaves out the key\'s Region', () => {
      const requested = (region: unknown) => ({ Condition: { StringEquals: { 'aws:RequestedRegion': region } } });
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN, requested(['eu-west-1', 'eu-central-1'])) }),
        [`consumer/app.json error ${CODE} "eu-west-1"`, `consumer/app.json error ${CODE} "eu-central-1"`]);
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN, requested(['eu-west-1', 'us-west-2'])) }), []);
    });

    it('takes the Region from the key where the ARN is a pattern', () => {
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN.replace('us-west-2', '*'), via('eu-west-1')) }), [
        `consumer/app.json error ${CODE} "eu-west-1"`,
      ]);
    });
  });

  describe('for the resources of the key (Amazon S3 User Guide, UsingKMSEncryption: key and bucket are in one Region)', () => {
    const near = (regions: readonly string[], files: HandshakeFiles): HandshakeFiles => {
      const manifest = files['kms-handshake.json'] as { identities: object[] };
      return { ...files,
        'kms-handshake.json': { ...manifest,
          identities: manifest.identities.map((identity) => ({ ...identity, resourceRegions: regions })) } };
    };
    const inIreland = (resource: unknown, more: object = {}, action: unknown = 'kms:Decrypt') =>
      near(['eu-west-1'],
        handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_EXT, Action: ['kms:Decrypt', 'kms:Sign', 'kms:DescribeKey'] }],
          identityPolicy: [{ Action: action, Resource: resource, ...more }] }));
    const FAR = `consumer/app.json error ${CODE} "us-west-2"`;

    it('is an error at the Region of a key in none of theirs', () => {
      only(inIreland(KEY_ARN), [FAR]);
      only(inIreland(KEY_ARN.replace(/key\/.*/, 'key/*')), [FAR]);
      only(inIreland(KEY_ARN.replace('us-west-2', 'us-*')), [`consumer/app.json error ${CODE} "us-*"`]);
      only(near(['eu-west-1'], handshakeFiles({ identityPolicy: asking(KEY_ARN) })), [FAR]);
      only(near(['eu-west-1'], handshakeFiles({ identityPolicy: asking(KEY_ARN), identity: CONSUMER })), [FAR]);
    });

    it('says where they are and who says so', () => {
      const [finding] = findingsWithCode(inIreland(KEY_ARN), CODE);
      assert.match(finding?.message ?? '', /^role\/App \(444455556666\) cannot use keys in us-west-2: its resources are in eu-west-1, /);
      assert.match(finding?.related[0]?.at.uri ?? '', /kms-handshake\.json$/);
    });

    it('is silent where one of them has the key, and for all Regions', () => {
      only(near(['eu-west-1', 'us-west-2'], handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN) })), []);
      only(near([], handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(KEY_ARN) })), []);
      for (const resource of ['*', `arn:aws:kms:*:${OWNER}:key/*`, MRK.replace('us-west-2', '*'),
        KEY_ARN.replace('us-west-2', '${aws:RequestedRegion}'), KEY_ARN.replace('us-west-2', '${region}')]) {
        only(inIreland(resource), []);
      }
    });

    it('takes the Region from the key where the ARN is a pattern', () => {
      only(inIreland(KEY_ARN.replace('us-west-2', '*')), [`consumer/app.json error ${CODE} "*"`]);
    });

    it('is silent for Deny, for what no service does, and for other services', () => {
      only(inIreland(KEY_ARN, { Effect: 'Deny' }), []);
      only(inIreland(KEY_ARN, {}, ['kms:Sign', 'kms:DescribeKey']), []);
      only(
        inIreland([KEY_ARN.replace('us-west-2', 'eu-west-1').replace('1234abcd', '99999999'), 'arn:aws:sqs:us-west-2:444455556666:queue']),
        [],
      );
    });

    it('is not reported where the ARN misses the key', () => {
      only(inIreland(IRELAND), [`consumer/app.json error ${CODE} "eu-west-1"`]);
      only(inIreland(KEY_ARN.replace('us-west-2', 'us-east-1')), [`consumer/app.json error ${CODE} "us-east-1"`]);
      only(inIreland(KEY_ARN.replace(OWNER, CONSUMER)), []);
    });

    it('holds for the declared identity, however its policies are attached, and for it alone', () => {
      const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }] };
      const files = (arn: string): HandshakeFiles => ({
        'kms-handshake.json': { identities: [{ arn, resourceRegions: ['eu-west-1'] }] },
        [`accounts/${CONSUMER}/role/App/policy.json`]: policy,
      });
      only(files(roleArn(CONSUMER)), [`accounts/${CONSUMER}/role/App/policy.json error ${CODE} "us-west-2"`]);
      only(files(roleArn(CONSUMER, 'Other')), []);
    });

    it('is mended by their Region, or by a key there that allows the identity', () => {
      checkFindings(applyFix(inIreland(KEY_ARN.replace(/key\/.*/, 'key/*')), CODE, 'Replace us-west-2 with eu-west-1'), [], [CODE]);
      const titles = (files: HandshakeFiles) => fixesWithCode(files, CODE).map(({ title, preferred }) => [title, preferred]);
      assert.deepEqual(titles(inIreland(KEY_ARN)), []);
      assert.deepEqual(titles(inIreland(MRK)), [['Replace us-west-2 with eu-west-1', false]]);
      const there = IRELAND.replace('1234abcd', '99999999');
      const files = inIreland(KEY_ARN);
      const manifest = files['kms-handshake.json'] as { keys: object[] };
      manifest.keys.push({ arn: there, policy: 'producer/ireland.json' });
      files['producer/ireland.json'] = files['producer/key-policy.json'] ?? {};
      assert.deepEqual(titles(files), [[`Use ${there}`, false]]);
      checkFindings(applyFix(files, CODE), [], [CODE]);
    });
  });

  it('is mended by the key\'s Region, and nothing else changes', () => {
    const files = handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND) });
    const fixed = applyFix(files, CODE, 'Replace eu-west-1 with us-west-2');
    checkFindings(fixed, [], [CODE]);
    assert.equal(fixed['consumer/app.json'], `${JSON.stringify(files['consumer/app.json'], null, 2).replace('eu-west-1', 'us-west-2')}\n`);
    const condition = handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_EXT, ...via('eu-west-1') }], identityPolicy: asking(KEY_ARN) });
    checkFindings(applyFix(condition, CODE, 'us-west-2'), [], [CODE]);
  });

  it('warns of CloudWatch Logs of other Regions alone (CloudWatch Logs User Guide, encrypt-log-data-kms)', () => {
    const logs = (...services: readonly string[]): HandshakeFiles => handshakeFiles({ keyPolicy: [{
      Principal: { Service: services }, Action: ['kms:Decrypt*', 'kms:Encrypt*'],
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-west-1:${OWNER}:*` } },
    }] });
    only(logs('logs.eu-west-1.amazonaws.com'), [`producer/key-policy.json warning ${CODE} "eu-west-1"`]);
    only(logs('logs.eu-west-1.amazonaws.com', 'logs.us-west-2.amazonaws.com'), []);
    only(logs('logs.amazonaws.com'), []);
    only(logs('logs.${region}.amazonaws.com', 'logs.eu-west-1.amazonaws.com'), []);
    // SNS of an opt-in Region delivers to queues elsewhere.
    only(logs('sns.eu-south-1.amazonaws.com', 'delivery.logs.amazonaws.com'), []);
    only(handshakeFiles({ keyPolicy: [{ Effect: 'Deny', Principal: { Service: 'logs.eu-west-1.amazonaws.com' }, Action: 'kms:Decrypt' }] }),
      []);
    const fixed = applyFix(logs('logs.eu-west-1.amazonaws.com'), CODE, 'Replace eu-west-1 with us-west-2');
    only(fixed, []);
    assert.match(fixed['producer/key-policy.json'] ?? '', /arn:aws:logs:us-west-2:/);
  });

  it('says where the key\'s Region comes from', () => {
    const [finding] = findingsWithCode(handshakeFiles({ keyPolicy: [DECRYPT_FOR_EXT], identityPolicy: asking(IRELAND) }), CODE);
    assert.match(finding?.message ?? '', /us-west-2.*eu-west-1/);
    assert.match(finding?.related[0]?.message ?? '', /declared/);
  });
});
