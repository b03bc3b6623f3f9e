import assert from 'node:assert';
import { serviceIdentity } from '../../../server/src/core/access/caller';
import { ACTIONS } from '../../../server/src/core/aws/actions';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, identityWithPolicies, keyWithPolicyOf, verdictOn, verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, identityPolicyDeny, KEY_ARN, KEY_ID, keyPolicyAllow, keyPolicyDeny, OWNER, roleArn, rootArn,
  type StatementJson,
} from '../../support/fixtures';

const withViaService = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:ViaService': value } } });
const DECRYPT_POLICY = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'));
const EXTERNAL_ROLE = identityWithPolicies(roleArn(CONSUMER), DECRYPT_POLICY);

describe('access: examples (docs/aws-rules.md 5.6)', () => {
  const forApp = (...statements: StatementJson[]) => keyWithPolicyOf(discoveredKeyPolicy(...statements));
  const check = (number: number, what: string, got: () => string, expected: string): void => {
    it(`${number}: ${what} (docs/aws-rules.md 5.6)`, () => { assert.equal(got(), expected); });
  };

  check(1, 'account let in, identity policy',
    () => verdictText(verdictOn(EXTERNAL_ROLE, forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')))), 'allowed: both-allow');
  check(2, 'role let in, identity policy',
    () => verdictText(verdictOn(EXTERNAL_ROLE, forApp(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')))), 'allowed: both-allow');
  check(3, 'no identity policy',
    () =>
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER)), forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))),
      ), 'denied: identity-policy-missing');
  check(4, 'nobody of the account let in',
    () => verdictText(verdictOn(EXTERNAL_ROLE, forApp(keyPolicyAllow(rootArn(OWNER), 'kms:*')))), 'denied: key-policy-silent');
  check(5, 'the identity policy asks for more than the key policy gives', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    const key = forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'));
    return `${verdictText(verdictOn(identity, key))}, ${verdictText(verdictOn(identity, key, 'Encrypt'))}`;
  }, 'allowed: both-allow, denied: key-policy-action');
  check(6, 'another role of the account let in',
    () => verdictText(verdictOn(EXTERNAL_ROLE, forApp(keyPolicyAllow(roleArn(CONSUMER, 'Other'), 'kms:Decrypt')))),
    'denied: identity-not-named');
  check(7, 'everyone let in', () => verdictText(verdictOn(EXTERNAL_ROLE, forApp(keyPolicyAllow('*', 'kms:Decrypt')))),
    'allowed: both-allow');
  check(8, 'everyone of the owner let in', () =>
    verdictText(verdictOn(EXTERNAL_ROLE, forApp(keyPolicyAllow('*', 'kms:Decrypt', {
      Condition: { StringEquals: { 'kms:CallerAccount': OWNER } },
    })))), 'denied: key-policy-condition');
  const organization = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } };
  check(9, 'everyone of an organization let in', () => {
    const key = forApp(keyPolicyAllow('*', 'kms:Decrypt', organization));
    const within = verdictOn(EXTERNAL_ROLE, key, 'Decrypt', new Map([['o-exampleorgid', [OWNER, CONSUMER]]]));
    const outside = verdictOn(EXTERNAL_ROLE, key, 'Decrypt', new Map([['o-otherorg', [CONSUMER]]]));
    return `${verdictText(verdictOn(EXTERNAL_ROLE, key))}, ${verdictText(within)}, ${verdictText(outside)}`;
  }, 'conditional: both-allow, allowed: both-allow, denied: key-policy-condition');
  check(10, 'identity policy on every resource', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' })));
    return verdictText(verdictOn(identity, forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))));
  }, 'allowed: both-allow');
  check(11, 'identity policy on the alias', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/app` })));
    return verdictText(verdictOn(identity, forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))));
  }, 'denied: identity-policy-missing');
  check(12, 'identity policy on the key in another Region', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })));
    return verdictText(verdictOn(identity, forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))));
  }, 'denied: region');
  check(13, 'let in and denied',
    () =>
      verdictText(
        verdictOn(EXTERNAL_ROLE,
          forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyDeny(rootArn(CONSUMER), 'kms:*'))),
      ), 'denied: key-policy-denies');
  check(14, 'an action that does not work across accounts', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:PutKeyPolicy')));
    return verdictText(verdictOn(identity, forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:PutKeyPolicy')), 'PutKeyPolicy'));
  }, 'denied: not-cross-account');
  it('15: kms:* on both sides gives the 22 cross-account actions, RetireGrant only with a grant (docs/aws-rules.md 5.6)', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*')));
    const key = forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:*'));
    for (const { name, crossAccount } of ACTIONS) {
      // Is about nobody's key, and needs the resource "*".
      if (name === 'kms:GenerateRandom') continue;
      const expected = name === 'kms:RetireGrant'
        ? 'unknown: needs-grant'
        : crossAccount
        ? 'allowed: both-allow'
        : 'denied: not-cross-account';
      assert.equal(verdictText(verdictOn(identity, key, name)), expected, name);
    }
    assert.equal(ACTIONS.filter(({ crossAccount }) => crossAccount).length, 22);
  });
  check(16, 'another partition', () => {
    const china = (text: string): string => text.replace('arn:aws:', 'arn:aws-cn:');
    return verdictText(
      verdictOn(identityWithPolicies(china(roleArn(CONSUMER)), DECRYPT_POLICY),
        forApp(keyPolicyAllow(china(rootArn(CONSUMER)), 'kms:Decrypt'))),
    );
  }, 'denied: partition');
  check(17, 'role of the owner named, no identity policy',
    () =>
      verdictText(
        verdictOn(identityWithPolicies(roleArn(OWNER)), forApp(keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt'))),
      ), 'allowed: both-allow');
  check(18, 'owner delegates, no identity policy',
    () => verdictText(verdictOn(identityWithPolicies(roleArn(OWNER)), forApp(keyPolicyAllow(rootArn(OWNER), 'kms:*')))),
    'denied: identity-policy-missing');
  check(19, 'owner does not delegate',
    () =>
      verdictText(
        verdictOn(identityWithPolicies(roleArn(OWNER, 'B'), DECRYPT_POLICY),
          forApp(keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt'))),
      ), 'denied: not-delegating');
  check(20, 'owner delegates, identity policy',
    () =>
      verdictText(
        verdictOn(identityWithPolicies(roleArn(OWNER), DECRYPT_POLICY),
          forApp(keyPolicyAllow(rootArn(OWNER), 'kms:*'))),
      ), 'allowed: both-allow');
  it('21: one session let in (docs/aws-rules.md 5.6)', () => {
    const key = forApp(keyPolicyAllow(`arn:aws:sts::${CONSUMER}:assumed-role/App/s1`, 'kms:Decrypt'));
    const verdict = verdictOn(EXTERNAL_ROLE, key);
    assert.equal(verdictText(verdict), 'conditional: both-allow');
    assert.deepEqual(verdict.sessions.map(({ session, negated }) => ({ session, negated })), [{ session: 's1', negated: false }]);
    assert.equal(verdictText(verdictOn(identityWithPolicies(`arn:aws:sts::${CONSUMER}:assumed-role/App/s1`, DECRYPT_POLICY), key)),
      'allowed: both-allow');
    assert.equal(verdictText(verdictOn(identityWithPolicies(`arn:aws:sts::${CONSUMER}:assumed-role/App/s2`, DECRYPT_POLICY), key)),
      'denied: identity-not-named');
  });
  it('22: a pattern in the identity policy, one action in the key policy (docs/aws-rules.md 5.6)', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:GenerateDataKey*')));
    const key = forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:GenerateDataKey'));
    assert.equal(verdictText(verdictOn(identity, key, 'GenerateDataKey')), 'allowed: both-allow');
    for (const name of ['GenerateDataKeyPair', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPairWithoutPlaintext']) {
      assert.equal(verdictText(verdictOn(identity, key, name)), 'denied: key-policy-action');
    }
  });
  check(23, 'case of actions does not count', () => (
    verdictText(
      verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:decrypt'))),
        forApp(keyPolicyAllow(rootArn(CONSUMER), 'KMS:DECRYPT'))),
    )
  ), 'allowed: both-allow');
  check(24, 'service of another Region',
    () =>
      verdictText(
        verdictOn(EXTERNAL_ROLE,
          forApp(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withViaService('s3.eu-west-1.amazonaws.com')))),
      ), 'denied: key-policy-condition');
  check(25, 'service-linked role with a key of another account', () => {
    const name = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
    return verdictText(
      verdictOn(identityWithPolicies(roleArn(CONSUMER, name)),
        forApp(keyPolicyAllow(roleArn(CONSUMER, name), 'kms:Decrypt'))),
    );
  }, 'denied: needs-grant');
  it('26: a service principal needs no identity policy (docs/aws-rules.md 5.6)', () => {
    const key = forApp({ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:GenerateDataKey*' });
    const on = (service: string, name: string): string => verdictText(verdictOn(serviceIdentity(service), key, name));
    assert.equal(on('cloudtrail.amazonaws.com', 'GenerateDataKey'), 'allowed: both-allow');
    assert.equal(on('cloudtrail.amazonaws.com', 'Decrypt'), 'denied: key-policy-action');
    assert.equal(on('sns.amazonaws.com', 'GenerateDataKey'), 'denied: key-policy-silent');
  });
});

describe('access: resources of identity policies (docs/aws-rules.md 5.4)', () => {
  const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')));
  const outcome = (resource: unknown, more: StatementJson = {}): string => (
    verdictOn(
      identityWithPolicies(roleArn(CONSUMER),
        discoveredIdentityPolicy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: resource, ...more })),
      key,
    ).outcome
  );
  const covering = [
    KEY_ARN, `arn:aws:kms:us-west-2:${OWNER}:key/*`, `arn:aws:kms:*:${OWNER}:key/*`, 'arn:aws:kms:*:*:key/*',
    `arn:aws:kms:us-west-2:${OWNER}:*`, '*',
    `arn:*:kms:us-west-2:${OWNER}:key/*`, `arn:aws:kms:us-west-?:${OWNER}:key/${KEY_ID}`,
    `arn:aws:kms:us-west-2:\${aws:ResourceAccount}:key/*`,
  ];
  const missing = [
    `arn:aws:kms:us-west-2:${OWNER}:alias/x`, `arn:aws:kms:us-west-2:${OWNER}:alias/*`, KEY_ID, 'alias/x', `key/${KEY_ID}`,
    KEY_ARN.replace('us-west-2', 'us-west-1'), KEY_ARN.replace(OWNER, CONSUMER), KEY_ARN.replace('aws:', 'aws-cn:'),
    KEY_ARN.toUpperCase(), `${KEY_ARN} `,
    `arn:aws:kms:us-west-2::key/${KEY_ID}`, `arn:aws:kms:::key/${KEY_ID}`, `arn:aws:kms:us-west-2:${OWNER}:key:${KEY_ID}`,
    `arn:aws:*:us-west-2:${OWNER}:key/${KEY_ID}`, `arn:aws:kms:us-west-2:${OWNER}:key/mrk-*`, 'arn:aws:s3:::bucket', [],
  ];
  for (const resource of covering)
    it(`covers the key: ${resource}`, () => {
      assert.equal(outcome(resource), 'allowed');
    });
  for (const resource of missing)
    it(`does not cover the key: ${resource.toString()}`, () => {
      assert.equal(outcome(resource), 'denied');
    });

  it('completes an ARN with fewer than six fields, in Allow and Deny (IAM User Guide, reference-arns)', () => {
    const denied = (resource: unknown): string => {
      const identity = identityWithPolicies(roleArn(CONSUMER),
        discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'), identityPolicyDeny('kms:Decrypt', { Resource: resource })));
      return verdictOn(identity, key).outcome;
    };
    const complete = ['arn:aws:kms', 'arn:aws:kms:us-west-2', 'arn:aws:kms:*', `arn:aws:kms:us-west-2:${OWNER}`,
      `arn:aws:kms:*:${OWNER}`, 'arn:*:kms', 'arn:aws:kms:us-west-2:${aws:ResourceAccount}'];
    for (const resource of complete) assert.deepEqual([outcome(resource), denied(resource)], ['allowed', 'denied'], resource);
    const elsewhere = ['arn:aws:kms:eu-west-1', `arn:aws:kms:eu-west-1:${OWNER}`, `arn:aws:kms:us-west-2:${CONSUMER}`,
      'arn:aws-cn:kms', 'arn:aws:s3', `arn:aws:kms:us-west-2:\${aws:PrincipalAccount}`];
    for (const resource of elsewhere) assert.deepEqual([outcome(resource), denied(resource)], ['denied', 'allowed'], resource);
    const open = [`arn:aws:kms:\${region}:${OWNER}`, 'arn:aws:kms:us-west-2:${account_id}', 'arn:aws:kms:${rest}'];
    for (const resource of open) assert.deepEqual([outcome(resource), denied(resource)], ['unknown', 'unknown'], resource);
  });

  it('takes an empty field for no missing one, nor one that is left out in the middle (IAM User Guide, reference-arns)', () => {
    const notCompleted = ['arn:aws:kms:', `arn:aws:kms::${OWNER}`, `arn:aws:kms:us-west-2:${OWNER}:`,
      'arn:aws:kms:us-west-2:', `arn:aws:kms:${OWNER}`, `arn:aws:kms:${OWNER}:key/${KEY_ID}`, 'arn:aws', 'arn',
      'ARN:aws:kms'];
    for (const resource of notCompleted) assert.equal(outcome(resource), 'denied', resource);
  });

  it('completes under NotResource too (IAM User Guide, reference-arns)', () => {
    assert.equal(outcome(undefined, { Resource: undefined, NotResource: 'arn:aws:kms:us-west-2' }), 'denied');
    assert.equal(outcome(undefined, { Resource: undefined, NotResource: 'arn:aws:kms:eu-west-1' }), 'allowed');
  });

  it('completes no ARN of a key policy, where an incomplete one leaves the statement without effect (docs/aws-rules.md 5.4)', () => {
    const own = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt', { Resource: 'arn:aws:kms' })));
    assert.equal(verdictOn(identityWithPolicies(roleArn(OWNER)), own).outcome, 'denied');
  });

  it('takes a policy variable or a placeholder for unknown where the known parts fit', () => {
    assert.equal(outcome('arn:aws:kms:us-west-2:111122223333:key/${aws:PrincipalTag/key}'), 'unknown');
    assert.equal(outcome('arn:aws:kms:eu-west-1:111122223333:key/${aws:PrincipalTag/key}'), 'denied');
    assert.equal(outcome('arn:aws:kms:us-west-2:${account_id}:key/*'), 'unknown');
    assert.equal(outcome('arn:aws:kms:eu-west-1:${account_id}:key/*'), 'denied');
    assert.equal(outcome('${key_arn}'), 'unknown');
  });

  it('covers with NotResource every key but the listed', () => {
    const other = (resource: string): string => outcome(undefined, { Resource: undefined, NotResource: resource });
    assert.equal(other('arn:aws:kms:us-west-2:999988887777:key/*'), 'allowed');
    assert.equal(other(KEY_ARN), 'denied');
  });

  it('covers a key with unknown fields by a pattern that covers all of them', () => {
    const hidden = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')), { arn: undefined,
      partition: 'aws', account: OWNER });
    const on = (resource: string): string =>
      verdictOn(
        identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: resource }))),
        hidden,
      ).outcome;
    assert.equal(on('*'), 'allowed');
    assert.equal(on(`arn:aws:kms:*:${OWNER}:key/*`), 'allowed');
    assert.equal(on(KEY_ARN), 'unknown');
    assert.equal(on(`arn:aws:kms:*:${CONSUMER}:key/*`), 'denied');
  });
});
