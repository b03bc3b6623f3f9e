import * as assert from 'node:assert/strict';
import { fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput } from './samples';

const CODE = 'set-operator-missing';
const GRANT = { Action: 'kms:CreateGrant' };
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds kms:GrantOperations without ForAllValues or ForAnyValue', () => {
    only({ 'key.json': keyWith('StringEquals', 'kms:GrantOperations', ['Decrypt'], GRANT) }, [`key.json error ${CODE} ${quoted('StringEquals')}`]);
  });

  it('takes it with either of them', () => {
    only({ 'a.json': keyWith('ForAllValues:StringEquals', 'kms:GrantOperations', 'Decrypt', GRANT), 'b.json': keyWith('ForAnyValue:StringLike', 'kms:grantoperations', 'Dec*', GRANT) }, []);
  });

  it('finds the other keys with several values, under any operator, in both kinds of policy, inside AWS CLI output', () => {
    const keys = ['kms:EncryptionContextKeys', 'kms:ResourceAliases', 'aws:TagKeys', 'aws:PrincipalOrgPaths', 'AWS:CALLEDVIA'];
    for (const key of keys) only({ 'app.json': iamWith('StringNotLikeIfExists', key, 'x') }, [`app.json error ${CODE} ${quoted('StringNotLikeIfExists')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('StringEquals', 'kms:GrantOperations', ['Decrypt'], GRANT)) }, [`key.json error ${CODE} ${JSON.stringify('\\"StringEquals\\"')}`]);
  });

  it('takes Null plainly, as AWS managed policies write it, and keys with one value', () => {
    only({ 'a.json': iamWith('Null', 'aws:TagKeys', 'false'), 'b.json': iamWith('StringEquals', 'aws:CalledViaFirst', 'athena.amazonaws.com') }, []);
  });

  it('finds it although a template fills in the values', () => {
    only({ 'key.json': keyWith('StringEquals', 'kms:GrantOperations', '${operations}', GRANT) }, [`key.json error ${CODE} ${quoted('StringEquals')}`]);
  });

  it('adds the prefix, and nothing else', () => {
    const grants = { 'key.json': keyWith('StringEquals', 'kms:GrantOperations', ['Decrypt'], GRANT) };
    fixChanges(grants, CODE, 'key.json', [['"StringEquals"', '"ForAllValues:StringEquals"']]);
    fixChanges(grants, CODE, 'key.json', [['"StringEquals"', '"ForAnyValue:StringEquals"']], 'ForAnyValue');
    fixChanges({ 'app.json': iamWith('StringLike', 'kms:ResourceAliases', 'alias/app*') }, CODE, 'app.json', [['"StringLike"', '"ForAnyValue:StringLike"']]);
  });

  it('prefers neither where both are in use', () => {
    for (const [operator, key] of [['StringNotEquals', 'aws:CalledVia'], ['StringEquals', 'kms:EncryptionContextKeys']] as const) {
      assert.deepEqual(fixesOf({ 'app.json': iamWith(operator, key, 'x') }, CODE).map(({ preferred }) => preferred), [false, false]);
    }
  });
});
