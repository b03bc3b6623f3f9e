import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition,
  jsonString } from '../support/policies-with-condition';
import { handshakeFiles } from '../support/handshake-files';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, policyDocument } from '../support/fixtures';

const CODE = 'unknown-condition-key';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds a kms: key that KMS does not have', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:CallerAcount', CONSUMER) }, [
      `key.json error ${CODE} ${jsonString('kms:CallerAcount')}`,
    ]);
  });

  it('takes the keys of KMS and of IAM, in any case', () => {
    const keys = ['kms:CallerAccount', 'KMS:calleraccount', 'kms:EncryptionContext:App', 'kms:RecipientAttestation:PCR31',
      'aws:PrincipalOrgId', 'aws:PrincipalTag/Team', 'aws:SourceVpcArn', 'lambda:SourceFunctionArn'];
    only(Object.fromEntries(keys.map((key, i) => [`${i}.json`, identityPolicyWithCondition('StringLike', key, 'x')])), []);
  });

  it('finds it in an identity policy, several in one block, inside AWS CLI output', () => {
    only({
      'app.json': identityPolicy({
        Condition: { StringEquals: { 'kms:ViaServices': 's3.us-west-2.amazonaws.com', 'kms:Alias': 'alias/app' } },
      }),
    }, [`app.json error ${CODE} ${jsonString('kms:ViaServices')}`, `app.json error ${CODE} ${jsonString('kms:Alias')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', 'kms:CallerAcount', CONSUMER)) }, [
      `key.json error ${CODE} ${JSON.stringify('\\"kms:CallerAcount\\"')}`,
    ]);
  });

  it('warns of aws: keys that are nearly one of the global keys, and of no others', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgIDs', 'o-a1b2c3d4e5') }, [
      `key.json warning ${CODE} ${jsonString('aws:PrincipalOrgIDs')}`,
    ]);
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalTag:Team', 'a') }, [
      `key.json warning ${CODE} ${jsonString('aws:PrincipalTag:Team')}`,
    ]);
    only({ 'a.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgMasterAccountId', CONSUMER),
      'b.json': identityPolicyWithCondition('StringEquals', 'aws:SomethingNew', 'x') }, []);
  });

  it('finds keys without a service, and without the name that belongs behind them', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'ViaService', 's3.us-west-2.amazonaws.com') }, [
      `app.json error ${CODE} ${jsonString('ViaService')}`,
    ]);
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:EncryptionContext', 'x') }, [
      `app.json error ${CODE} ${jsonString('kms:EncryptionContext')}`,
    ]);
    assert.match(
      findingsWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:EncryptionContext', 'x') }, CODE)[0]?.message ?? '',
      /unless a name follows \(kms:EncryptionContext:EncryptionContextKey\)/,
    );
  });

  it('leaves keys that a template fills in, and policies and statements that are not about KMS', () => {
    only({
      'a.json': identityPolicyWithCondition('StringEquals', 'kms:${key}', 'x'),
      'b.json': identityPolicyWithCondition('StringEquals', '${prefix}:Alias', 'x'),
      'c.json': policyDocument({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*',
        ...conditionMember('StringEquals', 'aws:PrincipalOrgIDs', 'o') }),
      'd.json': identityPolicy({}, { Effect: 'Allow', Action: 's3:GetObject', Resource: '*',
        ...conditionMember('StringEquals', 'aws:PrincipalOrgIDs', 'o') }),
    }, []);
  });

  it('is the only finding, although no request satisfies the key: neither across files nor for everyone', () => {
    const files = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: '*' }, Action: 'kms:Decrypt', ...conditionMember('StringEquals', 'kms:CallerAcount', CONSUMER) }],
      identityPolicy: [{ Action: 'kms:Decrypt', Resource: KEY_ARN }],
    });
    checkFindings(files, [`producer/key-policy.json error ${CODE} ${jsonString('kms:CallerAcount')}`]);
  });

  it('says what comes of it', () => {
    const said = (operator: string, effect: string): string =>
      findingsWithCode({ 'app.json': identityPolicyWithCondition(operator, 'kms:Alias', 'x', { Effect: effect }) }, CODE)[0]?.message ?? '';
    assert.match(said('StringEquals', 'Allow'), /never true and the statement allows nothing/);
    assert.match(said('StringEquals', 'Deny'), /never true and the statement denies nothing/);
    assert.match(said('StringNotEquals', 'Deny'), /always true and limits nothing/);
    assert.match(said('StringEqualsIfExists', 'Allow'), /always true and limits nothing/);
  });

  it('writes the nearest key, or the one with the right prefix, and nothing else', () => {
    const pairs = [['kms:CallerAcount', 'kms:CallerAccount'], ['kms:PrincipalArn', 'aws:PrincipalArn'], ['aws:ViaService',
      'kms:ViaService'], ['CallerAccount', 'kms:CallerAccount'], ['kms:EncryptionContxt:App', 'kms:EncryptionContext:App'], [
      'aws:PrincipalTag:Team',
      'aws:PrincipalTag/Team',
    ]] as const;
    for (const [from, to] of pairs)
      expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', from, 'x') }, CODE, 'app.json', [[from, to]]);
  });

  it('has no fix where the key is there already, or none is near', () => {
    assert.deepEqual(
      fixesWithCode({ 'app.json': identityPolicy({ Condition: { StringEquals: { 'kms:CallerAcount': 'a', 'kms:calleraccount': 'b' } } }) },
        CODE),
      [],
    );
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:Whatever', 'x') }, CODE), []);
  });
});
