/** Conditions that exclude each other: docs/aws-rules.md 4.4, with the pages of AWS in the names. */
import assert from 'node:assert';
import type { Verdict } from '../../../server/src/core/access/verdict';
import { describeConditionRef } from '../../../server/src/core/access/text/describe-access';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, identityWithPolicies, keyWithPolicyOf, policyOfStatements, type PolicyOptions, verdictOn,
  verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, identityPolicyDeny, keyPolicyAllow, keyPolicyDeny, OWNER, roleArn, rootArn, type StatementJson,
} from '../../support/fixtures';

type ConditionBlockJson = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const S3 = 's3.us-west-2.amazonaws.com';
const SQS = 'sqs.us-west-2.amazonaws.com';
const DENIED_BY_CONTRADICTION = 'denied: conditions-contradict';
const CONDITIONALLY_ALLOWED = 'conditional: both-allow';
const withConditionBlock = (block: ConditionBlockJson | undefined): StatementJson => (block ? { Condition: block } : {});

function verdict(keyStatements: readonly StatementJson[], ownStatements: readonly StatementJson[], action?: string,
  options: PolicyOptions = {}): Verdict {
  const own = policyOfStatements(ownStatements.map((statement) => ({ Resource: '*', ...statement })), { kind: 'identity', ...options });
  return verdictOn(identityWithPolicies(roleArn(CONSUMER), own), keyWithPolicyOf(discoveredKeyPolicy(...keyStatements)), action);
}

/** Key policy and IAM policy allow kms:Decrypt, each under its conditions. */
const verdictWithConditions = (key: ConditionBlockJson | undefined, own: ConditionBlockJson | undefined,
  action = 'kms:Decrypt'): Verdict => (
    verdict([keyPolicyAllow(rootArn(CONSUMER), action, withConditionBlock(key))], [
      identityPolicyAllow(action, withConditionBlock(own)),
    ], action)
  );
const viaServiceBlock = (operator: string, ...values: readonly unknown[]): ConditionBlockJson => ({
  [operator]: { 'kms:ViaService': values.length === 1 ? values[0] : values },
});

describe('conditions that exclude each other (IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values)', () => {
  const certain: Readonly<Record<string, readonly [ConditionBlockJson, ConditionBlockJson]>> = {
    'disjoint lists of StringEquals': [viaServiceBlock('StringEquals', S3, 'ec2.us-west-2.amazonaws.com'),
      viaServiceBlock('StringEquals', SQS)],
    'a value that StringLike does not match': [viaServiceBlock('StringLike', 's3.*'), viaServiceBlock('StringEquals', SQS)],
    'a pattern without wildcard': [viaServiceBlock('StringLike', S3), viaServiceBlock('StringLike', SQS)],
    'an ARN that ArnLike does not match': [
      { ArnLike: { 'kms:GranteePrincipal': `arn:aws:iam::${OWNER}:role/*` } },
      { StringEquals: { 'kms:GranteePrincipal': roleArn(CONSUMER) } },
    ],
    'StringNotEquals of all values': [viaServiceBlock('StringNotEquals', S3, SQS), viaServiceBlock('StringEquals', SQS, S3)],
    'StringNotLike': [viaServiceBlock('StringNotLike', 's*'), viaServiceBlock('StringEquals', SQS)],
    'Null true against a value': [viaServiceBlock('Null', 'true'), viaServiceBlock('StringEquals', S3)],
    'Null true against a pattern': [viaServiceBlock('Null', 'true'), viaServiceBlock('StringLike', '*')],
    'Null true against Null false': [viaServiceBlock('Null', true), viaServiceBlock('Null', false)],
    'patterns that no text matches both': [viaServiceBlock('StringLike', 's3.*'), viaServiceBlock('StringLike', 'sqs.*')],
    'IfExists beside a value that has to exist': [viaServiceBlock('StringEqualsIfExists', S3), viaServiceBlock('StringEquals', SQS)],
    'Bool': [{ Bool: { 'kms:GrantIsForAWSResource': true } }, { Bool: { 'kms:GrantIsForAWSResource': 'false' } }],
    'values of other letters under IgnoreCase': [viaServiceBlock('StringEqualsIgnoreCase', S3), viaServiceBlock('StringEquals', SQS)],
    'a key written in other capitals': [viaServiceBlock('StringEquals', S3), { StringEquals: { 'KMS:viaservice': SQS } }],
  };
  for (const [name, [readonly, other]] of Object.entries(certain)) {
    const action = JSON.stringify(readonly).includes('Grant') ? 'kms:CreateGrant' : 'kms:Decrypt';
    it(`are certain, both ways: ${name}`, () => {
      for (const found of [verdictWithConditions(readonly, other, action), verdictWithConditions(other, readonly, action)]) {
        assert.equal(verdictText(found), DENIED_BY_CONTRADICTION);
        assert.equal(found.decidingGate, undefined);
        assert.equal(found.failedConditions.length, 2);
        assert.deepEqual(found.decidedBy.map(({ gate }) => gate), ['key-policy', 'identity-policy']);
      }
    });
  }

  const uncertain: Readonly<Record<string, readonly [ConditionBlockJson, ConditionBlockJson]>> = {
    'lists that share a value': [viaServiceBlock('StringEquals', S3, SQS), viaServiceBlock('StringEquals', SQS)],
    'a pattern that matches one of the values': [viaServiceBlock('StringLike', 's3.*'), viaServiceBlock('StringEquals', SQS, S3)],
    'a value that remains': [viaServiceBlock('StringNotEquals', S3), viaServiceBlock('StringEquals', SQS, S3)],
    'IfExists on both sides, which a request without the key meets': [viaServiceBlock('StringEqualsIfExists', S3),
      viaServiceBlock('StringEqualsIfExists', SQS)],
    'IfExists beside Null true': [viaServiceBlock('StringEqualsIfExists', S3), viaServiceBlock('Null', 'true')],
    'a negated operator beside Null true': [viaServiceBlock('StringNotEquals', S3), viaServiceBlock('Null', 'true')],
    'other capitals under IgnoreCase': [viaServiceBlock('StringEqualsIgnoreCase', S3.toUpperCase()), viaServiceBlock('StringEquals', S3)],
    'capitals under IgnoreCase beside an excluded value': [{ StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': 'A' } }, {
      StringNotEquals: { 'aws:PrincipalTag/team': 'A' },
    }],
    'a policy variable': [{ StringEquals: { 'aws:PrincipalTag/team': 'a' } }, {
      StringEquals: { 'aws:PrincipalTag/team': '${aws:PrincipalTag/group}' },
    }],
    'different keys': [viaServiceBlock('StringEquals', S3), { StringEquals: { 'kms:EncryptionContext:app': 'x' } }],
    'two keys of the encryption context': [{ StringEquals: { 'kms:EncryptionContext:app': 'x' } }, {
      StringEquals: { 'kms:EncryptionContext:App2': 'y' },
    }],
    'a key that AWS does not have': [{ StringEquals: { 'custom:Key': 'a' } }, { StringEquals: { 'custom:Key': 'b' } }],
    'set operators': [{ 'ForAnyValue:StringEquals': { 'kms:ViaService': S3 } }, { 'ForAnyValue:StringEquals': { 'kms:ViaService': SQS } }],
  };
  for (const [name, [item, other]] of Object.entries(uncertain)) {
    it(`stay conditions, both ways: ${name}`, () => {
      for (const found of [verdictWithConditions(item, other), verdictWithConditions(other, item)])
        assert.equal(verdictText(found), CONDITIONALLY_ALLOWED);
    });
  }

  it('stay conditions on keys with several values (reference_policies_condition-single-vs-multi-valued-context-keys)', () => {
    for (const key of ['kms:EncryptionContextKeys', 'aws:CalledVia', 'aws:TagKeys']) {
      const action = key === 'aws:TagKeys' ? 'kms:TagResource' : 'kms:Decrypt';
      const block = (value: string): ConditionBlockJson => ({ 'ForAnyValue:StringEquals': { [key]: value } });
      const identity = identityWithPolicies(roleArn(OWNER),
        discoveredIdentityPolicy(identityPolicyAllow(action, withConditionBlock(block('a')))));
      assert.equal(
        verdictText(
          verdictOn(identity, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), action, withConditionBlock(block('b'))))),
            action),
        ),
        CONDITIONALLY_ALLOWED,
        key,
      );
    }
  });

  it('stay conditions while a template fills a value in', () => {
    assert.equal(
      verdictText(
        verdict([keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', S3)))], [
          identityPolicyAllow('kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', '${service}'))),
        ]),
      ),
      CONDITIONALLY_ALLOWED,
    );
  });

  it('are held against variables whose value is known (reference_policies_variables)', () => {
    const tag = (value: string): ConditionBlockJson => ({ StringEquals: { 'aws:PrincipalTag/account': value } });
    assert.equal(verdictText(verdictWithConditions(tag(OWNER), tag('${aws:PrincipalAccount}'))), DENIED_BY_CONTRADICTION);
    assert.equal(verdictText(verdictWithConditions(tag(CONSUMER), tag('${aws:PrincipalAccount}'))), CONDITIONALLY_ALLOWED);
    // Version 2008-10-17 has no variables: this is the text itself.
    const literal = [identityPolicyAllow('kms:Decrypt', withConditionBlock(tag('${aws:PrincipalTag/x}')))];
    assert.equal(
      verdictText(
        verdict([keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withConditionBlock(tag('a')))], literal, undefined, {
          version: '2008-10-17',
        }),
      ),
      DENIED_BY_CONTRADICTION,
    );
  });

  it('are found in one statement, in either half', () => {
    const never = { StringEquals: { 'kms:ViaService': S3 }, Null: { 'kms:ViaService': 'true' } };
    assert.equal(verdictText(verdictWithConditions(never, undefined)), DENIED_BY_CONTRADICTION);
    assert.equal(verdictText(verdictWithConditions(undefined, never)), DENIED_BY_CONTRADICTION);
    assert.equal(verdictWithConditions(never, undefined).decidingGate, 'key-policy');
  });

  it('are named as few as possible', () => {
    const found = verdictWithConditions({ StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } }, {
      StringEquals: { 'kms:ViaService': SQS, 'kms:EncryptionContext:app': 'x' },
    });
    assert.deepEqual(found.failedConditions.map(describeConditionRef), [`kms:ViaService StringEquals ${S3}`,
      `kms:ViaService StringEquals ${SQS}`]);
  });

  it('leave another way that a request can meet, which is then told', () => {
    const found = verdict([
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', S3))),
    ], [
      identityPolicyAllow('kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', SQS))),
      identityPolicyAllow('kms:Decrypt', withConditionBlock({ StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } })),
    ]);
    assert.equal(verdictText(found), CONDITIONALLY_ALLOWED);
    assert.deepEqual(found.conditions.map(describeConditionRef), [`kms:ViaService StringEquals ${S3}`, `kms:ViaService StringEquals ${S3}`,
      'kms:EncryptionContext:app StringEquals x']);
    assert.deepEqual(found.alternatives, []);
  });

  it('leave open what a placeholder may still allow', () => {
    const found = verdict([
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', S3))),
      keyPolicyAllow('arn:aws:iam::${account}:role/App', 'kms:Decrypt'),
    ], [identityPolicyAllow('kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', SQS)))]);
    assert.equal(verdictText(found), 'unknown: unresolved');
  });
});

describe('an Allow under what a Deny is under (reference_policies_evaluation-logic_policy-eval-denyallow)', () => {
  const denyIn = (half: 'key' | 'own', allow: ConditionBlockJson | undefined, deny: ConditionBlockJson): Verdict =>
    verdict(
      [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', half === 'key' ? withConditionBlock(allow) : {}),
        ...half === 'key' ? [keyPolicyDeny('*', 'kms:*', withConditionBlock(deny))] : []],
      [identityPolicyAllow('kms:Decrypt', half === 'own' ? withConditionBlock(allow) : {}),
        ...half === 'own' ? [identityPolicyDeny('kms:*', withConditionBlock(deny))] : []],
    );
  const bothWays = (allow: ConditionBlockJson | undefined, deny: ConditionBlockJson, expected: string): void => {
    for (const half of ['key', 'own'] as const) assert.equal(verdictText(denyIn(half, allow, deny)), expected, half);
  };

  it('is denied, with both conditions named', () => {
    bothWays(viaServiceBlock('StringEquals', S3), viaServiceBlock('StringEquals', S3), DENIED_BY_CONTRADICTION);
    assert.deepEqual(
      denyIn('key', viaServiceBlock('StringEquals', S3), viaServiceBlock('StringEquals', S3)).failedConditions.map((
        { negated, statementRef },
      ) => [statementRef.gate, negated]),
      [['key-policy', false], ['key-policy', true]],
    );
    assert.equal(denyIn('own', viaServiceBlock('StringEquals', S3), viaServiceBlock('StringEquals', S3)).decidingGate, 'identity-policy');
    assert.equal(denyIn('key', viaServiceBlock('StringEquals', S3), viaServiceBlock('StringEquals', S3)).decidingGate, 'key-policy');
  });

  it('is denied under the same condition whatever it means', () => {
    const context: ConditionBlockJson = { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } };
    bothWays(context, { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['b', 'a'] } }, DENIED_BY_CONTRADICTION);
    bothWays(viaServiceBlock('StringEqualsIfExists', S3), viaServiceBlock('StringEqualsIfExists', S3), DENIED_BY_CONTRADICTION);
    bothWays({ DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }, {
      DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
    }, DENIED_BY_CONTRADICTION);
  });

  it('is denied where the Deny is wider, and stays conditional where it is narrower', () => {
    bothWays(viaServiceBlock('StringEquals', S3), viaServiceBlock('StringEquals', S3, SQS), DENIED_BY_CONTRADICTION);
    bothWays(viaServiceBlock('StringEquals', S3), viaServiceBlock('StringLike', 's3.*'), DENIED_BY_CONTRADICTION);
    bothWays(viaServiceBlock('StringEquals', S3), viaServiceBlock('Null', 'false'), DENIED_BY_CONTRADICTION);
    bothWays(viaServiceBlock('Null', 'true'), viaServiceBlock('StringNotEquals', S3), DENIED_BY_CONTRADICTION);
    bothWays(viaServiceBlock('StringEquals', S3, SQS), viaServiceBlock('StringEquals', S3), CONDITIONALLY_ALLOWED);
    bothWays(viaServiceBlock('StringLike', 's3.*'), viaServiceBlock('StringEquals', S3), CONDITIONALLY_ALLOWED);
  });

  it('stays conditional while another condition of the Deny may be false', () => {
    bothWays(viaServiceBlock('StringEquals', S3), { StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } },
      CONDITIONALLY_ALLOWED);
    const both = { StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } };
    bothWays(both, both, DENIED_BY_CONTRADICTION);
  });

  it('is denied where several Deny statements leave nothing', () => {
    const twice = (first: ConditionBlockJson, second: ConditionBlockJson): string =>
      verdictText(verdict(
        [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', S3, SQS))),
          keyPolicyDeny('*', 'kms:*', withConditionBlock(first))],
        [identityPolicyAllow('kms:Decrypt'), identityPolicyDeny('kms:*', withConditionBlock(second))],
      ));
    assert.equal(twice(viaServiceBlock('StringEquals', S3), viaServiceBlock('StringEquals', SQS)), DENIED_BY_CONTRADICTION);
    assert.equal(
      twice({ StringEquals: { 'kms:ViaService': S3, 'kms:EncryptionContext:app': 'x' } }, {
        StringEquals: { 'kms:ViaService': SQS, 'kms:EncryptionContext:app': 'x' },
      }),
      CONDITIONALLY_ALLOWED,
    );
    // Whoever does not come by S3 is denied by the first, whoever does by the second.
    assert.equal(
      verdictText(
        verdict([keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'),
          keyPolicyDeny('*', 'kms:*', withConditionBlock(viaServiceBlock('StringNotEquals', S3)))], [identityPolicyAllow('kms:Decrypt'),
          identityPolicyDeny('kms:*', withConditionBlock(viaServiceBlock('StringEquals', S3)))]),
      ),
      DENIED_BY_CONTRADICTION,
    );
  });

  it('does not apply where the conditions of the Deny exclude each other', () => {
    bothWays(undefined, { StringEquals: { 'kms:ViaService': S3 }, Null: { 'kms:ViaService': 'true' } }, 'allowed: both-allow');
  });

  it('is open while a placeholder decides whom the Deny is for', () => {
    const deny = keyPolicyDeny('arn:aws:iam::${account}:root', 'kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', S3)));
    assert.equal(
      verdictText(
        verdict([keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', withConditionBlock(viaServiceBlock('StringEquals', S3))), deny],
          [identityPolicyAllow('kms:Decrypt')]),
      ),
      'unknown: unresolved',
    );
  });

  it('is a plain refusal where both are for one session alone (reference_policies_elements_principal)', () => {
    const session = `arn:aws:sts::${OWNER}:assumed-role/App/draft`;
    const role = identityWithPolicies(roleArn(OWNER));
    assert.equal(
      verdictText(
        verdictOn(role, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(session, 'kms:Decrypt'), keyPolicyDeny(session, 'kms:*')))),
      ),
      'denied: key-policy-denies',
    );
    assert.equal(
      verdictText(
        verdictOn(role,
          keyWithPolicyOf(
            discoveredKeyPolicy(keyPolicyAllow(session, 'kms:Decrypt'), keyPolicyDeny(session.replace('draft', 'other'), 'kms:*')),
          )),
      ),
      CONDITIONALLY_ALLOWED,
    );
  });
});
