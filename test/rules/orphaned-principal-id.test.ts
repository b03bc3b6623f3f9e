import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, OWNER_STATEMENT, policyDocument, roleArn,
} from '../support/fixtures';

const CODE = 'orphaned-principal-id';
const ONLY = [CODE, 'principal-not-iam-arn', 'identity-not-in-key-policy'];
const ID = 'AROADBQP57FF2AEXAMPLE';

describe(CODE, () => {
  it('finds the id of a role', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: ID } }) }, [`key.json error ${CODE} "\\"${ID}\\""`], ONLY);
  });

  it('takes the ARN of a role', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER) } }) }, [], ONLY);
  });

  it('finds users and sessions, in a list, inside AWS CLI output', () => {
    checkFindings({
      'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: ['AIDACKCEVSQ6C2EXAMPLE', `${ID}:session-1`, roleArn(CONSUMER)] } })),
    }, [`out.json error ${CODE} "\\\\\\"AIDACKCEVSQ6C2EXAMPLE\\\\\\""`, `out.json error ${CODE} "\\\\\\"${ID}:session-1\\\\\\""`], ONLY);
  });

  it('leaves ids of other things and of other length to others', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: ['AGPACKCEVSQ6C2EXAMPLE', 'AROA123'] } }) },
      ['key.json error principal-not-iam-arn "\\"AGPACKCEVSQ6C2EXAMPLE\\""', 'key.json error principal-not-iam-arn "\\"AROA123\\""'], ONLY);
  });

  it('leaves other kinds of policies and template values alone', () => {
    checkFindings({
      'trust.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ID }, Action: 'sts:AssumeRole' }] },
      'key.json': keyPolicy({ Principal: { AWS: '${role_id}' } }),
      'app.json': identityPolicy({ Condition: { StringLike: { 'aws:userid': `${ID}:*` } } }),
    }, [], ONLY);
  });

  it('is the cause: the new role of that name is not missing in the key policy', () => {
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: ID } }), 'app.json': identityPolicy() }, [
      `key.json error ${CODE} "\\"${ID}\\""`,
    ], ONLY);
  });

  it('removes the id, its key, or the statement that had no other principal', () => {
    const after = (principal: object): unknown =>
      JSON.parse(applyFix({ 'key.json': keyPolicy({ Principal: principal }) }, CODE)['key.json'] ?? '');
    assert.deepEqual(after({ AWS: [ID, roleArn(CONSUMER)] }), keyPolicy({ Principal: { AWS: [roleArn(CONSUMER)] } }));
    assert.deepEqual(after({ AWS: ID, Service: 'sns.amazonaws.com' }), keyPolicy({ Principal: { Service: 'sns.amazonaws.com' } }));
    assert.deepEqual(after({ AWS: [ID] }), policyDocument(OWNER_STATEMENT));
    assert.equal(
      fixesWithCode({
        'key.json': { ...keyPolicy(), Statement: [{ Effect: 'Allow', Principal: { AWS: ID }, Action: 'kms:*', Resource: '*' }] },
      }, CODE).length,
      0,
    );
  });
});
