import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, roleArn, rootArn } from '../support/fixtures';

const CODE = 'not-principal';
const ONLY = [CODE, 'wildcard-principal', 'bare-star-principal', 'missing-principal'];
const deny = (not: unknown, elements: Readonly<Record<string, unknown>> = {}): object =>
  keyPolicy({ Effect: 'Deny', Principal: undefined, NotPrincipal: not, ...elements });

describe(CODE, () => {
  it('is an error with Allow', () => {
    checkFindings({ 'key.json': deny({ AWS: CONSUMER }, { Effect: 'Allow' }) }, [`key.json error ${CODE} "\\"NotPrincipal\\""`], ONLY);
  });

  it('takes a Deny with ArnNotEquals', () => {
    checkFindings({
      'key.json': keyPolicy({ Effect: 'Deny', Principal: { AWS: '*' },
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArn(CONSUMER) } } }),
    }, [], ONLY);
  });

  it('is a warning with Deny, for lists and template values, inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(deny({ AWS: [rootArn(CONSUMER), '${role}'] })), 'bare.json': deny('*') },
      [`out.json warning ${CODE} "\\\\\\"NotPrincipal\\\\\\""`, `bare.json warning ${CODE} "\\"NotPrincipal\\""`], ONLY);
  });

  it('leaves other kinds of policies alone', () => {
    checkFindings({ 'app.json': identityPolicy(),
      's3.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', NotPrincipal: { AWS: CONSUMER }, Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }] } }, [], ONLY);
  });

  it('denies everyone but the users and roles that are listed', () => {
    const roles = [roleArn(CONSUMER), roleArn(CONSUMER, 'Other')];
    const after = applyFix({
      'key.json': deny({ AWS: [rootArn(CONSUMER), ...roles] }, { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    }, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({
      Effect: 'Deny', Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' }, ArnNotEquals: { 'aws:PrincipalArn': roles } },
    }));
    checkFindings(after, [], ONLY);
  });

  it('has no fix where more than users and roles is exempted, or a principal is allowed', () => {
    const count = (policy: object): number => fixesWithCode({ 'key.json': policy }, CODE).length;
    assert.equal(count(deny({ AWS: [roleArn(CONSUMER)] })), 1);
    assert.equal(count(deny({ AWS: [roleArn(CONSUMER)] }, { Effect: 'Allow' })), 0);
    assert.equal(count(deny({ AWS: [rootArn(CONSUMER)] })), 0);
    assert.equal(count(deny({ AWS: roleArn(CONSUMER), Service: 'sns.amazonaws.com' })), 0);
    assert.equal(count(deny({ AWS: [roleArn(CONSUMER), '${role}'] })), 0);
    assert.equal(count(deny({ AWS: [roleArn(CONSUMER), `arn:aws:sts::${CONSUMER}:assumed-role/App/s`] })), 0);
  });
});
