import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../../../server/src/core/aws/actions';
import { KEY_USER_ACTIONS, USE_CASES } from '../../../server/src/core/aws/use-cases';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import { permissionsForUseCase } from '../../../server/src/core/generate/use-case-permissions';
import { isRefusal, type Counterpart, type Target } from '../../../server/src/core/generate/counterpart';
import { generateNewKeyPolicy, type NewKeyPolicyRequest } from '../../../server/src/core/generate/new-key-policy';
import {
  discoveredIdentityPolicy, evaluationWorld, identityWithPolicies, keyWithPolicyOf, policyOfText,
} from '../../support/access-builders';
import { CONSUMER, identityPolicyAllow, OWNER, roleArn, rootArn, userArn } from '../../support/fixtures';
import { analysisOfWorkspaceTexts } from '../../support/workspace-from-texts';

const THIRD = '777788889999';
const FOLDER = 'file:///workspace/';

type Answers = Omit<NewKeyPolicyRequest, 'world' | 'folder'>;

function generated(answers: Partial<Answers>, files: Readonly<Record<string, string>> = {}): Counterpart {
  const { world } = analysisOfWorkspaceTexts(files);
  const result = generateNewKeyPolicy({ world, folder: FOLDER, owner: OWNER, administrators: [], users: [], useCases: [],
    ...answers });
  assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
  return result;
}

function refusedFor(answers: Partial<Answers>): string {
  const result = generateNewKeyPolicy({ world: analysisOfWorkspaceTexts({}).world, folder: FOLDER, owner: OWNER, administrators: [],
    users: [], useCases: [], ...answers });
  assert.ok(isRefusal(result));
  return result.refused;
}

function textOf({ changes }: Counterpart): string {
  const [change] = changes;
  assert.ok(change && 'create' in change);
  return change.create;
}

const administrators = fc.uniqueArray(
  fc.constantFrom(roleArn(OWNER, 'KeyAdmin'), userArn(OWNER, 'Alice'), roleArn(OWNER, 'path/Other')),
  { maxLength: 3 },
);
const users = fc.uniqueArray<Target, string>(
  fc.constantFrom<Target>({ arn: roleArn(OWNER, 'App') }, { arn: userArn(OWNER, 'Bob') }, { account: CONSUMER }, {
    arn: roleArn(CONSUMER, 'App'),
  }, { arn: userArn(THIRD, 'Carol') }, { account: THIRD }, { arn: roleArn(OWNER, 'KeyAdmin') }),
  { maxLength: 5, selector: (target) => JSON.stringify(target) },
);
const useCases = fc.uniqueArray(fc.constantFrom(...USE_CASES.map(({ id }) => id)), { maxLength: 4 });
const answers = fc.record({ owner: fc.constant(OWNER), administrators, users, useCases, region: fc.constant('us-west-2') });

describe('generate: a new key policy', () => {
  it('has the owner, administrators, users, other accounts and grants, each in a statement', () => {
    const result = generated({ administrators: [roleArn(OWNER, 'KeyAdmin')],
      users: [{ arn: roleArn(OWNER, 'App') }, { account: CONSUMER }, { arn: roleArn(THIRD, 'App') }], useCases: ['ebs'] });
    const { Statement: statements } = result.document as {
      readonly Statement: readonly { readonly Sid: string; readonly Principal: { readonly AWS: unknown } }[];
    };
    assert.deepEqual(statements.map(({ Sid, Principal }) => [Sid, Principal.AWS]), [
      ['Enable IAM User Permissions', rootArn(OWNER)],
      ['Allow administration of the key', roleArn(OWNER, 'KeyAdmin')],
      ['Allow use of the key', roleArn(OWNER, 'App')],
      ['Allow grants for AWS services', roleArn(OWNER, 'App')],
      ['Allow use of the key from other accounts', [rootArn(CONSUMER), roleArn(THIRD, 'App')]],
      ['Allow grants for AWS services from other accounts', [rootArn(CONSUMER), roleArn(THIRD, 'App')]],
    ]);
    assert.equal(result.summary, 'Creates a policy to let 1 administrator, 1 user, 2 other accounts use a new key of account '
      + `${OWNER}.`);
    assert.match(result.notes.join(' '), new RegExp(`administrators of ${CONSUMER}, ${THIRD} have to allow`));
  });

  it('allows the account alone when no identity is named', () => {
    const { document, summary } = generated({});
    assert.equal((document as { Statement: unknown[] }).Statement.length, 1);
    assert.equal(summary, `Creates a policy to let account ${OWNER} use a new key of its own.`);
  });

  it('allows services for the accounts that use them, with the Region of the key in their names', () => {
    const text = textOf(generated({ users: [{ account: CONSUMER }], useCases: ['cloudwatch-logs'], region: 'eu-central-1' }));
    assert.match(text, /"logs\.eu-central-1\.amazonaws\.com"/);
    assert.match(text, new RegExp(`arn:aws:logs:eu-central-1:${CONSUMER}:`));
    assert.deepEqual(generated({ useCases: ['cloudwatch-logs'] }).placeholders, ['REGION']);
  });

  it('has no finding, whatever is requested', () => {
    fc.assert(fc.property(answers, (given) => {
      const text = textOf(generated(given));
      const { analysis } = analysisOfWorkspaceTexts({ [`${OWNER}/key-policy.json`]: text });
      const found = [...analysis.findingsByFile.values()].flat().filter(({ severity, code }) =>
        severity === 'error' || severity === 'warning' && code !== 'identity-policy-missing'
      );
      assert.deepEqual(found.map(({ code, severity, message }) => [code, severity, message]), [], text);
    }), { numRuns: 150 });
  });

  it('gives every identity what was requested, and no more', () => {
    fc.assert(fc.property(answers, (given) => {
      const allowed = allowedBy(textOf(generated(given)));
      const wanted = given.useCases.length === 0
        ? KEY_USER_ACTIONS.flatMap((name) => actionNamed(name)?.bit ?? []).reduce((set, bit) => set | bit, NO_ACTIONS)
        : given.useCases.reduce((set, id) => set | unionOfActions(permissionsForUseCase(USE_CASES.find((row) => row.id === id)!, [])),
          NO_ACTIONS);
      for (const arn of given.administrators) {
        assert.ok(has(allowed(arn, false), 'kms:PutKeyPolicy') && has(allowed(arn, false), 'kms:ScheduleKeyDeletion'), arn);
        const isUser = given.users.some((target) => 'arn' in target && target.arn === arn);
        if (!isUser) assert.ok(!has(allowed(arn, false), 'kms:Decrypt'), `${arn} may decrypt`);
      }
      for (const target of given.users) {
        const arn = 'arn' in target ? target.arn : roleArn(target.account, 'Anybody');
        const own = arn.includes(OWNER);
        // In the owner's account the key policy is enough; in another it is one half.
        const set = allowed(arn, !own);
        assert.equal(wanted & (own ? wanted : CROSS_ACCOUNT_ACTIONS) & ~set, NO_ACTIONS, arn);
        if (!own) assert.equal(allowed(arn, false), NO_ACTIONS, `${arn} needs no half of its own`);
        if (!own) assert.ok(!has(set, 'kms:PutKeyPolicy'));
      }
      assert.equal(allowed(roleArn('999988887777', 'Stranger'), true), NO_ACTIONS);
    }), { numRuns: 150 });
  });

  it('is a new file, never an existing one', () => {
    const first = generated({});
    const [change] = first.changes;
    assert.equal(change?.uri, `${FOLDER}key-policy-${OWNER}.json`);
    const again = generated({}, { [`key-policy-${OWNER}.json`]: textOf(first) });
    assert.equal(again.changes[0]?.uri, `${FOLDER}key-policy-${OWNER}-2.json`);
    assert.equal(generated({ existingUris: [`${FOLDER}key-policy-${OWNER}.json`] }).changes[0]?.uri,
      `${FOLDER}key-policy-${OWNER}-2.json`);
  });

  it('goes to where the key policies of the owner are', () => {
    const files = { [`accounts/${OWNER}/key-1234abcd-12ab-34cd-56ef-1234567890ab.json`]: textOf(generated({})) };
    assert.equal(generated({}, files).changes[0]?.uri, `${FOLDER}accounts/${OWNER}/key-policy.json`);
  });

  it('takes the partition of the named identities, which must be the same', () => {
    assert.match(textOf(generated({ users: [{ arn: roleArn(CONSUMER, 'App', 'aws-cn') }] })),
      new RegExp(`"arn:aws-cn:iam::${OWNER}:root"`));
    assert.match(
      refusedFor({ administrators: [roleArn(OWNER, 'A')], users: [{ arn: roleArn(CONSUMER, 'App', 'aws-cn') }] }),
      /no access crosses partitions/,
    );
  });

  it('refuses what no key policy can say', () => {
    assert.match(refusedFor({ owner: '1234' }), /has exactly 12 digits/);
    assert.match(refusedFor({ administrators: [roleArn(CONSUMER, 'A')] }), /managed from its own account only/);
    assert.match(refusedFor({ administrators: [`arn:aws:iam::${OWNER}:group/Admins`] }), /cannot name a group/);
    assert.match(
      refusedFor({
        users: [{ arn: `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling` }],
      }),
      /service-linked role/,
    );
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
  const key = keyWithPolicyOf(policyOfText(text, { kind: 'key' }));
  return (arn, opened) =>
    decidePair(identityWithPolicies(arn, ...opened ? [discoveredIdentityPolicy(identityPolicyAllow('kms:*'))] : []), key, evaluationWorld())
      .filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional').reduce(
        (set, { actions }) => set | actions,
        NO_ACTIONS,
      );
}
