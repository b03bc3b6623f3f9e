import assert from 'node:assert';
import { limitTexts } from '../../../server/src/core/access/say';
import { decidePair, groupOf } from '../../../server/src/core/access/pair';
import { NO_ORGANIZATIONS } from '../../../server/src/core/access/context';
import type { Verdict } from '../../../server/src/core/access/verdict';
import {
  action, allows, denies, EXT, identityOf, identityPolicy, KEY_ARN, keyOf, keyPolicy, lets, OWN, roleOf, rootOf, said, verdictOn, type StatementJson,
} from '../../support/access';

const ACTIONS = ['CreateAlias', 'UpdateAlias', 'DeleteAlias'];
const aliasArn = (name: string, region = 'us-west-2', account = OWN): string => `arn:aws:kms:${region}:${account}:alias/${name}`;
/** The key policy allows everything on the key, so that the IAM policies are asked for the alias alone. */
const KEY = keyOf(keyPolicy(lets(roleOf(OWN), 'kms:*')));
const onAlias = (name: string, more: StatementJson = {}): StatementJson => allows('kms:*', { Resource: aliasArn(name), ...more });
const notOn = (name: string, more: StatementJson = {}): StatementJson => denies('kms:*', { Resource: aliasArn(name), ...more });
const tested = (operator: string, key: string, value: string): StatementJson => ({ Condition: { [operator]: { [key]: value } } });
const answer = (verdict: Verdict): string => [said(verdict), ...limitTexts(verdict)].join(', ');

describe('access: the alias half of operations on aliases (KMS Developer Guide, alias-access)', () => {
  const check = (what: string, statements: readonly StatementJson[], expected: string, key = KEY): void => {
    it(`${what}: ${expected}`, () => {
      const identity = identityOf(roleOf(OWN), identityPolicy(...statements));
      const pair = decidePair(identity, key, NO_ORGANIZATIONS);
      for (const name of ACTIONS) {
        assert.equal(answer(verdictOn(identity, key, name)), expected, name);
        const group = groupOf(pair, action(name));
        assert.equal(group && answer(group.verdict), expected, `${name} in the pair`);
      }
    });
  };

  check('an alias', [onAlias('invoices')], 'allowed: both-allow');
  check('an alias of another Region', [allows('kms:*', { Resource: aliasArn('invoices', 'eu-west-1') })], 'denied: identity-policy-missing');
  check('an alias of another account', [allows('kms:*', { Resource: aliasArn('invoices', 'us-west-2', EXT) })], 'denied: identity-policy-missing');
  check('an ARN that AWS completes, of another account', [allows('kms:*', { Resource: `arn:aws:kms:*:${EXT}` })], 'denied: identity-policy-missing');
  check('the key alone', [allows('kms:*')], 'denied: identity-policy-missing');
  check('key and alias in two statements, the account delegating', [allows('kms:*'), onAlias('invoices')], 'allowed: both-allow', keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'))));
  check('an ARN that AWS completes', [allows('kms:*', { Resource: `arn:aws:kms:us-west-2:${OWN}` })], 'allowed: both-allow');

  check('a condition that is false', [onAlias('invoices', tested('StringEquals', 'aws:PrincipalAccount', EXT))], 'denied: identity-policy-condition');
  check('another Region in aws:RequestedRegion', [onAlias('*', tested('StringEquals', 'aws:RequestedRegion', 'eu-west-1'))], 'denied: identity-policy-condition');
  check('the Region of the key in aws:RequestedRegion', [onAlias('*', tested('StringEquals', 'aws:RequestedRegion', 'us-west-2'))], 'allowed: both-allow');
  check('an open condition', [onAlias('invoices', tested('Bool', 'aws:MultiFactorAuthPresent', 'true'))], 'conditional: both-allow, aws:MultiFactorAuthPresent Bool true');
  check('an open condition beside an alias without one', [onAlias('a', tested('Bool', 'aws:MultiFactorAuthPresent', 'true')), onAlias('b')], 'allowed: both-allow');

  check('the only alias denied again', [onAlias('invoices'), notOn('invoices')], 'denied: identity-policy-denies');
  check('the only alias denied by a pattern', [onAlias('invoices'), notOn('inv*')], 'denied: identity-policy-denies');
  check('a pattern denied by a wider one', [onAlias('invoices-*'), notOn('inv*')], 'denied: identity-policy-denies');
  check('a pattern of which one alias is denied', [onAlias('invoices-*'), notOn('invoices-1')], 'allowed: both-allow');
  check('one alias of several denied', [onAlias('a'), onAlias('b'), notOn('a')], 'allowed: both-allow');
  check('each alias of a list denied', [allows('kms:*', { Resource: [aliasArn('a'), aliasArn('b')] }), notOn('a'), notOn('b')], 'denied: identity-policy-denies');
  check('every alias but the allowed one denied', [onAlias('a'), denies('kms:*', { NotResource: [KEY_ARN, aliasArn('a')] })], 'allowed: both-allow');
  check('every alias but another one denied', [onAlias('a'), denies('kms:*', { NotResource: [KEY_ARN, aliasArn('b')] })], 'denied: identity-policy-denies');
  check('everything but keys denied', [onAlias('*'), denies('kms:*', { NotResource: 'arn:aws:kms:*:*:key/*' })], 'denied: identity-policy-denies');
  check('everything but keys and one alias denied', [onAlias('*'), denies('kms:*', { NotResource: ['arn:aws:kms:*:*:key/*', aliasArn('a')] })], 'allowed: both-allow');
  check('the alias of another Region denied', [onAlias('a'), denies('kms:*', { Resource: aliasArn('a', 'eu-west-1') })], 'allowed: both-allow');
  check('a Deny under an open condition', [onAlias('a'), notOn('a', tested('Bool', 'aws:MultiFactorAuthPresent', 'false'))], 'conditional: both-allow, unless aws:MultiFactorAuthPresent Bool false');
  check('a Deny under an open condition, and another alias', [onAlias('a'), onAlias('b'), notOn('a', tested('Bool', 'aws:MultiFactorAuthPresent', 'false'))], 'allowed: both-allow');
  check('a Deny under a condition that is false', [onAlias('a'), notOn('a', tested('StringEquals', 'aws:PrincipalAccount', EXT))], 'allowed: both-allow');
  check('a Deny of a placeholder', [onAlias('a'), notOn('${name}')], 'unknown: unresolved');
  check('a placeholder for the name', [onAlias('${name}')], 'allowed: both-allow');
  check('a placeholder for the account', [allows('kms:*', { Resource: 'arn:aws:kms:us-west-2:${account}:alias/a' })], 'unknown: unresolved');
  check('the account as a policy variable', [allows('kms:*', { Resource: 'arn:aws:kms:us-west-2:${aws:PrincipalAccount}:alias/a' })], 'allowed: both-allow');

  it('holds for one action as its statements say', () => {
    const identity = identityOf(roleOf(OWN), identityPolicy(onAlias('a'), denies('kms:UpdateAlias', { Resource: aliasArn('a') })));
    assert.deepEqual(ACTIONS.map((name) => said(verdictOn(identity, KEY, name))), ['allowed: both-allow', 'denied: identity-policy-denies', 'allowed: both-allow']);
    assert.equal(groupOf(decidePair(identity, KEY, NO_ORGANIZATIONS), action('UpdateAlias'))?.verdict.outcome, 'denied');
  });

  it('is open where IAM policies of the identity are not in the workspace', () => {
    const identity = { ...identityOf(roleOf(OWN), identityPolicy(onAlias('a'), notOn('a'))), unseen: ['arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser'] };
    assert.equal(said(verdictOn(identity, KEY, 'CreateAlias')), 'unknown: identity-policy-missing');
  });
});
