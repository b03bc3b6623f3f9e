import * as assert from 'node:assert/strict';
import { applyFix, check } from '../support/check';
import { document, getRolePolicyOutput, identityPolicy, KEY } from './samples';

const ONLY = ['fragment'];
const STATEMENT = { Sid: 'UseKey', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: KEY };

describe('fragment', () => {
  it('finds a bare statement', () => {
    check({ 'part.json': STATEMENT }, ['part.json info fragment "\\"Sid\\""'], ONLY);
  });

  it('takes a document, also inside AWS CLI output', () => {
    check({ 'app.json': identityPolicy(), 'role.json': getRolePolicyOutput(identityPolicy()) }, [], ONLY);
  });

  it('leaves statements that are no KMS matter alone', () => {
    check({ 'part.json': { ...STATEMENT, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' } }, [], ONLY);
  });

  it('wraps the statement', () => {
    const after = applyFix({ 'part.json': STATEMENT }, 'fragment');
    assert.deepEqual(JSON.parse(after['part.json'] ?? ''), document(STATEMENT));
    check(after, [], ONLY);
  });
});
