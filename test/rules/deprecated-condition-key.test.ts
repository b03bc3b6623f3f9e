import * as assert from 'node:assert/strict';
import { fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { getKeyPolicyOutput, identityPolicy } from '../support/fixtures';

const CODE = 'deprecated-condition-key';
const SPEC = 'kms:CustomerMasterKeySpec';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('notes kms:CustomerMasterKeySpec', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', SPEC, 'SYMMETRIC_DEFAULT') }, [
      `app.json info ${CODE} ${jsonString(SPEC)}`,
    ]);
  });

  it('takes kms:KeySpec and kms:KeyUsage', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', 'SYMMETRIC_DEFAULT'),
      'key.json': keyPolicyWithCondition('StringEquals', 'kms:KeyUsage', 'SIGN_VERIFY') }, []);
  });

  it('notes it in a key policy, in other case, with several values, inside AWS CLI output', () => {
    only({ 'key.json': keyPolicyWithCondition('StringLike', 'KMS:customermasterkeyusage', ['SIGN*', '${usage}']) }, [
      `key.json info ${CODE} ${jsonString('KMS:customermasterkeyusage')}`,
    ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('Null', SPEC, 'true')) }, [
      `key.json info ${CODE} ${JSON.stringify(`\\"${SPEC}\\"`)}`,
    ]);
  });

  it('writes the new name, in "fix all" too, and nothing else', () => {
    const files = { 'app.json': identityPolicyWithCondition('StringEquals', SPEC, 'SYMMETRIC_DEFAULT') };
    expectFixReplaces(files, CODE, 'app.json', [[SPEC, 'kms:KeySpec']]);
    assert.equal(fixesWithCode(files, CODE)[0]?.safe, true);
  });

  it('has no fix where the new key is there already', () => {
    assert.deepEqual(
      fixesWithCode({ 'app.json': identityPolicy({ Condition: { StringEquals: { [SPEC]: 'RSA_2048', 'kms:KeySpec': 'RSA_4096' } } }) },
        CODE),
      [],
    );
  });
});
