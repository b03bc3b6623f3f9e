import * as assert from 'node:assert/strict';
import { findingsWithCode } from '../support/expect-findings';
import { keyPolicyWithCondition } from '../support/policies-with-condition';
import { CONSUMER, identityPolicy, OWNER, roleArn } from '../support/fixtures';

interface Row {
  readonly code: string;
  readonly key: string;
  readonly value: string;
  /** Under another operator than `StringEquals` and `StringNotEquals`. */
  readonly operators?: readonly [string, string];
}

/** Values that no request has, each a finding of its own. */
const IMPOSSIBLE: readonly Row[] = [
  { code: 'wildcard-without-like', key: 'aws:PrincipalArn', value: roleArn(OWNER, 'Keeper*') },
  { code: 'wildcard-without-like', key: 'aws:PrincipalArn', value: roleArn(OWNER, 'Keeper*'),
    operators: ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'] },
  { code: 'wildcard-without-like', key: 'aws:PrincipalArn', value: roleArn(OWNER, 'Keeper*'),
    operators: ['StringEqualsIfExists', 'StringNotEqualsIfExists'] },
  { code: 'alias-condition-value', key: 'kms:RequestAlias', value: `arn:aws:kms:us-west-2:${OWNER}:alias/app` },
  { code: 'condition-value-not-in-enum', key: 'kms:KeyUsage', value: 'ENCRYPT' },
  { code: 'grant-operations-prefix', key: 'kms:GrantOperations', value: 'kms:Decrypt',
    operators: ['ForAnyValue:StringEquals', 'ForAllValues:StringNotEquals'] },
  { code: 'viaservice-format', key: 'kms:ViaService', value: 's3.amazonaws.com' },
  { code: 'viaservice-unknown-service', key: 'kms:ViaService', value: 'qqqqqqqq.us-west-2.amazonaws.com' },
  { code: 'invalid-account-id', key: 'kms:CallerAccount', value: '12345' },
  { code: 'arn-whitespace', key: 'kms:CallerAccount', value: `${CONSUMER} ` },
  { code: 'sso-role-principal', key: 'aws:PrincipalArn', value: roleArn(OWNER, 'AWSReservedSSO_Admin_0123456789abcdef') },
  { code: 'unknown-partition', key: 'aws:PrincipalArn', value: 'arn:awss:iam::111122223333:role/App',
    operators: ['ArnEquals', 'ArnNotEquals'] },
];

const KEY_ACTIONS = { Action: ['kms:CreateGrant', 'kms:CreateKey'] };

/** IAM User Guide, IAM JSON policy elements: Condition operators. */
describe('a value that no request has, under a negated operator (IAM User Guide, reference_policies_elements_condition_operators)', () => {
  for (const { code, key, value, operators: [positive, negated] = ['StringEquals', 'StringNotEquals'] } of IMPOSSIBLE) {
    const messages = (operator: string, values: string | readonly string[], elements: Readonly<Record<string, unknown>>): string => (
      findingsWithCode({ 'key.json': keyPolicyWithCondition(operator, key, values, { ...KEY_ACTIONS, ...elements }) }, code).map((
        { message },
      ) => message).join('\n')
    );

    it(`${code} under ${negated}: the Deny applies to every request, the Allow is not limited`, () => {
      const denies = messages(negated, value, { Effect: 'Deny', Principal: '*' });
      assert.match(denies, /so the condition is always true: the Deny applies to every request/);
      assert.doesNotMatch(denies, /never matches\.|never true/);
      assert.match(messages(negated, value, {}), /so the condition is always true and limits nothing/);
    });

    it(`${code} under ${negated}, beside another value: it excludes nothing`, () => {
      assert.match(messages(negated, [value, value.replace(/(?=.$)/, 'x')], { Effect: 'Deny', Principal: '*' }), /so it excludes nothing/);
    });

    it(`${code} under ${positive} never matches, as before`, () => {
      const allows = messages(positive, value, {});
      assert.notEqual(allows, '');
      assert.doesNotMatch(allows, /always true|excludes/);
    });
  }

  it('says whom a Deny with further conditions does not exempt', () => {
    const files = { 'app.json': identityPolicy({
      Effect: 'Deny',
      Condition: { StringNotEquals: { 'aws:PrincipalArn': roleArn(OWNER, 'Keeper*') }, Bool: { 'aws:SecureTransport': 'false' } },
    }) };
    assert.match(findingsWithCode(files, 'wildcard-without-like')[0]?.message ?? '',
      /is always true: the Deny applies to those that it was meant to exempt, too/);
  });

  it('is silent for ArnNotEquals, which takes wildcards', () => {
    assert.deepEqual(
      findingsWithCode({
        'key.json': keyPolicyWithCondition('ArnNotEquals', 'aws:PrincipalArn', roleArn(OWNER, 'Keeper*'), { Effect: 'Deny',
          Principal: '*' }),
      }, 'wildcard-without-like'),
      [],
    );
  });
});
