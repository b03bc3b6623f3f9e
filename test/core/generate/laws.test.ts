/** What holds of generated halves whatever the other half says: policies are made at random, written, read again and judged. */
import { evaluationWorld } from '../../support/access-builders';
import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import { actionsIn, CROSS_ACCOUNT_ACTIONS, expandAction, KEY_ACTIONS, NO_ACTIONS,
  type ActionSet } from '../../../server/src/core/aws/actions';
import { generateIdentityPolicy } from '../../../server/src/core/generate/identity-policy';
import { isRefusal, type Counterpart, type Refusal, type Target } from '../../../server/src/core/generate/counterpart';
import { generateKeyPolicy } from '../../../server/src/core/generate/key-policy';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import { applied, done, identityIn, manifest, open, type Opened, pathOf } from './support';
import { CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, keyPolicyDeny, OWNER_STATEMENT, ownerKeyPolicy,
  policyDocument, ROLE_ARN, rootArn, userArn } from '../../support/fixtures';

const SHAREABLE = CROSS_ACCOUNT_ACTIONS & KEY_ACTIONS;
const BOB = userArn(CONSUMER);

const actions = fc.uniqueArray(fc.constantFrom(
  'kms:*', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:GenerateDataKey', 'kms:DescribeKey',
  'kms:Describe*',
  'kms:CreateGrant', 'kms:ListGrants', 'kms:RetireGrant', 'kms:PutKeyPolicy', 'kms:Re*', 'KMS:sign', 'kms:En*',
), { minLength: 1, maxLength: 4 });

const conditions = fc.option(fc.uniqueArray(fc.constantFrom<readonly [string, string, string]>(
  ['StringEquals', 'kms:ViaService', 's3.us-west-2.amazonaws.com'], ['StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com'],
  ['StringLike', 'kms:ViaService', 'dynamodb.*.amazonaws.com'], ['StringEquals', 'kms:CallerAccount', CONSUMER],
  ['StringEquals', 'kms:CallerAccount', '777788889999'],
  ['StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid'], ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*`],
  ['Bool', 'kms:GrantIsForAWSResource', 'true'], ['StringEquals', 'kms:EncryptionContext:App', 'x'],
  ['StringNotEquals', 'kms:EncryptionContext:app', 'y'],
  ['StringEqualsIfExists', 'kms:RequestAlias', 'alias/app'], ['Null', 'kms:ViaService', 'true'],
), { minLength: 1, maxLength: 2, selector: ([operator, key]) => `${operator} ${key.toLowerCase()}` }).map((chosen) => {
  const element: Record<string, Record<string, string>> = {};
  for (const [operator, key, value] of chosen) (element[operator] ??= {})[key] = value;
  return element;
}), { nil: undefined, freq: 2 });

const principal = fc.constantFrom<string | string[]>(rootArn(CONSUMER), CONSUMER, ROLE_ARN, BOB, '*', rootArn('777788889999'), [
  rootArn(CONSUMER),
  ROLE_ARN,
], [ROLE_ARN, BOB]);
const sid = fc.constantFrom({}, { Sid: 'A' }, { Sid: 'Allow use of the key' });

function withCondition<T extends object>(statement: T, Condition: object | undefined): T {
  return Condition ? { ...statement, Condition } : statement;
}

const keyStatement = fc.tuple(sid, fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'), principal,
  fc.constantFrom('Action', 'Action', 'Action', 'NotAction'), actions, conditions)
  .map(([name, Effect, AWS, element, Action, Condition]) =>
    withCondition({ ...name, Effect, Principal: { AWS }, [element]: Action, Resource: '*' }, Condition)
  );
const keyPolicies = fc.array(keyStatement, { minLength: 1, maxLength: 4 }).map((statements) =>
  policyDocument(OWNER_STATEMENT, ...statements)
);

const ownStatement = fc.tuple(fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'), actions, conditions,
  fc.constantFrom(KEY_ARN, '*', [KEY_ARN, KEY_ARN.replace('1234abcd', '99999999')], KEY_ARN.replace('us-west-2', '*')))
  .map(([Effect, Action, Condition, Resource]) => withCondition({ Effect, Action, Resource }, Condition));
const identityPolicies = fc.array(ownStatement, { minLength: 1, maxLength: 3 }).map((statements) => policyDocument(...statements));

const targets = fc.constantFrom<Target>({ arn: ROLE_ARN }, { arn: BOB }, { account: CONSUMER });
const declared = { ...manifest,
  identities: [{ arn: ROLE_ARN, policies: ['consumer/app/*.json'] }, { arn: BOB, policies: ['consumer/bob/*.json'] }, { account: CONSUMER,
    policies: ['consumer/any/*.json'] }] };

/** Of somebody in an account nobody can tell whether a Deny for one of its roles means him: what is unknown counts there. */
function possible(identity: Identity, key: Key): ActionSet {
  return decidePair(identity, key, evaluationWorld()).filter(({ verdict }) =>
    verdict.outcome !== 'denied' && (verdict.outcome !== 'unknown' || identity.arn === undefined)
  )
    .reduce<ActionSet>((set, group) => set | group.actions, NO_ACTIONS) & SHAREABLE;
}

function names(set: ActionSet): string[] {
  return actionsIn(set).map((action) => action.name);
}

/** The actions that the document allows, and with `named` only those that it spells `kms:`. */
function written(counterpart: Counterpart): ActionSet {
  return (counterpart.document as unknown as { Statement: { Effect: string; Action: string | string[] }[] }).Statement
    .reduce<ActionSet>((set, statement) => [statement.Action].flat().reduce((all, action) => all | expandAction(action), set), NO_ACTIONS);
}

function consumerOf(opened: Opened, target: Target) {
  return generateIdentityPolicy({ world: opened.world, key: opened.key, target });
}

/** Whoever has the new policy; for an account the identity that stands for any of it. */
function holder(after: Opened, target: Target, path: string): Identity {
  if ('arn' in target) return identityIn(after.world, target.arn);
  const [identity] = after.world.identitiesByPolicy.get(after.policy(path)) ?? [];
  assert.ok(identity);
  return identity;
}

/** All that a consumer policy is ever written for: grants for AWS services only, where the key policy does not limit them otherwise. */
const ALL = policyDocument(
  { Effect: 'Allow', NotAction: 'kms:CreateGrant', Resource: '*' },
  identityPolicyAllow('kms:CreateGrant', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
);

/** Generates the consumer's policy, applies it and generates again. */
function addsNothingTheSecondTime(keyPolicy: object, target: Target, identityPolicy: object): 'refused' | 'done' {
  const before = open({ 'kms-handshake.json': declared, 'producer/key-policy.json': keyPolicy, 'consumer/app/own.json': identityPolicy });
  const first = consumerOf(before, target);
  if (isRefusal(first)) return 'refused';
  const second = consumerOf(applied(before, first.changes), target);
  if (isRefusal(second)) {
    assertIsNotedContradiction(first, second);
    return 'refused';
  }
  assert.deepEqual([second.nothingToDo, second.changes], [true, []]);
  return 'done';
}

/** Nothing is missing, but the conditions of two policies exclude each other: the first result says so beside what it adds. */
function assertIsNotedContradiction({ notes }: Counterpart, { refused }: Refusal): void {
  const contradictions = notes.filter((note) => note.endsWith('Change one of these conditions.'));
  assert.ok(contradictions.length > 0, refused);
  assert.equal(refused, `Both policies allow it, and no request is allowed all the same. ${contradictions.join(' ')}`);
}

describe('laws of generated halves', () => {
  it('a consumer policy requests exactly what its own account can still pass on, and gets it', () => {
    fc.assert(fc.property(keyPolicies, targets, (document, target) => {
      const before = open({ 'kms-handshake.json': declared, 'producer/key-policy.json': document });
      const all = open({ ...before.files, 'consumer/app/all.json': ALL, 'consumer/bob/all.json': ALL });
      const result = consumerOf(before, target);
      if (isRefusal(result)) {
        if ('arn' in target) assert.deepEqual(names(possible(identityIn(all.world, target.arn), all.key)), []);
        return;
      }
      const after = applied(before, result.changes);
      const path = pathOf(result.changes[0]?.uri ?? '');
      const gets = names(possible(holder(after, target, path), after.key));
      assert.deepEqual(gets, names(written(result)));
      if ('arn' in target) assert.deepEqual(gets, names(possible(identityIn(all.world, target.arn), all.key)));
    }), { numRuns: 100 });
  });

  it('generating a consumer policy again adds nothing', () => {
    fc.assert(fc.property(keyPolicies, targets, identityPolicies, (document, target, own) => {
      addsNothingTheSecondTime(document, target, own);
    }), { numRuns: 100 });
  });

  it('generating a consumer policy again refuses where no request is allowed, for the reason that the first result notes', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } };
    const account = rootArn(CONSUMER);
    assert.equal(addsNothingTheSecondTime(
      ownerKeyPolicy(keyPolicyDeny(account, 'kms:*', { Condition }), keyPolicyAllow(account, 'kms:*')),
      { arn: ROLE_ARN },
      policyDocument(identityPolicyAllow('kms:Encrypt', { Condition }), identityPolicyAllow('kms:DescribeKey')),
    ), 'refused');
  });

  it('the key policy of a generated consumer policy is there already', () => {
    fc.assert(fc.property(keyPolicies, targets, (document, target) => {
      const before = open({ 'kms-handshake.json': declared, 'producer/key-policy.json': document });
      const result = consumerOf(before, target);
      if (isRefusal(result)) return;
      const after = applied(before, result.changes);
      const back = done(
        generateKeyPolicy({ world: after.world, policy: after.policy(pathOf(result.changes[0]?.uri ?? '')), keyArn: KEY_ARN, target }),
      );
      assert.deepEqual([back.nothingToDo, back.changes], [true, []]);
    }), { numRuns: 100 });
  });

  it('a key policy gives what is requested by name and no more, and generating it again adds nothing', () => {
    fc.assert(fc.property(keyPolicies, identityPolicies, targets, (document, own, target) => {
      const before = open({ 'kms-handshake.json': declared, 'producer/key-policy.json': document, 'consumer/app/own.json': own });
      const request = (opened: Opened) => ({ world: opened.world, policy: opened.policy('consumer/app/own.json'), keyArn: KEY_ARN,
        target });
      const result = generateKeyPolicy(request(before));
      if (isRefusal(result)) return;
      const after = applied(before, result.changes);
      const second = generateKeyPolicy(request(after));
      if (isRefusal(second)) assertIsNotedContradiction(result, second);
      else assert.equal(second.nothingToDo, true);
      if (!('arn' in target) || target.arn !== ROLE_ARN) return;
      const opened = { ...identityIn(before.world, ROLE_ARN),
        policies: open({ 'consumer/app/all.json': policyDocument(identityPolicyAllow('kms:*')) }).world.identities[0]?.policies ?? [] };
      const asked = own.Statement.filter((statement) => (statement as { Effect: string }).Effect === 'Allow')
        .reduce<ActionSet>(
          (set, statement) => (statement as { Action: string[] }).Action.reduce((all, action) => all | expandAction(action), set),
          NO_ACTIONS,
        );
      const gained = possible(opened, after.key) & ~possible(opened, before.key);
      assert.deepEqual(names(gained & ~asked), []);
    }), { numRuns: 100 });
  });

  it('a key policy closes the handshake of every action that it may give', () => {
    fc.assert(fc.property(identityPolicies, (own) => {
      const before = open({ 'kms-handshake.json': declared, 'producer/key-policy.json': policyDocument(OWNER_STATEMENT),
        'consumer/app/own.json': own });
      const everybody = open({ ...before.files,
        'producer/key-policy.json': policyDocument(OWNER_STATEMENT, { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*',
          Resource: '*' }) });
      const result = generateKeyPolicy({ world: before.world, policy: before.policy('consumer/app/own.json'), keyArn: KEY_ARN });
      // The key policy gives no other grants than those for AWS services where nothing else limits them.
      const withoutGrants = JSON.stringify(own).includes('GrantIsForAWSResource')
        && own.Statement.some((statement) => (statement as { Effect: string }).Effect === 'Deny');
      const comparable = (set: ActionSet): string[] => names(set).filter((name) => !withoutGrants || name !== 'kms:CreateGrant');
      const most = comparable(possible(identityIn(everybody.world, ROLE_ARN), everybody.key));
      if (isRefusal(result)) {
        assert.deepEqual(most, []);
        return;
      }
      const after = applied(before, result.changes);
      assert.deepEqual(comparable(possible(identityIn(after.world, ROLE_ARN), after.key)), most);
    }), { numRuns: 100 });
  });
});
