import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const ONLY = ['id-in-identity-policy'];

describe('id-in-identity-policy', () => {
  it('finds an Id', () => {
    checkFindings({ 'app.json': { Id: 'app', ...identityPolicy() } }, ['app.json error id-in-identity-policy "\\"Id\\""'], ONLY);
  });

  it('leaves key policies theirs', () => {
    checkFindings({ 'key.json': { Id: 'app', ...keyPolicy() }, 'app.json': identityPolicy() }, [], ONLY);
  });

  it('leaves organization policies, and policies without KMS, alone', () => {
    checkFindings({
      'scp/deny.json': { Id: 'scp', ...identityPolicy({ Effect: 'Deny' }) },
      's3.json': { Id: 'x', Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] },
    }, [], ONLY);
  });

  it('leaves policies whose Id says that they are of an organization', () => {
    checkFindings({ 'a.json': { Id: 'OSD SCP Policy Document', ...identityPolicy() },
      'b.json': { Id: 'discproduct', ...identityPolicy() } }, ['b.json error id-in-identity-policy "\\"Id\\""'], ONLY);
  });

  it('finds it whatever its value, and inside AWS CLI output', () => {
    checkFindings({
      'a.json': { ...identityPolicy(), Id: '${id}' },
      'role.json': getRolePolicyOutput({ Id: 'key-default-1', ...identityPolicy() }),
    }, ['a.json error id-in-identity-policy "\\"Id\\""', 'role.json error id-in-identity-policy "\\"Id\\""'], ONLY);
  });

  it('removes it, and nothing else', () => {
    const files = { 'app.json': { Id: 'app', ...identityPolicy() } };
    const after = applyFix(files, 'id-in-identity-policy');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
    checkFindings(after, [], ONLY);
    assert.deepEqual(fixesWithCode(files, 'id-in-identity-policy').map(({ safe }) => safe), [true]);
  });
});
