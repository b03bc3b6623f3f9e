import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, keyPolicy, OWNER_STATEMENT } from '../support/fixtures';

const ONLY = ['action-prefix', 'arn-whitespace', 'unknown-action', 'foreign-action-in-key-policy'];
const fixed = (action: string): unknown => {
  const after = applyFix({ 'app.json': identityPolicy({ Action: action }) }, 'action-prefix')['app.json'] ?? '';
  return (JSON.parse(after) as { Statement: { Action: unknown }[] }).Statement[0]?.Action;
};

describe('action-prefix', () => {
  it('finds an action without prefix', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'Decrypt' }) }, ['app.json error action-prefix "\\"Decrypt\\""'], ONLY);
  });

  it('takes kms:Decrypt and *', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 'KMS:DECRYPT'] }), 'b.json': identityPolicy({ Action: '*' }) }, [],
      ONLY);
  });

  it('finds other signs than a colon, and a space behind it, in a key policy', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms=Decrypt', 'kms.Encrypt', 'kms: DescribeKey', 'kms', ''] }) }, [
      'key.json error action-prefix "\\"kms=Decrypt\\""', 'key.json error action-prefix "\\"kms.Encrypt\\""',
      'key.json error action-prefix "\\"kms: DescribeKey\\""',
      'key.json error action-prefix "\\"kms\\""', 'key.json error action-prefix "\\"\\""',
    ], ONLY);
  });

  it('knows a key policy and an identity policy in which no action has its prefix', () => {
    checkFindings({
      'key.json': { Version: '2012-10-17', Statement: [{ ...OWNER_STATEMENT, Action: ['Decrypt', 'kms.Encrypt'] }] },
      'app.json': identityPolicy({ Action: 'Decrypt', Resource: '*' }),
    }, [
      'key.json error action-prefix "\\"Decrypt\\""', 'key.json error action-prefix "\\"kms.Encrypt\\""',
      'app.json error action-prefix "\\"Decrypt\\""',
    ], ONLY);
  });

  it('finds it in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': { Effect: 'Allow', Action: ['decrypt', 'kms:Encrypt'], Resource: '*' },
      'role.json': getRolePolicyOutput(identityPolicy({ Action: ['s3: GetObject', 'kms:Decrypt'] })),
    }, ['part.json error action-prefix "\\"decrypt\\""', 'role.json error action-prefix "\\"s3: GetObject\\""'], ONLY);
  });

  it('leaves unknown values and policies without KMS alone', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: ['${actions}', 'kms:Decrypt'] }),
      'b.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['GetObject', 'TagResource'], Resource: '*' }] },
    }, [], ONLY);
  });

  it('is a single finding with a space at the end, and none of the skeleton of AWS\'s pages', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'Decrypt ' }) }, ['app.json error action-prefix "\\"Decrypt \\""'], ONLY);
    checkFindings({ 'key.json': keyPolicy({ Effect: 'effect', Principal: 'principal', Action: 'action', Resource: 'resource' }) }, [],
      ONLY);
  });

  it('writes the action with its prefix', () => {
    assert.equal(fixed('Decrypt'), 'kms:Decrypt');
    assert.equal(fixed('kms=Decrypt'), 'kms:Decrypt');
    assert.equal(fixed('kms: generateDataKey*'), 'kms:generateDataKey*');
    assert.equal(fixed('kms.Decript'), 'kms:Decrypt');
    assert.equal(fixed('ReEncrypt'), 'kms:ReEncrypt*');
    checkFindings(applyFix({ 'app.json': identityPolicy({ Action: ['Decrypt', 'kms:Encrypt'] }) }, 'action-prefix'), [], ONLY);
  });

  it('is safe where only the separator is wrong, and offers nothing for names that are no KMS action', () => {
    const safe = (action: string): readonly boolean[] =>
      fixesWithCode({ 'app.json': identityPolicy({ Action: action }) }, 'action-prefix').map((fix) => fix.safe);
    assert.deepEqual([safe('Decrypt'), safe('kms.Decrypt'), safe('kms.Decript'), safe('GetObject')], [[false], [true], [false], []]);
  });
});
