import * as assert from 'node:assert/strict';
import { fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput, identityPolicy } from './samples';

const CODE = 'deprecated-condition-key';
const SPEC = 'kms:CustomerMasterKeySpec';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('notes kms:CustomerMasterKeySpec', () => {
    only({ 'app.json': iamWith('StringEquals', SPEC, 'SYMMETRIC_DEFAULT') }, [`app.json info ${CODE} ${quoted(SPEC)}`]);
  });

  it('takes kms:KeySpec and kms:KeyUsage', () => {
    only({ 'app.json': iamWith('StringEquals', 'kms:KeySpec', 'SYMMETRIC_DEFAULT'), 'key.json': keyWith('StringEquals', 'kms:KeyUsage', 'SIGN_VERIFY') }, []);
  });

  it('notes it in a key policy, in other case, with several values, inside AWS CLI output', () => {
    only({ 'key.json': keyWith('StringLike', 'KMS:customermasterkeyusage', ['SIGN*', '${usage}']) }, [`key.json info ${CODE} ${quoted('KMS:customermasterkeyusage')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('Null', SPEC, 'true')) }, [`key.json info ${CODE} ${JSON.stringify(`\\"${SPEC}\\"`)}`]);
  });

  it('writes the new name, in "fix all" too, and nothing else', () => {
    const files = { 'app.json': iamWith('StringEquals', SPEC, 'SYMMETRIC_DEFAULT') };
    fixChanges(files, CODE, 'app.json', [[SPEC, 'kms:KeySpec']]);
    assert.equal(fixesOf(files, CODE)[0]?.safe, true);
  });

  it('has no fix where the new key is there already', () => {
    assert.deepEqual(fixesOf({ 'app.json': identityPolicy({ Condition: { StringEquals: { [SPEC]: 'RSA_2048', 'kms:KeySpec': 'RSA_4096' } } }) }, CODE), []);
  });
});
