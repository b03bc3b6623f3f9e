import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, policyDocument } from '../support/fixtures';

const ONLY = ['fragment'];
const STATEMENT = { Sid: 'UseKey', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: KEY_ARN };

describe('fragment', () => {
  it('finds a bare statement', () => {
    checkFindings({ 'part.json': STATEMENT }, ['part.json info fragment "\\"Sid\\""'], ONLY);
  });

  it('takes a document, also inside AWS CLI output', () => {
    checkFindings({ 'app.json': identityPolicy(), 'role.json': getRolePolicyOutput(identityPolicy()) }, [], ONLY);
  });

  it('leaves statements that are not about KMS alone', () => {
    checkFindings({ 'part.json': { ...STATEMENT, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' } }, [], ONLY);
  });

  it('wraps the statement', () => {
    const after = applyFix({ 'part.json': STATEMENT }, 'fragment');
    assert.deepEqual(JSON.parse(after['part.json'] ?? ''), policyDocument(STATEMENT));
    checkFindings(after, [], ONLY);
  });

  it('wraps a list of statements, and those between documents', () => {
    const other = { ...STATEMENT, Sid: 'Other' };
    const list = applyFix({ 'part.json': [STATEMENT, other] }, 'fragment', 'Wrap the statements in a policy document');
    assert.deepEqual(JSON.parse(list['part.json'] ?? ''), policyDocument(STATEMENT, other));
    const mixed = applyFix({ 'part.json': [identityPolicy(), STATEMENT, other] }, 'fragment');
    assert.deepEqual(JSON.parse(mixed['part.json'] ?? ''), [identityPolicy(), policyDocument(STATEMENT, other)]);
    checkFindings({ ...list, 'mixed.json': mixed['part.json'] ?? '' }, [], ONLY);
  });

  it('wraps statements one behind another, with the faults of their text', () => {
    const text = `${JSON.stringify(STATEMENT)}\n${JSON.stringify({ ...STATEMENT, Sid: 'Other' })}\n`;
    const after = applyFix({ 'part.json': text }, 'fragment');
    assert.deepEqual(JSON.parse(after['part.json'] ?? ''), policyDocument(STATEMENT, { ...STATEMENT, Sid: 'Other' }));
  });
});
