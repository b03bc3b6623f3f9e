import assert from 'node:assert/strict';
import fc from 'fast-check';
import { callerOf, serviceIdentity } from '../../../server/src/core/access/caller';
import { grantGives, grantsFor } from '../../../server/src/core/access/grants';
import { actionNamed } from '../../../server/src/core/aws/actions';
import type { Grant } from '../../../server/src/core/locate/located';
import type { Identity } from '../../../server/src/core/workspace/world';
import { EXT, grantOf, OWN, roleOf, rootOf, userOf } from '../../support/access';

const session = (account: string, role: string): string => `arn:aws:sts::${account}:assumed-role/${role}/s1`;
const ARNS = [OWN, EXT].flatMap((account) => [
  roleOf(account), roleOf(account, 'Other'), `arn:aws:iam::${account}:role/team/App`, userOf(account), session(account, 'App'), session(account, 'Other'),
  `arn:aws:sts::${account}:federated-user/Bob`, `arn:aws:iam::${account}:group/App`,
]);
const PRINCIPALS = [...ARNS, rootOf(OWN), rootOf(EXT), OWN, EXT, 'rds.amazonaws.com', 'rds.us-west-2.amazonaws.com', 'AROAEXAMPLE', ''];

const identity = (arn: string): Identity => ({
  ...serviceIdentity(arn), arn, partition: 'aws', account: arn.split(':')[4], kind: /:(user|group)\//.test(arn) ? (arn.includes(':user/') ? 'user' : 'group') : 'role',
});
const unnamed = (account: string | undefined, kind: Identity['kind']): Identity => ({ ...serviceIdentity('?'), account, partition: 'aws', kind });
const CALLERS = [
  ...ARNS.map(identity), identity(rootOf(EXT)), serviceIdentity('rds.amazonaws.com'), unnamed(EXT, 'unknown'), unnamed(EXT, 'group'), unnamed(undefined, 'unknown'),
].map(callerOf);

const principal = fc.option(fc.constantFrom(...PRINCIPALS), { nil: undefined });
const grants: fc.Arbitrary<readonly Grant[]> = fc.array(fc.record({
  granteePrincipal: principal, granteeServicePrincipal: principal, retiringPrincipal: principal, retiringServicePrincipal: principal, issuingAccount: principal,
  operations: fc.subarray(['Decrypt', 'RetireGrant']),
}).map(grantOf), { maxLength: 6 });

describe('grants', () => {
  it('are looked at for those only to whom they may give something, in their order', () => {
    const actions = ['kms:Decrypt', 'kms:RetireGrant'].flatMap((name) => actionNamed(name) ?? []);
    fc.assert(fc.property(grants, fc.constantFrom(...CALLERS), (all, caller) => {
      const found = new Set(grantsFor(all, caller));
      assert.deepEqual(all.filter((grant) => found.has(grant)), [...found]);
      for (const grant of all.filter((one) => !found.has(one))) {
        for (const action of actions) assert.equal(grantGives(grant, action, caller), 'no', `${JSON.stringify(grant)} ${JSON.stringify(caller)}`);
      }
    }), { numRuns: 3000 });
  });

  it('of a thousand roles are not looked at for each other', () => {
    const role = (index: number): string => roleOf(EXT, `Role${String(index)}`);
    const all = Array.from({ length: 1000 }, (_, index) => grantOf({ granteePrincipal: role(index), issuingAccount: rootOf(OWN), operations: ['Decrypt'] }));
    assert.deepEqual(grantsFor(all, callerOf(identity(role(7)))), [all[7]]);
  });
});
