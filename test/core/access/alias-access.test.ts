import assert from 'node:assert';
import { describeRequirements } from '../../../server/src/core/access/text/describe-access';
import { decidePair, verdictGroupOf } from '../../../server/src/core/access/pair-verdicts';
import type { Verdict } from '../../../server/src/core/access/verdict';
import {
  actionInfoOf, discoveredIdentityPolicy, discoveredKeyPolicy, evaluationWorld, identityWithPolicies, keyWithPolicyOf, verdictOn,
  verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, identityPolicyDeny, KEY_ARN, KEY_ID, keyPolicyAllow, OWNER, roleArn, rootArn, type StatementJson,
} from '../../support/fixtures';

const ALIAS_ACTION_NAMES = ['CreateAlias', 'UpdateAlias', 'DeleteAlias'];
const aliasArn = (name: string, region = 'us-west-2', account = OWNER): string => `arn:aws:kms:${region}:${account}:alias/${name}`;
/** The key policy allows everything on the key, so that the IAM policies are asked for the alias alone. */
const KEY = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(OWNER), 'kms:*')));
const allowOnAlias = (name: string, more: StatementJson = {}): StatementJson =>
  identityPolicyAllow('kms:*', { Resource: aliasArn(name), ...more });
const denyOnAlias = (name: string, more: StatementJson = {}): StatementJson =>
  identityPolicyDeny('kms:*', { Resource: aliasArn(name), ...more });
const conditionElementWith = (operator: string, key: string, value: string): StatementJson => ({
  Condition: { [operator]: { [key]: value } },
});
const verdictWithRequirements = (verdict: Verdict): string => [verdictText(verdict), ...describeRequirements(verdict)].join(', ');

describe('access: the alias half of operations on aliases (KMS Developer Guide, alias-access)', () => {
  const check = (what: string, statements: readonly StatementJson[], expected: string, key = KEY): void => {
    it(`${what}: ${expected}`, () => {
      const identity = identityWithPolicies(roleArn(OWNER), discoveredIdentityPolicy(...statements));
      const pair = decidePair(identity, key, evaluationWorld());
      for (const name of ALIAS_ACTION_NAMES) {
        assert.equal(verdictWithRequirements(verdictOn(identity, key, name)), expected, name);
        const group = verdictGroupOf(pair, actionInfoOf(name));
        assert.equal(group && verdictWithRequirements(group.verdict), expected, `${name} in the pair`);
      }
    });
  };

  check('an alias', [allowOnAlias('invoices')], 'allowed: both-allow');
  check('an alias of another Region', [identityPolicyAllow('kms:*', { Resource: aliasArn('invoices', 'eu-west-1') })],
    'denied: identity-policy-missing');
  check('an alias of another account', [identityPolicyAllow('kms:*', { Resource: aliasArn('invoices', 'us-west-2', CONSUMER) })],
    'denied: identity-policy-missing');
  check('an ARN that AWS completes, of another account', [identityPolicyAllow('kms:*', { Resource: `arn:aws:kms:*:${CONSUMER}` })],
    'denied: identity-policy-missing');
  check('the key alone', [identityPolicyAllow('kms:*')], 'denied: identity-policy-missing');
  check('key and alias in two statements, the account delegating', [identityPolicyAllow('kms:*'), allowOnAlias('invoices')],
    'allowed: both-allow', keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'))));
  check('an ARN that AWS completes', [identityPolicyAllow('kms:*', { Resource: `arn:aws:kms:us-west-2:${OWNER}` })],
    'allowed: both-allow');

  check('a condition that is false', [
    allowOnAlias('invoices', conditionElementWith('StringEquals', 'aws:PrincipalAccount', CONSUMER)),
  ], 'denied: identity-policy-condition');
  check('another Region in aws:RequestedRegion', [
    allowOnAlias('*', conditionElementWith('StringEquals', 'aws:RequestedRegion', 'eu-west-1')),
  ], 'denied: identity-policy-condition');
  check('the Region of the key in aws:RequestedRegion', [
    allowOnAlias('*', conditionElementWith('StringEquals', 'aws:RequestedRegion', 'us-west-2')),
  ], 'allowed: both-allow');
  check('an open condition', [allowOnAlias('invoices', conditionElementWith('Bool', 'aws:MultiFactorAuthPresent', 'true'))],
    'conditional: both-allow, aws:MultiFactorAuthPresent Bool true');
  check('an open condition beside an alias without one', [
    allowOnAlias('a', conditionElementWith('Bool', 'aws:MultiFactorAuthPresent', 'true')),
    allowOnAlias('b'),
  ], 'allowed: both-allow');

  check('the only alias denied again', [allowOnAlias('invoices'), denyOnAlias('invoices')], 'denied: identity-policy-denies');
  check('the only alias denied by a pattern', [allowOnAlias('invoices'), denyOnAlias('inv*')], 'denied: identity-policy-denies');
  check('a pattern denied by a wider one', [allowOnAlias('invoices-*'), denyOnAlias('inv*')], 'denied: identity-policy-denies');
  check('a pattern of which one alias is denied', [allowOnAlias('invoices-*'), denyOnAlias('invoices-1')], 'allowed: both-allow');
  check('one alias of several denied', [allowOnAlias('a'), allowOnAlias('b'), denyOnAlias('a')], 'allowed: both-allow');
  check('each alias of a list denied', [identityPolicyAllow('kms:*', { Resource: [aliasArn('a'), aliasArn('b')] }), denyOnAlias('a'),
    denyOnAlias('b')], 'denied: identity-policy-denies');
  check('every alias but the allowed one denied', [allowOnAlias('a'),
    identityPolicyDeny('kms:*', { NotResource: [KEY_ARN, aliasArn('a')] })], 'allowed: both-allow');
  check('every alias but another one denied', [allowOnAlias('a'), identityPolicyDeny('kms:*', { NotResource: [KEY_ARN, aliasArn('b')] })],
    'denied: identity-policy-denies');
  check('everything but keys denied', [allowOnAlias('*'), identityPolicyDeny('kms:*', { NotResource: 'arn:aws:kms:*:*:key/*' })],
    'denied: identity-policy-denies');
  check('everything but keys and one alias denied', [allowOnAlias('*'),
    identityPolicyDeny('kms:*', { NotResource: ['arn:aws:kms:*:*:key/*', aliasArn('a')] })], 'allowed: both-allow');
  check('the alias of another Region denied', [allowOnAlias('a'), identityPolicyDeny('kms:*', { Resource: aliasArn('a', 'eu-west-1') })],
    'allowed: both-allow');
  check('a Deny under an open condition', [allowOnAlias('a'),
    denyOnAlias('a', conditionElementWith('Bool', 'aws:MultiFactorAuthPresent', 'false'))],
    'conditional: both-allow, unless aws:MultiFactorAuthPresent Bool false');
  check('a Deny under an open condition, and another alias', [allowOnAlias('a'), allowOnAlias('b'),
    denyOnAlias('a', conditionElementWith('Bool', 'aws:MultiFactorAuthPresent', 'false'))], 'allowed: both-allow');
  check('a Deny under a condition that is false', [allowOnAlias('a'),
    denyOnAlias('a', conditionElementWith('StringEquals', 'aws:PrincipalAccount', CONSUMER))], 'allowed: both-allow');
  check('a Deny of a placeholder', [allowOnAlias('a'), denyOnAlias('${name}')], 'unknown: unresolved');
  check('a placeholder for the name', [allowOnAlias('${name}')], 'allowed: both-allow');
  check('a placeholder for the account', [identityPolicyAllow('kms:*', { Resource: 'arn:aws:kms:us-west-2:${account}:alias/a' })],
    'unknown: unresolved');
  check('the account as a policy variable', [
    identityPolicyAllow('kms:*', { Resource: 'arn:aws:kms:us-west-2:${aws:PrincipalAccount}:alias/a' }),
  ], 'allowed: both-allow');

  it('holds for one action as its statements say', () => {
    const identity = identityWithPolicies(roleArn(OWNER),
      discoveredIdentityPolicy(allowOnAlias('a'), identityPolicyDeny('kms:UpdateAlias', { Resource: aliasArn('a') })));
    assert.deepEqual(ALIAS_ACTION_NAMES.map((name) => verdictText(verdictOn(identity, KEY, name))), ['allowed: both-allow',
      'denied: identity-policy-denies', 'allowed: both-allow']);
    assert.equal(verdictGroupOf(decidePair(identity, KEY, evaluationWorld()), actionInfoOf('UpdateAlias'))?.verdict.outcome, 'denied');
  });

  it('is open where IAM policies of the identity are not in the workspace', () => {
    const identity = { ...identityWithPolicies(roleArn(OWNER), discoveredIdentityPolicy(allowOnAlias('a'), denyOnAlias('a'))),
      policiesWithoutDocument: ['arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser'] };
    assert.equal(verdictText(verdictOn(identity, KEY, 'CreateAlias')), 'unknown: identity-policy-missing');
  });
});

describe('access: aliases of a key of which the Region is not known', () => {
  const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow('*', 'kms:*')), { arn: undefined, partition: 'aws', account: OWNER,
    keyId: KEY_ID });
  const createAlias = (resource: string | readonly string[], more: readonly object[] = []): string => {
    const allow = identityPolicyAllow('kms:CreateAlias', { Resource: resource });
    return verdictOn(identityWithPolicies(roleArn(OWNER), discoveredIdentityPolicy(allow, ...more as never[])), key, 'CreateAlias').outcome;
  };

  it('those of one Region may be others', () => {
    assert.equal(createAlias(`arn:aws:kms:us-west-2:${OWNER}:alias/*`), 'unknown');
    assert.equal(createAlias(`arn:aws:kms:us-west-2:${CONSUMER}:alias/*`), 'denied');
  });

  it('those of all Regions are meant', () => {
    assert.equal(createAlias(`arn:aws:kms:*:${OWNER}:alias/*`), 'allowed');
    assert.equal(createAlias('arn:aws:kms:*'), 'allowed');
  });

  it('a Deny on those of one Region may deny them all', () => {
    const deny = { Effect: 'Deny', Action: 'kms:CreateAlias', Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/*` };
    assert.equal(createAlias('*', [deny]), 'unknown');
  });
});
