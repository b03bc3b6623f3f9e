import assert from 'node:assert/strict';
import { EXPLANATION_SCOPE, type Explanation } from '../../../server/src/core/queries/explain';
import { explanationPage } from '../../../server/src/core/queries/explanation-page';
import { CONSUMER, identityPolicyAllow, KEY_ARN, keyArn, keyPolicyAllow, OWNER, ROLE_ARN, roleArn, rootArn } from '../../support/fixtures';
import { handshakeFiles, type HandshakeSetup } from '../../support/handshake-files';
import { fileText } from '../../support/world-of-files';
import { placerOf, answered, said } from './explanation-of-files';

describe('answers: explain, an Allow for some networks (KMS Developer Guide, vpce-policy-condition)', () => {
  const endpoint = { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } } };
  const notesWith = (action: string, ...others: Record<string, unknown>[]): string => {
    const answer = answered(
      handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', endpoint), ...others],
        identityPolicy: [identityPolicyAllow('kms:Decrypt'), identityPolicyAllow(action, { Resource: '*' })] }),
    );
    assert.equal(answer.outcome, 'conditional');
    return answer.notes.join(' ');
  };

  it('notes that calls of a service that the IAM policy shows do not come from there', () => {
    assert.equal(notesWith('s3:GetObject'),
      'The IAM policy has s3 (s3:GetObject) use the key. When a service calls KMS for a user, the call may come from the service\'s '
        + 'network, and aws:SourceVpce then has another value or is missing: those calls are not allowed.');
  });

  it('notes nothing for direct callers, and where those calls have a statement of their own', () => {
    assert.equal(notesWith('ec2:DescribeInstances'), '');
    assert.equal(
      notesWith('s3:GetObject',
        keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', {
          Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
        })),
      '',
    );
  });
});

describe('answers: explain, the sentence', () => {
  it('names the conditions that no request meets together, step by step, with the change that helps', () => {
    const under = (service: string): object => ({
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } },
    });
    const answer = answered(
      handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', under('s3'))],
        identityPolicy: [identityPolicyAllow('kms:Decrypt', under('sqs'))] }),
    );
    assert.equal(answer.sentence, 'Denied: the key policy (producer/key-policy.json:22) allows kms:Decrypt only if kms:ViaService '
      + 'StringEquals s3.us-west-2.amazonaws.com and the IAM policy (consumer/app.json:10) allows kms:Decrypt only if kms:ViaService '
      + 'StringEquals sqs.us-west-2.amazonaws.com: no request meets both.');
    assert.deepEqual(answer.steps.map(({ half, outcome }) => `${half} ${outcome}`), [
      'accounts allowed', 'key-policy conditional', 'identity-policy conditional', 'grants denied', 'denies allowed',
    ]);
    assert.match(answer.remedy?.advice ?? '',
      /^Change one of these conditions, so that one request can meet them all: kms:ViaService StringEquals s3\..*producer\/key-policy\.json:22.* and .*consumer\/app\.json:10/);
    assert.deepEqual(answer.remedy?.changes, []);
  });

  it('does not say that a statement allows what its condition keeps from it (KMS Developer Guide, kms-api-permissions-reference)', () => {
    const under = { Condition: { StringEquals: { 'kms:EncryptionContext:app': 'reports' } } };
    const files = handshakeFiles({ keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Encrypt')],
      identityPolicy: [identityPolicyAllow(['kms:Encrypt', 'kms:Sign'], under)] });
    const { sentence, outcome } = answered(files, 'kms:Sign');
    assert.equal(outcome, 'denied');
    assert.match(sentence,
      /no IAM policy of role\/App .* allows kms:Sign on this key \(consumer\/app\.json:\d+ allows it only if kms:EncryptionContext:app StringEquals reports, which is never the case\)\.$/);
    assert.doesNotMatch(sentence, /kms:Encrypt and kms:Sign/);
  });

  it('says that a Deny applies if all of its conditions hold (reference_policies_condition-logic-multiple-context-keys-or-values)', () => {
    const deny = { Effect: 'Deny',
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com', 'kms:EncryptionContext:app': 'x' } } };
    const { sentence } = answered(
      handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyAllow('*', 'kms:*', deny)],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
    );
    assert.match(sentence,
      /, unless kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com and kms:EncryptionContext:app StringEquals x\.$/);
    const inSession = { ...deny, Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    const session = `arn:aws:sts::${CONSUMER}:assumed-role/App/draft`;
    const limited = answered(
      handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyAllow(session, 'kms:*', inSession)],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
    );
    assert.match(limited.sentence, /, unless kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com in the session draft\.$/);
  });

  it('says about a Deny under the condition of the Allow that every request is denied', () => {
    const under = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    const answer = answered(
      handshakeFiles({
        keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', under), keyPolicyAllow('*', 'kms:*', { Effect: 'Deny', ...under })],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')],
      }),
    );
    assert.match(answer.sentence,
      /^Denied: the key policy .* allows kms:Decrypt only if kms:ViaService .* and the key policy .* denies it if kms:ViaService .*, so every request is denied\.$/);
    assert.match(answer.remedy?.advice ?? '', /be allowed without being denied/);
  });

  it('says about a statement with conditions that exclude each other that no request meets both', () => {
    const never = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, Null: { 'kms:ViaService': 'true' } } };
    const answer = answered(
      handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', never)],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
    );
    assert.match(answer.sentence,
      /allows kms:Decrypt only if kms:ViaService StringEquals s3.* and kms:ViaService Null true: no request meets both\.$/);
    assert.equal(answer.steps[1]?.outcome, 'denied');
  });

  const APP = `role/App of account ${CONSUMER}`;

  it('says what is there instead, at the action that matters', () => {
    assert.equal(
      said({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
        identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])] }, 'kms:Encrypt'),
      `Denied: the key policy (producer/key-policy.json:19) allows only kms:Decrypt for account ${CONSUMER}; kms:Encrypt in `
        + 'consumer/app.json:9 has no effect.',
    );
    assert.equal(
      said({ keyPolicy: [keyPolicyAllow(ROLE_ARN, ['kms:Decrypt', 'kms:Describe*'])],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')] }, 'kms:Encrypt'),
      `Denied: the key policy (producer/key-policy.json:19) allows only kms:Decrypt and kms:DescribeKey for ${APP}; besides, no IAM `
        + `policy of ${APP} in the workspace allows kms:Encrypt on this key (consumer/app.json:7 allows kms:Decrypt only).`);
  });

  it('says both halves when both allow', () => {
    assert.equal(said({ keyPolicy: [keyPolicyAllow('*', 'kms:Decrypt')], identityPolicy: [identityPolicyAllow('kms:*')] }),
      'Allowed: the key policy (producer/key-policy.json:19) allows kms:Decrypt for everybody, and the IAM policy '
        + '(consumer/app.json:7) allows it.');
  });

  it('names whom the key policy allows instead', () => {
    assert.equal(
      said({ keyPolicy: [keyPolicyAllow(roleArn(CONSUMER, 'Other'), 'kms:Decrypt')],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
      `Denied: the key policy (producer/key-policy.json:17) allows role/Other of account ${CONSUMER}, but neither ${APP} nor the `
        + 'whole account; kms:Decrypt in consumer/app.json:7 has no effect.',
    );
    assert.match(
      said({ keyPolicy: [keyPolicyAllow(rootArn('777788889999'), 'kms:Decrypt')], identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
      /^Denied: the key policy \(producer\/key-policy\.json:1\) allows nobody in account 444455556666, only account 111122223333 and account 777788889999; /,
    );
  });

  it('says what the IAM policies have instead', () => {
    const key = [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')];
    assert.match(
      said({ keyPolicy: key,
        identityPolicy: [identityPolicyAllow('kms:Decrypt', { Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/app` })] }),
      /would allow it, but no IAM policy of role\/App .* \(consumer\/app\.json:7 allows it on other resources only\)\.$/,
    );
    assert.match(said({ keyPolicy: key, identityPolicy: [identityPolicyAllow('kms:Encrypt')] }), /\(consumer\/app\.json:7 allows kms:Encrypt only\)\.$/);
    assert.match(
      said({ keyPolicy: key,
        identityPolicy: [identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })] }),
      /^Denied: the IAM policy \(consumer\/app\.json:6\) names this key in another Region, but it lives in us-west-2\.$/,
    );
    assert.match(
      said({ keyPolicy: key, identityPolicy: [identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace(OWNER, '777788889999') })] }),
      /^Denied: the IAM policy \(consumer\/app\.json:6\) names this key in another account, but account 111122223333 owns it\.$/,
    );
  });

  it('points at the Deny, and at the condition that is never true', () => {
    assert.match(
      said({
        keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*'), { ...keyPolicyAllow('*', ['kms:Encrypt', 'kms:Decrypt']), Effect: 'Deny' }],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')],
      }),
      /^Denied: the key policy denies kms:Decrypt \(producer\/key-policy\.json:29\), and no Allow overrides a Deny\.$/,
    );
    assert.match(
      said({ keyPolicy: [keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } })],
        identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
      /^Denied: the key policy \(producer\/key-policy\.json:22\) allows kms:Decrypt only if kms:CallerAccount StringEquals 111122223333, which is never the case for role\/App of account 444455556666; kms:Decrypt in consumer\/app\.json:7 has no effect\.$/,
    );
  });

  it('is one sentence for every cause', () => {
    const scenes: readonly (readonly [HandshakeSetup, string?, string?])[] = [
      [{ identityPolicy: [identityPolicyAllow('kms:Decrypt')] }],
      [{ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*')], identityPolicy: [identityPolicyAllow('kms:*')] }, 'kms:PutKeyPolicy'],
      [{ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*')], identityPolicy: [identityPolicyAllow('kms:*')] }, 'kms:RetireGrant'],
      [{ withOwnerStatement: false, keyPolicy: [keyPolicyAllow(roleArn(OWNER, 'Admin'), 'kms:*')],
        identityPolicy: [identityPolicyAllow('kms:*')], identity: roleArn(OWNER) }, 'kms:Decrypt', roleArn(OWNER)],
      [{ keyPolicy: [keyPolicyAllow('arn:aws:iam::${account}:root', 'kms:*')], identityPolicy: [identityPolicyAllow('kms:*')] }],
      [{ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*')], identityPolicy: [identityPolicyAllow('kms:*')],
        identity: roleArn(CONSUMER, 'App', 'aws-cn') }, 'kms:Decrypt', roleArn(CONSUMER, 'App', 'aws-cn')],
      [{
        keyPolicy: [
          keyPolicyAllow(`arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`, 'kms:*'),
        ],
      }, 'kms:Decrypt', `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`],
    ];
    for (const [of, action, identity] of scenes) assert.match(said(of, action, identity), /^(Denied|Unknown): [a-z][^\n]*\.$/);
  });
});

describe('answers: explain, what the workspace does not know', () => {
  it('is unknown for an identity without any policy, unless the key policy denies already', () => {
    const files = handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')] });
    const stranger = roleArn(CONSUMER, 'Stranger');
    const answer = answered(files, 'Decrypt', stranger);
    assert.deepEqual([answer.outcome, answer.reason], ['unknown', 'identity-policy-missing']);
    assert.match(answer.sentence, /^Unknown: the workspace contains no policy of role\/Stranger of account 444455556666/);
    assert.deepEqual(answer.notes, [`Nothing in the workspace names ${stranger}.`]);
    assert.deepEqual(answer.remedy?.changes, []);
    assert.equal(answered(files, 'Encrypt', stranger).outcome, 'denied');
    assert.equal(answered(files, 'Decrypt', roleArn('777788889999')).outcome, 'denied');
    // AWS's policy of this role has no action of KMS (EC2 Auto Scaling User Guide, key-policy-requirements-EBS-encryption).
    const autoScaling = answered(files, 'Decrypt',
      roleArn(CONSUMER, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'));
    assert.deepEqual([autoScaling.outcome, autoScaling.reason], ['denied', 'needs-grant']);
  });

  it('is denied for an identity that is known to have no such policy', () => {
    const answer = answered(handshakeFiles({ keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')] }));
    assert.deepEqual([answer.outcome, answer.reason], ['denied', 'identity-policy-missing']);
  });

  it('is unknown where an output names policies of the identity without showing them (AWS CLI Command Reference, '
    + 'get-account-authorization-details --filter)', () => {
    const inline = [{ PolicyName: 'p',
      PolicyDocument: { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', ...identityPolicyAllow('kms:Encrypt', { Resource: KEY_ARN }) }] } }];
    const dump = {
      RoleDetailList: [{ RoleName: 'App', Path: '/', Arn: ROLE_ARN, RolePolicyList: inline,
        AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] }],
      Policies: [],
    };
    const answer = answered({ ...handshakeFiles({ keyPolicy: [keyPolicyAllow(ROLE_ARN, ['kms:Decrypt', 'kms:Encrypt'])] }),
      'dump.json': dump });
    assert.deepEqual([answer.outcome, answer.reason], ['unknown', 'identity-policy-missing']);
    assert.match(answer.sentence,
      /allows kms:Decrypt on this key, and AdministratorAccess, which the identity has too, is not in the workspace \(dump\.json:\d+ allows kms:Encrypt only\)\.$/);
    assert.equal(answer.steps.find(({ half }) => half === 'identity-policy')?.outcome, 'unknown');
    assert.match(answer.remedy?.advice ?? '', /get-account-authorization-details/);
  });

  it('is unknown for a key whose policy is missing, and denied where the other half is missing too', () => {
    const other = keyArn('00000000-0000-4000-8000-000000000009');
    const files = handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt', { Resource: '*' })] });
    const answer = answered(files, 'Decrypt', ROLE_ARN, other);
    assert.deepEqual([answer.outcome, answer.reason, answer.notes.at(-1)], ['unknown', 'key-policy-missing',
      `The workspace contains no key ${other}.`]);
    assert.match(answer.remedy?.advice ?? '',
      /aws kms get-key-policy --key-id arn:aws:kms:us-west-2:111122223333:key\/00000000-0000-4000-8000-000000000009/);
    assert.equal(answered(files, 'Encrypt', ROLE_ARN, other).outcome, 'denied');
    assert.equal(answered(files, 'Decrypt', ROLE_ARN, 'alias/unknown').outcome, 'unknown');
  });
});

describe('answers: explain, half by half', () => {
  const steps = (answer: Explanation): string[] => answer.steps.map(({ half, outcome }) => `${half}: ${outcome}`);

  it('judges each half by itself, in the order of the evaluation', () => {
    const files = handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])] });
    assert.deepEqual(steps(answered(files)), ['accounts: allowed', 'key-policy: allowed', 'identity-policy: allowed', 'grants: not-needed',
      'denies: allowed']);
    assert.deepEqual(steps(answered(files, 'Encrypt')), ['accounts: allowed', 'key-policy: denied', 'identity-policy: allowed',
      'grants: denied', 'denies: allowed']);
  });

  it('says that a grant alone would do, and that none could', () => {
    const files = handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:*')] });
    assert.match(answered(files, 'Encrypt').steps[3]?.message ?? '',
      /contains no grant on this key .*; a grant would allow it without any statement$/);
    assert.equal(answered(files, 'PutKeyPolicy').steps[3]?.message, 'No grant can give kms:PutKeyPolicy');
  });

  it('takes list-grants output as facts', () => {
    const grant = { KeyId: KEY_ARN, GranteePrincipal: ROLE_ARN, Operations: ['Decrypt', 'DescribeKey'],
      Constraints: { EncryptionContextSubset: { Department: 'IT' } } };
    const files = { ...handshakeFiles({ keyPolicy: [] }), 'grants.json': { Grants: [grant] } };
    const answer = answered(files);
    assert.equal(answer.sentence, 'Allowed under conditions: a grant on the key (grants.json:3) gives kms:Decrypt to role/App of account '
      + `${CONSUMER}, if the request meets EncryptionContextSubset Department=IT.`);
    assert.deepEqual(steps(answer), ['accounts: allowed', 'key-policy: not-needed', 'identity-policy: not-needed', 'grants: conditional',
      'denies: allowed']);
    assert.equal(answered(files, 'DescribeKey').outcome, 'allowed');
    assert.equal(answered(files, 'Encrypt').steps[3]?.outcome, 'denied');
  });

  it('leaves open what policies say that are not in the workspace (IAM User Guide, service-linked roles)', () => {
    const stepFor = (of: HandshakeSetup, identity: string): [string, string | undefined] => {
      const answer = answered(handshakeFiles(of), 'kms:Decrypt', identity);
      return [answer.outcome, answer.steps.find(({ half }) => half === 'identity-policy')?.outcome];
    };
    const backup = roleArn(CONSUMER, 'aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup');
    assert.deepEqual(stepFor({ keyPolicy: [keyPolicyAllow([rootArn(CONSUMER), backup], 'kms:Decrypt')] }, backup), ['unknown', 'unknown']);
    // The key policy says no, whatever the policies of the role say.
    assert.deepEqual(stepFor({ keyPolicy: [keyPolicyAllow(backup, 'kms:Encrypt')] }, backup), ['denied', 'unknown']);
    // Of this one AWS's policy is known to allow nothing on keys.
    const autoScaling = roleArn(CONSUMER, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling');
    assert.deepEqual(stepFor({ keyPolicy: [keyPolicyAllow(autoScaling, 'kms:Decrypt')] }, autoScaling), ['denied', 'denied']);
    // Policies that are there and allow nothing are a denial.
    assert.deepEqual(
      stepFor({ keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')], identityPolicy: [identityPolicyAllow('kms:Encrypt')] }, ROLE_ARN),
      ['denied', 'denied'],
    );
  });

  it('says once what it does not look at', () => {
    const files = handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])] });
    for (const action of ['Decrypt', 'Encrypt', 'PutKeyPolicy']) {
      const page = explanationPage(answered(files, action), { formatLocation: placerOf(files), formatFile: (uri) => uri, textOf: (uri) =>
        fileText(files[uri.replace('file:///w/', '')] ?? '') });
      assert.equal(page.split(EXPLANATION_SCOPE).length, 2);
      assert.equal(page.match(/service control/gi)?.length, 1);
    }
  });

  it('names the links that it depends on', () => {
    const { 'kms-handshake.json': _, ...files } = handshakeFiles({ keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')] });
    assert.match(answered(files, 'Decrypt').notes.join(' '), /Why the key policy belongs to this key: /);
  });
});
