import * as assert from 'node:assert/strict';
import { applyFix, check, fixesOf, onlyOf } from '../support/check';
import { condition, iamWith, keyWith, quoted } from '../support/conditions';
import { document, getKeyPolicyOutput, identityPolicy, keyPolicy } from './samples';

const CODE = 'network-condition-breaks-services';
const DENY = { Effect: 'Deny', Action: 'kms:*', Resource: '*' };
const IP = ['NotIpAddress', 'aws:SourceIp', '192.0.2.0/24'] as const;
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds a Deny for all other addresses (KMS Developer Guide, "Using the IP address condition")', () => {
    only({ 'app.json': iamWith(...IP, DENY) }, [`app.json info ${CODE} ${quoted('aws:SourceIp')}`]);
  });

  it('takes it where calls by services are left out', () => {
    for (const [operator, key] of [['Bool', 'aws:ViaAWSService'], ['BoolIfExists', 'aws:PrincipalIsAWSService'], ['StringNotEqualsIfExists', 'kms:ViaService']] as const) {
      only({ 'app.json': identityPolicy({ ...DENY, Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, [operator]: { [key]: 'false' } } }) }, []);
    }
  });

  it('finds VPCs and endpoints, in key policies, in other case, with placeholders, inside AWS CLI output', () => {
    only({ 'key.json': keyWith('StringNotEqualsIfExists', 'AWS:sourcevpce', ['${vpce}'], { Effect: 'Deny', Principal: '*' }) }, [`key.json info ${CODE} ${quoted('AWS:sourcevpce')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('StringNotEquals', 'aws:SourceVpc', 'vpc-1', { Effect: 'Deny', Principal: '*' })) }, [`key.json info ${CODE} ${JSON.stringify('\\"aws:SourceVpc\\"')}`]);
  });

  it('leaves Allow, unless it names a service, and Deny for some addresses', () => {
    only({ 'a.json': iamWith('IpAddress', 'aws:SourceIp', '192.0.2.0/24'), 'b.json': iamWith('IpAddress', 'aws:SourceIp', '192.0.2.0/24', DENY) }, []);
    only({ 'key.json': keyWith('StringEquals', 'aws:SourceVpce', 'vpce-1', { Principal: { Service: 's3.amazonaws.com' } }) }, [`key.json info ${CODE} ${quoted('aws:SourceVpce')}`]);
  });

  it('leaves statements that are no KMS matter', () => {
    only({ 'app.json': identityPolicy({}, { Effect: 'Deny', Action: 's3:*', Resource: '*', ...condition(...IP) }), 'other.json': document({ Effect: 'Deny', Action: 's3:*', Resource: '*', ...condition(...IP) }) }, []);
  });

  it('leaves out calls by services', () => {
    const after = applyFix({ 'app.json': iamWith(...IP, DENY) }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ ...DENY, Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:ViaAWSService': 'false' } } }));
    check(after, [], [CODE]);
    const before = keyPolicy({ Effect: 'Deny', Principal: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:SecureTransport': 'true' } } });
    assert.deepEqual(JSON.parse(applyFix({ 'key.json': before }, CODE)['key.json'] ?? ''),
      keyPolicy({ Effect: 'Deny', Principal: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:SecureTransport': 'true', 'aws:ViaAWSService': 'false' } } }));
    assert.equal(fixesOf({ 'key.json': before }, CODE)[0]?.safe, false);
  });
});
