import * as assert from 'node:assert/strict';
import { ACTIONS, hasAction } from '../../server/src/core/aws/actions';
import { conditionKeyNamed } from '../../server/src/core/aws/condition-keys';
import { actionsForKeyTypes, keyTypesOfSpec, keyTypesOfUsage } from '../../server/src/core/aws/key-types';
import { applyFix, checkFindings } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, KEY_ID, keyPolicy, OWNER, roleArn } from '../support/fixtures';

const ONLY = ['key-type-action-mismatch'];
const found = (file: string, action: string): string => `${file} error key-type-action-mismatch "\\"${action}\\""`;
const files = (facts: object, key: object, app?: object): Record<string, object> => ({
  'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json', ...facts }],
    identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }] },
  'key.json': key,
  ...(app ? { 'app.json': app } : {}),
});
const RSA = { keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' };

describe('key-type-action-mismatch', () => {
  it('finds GenerateDataKey on an RSA key', () => {
    checkFindings(files(RSA, keyPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] })), [found('key.json', 'kms:GenerateDataKey')],
      ONLY);
  });

  it('takes it on a symmetric key, and on a key about which nothing is known', () => {
    checkFindings(files({ keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }, keyPolicy({ Action: 'kms:GenerateDataKey' })), [],
      ONLY);
    checkFindings(files({}, keyPolicy({ Action: ['kms:GenerateDataKey', 'kms:Sign'] })), [], ONLY);
  });

  it('accepts what any of the possible types can do', () => {
    checkFindings(files({ keySpec: 'RSA_2048' }, keyPolicy({ Action: ['kms:Sign', 'kms:Decrypt', 'kms:GenerateMac'] })), [
      found('key.json', 'kms:GenerateMac'),
    ], ONLY);
    checkFindings(files({ keyUsage: 'ENCRYPT_DECRYPT' }, keyPolicy({ Action: ['kms:GenerateDataKey', 'kms:GetPublicKey', 'kms:sign'] })), [
      found('key.json', 'kms:sign'),
    ], ONLY);
  });

  it('finds patterns without an action that works, and leaves others', () => {
    checkFindings(files(RSA, keyPolicy({ Action: ['kms:GenerateDataKey*', 'kms:Generate*', 'kms:*', 'kms:ListKeys'] })), [
      found('key.json', 'kms:GenerateDataKey*'),
    ], ONLY);
  });

  it('finds it in the IAM policy, where it would be allowed', () => {
    checkFindings(
      files(RSA, keyPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] }),
        identityPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] })),
      [
        found('key.json', 'kms:GenerateDataKey'),
        found('app.json', 'kms:GenerateDataKey'),
      ],
      ONLY,
    );
    checkFindings(files(RSA, keyPolicy({ Action: 'kms:Encrypt' }), identityPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] })), [
      'app.json error action-not-allowed-by-key-policy "\\"kms:GenerateDataKey\\""',
    ], [...ONLY, 'action-not-allowed-by-key-policy']);
  });

  it('leaves statements for several keys, and Deny, alone', () => {
    const other = KEY_ARN.replace('1234abcd', '2234abcd');
    const own = keyPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'], Effect: 'Deny' });
    checkFindings(files(RSA, own, identityPolicy({ Action: ['kms:GenerateDataKey'], Resource: [KEY_ARN, other] })), [], ONLY);
  });

  it('knows the type by aws kms describe-key, and by conditions', () => {
    const described = {
      'describe.json': {
        KeyMetadata: { AWSAccountId: OWNER, KeyId: KEY_ID, Arn: KEY_ARN, KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC',
          MultiRegion: false },
      },
    };
    checkFindings({ ...files({}, keyPolicy({ Action: ['kms:GenerateMac', 'kms:Decrypt'] })), ...described }, [
      found('key.json', 'kms:Decrypt'),
    ], ONLY);
    const when = (values: unknown, key = 'kms:KeySpec'): object =>
      identityPolicy({ Action: ['kms:Sign', 'kms:Decrypt'], Condition: { StringEquals: { [key]: values } } });
    checkFindings({ 'a.json': when('ECC_NIST_P256'), 'b.json': when(['RSA_2048', 'ECC_NIST_P256']), 'c.json': when('${spec}'),
      'd.json': when('ENCRYPT_DECRYPT', 'KMS:keyusage'), 'e.json': when('NEW_SPEC') }, [
      found('a.json', 'kms:Decrypt'),
      found('d.json', 'kms:Sign'),
    ], ONLY);
    checkFindings({
      'a.json': identityPolicy({ Action: 'kms:Sign',
        Condition: { StringNotEquals: { 'kms:KeySpec': 'RSA_2048' }, StringLike: { 'kms:KeyUsage': 'ENCRYPT*' } } }),
    }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    const output = {
      ...getKeyPolicyOutput(
        keyPolicy({ Action: ['kms:Verify', 'kms:Encrypt'], Condition: { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } } }),
      ),
    };
    checkFindings({ 'out.json': output }, ['out.json error key-type-action-mismatch "\\\\\\"kms:Encrypt\\\\\\""'], ONLY);
  });

  it('removes the action', () => {
    const after = applyFix(files(RSA, keyPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] })), 'key-type-action-mismatch');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: ['kms:Encrypt'] }));
    checkFindings(after, [], ONLY);
  });

  it('knows every spec and usage of the data, and an action for each', () => {
    for (const spec of conditionKeyNamed('kms:KeySpec')?.values ?? []) assert.ok(keyTypesOfSpec(spec), spec);
    for (const usage of conditionKeyNamed('kms:KeyUsage')?.values ?? []) {
      const types = keyTypesOfUsage(usage);
      assert.ok(types && ACTIONS.some((action) => action.category === 'cryptographic' && hasAction(actionsForKeyTypes(types), action)),
        usage);
    }
    assert.equal(keyTypesOfSpec('NEW'), undefined);
  });
});
