import * as assert from 'node:assert/strict';
import { fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput, keyPolicy } from './samples';

const CODE = 'resource-aliases-in-key-policy';
const KEY = 'kms:ResourceAliases';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds kms:ResourceAliases in a key policy', () => {
    only({ 'key.json': keyWith('ForAnyValue:StringEquals', KEY, 'alias/app') }, [`key.json warning ${CODE} ${quoted(KEY)}`]);
  });

  it('takes it in an IAM policy, and kms:RequestAlias in a key policy', () => {
    only({ 'app.json': iamWith('ForAnyValue:StringEquals', KEY, 'alias/app'), 'key.json': keyWith('StringEquals', 'kms:RequestAlias', 'alias/app') }, []);
  });

  it('finds it in Deny, under Null, in other case, with placeholders, inside AWS CLI output', () => {
    only({ 'key.json': keyWith('ForAllValues:StringNotLike', 'KMS:resourcealiases', ['alias/a', '${alias}'], { Effect: 'Deny' }) }, [`key.json warning ${CODE} ${quoted('KMS:resourcealiases')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('Null', KEY, 'false')) }, [`key.json warning ${CODE} ${JSON.stringify(`\\"${KEY}\\"`)}`]);
  });

  it('asks for kms:RequestAlias in its place, without the set operator, and changes nothing else', () => {
    fixChanges({ 'key.json': keyWith('ForAnyValue:StringEquals', KEY, 'alias/app') }, CODE, 'key.json', [['ForAnyValue:StringEquals', 'StringEquals'], [KEY, 'kms:RequestAlias']]);
    assert.equal(fixesOf({ 'key.json': keyWith('ForAnyValue:StringEquals', KEY, 'alias/app') }, CODE)[0]?.safe, false);
  });

  it('has no fix for Null, nor where the other key is there already', () => {
    assert.deepEqual(fixesOf({ 'key.json': keyWith('Null', KEY, 'false') }, CODE), []);
    assert.deepEqual(fixesOf({ 'key.json': keyPolicy({ Condition: { 'ForAnyValue:StringEquals': { [KEY]: 'alias/a' }, StringEquals: { 'kms:RequestAlias': 'alias/b' } } }) }, CODE), []);
  });
});
