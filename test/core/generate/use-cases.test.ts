import * as assert from 'node:assert/strict';
import { actionsIn, expandAction, NO_ACTIONS, type ActionSet } from '../../../server/src/core/aws/actions';
import { GRANT_ACTIONS, USE_CASES, type UseCase } from '../../../server/src/core/aws/use-cases';
import { generateIdentityPolicy } from '../../../server/src/core/generate/identity-policy';
import { generateKeyPolicy } from '../../../server/src/core/generate/key-policy';
import { actionsWith, applied, done, identityIn, manifest, open, refused, statementsOf } from './support';
import {
  CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, ownerKeyPolicy, policyDocument, ROLE_ARN, rootArn,
} from '../../support/fixtures';

const FOR_AWS = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
const ROWS = USE_CASES.filter((useCase) => useCase.consumerActions.length > 0);

/** Whether grants have a statement of their own: those of AWS services, or the one that a person makes. */
function hasGrants({ grants, grantee }: UseCase): boolean {
  return grants || grantee !== undefined;
}

/** Where a row has a statement for grants, CreateGrant stands there only. */
function direct(useCase: UseCase, actions: readonly string[]): string[] {
  return hasGrants(useCase) ? actions.filter((action) => action !== 'kms:CreateGrant') : [...actions];
}

function names(words: readonly string[]): string[] {
  return actionsIn(words.reduce<ActionSet>((set, word) => set | expandAction(word), NO_ACTIONS)).map((action) => action.name).sort();
}

/** The actions of the statements with, or without, the condition on grants. */
function actionsOf(statements: readonly Record<string, unknown>[], forAws: boolean): string[] {
  return names(
    statements.filter((statement) => ('Condition' in statement) === forAws).flatMap((statement) =>
      statement['Action'] as string | string[]
    ),
  );
}

function keyPolicyFor(useCase: UseCase) {
  const actions = useCase.servicePrincipal === undefined ? useCase.keyPolicyActions : useCase.consumerActions;
  return ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), direct(useCase, actions)),
    ...useCase.grants ? [keyPolicyAllow(rootArn(CONSUMER), GRANT_ACTIONS, FOR_AWS)] : [],
    // As the EC2 Auto Scaling User Guide has it (key-policy-requirements-EBS-encryption, example 2).
    ...useCase.grantee === undefined ? [] : [keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant')]);
}

describe('use cases (aws/use-cases.ts)', () => {
  for (const useCase of ROWS) {
    const grants = useCase.grants ? names(GRANT_ACTIONS) : hasGrants(useCase) ? ['kms:CreateGrant'] : [];

    it(`${useCase.id}: the consumer's half`, () => {
      const opened = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': keyPolicyFor(useCase) });
      const { world, key } = opened;
      const result = done(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: useCase.id }));
      const statements = statementsOf(result);
      assert.deepEqual(actionsOf(statements, false), names(direct(useCase, useCase.consumerActions)));
      assert.deepEqual(actionsOf(statements, true), grants);
      assert.deepEqual(result.notes, useCase.note === undefined ? [] : [useCase.note]);
      const after = applied(opened, result.changes);
      assert.equal(
        done(generateIdentityPolicy({ world: after.world, key: after.key, target: { arn: ROLE_ARN }, useCase: useCase.id })).nothingToDo,
        true,
      );
    });

    it(`${useCase.id}: nothing but its own out of a wider key policy`, () => {
      const { world, key } = open({ 'kms-handshake.json': manifest,
        'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:*')) });
      const statements = statementsOf(done(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: useCase.id })));
      assert.deepEqual(names(statements.flatMap((statement) => statement['Action'] as string | string[])),
        [...new Set([...names(direct(useCase, useCase.consumerActions)), ...grants])].sort());
      assert.deepEqual(actionsOf(statements, true), grants);
    });

    it(`${useCase.id}: the key policy's half, and the handshake is closed`, () => {
      const consumer = policyDocument(identityPolicyAllow(direct(useCase, useCase.consumerActions)),
        ...useCase.grants ? [identityPolicyAllow(GRANT_ACTIONS, FOR_AWS)] : [],
        ...useCase.grantee === undefined ? [] : [identityPolicyAllow('kms:CreateGrant')]);
      const before = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(), 'consumer/app.json': consumer });
      const result = done(
        generateKeyPolicy({ world: before.world, policy: before.policy('consumer/app.json'), keyArn: KEY_ARN, useCase: useCase.id }),
      );
      const statements = statementsOf(result).filter((statement) => 'AWS' in (statement['Principal'] as object));
      const wanted = useCase.servicePrincipal === undefined ? useCase.keyPolicyActions : useCase.consumerActions;
      assert.deepEqual(actionsOf(statements, false), names(direct(useCase, wanted)));
      assert.deepEqual(actionsOf(statements, true), grants);
      const after = applied(before, result.changes);
      const possible = actionsWith(identityIn(after.world, ROLE_ARN), after.key, ['allowed', 'conditional']);
      assert.deepEqual(possible, names([...useCase.consumerActions, ...grants]).filter((action) => action !== 'kms:RetireGrant'));
      const again = generateKeyPolicy({ world: after.world, policy: after.policy('consumer/app.json'), keyArn: KEY_ARN,
        useCase: useCase.id });
      assert.equal(done(again).nothingToDo, true);
    });
  }

  describe('EC2 Auto Scaling with a key of another account (EC2 Auto Scaling User Guide, key-policy-requirements-EBS-encryption)', () => {
    const grantee = {
      Condition: {
        StringLike: {
          'kms:GranteePrincipal': `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling*`,
        },
      },
    };
    const half = (...statements: readonly object[]) => {
      const { world, key } = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(...statements) });
      return generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: 'autoscaling-foreign-key' });
    };

    it('limits the grant that a person makes to the role that it is for', () => {
      assert.deepEqual(
        statementsOf(done(half(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant')))).map((statement) => statement['Condition']),
        [grantee.Condition],
      );
    });

    it('takes the limit that the key policy has', () => {
      const operations = { Condition: { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'CreateGrant'] } } };
      assert.deepEqual(
        statementsOf(done(half(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', operations)))).map((statement) =>
          statement['Condition']
        ),
        [operations.Condition],
      );
    });

    it('says that grants of AWS services are not enough', () => {
      assert.match(refused(half(keyPolicyAllow(rootArn(CONSUMER), GRANT_ACTIONS, FOR_AWS))),
        /none of what "EC2 Auto Scaling: key of another account" needs: kms:CreateGrant/);
    });
  });

  it('requests kms:RetireGrant only where there are grants to retire', () => {
    const actions = (...statements: readonly object[]) => {
      const { world, key } = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(...statements) });
      const result = done(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: 'rds-snapshot' }));
      return { notes: result.notes.join(' '),
        names: names(statementsOf(result).flatMap((statement) => statement['Action'] as string | string[])) };
    };
    const without = actions(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey']));
    assert.deepEqual(without.names, ['kms:Decrypt', 'kms:DescribeKey']);
    assert.match(without.notes, /does not give .*kms:CreateGrant.*, which "Amazon RDS: share or copy snapshots" needs/);
    assert.ok(actions(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:CreateGrant'])).names.includes('kms:RetireGrant'));
    const { world, key } = open({ 'kms-handshake.json': manifest,
      'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Sign')) });
    assert.match(refused(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: 'rds-snapshot' })),
      /gives .* none of what/);
  });

  it('says what the key policy lacks', () => {
    const { world, key } = open({ 'kms-handshake.json': manifest,
      'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:GenerateDataKey')) });
    const result = done(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: 's3-multipart' }));
    assert.deepEqual(result.notes, ['The key policy does not give role App of account 444455556666 kms:Decrypt, which "Amazon S3: '
      + 'write large objects" needs.']);
    assert.match(refused(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: 's3-get' })),
      /none of what "Amazon S3: read objects" needs: kms:Decrypt/);
  });

  it('says what the identity policy lacks, and what the use case does not need', () => {
    const opened = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(),
      'consumer/app.json': policyDocument(identityPolicyAllow(['kms:GenerateDataKey', 'kms:Sign'])) });
    const { notes } = done(
      generateKeyPolicy({ world: opened.world, policy: opened.policy('consumer/app.json'), keyArn: KEY_ARN, useCase: 's3-multipart' }),
    );
    assert.match(notes.join('\n'), /does not allow kms:Decrypt, which/);
    assert.match(notes.join('\n'), /does not need it: kms:Sign/);
  });

  describe('services that call as themselves', () => {
    for (const useCase of USE_CASES.filter((candidate) => candidate.servicePrincipal !== undefined)) {
      it(`${useCase.id}: a statement for the service, limited to the account`, () => {
        const opened = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(),
          'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) });
        const result = done(
          generateKeyPolicy({ world: opened.world, policy: opened.policy('consumer/app.json'), keyArn: KEY_ARN, useCase: useCase.id }),
        );
        const service = statementsOf(result).find((statement) => 'Service' in (statement['Principal'] as object));
        assert.deepEqual(service?.['Principal'], { Service: useCase.servicePrincipal?.replace('REGION', 'us-west-2') });
        assert.deepEqual(service?.['Action'], useCase.keyPolicyActions);
        assert.match(JSON.stringify(service?.['Condition']), new RegExp(CONSUMER));
        const after = applied(opened, result.changes);
        assert.equal(
          done(generateKeyPolicy({ world: after.world, policy: after.policy('consumer/app.json'), keyArn: KEY_ARN, useCase: useCase.id }))
            .nothingToDo,
          true,
        );
      });
    }

    it('EventBridge to an encrypted topic, beside a statement for queues: '
      + 'under a condition that it meets (SNS Developer Guide, sns-key-management)', () => {
      const queues = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': CONSUMER } } };
      const opened = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(queues),
        'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) });
      const half = (useCase: string) =>
        done(generateKeyPolicy({ world: opened.world, policy: opened.policy('consumer/app.json'), keyArn: KEY_ARN, useCase }));
      assert.deepEqual(statementsOf(half('sns-from-eventbridge')).map((statement) => statement['Condition']), [{
        ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': `arn:aws:sns:us-west-2:${CONSUMER}:*` },
      }]);
      assert.equal(half('sqs-from-eventbridge').nothingToDo, true);
    });

    it('need no identity policy', () => {
      const { world, key } = open({ 'kms-handshake.json': manifest,
        'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:*')) });
      assert.match(refused(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, useCase: 'sqs-from-sns' })),
        /only the key policy has to allow sns\.amazonaws\.com/);
    });
  });
});
