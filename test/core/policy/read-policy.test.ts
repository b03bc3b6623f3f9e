import assert from 'node:assert';
import type { PolicyKind } from '../../../server/src/core/policy/policy';
import type { PlaceholderValues } from '../../../server/src/core/policy/policy-string';
import { mentionsKms, readFragment } from '../../../server/src/core/policy/read-policy';
import { parseJson } from '../../../server/src/core/syntax/json/json-syntax';
import { policyOfStatements, policyOfText } from '../../support/access-builders';
import { CONSUMER, KEY_ARN, keyPolicyAllow, OWNER, roleArn, rootArn, type StatementJson } from '../../support/fixtures';

const statementOf = (json: StatementJson, options = {}) => {
  const [statement] = policyOfStatements([json], options).policy.statements;
  assert(statement);
  return statement;
};

describe('model: kinds of policies (docs/aws-rules.md 1.5)', () => {
  const check = (kind: PolicyKind, what: string, statements: readonly StatementJson[], uri = 'file:///w/a.json'): void => {
    it(`${what}: ${kind}`, () => { assert.equal(policyOfStatements(statements, { uri }).policy.kind, kind); });
  };
  const kms = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
  check('key', 'principals and kms actions', [{ ...keyPolicyAllow(rootArn(OWNER), 'kms:*'), Resource: '*' }]);
  check('key', 'one statement without principal', [{ ...keyPolicyAllow(rootArn(OWNER), 'kms:*'), Resource: '*' }, kms]);
  check('key', 'wrong capitals', [{ Effect: 'Allow', principal: { AWS: OWNER }, Action: 'kms:*', Resource: '*' }]);
  check('identity', 'no principal', [kms]);
  check('trust', 'sts:AssumeRole', [keyPolicyAllow(rootArn(CONSUMER), 'sts:AssumeRole')]);
  check('other-resource', 'bucket policy', [{
    ...keyPolicyAllow(rootArn(CONSUMER), ['s3:GetObject', 's3:PutObject', 'kms:Decrypt']),
    Resource: 'arn:aws:s3:::b/*',
  }]);
  check('service-control', 'no principal under scp', [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }], 'file:///w/scp/deny.json');
  check('boundary', 'no principal in permissions-boundary.json', [kms], 'file:///w/permissions-boundary.json');
  check('identity', 'a repository of that name does not count', [kms], 'file:///home/scp/team/consumer/iam/app.json');
  check('resource-control', 'Deny of several services for everyone', [{ Effect: 'Deny', Principal: '*', Action: ['kms:*', 's3:*'],
    Resource: '*' }]);
  check('resource-control', 'under rcp', [{ Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' }], 'file:///w/rcp/org.json');
  check('endpoint', 'vpc-endpoint-policy.json', [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
    'file:///w/vpc-endpoint-policy.json');

  it('takes a declared kind for granted', () => {
    assert.equal(policyOfStatements([kms], { kind: 'session' }).policy.kind, 'session');
  });

  it('decides what is about KMS', () => {
    const mentions = (...statements: StatementJson[]): boolean => mentionsKms(policyOfStatements(statements).policy);
    assert(mentions(kms));
    assert(mentions({ Effect: 'Allow', Action: '*', Resource: '*' }));
    assert(mentions({ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }));
    assert(mentions({ Effect: 'Allow', Action: 's3:GetObject', Resource: KEY_ARN }));
    assert(!mentions({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }));
  });
});

describe('model: statements', () => {
  it('takes what it finds, whatever is wrong besides', () => {
    const odd = statementOf({ Effect: 'allow', Action: ['kms:Decrypt', 7, null, ['x']], Resource: { a: 1, b: 2 }, Condition: 'x', Sid: 5 });
    assert.equal(odd.effect, undefined);
    assert.equal(odd.action?.patterns.length, 1);
    assert.equal(odd.resource?.patterns.length, 0);
    assert.equal(odd.conditions.length, 0);
    assert.equal(policyOfText('{"Statement": [1, {"Effect": "Allow"}]}').policy.statements[0]?.index, 1);
    assert.equal(policyOfText('{"Version": "2012-10-17"}').policy.statements.length, 0);
  });

  it('takes the last of two members of one name', () => {
    const { policy } = policyOfText('{"Statement": {"Effect": "Deny", "Action": "kms:Decrypt", "Effect": "Allow", "Action": '
      + '"kms:Encrypt"}}');
    assert.equal(policy.statements[0]?.effect, 'Allow');
    assert.equal(policy.statements[0]?.action?.patterns[0]?.text.value, 'kms:Encrypt');
  });

  it('complements NotAction, but not an empty one', () => {
    assert.equal(statementOf({ NotAction: 'kms:*' }).action?.actionSet, 0n);
    assert.notEqual(statementOf({ NotAction: 's3:*' }).action?.actionSet, 0n);
    assert.equal(statementOf({ NotAction: [] }).action?.actionSet, 0n);
  });

  it('reads operators, keys and values of conditions', () => {
    const { conditions } = statementOf({
      Condition: { 'ForAllValues:StringLikeIfExists': { 'kms:EncryptionContextKeys': ['a', 'b'] }, stringequals: { 'aws:X': true } },
    });
    const [first, second] = conditions;
    assert.deepEqual([first?.operatorName, first?.setOperator, first?.ifExists, first?.keyLower, first?.values.length], ['StringLike',
      'all', true, 'kms:encryptioncontextkeys', 2]);
    assert.deepEqual([second?.operatorName, second?.values[0]?.value], [undefined, 'true']);
  });

  it('knows variables by the version', () => {
    assert.equal(policyOfStatements([]).policy.hasPolicyVariables, true);
    assert.equal(policyOfStatements([], { version: '2008-10-17' }).policy.hasPolicyVariables, false);
    assert.equal(policyOfStatements([], { version: undefined }).policy.hasPolicyVariables, false);
  });

  it('fills placeholders by declared values, and keeps the others', () => {
    const fill: PlaceholderValues = (name) => (name === 'owner' ? { text: OWNER } : undefined);
    const pattern = statementOf({ Resource: 'arn:aws:kms:${region}:${owner}:key/*' }, { placeholderValues: fill }).resource?.patterns[0];
    assert.equal(pattern?.text.value, `arn:aws:kms:\${region}:${OWNER}:key/*`);
    assert.deepEqual(pattern?.text.placeholders.map(({ name, start, end }) => [name, pattern.text.value.slice(start, end)]), [['region',
      '${region}']]);
    assert.equal(pattern?.arn?.account, OWNER);
    assert.equal(pattern?.form, 'key');
  });

  it('reads bare statements as one policy', () => {
    const { root } = parseJson(JSON.stringify(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')), { comments: 'fault' });
    assert(root?.kind === 'object');
    const policy = readFragment([root, root], {});
    assert.deepEqual([policy.kind, policy.isFragment, policy.statements.length], ['key', true, 2]);
  });
});

describe('model: principals (docs/aws-rules.md 2.1)', () => {
  const check = (value: unknown, expected: string): void => {
    it(`${JSON.stringify(value)}: ${expected}`, () => {
      const principals = statementOf({ Principal: value }).principal?.principals ?? [];
      assert.equal(principals.map(({ form }) => form).join(' '), expected);
    });
  };
  check('*', 'anyone');
  check({ AWS: '*' }, 'anyone');
  check({ AWS: [OWNER, rootArn(CONSUMER)] }, 'account account');
  check({ AWS: 111122223333 }, 'account');
  check({ AWS: roleArn(CONSUMER, 'a/b/App'), Service: 'sns.amazonaws.com' }, 'role service');
  check({ AWS: `arn:aws-cn:iam::${CONSUMER}:user/Bob` }, 'user');
  check({ AWS: `arn:aws:sts::${CONSUMER}:assumed-role/App/s1` }, 'session');
  check({ AWS: `arn:aws:sts::${CONSUMER}:federated-user/Bob` }, 'federated-user');
  check({ AWS: ['AROADBQP57FF2AEXAMPLE', 'AIDADBQP57FF2AEXAMPLE', 'AROADBQP57FF2AEXAMPLE:s'] }, 'unique-id unique-id unique-id');
  check({
    AWS: ['${role_arn}', 'arn:aws:iam::${account}:root', 'arn:aws:iam::${account}:role/App',
      `arn:aws:iam::${CONSUMER}:\${kind}/App`],
  }, 'unknown account role unknown');
  check({ AWS: { Ref: 'Account' } }, 'unknown');
  check({
    AWS: [`arn:aws:iam::${CONSUMER}:group/G`, `arn:aws:iam::${CONSUMER}:role/*`, 'arn:aws:iam::*:root',
      `arn:aws:iam::${CONSUMER}:assumed-role/App/s`],
  }, 'invalid invalid invalid invalid');
  check({
    AWS: [`arn:aws:sts::${CONSUMER}:assumed-role/App`, 'arn:aws:organizations::111122223333:organization/o-x', '12345',
      'AGPADBQP57FF2AEXAMPLE'],
  }, 'invalid invalid invalid invalid');
  check({ Federated: 'x', CanonicalUser: 'y', aws: OWNER }, 'invalid invalid invalid');
  check({ Service: '*' }, 'invalid');
  check(OWNER, 'invalid');
  check(['*'], 'invalid');
});
