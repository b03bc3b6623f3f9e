import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, keyPolicy } from '../support/fixtures';

const CODE = 'bare-star-principal';
const ONLY = [CODE, 'invalid-principal-key', 'not-principal'];

describe(CODE, () => {
  it('finds "*" without a key', () => {
    checkFindings({ 'key.json': keyPolicy({ Effect: 'Deny', Principal: '*' }) }, [`key.json hint ${CODE} "\\"*\\""`], ONLY);
  });

  it('takes {"AWS": "*"}', () => {
    checkFindings({ 'key.json': keyPolicy({ Effect: 'Deny', Principal: { AWS: '*' } }),
      'b.json': keyPolicy({ Effect: 'Deny', Principal: { AWS: ['*'] } }) }, [], ONLY);
  });

  it('finds it in an Allow, in a fragment, inside AWS CLI output', () => {
    checkFindings({
      'out.json': getKeyPolicyOutput(keyPolicy({ Principal: '*' })),
      'part.json': { Effect: 'Deny', Principal: '*', Action: 'KMS:putkeypolicy', Resource: '*' },
    }, [`out.json hint ${CODE} "\\\\\\"*\\\\\\""`, `part.json hint ${CODE} "\\"*\\""`], ONLY);
  });

  it('leaves a list, NotPrincipal, template values and other kinds of policies to others', () => {
    checkFindings({
      'a.json': keyPolicy({ Principal: ['*'] }),
      'b.json': keyPolicy({ Effect: 'Deny', Principal: undefined, NotPrincipal: '*' }),
      'c.json': keyPolicy({ Principal: '${principal}' }),
      'd.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }] },
    }, ['a.json error invalid-principal-key "[\\n        \\"*\\"\\n      ]"', 'b.json warning not-principal "\\"NotPrincipal\\""'], ONLY);
  });

  it('writes the object, safely, also inside AWS CLI output', () => {
    const files = { 'out.json': getKeyPolicyOutput(keyPolicy({ Effect: 'Deny', Principal: '*' })) };
    const after = applyFix(files, CODE);
    const { Policy } = JSON.parse(after['out.json'] ?? '') as { Policy: string };
    assert.deepEqual(JSON.parse(Policy), keyPolicy({ Effect: 'Deny', Principal: { AWS: '*' } }));
    checkFindings(after, [], ONLY);
    assert.equal(fixesWithCode(files, CODE)[0]?.safe, true);
  });
});
