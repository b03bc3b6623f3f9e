import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, policyDocument, roleArn } from '../support/fixtures';

const CODE = 'principal-in-identity-policy';
const ONLY = [CODE, 'missing-principal', 'bare-star-principal', 'wildcard-principal'];
const DECLARED = { 'kms-handshake.json': manifest({ kinds: [{ files: ['app.json'], kind: 'identity' }] }) };
const NAMED = { Principal: { AWS: roleArn(CONSUMER) } };

describe(CODE, () => {
  it('finds a Principal in what is declared as an identity policy', () => {
    checkFindings({ ...DECLARED, 'app.json': identityPolicy(NAMED) }, [`app.json error ${CODE} "\\"Principal\\""`], ONLY);
  });

  it('finds one in a file under "identities", as the only finding on it (IAM User Guide, reference_policies_elements_principal)', () => {
    const stray = identityPolicy({}, { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: KEY_ARN, ...NAMED });
    const told = [`app.json error ${CODE} "\\"Principal\\""`];
    const others = [...ONLY, 'manifest-invalid', 'key-policy-lockout', 'key-policy-resource-not-star', 'identity-policy-missing',
      'root-is-account'];
    const key = { 'key.json': keyPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'] }) };
    for (const identities of [[{ arn: roleArn(CONSUMER), policies: ['app.json'] }], [{ arn: roleArn(CONSUMER), policies: ['app*'] }], [{
      account: CONSUMER,
      policies: ['app.json'],
    }]]) {
      checkFindings({ ...key, 'app.json': stray, 'kms-handshake.json': manifest({ identities, rules: { 'root-is-account': 'off' } }) },
        told, others);
    }
    const dump = { 'dump.json': { Policies: [{ PolicyDocument: stray }] }, ...key };
    checkFindings({ ...dump,
      'kms-handshake.json': manifest({ identities: [{ arn: roleArn(CONSUMER), policies: ['dump.json#/Policies/0'] }],
        rules: { 'root-is-account': 'off' } }) }, [`dump.json error ${CODE} "\\"Principal\\""`], others);
  });

  it('takes an identity policy without', () => {
    checkFindings({ ...DECLARED, 'app.json': identityPolicy() }, [], ONLY);
  });

  it('finds NotPrincipal and a bare "*", in each statement, inside AWS CLI output', () => {
    const policy = identityPolicy({ NotPrincipal: { AWS: CONSUMER } }, { Effect: 'Allow', Principal: '*', Action: 'kms:Encrypt',
      Resource: KEY_ARN });
    checkFindings({ 'role.json': getRolePolicyOutput(policy) }, [`role.json error ${CODE} "\\"NotPrincipal\\""`,
      `role.json error ${CODE} "\\"Principal\\""`], ONLY);
  });

  it('finds a Principal that a template fills in: its value does not matter', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Principal: { AWS: '${role_arn}' } })) }, [
      `role.json error ${CODE} "\\"Principal\\""`,
    ], ONLY);
  });

  it('leaves key policies, trust policies and what is not about KMS alone', () => {
    checkFindings({
      'key.json': keyPolicy(),
      'trust.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
      'role.json': getRolePolicyOutput(policyDocument({ ...NAMED, Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' })),
    }, [], ONLY);
  });

  it('removes it, and nothing else', () => {
    const after = applyFix({ ...DECLARED, 'app.json': identityPolicy(NAMED) }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
    checkFindings(after, [], ONLY);
  });
});
