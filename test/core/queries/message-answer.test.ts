import assert from 'node:assert/strict';
import { describeDenialByOtherPolicy } from '../../../server/src/core/queries/aws-denial-reason';
import { parseDeniedMessage } from '../../../server/src/core/queries/denied-message';
import { explain, type Explanation } from '../../../server/src/core/queries/explain';
import { answerMessage, type MessageAnswer } from '../../../server/src/core/queries/message-answer';
import { messageAnswerPage } from '../../../server/src/core/queries/message-answer-text';
import type { World } from '../../../server/src/core/workspace/world';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../../support/fixtures';
import { handshakeFiles } from '../../support/handshake-files';
import { worldOfFiles } from '../../support/world-of-files';

const SESSION = `arn:aws:sts::${CONSUMER}:assumed-role/App/monday`;
const IAM_PAGE = 'IAM User Guide, Troubleshoot access denied error messages';
const denied = (rest: string): string => `User: ${SESSION} is not authorized to perform: kms:Decrypt on ${rest}`;

const world = worldOfFiles(Object.fromEntries(Object.entries(handshakeFiles({
  keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' }], identityPolicy: [{ Action: 'kms:Decrypt' }],
  others: { 'consumer/other.json': { identityArn: roleArn(CONSUMER, 'Other'), policy: [{ Action: 'kms:Encrypt' }] } },
})).map(([path, content]) => [`w/${path}`, content])));

function answered(text: string): MessageAnswer {
  const read = parseDeniedMessage(text);
  if (read?.action === undefined) assert.fail(`not read: ${text}`);
  const answer = answerMessage(world, { ...read, action: read.action }, () => 'here');
  if (isRefusal(answer)) assert.fail(answer.refused);
  return answer;
}

describe('answers: denials that AWS puts on another policy', () => {
  const TYPES = [
    ['service control policy', 'service-control-policy'], ['resource control policy', 'resource-control-policy'],
    ['permissions boundary', 'permissions-boundary'],
    ['session policy', 'session-policy'], ['VPC endpoint policy', 'vpc-endpoint-policy'],
  ] as const;
  for (const [name, policyType] of TYPES) {
    it(`begin with AWS's reason and go on with both halves: ${name} (${IAM_PAGE})`, () => {
      for (const [wording, effect, beginning] of [
        [`with an explicit deny in a ${name}`, 'explicit-deny', `Denied by a ${name}, AWS says. Both halves allow it: the key policy `],
        [`because no ${name} allows the kms:Decrypt action`, 'implicit-deny',
          `Denied because no ${name} allows it, AWS says. Both halves allow it: the key policy `],
      ] as const) {
        const read = parseDeniedMessage(denied(`resource: ${KEY_ARN} ${wording}`));
        assert.deepEqual(read?.aws, { effect, policyType });
        const answer = explain(world, { identity: SESSION, key: KEY_ARN, action: 'kms:Decrypt', aws: read.aws }, () => 'here');
        if (isRefusal(answer)) assert.fail(answer.refused);
        assert.ok(answer.sentence.startsWith(beginning), answer.sentence);
        assert.deepEqual([answer.outcome, answer.aws], ['allowed', { effect, policyType }]);
        assert.match(answer.notes[0] ?? '', /polic|boundary/);
      }
    });
  }

  it(`are those of the halves where AWS names a half (${IAM_PAGE})`, () => {
    for (const [wording, effect, policyType] of [
      ['with an explicit deny in an identity-based policy', 'explicit-deny', 'identity-based-policy'],
      ['because no resource-based policy allows the kms:Decrypt action', 'implicit-deny', 'resource-based-policy'],
    ] as const) {
      const read = parseDeniedMessage(denied(`resource: ${KEY_ARN} ${wording}`));
      assert.deepEqual(read?.aws, { effect, policyType });
      const answer = explain(world, { identity: SESSION, key: KEY_ARN, action: 'kms:Decrypt', aws: read.aws }, () => 'here');
      assert.ok(!isRefusal(answer) && answer.sentence.startsWith('Allowed: '));
    }
    assert.equal(parseDeniedMessage(denied(`resource: ${KEY_ARN}`))?.aws, undefined);
  });

  it('say of each verdict of the halves what it is', () => {
    const reason = { effect: 'explicit-deny', policyType: 'session-policy' } as const;
    assert.equal(describeDenialByOtherPolicy(reason, 'denied', 'Denied: the key policy: no.'),
      'Denied by a session policy, AWS says. The halves deny it too: the key policy: no.');
    assert.equal(describeDenialByOtherPolicy(reason, 'conditional', 'Allowed under conditions: if.'),
      'Denied by a session policy, AWS says. Both halves allow it under conditions: if.');
    assert.equal(describeDenialByOtherPolicy(reason, 'unknown', 'Unknown: it hangs.'),
      'Denied by a session policy, AWS says. Whether the halves allow it is unknown: it hangs.');
  });
});

describe('answers: denials that AWS puts on one of the halves', () => {
  const identityPolicyFile = handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }] })['consumer/app.json'] ?? '';
  const keyPolicyFile = handshakeFiles({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' }] })[
    'producer/key-policy.json'] ?? '';
  const onlyIdentityPolicy = worldOfFiles({ [`w/consumer-${CONSUMER}/role/App/policy.json`]: identityPolicyFile });
  const onlyKeyPolicy = worldOfFiles({ 'w/producer/key-policy.json': keyPolicyFile,
    'w/kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json' }] } });
  const explained = (explainedWorld: World, wording: string, identity = SESSION): Explanation => {
    const read = parseDeniedMessage(denied(`resource: ${KEY_ARN} ${wording}`));
    const answer = explain(explainedWorld, { identity, key: KEY_ARN, action: 'kms:Decrypt', aws: read?.aws }, () => 'here');
    if (isRefusal(answer)) assert.fail(answer.refused);
    return answer;
  };
  const NO_KEY_POLICY = 'because no resource-based policy allows the kms:Decrypt action';
  const NO_IAM_POLICY = 'because no identity-based policy allows the kms:Decrypt action';

  it(`tell what to ask the owner of the key for, whose policy is not in the workspace (${IAM_PAGE})`, () => {
    const { sentence, outcome, remedy, notes } = explained(onlyIdentityPolicy, NO_KEY_POLICY);
    assert.equal(sentence, `Denied, AWS says: the key policy of account ${OWNER} does not allow kms:Decrypt for assumed-role/App/monday of `
      + `account ${CONSUMER}; the IAM policy (here) allows it.`);
    assert.equal(outcome, 'unknown', 'the verdict stays that of the policies in the workspace');
    assert.equal(remedy?.advice, `Ask the owner of the key, account ${OWNER}, to add this statement to the key policy.`);
    assert.deepEqual(JSON.parse(remedy.statement ?? ''), { Sid: `Allow role App of external account ${CONSUMER} to use this key`,
      Effect: 'Allow', Principal: { AWS: roleArn(CONSUMER, 'App') }, Action: 'kms:Decrypt', Resource: '*' });
    assert.deepEqual(notes.filter((note) => note.startsWith('AWS')), []);
  });

  it(`say nothing of the other half: AWS names one kind of policy, also where several deny (${IAM_PAGE})`, () => {
    const { sentence, notes } = explained(worldOfFiles({}), NO_KEY_POLICY);
    assert.match(sentence, /^Denied, AWS says: the key policy of account \d+ does not allow [^;]*\.$/);
    assert.match(notes[0] ?? '', /^AWS names one kind of policy only.* the IAM policies may have to be changed too\.$/);
  });

  it(`tell the statement of an IAM policy that is not in the workspace (${IAM_PAGE})`, () => {
    const { sentence, remedy } = explained(onlyKeyPolicy, NO_IAM_POLICY);
    assert.match(sentence, /^Denied, AWS says: no IAM policy of .*App.* allows kms:Decrypt on the key; the key policy \(here\) allows it\.$/);
    assert.match(remedy?.advice ?? '', /^Add this statement to an IAM policy of /);
    assert.deepEqual(JSON.parse(remedy?.statement ?? ''),
      { Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN });
  });

  it(`name the Deny of a policy that is not in the workspace (${IAM_PAGE})`, () => {
    const keyPolicy = explained(onlyIdentityPolicy, 'with an explicit deny in a resource-based policy');
    assert.match(keyPolicy.sentence, /the key policy of account \d+ contains a Deny that covers kms:Decrypt for /);
    assert.match(keyPolicy.remedy?.advice ?? '', /^Ask the owner of the key, account \d+, to exclude .* from the Deny of the key policy/);
    const identityPolicy = explained(onlyKeyPolicy, 'with an explicit deny in an identity-based policy');
    assert.match(identityPolicy.sentence, /an IAM policy of .* contains a Deny that covers kms:Decrypt on the key; the key policy/);
    assert.equal(identityPolicy.remedy?.statement, undefined);
  });

  it(`contradict policies of the workspace that allow it (${IAM_PAGE})`, () => {
    assert.equal(explained(world, NO_KEY_POLICY).notes[0],
      'AWS found no Allow in the key policy, so the policies in AWS are not those of this workspace.');
    assert.equal(explained(onlyIdentityPolicy, NO_IAM_POLICY).notes[0],
      'AWS found no Allow in the IAM policies, so the policies in AWS are not those of this workspace.');
  });

  it(`are explained where the workspace finds the other half missing (${IAM_PAGE})`, () => {
    const { sentence, notes } = explained(world, NO_KEY_POLICY, roleArn(CONSUMER, 'Other'));
    assert.match(sentence, /^Denied: /);
    assert.match(notes[0] ?? '', /^AWS names one kind of policy only/);
    assert.deepEqual(explained(world, NO_IAM_POLICY, roleArn(CONSUMER, 'Other')).notes.filter((note) => note.startsWith('AWS')), []);
  });
});

describe('answers: AWS errors that leave out who called or which key is meant', () => {
  const ALIAS = `arn:aws:kms:eu-west-1:${CONSUMER}:alias/app`;
  const CASES:
    readonly (readonly [source: string, text: string, kind: string, action: string, missing: readonly string[], cause: RegExp])[] = [
      ['a ciphertext, older wording (AWS KMS API Reference, Decrypt)', 'An error occurred (AccessDeniedException) when calling the Decrypt '
        + 'operation: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not '
        + 'allowed to access.', 'ciphertext', 'kms:Decrypt', ['identity', 'key'], /another Region/],
      ['a ciphertext, by its key', denied('the resource associated with this ciphertext because the resource does not exist in this '
        + 'Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'), 'message', 'kms:Decrypt',
        ['key'], /key policy/],
      ['a ciphertext where AWS names the half', denied('the resource associated with this ciphertext because no identity-based policy '
        + 'allows the kms:Decrypt action'), 'message', 'kms:Decrypt', ['key'],
        /^No IAM policy of the caller allows kms:Decrypt on the key\.$/],
      ['an alias (KMS Developer Guide, alias-access)', 'An error occurred (NotFoundException) when calling the Encrypt operation: '
        + `Alias ${ALIAS} is not found.`, 'not-found', 'kms:Encrypt', ['identity'], /another account: a name such as alias\/app/],
      ['a key', `NotFoundException: Key 'arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab' does not exist`,
        'not-found', 'kms:Decrypt', ['identity'], /another Region/],
      ['Amazon S3, CLI (Amazon S3 User Guide, Troubleshoot access denied)',
        'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied', 's3', 'kms:Decrypt', ['identity', 'key'],
        /s3:GetObject/],
      ['Amazon S3, writing', 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied', 's3',
        'kms:GenerateDataKey', ['identity', 'key'], /kms:GenerateDataKey/],
      ['Amazon S3, XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access '
        + 'Denied</Message><RequestId>A</RequestId></Error>', 's3', 'kms:Decrypt', ['identity', 'key'], /aws\/s3/],
      ['Amazon S3, HEAD', 'fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden', 's3', 'kms:Decrypt', [
        'identity',
        'key',
      ], /aws\/s3/],
      ['Secrets Manager',
        'An error occurred (AccessDeniedException) when calling the GetSecretValue operation: Access to KMS is not allowed',
        'secrets-manager', 'kms:Decrypt', ['identity', 'key'], /aws\/secretsmanager/],
    ];
  for (const [name, text, source, action, missing, cause] of CASES) {
    it(`are answered by what fits and what the workspace has: ${name}`, () => {
      const answer = answered(text);
      assert.deepEqual([answer.source, answer.action, answer.missing], [source, action, missing]);
      assert.ok(answer.causes.some((each) => cause.test(each)), answer.causes.join('\n'));
      if (!text.includes('eu-west-1') || text.includes('Alias')) assert.ok(answer.candidates.some(({ key }) => key === KEY_ARN));
    });
  }

  it('say first what is denied here, and only what the caller has to do with where one is named', () => {
    const ciphertext = answered('The ciphertext refers to a customer master key that does not exist, does not exist in this region, or '
      + 'you are not allowed to access.');
    assert.deepEqual(ciphertext.candidates.map(({ identity, outcome }) => [identity, outcome]), [[roleArn(CONSUMER, 'Other'),
      'denied'], [roleArn(CONSUMER), 'allowed']]);
    assert.equal(ciphertext.sentence, 'Unknown: the message does not say who called, nor which key it is about.');
    const named = answered(denied('the resource associated with this ciphertext'));
    assert.deepEqual(named.candidates.map(({ identity, key, outcome }) => [identity, key, outcome]), [[SESSION, KEY_ARN, 'allowed']]);
  });

  it('are a page of their own, in which names are text', () => {
    const page = messageAnswerPage(answered(CASES[0]?.[1] ?? ''), ['AWS says: <nothing>.']);
    assert.match(page,
      /^# Unknown\n\nThe message does not say who called, nor which key it is about\.\n\n- Action: kms:Decrypt\n\nWhat fits the message:\n\n- /);
    assert.match(page,
      /\n\nThe keys of the workspace that it can be about, those first that are denied here:\n\n- arn:aws:iam::444455556666:role\/Other with /);
    assert.match(page, /AWS says: \\<nothing\\>\./);
  });

  it('are no other texts', () => {
    for (const text of ['Access denied', 'AccessDenied', 'Alias bob is not found', 'Key \'color\' does not exist',
      'The ciphertext refers to nothing', '404 NotFoundException', 'Access Denied by the porter']) {
      assert.equal(parseDeniedMessage(text), undefined, text);
    }
  });
});
