import * as assert from 'node:assert/strict';
import { fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { getKeyPolicyOutput } from '../support/fixtures';

const CODE = 'alias-condition-value';
const REQUEST = 'kms:RequestAlias';
const ARN = 'arn:aws:kms:us-west-2:111122223333:alias/app';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds the ARN of an alias', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', REQUEST, ARN) }, [`app.json error ${CODE} ${jsonString(ARN)}`]);
  });

  it('takes its name, and patterns of it', () => {
    only({ 'a.json': identityPolicyWithCondition('StringEquals', REQUEST, 'alias/app'),
      'b.json': identityPolicyWithCondition('ForAnyValue:StringLike', 'kms:ResourceAliases', ['alias/*', '*', '*app', 'al*']) }, []);
  });

  it('finds a bare name, one of a list, an ARN pattern, in key policies, inside AWS CLI output', () => {
    only({ 'app.json': identityPolicyWithCondition('ForAnyValue:StringEquals', 'kms:resourcealiases', ['alias/app', 'app']) }, [
      `app.json error ${CODE} ${jsonString('app')}`,
    ]);
    only({ 'key.json': keyPolicyWithCondition('StringLike', REQUEST, 'arn:aws:kms:*:*:alias/app*') }, [
      `key.json error ${CODE} ${jsonString('arn:aws:kms:*:*:alias/app*')}`,
    ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', REQUEST, 'app')) }, [
      `key.json error ${CODE} ${JSON.stringify('\\"app\\"')}`,
    ]);
  });

  it('warns where the operator allows requests all the same', () => {
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists'])
      only({ 'app.json': identityPolicyWithCondition(operator, REQUEST, ARN) }, [`app.json warning ${CODE} ${jsonString(ARN)}`]);
  });

  it('leaves placeholders, variables, Null, and aliases of AWS managed keys, which are aws-managed-key-cross-account', () => {
    only({ 'a.json': identityPolicyWithCondition('StringEquals', REQUEST, ['${alias}', '${aws:PrincipalTag/alias}', 'alias/aws/s3']),
      'b.json': identityPolicyWithCondition('Null', REQUEST, 'true') }, []);
  });

  it('writes the name, and nothing else', () => {
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', REQUEST, ARN) }, CODE, 'app.json', [[ARN, 'alias/app']]);
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', REQUEST, 'Alias/app') }, CODE, 'app.json', [['Alias/app',
      'alias/app']]);
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringLike', REQUEST, 'app*') }, CODE, 'app.json', [['"app*"',
      '"alias/app*"']]);
  });

  it('has no fix for what is not a name', () => {
    assert.deepEqual(
      fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', REQUEST, 'arn:aws:kms:us-west-2:111122223333:key/x') }, CODE),
      [],
    );
  });
});
