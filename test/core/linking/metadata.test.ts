import * as assert from 'node:assert/strict';
import { CONSUMER, identityPolicy, keyArn, keyIdFromNumber, keyPolicy, roleArn, rootArn } from '../../support/fixtures';
import { identitiesAtPath, keyAtPath, worldOfFiles } from '../../support/world-of-files';

const KEY = keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), roleArn(CONSUMER, 'ReportReader')] } });
const APP = identityPolicy({ Resource: keyArn(keyIdFromNumber(1)) });

/**
 * The layout of collections such as iam-collect's: a folder for each resource, in small letters, with a `metadata.json` beside the
 * policies.
 */
describe('metadata.json beside a policy', () => {
  it('says whose policy it is, before the path and the text', () => {
    const folder = `w/aws/accounts/${CONSUMER}/iam/role/reportreader`;
    const world = worldOfFiles({
      [`${folder}/metadata.json`]: { arn: roleArn(CONSUMER, 'jobs/ReportReader'), name: 'ReportReader' },
      [`${folder}/inline-policies.json`]: [{ PolicyName: 'keys', PolicyDocument: APP }], [`${folder}/more.json`]: APP,
    });
    assert.deepEqual(world.identities.map(({ arn, policies, link }) => [arn, policies.length, link.reason, link.certain, link.at?.uri]), [
      [roleArn(CONSUMER, 'jobs/ReportReader'), 2, 'wrapper', true, `file:///${folder}/metadata.json`],
    ]);
  });

  it('says which key it belongs to, before the path', () => {
    const world = worldOfFiles({
      [`w/us-west-2/${keyIdFromNumber(2)}/metadata.json`]: { arn: keyArn(keyIdFromNumber(1)), id: keyIdFromNumber(1) },
      [`w/us-west-2/${keyIdFromNumber(2)}/policy.json`]: KEY,
    });
    assert.deepEqual([keyAtPath(world, `w/us-west-2/${keyIdFromNumber(2)}/policy.json`)?.arn, world.keys.length], [
      keyArn(keyIdFromNumber(1)),
      1,
    ]);
  });

  it('of a managed policy says the account', () => {
    const world = worldOfFiles({ 'w/policy/keys/metadata.json': { arn: `arn:aws:iam::${CONSUMER}:policy/Keys` },
      'w/policy/keys/policy.json': APP });
    assert.deepEqual(identitiesAtPath(world, 'w/policy/keys/policy.json').map(({ arn, account, link }) => [arn, account, link.reason]), [[
      undefined,
      CONSUMER,
      'wrapper',
    ]]);
    const managed = worldOfFiles({ 'w/policy/keys/metadata.json': { arn: 'arn:aws:iam::aws:policy/Keys' },
      'w/policy/keys/policy.json': APP });
    assert.equal(identitiesAtPath(managed, 'w/policy/keys/policy.json')[0]?.account, undefined);
  });

  it('of a managed policy says who has it, where managed-policies.json beside theirs lists it', () => {
    const policyArn = (name: string): string => `arn:aws:iam::${CONSUMER}:policy/${name}`;
    const collection = (policies: unknown, extra: Record<string, object> = {}) =>
      worldOfFiles({
        'w/role/a/metadata.json': { arn: roleArn(CONSUMER, 'A') },
        'w/role/a/managed-policies.json': policies as object,
        'w/role/b/metadata.json': { arn: roleArn(CONSUMER, 'B') },
        'w/role/b/managed-policies.json': [policyArn('Keys')],
        'w/policy/keys/metadata.json': { arn: policyArn('Keys') },
        'w/policy/keys/current-policy.json': APP,
        ...extra,
      });
    const holders = (world: ReturnType<typeof collection>) =>
      identitiesAtPath(world, 'w/policy/keys/current-policy.json').map(({ arn, link }) => [arn, link.reason]);
    assert.deepEqual(holders(collection([policyArn('Keys')])), [[roleArn(CONSUMER, 'A'), 'wrapper'], [roleArn(CONSUMER, 'B'), 'wrapper']]);
    for (const other of [[policyArn('Others')], [], {}, [{ arn: policyArn('Keys') }], '["arn:aws:iam::'])
      assert.deepEqual(holders(collection(other)), [[roleArn(CONSUMER, 'B'), 'wrapper']]);
  });

  it('leaves open what managed policies allow that are not in the collection', () => {
    const unseen = (policies: readonly string[]) => worldOfFiles({
      'w/key.json': keyPolicy({ Principal: { AWS: [roleArn(CONSUMER, 'ReportReader')] } }),
      'w/role/r/metadata.json': { arn: roleArn(CONSUMER, 'ReportReader') }, 'w/role/r/managed-policies.json': policies,
      'w/policy/keys/metadata.json': { arn: `arn:aws:iam::${CONSUMER}:policy/Keys` }, 'w/policy/keys/policy.json': APP,
    }).identities.find(({ arn }) => arn === roleArn(CONSUMER, 'ReportReader'))?.policiesWithoutDocument;
    assert.equal(unseen([`arn:aws:iam::${CONSUMER}:policy/Keys`]), undefined);
    assert.deepEqual(unseen([`arn:aws:iam::${CONSUMER}:policy/Keys`, 'arn:aws:iam::aws:policy/ReadOnlyAccess']), [
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
    ]);
  });

  it('gives way to declarations and to output that has the ARN itself', () => {
    const declared = worldOfFiles({ 'w/kms-handshake.json': { identities: [{ arn: roleArn(CONSUMER, 'A'), policies: ['r/app.json'] }] },
      'w/r/metadata.json': { arn: roleArn(CONSUMER, 'B') }, 'w/r/app.json': APP });
    assert.equal(identitiesAtPath(declared, 'w/r/app.json')[0]?.arn, roleArn(CONSUMER, 'A'));
    const output = {
      RoleDetailList: [{ RoleName: 'C', Arn: roleArn(CONSUMER, 'C'), RolePolicyList: [{ PolicyName: 'p', PolicyDocument: APP }] }],
    };
    assert.equal(
      identitiesAtPath(worldOfFiles({ 'w/r/metadata.json': { arn: roleArn(CONSUMER, 'B') }, 'w/r/app.json': output }), 'w/r/app.json')[0]
        ?.arn,
      roleArn(CONSUMER, 'C'),
    );
  });

  it('speaks of its own folder, and of nothing else than keys and identities', () => {
    const attached = (metadata: string | object, path = 'w/r/metadata.json'): string | undefined =>
      identitiesAtPath(worldOfFiles({ [path]: metadata, 'w/r/app.json': APP }), 'w/r/app.json')[0]?.arn;
    assert.equal(attached({ arn: roleArn(CONSUMER, 'B') }), roleArn(CONSUMER, 'B'));
    assert.equal(attached({ arn: roleArn(CONSUMER, 'B') }, 'w/metadata.json'), undefined);
    assert.equal(attached({ arn: roleArn(CONSUMER, 'B') }, 'w/r/my-metadata.json'), undefined);
    for (const other of [{ arn: keyArn() }, { arn: 'arn:aws:s3:::bucket' }, { arn: roleArn(CONSUMER, 'B').slice(0, 12) }, {
      Arn: roleArn(CONSUMER, 'B'),
    }, [{
      arn: roleArn(CONSUMER, 'B'),
    }], '{ "arn": ']) assert.equal(attached(other), undefined);
    const trust = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'sts:AssumeRole' }] };
    assert.deepEqual(worldOfFiles({ 'w/r/metadata.json': { arn: roleArn(CONSUMER, 'B') }, 'w/r/trust-policy.json': trust }).keys, []);
  });
});
