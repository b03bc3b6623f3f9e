import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, policyDocument, roleArn } from '../support/fixtures';

const CODE = 'alias-action-half';
const ONLY = [CODE, 'alias-arn-in-resource'];
const ALIAS = 'arn:aws:kms:us-west-2:111122223333:alias/app';
const create = (resource: unknown, ...others: Readonly<Record<string, unknown>>[]): object =>
  identityPolicy({ Action: 'kms:CreateAlias', Resource: resource }, ...others);
const FOUND = [`app.json info ${CODE} "\\"kms:CreateAlias\\""`];

describe(CODE, () => {
  it('finds an alias without its key', () => {
    checkFindings({ 'app.json': create(ALIAS) }, FOUND, ONLY);
  });

  it('takes both (KMS Developer Guide, alias-access)', () => {
    checkFindings({ 'app.json': create([ALIAS, KEY_ARN]), 'b.json': create('*'), 'c.json': create('arn:aws:kms:*:111122223333:*') }, [],
      ONLY);
  });

  it('finds keys without an alias, among other actions, in other case, inside AWS CLI output', () => {
    const policy = identityPolicy({ Action: ['kms:Decrypt', 'KMS:updatealias', 'kms:*Alias'],
      Resource: [KEY_ARN, KEY_ARN.replace('us-west-2', '*')] });
    checkFindings({ 'role.json': getRolePolicyOutput(policy) }, [`role.json info ${CODE} "\\"KMS:updatealias\\""`,
      `role.json info ${CODE} "\\"kms:*Alias\\""`], ONLY);
  });

  it('takes another statement, or another policy of the identity, for the other half', () => {
    const onKeys = { Effect: 'Allow', Action: 'kms:Create*', Resource: 'arn:aws:kms:*:111122223333:key/*' };
    checkFindings({ 'app.json': create(ALIAS, onKeys) }, [], ONLY);
    const declared = { 'kms-handshake.json': { identities: [{ arn: roleArn(CONSUMER), policies: ['app.json', 'keys.json'] }] } };
    checkFindings({ ...declared, 'app.json': create(ALIAS), 'keys.json': policyDocument(onKeys) }, [], ONLY);
    checkFindings({ ...declared, 'app.json': create(ALIAS), 'keys.json': policyDocument({ ...onKeys, Effect: 'Deny' }) }, FOUND, ONLY);
  });

  it('leaves fragments, wide patterns, unknown values, Deny and key policies alone', () => {
    checkFindings({
      'a.json': { Effect: 'Allow', Action: 'kms:CreateAlias', Resource: ALIAS },
      'b.json': identityPolicy({ Action: 'kms:*', Resource: KEY_ARN }),
      'c.json': create('${alias_arn}'),
      'd.json': create([ALIAS, '${key_arn}']),
      'e.json': identityPolicy({ Effect: 'Deny', Action: 'kms:CreateAlias', Resource: ALIAS }),
      'key.json': keyPolicy({ Action: 'kms:CreateAlias' }),
    }, [], ONLY);
  });

  it('adds the key that has the alias, else keys or aliases of its account and Region', () => {
    const fixed = (files: Readonly<Record<string, object>>): unknown => JSON.parse(applyFix(files, CODE)['app.json'] ?? '');
    assert.deepEqual(fixed({ 'app.json': create(ALIAS) }), create([ALIAS, 'arn:aws:kms:us-west-2:111122223333:key/*']));
    assert.deepEqual(fixed({ 'app.json': create([KEY_ARN]) }), create([KEY_ARN, 'arn:aws:kms:us-west-2:111122223333:alias/*']));
    const known = { 'kms-handshake.json': manifest({ keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }] }),
      'key.json': keyPolicy() };
    assert.deepEqual(fixed({ ...known, 'app.json': create(ALIAS) }), create([ALIAS, KEY_ARN]));
  });

  it('gives no other action more', () => {
    assert.equal(
      fixesWithCode({ 'app.json': identityPolicy({ Action: ['kms:CreateAlias', 'kms:Decrypt'], Resource: KEY_ARN }) }, CODE).length,
      0,
    );
  });
});
