import * as assert from 'node:assert/strict';
import { CONSUMER, identityPolicy, keyArn, keyPolicy, keyPolicyAllow, OWNER, ownerKeyPolicy, ownerStatement, policyDocument, roleArn,
  rootArn, userArn } from '../../support/fixtures';
import { identitiesAtPath, worldOfFiles, type FolderFiles } from '../../support/world-of-files';

const APP_ROLE_ARN = identityPolicy();
const KNOWN = keyPolicy();
const NAMING = keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), roleArn(CONSUMER, 'App'), userArn(CONSUMER, 'Ann')] } });

/** Who the policy of `file` is attached to, and how that was found. */
function attachedIdentities(files: FolderFiles, file: string): string[] {
  return identitiesAtPath(worldOfFiles(files), file).map(({ arn, account, kind, link }) =>
    `${link.reason} ${arn ?? `${kind} of ${account ?? 'an unknown account'}`}${link.certain ? '' : ' (not certain)'}`
  );
}

describe('the identities of an identity policy', () => {
  it('are the declared ones; a managed policy has several', () => {
    const files = {
      'w/kms-handshake.json': {
        identities: [{ arn: roleArn(CONSUMER, 'A'), policies: ['policies/*.json'] }, { arn: roleArn(CONSUMER, 'B'),
          policies: ['policies/app.json'] }],
      },
      'w/policies/app.json': APP_ROLE_ARN,
      'w/policies/more.json': APP_ROLE_ARN,
    };
    assert.deepEqual(attachedIdentities(files, 'w/policies/app.json'), [`declared ${roleArn(CONSUMER, 'A')}`,
      `declared ${roleArn(CONSUMER, 'B')}`]);
    assert.deepEqual(worldOfFiles(files).identities.map(({ arn, policies }) => [arn, policies.length]), [[roleArn(CONSUMER, 'A'), 2], [
      roleArn(CONSUMER, 'B'),
      1,
    ]]);
    assert.equal(identitiesAtPath(worldOfFiles(files), 'w/policies/app.json')[0]?.link.at?.uri, 'file:///w/kms-handshake.json');
  });

  it('are an unnamed identity of a declared account, each policy on its own', () => {
    const files = { 'w/kms-handshake.json': { identities: [{ account: CONSUMER, policies: ['p/**'] }] },
      'w/p/a.json': APP_ROLE_ARN, 'w/p/b.json': APP_ROLE_ARN };
    assert.deepEqual(attachedIdentities(files, 'w/p/a.json'), [`declared unknown of ${CONSUMER}`]);
    assert.equal(worldOfFiles(files).identities.length, 2);
    const named = { ...files, 'w/p/role/App.json': APP_ROLE_ARN };
    assert.deepEqual(attachedIdentities(named, 'w/p/role/App.json'), [`declared role of ${CONSUMER}`]);
    assert.deepEqual(attachedIdentities({ ...named, 'w/key.json': NAMING }, 'w/p/role/App.json'), [`declared ${roleArn(CONSUMER, 'App')}`]);
    const both = { ...files,
      'w/kms-handshake.json': {
        identities: [{ account: CONSUMER, policies: ['p/**'] }, { arn: roleArn(CONSUMER, 'A'), policies: ['p/a.json'] }],
      } };
    assert.deepEqual(attachedIdentities(both, 'w/p/a.json'), [`declared ${roleArn(CONSUMER, 'A')}`]);
  });

  it('have their resources where it is declared: for their ARN by any manifest, else for the policies of their account', () => {
    const regions = (files: FolderFiles, file: string) =>
      identitiesAtPath(worldOfFiles(files, ['w', 'v']), file).map(({ resourceRegions }) => resourceRegions?.map(({ region }) => region));
    const files = {
      'w/kms-handshake.json': {
        identities: [{ account: CONSUMER, policies: ['p/**'], resourceRegions: ['eu-west-1'] }, { arn: roleArn(CONSUMER, 'A'),
          resourceRegions: ['us-west-2', 'us-east-1'] }],
      },
      'v/kms-handshake.json': { identities: [{ arn: roleArn(CONSUMER, 'A'), resourceRegions: ['us-east-1', 'eu-west-3'] }] },
      'w/p/a.json': APP_ROLE_ARN, 'w/p/role/A.json': APP_ROLE_ARN, 'w/p/role/B.json': APP_ROLE_ARN, 'w/loose.json': APP_ROLE_ARN,
    };
    assert.deepEqual(regions(files, 'w/p/a.json'), [['eu-west-1']]);
    assert.deepEqual(regions(files, 'w/p/role/B.json'), [['eu-west-1']]);
    assert.deepEqual(regions(files, 'w/p/role/A.json').map((found) => [...found ?? []].sort()), [['eu-west-3', 'us-east-1', 'us-west-2']]);
    assert.deepEqual(regions(files, 'w/loose.json'), [undefined]);
  });

  it('are those of the CLI output', () => {
    const output = (name: string): object => ({ RoleName: name, PolicyName: 'kms', PolicyDocument: APP_ROLE_ARN });
    assert.deepEqual(attachedIdentities({ 'w/a.json': output('App'), 'w/key.json': KNOWN }, 'w/a.json'), [
      'guess role of an unknown account (not certain)',
    ]);
    assert.deepEqual(
      attachedIdentities({ [`w/${CONSUMER}/a.json`]: output('App'), 'w/key.json': KNOWN }, `w/${CONSUMER}/a.json`),
      [`wrapper ${roleArn(CONSUMER, 'App')}`],
    );
    const details = {
      RoleDetailList: [{ RoleName: 'App', Arn: roleArn(CONSUMER, 'team/App'),
        RolePolicyList: [{ PolicyName: 'kms', PolicyDocument: APP_ROLE_ARN }] }],
    };
    assert.deepEqual(attachedIdentities({ 'w/details.json': details }, 'w/details.json'), [`wrapper ${roleArn(CONSUMER, 'team/App')}`]);
  });

  it('are the one role of that name that the workspace names', () => {
    const output = { RoleName: 'App', PolicyName: 'kms', PolicyDocument: APP_ROLE_ARN };
    const key = keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'team/App') } });
    assert.deepEqual(attachedIdentities({ 'w/a.json': output, 'w/key.json': key }, 'w/a.json'), [
      `text ${roleArn(CONSUMER, 'team/App')} (not certain)`,
    ]);
    const two = keyPolicy({ Principal: { AWS: [roleArn(CONSUMER, 'App'), roleArn(OWNER, 'App')] } });
    assert.deepEqual(attachedIdentities({ 'w/a.json': output, 'w/key.json': two }, 'w/a.json'), [
      'guess role of an unknown account (not certain)',
    ]);
    assert.deepEqual(
      attachedIdentities({ [`w/${CONSUMER}/role/App.json`]: APP_ROLE_ARN, 'w/key.json': key },
        `w/${CONSUMER}/role/App.json`),
      [`path ${roleArn(CONSUMER, 'team/App')}`],
    );
  });

  it('come from the path, below a known account', () => {
    assert.deepEqual(
      attachedIdentities({ [`w/${CONSUMER}/role/App/kms.json`]: APP_ROLE_ARN, 'w/key.json': NAMING },
        `w/${CONSUMER}/role/App/kms.json`),
      [`path ${roleArn(CONSUMER, 'App')}`],
    );
    assert.deepEqual(
      attachedIdentities({ [`w/${CONSUMER}/users/Ann.json`]: APP_ROLE_ARN, 'w/key.json': NAMING },
        `w/${CONSUMER}/users/Ann.json`),
      [`path arn:aws:iam::${CONSUMER}:user/Ann`],
    );
    assert.deepEqual(
      attachedIdentities({ [`w/${CONSUMER}/kms.json`]: APP_ROLE_ARN, 'w/key.json': KNOWN }, `w/${CONSUMER}/kms.json`),
      [`path unknown of ${CONSUMER}`],
    );
    assert.deepEqual(
      attachedIdentities({ 'w/202401311200/role/App.json': APP_ROLE_ARN, 'w/key.json': KNOWN }, 'w/202401311200/role/App.json'),
      ['guess role of an unknown account (not certain)'],
    );
    const china = keyPolicy({ Principal: { AWS: [rootArn(CONSUMER, 'aws-cn'), roleArn(CONSUMER, 'App', 'aws-cn')] } });
    assert.deepEqual(
      attachedIdentities({ [`w/${CONSUMER}/role/App.json`]: APP_ROLE_ARN, 'w/key.json': china },
        `w/${CONSUMER}/role/App.json`),
      [`path ${roleArn(CONSUMER, 'App', 'aws-cn')}`],
    );
  });

  it('come from the folder of an account that nothing else names, as a guess', () => {
    const alone = { [`w/consumer-${CONSUMER}/role/App/policy.json`]: APP_ROLE_ARN };
    assert.deepEqual(attachedIdentities(alone, `w/consumer-${CONSUMER}/role/App/policy.json`), [`path role of ${CONSUMER} (not certain)`]);
    const [identity] = worldOfFiles(alone, [`w/consumer-${CONSUMER}`]).identities;
    assert.deepEqual([identity?.account, identity?.pathNames], [CONSUMER, ['role/App']], 'the same where the folder is opened alone');
  });

  it('gather all policies of one identity, and are one for each policy while nothing is known about them', () => {
    const files = { [`w/${CONSUMER}/role/App/a.json`]: APP_ROLE_ARN, [`w/${CONSUMER}/role/App/b.json`]: APP_ROLE_ARN,
      'w/x.json': APP_ROLE_ARN, 'w/y.json': APP_ROLE_ARN,
      'w/key.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'App') } }) };
    const world = worldOfFiles(files);
    assert.deepEqual(world.identities.map(({ arn, policies }) => [arn, policies.length]), [[roleArn(CONSUMER, 'App'), 2], [undefined, 1], [
      undefined,
      1,
    ]]);
    assert.deepEqual(attachedIdentities(files, 'w/x.json'), ['guess unknown of an unknown account (not certain)']);
    assert.deepEqual(
      worldOfFiles({ 'w/role/App/a.json': APP_ROLE_ARN, 'w/role/App/b.json': APP_ROLE_ARN, 'w/v/role/App/c.json': APP_ROLE_ARN }).identities
        .map(({ policies }) => policies.length),
      [2, 1],
    );
  });

  describe('are held against the names that exist', () => {
    const inPath = (path: string, ...arns: readonly string[]): string[] =>
      attachedIdentities({ [`w/${CONSUMER}/${path}`]: APP_ROLE_ARN,
        'w/key.json': keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), ...arns] } }) },
        `w/${CONSUMER}/${path}`);

    it('behind the folder of a team, in any capitals', () => {
      assert.deepEqual(inPath('role/analytics/ReportReader/kms.json', roleArn(CONSUMER, 'ReportReader')), [
        `path ${roleArn(CONSUMER, 'ReportReader')}`,
      ]);
      assert.deepEqual(inPath('role/reportreader/kms.json', roleArn(CONSUMER, 'ReportReader')), [
        `path ${roleArn(CONSUMER, 'ReportReader')}`,
      ]);
      assert.deepEqual(inPath('roles/REPORTREADER.json', roleArn(CONSUMER, 'ReportReader')), [`path ${roleArn(CONSUMER, 'ReportReader')}`]);
      assert.deepEqual(inPath('users/team/ann/kms.json', userArn(CONSUMER, 'Ann')), [
        `path arn:aws:iam::${CONSUMER}:user/Ann`,
      ]);
    });

    it('of two names by the longest part, for certain only with the whole IAM path', () => {
      assert.deepEqual(inPath('role/squad4/Ingest7/kms.json', roleArn(CONSUMER, 'squad4'), roleArn(CONSUMER, 'squad4/Ingest7')), [
        `path ${roleArn(CONSUMER, 'squad4/Ingest7')}`,
      ]);
      assert.deepEqual(inPath('role/squad4/Ingest7.json', roleArn(CONSUMER, 'squad4'), roleArn(CONSUMER, 'Ingest7')), [
        `path ${roleArn(CONSUMER, 'Ingest7')} (not certain)`,
      ]);
      assert.deepEqual(inPath('role/squad4/kms.json', roleArn(CONSUMER, 'squad4'), roleArn(CONSUMER, 'squad4/Ingest7')), [
        `path ${roleArn(CONSUMER, 'squad4')}`,
      ]);
    });

    it('of the account in the path alone', () => {
      assert.deepEqual(inPath('role/App/kms.json', roleArn(CONSUMER, 'App'), roleArn('777788889999', 'App')), [
        `path ${roleArn(CONSUMER, 'App')}`,
      ]);
      assert.deepEqual(inPath('role/App/kms.json', roleArn('777788889999', 'App')), [`path role of ${CONSUMER}`]);
    });

    it('in conditions, resources, sessions, declarations and outputs', () => {
      const path = `w/${CONSUMER}/role/reportreader/kms.json`;
      const reader = roleArn(CONSUMER, 'data/ReportReader');
      const condition = { ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), Condition: { ArnLike: { 'aws:PrincipalArn': reader } } };
      const others: readonly FolderFiles[] = [
        { 'w/key.json': ownerKeyPolicy(condition) },
        { 'w/kms-handshake.json': { identities: [{ arn: reader }] } },
        { 'w/more.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: reader }] } },
        {
          'w/dump.json': {
            RoleDetailList: [{ RoleName: 'ReportReader', Arn: reader,
              RolePolicyList: [{ PolicyName: 'kms', PolicyDocument: APP_ROLE_ARN }] }],
          },
        },
        { 'w/grants.json': { Grants: [{ KeyId: keyArn(), GrantId: 'g', GranteePrincipal: reader, Operations: ['Decrypt'] }] } },
      ];
      for (const other of others)
        assert.deepEqual(attachedIdentities({ [path]: APP_ROLE_ARN, 'w/root.json': KNOWN, ...other }, path), [`path ${reader}`],
          JSON.stringify(other));
      const session = keyPolicy({ Principal: { AWS: `arn:aws:sts::${CONSUMER}:assumed-role/ReportReader/nightly` } });
      assert.deepEqual(attachedIdentities({ [path]: APP_ROLE_ARN, 'w/key.json': session }, path), [
        `path ${roleArn(CONSUMER, 'ReportReader')}`,
      ]);
      assert.deepEqual(
        attachedIdentities({ [path]: APP_ROLE_ARN, 'w/key.json': session, 'w/kms-handshake.json': { identities: [{ arn: reader }] } },
          path),
        [`path ${reader}`],
        'a session has not the IAM path of its role',
      );
    });

    it('and are an unnamed identity of the account where no identity has the name, one for each folder', () => {
      const files = { [`w/${CONSUMER}/role/App/a.json`]: APP_ROLE_ARN,
        [`w/${CONSUMER}/role/App/b.json`]: APP_ROLE_ARN, [`w/${CONSUMER}/role/Job/c.json`]: APP_ROLE_ARN,
        'w/key.json': KNOWN };
      assert.deepEqual(
        worldOfFiles(files).identities.map(({ arn, account, policies, pathNames }) => [arn, account, policies.length, pathNames]),
        [
          [undefined, CONSUMER, 2, ['role/App']],
          [undefined, CONSUMER, 1, ['role/Job']],
        ],
      );
    });
  });

  it('hold the users and roles that only a key policy names', () => {
    const world = worldOfFiles({
      'w/key.json': keyPolicy({ Principal: { AWS: [roleArn(CONSUMER, 'A'), userArn(CONSUMER, 'Ann'), rootArn(CONSUMER)] } }),
    });
    assert.deepEqual(world.identities.map(({ arn, kind, policies, link }) => [arn, kind, policies.length, link.at?.uri]), [
      [roleArn(CONSUMER, 'A'), 'role', 0, 'file:///w/key.json'], [userArn(CONSUMER, 'Ann'), 'user', 0, 'file:///w/key.json'],
    ]);
  });

  it('leave out policies that never grant', () => {
    const files = {
      'w/kms-handshake.json': { kinds: [{ files: ['org/**'], kind: 'service-control' }, { files: ['old/**'], kind: 'ignore' }] },
      'w/org/a.json': APP_ROLE_ARN, 'w/old/a.json': APP_ROLE_ARN, 'w/scp/a.json': APP_ROLE_ARN, 'w/boundary.json': APP_ROLE_ARN,
    };
    assert.deepEqual(worldOfFiles(files).identities, []);
    assert.ok(worldOfFiles(files).accounts.has(OWNER));
  });
});

describe('placeholders', () => {
  it('are filled before anything is linked', () => {
    const files = {
      'w/kms-handshake.json': {
        placeholders: [{ files: ['producer/**'], values: { owner: OWNER } }, { files: ['consumer/**'],
          values: { key: keyArn() } }],
      },
      'w/producer/key.json': policyDocument(ownerStatement('${owner}'), keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
      'w/consumer/app.json': identityPolicy({ Resource: '${key}' }),
    };
    assert.deepEqual(worldOfFiles(files).keys.map(({ arn, policy }) => [arn, policy?.uri]), [[keyArn(), 'file:///w/producer/key.json']]);
  });
});
