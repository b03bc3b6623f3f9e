import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const ONLY = ['invalid-effect', 'unknown-element', 'value-type'];

describe('invalid-effect', () => {
  it('finds other capitals', () => {
    checkFindings({ 'app.json': identityPolicy({ Effect: 'allow' }) }, ['app.json error invalid-effect "\\"allow\\""'], ONLY);
  });

  it('takes Allow and Deny', () => {
    checkFindings({ 'app.json': identityPolicy(), 'key.json': keyPolicy({ Effect: 'Deny' }) }, [], ONLY);
  });

  it('finds other words, blanks, and a key policy\'s', () => {
    checkFindings({ 'key.json': keyPolicy({ Effect: 'Permit' }), 'b.json': keyPolicy({ Effect: 'Allow ' }) }, [
      'key.json error invalid-effect "\\"Permit\\""', 'b.json error invalid-effect "\\"Allow \\""',
    ], ONLY);
  });

  it('finds a statement without Effect', () => {
    checkFindings({ 'app.json': identityPolicy({ Effect: undefined, Sid: 'Use' }) }, ['app.json error invalid-effect "\\"Use\\""'], ONLY);
  });

  it('leaves unknown values, unfinished statements and misspelled elements alone', () => {
    checkFindings({ 'a.json': identityPolicy({ Effect: '${effect}' }),
      'b.json': '{"Version":"2012-10-17","Statement":[{"Action":"kms:Decrypt","Resource":"*"' }, [], ONLY);
    checkFindings({ 'c.json': identityPolicy({ Effect: undefined, effect: 'Allow' }) }, ['c.json error unknown-element "\\"effect\\""'],
      ONLY);
  });

  it('leaves the skeleton of AWS\'s pages alone', () => {
    checkFindings({ 'key.json': keyPolicy({ Effect: 'effect', Principal: 'principal', Action: 'action', Resource: 'resource' }) }, [],
      ONLY);
  });

  it('finds it in a list inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({}, { Effect: 'DENY', Action: 'kms:*', Resource: '*' })) }, [
      'role.json error invalid-effect "\\"DENY\\""',
    ], ONLY);
  });

  it('writes what is meant, safely where only capitals and blanks differ', () => {
    for (const [written, meant, safe] of [['allow', 'Allow', true], ['DENY ', 'Deny', true], ['Alow', 'Allow', false]] as const) {
      const files = { 'app.json': identityPolicy({ Effect: written }) };
      assert.deepEqual(fixesWithCode(files, 'invalid-effect').map((fix) => fix.safe), [safe]);
      assert.deepEqual(JSON.parse(applyFix(files, 'invalid-effect')['app.json'] ?? ''), identityPolicy({ Effect: meant }));
    }
  });

  it('offers both where either may be right', () => {
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicy({ Effect: 'Permit' }) }, 'invalid-effect').map(({ title }) => title), [
      'Use "Allow"',
      'Use "Deny"',
    ]);
    const after = applyFix({ 'app.json': identityPolicy({ Effect: undefined }) }, 'invalid-effect', 'Deny');
    checkFindings(after, [], ONLY);
  });
});
