import assert from 'node:assert';
import { serviceIdentity } from '../../../server/src/core/access/caller';
import { ACTIONS } from '../../../server/src/core/aws/actions';
import {
  allows, bars, denies, EXT, identityOf, identityPolicy, KEY_ARN, KEY_ID, keyOf, keyPolicy, lets, OWN, roleOf, rootOf, said,
  verdictOn, type StatementJson,
} from '../../support/access';

const via = (value: string): StatementJson => ({ Condition: { StringEquals: { 'kms:ViaService': value } } });
const onKey = identityPolicy(allows('kms:Decrypt'));
const app = identityOf(roleOf(EXT), onKey);

describe('access: examples (docs/aws-rules.md 5.6)', () => {
  const forApp = (...statements: StatementJson[]) => keyOf(keyPolicy(...statements));
  const check = (number: number, what: string, got: () => string, expected: string): void => {
    it(`${number}: ${what} (docs/aws-rules.md 5.6)`, () => { assert.equal(got(), expected); });
  };

  check(1, 'account let in, identity policy', () => said(verdictOn(app, forApp(lets(rootOf(EXT), 'kms:Decrypt')))), 'allowed: both-allow');
  check(2, 'role let in, identity policy', () => said(verdictOn(app, forApp(lets(roleOf(EXT), 'kms:Decrypt')))), 'allowed: both-allow');
  check(3, 'no identity policy', () => said(verdictOn(identityOf(roleOf(EXT)), forApp(lets(rootOf(EXT), 'kms:Decrypt')))), 'denied: identity-policy-missing');
  check(4, 'nobody of the account let in', () => said(verdictOn(app, forApp(lets(rootOf(OWN), 'kms:*')))), 'denied: key-policy-silent');
  check(5, 'the identity policy asks for more than the key policy gives', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows(['kms:Decrypt', 'kms:Encrypt'])));
    const key = forApp(lets(rootOf(EXT), 'kms:Decrypt'));
    return `${said(verdictOn(identity, key))}, ${said(verdictOn(identity, key, 'Encrypt'))}`;
  }, 'allowed: both-allow, denied: key-policy-action');
  check(6, 'another role of the account let in', () => said(verdictOn(app, forApp(lets(roleOf(EXT, 'Other'), 'kms:Decrypt')))), 'denied: identity-not-named');
  check(7, 'everyone let in', () => said(verdictOn(app, forApp(lets('*', 'kms:Decrypt')))), 'allowed: both-allow');
  check(8, 'everyone of the owner let in', () => said(verdictOn(app, forApp(lets('*', 'kms:Decrypt', {
    Condition: { StringEquals: { 'kms:CallerAccount': OWN } },
  })))), 'denied: key-policy-condition');
  const organization = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } };
  check(9, 'everyone of an organization let in', () => {
    const key = forApp(lets('*', 'kms:Decrypt', organization));
    const within = verdictOn(app, key, 'Decrypt', new Map([['o-exampleorgid', [OWN, EXT]]]));
    const outside = verdictOn(app, key, 'Decrypt', new Map([['o-otherorg', [EXT]]]));
    return `${said(verdictOn(app, key))}, ${said(within)}, ${said(outside)}`;
  }, 'conditional: both-allow, allowed: both-allow, denied: key-policy-condition');
  check(10, 'identity policy on every resource', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: '*' })));
    return said(verdictOn(identity, forApp(lets(rootOf(EXT), 'kms:Decrypt'))));
  }, 'allowed: both-allow');
  check(11, 'identity policy on the alias', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: `arn:aws:kms:us-west-2:${OWN}:alias/app` })));
    return said(verdictOn(identity, forApp(lets(rootOf(EXT), 'kms:Decrypt'))));
  }, 'denied: identity-policy-missing');
  check(12, 'identity policy on the key in another Region', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })));
    return said(verdictOn(identity, forApp(lets(rootOf(EXT), 'kms:Decrypt'))));
  }, 'denied: region');
  check(13, 'let in and denied', () => said(verdictOn(app, forApp(lets(rootOf(EXT), 'kms:Decrypt'), bars(rootOf(EXT), 'kms:*')))), 'denied: key-policy-denies');
  check(14, 'an action that does not work across accounts', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:PutKeyPolicy')));
    return said(verdictOn(identity, forApp(lets(rootOf(EXT), 'kms:PutKeyPolicy')), 'PutKeyPolicy'));
  }, 'denied: not-cross-account');
  it('15: kms:* on both sides gives the 22 cross-account actions, RetireGrant only with a grant (docs/aws-rules.md 5.6)', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:*')));
    const key = forApp(lets(rootOf(EXT), 'kms:*'));
    for (const { name, crossAccount } of ACTIONS) {
      // Is about nobody's key, and needs the resource "*".
      if (name === 'kms:GenerateRandom') continue;
      const expected = name === 'kms:RetireGrant' ? 'unknown: needs-grant' : crossAccount ? 'allowed: both-allow' : 'denied: not-cross-account';
      assert.equal(said(verdictOn(identity, key, name)), expected, name);
    }
    assert.equal(ACTIONS.filter(({ crossAccount }) => crossAccount).length, 22);
  });
  check(16, 'another partition', () => {
    const china = (text: string): string => text.replace('arn:aws:', 'arn:aws-cn:');
    return said(verdictOn(identityOf(china(roleOf(EXT)), onKey), forApp(lets(china(rootOf(EXT)), 'kms:Decrypt'))));
  }, 'denied: partition');
  check(17, 'role of the owner named, no identity policy', () => said(verdictOn(identityOf(roleOf(OWN)), forApp(lets(roleOf(OWN), 'kms:Decrypt')))), 'allowed: both-allow');
  check(18, 'owner delegates, no identity policy', () => said(verdictOn(identityOf(roleOf(OWN)), forApp(lets(rootOf(OWN), 'kms:*')))), 'denied: identity-policy-missing');
  check(19, 'owner does not delegate', () => said(verdictOn(identityOf(roleOf(OWN, 'B'), onKey), forApp(lets(roleOf(OWN), 'kms:Decrypt')))), 'denied: not-delegating');
  check(20, 'owner delegates, identity policy', () => said(verdictOn(identityOf(roleOf(OWN), onKey), forApp(lets(rootOf(OWN), 'kms:*')))), 'allowed: both-allow');
  it('21: one session let in (docs/aws-rules.md 5.6)', () => {
    const key = forApp(lets(`arn:aws:sts::${EXT}:assumed-role/App/s1`, 'kms:Decrypt'));
    const verdict = verdictOn(app, key);
    assert.equal(said(verdict), 'conditional: both-allow');
    assert.deepEqual(verdict.sessions.map(({ session, negated }) => ({ session, negated })), [{ session: 's1', negated: false }]);
    assert.equal(said(verdictOn(identityOf(`arn:aws:sts::${EXT}:assumed-role/App/s1`, onKey), key)), 'allowed: both-allow');
    assert.equal(said(verdictOn(identityOf(`arn:aws:sts::${EXT}:assumed-role/App/s2`, onKey), key)), 'denied: identity-not-named');
  });
  it('22: a pattern in the identity policy, one action in the key policy (docs/aws-rules.md 5.6)', () => {
    const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:GenerateDataKey*')));
    const key = forApp(lets(rootOf(EXT), 'kms:GenerateDataKey'));
    assert.equal(said(verdictOn(identity, key, 'GenerateDataKey')), 'allowed: both-allow');
    for (const name of ['GenerateDataKeyPair', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPairWithoutPlaintext']) {
      assert.equal(said(verdictOn(identity, key, name)), 'denied: key-policy-action');
    }
  });
  check(23, 'case of actions does not count', () => (
    said(verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:decrypt'))), forApp(lets(rootOf(EXT), 'KMS:DECRYPT'))))
  ), 'allowed: both-allow');
  check(24, 'service of another Region', () => said(verdictOn(app, forApp(lets(rootOf(EXT), 'kms:Decrypt', via('s3.eu-west-1.amazonaws.com'))))), 'denied: key-policy-condition');
  check(25, 'service-linked role with a key of another account', () => {
    const name = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
    return said(verdictOn(identityOf(roleOf(EXT, name)), forApp(lets(roleOf(EXT, name), 'kms:Decrypt'))));
  }, 'denied: needs-grant');
  it('26: a service principal needs no identity policy (docs/aws-rules.md 5.6)', () => {
    const key = forApp({ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:GenerateDataKey*' });
    const on = (service: string, name: string): string => said(verdictOn(serviceIdentity(service), key, name));
    assert.equal(on('cloudtrail.amazonaws.com', 'GenerateDataKey'), 'allowed: both-allow');
    assert.equal(on('cloudtrail.amazonaws.com', 'Decrypt'), 'denied: key-policy-action');
    assert.equal(on('sns.amazonaws.com', 'GenerateDataKey'), 'denied: key-policy-silent');
  });
});

describe('access: resources of identity policies (docs/aws-rules.md 5.4)', () => {
  const key = keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt')));
  const outcome = (resource: unknown, more: StatementJson = {}): string => (
    verdictOn(identityOf(roleOf(EXT), identityPolicy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: resource, ...more })), key).outcome
  );
  const covering = [
    KEY_ARN, `arn:aws:kms:us-west-2:${OWN}:key/*`, `arn:aws:kms:*:${OWN}:key/*`, 'arn:aws:kms:*:*:key/*', `arn:aws:kms:us-west-2:${OWN}:*`, '*',
    `arn:*:kms:us-west-2:${OWN}:key/*`, `arn:aws:kms:us-west-?:${OWN}:key/${KEY_ID}`, `arn:aws:kms:us-west-2:\${aws:ResourceAccount}:key/*`,
  ];
  const missing = [
    `arn:aws:kms:us-west-2:${OWN}:alias/x`, `arn:aws:kms:us-west-2:${OWN}:alias/*`, KEY_ID, 'alias/x', `key/${KEY_ID}`,
    KEY_ARN.replace('us-west-2', 'us-west-1'), KEY_ARN.replace(OWN, EXT), KEY_ARN.replace('aws:', 'aws-cn:'), KEY_ARN.toUpperCase(), `${KEY_ARN} `,
    `arn:aws:kms:us-west-2::key/${KEY_ID}`, `arn:aws:kms:::key/${KEY_ID}`, `arn:aws:kms:us-west-2:${OWN}:key:${KEY_ID}`,
    `arn:aws:*:us-west-2:${OWN}:key/${KEY_ID}`, `arn:aws:kms:us-west-2:${OWN}:key/mrk-*`, 'arn:aws:s3:::bucket', [],
  ];
  for (const resource of covering) it(`covers the key: ${resource}`, () => { assert.equal(outcome(resource), 'allowed'); });
  for (const resource of missing) it(`does not cover the key: ${resource.toString()}`, () => { assert.equal(outcome(resource), 'denied'); });

  it('completes an ARN with fewer than six fields, in Allow and Deny (IAM User Guide, reference-arns)', () => {
    const denied = (resource: unknown): string => {
      const identity = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'), denies('kms:Decrypt', { Resource: resource })));
      return verdictOn(identity, key).outcome;
    };
    const complete = ['arn:aws:kms', 'arn:aws:kms:us-west-2', 'arn:aws:kms:*', `arn:aws:kms:us-west-2:${OWN}`, `arn:aws:kms:*:${OWN}`, 'arn:*:kms', 'arn:aws:kms:us-west-2:${aws:ResourceAccount}'];
    for (const resource of complete) assert.deepEqual([outcome(resource), denied(resource)], ['allowed', 'denied'], resource);
    const elsewhere = ['arn:aws:kms:eu-west-1', `arn:aws:kms:eu-west-1:${OWN}`, `arn:aws:kms:us-west-2:${EXT}`, 'arn:aws-cn:kms', 'arn:aws:s3', `arn:aws:kms:us-west-2:\${aws:PrincipalAccount}`];
    for (const resource of elsewhere) assert.deepEqual([outcome(resource), denied(resource)], ['denied', 'allowed'], resource);
    const open = [`arn:aws:kms:\${region}:${OWN}`, 'arn:aws:kms:us-west-2:${account_id}', 'arn:aws:kms:${rest}'];
    for (const resource of open) assert.deepEqual([outcome(resource), denied(resource)], ['unknown', 'unknown'], resource);
  });

  it('takes an empty field for no missing one, nor one that is left out in the middle (IAM User Guide, reference-arns)', () => {
    const notCompleted = ['arn:aws:kms:', `arn:aws:kms::${OWN}`, `arn:aws:kms:us-west-2:${OWN}:`, 'arn:aws:kms:us-west-2:', `arn:aws:kms:${OWN}`, `arn:aws:kms:${OWN}:key/${KEY_ID}`, 'arn:aws', 'arn', 'ARN:aws:kms'];
    for (const resource of notCompleted) assert.equal(outcome(resource), 'denied', resource);
  });

  it('completes under NotResource too (IAM User Guide, reference-arns)', () => {
    assert.equal(outcome(undefined, { Resource: undefined, NotResource: 'arn:aws:kms:us-west-2' }), 'denied');
    assert.equal(outcome(undefined, { Resource: undefined, NotResource: 'arn:aws:kms:eu-west-1' }), 'allowed');
  });

  it('completes no ARN of a key policy, where an incomplete one leaves the statement without effect (docs/aws-rules.md 5.4)', () => {
    const own = keyOf(keyPolicy(lets(roleOf(OWN), 'kms:Decrypt', { Resource: 'arn:aws:kms' })));
    assert.equal(verdictOn(identityOf(roleOf(OWN)), own).outcome, 'denied');
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
    const hidden = keyOf(keyPolicy(lets(rootOf(EXT), 'kms:Decrypt')), { arn: undefined, partition: 'aws', account: OWN });
    const on = (resource: string): string => verdictOn(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: resource }))), hidden).outcome;
    assert.equal(on('*'), 'allowed');
    assert.equal(on(`arn:aws:kms:*:${OWN}:key/*`), 'allowed');
    assert.equal(on(KEY_ARN), 'unknown');
    assert.equal(on(`arn:aws:kms:*:${EXT}:key/*`), 'denied');
  });
});
