import { pointerOfAddress } from '../../../server/src/core/discovery/policy-address';
import * as assert from 'node:assert/strict';
import { CONSUMER, identityPolicy, keyArn, keyIdFromNumber, keyPolicy, roleArn, rootArn } from '../../support/fixtures';
import { fileText, fileUri, workspaceOfFiles, type FolderFiles } from '../../support/world-of-files';
import { updateWorkspace } from '../../../server/src/core/workspace/workspace';

const KEY = keyPolicy();
const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn() };
const withPrincipal = { ...statement, Principal: { AWS: rootArn(CONSUMER) } };
/** An IAM policy with the Principal of a key policy in one statement. */
const STRAY_POLICY = { Version: '2012-10-17', Statement: [statement, withPrincipal] };
const ALL_FILES = { Version: '2012-10-17', Statement: [withPrincipal, withPrincipal] };

/** The kinds of the policies in a file, by their pointers. */
function kindsInFile(files: FolderFiles, path: string): string[] {
  return (workspaceOfFiles(files).readings.get(fileUri(path))?.policies ?? []).map(({ address, policy }) =>
    `${pointerOfAddress(address)} ${policy.kind}`.trim()
  );
}

const identities = (...policies: readonly string[]): object => ({ identities: [{ arn: roleArn(), policies }] });

describe('the kind of a policy', () => {
  it('is what its text shows without a declaration', () => {
    for (const policy of [STRAY_POLICY, ALL_FILES, KEY])
      assert.deepEqual(kindsInFile({ 'w/consumer/app.json': policy }, 'w/consumer/app.json'), ['key']);
  });

  it('is the declared one: by path, folder, glob, for an identity or an account', () => {
    const declarations = [
      identities('consumer/app.json'), identities('consumer/*.json'), identities('consumer'), identities('**'),
      { identities: [{ account: CONSUMER, policies: ['consumer/*.json'] }] },
      { identities: [{ account: CONSUMER, policies: ['consumer/app.json'] }] },
    ];
    for (const declaration of declarations) {
      for (const policy of [STRAY_POLICY, ALL_FILES])
        assert.deepEqual(kindsInFile({ 'w/kms-handshake.json': declaration, 'w/consumer/app.json': policy }, 'w/consumer/app.json'), [
          'identity',
        ], JSON.stringify(declaration));
    }
    const key = { keys: [{ arn: keyArn(), policy: 'owner/key.json' }] };
    assert.deepEqual(
      kindsInFile({ 'w/kms-handshake.json': key, 'w/owner/key.json': identityPolicy({ Resource: '*' }) }, 'w/owner/key.json'),
      [
        'key',
      ],
    );
    assert.deepEqual(
      kindsInFile({ 'w/kms-handshake.json': key, 'w/owner/key.json': '{ "Effect": "Allow", "Action": "kms:*" }' }, 'w/owner/key.json'),
      ['key'],
    );
  });

  it('of a file named by itself is the declared one whatever it looks like', () => {
    const trust = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'sts:AssumeRole' }] };
    for (const policy of [KEY, trust])
      assert.deepEqual(kindsInFile({ 'w/kms-handshake.json': identities('a/app.json'), 'w/a/app.json': policy }, 'w/a/app.json'), [
        'identity',
      ]);
  });

  it('stays that of sound policies of keys and other resources, which a glob takes in besides', () => {
    const trust = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'sts:AssumeRole' }] };
    const bucket = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::b/*' }] };
    const files = { 'w/kms-handshake.json': identities('role/**'), 'w/role/trust.json': trust, 'w/role/bucket.json': bucket,
      'w/role/key.json': KEY };
    assert.deepEqual(['trust', 'bucket', 'key'].map((name) => kindsInFile(files, `w/role/${name}.json`)), [['trust'], ['other-resource'], [
      'key',
    ]]);
    const partly = { ...bucket,
      Statement: [...bucket.Statement, { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' }] };
    assert.deepEqual(kindsInFile({ ...files, 'w/role/bucket.json': partly }, 'w/role/bucket.json'), ['identity']);
  });

  it('takes precedence over the path, but for the part that a glob leaves open', () => {
    const policy = identityPolicy();
    assert.deepEqual(kindsInFile({ 'w/scp/app.json': policy }, 'w/scp/app.json'), ['service-control']);
    for (const declared of ['scp/app.json', 'scp/*.json', 'scp'])
      assert.deepEqual(kindsInFile({ 'w/kms-handshake.json': identities(declared), 'w/scp/app.json': policy }, 'w/scp/app.json'), [
        'identity',
      ]);
    assert.deepEqual(
      kindsInFile({ 'w/kms-handshake.json': identities('role/**'), 'w/role/app/permissions-boundary.json': policy },
        'w/role/app/permissions-boundary.json'),
      ['boundary'],
    );
  });

  it('in a dump is that of the output, unless a pointer names the policy', () => {
    const dump = { Keys: [{ KeyId: keyIdFromNumber(1), PolicyName: 'default', Policy: fileText(KEY) }],
      Roles: [{ RoleName: 'App', PolicyName: 'p', PolicyDocument: ALL_FILES }], PolicyDocument: ALL_FILES };
    const pointers = (declaration: object): string[] =>
      kindsInFile({ 'w/kms-handshake.json': declaration, 'w/dump.json': dump }, 'w/dump.json').sort();
    assert.deepEqual(pointers({}), ['/Keys/0/Policy key', '/PolicyDocument key', '/Roles/0/PolicyDocument identity']);
    assert.deepEqual(pointers(identities('dump.json')), ['/Keys/0/Policy key', '/PolicyDocument identity',
      '/Roles/0/PolicyDocument identity']);
    assert.deepEqual(pointers(identities('dump.json#/PolicyDocument')), ['/Keys/0/Policy key', '/PolicyDocument identity',
      '/Roles/0/PolicyDocument identity']);
    assert.deepEqual(pointers({ keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'dump.json' }] }), ['/Keys/0/Policy key',
      '/PolicyDocument key', '/Roles/0/PolicyDocument identity']);
    assert.deepEqual(
      pointers({ keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'dump.json#/Roles/0/PolicyDocument' }], ...identities('dump.json') }),
      ['/Keys/0/Policy key', '/PolicyDocument identity', '/Roles/0/PolicyDocument key'],
    );
  });

  it('is left to the text where a file names it as both', () => {
    const both = { keys: [{ arn: keyArn(), policy: 'a.json' }], ...identities('a.json') };
    assert.deepEqual(kindsInFile({ 'w/kms-handshake.json': both, 'w/a.json': identityPolicy({ Resource: '*' }) }, 'w/a.json'), [
      'identity',
    ]);
    assert.deepEqual(kindsInFile({ 'w/kms-handshake.json': both, 'w/a.json': ALL_FILES }, 'w/a.json'), ['key']);
    assert.deepEqual(
      kindsInFile({ 'w/kms-handshake.json': { ...both, ...identities('*.json') }, 'w/a.json': identityPolicy({ Resource: '*' }) },
        'w/a.json'),
      ['key'],
      'a path says more than a glob',
    );
  });

  it('is what the nearest kms-handshake.json says', () => {
    const files = { 'w/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'sub/a.json' }] },
      'w/sub/kms-handshake.json': identities('*.json'), 'w/sub/a.json': ALL_FILES };
    assert.deepEqual(kindsInFile(files, 'w/sub/a.json'), ['identity']);
    assert.deepEqual(workspaceOfFiles(files).world.linkReport.manifest, []);
  });
});

describe('what the path shows about a kind', () => {
  const policy = identityPolicy();
  const kind = (folders: readonly string[], path: string): string | undefined =>
    workspaceOfFiles({ [path]: policy }, folders).readings.get(fileUri(path))?.policies[0]?.policy.kind;

  it('is below the workspace folder', () => {
    assert.equal(kind(['team-scp/repository'], 'team-scp/repository/app.json'), 'identity');
    assert.equal(kind(['home/boundary'], 'home/boundary/app.json'), 'identity');
    assert.equal(kind(['team-scp/repository'], 'team-scp/repository/scp/app.json'), 'service-control');
    assert.equal(kind(['team-scp'], 'team-scp/scp/app.json'), 'service-control');
    assert.equal(kind(['v', 'team-scp/b'], 'team-scp/b/app.json'), 'identity');
  });

  it('of a file outside all folders is its name', () => {
    assert.equal(kind(['v'], 'scp/app.json'), 'identity');
    assert.equal(kind(['v'], 'other/scp.json'), 'service-control');
  });

  it('changes with the workspace folder', () => {
    const workspace = workspaceOfFiles({ 'a/scp/b/app.json': policy }, ['a']);
    assert.equal(workspace.readings.get(fileUri('a/scp/b/app.json'))?.policies[0]?.policy.kind, 'service-control');
    const below = updateWorkspace(workspace, [{ folders: [{ uri: fileUri('a/scp/b') }] }]).workspace;
    assert.equal(below.readings.get(fileUri('a/scp/b/app.json'))?.policies[0]?.policy.kind, 'identity');
  });
});
