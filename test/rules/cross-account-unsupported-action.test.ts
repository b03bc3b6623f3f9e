import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles } from '../support/handshake-files';

const CODE = 'cross-account-unsupported-action';
const forExt = (action: unknown, principal: unknown = { AWS: rootArn(CONSUMER) }) =>
  handshakeFiles({ keyPolicy: [{ Principal: principal, Action: action }] });
const asking = (action: unknown, resource: unknown = KEY_ARN, identity = roleArn(CONSUMER)) =>
  handshakeFiles({ identityPolicy: [{ Action: action, Resource: resource }], identity });
const only = expectFindingsWithCode(CODE);

describe('cross-account-unsupported-action', () => {
  it('is a warning beside actions that work, an error alone, in a key policy', () => {
    only(forExt(['kms:Decrypt', 'kms:ScheduleKeyDeletion']), [`producer/key-policy.json warning ${CODE} "\\"kms:ScheduleKeyDeletion\\""`]);
    only(forExt('kms:scheduleKeyDeletion'), [`producer/key-policy.json error ${CODE} "\\"kms:scheduleKeyDeletion\\""`]);
  });

  it('is the same in an IAM policy that names a foreign key', () => {
    only(asking(['kms:Decrypt', 'kms:PutKeyPolicy']), [`consumer/app.json warning ${CODE} "\\"kms:PutKeyPolicy\\""`]);
    only(asking('kms:Put*'), [`consumer/app.json error ${CODE} "\\"kms:Put*\\""`]);
  });

  it('is silent for actions that work across accounts, and for wildcards that hold some', () => {
    for (const action of ['kms:DescribeKey', ['kms:CreateGrant', 'kms:ListGrants'], 'kms:*', 'kms:Create*', '*']) {
      only(forExt(action), []);
      only(asking(action), []);
    }
  });

  it('is silent in the owner\'s own account, and for resources that may be of it', () => {
    only(forExt('kms:PutKeyPolicy', { AWS: roleArn(OWNER) }), []);
    only(asking('kms:PutKeyPolicy', KEY_ARN, roleArn(OWNER)), []);
    only(asking('kms:PutKeyPolicy', '*'), []);
  });

  it('is information where the statement is for the owner or an own key too', () => {
    only(forExt('kms:PutKeyPolicy', { AWS: [rootArn(CONSUMER), roleArn(OWNER)] }), [
      `producer/key-policy.json info ${CODE} "\\"kms:PutKeyPolicy\\""`,
    ]);
    only(asking('kms:PutKeyPolicy', [KEY_ARN, KEY_ARN.replace(OWNER, CONSUMER).replace('1234abcd', '99999999')]), [
      `consumer/app.json info ${CODE} "\\"kms:PutKeyPolicy\\""`,
    ]);
  });

  it('is the same for everyone whom a condition limits to other accounts, and information where the owner is among them', () => {
    const limited = (accounts: unknown) =>
      handshakeFiles({
        keyPolicy: [{ Principal: { AWS: '*' }, Action: ['kms:Decrypt', 'kms:PutKeyPolicy'],
          Condition: { StringEquals: { 'kms:CallerAccount': accounts } } }],
      });
    only(limited(CONSUMER), [`producer/key-policy.json warning ${CODE} "\\"kms:PutKeyPolicy\\""`]);
    only(limited([OWNER, CONSUMER]), [`producer/key-policy.json info ${CODE} "\\"kms:PutKeyPolicy\\""`]);
    only(limited([CONSUMER, '${other}']), [`producer/key-policy.json info ${CODE} "\\"kms:PutKeyPolicy\\""`]);
    only(limited(OWNER), []);
  });

  it('is silent for actions without a key, and for what is not an action', () => {
    only(asking(['kms:ListKeys', 'kms:CreateKey', 'kms:ReEncrypt']), []);
    only(forExt(['kms:ListKeys', 'kms:Decript']), []);
  });

  it('is removed', () => {
    checkFindings(applyFix(forExt(['kms:Decrypt', 'kms:ScheduleKeyDeletion']), CODE, 'Remove kms:ScheduleKeyDeletion'), [], [CODE]);
    checkFindings(applyFix(forExt('kms:ScheduleKeyDeletion'), CODE, 'Remove statement 2'), [], [CODE]);
    checkFindings(applyFix(asking(['kms:Decrypt', 'kms:PutKeyPolicy']), CODE, 'Remove kms:PutKeyPolicy'), [], [CODE]);
  });
});
