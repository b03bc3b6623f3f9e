/** Conditions that exclude each other: docs/aws-rules.md 4.4, with the pages of AWS in the names. */
import assert from 'node:assert';
import type { Verdict } from '../../../server/src/core/access/verdict';
import { conditionText } from '../../../server/src/core/access/say';
import {
  allows, bars, denies, EXT, identityOf, identityPolicy, keyOf, keyPolicy, lets, OWN, policyOf, roleOf, rootOf, said, verdictOn, type PolicyOptions, type StatementJson,
} from '../../support/access';

type Block = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const S3 = 's3.us-west-2.amazonaws.com';
const SQS = 'sqs.us-west-2.amazonaws.com';
const CONTRADICT = 'denied: conditions-contradict';
const CONDITIONAL = 'conditional: both-allow';
const under = (block: Block | undefined): StatementJson => (block ? { Condition: block } : {});

function verdict(keyStatements: readonly StatementJson[], ownStatements: readonly StatementJson[], action?: string, options: PolicyOptions = {}): Verdict {
  const own = policyOf(ownStatements.map((statement) => ({ Resource: '*', ...statement })), { kind: 'identity', ...options });
  return verdictOn(identityOf(roleOf(EXT), own), keyOf(keyPolicy(...keyStatements)), action);
}

/** Key policy and IAM policy allow kms:Decrypt, each under its conditions. */
const halves = (key: Block | undefined, own: Block | undefined, action = 'kms:Decrypt'): Verdict => (
  verdict([lets(rootOf(EXT), action, under(key))], [allows(action, under(own))], action)
);
const via = (operator: string, ...values: readonly unknown[]): Block => ({ [operator]: { 'kms:ViaService': values.length === 1 ? values[0] : values } });

describe('conditions that exclude each other (IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values)', () => {
  const certain: Readonly<Record<string, readonly [Block, Block]>> = {
    'disjoint lists of StringEquals': [via('StringEquals', S3, 'ec2.us-west-2.amazonaws.com'), via('StringEquals', SQS)],
    'a value that StringLike does not match': [via('StringLike', 's3.*'), via('StringEquals', SQS)],
    'a pattern without wildcard': [via('StringLike', S3), via('StringLike', SQS)],
    'an ARN that ArnLike does not match': [
      { ArnLike: { 'kms:GranteePrincipal': `arn:aws:iam::${OWN}:role/*` } }, { StringEquals: { 'kms:GranteePrincipal': roleOf(EXT) } },
    ],
    'StringNotEquals of all values': [via('StringNotEquals', S3, SQS), via('StringEquals', SQS, S3)],
    'StringNotLike': [via('StringNotLike', 's*'), via('StringEquals', SQS)],
    'Null true against a value': [via('Null', 'true'), via('StringEquals', S3)],
    'Null true against a pattern': [via('Null', 'true'), via('StringLike', '*')],
    'Null true against Null false': [via('Null', true), via('Null', false)],
    'patterns that no text matches both': [via('StringLike', 's3.*'), via('StringLike', 'sqs.*')],
    'IfExists beside a value that has to exist': [via('StringEqualsIfExists', S3), via('StringEquals', SQS)],
    'Bool': [{ Bool: { 'kms:GrantIsForAWSResource': true } }, { Bool: { 'kms:GrantIsForAWSResource': 'false' } }],
    'values of other letters under IgnoreCase': [via('StringEqualsIgnoreCase', S3), via('StringEquals', SQS)],
    'a key written in other capitals': [via('StringEquals', S3), { StringEquals: { 'KMS:viaservice': SQS } }],
  };
  for (const [name, [one, other]] of Object.entries(certain)) {
    const action = JSON.stringify(one).includes('Grant') ? 'kms:CreateGrant' : 'kms:Decrypt';
    it(`are certain, both ways: ${name}`, () => {
      for (const found of [halves(one, other, action), halves(other, one, action)]) {
        assert.equal(said(found), CONTRADICT);
        assert.equal(found.half, undefined);
        assert.equal(found.failing.length, 2);
        assert.deepEqual(found.because.map(({ half }) => half), ['key-policy', 'identity-policy']);
      }
    });
  }

  const uncertain: Readonly<Record<string, readonly [Block, Block]>> = {
    'lists that share a value': [via('StringEquals', S3, SQS), via('StringEquals', SQS)],
    'a pattern that matches one of the values': [via('StringLike', 's3.*'), via('StringEquals', SQS, S3)],
    'a value that remains': [via('StringNotEquals', S3), via('StringEquals', SQS, S3)],
    'IfExists on both sides, which a request without the key meets': [via('StringEqualsIfExists', S3), via('StringEqualsIfExists', SQS)],
    'IfExists beside Null true': [via('StringEqualsIfExists', S3), via('Null', 'true')],
    'a negated operator beside Null true': [via('StringNotEquals', S3), via('Null', 'true')],
    'other capitals under IgnoreCase': [via('StringEqualsIgnoreCase', S3.toUpperCase()), via('StringEquals', S3)],
    'capitals under IgnoreCase beside an excluded value': [{ StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': 'A' } }, { StringNotEquals: { 'aws:PrincipalTag/team': 'A' } }],
    'a policy variable': [{ StringEquals: { 'aws:PrincipalTag/team': 'a' } }, { StringEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/group}' } }],
    'different keys': [via('StringEquals', S3), { StringEquals: { 'kms:EncryptionContext:app': 'x' } }],
    'two keys of the encryption context': [{ StringEquals: { 'kms:EncryptionContext:app': 'x' } }, { StringEquals: { 'kms:EncryptionContext:App2': 'y' } }],
    'a key that AWS does not have': [{ StringEquals: { 'custom:Key': 'a' } }, { StringEquals: { 'custom:Key': 'b' } }],
    'set operators': [{ 'ForAnyValue:StringEquals': { 'kms:ViaService': S3 } }, { 'ForAnyValue:StringEquals': { 'kms:ViaService': SQS } }],
  };
  for (const [name, [one, other]] of Object.entries(uncertain)) {
    it(`stay conditions, both ways: ${name}`, () => {
      for (const found of [halves(one, other), halves(other, one)]) assert.equal(said(found), CONDITIONAL);
    });
  }

  it('stay conditions on keys with several values (reference_policies_condition-single-vs-multi-valued-context-keys)', () => {
    for (const key of ['kms:EncryptionContextKeys', 'aws:CalledVia', 'aws:TagKeys']) {
      const action = key === 'aws:TagKeys' ? 'kms:TagResource' : 'kms:Decrypt';
      const block = (value: string): Block => ({ 'ForAnyValue:StringEquals': { [key]: value } });
      const identity = identityOf(roleOf(OWN), identityPolicy(allows(action, under(block('a')))));
      assert.equal(said(verdictOn(identity, keyOf(keyPolicy(lets(rootOf(OWN), action, under(block('b'))))), action)), CONDITIONAL, key);
    }
  });

  it('stay conditions while a template fills a value in', () => {
    assert.equal(said(verdict([lets(rootOf(EXT), 'kms:Decrypt', under(via('StringEquals', S3)))], [allows('kms:Decrypt', under(via('StringEquals', '${service}')))])), CONDITIONAL);
  });

  it('are held against variables whose value is known (reference_policies_variables)', () => {
    const tag = (value: string): Block => ({ StringEquals: { 'aws:PrincipalTag/account': value } });
    assert.equal(said(halves(tag(OWN), tag('${aws:PrincipalAccount}'))), CONTRADICT);
    assert.equal(said(halves(tag(EXT), tag('${aws:PrincipalAccount}'))), CONDITIONAL);
    // Version 2008-10-17 has no variables: this is the text itself.
    const literal = [allows('kms:Decrypt', under(tag('${aws:PrincipalTag/x}')))];
    assert.equal(said(verdict([lets(rootOf(EXT), 'kms:Decrypt', under(tag('a')))], literal, undefined, { version: '2008-10-17' })), CONTRADICT);
  });

  it('are found in one statement, in either half', () => {
    const never = { StringEquals: { 'kms:ViaService': S3 }, Null: { 'kms:ViaService': 'true' } };
    assert.equal(said(halves(never, undefined)), CONTRADICT);
    assert.equal(said(halves(undefined, never)), CONTRADICT);
    assert.equal(halves(never, undefined).half, 'key-policy');
  });

  it('are named as few as possible', () => {
    const found = halves({ StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } }, { StringEquals: { 'kms:ViaService': SQS, 'kms:EncryptionContext:app': 'x' } });
    assert.deepEqual(found.failing.map(conditionText), [`kms:ViaService StringEquals ${S3}`, `kms:ViaService StringEquals ${SQS}`]);
  });

  it('leave another way that a request can meet, which is then told', () => {
    const found = verdict([lets(rootOf(EXT), 'kms:Decrypt', under(via('StringEquals', S3)))], [
      allows('kms:Decrypt', under(via('StringEquals', SQS))), allows('kms:Decrypt', under({ StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } })),
    ]);
    assert.equal(said(found), CONDITIONAL);
    assert.deepEqual(found.conditions.map(conditionText), [`kms:ViaService StringEquals ${S3}`, `kms:ViaService StringEquals ${S3}`, 'kms:EncryptionContext:app StringEquals x']);
    assert.deepEqual(found.alternatives, []);
  });

  it('leave open what a placeholder may still allow', () => {
    const found = verdict([lets(rootOf(EXT), 'kms:Decrypt', under(via('StringEquals', S3))), lets('arn:aws:iam::${account}:role/App', 'kms:Decrypt')], [allows('kms:Decrypt', under(via('StringEquals', SQS)))]);
    assert.equal(said(found), 'unknown: unresolved');
  });
});

describe('an Allow under what a Deny is under (reference_policies_evaluation-logic_policy-eval-denyallow)', () => {
  const denyIn = (half: 'key' | 'own', allow: Block | undefined, deny: Block): Verdict => verdict(
    [lets(rootOf(EXT), 'kms:Decrypt', half === 'key' ? under(allow) : {}), ...half === 'key' ? [bars('*', 'kms:*', under(deny))] : []],
    [allows('kms:Decrypt', half === 'own' ? under(allow) : {}), ...half === 'own' ? [denies('kms:*', under(deny))] : []],
  );
  const bothWays = (allow: Block | undefined, deny: Block, expected: string): void => {
    for (const half of ['key', 'own'] as const) assert.equal(said(denyIn(half, allow, deny)), expected, half);
  };

  it('is denied, with both conditions named', () => {
    bothWays(via('StringEquals', S3), via('StringEquals', S3), CONTRADICT);
    assert.deepEqual(denyIn('key', via('StringEquals', S3), via('StringEquals', S3)).failing.map(({ negated, because }) => [because.half, negated]), [['key-policy', false], ['key-policy', true]]);
    assert.equal(denyIn('own', via('StringEquals', S3), via('StringEquals', S3)).half, 'identity-policy');
    assert.equal(denyIn('key', via('StringEquals', S3), via('StringEquals', S3)).half, 'key-policy');
  });

  it('is denied under the same condition whatever it means', () => {
    const context: Block = { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } };
    bothWays(context, { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['b', 'a'] } }, CONTRADICT);
    bothWays(via('StringEqualsIfExists', S3), via('StringEqualsIfExists', S3), CONTRADICT);
    bothWays({ DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }, { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }, CONTRADICT);
  });

  it('is denied where the Deny is wider, and stays conditional where it is narrower', () => {
    bothWays(via('StringEquals', S3), via('StringEquals', S3, SQS), CONTRADICT);
    bothWays(via('StringEquals', S3), via('StringLike', 's3.*'), CONTRADICT);
    bothWays(via('StringEquals', S3), via('Null', 'false'), CONTRADICT);
    bothWays(via('Null', 'true'), via('StringNotEquals', S3), CONTRADICT);
    bothWays(via('StringEquals', S3, SQS), via('StringEquals', S3), CONDITIONAL);
    bothWays(via('StringLike', 's3.*'), via('StringEquals', S3), CONDITIONAL);
  });

  it('stays conditional while another condition of the Deny may be false', () => {
    bothWays(via('StringEquals', S3), { StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } }, CONDITIONAL);
    const both = { StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } };
    bothWays(both, both, CONTRADICT);
  });

  it('is denied where several Deny statements leave nothing', () => {
    const twice = (first: Block, second: Block): string => said(verdict(
      [lets(rootOf(EXT), 'kms:Decrypt', under(via('StringEquals', S3, SQS))), bars('*', 'kms:*', under(first))], [allows('kms:Decrypt'), denies('kms:*', under(second))],
    ));
    assert.equal(twice(via('StringEquals', S3), via('StringEquals', SQS)), CONTRADICT);
    assert.equal(twice({ StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } }, { StringEquals: { 'kms:ViaService': SQS, 'kms:EncryptionContext:app': 'x' } }), CONDITIONAL);
    // Whoever does not come by S3 is denied by the first, whoever does by the second.
    assert.equal(said(verdict([lets(rootOf(EXT), 'kms:Decrypt'), bars('*', 'kms:*', under(via('StringNotEquals', S3)))], [allows('kms:Decrypt'), denies('kms:*', under(via('StringEquals', S3)))])), CONTRADICT);
  });

  it('does not apply where the conditions of the Deny exclude each other', () => {
    bothWays(undefined, { StringEquals: { 'kms:ViaService': S3 }, Null: { 'kms:ViaService': 'true' } }, 'allowed: both-allow');
  });

  it('is open while a placeholder decides whom the Deny is for', () => {
    const deny = bars('arn:aws:iam::${account}:root', 'kms:Decrypt', under(via('StringEquals', S3)));
    assert.equal(said(verdict([lets(rootOf(EXT), 'kms:Decrypt', under(via('StringEquals', S3))), deny], [allows('kms:Decrypt')])), 'unknown: unresolved');
  });

  it('is a plain refusal where both are for one session alone (reference_policies_elements_principal)', () => {
    const session = `arn:aws:sts::${OWN}:assumed-role/App/draft`;
    const role = identityOf(roleOf(OWN));
    assert.equal(said(verdictOn(role, keyOf(keyPolicy(lets(session, 'kms:Decrypt'), bars(session, 'kms:*'))))), 'denied: key-policy-denies');
    assert.equal(said(verdictOn(role, keyOf(keyPolicy(lets(session, 'kms:Decrypt'), bars(session.replace('draft', 'other'), 'kms:*'))))), CONDITIONAL);
  });
});
