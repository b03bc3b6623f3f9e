import assert from 'node:assert/strict';
import type { Explanation } from '../../../server/src/core/queries/explain';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { CONSUMER, identityPolicyAllow, KEY_ARN, KEY_ID, keyArn, keyPolicyAllow, OWNER, ROLE_ARN, roleArn,
  rootArn } from '../../support/fixtures';
import { handshakeFiles } from '../../support/handshake-files';
import { asked, answered } from './explanation-of-files';

describe('answers: explain, names that people type', () => {
  const files = {
    ...handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')] }),
    'aliases.json': {
      Aliases: [{ AliasName: 'alias/app', AliasArn: `arn:aws:kms:us-west-2:${OWNER}:alias/app`, TargetKeyId: KEY_ID }],
    },
  };
  const outcome = (action: string, identity: string, key: string): string => {
    const answer = asked(files, action, identity, key);
    return isRefusal(answer) ? answer.refused : answer.outcome;
  };

  it('finds the key by ARN, id, alias ARN and alias name, the action in any case, with or without kms:', () => {
    for (const key of [KEY_ARN, KEY_ID, `key/${KEY_ID}`, `arn:aws:kms:us-west-2:${OWNER}:alias/app`, 'alias/app', ` ${KEY_ARN} `])
      assert.equal(outcome('decrypt', ROLE_ARN, key), 'allowed', key);
    for (const action of ['Decrypt', 'KMS:DECRYPT', 'kms:decrypt']) assert.equal(outcome(action, ROLE_ARN, KEY_ARN), 'allowed', action);
  });

  it('finds the identity by ARN, by its short name, by a session of the role', () => {
    for (const identity of [ROLE_ARN, 'role/App', `arn:aws:sts::${CONSUMER}:assumed-role/App/session-1`])
      assert.equal(outcome('Decrypt', identity, KEY_ARN), 'allowed', identity);
    const answer = answered(files, 'Decrypt', `arn:aws:sts::${CONSUMER}:assumed-role/App/session-1`);
    assert.deepEqual(answer.notes, [`The session has the policies of ${ROLE_ARN}.`]);
    assert.equal(answer.identity, `arn:aws:sts::${CONSUMER}:assumed-role/App/session-1`);
  });

  it('finds the identity by a name that only the path of its policies has', () => {
    const { 'producer/key-policy.json': keyPolicy = '', 'consumer/app.json': app = '' } = handshakeFiles({
      keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')],
    });
    const byPath = {
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }] },
      'key.json': keyPolicy,
      [`accounts/${CONSUMER}/role/team/App/kms.json`]: app,
      [`accounts/${CONSUMER}/role/Other/kms.json`]: { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:Sign', Resource: '*' }] },
    };
    for (const identity of [ROLE_ARN, 'role/App', 'role/app', `arn:aws:sts::${CONSUMER}:assumed-role/App/one`])
      assert.equal(answered(byPath, 'Decrypt', identity).outcome, 'allowed', identity);
    assert.match(answered(byPath, 'Decrypt', ROLE_ARN).notes.join(),
      /Only the path says that the policies in kms\.json are those of role\/App\./);
    assert.notEqual(answered(byPath, 'Decrypt', roleArn(CONSUMER, 'Other')).outcome, 'allowed');
    assert.match((asked(byPath, 'Decrypt', 'role/Nobody') as { refused: string }).refused, /nothing in the workspace has this name/);
  });

  it('finds the role of a session in the folder of an account that nothing else names', () => {
    const { 'consumer/app.json': app = '' } = handshakeFiles({ identityPolicy: [identityPolicyAllow('kms:Decrypt')] });
    const answer = answered({ [`consumer-${CONSUMER}/role/partner-ingest/policy.json`]: app }, 'Decrypt',
      `arn:aws:sts::${CONSUMER}:assumed-role/partner-ingest/x`);
    assert.match(answer.sentence, /does not contain the policy of this key.*the IAM policy .* would allow it/);
    assert.match(answer.notes.join(), new RegExp(`account ${CONSUMER} in the path of the policy`));
  });

  it('holds a session against the one that the key policy names', () => {
    const item = handshakeFiles({ keyPolicy: [keyPolicyAllow(`arn:aws:sts::${CONSUMER}:assumed-role/App/one`, 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')] });
    assert.equal(answered(item, 'Decrypt', `arn:aws:sts::${CONSUMER}:assumed-role/App/one`).outcome, 'allowed');
    assert.equal(answered(item, 'Decrypt', `arn:aws:sts::${CONSUMER}:assumed-role/App/two`).outcome, 'denied');
    assert.equal(answered(item, 'Decrypt', ROLE_ARN).outcome, 'conditional');
  });

  it('names all sessions that are allowed or denied, and for each half what the answer depends on (IAM User Guide, '
    + 'reference_policies_elements_principal)', () => {
    const own = roleArn(OWNER);
    const session = (name: string): string => `arn:aws:sts::${OWNER}:assumed-role/App/${name}`;
    const ownerAndSessions = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: [rootArn(OWNER), session('month-end'), session('year-end')] }, Action: 'kms:Decrypt' }],
      others: { 'owner/any.json': { identityArn: own, policy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] } },
    });
    const letIn = answered(ownerAndSessions, 'Decrypt', own);
    assert.match(letIn.sentence,
      /^Allowed under conditions: the key policy \(producer\/key-policy\.json:\d+\) gives kms:Decrypt to role\/App of account 111122223333 by itself, in the session month-end or year-end\.$/);
    const [, keyPolicy, ownPolicy] = letIn.steps;
    assert.deepEqual([keyPolicy?.outcome, keyPolicy?.message], ['conditional', 'Allows kms:Decrypt for role/App of account 111122223333, '
      + 'in the session month-end or year-end']);
    assert.equal(ownPolicy?.outcome, 'not-needed');
    assert.equal(letIn.remedy, undefined);
    const denied = handshakeFiles({
      keyPolicy: [keyPolicyAllow(own, 'kms:Decrypt'), { Effect: 'Deny', Principal: { AWS: [session('draft'), session('replay')] },
        Action: 'kms:Decrypt' }],
      others: { 'owner/any.json': { identityArn: own, policy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] } },
    });
    const barred = answered(denied, 'Decrypt', own);
    assert.match(barred.sentence, /by itself, unless the session is draft or replay\.$/);
    assert.equal(barred.steps[4]?.message, 'A Deny of the key policy covers kms:Decrypt in the session draft or replay');
    assert.equal(answered(denied, 'Decrypt', session('replay')).outcome, 'denied');
  });

  it('says which half of an operation on aliases is missing (KMS Developer Guide, alias-access)', () => {
    const own = roleArn(OWNER);
    const alias = `arn:aws:kms:us-west-2:${OWNER}:alias/app`;
    const on = (...statements: readonly Record<string, unknown>[]): Explanation =>
      answered(handshakeFiles({ keyPolicy: [], identityPolicy: statements, identity: own }), 'CreateAlias', own);
    const iam = (answer: Explanation): string => `${answer.outcome}: ${answer.steps[2]?.outcome ?? ''}: ${answer.steps[2]?.message ?? ''}`;
    assert.equal(iam(on(identityPolicyAllow('kms:CreateAlias'))), 'denied: denied: Allows kms:CreateAlias on the key, not on an alias');
    assert.match(on(identityPolicyAllow('kms:CreateAlias')).sentence,
      /no IAM policy of role\/App .* allows kms:CreateAlias on this key and on an alias \(consumer\/app\.json:\d+ allows it on one of these only\)\.$/);
    assert.equal(iam(on(identityPolicyAllow('kms:CreateAlias', { Resource: alias }))),
      'denied: denied: Allows kms:CreateAlias on an alias, not on the key');
    const both = identityPolicyAllow('kms:CreateAlias', { Resource: [KEY_ARN, alias] });
    assert.equal(iam(on(both)), 'allowed: allowed: Allows kms:CreateAlias on the key and on an alias');
    const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
    assert.equal(iam(on(identityPolicyAllow('kms:CreateAlias'), identityPolicyAllow('kms:CreateAlias', { Resource: alias, ...mfa }))),
      'conditional: conditional: '
        + 'Allows kms:CreateAlias on the key and on an alias, if aws:MultiFactorAuthPresent Bool true');
    const barred = on(both, { Effect: 'Deny', Action: 'kms:CreateAlias', Resource: alias });
    assert.equal(iam(barred), 'denied: denied: Allows kms:CreateAlias on no alias that a Deny does not cover too');
    assert.match(barred.sentence,
      /^Denied: an IAM policy of role\/App of account 111122223333 denies kms:CreateAlias \(consumer\/app\.json:\d+\)/);
    assert.equal(barred.steps[4]?.outcome, 'denied');
    const far = on(identityPolicyAllow('kms:CreateAlias'),
      identityPolicyAllow('kms:CreateAlias', { Resource: alias, Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }));
    assert.equal(iam(far), 'denied: denied: Allows kms:CreateAlias only if aws:RequestedRegion StringEquals eu-west-1, which is never '
      + 'the case here');
  });

  it('takes an account as a whole', () => {
    for (const account of [CONSUMER, rootArn(CONSUMER)]) {
      const answer = answered(files, 'Decrypt', account);
      assert.equal(answer.identity, rootArn(CONSUMER));
      assert.equal(answer.steps[1]?.outcome, 'allowed');
    }
    const partner = handshakeFiles({ keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      others: { 'consumer/any.json': { identityArn: CONSUMER, policy: [identityPolicyAllow('kms:Decrypt')] },
        'consumer/s3.json': { identityArn: CONSUMER, policy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] } } });
    assert.equal(answered(partner, 'Decrypt', CONSUMER).outcome, 'allowed');
  });

  it('says about an account as a whole what its users and roles may do, whose policies are not its own', () => {
    const answer = answered(files, 'Decrypt', CONSUMER);
    assert.match(answer.sentence,
      /no IAM policy of account 444455556666 \(its users and roles aside\) in the workspace allows kms:Decrypt/);
    assert.equal(answer.steps.find(({ half }) => half === 'identity-policy')?.message,
      'The workspace contains no IAM policy of account 444455556666 (its users and roles aside)');
    assert.equal(answer.notes[1], 'Of its users and roles with IAM policies in the workspace may do this: role/App. '
      + 'Ask for one of them to see why.');
    assert.match(answered(files, 'Sign', CONSUMER).notes[1] ?? '', /workspace may not: role\/App\./);
    assert.doesNotMatch(answered(files, 'Decrypt', ROLE_ARN).notes.join(), /users and roles/);
  });

  it('refuses what is not a single action, and names similar ones', () => {
    assert.match(outcome('kms:GenerateDataKey*', ROLE_ARN, KEY_ARN),
      /^"kms:GenerateDataKey\*" stands for 4 actions, .*kms:GenerateDataKeyWithoutPlaintext/);
    assert.match(outcome('*', ROLE_ARN, KEY_ARN), /stands for \d\d actions/);
    assert.equal(outcome('kms:Decript', ROLE_ARN, KEY_ARN), 'There is no action "kms:Decript". Did you mean kms:Decrypt?');
    assert.match(outcome('ReEncrypt', ROLE_ARN, KEY_ARN), /kms:ReEncryptFrom .* kms:ReEncryptTo/);
    assert.match(outcome('s3:GetObject', ROLE_ARN, KEY_ARN), /not an action of AWS KMS/);
  });

  it('says what is wrong with a name', () => {
    assert.match(outcome('Decrypt', 'Nobody', KEY_ARN), /neither an ARN nor an account id/);
    assert.match(outcome('Decrypt', 'arn:aws:iam::12:role/App', KEY_ARN), /not 12 digits/);
    assert.match(outcome('Decrypt', KEY_ARN, KEY_ARN), /ARN of a key, not of an identity/);
    assert.match(outcome('Decrypt', ROLE_ARN, 'arn:aws:s3:::bucket'), /not the ARN of a KMS key/);
    assert.match(outcome('Decrypt', ROLE_ARN, 'no key!'), /neither the ARN or id of a key nor an alias/);
  });

  it('asks which of several keys an alias means', () => {
    const other = keyArn('00000000-0000-4000-8000-000000000001', 'eu-west-1');
    const two = { 'kms-handshake.json': { keys: [{ arn: KEY_ARN, aliases: ['alias/app'] }, { arn: other, aliases: ['alias/app'] }] } };
    assert.match((asked(two, 'Decrypt', ROLE_ARN, 'alias/app') as { refused: string }).refused,
      new RegExp(`may be any of ${KEY_ARN}, ${other}`));
    assert.equal(answered(two, 'Decrypt', ROLE_ARN, `arn:aws:kms:eu-west-1:${OWNER}:alias/app`).key, other);
  });
});
