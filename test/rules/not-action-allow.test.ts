import * as assert from 'node:assert/strict';
import { CROSS_ACCOUNT_ACTIONS, expandAction, KEY_ACTIONS } from '../../server/src/core/aws/actions';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, roleArn, rootArn } from '../support/fixtures';

const ONLY = ['not-action-allow'];
const FOUND = 'warning not-action-allow "\\"NotAction\\""';

describe('not-action-allow', () => {
  it('finds Allow with NotAction', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: undefined, NotAction: 'kms:ScheduleKeyDeletion' }) }, [`key.json ${FOUND}`], ONLY);
  });

  it('takes a list of actions, and Deny with NotAction', () => {
    checkFindings({
      'key.json': keyPolicy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }),
      'deny.json': keyPolicy({ Effect: 'Deny', Action: undefined, NotAction: ['kms:Decrypt'] }),
    }, [], ONLY);
  });

  it('finds it in identity policies that are about keys', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: undefined, NotAction: ['KMS:scheduleKeyDeletion', 's3:*'], Resource: '*' }),
      'b.json': identityPolicy({ Action: undefined, NotAction: 'iam:*', Resource: KEY_ARN }),
      'c.json': identityPolicy({ Action: undefined, NotAction: 'iam:*', Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
    }, [`a.json ${FOUND}`, `b.json ${FOUND}`, `c.json ${FOUND}`], ONLY);
  });

  it('leaves those alone that are not: PowerUserAccess, AWS managed policy', () => {
    checkFindings({
      'power.json': identityPolicy({ Action: undefined, NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }),
    }, [], ONLY);
  });

  it('leaves an empty list and unknown effects alone', () => {
    checkFindings({ 'a.json': keyPolicy({ Action: undefined, NotAction: [] }),
      'b.json': keyPolicy({ Effect: '${effect}', Action: undefined, NotAction: 'kms:Decrypt' }) }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Action: undefined, NotAction: 'kms:Decrypt' })) }, [
      'out.json warning not-action-allow "\\\\\\"NotAction\\\\\\""',
    ], ONLY);
  });

  describe('lists what is allowed today', () => {
    const notAction = (elements: Readonly<Record<string, unknown>>) => ({ 'kms-handshake.json': manifest(),
      'key.json': keyPolicy({ Action: undefined, NotAction: ['kms:ScheduleKeyDeletion', 'kms:Put*'], ...elements }) });
    const statementsAfter = (elements: Readonly<Record<string, unknown>>) => {
      const after = applyFix(notAction(elements), 'not-action-allow');
      checkFindings(after, [], ['not-action-allow', 'unconditional-create-grant', 'cross-account-unsupported-action',
        'wildcard-grants-admin']);
      return (JSON.parse(after['key.json'] ?? '') as { Statement: { Action: string | string[]; Condition?: object }[] }).Statement.slice(1);
    };
    const setOf = (actions: string | readonly string[]) => [actions].flat().reduce((set, action) => set | expandAction(action), 0n);
    const out = setOf(['kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy']);
    const grants = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

    it('for another account what works there, with grants for AWS services only', () => {
      const [listed, own] = statementsAfter({});
      assert.equal(setOf(listed?.Action ?? []), KEY_ACTIONS & CROSS_ACCOUNT_ACTIONS & ~out & ~setOf('kms:CreateGrant'));
      assert.deepEqual(own, { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Resource: '*', Action: 'kms:CreateGrant',
        Condition: grants });
    });

    it('for the owner\'s account all, for a role of it all but grants that it could hand on', () => {
      const [all, ...none] = statementsAfter({ Principal: { AWS: rootArn(OWNER) } });
      assert.equal(setOf(all?.Action ?? []), KEY_ACTIONS & ~out);
      assert.deepEqual(none, []);
      const [, moved] = statementsAfter({ Principal: { AWS: roleArn(OWNER) } });
      assert.deepEqual(moved?.Condition, grants);
      // Whoever may change the key policy can do all that a grant can.
      assert.equal(statementsAfter({ Principal: { AWS: roleArn(OWNER) }, NotAction: 'kms:ScheduleKeyDeletion' }).length, 1);
    });

    it('with the limit on grants that the statement has', () => {
      const Condition = { StringEquals: { 'kms:GranteePrincipal': roleArn(CONSUMER) } };
      assert.equal(statementsAfter({ Condition }).length, 1);
    });

    it('not in an IAM policy', () => {
      assert.deepEqual(fixesWithCode({ 'app.json': identityPolicy({ Action: undefined, NotAction: 'kms:Decrypt' }) }, 'not-action-allow'),
        []);
    });
  });
});
