import assert from 'node:assert';
import { CONSUMER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { handshakeFiles } from '../support/handshake-files';

const CODE = 'action-not-allowed-by-key-policy';
const DECRYPT_FOR_CONSUMER = { Sid: 'Partner', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' };

describe('action-not-allowed-by-key-policy: fixes', () => {
  describe('what is added to the key policy', () => {
    const added = (keyStatement: Record<string, unknown>, iam: Record<string, unknown>, title = 'Add '): unknown[] => {
      const fixed = applyFix(handshakeFiles({ keyPolicy: [keyStatement], identityPolicy: [iam] }), CODE, title);
      checkFindings(fixed, [], [CODE]);
      const { Statement } = JSON.parse(fixed['producer/key-policy.json'] ?? '') as { Statement: unknown[] };
      return Statement.slice(1);
    };
    const forServices = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

    it('is kms:CreateGrant for AWS services, apart from the rest (KMS Developer Guide, default key policy, key users)', () => {
      assert.deepEqual(added(DECRYPT_FOR_CONSUMER, { Action: ['kms:Decrypt', 'kms:CreateGrant'] }), [
        { Effect: 'Allow', Resource: '*', ...DECRYPT_FOR_CONSUMER },
        { Sid: 'Partner2', Effect: 'Allow', Principal: DECRYPT_FOR_CONSUMER.Principal, Action: 'kms:CreateGrant', Resource: '*',
          Condition: forServices },
      ]);
    });

    it('is kms:CreateGrant under the condition of the IAM policy, where that has one (KMS Developer Guide, conditions-kms)', () => {
      for (const Condition of [{ StringEquals: { 'kms:GranteePrincipal': roleArn(CONSUMER) } }, {
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'Encrypt'] },
      }]) {
        const [, statement] = added(DECRYPT_FOR_CONSUMER, { Action: 'kms:CreateGrant', Condition });
        assert.deepEqual((statement as { Condition: unknown }).Condition, Condition);
      }
    });

    it('is not a pattern that covers kms:CreateGrant', () => {
      const statements = added(DECRYPT_FOR_CONSUMER, { Action: ['kms:Decrypt', 'kms:*Grant*'] }) as { Action: unknown;
        Condition?: unknown }[];
      assert.deepEqual(statements.map(({ Action, Condition }) => [Action, Condition]), [[['kms:Decrypt', 'kms:ListGrants',
        'kms:RevokeGrant'], undefined], ['kms:CreateGrant', forServices]]);
    });

    it('is for the role alone where the statement names others, and under the conditions of the IAM policy', () => {
      const both = { Sid: 'Partner', Principal: { AWS: [roleArn(CONSUMER), roleArn(CONSUMER, 'Other')] },
        Action: 'kms:Decrypt' };
      const condition = { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } };
      assert.deepEqual(added(both, { Action: 'kms:Encrypt', Condition: condition }).at(-1), {
        Sid: 'Partner2', Effect: 'Allow', Principal: { AWS: roleArn(CONSUMER) }, Action: 'kms:Encrypt', Resource: '*',
        Condition: condition,
      });
    });
  });

  it('never adds the action to a statement for everyone or under a condition', () => {
    const files = handshakeFiles({
      keyPolicy: [
        { Principal: { AWS: '*' }, Action: 'kms:DescribeKey', Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER } } },
        { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:CreateGrant',
          Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
      ],
      identityPolicy: [{ Action: ['kms:DescribeKey', 'kms:Encrypt'] }],
    });
    assert.deepEqual(fixesWithCode(files, CODE).map((fix) => fix.title), ['Remove kms:Encrypt from the IAM policy']);
  });
});
