import { createMemoize } from '../../../server/src/core/workspace/memoize';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { callerOf, serviceIdentity } from '../../../server/src/core/access/caller';
import { matchGrant, grantsForCaller } from '../../../server/src/core/access/grant-evaluation';
import { actionNamed } from '../../../server/src/core/aws/actions';
import type { Grant } from '../../../server/src/core/discovery/discovery-result';
import type { Identity } from '../../../server/src/core/linking/entities';
import { grantWith } from '../../support/access-builders';
import { CONSUMER, OWNER, roleArn, rootArn, userArn } from '../../support/fixtures';

const sessionArnOf = (account: string, role: string): string => `arn:aws:sts::${account}:assumed-role/${role}/s1`;
const ARNS = [OWNER, CONSUMER].flatMap((account) => [
  roleArn(account), roleArn(account, 'Other'), `arn:aws:iam::${account}:role/team/App`, userArn(account),
  sessionArnOf(account, 'App'), sessionArnOf(account, 'Other'),
  `arn:aws:sts::${account}:federated-user/Bob`, `arn:aws:iam::${account}:group/App`,
]);
const PRINCIPALS = [...ARNS, rootArn(OWNER), rootArn(CONSUMER), OWNER, CONSUMER, 'rds.amazonaws.com',
  'rds.us-west-2.amazonaws.com', 'AROAEXAMPLE', ''];

const identity = (arn: string): Identity => ({
  ...serviceIdentity(arn), arn, partition: 'aws', account: arn.split(':')[4],
  kind: /:(user|group)\//.test(arn) ? (arn.includes(':user/') ? 'user' : 'group') : 'role',
});
const identityWithoutArn = (account: string | undefined, kind: Identity['kind']): Identity => ({ ...serviceIdentity('?'), account,
  partition: 'aws', kind });
const CALLERS = [
  ...ARNS.map(identity), identity(rootArn(CONSUMER)), serviceIdentity('rds.amazonaws.com'),
  identityWithoutArn(CONSUMER, 'unknown'), identityWithoutArn(CONSUMER, 'group'), identityWithoutArn(undefined, 'unknown'),
].map(callerOf);

const principal = fc.option(fc.constantFrom(...PRINCIPALS), { nil: undefined });
const grants: fc.Arbitrary<readonly Grant[]> = fc.array(fc.record({
  granteePrincipal: principal, granteeServicePrincipal: principal, retiringPrincipal: principal, retiringServicePrincipal: principal,
  issuingAccount: principal,
  operations: fc.subarray(['Decrypt', 'RetireGrant']),
}).map(grantWith), { minLength: 16, maxLength: 20 });

describe('grants', () => {
  it('are looked at for those only to whom they may give something, in their order', () => {
    const actions = ['kms:Decrypt', 'kms:RetireGrant'].flatMap((name) => actionNamed(name) ?? []);
    fc.assert(fc.property(grants, fc.constantFrom(...CALLERS), (all, caller) => {
      const found = new Set(grantsForCaller(all, caller, createMemoize()));
      assert.deepEqual(all.filter((grant) => found.has(grant)), [...found]);
      for (const grant of all.filter((item) => !found.has(item))) {
        for (const action of actions)
          assert.equal(matchGrant(grant, action, caller), 'no', `${JSON.stringify(grant)} ${JSON.stringify(caller)}`);
      }
    }), { numRuns: 3000 });
  });

  it('of a thousand roles are not looked at for each other', () => {
    const role = (index: number): string => roleArn(CONSUMER, `Role${String(index)}`);
    const all = Array.from({ length: 1000 },
      (_, index) => grantWith({ granteePrincipal: role(index), issuingAccount: rootArn(OWNER), operations: ['Decrypt'] }));
    assert.deepEqual(grantsForCaller(all, callerOf(identity(role(7))), createMemoize()), [all[7]]);
  });
});
