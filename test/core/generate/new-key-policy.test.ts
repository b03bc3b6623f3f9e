import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, type ActionSet } from '../../../server/src/core/aws/actions';
import { KEY_USER_ACTIONS, USE_CASES } from '../../../server/src/core/aws/use-cases';
import { decidePair } from '../../../server/src/core/access/pair';
import { useCaseNeeds } from '../../../server/src/core/generate/asked';
import { isRefusal, type Counterpart, type Target } from '../../../server/src/core/generate/counterpart';
import { generateNewKeyPolicy, type NewKeyPolicyRequest } from '../../../server/src/core/generate/new-key-policy';
import { actionsOf } from '../../../server/src/core/generate/need';
import { allows, EXT, identityOf, identityPolicy, keyOf, OWN, policyOfText, rootOf } from '../../support/access';
import { analysisOf } from '../../support/workspace';

const THIRD = '777788889999';
const FOLDER = 'file:///workspace/';
const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const user = (account: string, name: string): string => `arn:aws:iam::${account}:user/${name}`;

type Answers = Omit<NewKeyPolicyRequest, 'world' | 'folder'>;

function generated(answers: Partial<Answers>, files: Readonly<Record<string, string>> = {}): Counterpart {
  const { world } = analysisOf(files);
  const result = generateNewKeyPolicy({ world, folder: FOLDER, owner: OWN, administrators: [], users: [], useCases: [], ...answers });
  assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
  return result;
}

function refusedFor(answers: Partial<Answers>): string {
  const result = generateNewKeyPolicy({ world: analysisOf({}).world, folder: FOLDER, owner: OWN, administrators: [], users: [], useCases: [], ...answers });
  assert.ok(isRefusal(result));
  return result.refused;
}

function textOf({ changes }: Counterpart): string {
  const [change] = changes;
  assert.ok(change && 'create' in change);
  return change.create;
}

const administrators = fc.uniqueArray(fc.constantFrom(role(OWN, 'KeyAdmin'), user(OWN, 'Alice'), role(OWN, 'path/Other')), { maxLength: 3 });
const users = fc.uniqueArray<Target, string>(
  fc.constantFrom<Target>({ arn: role(OWN, 'App') }, { arn: user(OWN, 'Bob') }, { account: EXT }, { arn: role(EXT, 'App') }, { arn: user(THIRD, 'Carol') }, { account: THIRD }, { arn: role(OWN, 'KeyAdmin') }),
  { maxLength: 5, selector: (target) => JSON.stringify(target) });
const useCases = fc.uniqueArray(fc.constantFrom(...USE_CASES.map(({ id }) => id)), { maxLength: 4 });
const answers = fc.record({ owner: fc.constant(OWN), administrators, users, useCases, region: fc.constant('us-west-2') });

describe('generate: a new key policy', () => {
  it('has the owner, administrators, users, other accounts and grants, each in a statement', () => {
    const result = generated({ administrators: [role(OWN, 'KeyAdmin')], users: [{ arn: role(OWN, 'App') }, { account: EXT }, { arn: role(THIRD, 'App') }], useCases: ['ebs'] });
    const { Statement: statements } = result.document as { readonly Statement: readonly { readonly Sid: string; readonly Principal: { readonly AWS: unknown } }[] };
    assert.deepEqual(statements.map(({ Sid, Principal }) => [Sid, Principal.AWS]), [
      ['Enable IAM User Permissions', rootOf(OWN)],
      ['Allow administration of the key', role(OWN, 'KeyAdmin')],
      ['Allow use of the key', role(OWN, 'App')],
      ['Allow grants for AWS services', role(OWN, 'App')],
      ['Allow use of the key from other accounts', [rootOf(EXT), role(THIRD, 'App')]],
      ['Allow grants for AWS services from other accounts', [rootOf(EXT), role(THIRD, 'App')]],
    ]);
    assert.equal(result.summary, `Creates a policy to let 1 administrator, 1 user, 2 other accounts use a new key of account ${OWN}.`);
    assert.match(result.notes.join(' '), new RegExp(`administrators of ${EXT}, ${THIRD} have to allow`));
  });

  it('lets the account alone in when nobody is named', () => {
    const { document, summary } = generated({});
    assert.equal((document as { Statement: unknown[] }).Statement.length, 1);
    assert.equal(summary, `Creates a policy to let account ${OWN} use a new key of its own.`);
  });

  it('lets services in for the accounts that use them, with the Region of the key in their names', () => {
    const text = textOf(generated({ users: [{ account: EXT }], useCases: ['cloudwatch-logs'], region: 'eu-central-1' }));
    assert.match(text, /"logs\.eu-central-1\.amazonaws\.com"/);
    assert.match(text, new RegExp(`arn:aws:logs:eu-central-1:${EXT}:`));
    assert.deepEqual(generated({ useCases: ['cloudwatch-logs'] }).placeholders, ['REGION']);
  });

  it('has no finding, whatever is asked for', () => {
    fc.assert(fc.property(answers, (given) => {
      const text = textOf(generated(given));
      const { analysis } = analysisOf({ [`${OWN}/key-policy.json`]: text });
      const found = [...analysis.byFile.values()].flat().filter(({ severity, code }) => severity === 'error' || severity === 'warning' && code !== 'identity-policy-missing');
      assert.deepEqual(found.map(({ code, severity, message }) => [code, severity, message]), [], text);
    }), { numRuns: 150 });
  });

  it('gives everybody what was asked for, and no more', () => {
    fc.assert(fc.property(answers, (given) => {
      const allowed = allowedBy(textOf(generated(given)));
      const wanted = given.useCases.length === 0 ? KEY_USER_ACTIONS.flatMap((name) => actionNamed(name)?.bit ?? []).reduce((set, bit) => set | bit, NO_ACTIONS)
        : given.useCases.reduce((set, id) => set | actionsOf(useCaseNeeds(USE_CASES.find((row) => row.id === id)!)), NO_ACTIONS);
      for (const arn of given.administrators) {
        assert.ok(has(allowed(arn, false), 'kms:PutKeyPolicy') && has(allowed(arn, false), 'kms:ScheduleKeyDeletion'), arn);
        const isUser = given.users.some((target) => 'arn' in target && target.arn === arn);
        if (!isUser) assert.ok(!has(allowed(arn, false), 'kms:Decrypt'), `${arn} may decrypt`);
      }
      for (const target of given.users) {
        const arn = 'arn' in target ? target.arn : role(target.account, 'Anybody');
        const own = arn.includes(OWN);
        // In the owner's account the key policy is enough; in another it is one half.
        const set = allowed(arn, !own);
        assert.equal(wanted & (own ? wanted : CROSS_ACCOUNT_ACTIONS) & ~set, NO_ACTIONS, arn);
        if (!own) assert.equal(allowed(arn, false), NO_ACTIONS, `${arn} needs no half of its own`);
        if (!own) assert.ok(!has(set, 'kms:PutKeyPolicy'));
      }
      assert.equal(allowed(role('999988887777', 'Stranger'), true), NO_ACTIONS);
    }), { numRuns: 150 });
  });

  it('is a new file, never one that is there', () => {
    const first = generated({});
    const [change] = first.changes;
    assert.equal(change?.uri, `${FOLDER}key-policy-${OWN}.json`);
    const again = generated({}, { [`key-policy-${OWN}.json`]: textOf(first) });
    assert.equal(again.changes[0]?.uri, `${FOLDER}key-policy-${OWN}-2.json`);
    assert.equal(generated({ existing: [`${FOLDER}key-policy-${OWN}.json`] }).changes[0]?.uri, `${FOLDER}key-policy-${OWN}-2.json`);
  });

  it('goes to where the key policies of the owner are', () => {
    const files = { [`accounts/${OWN}/key-1234abcd-12ab-34cd-56ef-1234567890ab.json`]: textOf(generated({})) };
    assert.equal(generated({}, files).changes[0]?.uri, `${FOLDER}accounts/${OWN}/key-policy.json`);
  });

  it('takes the partition of whoever is named, and no two', () => {
    assert.match(textOf(generated({ users: [{ arn: `arn:aws-cn:iam::${EXT}:role/App` }] })), new RegExp(`"arn:aws-cn:iam::${OWN}:root"`));
    assert.match(refusedFor({ administrators: [role(OWN, 'A')], users: [{ arn: `arn:aws-cn:iam::${EXT}:role/App` }] }), /no access crosses partitions/);
  });

  it('refuses what no key policy can say', () => {
    assert.match(refusedFor({ owner: '1234' }), /has exactly 12 digits/);
    assert.match(refusedFor({ administrators: [role(EXT, 'A')] }), /managed from its own account only/);
    assert.match(refusedFor({ administrators: [`arn:aws:iam::${OWN}:group/Admins`] }), /cannot name a group/);
    assert.match(refusedFor({ users: [{ arn: `arn:aws:iam::${EXT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling` }] }), /service-linked role/);
    assert.match(refusedFor({ useCases: ['nothing'] }), /no use case/);
  });
});

function has(set: ActionSet, name: string): boolean {
  const bit = actionNamed(name)?.bit;
  assert.ok(bit !== undefined);
  return (set & bit) !== NO_ACTIONS;
}

/** What an identity may do once it has an IAM policy that allows everything on the key, or with none. */
function allowedBy(text: string): (arn: string, opened: boolean) => ActionSet {
  const key = keyOf(policyOfText(text, { kind: 'key' }));
  return (arn, opened) => decidePair(identityOf(arn, ...opened ? [identityPolicy(allows('kms:*'))] : []), key, new Map())
    .filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional').reduce((set, { actions }) => set | actions, NO_ACTIONS);
}
