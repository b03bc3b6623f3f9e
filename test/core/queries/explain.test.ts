import assert from 'node:assert/strict';
import { explain, EXPLANATION_SCOPE, type Explanation } from '../../../server/src/core/queries/explain';
import { explanationPage } from '../../../server/src/core/queries/explanation-page';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { lineIndex, positionAt } from '../../../server/src/core/text/line-index';
import type { Location } from '../../../server/src/core/text/span';
import { CONSUMER, KEY_ARN, KEY_ID, OWNER, roleArn, rootArn } from '../../support/fixtures';
import { handshakeFiles, type HandshakeSetup, type HandshakeFiles } from '../../support/handshake-files';
import { fileText, worldOfFiles } from '../../support/world-of-files';

const ROLE = roleArn(CONSUMER);
const filesOf = (of: HandshakeFiles): HandshakeFiles =>
  Object.fromEntries(Object.entries(of).map(([path, content]) => [`w/${path}`, content]));

/** `producer/key-policy.json:12`, as the command line says it. */
function placerOf(files: HandshakeFiles): (at: Location) => string {
  return ({ uri, span }) => {
    const path = uri.replace('file:///w/', '');
    return `${path}:${positionAt(lineIndex(fileText(files[path] ?? '')), span.start).line + 1}`;
  };
}

function asked(files: HandshakeFiles, action = 'kms:Decrypt', identity = ROLE, key = KEY_ARN): Explanation | { refused: string } {
  return explain(worldOfFiles(filesOf(files)), { identity, action, key }, placerOf(files));
}

function answered(...of: Parameters<typeof asked>): Explanation {
  const answer = asked(...of);
  if (isRefusal(answer)) assert.fail(answer.refused);
  return answer;
}

const said = (of: HandshakeSetup, action?: string, identity?: string): string => answered(handshakeFiles(of), action, identity).sentence;
const lets = (principal: string | readonly string[], action: string | readonly string[], more: object = {}): Record<string, unknown> => ({
  Principal: { AWS: principal },
  Action: action,
  ...more,
});
const allows = (action: string | readonly string[], more: object = {}): Record<string, unknown> => ({ Action: action, ...more });

describe('answers: explain, an Allow for some networks (KMS Developer Guide, vpce-policy-condition)', () => {
  const endpoint = { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } } };
  const notesWith = (action: string, ...others: Record<string, unknown>[]): string => {
    const answer = answered(
      handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt', endpoint), ...others],
        identityPolicy: [allows('kms:Decrypt'), allows(action, { Resource: '*' })] }),
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
        lets(rootArn(CONSUMER), 'kms:Decrypt', {
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
      handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt', under('s3'))],
        identityPolicy: [allows('kms:Decrypt', under('sqs'))] }),
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
    const files = handshakeFiles({ keyPolicy: [lets(ROLE, 'kms:Encrypt')], identityPolicy: [allows(['kms:Encrypt', 'kms:Sign'], under)] });
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
      handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt'), lets('*', 'kms:*', deny)],
        identityPolicy: [allows('kms:Decrypt')] }),
    );
    assert.match(sentence,
      /, unless kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com and kms:EncryptionContext:app StringEquals x\.$/);
    const inSession = { ...deny, Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    const session = `arn:aws:sts::${CONSUMER}:assumed-role/App/draft`;
    const limited = answered(
      handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt'), lets(session, 'kms:*', inSession)],
        identityPolicy: [allows('kms:Decrypt')] }),
    );
    assert.match(limited.sentence, /, unless kms:ViaService StringEquals s3\.us-west-2\.amazonaws\.com in the session draft\.$/);
  });

  it('says of a Deny under the condition of the Allow that every request is denied', () => {
    const under = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    const answer = answered(
      handshakeFiles({
        keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt', under), lets('*', 'kms:*', { Effect: 'Deny', ...under })],
        identityPolicy: [allows('kms:Decrypt')],
      }),
    );
    assert.match(answer.sentence,
      /^Denied: the key policy .* allows kms:Decrypt only if kms:ViaService .* and the key policy .* denies it if kms:ViaService .*, so every request is denied\.$/);
    assert.match(answer.remedy?.advice ?? '', /be allowed without being denied/);
  });

  it('says of one statement with conditions that exclude each other that no request meets both', () => {
    const never = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }, Null: { 'kms:ViaService': 'true' } } };
    const answer = answered(
      handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt', never)], identityPolicy: [allows('kms:Decrypt')] }),
    );
    assert.match(answer.sentence,
      /allows kms:Decrypt only if kms:ViaService StringEquals s3.* and kms:ViaService Null true: no request meets both\.$/);
    assert.equal(answer.steps[1]?.outcome, 'denied');
  });

  const APP = `role/App of account ${CONSUMER}`;

  it('says what is there instead, at the action that matters', () => {
    assert.equal(
      said({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')], identityPolicy: [allows(['kms:Decrypt', 'kms:Encrypt'])] },
        'kms:Encrypt'),
      `Denied: the key policy (producer/key-policy.json:19) allows only kms:Decrypt for account ${CONSUMER}; kms:Encrypt in `
        + 'consumer/app.json:9 has no effect.',
    );
    assert.equal(
      said({ keyPolicy: [lets(ROLE, ['kms:Decrypt', 'kms:Describe*'])], identityPolicy: [allows('kms:Decrypt')] }, 'kms:Encrypt'),
      `Denied: the key policy (producer/key-policy.json:19) allows only kms:Decrypt and kms:DescribeKey for ${APP}; besides, no IAM `
        + `policy of ${APP} in the workspace allows kms:Encrypt on this key (consumer/app.json:7 allows kms:Decrypt only).`);
  });

  it('says both halves when both allow', () => {
    assert.equal(said({ keyPolicy: [lets('*', 'kms:Decrypt')], identityPolicy: [allows('kms:*')] }),
      'Allowed: the key policy (producer/key-policy.json:19) allows kms:Decrypt for everybody, and the IAM policy '
        + '(consumer/app.json:7) allows it.');
  });

  it('names whom the key policy lets in instead', () => {
    assert.equal(said({ keyPolicy: [lets(roleArn(CONSUMER, 'Other'), 'kms:Decrypt')], identityPolicy: [allows('kms:Decrypt')] }),
      `Denied: the key policy (producer/key-policy.json:17) allows role/Other of account ${CONSUMER}, but neither ${APP} nor the `
        + 'whole account; kms:Decrypt in consumer/app.json:7 has no effect.');
    assert.match(said({ keyPolicy: [lets(rootArn('777788889999'), 'kms:Decrypt')], identityPolicy: [allows('kms:Decrypt')] }),
      /^Denied: the key policy \(producer\/key-policy\.json:1\) allows nobody in account 444455556666, only account 111122223333 and account 777788889999; /);
  });

  it('says what the IAM policies have instead', () => {
    const key = [lets(rootArn(CONSUMER), 'kms:Decrypt')];
    assert.match(
      said({ keyPolicy: key, identityPolicy: [allows('kms:Decrypt', { Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/app` })] }),
      /would allow it, but no IAM policy of role\/App .* \(consumer\/app\.json:7 allows it on other resources only\)\.$/,
    );
    assert.match(said({ keyPolicy: key, identityPolicy: [allows('kms:Encrypt')] }), /\(consumer\/app\.json:7 allows kms:Encrypt only\)\.$/);
    assert.match(said({ keyPolicy: key, identityPolicy: [allows('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })] }),
      /^Denied: the IAM policy \(consumer\/app\.json:6\) names this key in another Region, but it lives in us-west-2\.$/);
    assert.match(
      said({ keyPolicy: key, identityPolicy: [allows('kms:Decrypt', { Resource: KEY_ARN.replace(OWNER, '777788889999') })] }),
      /^Denied: the IAM policy \(consumer\/app\.json:6\) names this key in another account, but account 111122223333 owns it\.$/,
    );
  });

  it('points at the Deny, and at the condition that is never true', () => {
    assert.match(
      said({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:*'), { ...lets('*', ['kms:Encrypt', 'kms:Decrypt']), Effect: 'Deny' }],
        identityPolicy: [allows('kms:Decrypt')] }),
      /^Denied: the key policy denies kms:Decrypt \(producer\/key-policy\.json:29\), and no Allow overrides a Deny\.$/,
    );
    assert.match(
      said({ keyPolicy: [lets('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } })],
        identityPolicy: [allows('kms:Decrypt')] }),
      /^Denied: the key policy \(producer\/key-policy\.json:22\) allows kms:Decrypt only if kms:CallerAccount StringEquals 111122223333, which is never the case for role\/App of account 444455556666; kms:Decrypt in consumer\/app\.json:7 has no effect\.$/,
    );
  });

  it('is one sentence for every cause', () => {
    const scenes: readonly (readonly [HandshakeSetup, string?, string?])[] = [
      [{ identityPolicy: [allows('kms:Decrypt')] }],
      [{ keyPolicy: [lets(rootArn(CONSUMER), 'kms:*')], identityPolicy: [allows('kms:*')] }, 'kms:PutKeyPolicy'],
      [{ keyPolicy: [lets(rootArn(CONSUMER), 'kms:*')], identityPolicy: [allows('kms:*')] }, 'kms:RetireGrant'],
      [{ withOwnerStatement: false, keyPolicy: [lets(roleArn(OWNER, 'Admin'), 'kms:*')], identityPolicy: [allows('kms:*')],
        identity: roleArn(OWNER) }, 'kms:Decrypt', roleArn(OWNER)],
      [{ keyPolicy: [lets('arn:aws:iam::${account}:root', 'kms:*')], identityPolicy: [allows('kms:*')] }],
      [{ keyPolicy: [lets(rootArn(CONSUMER), 'kms:*')], identityPolicy: [allows('kms:*')],
        identity: 'arn:aws-cn:iam::444455556666:role/App' }, 'kms:Decrypt', 'arn:aws-cn:iam::444455556666:role/App'],
      [{
        keyPolicy: [
          lets(`arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`, 'kms:*'),
        ],
      }, 'kms:Decrypt', `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`],
    ];
    for (const [of, action, identity] of scenes) assert.match(said(of, action, identity), /^(Denied|Unknown): [a-z][^\n]*\.$/);
  });
});

describe('answers: explain, names that people type', () => {
  const files = {
    ...handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')], identityPolicy: [allows('kms:Decrypt')] }),
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
      assert.equal(outcome('decrypt', ROLE, key), 'allowed', key);
    for (const action of ['Decrypt', 'KMS:DECRYPT', 'kms:decrypt']) assert.equal(outcome(action, ROLE, KEY_ARN), 'allowed', action);
  });

  it('finds the identity by ARN, by its short name, by a session of the role', () => {
    for (const identity of [ROLE, 'role/App', `arn:aws:sts::${CONSUMER}:assumed-role/App/session-1`])
      assert.equal(outcome('Decrypt', identity, KEY_ARN), 'allowed', identity);
    const answer = answered(files, 'Decrypt', `arn:aws:sts::${CONSUMER}:assumed-role/App/session-1`);
    assert.deepEqual(answer.notes, [`The session has the policies of ${ROLE}.`]);
    assert.equal(answer.identity, `arn:aws:sts::${CONSUMER}:assumed-role/App/session-1`);
  });

  it('finds the identity by a name that only the path of its policies has', () => {
    const { 'producer/key-policy.json': keyPolicy = '', 'consumer/app.json': app = '' } = handshakeFiles({
      keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [allows('kms:Decrypt')],
    });
    const byPath = {
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }] },
      'key.json': keyPolicy,
      [`accounts/${CONSUMER}/role/team/App/kms.json`]: app,
      [`accounts/${CONSUMER}/role/Other/kms.json`]: { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:Sign', Resource: '*' }] },
    };
    for (const identity of [ROLE, 'role/App', 'role/app', `arn:aws:sts::${CONSUMER}:assumed-role/App/one`])
      assert.equal(answered(byPath, 'Decrypt', identity).outcome, 'allowed', identity);
    assert.match(answered(byPath, 'Decrypt', ROLE).notes.join(),
      /Only the path says that the policies in kms\.json are those of role\/App\./);
    assert.notEqual(answered(byPath, 'Decrypt', roleArn(CONSUMER, 'Other')).outcome, 'allowed');
    assert.match((asked(byPath, 'Decrypt', 'role/Nobody') as { refused: string }).refused, /nothing in the workspace has this name/);
  });

  it('holds a session against the one that the key policy names', () => {
    const one = handshakeFiles({ keyPolicy: [lets(`arn:aws:sts::${CONSUMER}:assumed-role/App/one`, 'kms:Decrypt')],
      identityPolicy: [allows('kms:Decrypt')] });
    assert.equal(answered(one, 'Decrypt', `arn:aws:sts::${CONSUMER}:assumed-role/App/one`).outcome, 'allowed');
    assert.equal(answered(one, 'Decrypt', `arn:aws:sts::${CONSUMER}:assumed-role/App/two`).outcome, 'denied');
    assert.equal(answered(one, 'Decrypt', ROLE).outcome, 'conditional');
  });

  it('says all sessions that are let in or denied, and of each half what the answer rests on (IAM User Guide, '
    + 'reference_policies_elements_principal)', () => {
    const own = roleArn(OWNER);
    const session = (name: string): string => `arn:aws:sts::${OWNER}:assumed-role/App/${name}`;
    const ownerAndSessions = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: [rootArn(OWNER), session('month-end'), session('year-end')] }, Action: 'kms:Decrypt' }],
      others: { 'owner/any.json': { identityArn: own, policy: [allows('s3:GetObject', { Resource: '*' })] } },
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
      keyPolicy: [lets(own, 'kms:Decrypt'), { Effect: 'Deny', Principal: { AWS: [session('draft'), session('replay')] },
        Action: 'kms:Decrypt' }],
      others: { 'owner/any.json': { identityArn: own, policy: [allows('s3:GetObject', { Resource: '*' })] } },
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
    assert.equal(iam(on(allows('kms:CreateAlias'))), 'denied: denied: Allows kms:CreateAlias on the key, not on an alias');
    assert.match(on(allows('kms:CreateAlias')).sentence,
      /no IAM policy of role\/App .* allows kms:CreateAlias on this key and on an alias \(consumer\/app\.json:\d+ allows it on one of these only\)\.$/);
    assert.equal(iam(on(allows('kms:CreateAlias', { Resource: alias }))),
      'denied: denied: Allows kms:CreateAlias on an alias, not on the key');
    const both = allows('kms:CreateAlias', { Resource: [KEY_ARN, alias] });
    assert.equal(iam(on(both)), 'allowed: allowed: Allows kms:CreateAlias on the key and on an alias');
    const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
    assert.equal(iam(on(allows('kms:CreateAlias'), allows('kms:CreateAlias', { Resource: alias, ...mfa }))), 'conditional: conditional: '
      + 'Allows kms:CreateAlias on the key and on an alias, if aws:MultiFactorAuthPresent Bool true');
    const barred = on(both, { Effect: 'Deny', Action: 'kms:CreateAlias', Resource: alias });
    assert.equal(iam(barred), 'denied: denied: Allows kms:CreateAlias on no alias that a Deny does not cover too');
    assert.match(barred.sentence,
      /^Denied: an IAM policy of role\/App of account 111122223333 denies kms:CreateAlias \(consumer\/app\.json:\d+\)/);
    assert.equal(barred.steps[4]?.outcome, 'denied');
    const far = on(allows('kms:CreateAlias'),
      allows('kms:CreateAlias', { Resource: alias, Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }));
    assert.equal(iam(far), 'denied: denied: Allows kms:CreateAlias only if aws:RequestedRegion StringEquals eu-west-1, which is never '
      + 'the case here');
  });

  it('takes an account as a whole', () => {
    for (const account of [CONSUMER, rootArn(CONSUMER)]) {
      const answer = answered(files, 'Decrypt', account);
      assert.equal(answer.identity, rootArn(CONSUMER));
      assert.equal(answer.steps[1]?.outcome, 'allowed');
    }
    const partner = handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')],
      others: { 'consumer/any.json': { identityArn: CONSUMER, policy: [allows('kms:Decrypt')] },
        'consumer/s3.json': { identityArn: CONSUMER, policy: [allows('s3:GetObject', { Resource: '*' })] } } });
    assert.equal(answered(partner, 'Decrypt', CONSUMER).outcome, 'allowed');
  });

  it('says of an account as a whole what its users and roles may, whose policies are not its own', () => {
    const answer = answered(files, 'Decrypt', CONSUMER);
    assert.match(answer.sentence,
      /no IAM policy of account 444455556666 \(its users and roles aside\) in the workspace allows kms:Decrypt/);
    assert.equal(answer.steps.find(({ half }) => half === 'identity-policy')?.message,
      'The workspace contains no IAM policy of account 444455556666 (its users and roles aside)');
    assert.equal(answer.notes[1], 'Of its users and roles with IAM policies in the workspace may do this: role/App. '
      + 'Ask for one of them to see why.');
    assert.match(answered(files, 'Sign', CONSUMER).notes[1] ?? '', /workspace may not: role\/App\./);
    assert.doesNotMatch(answered(files, 'Decrypt', ROLE).notes.join(), /users and roles/);
  });

  it('refuses what is no single action, and says what is near', () => {
    assert.match(outcome('kms:GenerateDataKey*', ROLE, KEY_ARN),
      /^"kms:GenerateDataKey\*" stands for 4 actions, .*kms:GenerateDataKeyWithoutPlaintext/);
    assert.match(outcome('*', ROLE, KEY_ARN), /stands for \d\d actions/);
    assert.equal(outcome('kms:Decript', ROLE, KEY_ARN), 'There is no action "kms:Decript". Did you mean kms:Decrypt?');
    assert.match(outcome('ReEncrypt', ROLE, KEY_ARN), /kms:ReEncryptFrom .* kms:ReEncryptTo/);
    assert.match(outcome('s3:GetObject', ROLE, KEY_ARN), /not an action of AWS KMS/);
  });

  it('says what is wrong with a name', () => {
    assert.match(outcome('Decrypt', 'Nobody', KEY_ARN), /neither an ARN nor an account id/);
    assert.match(outcome('Decrypt', 'arn:aws:iam::12:role/App', KEY_ARN), /not 12 digits/);
    assert.match(outcome('Decrypt', KEY_ARN, KEY_ARN), /ARN of a key, not of an identity/);
    assert.match(outcome('Decrypt', ROLE, 'arn:aws:s3:::bucket'), /not the ARN of a KMS key/);
    assert.match(outcome('Decrypt', ROLE, 'no key!'), /neither the ARN or id of a key nor an alias/);
  });

  it('asks which of several keys an alias means', () => {
    const other = `arn:aws:kms:eu-west-1:${OWNER}:key/00000000-0000-4000-8000-000000000001`;
    const two = { 'kms-handshake.json': { keys: [{ arn: KEY_ARN, aliases: ['alias/app'] }, { arn: other, aliases: ['alias/app'] }] } };
    assert.match((asked(two, 'Decrypt', ROLE, 'alias/app') as { refused: string }).refused,
      new RegExp(`may be any of ${KEY_ARN}, ${other}`));
    assert.equal(answered(two, 'Decrypt', ROLE, `arn:aws:kms:eu-west-1:${OWNER}:alias/app`).key, other);
  });
});

describe('answers: explain, what the workspace does not know', () => {
  it('is unknown for an identity of which nothing is there, unless the key policy denies already', () => {
    const files = handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [allows('kms:Decrypt')] });
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
    const answer = answered(handshakeFiles({ keyPolicy: [lets(ROLE, 'kms:Decrypt')] }));
    assert.deepEqual([answer.outcome, answer.reason], ['denied', 'identity-policy-missing']);
  });

  it('is unknown where an output names policies of the identity without showing them (AWS CLI Command Reference, '
    + 'get-account-authorization-details --filter)', () => {
    const inline = [{ PolicyName: 'p',
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...allows('kms:Encrypt', { Resource: KEY_ARN }) }] } }];
    const dump = {
      RoleDetailList: [{ RoleName: 'App', Path: '/', Arn: ROLE, RolePolicyList: inline,
        AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] }],
      Policies: [],
    };
    const answer = answered({ ...handshakeFiles({ keyPolicy: [lets(ROLE, ['kms:Decrypt', 'kms:Encrypt'])] }), 'dump.json': dump });
    assert.deepEqual([answer.outcome, answer.reason], ['unknown', 'identity-policy-missing']);
    assert.match(answer.sentence,
      /allows kms:Decrypt on this key, and AdministratorAccess, which the identity has too, is not in the workspace \(dump\.json:\d+ allows kms:Encrypt only\)\.$/);
    assert.equal(answer.steps.find(({ half }) => half === 'identity-policy')?.outcome, 'unknown');
    assert.match(answer.remedy?.advice ?? '', /get-account-authorization-details/);
  });

  it('is unknown for a key of which the policy is not there, and denied where the other half is missing besides', () => {
    const other = `arn:aws:kms:us-west-2:${OWNER}:key/00000000-0000-4000-8000-000000000009`;
    const files = handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [allows('kms:Decrypt', { Resource: '*' })] });
    const answer = answered(files, 'Decrypt', ROLE, other);
    assert.deepEqual([answer.outcome, answer.reason, answer.notes.at(-1)], ['unknown', 'key-policy-missing',
      `The workspace contains no key ${other}.`]);
    assert.match(answer.remedy?.advice ?? '',
      /aws kms get-key-policy --key-id arn:aws:kms:us-west-2:111122223333:key\/00000000-0000-4000-8000-000000000009/);
    assert.equal(answered(files, 'Encrypt', ROLE, other).outcome, 'denied');
    assert.equal(answered(files, 'Decrypt', ROLE, 'alias/unknown').outcome, 'unknown');
  });
});

describe('answers: explain, half by half', () => {
  const steps = (answer: Explanation): string[] => answer.steps.map(({ half, outcome }) => `${half}: ${outcome}`);

  it('judges each half by itself, in the order of the evaluation', () => {
    const files = handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [allows(['kms:Decrypt', 'kms:Encrypt'])] });
    assert.deepEqual(steps(answered(files)), ['accounts: allowed', 'key-policy: allowed', 'identity-policy: allowed', 'grants: not-needed',
      'denies: allowed']);
    assert.deepEqual(steps(answered(files, 'Encrypt')), ['accounts: allowed', 'key-policy: denied', 'identity-policy: allowed',
      'grants: denied', 'denies: allowed']);
  });

  it('says that a grant alone would do, and that none could', () => {
    const files = handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')], identityPolicy: [allows('kms:*')] });
    assert.match(answered(files, 'Encrypt').steps[3]?.message ?? '',
      /knows of no grant on this key .*; a grant would allow it without any statement$/);
    assert.equal(answered(files, 'PutKeyPolicy').steps[3]?.message, 'No grant can give kms:PutKeyPolicy');
  });

  it('takes list-grants output as facts', () => {
    const grant = { KeyId: KEY_ARN, GranteePrincipal: ROLE, Operations: ['Decrypt', 'DescribeKey'],
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

  it('leaves open what policies say that nobody holds (IAM User Guide, service-linked roles)', () => {
    const stepFor = (of: HandshakeSetup, identity: string): [string, string | undefined] => {
      const answer = answered(handshakeFiles(of), 'kms:Decrypt', identity);
      return [answer.outcome, answer.steps.find(({ half }) => half === 'identity-policy')?.outcome];
    };
    const backup = roleArn(CONSUMER, 'aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup');
    assert.deepEqual(stepFor({ keyPolicy: [lets([rootArn(CONSUMER), backup], 'kms:Decrypt')] }, backup), ['unknown', 'unknown']);
    // The key policy says no, whatever the policies of the role say.
    assert.deepEqual(stepFor({ keyPolicy: [lets(backup, 'kms:Encrypt')] }, backup), ['denied', 'unknown']);
    // Of this one AWS's policy is known to allow nothing on keys.
    const autoScaling = roleArn(CONSUMER, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling');
    assert.deepEqual(stepFor({ keyPolicy: [lets(autoScaling, 'kms:Decrypt')] }, autoScaling), ['denied', 'denied']);
    // Policies that are there and allow nothing are a denial.
    assert.deepEqual(stepFor({ keyPolicy: [lets(ROLE, 'kms:Decrypt')], identityPolicy: [allows('kms:Encrypt')] }, ROLE), ['denied',
      'denied']);
  });

  it('says once what it does not look at', () => {
    const files = handshakeFiles({ keyPolicy: [lets(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [allows(['kms:Decrypt', 'kms:Encrypt'])] });
    for (const action of ['Decrypt', 'Encrypt', 'PutKeyPolicy']) {
      const page = explanationPage(answered(files, action), { formatLocation: placerOf(files), formatFile: (uri) => uri, textOf: (uri) =>
        fileText(files[uri.replace('file:///w/', '')] ?? '') });
      assert.equal(page.split(EXPLANATION_SCOPE).length, 2);
      assert.equal(page.match(/service control/gi)?.length, 1);
    }
  });

  it('says which links it rests on', () => {
    const { 'kms-handshake.json': _, ...files } = handshakeFiles({ keyPolicy: [lets(ROLE, 'kms:Decrypt')],
      identityPolicy: [allows('kms:Decrypt')] });
    assert.match(answered(files, 'Decrypt').notes.join(' '), /Why the key policy belongs to this key: /);
  });
});
