import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, userArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { handshakeFiles, withoutManifest, type HandshakeFiles } from '../support/handshake-files';

const CODE = 'action-not-allowed-by-key-policy';
const only = (files: HandshakeFiles, expected: readonly string[]): void =>
  checkFindings(files, expected.map((line) => `consumer/app.json ${line}`), [CODE]);

const DECRYPT_FOR_CONSUMER = { Sid: 'Partner', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' };

describe('action-not-allowed-by-key-policy', () => {
  it('is an error at the action that the key policy leaves out, in any case', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:encrypt'] }] }), [
      `error ${CODE} "\\"kms:encrypt\\""`,
    ]);
  });

  it('is silent where both lists are equal, and where the key policy gives kms:*', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: 'KMS:DECRYPT' }] }), []);
    only(
      handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_CONSUMER, Action: 'kms:*' }],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }),
      [],
    );
  });

  it('takes the actions of all statements of the key policy together', () => {
    only(handshakeFiles({
      keyPolicy: [DECRYPT_FOR_CONSUMER, { Principal: { AWS: [roleArn(CONSUMER)] }, Action: ['kms:Encrypt'] }],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:Sign'] }],
    }), [`error ${CODE} "\\"kms:Sign\\""`]);
  });

  it('is information for the uncovered part of a wildcard, and names it', () => {
    const files = handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_CONSUMER, Action: 'kms:GenerateDataKey' }],
      identityPolicy: [{ Action: 'kms:GenerateDataKey*' }] });
    only(files, [`info ${CODE} "\\"kms:GenerateDataKey*\\""`]);
    const [finding] = findingsWithCode(files, CODE);
    assert.match(finding?.message ?? '',
      /^role\/App \(444455556666\) is denied a part of kms:GenerateDataKey\*: .* does not allow kms:GenerateDataKeyPair, kms:GenerateDataKeyPairWithoutPlaintext and kms:GenerateDataKeyWithoutPlaintext, and/);
  });

  describe('a wildcard that covers nothing allowed (KMS Developer Guide, key-policy-modifying-external-accounts)', () => {
    const asking = (action: string, given: Record<string, unknown> = DECRYPT_FOR_CONSUMER,
      more: Record<string, unknown> = {}): HandshakeFiles =>
      handshakeFiles({ keyPolicy: [given], identityPolicy: [{ Action: ['kms:Decrypt', action], ...more }] });
    const error = (action: string): string => `error ${CODE} ${JSON.stringify(JSON.stringify(action))}`;
    const info = (action: string): string => error(action).replace('error', 'info');

    it('is an error like an action that is written out, in any case', () => {
      for (const action of ['kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:Describe*', 'KMS:generatedatakey*', 'kms:Encryp?', 'kms:*Mac',
        'kms:*Grant*', 'kms:Enc*']) only(asking(action), [error(action)]);
      const [finding] = findingsWithCode(asking('kms:GenerateDataKey*'), CODE);
      assert.equal(finding?.message, `role/App (${CONSUMER}) is denied kms:GenerateDataKey*: the policy of key 1234abcd… (${OWNER}) `
        + 'allows nothing that it covers, and across accounts both policies must allow a request. Only a grant could still allow it.');
    });

    it('is information where a part is left, under a condition too', () => {
      for (const action of ['kms:GenerateDataKey*', 'kms:Generate*'])
        only(asking(action, { ...DECRYPT_FOR_CONSUMER, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }), [info(action)]);
      only(handshakeFiles({
        keyPolicy: [DECRYPT_FOR_CONSUMER, { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:GenerateDataKey',
          Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }],
        identityPolicy: [{ Action: 'kms:GenerateDataKey*' }],
      }), [info('kms:GenerateDataKey*')]);
    });

    it('counts what can work on a key of another account only (KMS Developer Guide, kms-api-permissions-reference)', () => {
      only(asking('kms:Get*'), [error('kms:Get*')]);
      only(asking('kms:Get*', { ...DECRYPT_FOR_CONSUMER, Action: ['kms:Decrypt', 'kms:GetPublicKey'] }), [info('kms:Get*')]);
    });

    it('leaves what is meant for everything, kms:* and "*"', () => {
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: 'kms:*' }] }), [info('kms:*')]);
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: '*' }] }), []);
    });

    it('goes by the resource and the link like an action that is written out', () => {
      only(asking('kms:ReEncrypt*', DECRYPT_FOR_CONSUMER, { Resource: `arn:aws:kms:*:${OWNER}:key/*` }), [
        error('kms:ReEncrypt*').replace('error', 'warning'),
      ]);
      only(asking('kms:ReEncrypt*', DECRYPT_FOR_CONSUMER, { Resource: '*' }), [info('kms:ReEncrypt*')]);
      only(withoutManifest(asking('kms:ReEncrypt*')), [error('kms:ReEncrypt*').replace('error', 'warning')]);
      only(asking('kms:ReEncrypt*', { ...DECRYPT_FOR_CONSUMER, Action: ['kms:Decrypt', '${more}'] }), []);
    });

    it('is information where another key that the pattern in Resource reaches allows a part of it', () => {
      const files = asking('kms:GenerateDataKey*', DECRYPT_FOR_CONSUMER, { Resource: `arn:aws:kms:*:${OWNER}:key/*` });
      (files['kms-handshake.json'] as { keys: object[] }).keys.push({ arn: KEY_ARN.replace('1234abcd', '99999999'),
        policy: 'producer/second.json' });
      files['producer/second.json'] = { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*' }] };
      only(files, [info('kms:GenerateDataKey*')]);
    });

    it('counts only what the statement can ask for under its conditions (KMS Developer Guide, conditions-kms)', () => {
      const Condition = { StringEquals: { 'kms:EncryptionContext:app': 'reports' } };
      only(
        handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_CONSUMER, Action: ['kms:Decrypt', 'kms:DescribeKey'] }],
          identityPolicy: [{ Action: 'kms:De*', Condition }] }),
        [],
      );
      only(
        handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_CONSUMER, Action: 'kms:DescribeKey' }],
          identityPolicy: [{ Action: 'kms:De*', Condition }] }),
        [error('kms:De*')],
      );
    });

    it('holds in the key\'s own account', () => {
      only(handshakeFiles({
        keyPolicy: [{ Principal: { AWS: roleArn(OWNER) }, Action: 'kms:Decrypt' }], withOwnerStatement: false,
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:ReEncrypt*'] }], identity: roleArn(OWNER),
      }), [error('kms:ReEncrypt*')]);
    });

    it('is removed from the IAM policy, or added to the key policy as it is written', () => {
      const files = asking('kms:GenerateDataKey*');
      const removed = applyFix(files, CODE, 'Remove kms:GenerateDataKey* from the IAM policy');
      checkFindings(removed, [], [CODE]);
      assert.deepEqual(JSON.parse(removed['consumer/app.json'] ?? ''), { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Resource: KEY_ARN, Action: ['kms:Decrypt'] }] });
      const added = applyFix(files, CODE, 'Add kms:GenerateDataKey* to the key policy\'s statement "Partner"');
      checkFindings(added, [], [CODE]);
      const { Statement } = JSON.parse(added['producer/key-policy.json'] ?? '') as { Statement: { Action: unknown }[] };
      assert.deepEqual(Statement[1]?.Action, ['kms:Decrypt', 'kms:GenerateDataKey*']);
    });
  });

  it('is silent for what a statement without effect is meant to give (docs/aws-rules.md 1.2)', () => {
    const broken = { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Encrypt',
      Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/app` };
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER, broken], identityPolicy: [{ Action: ['kms:Encrypt', 'kms:Sign'] }] }), [
      `error ${CODE} "\\"kms:Sign\\""`,
    ]);
  });

  it('says that a policy without an attachment is taken as another account\'s', () => {
    const files = withoutManifest(
      handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }),
    );
    const [finding] = findingsWithCode(files, CODE);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding?.related[0]?.message ?? '', /allows only kms:Decrypt for other accounts/);
    assert.match(finding?.message ?? '',
      /^Other accounts are denied kms:Encrypt.* If this policy belongs to account 111122223333 itself, attach it there/);
  });

  it('raises nothing for Action "*" and NotAction', () => {
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: '*' }] }), []);
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ NotAction: 'iam:*' }] }), []);
  });

  it('looks at NotAction and Deny of the key policy as what they are', () => {
    only(
      handshakeFiles({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, NotAction: 'kms:Encrypt' }],
        identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }),
      [`error ${CODE} "\\"kms:Encrypt\\""`],
    );
  });

  it('finds the action in each of several identity policies', () => {
    const files = handshakeFiles({
      keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: 'kms:Encrypt' }],
      others: { 'consumer/more.json': { identityArn: roleArn(CONSUMER), policy: [{ Action: ['kms:Sign', 'kms:Decrypt'] }] } },
    });
    checkFindings(files, [`consumer/app.json error ${CODE} "\\"kms:Encrypt\\""`, `consumer/more.json error ${CODE} "\\"kms:Sign\\""`], [
      CODE,
    ]);
  });

  it('judges by the identity, not by the account alone', () => {
    const keyPolicy = [DECRYPT_FOR_CONSUMER, { Principal: { AWS: userArn(CONSUMER, 'Alice') }, Action: 'kms:Encrypt' }];
    only(handshakeFiles({ keyPolicy, identityPolicy: [{ Action: 'kms:Encrypt' }], identity: userArn(CONSUMER, 'Alice') }), []);
    only(handshakeFiles({ keyPolicy, identityPolicy: [{ Action: 'kms:Encrypt' }], identity: userArn(CONSUMER, 'Bob') }), [
      `error ${CODE} "\\"kms:Encrypt\\""`,
    ]);
  });

  it('works in the key\'s own account too', () => {
    only(handshakeFiles({
      keyPolicy: [{ Principal: { AWS: roleArn(OWNER) }, Action: 'kms:Decrypt' }], withOwnerStatement: false,
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }], identity: roleArn(OWNER),
    }), [`error ${CODE} "\\"kms:Encrypt\\""`]);
  });

  it('names a condition that never holds', () => {
    const files = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: '*' }, Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } }],
      identityPolicy: [{ Action: 'kms:Decrypt' }],
    });
    only(files, [`error ${CODE} "\\"kms:Decrypt\\""`]);
    assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', /kms:CallerAccount/);
  });

  it('leaves a condition on the Region to region-mismatch', () => {
    only(handshakeFiles({
      keyPolicy: [{ ...DECRYPT_FOR_CONSUMER, Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } }],
      identityPolicy: [{ Action: 'kms:Decrypt' }],
    }), []);
  });

  describe('with patterns in Resource', () => {
    const iam = (resource: string) => [{ Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: resource }];

    it('is information for every key, a warning for all keys of the account', () => {
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: iam('*') }), [`info ${CODE} "\\"kms:Encrypt\\""`]);
      only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: iam(`arn:aws:kms:*:${OWNER}:key/*`) }), [
        `warning ${CODE} "\\"kms:Encrypt\\""`,
      ]);
    });

    it('is silent where another key that the pattern reaches allows the action', () => {
      const files = handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: iam(`arn:aws:kms:*:${OWNER}:key/*`) });
      const second = KEY_ARN.replace('1234abcd', '99999999');
      const manifest = files['kms-handshake.json'] as { keys: object[] };
      manifest.keys.push({ arn: second, policy: 'producer/second.json' });
      files['producer/second.json'] = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Encrypt', Resource: '*' }],
      };
      only(files, []);
    });
  });

  it('is a single finding for several identities and keys at one value', () => {
    const files = handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER],
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: [KEY_ARN, KEY_ARN.replace('1234abcd', '99999999')] }] });
    const manifest = files['kms-handshake.json'] as { keys: object[]; identities: object[] };
    manifest.identities.push({ arn: userArn(CONSUMER), policies: ['consumer/app.json'] });
    manifest.keys.push({ arn: KEY_ARN.replace('1234abcd', '99999999'), policy: 'producer/second.json' });
    files['producer/second.json'] = files['producer/key-policy.json'] ?? {};
    only(files, [`error ${CODE} "\\"kms:Encrypt\\""`]);
    const related = findingsWithCode(files, CODE)[0]?.related.map(({ message }) => message).join(' ') ?? '';
    assert.match(related, /99999999/);
    assert.match(related, /user\/Bob/);
  });

  it('is a warning where the key policy is a fragment that may not be all', () => {
    only(
      handshakeFiles({
        keyPolicy: JSON.stringify({ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt',
          Resource: '*' }),
        identityPolicy: [{ Action: 'kms:Encrypt' }],
      }),
      [`warning ${CODE} "\\"kms:Encrypt\\""`],
    );
  });

  it('is not an error while the key policy is being typed', () => {
    const text = '{ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Principal": { "AWS": '
      + `"${rootArn(CONSUMER)}" }, "Action": "kms:Decrypt", "Resource": "*" },`;
    only(handshakeFiles({ keyPolicy: text, identityPolicy: [{ Action: 'kms:Encrypt' }] }), [`info ${CODE} "\\"kms:Encrypt\\""`]);
  });

  it('says that a grant could still allow the action, where one can', () => {
    const message = (action: string): string =>
      findingsWithCode(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: action }] }), CODE)[0]?.message ?? '';
    assert.match(message('kms:Encrypt'), /grant/);
    assert.doesNotMatch(message('kms:ListGrants'), /grant could/);
  });

  it('is a warning at most where links are guessed', () => {
    const files = withoutManifest(
      handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }] }),
    );
    only(files, [`warning ${CODE} "\\"kms:Encrypt\\""`]);
  });

  it('is information while a placeholder decides whether the statement is about the key', () => {
    only(handshakeFiles({
      keyPolicy: [DECRYPT_FOR_CONSUMER],
      identityPolicy: [{ Action: ['kms:Encrypt'], Resource: KEY_ARN.replace(OWNER, '${owner}') }],
    }), [`info ${CODE} "\\"kms:Encrypt\\""`]);
  });

  it('is silent while a placeholder may be the missing action', () => {
    only(
      handshakeFiles({ keyPolicy: [{ ...DECRYPT_FOR_CONSUMER, Action: ['kms:Decrypt', '${more}'] }],
        identityPolicy: [{ Action: 'kms:Encrypt' }] }),
      [],
    );
  });

  it('finds the action inside AWS CLI output', () => {
    const document = JSON.stringify({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: KEY_ARN }] });
    const text = JSON.stringify({ RoleName: 'App', PolicyName: 'kms', PolicyDocument: document }, null, 2);
    only(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: text }), [
      `error ${CODE} ${JSON.stringify('\\"kms:Encrypt\\"')}`,
    ]);
  });

  it('points to the statement that allows the account', () => {
    const [finding] = findingsWithCode(handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: 'kms:Encrypt' }] }),
      CODE);
    assert.deepEqual(finding?.related.map(({ message }) => message), [`Key policy of ${KEY_ARN}: the statement "Partner" allows only `
      + 'kms:Decrypt for role/App of account 444455556666.']);
  });

  it('is removed from the IAM policy', () => {
    const files = handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:encrypt'] }] });
    const fixed = applyFix(files, CODE, 'Remove kms:encrypt');
    checkFindings(fixed, [], [CODE]);
    assert.deepEqual(JSON.parse(fixed['consumer/app.json'] ?? ''), { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Resource: KEY_ARN, Action: ['kms:Decrypt'] }] });
    assert.equal(fixed['producer/key-policy.json'], `${JSON.stringify(files['producer/key-policy.json'], null, 2)}\n`);
  });

  it('is added to the key policy, after a look at the change', () => {
    const files = handshakeFiles({ keyPolicy: [DECRYPT_FOR_CONSUMER], identityPolicy: [{ Action: ['kms:Decrypt', 'kms:encrypt'] }] });
    const title = 'Add kms:Encrypt to the key policy\'s statement "Partner"';
    assert.equal(fixesWithCode(files, CODE).find((fix) => fix.title === title)?.confirm, true);
    const fixed = applyFix(files, CODE, title);
    checkFindings(fixed, [], [CODE]);
    const { Statement } = JSON.parse(fixed['producer/key-policy.json'] ?? '') as { Statement: { Action: unknown }[] };
    assert.deepEqual(Statement[1]?.Action, ['kms:Decrypt', 'kms:Encrypt']);
  });
});
