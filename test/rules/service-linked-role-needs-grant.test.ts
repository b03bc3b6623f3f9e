import * as assert from 'node:assert/strict';
import { applyFix, check, fixesOf } from '../support/check';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, OWNER, roleOf, rootOf } from './samples';

const ONLY = ['service-linked-role-needs-grant'];
const NAME = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const FOREIGN = roleOf(CONSUMER, NAME);
const files = (elements: Readonly<Record<string, unknown>>) => ({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(elements) });

describe('service-linked-role-needs-grant', () => {
  it('finds a service-linked role of another account', () => {
    check(files({ Principal: { AWS: FOREIGN } }), [`key.json warning service-linked-role-needs-grant "\\"${FOREIGN}\\""`], ONLY);
  });

  it('leaves open what the policy of another role allows: that of GuardDuty malware protection has kms:CreateGrant on keys of every account (AWS Managed Policy Reference)', () => {
    const other = roleOf(CONSUMER, 'aws-service-role/malware-protection.guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDutyMalwareProtection');
    check(files({ Principal: { AWS: other } }), [`key.json info service-linked-role-needs-grant "\\"${other}\\""`], ONLY);
  });

  it('takes the owner\'s', () => {
    check(files({ Principal: { AWS: roleOf(OWNER, NAME) } }), [], ONLY);
  });

  it('takes other roles, Deny, and placeholders', () => {
    check(files({ Principal: { AWS: roleOf(CONSUMER) } }), [], ONLY);
    check(files({ Effect: 'Deny', Principal: { AWS: FOREIGN } }), [], ONLY);
    check(files({ Principal: { AWS: `arn:aws:iam::\${account}:role/${NAME}` } }), [], ONLY);
  });

  it('finds it in a list inside AWS CLI output', () => {
    check({ 'kms-handshake.json': manifest(), 'key.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: [rootOf(CONSUMER), FOREIGN] } })) },
      [`key.json warning service-linked-role-needs-grant ${JSON.stringify(`\\"${FOREIGN}\\"`)}`], ONLY);
  });

  it('lets the account in with kms:CreateGrant', () => {
    const after = applyFix(files({ Principal: { AWS: FOREIGN } }), 'service-linked-role-needs-grant');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: ['kms:Decrypt', 'kms:CreateGrant'] }));
    check(after, [], ONLY);
    // It lets in more than the role: never to be applied unasked.
    assert.deepEqual(fixesOf(files({ Principal: { AWS: FOREIGN } }), 'service-linked-role-needs-grant').map(({ preferred }) => preferred), [false]);
  });
});
