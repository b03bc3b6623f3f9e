import * as assert from 'node:assert/strict';
import { fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { getKeyPolicyOutput } from '../support/fixtures';

const CODE = 'set-operator-missing';
const GRANT = { Action: 'kms:CreateGrant' };
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds kms:GrantOperations without ForAllValues or ForAnyValue', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:GrantOperations', ['Decrypt'], GRANT) }, [
      `key.json error ${CODE} ${jsonString('StringEquals')}`,
    ]);
  });

  it('takes it with either of them', () => {
    only({ 'a.json': keyPolicyWithCondition('ForAllValues:StringEquals', 'kms:GrantOperations', 'Decrypt', GRANT),
      'b.json': keyPolicyWithCondition('ForAnyValue:StringLike', 'kms:grantoperations', 'Dec*', GRANT) }, []);
  });

  it('finds the other keys with several values, under any operator, in both kinds of policy, inside AWS CLI output', () => {
    const keys = ['kms:EncryptionContextKeys', 'kms:ResourceAliases', 'aws:TagKeys', 'aws:PrincipalOrgPaths', 'AWS:CALLEDVIA'];
    for (const key of keys)
      only({ 'app.json': identityPolicyWithCondition('StringNotLikeIfExists', key, 'x') }, [
        `app.json error ${CODE} ${jsonString('StringNotLikeIfExists')}`,
      ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', 'kms:GrantOperations', ['Decrypt'], GRANT)) }, [
      `key.json error ${CODE} ${JSON.stringify('\\"StringEquals\\"')}`,
    ]);
  });

  it('accepts Null without an operator, as AWS managed policies write it, and keys with one value', () => {
    only({ 'a.json': identityPolicyWithCondition('Null', 'aws:TagKeys', 'false'),
      'b.json': identityPolicyWithCondition('StringEquals', 'aws:CalledViaFirst', 'athena.amazonaws.com') }, []);
  });

  it('finds it although a template fills in the values', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:GrantOperations', '${operations}', GRANT) }, [
      `key.json error ${CODE} ${jsonString('StringEquals')}`,
    ]);
  });

  it('adds the prefix, and nothing else', () => {
    const grants = { 'key.json': keyPolicyWithCondition('StringEquals', 'kms:GrantOperations', ['Decrypt'], GRANT) };
    expectFixReplaces(grants, CODE, 'key.json', [['"StringEquals"', '"ForAllValues:StringEquals"']]);
    expectFixReplaces(grants, CODE, 'key.json', [['"StringEquals"', '"ForAnyValue:StringEquals"']], 'ForAnyValue');
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringLike', 'kms:ResourceAliases', 'alias/app*') }, CODE, 'app.json', [[
      '"StringLike"',
      '"ForAnyValue:StringLike"',
    ]]);
  });

  it('prefers neither where both are in use', () => {
    for (const [operator, key] of [['StringNotEquals', 'aws:CalledVia'], ['StringEquals', 'kms:EncryptionContextKeys']] as const) {
      assert.deepEqual(
        fixesWithCode({ 'app.json': identityPolicyWithCondition(operator, key, 'x') }, CODE).map(({ preferred }) => preferred),
        [false, false],
      );
    }
  });
});
