import * as assert from 'node:assert/strict';
import { fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput } from './samples';

const CODE = 'alias-condition-value';
const REQUEST = 'kms:RequestAlias';
const ARN = 'arn:aws:kms:us-west-2:111122223333:alias/app';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds the ARN of an alias', () => {
    only({ 'app.json': iamWith('StringEquals', REQUEST, ARN) }, [`app.json error ${CODE} ${quoted(ARN)}`]);
  });

  it('takes its name, and patterns of it', () => {
    only({ 'a.json': iamWith('StringEquals', REQUEST, 'alias/app'), 'b.json': iamWith('ForAnyValue:StringLike', 'kms:ResourceAliases', ['alias/*', '*', '*app', 'al*']) }, []);
  });

  it('finds a bare name, one of a list, an ARN pattern, in key policies, inside AWS CLI output', () => {
    only({ 'app.json': iamWith('ForAnyValue:StringEquals', 'kms:resourcealiases', ['alias/app', 'app']) }, [`app.json error ${CODE} ${quoted('app')}`]);
    only({ 'key.json': keyWith('StringLike', REQUEST, 'arn:aws:kms:*:*:alias/app*') }, [`key.json error ${CODE} ${quoted('arn:aws:kms:*:*:alias/app*')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('StringEquals', REQUEST, 'app')) }, [`key.json error ${CODE} ${JSON.stringify('\\"app\\"')}`]);
  });

  it('warns where the operator lets requests in all the same', () => {
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists']) only({ 'app.json': iamWith(operator, REQUEST, ARN) }, [`app.json warning ${CODE} ${quoted(ARN)}`]);
  });

  it('leaves placeholders, variables, Null, and aliases of AWS managed keys, which are aws-managed-key-cross-account', () => {
    only({ 'a.json': iamWith('StringEquals', REQUEST, ['${alias}', '${aws:PrincipalTag/alias}', 'alias/aws/s3']), 'b.json': iamWith('Null', REQUEST, 'true') }, []);
  });

  it('writes the name, and nothing else', () => {
    fixChanges({ 'app.json': iamWith('StringEquals', REQUEST, ARN) }, CODE, 'app.json', [[ARN, 'alias/app']]);
    fixChanges({ 'app.json': iamWith('StringEquals', REQUEST, 'Alias/app') }, CODE, 'app.json', [['Alias/app', 'alias/app']]);
    fixChanges({ 'app.json': iamWith('StringLike', REQUEST, 'app*') }, CODE, 'app.json', [['"app*"', '"alias/app*"']]);
  });

  it('has no fix for what is no name', () => {
    assert.deepEqual(fixesOf({ 'app.json': iamWith('StringEquals', REQUEST, 'arn:aws:kms:us-west-2:111122223333:key/x') }, CODE), []);
  });
});
