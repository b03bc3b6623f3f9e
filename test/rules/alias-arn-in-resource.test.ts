import * as assert from 'node:assert/strict';
import { applyFix, check } from '../support/check';
import { getRolePolicyOutput, identityPolicy, KEY, keyPolicy, manifest, OWNER } from './samples';

const ONLY = ['alias-arn-in-resource'];
const ALIAS = `arn:aws:kms:us-west-2:${OWNER}:alias/app`;

describe('alias-arn-in-resource', () => {
  it('finds an alias where a key is due', () => {
    check({ 'app.json': identityPolicy({ Resource: ALIAS }) }, [`app.json error alias-arn-in-resource "\\"${ALIAS}\\""`], ONLY);
  });

  it('takes aliases for actions on aliases, and patterns that cover such actions', () => {
    check({
      'a.json': identityPolicy({ Action: 'kms:CreateAlias', Resource: ALIAS }),
      'b.json': identityPolicy({ Action: 'KMS:updatealias', Resource: [ALIAS, KEY] }),
      'c.json': identityPolicy({ Action: 'kms:*', Resource: ALIAS }),
    }, [], ONLY);
  });

  it('finds it beside a key, in other case and inside AWS CLI output', () => {
    check({ 'role.json': getRolePolicyOutput(identityPolicy({ Action: ['KMS:DECRYPT'], Resource: [KEY, ALIAS] })) }, [`role.json error alias-arn-in-resource "\\"${ALIAS}\\""`], ONLY);
  });

  it('leaves key policies and unknown values alone', () => {
    check({ 'key.json': keyPolicy({ Resource: ALIAS }), 'a.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:${account}:alias/app' }) }, [], ONLY);
  });

  it('is the only finding there: the alias is meant for the key (docs/aws-rules.md 8.2)', () => {
    const files = (alias: string) => ({
      'kms-handshake.json': manifest({ keys: [{ arn: KEY, policy: 'key.json' }], identities: [{ account: '444455556666', policies: ['app.json'] }] }),
      'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: alias }),
    });
    check(files(ALIAS), [`app.json error alias-arn-in-resource "\\"${ALIAS}\\""`], [...ONLY, 'missing-key-arn-resource']);
    const elsewhere = ALIAS.replace('us-west-2', 'eu-west-1');
    check(files(elsewhere), ['error alias-arn-in-resource', 'info missing-key-arn-resource'].map((each) => `app.json ${each} "\\"${elsewhere}\\""`), [...ONLY, 'missing-key-arn-resource']);
  });

  it('uses the key behind the alias', () => {
    const files = { 'kms-handshake.json': manifest({ keys: [{ arn: KEY, policy: 'key.json', aliases: ['alias/app'] }] }), 'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: ALIAS }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'alias-arn-in-resource', `Use ${KEY}`)['app.json'] ?? ''), identityPolicy());
  });

  it('allows the keys of the alias by condition where the key is not known', () => {
    const after = applyFix({ 'app.json': identityPolicy({ Resource: ALIAS, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) }, 'alias-arn-in-resource', 'kms:ResourceAliases');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({
      Resource: `arn:aws:kms:us-west-2:${OWNER}:key/*`,
      Condition: { Bool: { 'aws:SecureTransport': 'true' }, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
    }));
    check(after, [], ONLY);
  });
});
