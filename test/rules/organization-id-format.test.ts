import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, OWNER, policyDocument } from '../support/fixtures';

const CODE = 'organization-id-format';
const only = expectFindingsWithCode(CODE);
const IDS = ['aws:PrincipalOrgID', 'aws:ResourceOrgID', 'aws:SourceOrgID', 'aws:VpceOrgID'];
const PATHS = ['aws:PrincipalOrgPaths', 'aws:ResourceOrgPaths', 'aws:SourceOrgPaths', 'aws:VpceOrgPaths'];
const messageOf = (policy: object): string => findingsWithCode({ 'key.json': policy }, CODE)[0]?.message ?? '';

describe(CODE, () => {
  it('finds values that are not the id of an organization (AWS Organizations API Reference, Organization: ^o-[a-z0-9]{10,32}$)', () => {
    for (const value of ['123456789012', 'o-short1234', 'exampleorgid', 'O-EXAMPLEORGID', 'r-ab12', 'ou-ab12-11111111',
      `o-${'a'.repeat(33)}`, 'o-example_orgid', '']) {
      only({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', value) }, [
        `key.json warning ${CODE} ${jsonString(value)}`,
      ]);
    }
    only({
      'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', ['o-exampleorgid', 'o-a1b2c3d4e5', `o-${'9'.repeat(32)}`]),
    }, []);
  });

  it('finds them under each key that has such an id, in any case of its name (IAM User Guide, AWS global condition context keys)', () => {
    for (const key of [...IDS, 'AWS:principalorgid']) {
      only({ 'app.json': identityPolicyWithCondition('StringEquals', key, 'o-short') }, [
        `app.json warning ${CODE} ${jsonString('o-short')}`,
      ]);
      only({ 'app.json': identityPolicyWithCondition('StringEquals', key, 'o-exampleorgid') }, []);
    }
  });

  it('finds them in the first part of paths (IAM User Guide, aws:PrincipalOrgPaths)', () => {
    for (const key of PATHS) {
      for (const value of ['r-ab12/ou-ab12-11111111/*', 'ou-ab12-11111111/*', '123456789012/*', 'o-short/*', 'ou-*']) {
        only({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringLike', key, [value]) }, [
          `key.json warning ${CODE} ${jsonString(value)}`,
        ]);
      }
      only({
        'key.json': keyPolicyWithCondition('ForAnyValue:StringLike', key, ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*', 'o-a1b2c3d4e5/*',
          'o-*/r-ab12/*', '*/ou-ab12-11111111/*', '*ou-ab12-11111111/*', 'o-a1b2c3d4e5*']),
      }, []);
    }
  });

  it('finds them under every operator that compares text (IAM User Guide, reference_policies_elements_condition_operators)', () => {
    for (const operator of ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike',
      'StringNotLike', 'StringEqualsIfExists', 'StringNotLikeIfExists', 'ForAnyValue:StringEquals', 'ForAllValues:StringLike']) {
      only({ 'key.json': keyPolicyWithCondition(operator, 'aws:PrincipalOrgID', 'r-ab12') }, [
        `key.json warning ${CODE} ${jsonString('r-ab12')}`,
      ]);
      only({ 'key.json': keyPolicyWithCondition(operator, 'aws:PrincipalOrgID', 'o-exampleorgid') }, []);
    }
    only({ 'key.json': keyPolicyWithCondition('StringEqualsIgnoreCase', 'aws:PrincipalOrgID', 'O-ExampleOrgId') }, []);
    only({ 'key.json': keyPolicyWithCondition('Null', 'aws:PrincipalOrgID', 'false') }, []);
  });

  it('takes patterns that such an id can match, and finds those that none can', () => {
    only({
      'key.json': keyPolicyWithCondition('StringLike', 'aws:PrincipalOrgID', ['*', 'o-*', 'o-exa*', '*orgid', 'o?exampleorgid',
        'o-??????????', '?*?', 'o-*x*y*']),
    }, []);
    for (const value of ['ou-*', 'o-?????????', 'O-*', '*_*', `o-${'?'.repeat(33)}`, 'o-exampleorgid/*', `*${'a'.repeat(33)}*`]) {
      only({ 'key.json': keyPolicyWithCondition('StringLike', 'aws:PrincipalOrgID', value) }, [
        `key.json warning ${CODE} ${jsonString(value)}`,
      ]);
    }
  });

  it('leaves placeholders, variables, wildcards under StringEquals, and statements that are not a matter of KMS', () => {
    only({
      'a.json': identityPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', ['${org}', '${aws:ResourceOrgID}', '<ORGANIZATION_ID>',
        'o-*', '{{ org_id }}']),
      'b.json': identityPolicyWithCondition('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', ['${aws:ResourceOrgID}/*', '${org}/*',
        'o-${id}/*']),
      'c.json': identityPolicy({}, { Effect: 'Allow', Action: 's3:GetObject', Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceOrgID': 'r-ab12' } } }),
      'd.json': policyDocument({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceOrgID': 'r-ab12' } } }),
    }, []);
  });

  it('says what the value is, and what follows', () => {
    assert.equal(messageOf(keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', '123456789012')),
      'aws:PrincipalOrgID never has the value "123456789012", so it never matches. '
        + 'This is the id of an account, which aws:PrincipalAccount has; the id of an organization is o- and 10 to 32 lower-case '
        + 'letters and digits.');
    assert.match(messageOf(keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', 'ou-ab12-11111111')),
      /Roots and organizational units are compared by aws:PrincipalOrgPaths, with the whole path/);
    assert.match(messageOf(keyPolicyWithCondition('StringEquals', 'aws:ResourceOrgID', 'o-exampleorgid/r-ab12/')),
      /compared by aws:ResourceOrgPaths/);
    assert.match(messageOf(keyPolicyWithCondition('ForAnyValue:StringLike', 'aws:SourceOrgPaths', 'r-ab12/*')),
      /A path begins with the id of the organization/);
    assert.match(
      messageOf(keyPolicy({ Effect: 'Deny', Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-short' } } })),
      /so the condition is always true: the Deny applies to every request/,
    );
  });

  it('is reported inside AWS CLI output', () => {
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', 'o-short')) }, [
      `key.json warning ${CODE} ${JSON.stringify('\\"o-short\\"')}`,
    ]);
  });

  it('is replaced where the value holds the id', () => {
    const changes = (operator: string, key: string, from: string, to: string): void =>
      expectFixReplaces({ 'key.json': keyPolicyWithCondition(operator, key, from) }, CODE, 'key.json', [[from, to]]);
    changes('StringEquals', 'aws:PrincipalOrgID', 'O-EXAMPLEORGID', 'o-exampleorgid');
    changes('StringEquals', 'aws:PrincipalOrgID', ' o-exampleorgid ', 'o-exampleorgid');
    changes('StringEquals', 'aws:SourceOrgID', 'arn:aws:organizations::111122223333:organization/o-exampleorgid', 'o-exampleorgid');
    changes('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'O-exampleorgid/r-ab12/*', 'o-exampleorgid/r-ab12/*');
    // What was meant for a part of the organization is not given to all of it.
    for (const value of ['123456789012', 'o-exampleorgid/r-ab12/', 'r-ab12'])
      assert.deepEqual(fixesWithCode({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', value) }, CODE), []);
  });

  it('has the key for accounts where all values are accounts that the workspace names elsewhere, and does not take it for safe', () => {
    const known = manifest({ accounts: { [CONSUMER]: 'workloads', '123456789012': 'archive' } });
    for (const [key, accountKey] of [['aws:PrincipalOrgID', 'aws:PrincipalAccount'], ['aws:ResourceOrgID', 'aws:ResourceAccount'],
      ['aws:SourceOrgID', 'aws:SourceAccount']] as const) {
      const files = { 'kms-handshake.json': known, 'key.json': keyPolicyWithCondition('StringEquals', key, ['123456789012', CONSUMER]) };
      expectFixReplaces(files, CODE, 'key.json', [[key, accountKey]]);
      assert.deepEqual(fixesWithCode(files, CODE).map(({ safe, preferred }) => [safe, preferred]), [[false, false]]);
    }
    for (const policy of [
      keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', ['123456789012', 'o-exampleorgid']),
      keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', '210987654321'), // nobody knows what this number is
      keyPolicy({ Condition: { StringEquals: { 'aws:PrincipalOrgID': '123456789012', 'aws:principalaccount': CONSUMER } } }),
    ]) assert.deepEqual(fixesWithCode({ 'kms-handshake.json': known, 'key.json': policy }, CODE), []);
  });

  it('is the one finding where the organization of the caller is declared', () => {
    const files = {
      'kms-handshake.json': manifest({ organizations: { 'o-exampleorgid': [OWNER, CONSUMER] } }),
      'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalOrgID', '123456789012'), 'app.json': identityPolicy(),
    };
    checkFindings(files, [`key.json warning ${CODE} ${jsonString('123456789012')}`], [CODE, 'action-not-allowed-by-key-policy',
      'identity-not-in-key-policy']);
  });
});
