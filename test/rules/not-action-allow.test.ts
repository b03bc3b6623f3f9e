import * as assert from 'node:assert/strict';
import { ACTIONS, expandAction, KEY_ACTIONS } from '../../server/src/core/aws/actions';
import { applyFix, check, fixesOf } from '../support/check';
import { getKeyPolicyOutput, identityPolicy, keyPolicy, KEY } from './samples';

const ONLY = ['not-action-allow'];
const FOUND = 'warning not-action-allow "\\"NotAction\\""';

describe('not-action-allow', () => {
  it('finds Allow with NotAction', () => {
    check({ 'key.json': keyPolicy({ Action: undefined, NotAction: 'kms:ScheduleKeyDeletion' }) }, [`key.json ${FOUND}`], ONLY);
  });

  it('takes a list of actions, and Deny with NotAction', () => {
    check({
      'key.json': keyPolicy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }),
      'deny.json': keyPolicy({ Effect: 'Deny', Action: undefined, NotAction: ['kms:Decrypt'] }),
    }, [], ONLY);
  });

  it('finds it in identity policies that are about keys', () => {
    check({
      'a.json': identityPolicy({ Action: undefined, NotAction: ['KMS:scheduleKeyDeletion', 's3:*'], Resource: '*' }),
      'b.json': identityPolicy({ Action: undefined, NotAction: 'iam:*', Resource: KEY }),
      'c.json': identityPolicy({ Action: undefined, NotAction: 'iam:*', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
    }, [`a.json ${FOUND}`, `b.json ${FOUND}`, `c.json ${FOUND}`], ONLY);
  });

  it('leaves those alone that are not: PowerUserAccess, AWS managed policy', () => {
    check({ 'power.json': identityPolicy({ Action: undefined, NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }) }, [], ONLY);
  });

  it('leaves an empty list and unknown effects alone', () => {
    check({ 'a.json': keyPolicy({ Action: undefined, NotAction: [] }), 'b.json': keyPolicy({ Effect: '${effect}', Action: undefined, NotAction: 'kms:Decrypt' }) }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    check({ 'out.json': getKeyPolicyOutput(keyPolicy({ Action: undefined, NotAction: 'kms:Decrypt' })) }, ['out.json warning not-action-allow "\\\\\\"NotAction\\\\\\""'], ONLY);
  });

  it('lists what is allowed today', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Action: undefined, NotAction: ['kms:ScheduleKeyDeletion', 'kms:Put*'] }) }, 'not-action-allow');
    check(after, [], ONLY);
    const { Action } = (JSON.parse(after['key.json'] ?? '') as { Statement: { Action: string[] }[] }).Statement[1] ?? { Action: [] };
    const covered = Action.reduce((set, action) => set | expandAction(action), 0n);
    const out = ACTIONS.filter(({ name }) => name === 'kms:ScheduleKeyDeletion' || name === 'kms:PutKeyPolicy').reduce((set, { bit }) => set | bit, 0n);
    assert.equal(covered, KEY_ACTIONS & ~out);
    assert.deepEqual(fixesOf({ 'app.json': identityPolicy({ Action: undefined, NotAction: 'kms:Decrypt' }) }, 'not-action-allow'), []);
  });
});
