import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, OWNER, rootArn } from '../support/fixtures';

const CODE = 'missing-principal';
const ONLY = [CODE, 'invalid-principal-key', 'principal-not-iam-arn'];
const without = (elements: Readonly<Record<string, unknown>> = {}): object => keyPolicy({ Sid: 'Use', Principal: undefined, ...elements });

describe(CODE, () => {
  it('finds a statement without Principal', () => {
    checkFindings({ 'key.json': without() }, [`key.json error ${CODE} "\\"Use\\""`], ONLY);
  });

  it('takes the root of the owner', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: rootArn(OWNER) } }) }, [], ONLY);
  });

  for (const empty of [{}, [], { AWS: [] }, { AWS: [], Service: [] }]) {
    it(`finds ${JSON.stringify(empty)}`, () => {
      const text = `{"Effect": "Allow", "Principal": ${JSON.stringify(empty)}, "Action": "kms:Decrypt", "Resource": "*"}`;
      checkFindings({ 'part.json': text }, [`part.json error ${CODE} ${JSON.stringify(JSON.stringify(empty))}`], ONLY);
    });
  }

  it('finds it where a declaration or AWS CLI output says that it is a key policy', () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': policy, 'out.json': getKeyPolicyOutput(policy) },
      [`key.json error ${CODE} "\\"Allow\\""`, `out.json error ${CODE} "\\\\\\"Allow\\\\\\""`], ONLY);
  });

  it('leaves identity policies, other capitals, unknown values and unfinished text to others', () => {
    checkFindings({
      'app.json': identityPolicy(),
      'a.json': without({ principal: { AWS: OWNER } }),
      'b.json': keyPolicy({ Principal: { AWS: '${principal}' } }),
      'c.json': keyPolicy({ Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } } }),
      'd.json': keyPolicy({ Principal: null }),
      'e.json': keyPolicy({ Principal: { AWS: [null] } }),
      'f.json': '{"Effect": "Allow", "Principal": {"AWS": [',
      'g.json': keyPolicy({ Principal: { AWS: [], Service: 'sns.amazonaws.com' } }),
    }, [], ONLY);
  });

  it('names the owner', () => {
    const files = (policy: object): Record<string, object> => ({ 'kms-handshake.json': manifest(), 'key.json': policy });
    for (const principal of [undefined, {}, { AWS: [] }]) {
      const after = applyFix(files(without({ Principal: principal })), CODE);
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Sid: 'Use', Principal: { AWS: rootArn(OWNER) } }));
      checkFindings(after, [], ONLY);
    }
    assert.equal(fixesWithCode(files(without({ Effect: 'Deny' })), CODE).length, 0);
  });
});
