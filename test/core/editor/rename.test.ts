import * as assert from 'node:assert/strict';
import { renameTargetAt, rename, type Rename } from '../../../server/src/core/editor/rename/rename';
import { renameNotes } from '../../../server/src/core/editor/rename/unrenamed-names';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { applyChanges } from '../../support/expect-findings';
import { cursorPositionIn } from '../../support/cursor';
import { pathOfUri, type FilesByPath } from '../../support/workspace-from-texts';
import { APP, changed, KEY, MANIFEST, PAIR, shown, texts } from './handshake-fixture';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, roleArn, rootArn, userArn } from '../../support/fixtures';

const NEW_ACCOUNT = '555566667777';
const NEW_ROLE = roleArn(CONSUMER, 'Worker');
const NEW_ID = '99998888-aaaa-bbbb-cccc-777766665555';

/** What can be renamed at the cursor: `text at the place = placeholder`. */
function offered(files: FilesByPath): string | undefined {
  const { workspace, uri, offset } = cursorPositionIn(files);
  const found = renameTargetAt(workspace, uri, offset);
  const text = found && workspace.files.get(found.location.uri)?.source.text.slice(found.location.span.start, found.location.span.end);
  return found && (text === found.name ? text : `${text} = ${found.name}`);
}

function renamed(files: FilesByPath, name: string): Rename & { readonly after: Readonly<Record<string, string>>;
  readonly before: Readonly<Record<string, string>>; readonly notes: readonly string[] } {
  const { workspace, texts: before, uri, offset } = cursorPositionIn(files);
  const result = rename(workspace, uri, offset, name);
  assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
  const notes = renameNotes(result.unrenamed, { file: pathOfUri, place: (at) => shown(workspace, at) });
  return { ...result, before, after: applyChanges(before, result.changes), notes };
}

function refused(files: FilesByPath, name: string): string {
  const { workspace, uri, offset } = cursorPositionIn(files);
  const result = rename(workspace, uri, offset, name);
  assert.ok(isRefusal(result), 'the name is refused');
  return result.refused;
}

/** All texts with every `old` replaced. */
function replaced(files: Readonly<Record<string, string>>, old: string, now: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(old, now)]));
}

const IN_ROLE = changed(KEY, ROLE_ARN, `${ROLE_ARN}|`);
const IN_KEY = changed(APP, KEY_ARN, `${KEY_ARN}|`);
const IN_ACCOUNT = changed(KEY, ROLE_ARN, ROLE_ARN.replace(CONSUMER, `4444|55556666`));

describe('editor/rename/rename', () => {
  describe('what is renamed', () => {
    it('the account in its digits, elsewhere the identity or the key', () => {
      assert.equal(offered(IN_ACCOUNT), CONSUMER);
      assert.equal(offered(IN_ROLE), ROLE_ARN);
      assert.equal(offered(changed(KEY, ROLE_ARN, `a|${ROLE_ARN.slice(1)}`)), ROLE_ARN);
      assert.equal(offered(IN_KEY), KEY_ARN);
      assert.equal(offered(changed(APP, KEY_ARN, KEY_ARN.replace(OWNER, `${OWNER}|`))), OWNER);
      assert.equal(offered(changed(KEY, rootArn(OWNER), `arn:aws:iam::${OWNER}:ro|ot`)),
        `arn:aws:iam::${OWNER}:root = ${OWNER}`);
      assert.equal(offered(changed(KEY, `"kms:CallerAccount": "${CONSUMER}`, `"kms:CallerAccount": "${CONSUMER}|`)),
        CONSUMER);
    });

    it('in kms-handshake.json too', () => {
      assert.equal(offered(changed(MANIFEST, ROLE_ARN, `${ROLE_ARN}|`)), ROLE_ARN);
      assert.equal(offered(changed(MANIFEST, KEY_ARN, `${KEY_ARN}|`)), KEY_ARN);
      assert.equal(offered(changed(MANIFEST, `"${OWNER}"`, `"1111|22223333"`)), OWNER);
    });

    it('of a session its role, not the name of the session', () => {
      const session = (cursor: string): FilesByPath => changed(KEY, ROLE_ARN, `arn:aws:sts::${CONSUMER}:${cursor}`);
      assert.equal(offered(session('assumed-role/Ap|p/one')), `arn:aws:sts::${CONSUMER}:assumed-role/App/one = ${ROLE_ARN}`);
      assert.equal(offered(session('assumed-role/App/on|e')), undefined);
    });

    it('a Sid, which only its policy and kms-handshake.json know', () => {
      assert.equal(offered(changed(APP, '"UseKey"', '"Use|Key"')), 'UseKey');
    });

    it('nothing else', () => {
      for (const [path, before, after] of [
        [APP, '"kms:Decrypt"', '"kms:De|crypt"'], [KEY, '"kms:*"', '"kms:|*"'],
        [APP, KEY_ARN, 'arn:aws:kms:us-west-2:*:key/|*'],
        [APP, KEY_ARN, `arn:aws:kms:us-west-2:${OWNER}:alias/ap|p`], [APP, KEY_ARN, 'arn:aws:iam::*:role/App|'],
        [MANIFEST, `"${KEY}"`, `"${KEY}|"`], [MANIFEST, 'alias/app', 'alias/|app'],
        [KEY, `"${ROLE_ARN}"`, '"*|"'], [KEY, `"${ROLE_ARN}"`, '"arn:aws:iam::${account}:role/Ap|p"'],
      ] as const) assert.equal(offered(changed(path, before, after)), undefined, after);
      assert.equal(offered({ ...PAIR, 'other.json': `{ "arn": "${KEY_ARN}|" }` }), undefined);
      assert.match(refused(changed(APP, '"kms:Decrypt"', '"kms:De|crypt"'), 'x'), /no account, identity, key or Sid/);
    });
  });

  describe('an account', () => {
    it('everywhere that it is an account', () => {
      assert.deepEqual(renamed(IN_ACCOUNT, NEW_ACCOUNT).after, replaced(PAIR, CONSUMER, NEW_ACCOUNT));
      assert.deepEqual(renamed(changed(MANIFEST, `"${OWNER}"`, `"${OWNER}|"`), ` ${NEW_ACCOUNT} `).after,
        replaced(PAIR, OWNER, NEW_ACCOUNT));
    });

    it('in an ARN that AWS completes (IAM User Guide, reference-arns)', () => {
      const files = changed(APP, KEY_ARN, `arn:aws:kms:us-west-2:${OWNER}`,
        changed(MANIFEST, `"${OWNER}"`, `"${OWNER}|"`));
      assert.deepEqual(renamed(files, NEW_ACCOUNT).after, replaced(cursorPositionIn(files).texts, OWNER, NEW_ACCOUNT));
    });

    it('in organizations, placeholders, conditions and ARNs of other services, and in policies of other kinds', () => {
      const statement = {
        Sid: 'S',
        Effect: 'Deny',
        Action: ['kms:Decrypt', 'sts:AssumeRole'],
        Resource: [`arn:aws:kms:*:${CONSUMER}:key/*`, `arn:aws:dynamodb:us-east-1:${CONSUMER}:table/T`,
          `arn:aws:iam::${CONSUMER}:role/*`],
        Condition: {
          StringLike: { 'aws:SourceAccount': CONSUMER,
            'aws:PrincipalArn': [`arn:aws:iam::${CONSUMER}:*`, `arn:aws:sts::${CONSUMER}:assumed-role/App/*`],
            'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${CONSUMER}:*` },
        },
      };
      const more = texts({
        'more.json': { Version: '2012-10-17', Statement: [statement] },
        'scp/one.json': { Version: '2012-10-17', Statement: [statement] },
        'trust.json': { Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: CONSUMER }, Action: 'sts:AssumeRole' }] },
      });
      const declared = changed(MANIFEST, '"keys": [', `"organizations": { "o-exampleorgid": ["${CONSUMER}"] }, "placeholders": `
        + `[{ "files": ["x"], "values": { "a": "${CONSUMER}", "b": "${ROLE_ARN}" } }], "keys": [`, { ...IN_ACCOUNT, ...more });
      assert.deepEqual(renamed(declared, NEW_ACCOUNT).after, replaced(cursorPositionIn(declared).texts, CONSUMER, NEW_ACCOUNT));
    });

    it('not where the digits are something else', () => {
      const same = {
        Version: '2012-10-17',
        Id: `policy-${CONSUMER}`,
        Statement: [{ Sid: `Use${CONSUMER}`, Effect: 'Allow', Action: `kms:${CONSUMER}`,
          Resource: [`arn:aws:s3:::logs-${CONSUMER}/AWSLogs/${CONSUMER}/*`, CONSUMER,
            `arn:aws:kms:us-west-2:${OWNER}:key/${CONSUMER}*`],
          Condition: {
            StringEquals: { 'kms:EncryptionContext:account': CONSUMER, 'aws:PrincipalTag/Account': CONSUMER,
              'aws:userid': CONSUMER },
          } }],
      };
      const files = { ...IN_ACCOUNT, ...texts({ 'same.json': same, 'other.json': { account: CONSUMER } }) };
      const { after, before } = renamed(files, NEW_ACCOUNT);
      assert.equal(after['same.json'], before['same.json']);
      assert.equal(after['other.json'], before['other.json']);
    });

    it('a placeholder with a colon in its name keeps its place, and the fields around it are renamed', () => {
      const put = changed(KEY, ROLE_ARN, 'arn:aws:iam::${self:custom.consumer}:role/App');
      const filled = changed(MANIFEST, '"keys": [', '"placeholders": [{ "files": ["producer/*"], "values": { "self:custom.consumer": '
        + `"${CONSUMER}" } }], "keys": [`, put);
      const cursor = changed(MANIFEST, ROLE_ARN, `${ROLE_ARN}|`, filled);
      const { after } = renamed(cursor, NEW_ROLE);
      assert.ok(after[KEY]?.includes('"arn:aws:iam::${self:custom.consumer}:role/Worker"'));
      assert.ok(after[MANIFEST]?.includes(NEW_ROLE));
    });

    it('a placeholder is renamed where its value is declared', () => {
      const filled = changed(MANIFEST, '"keys": [', '"placeholders": [{ "files": ["producer/*"], "values": { "consumer": '
        + `"${CONSUMER}" } }], "keys": [`, changed(KEY, ROLE_ARN, 'arn:aws:iam::${consumer}:role/App'));
      const cursor = changed(MANIFEST, ROLE_ARN, ROLE_ARN.replace(CONSUMER, `${CONSUMER}|`), filled);
      const { after } = renamed(cursor, NEW_ACCOUNT);
      assert.ok(after[KEY]?.includes('arn:aws:iam::${consumer}:role/App'));
      assert.ok(after[MANIFEST]?.includes(`"consumer": "${NEW_ACCOUNT}"`));
    });

    it('has 12 digits and is not there yet', () => {
      assert.equal(refused(IN_ACCOUNT, '1234'), '"1234" is not an account id: it has exactly 12 digits.');
      assert.match(refused(IN_ACCOUNT, OWNER), new RegExp(`^Account ${OWNER} is in this workspace already`));
      assert.deepEqual(renamed(IN_ACCOUNT, CONSUMER).after, PAIR);
    });
  });

  describe('an identity', () => {
    it('everywhere by its ARN, and the role of its sessions', () => {
      const session = changed(KEY, '"kms:CallerAccount"', `"aws:PrincipalArn": "arn:aws:sts::${CONSUMER}:assumed-role/App/one", `
        + '"kms:CallerAccount"', IN_ROLE);
      const { after, before } = renamed(session, NEW_ROLE);
      assert.deepEqual(after, replaced(replaced(before, ROLE_ARN, NEW_ROLE), 'assumed-role/App/', 'assumed-role/Worker/'));
    });

    it('by its name alone, which keeps the path, and to another account', () => {
      const path = `arn:aws:iam::${CONSUMER}:role/team/App`;
      const files = replaced(IN_ROLE, ROLE_ARN, path);
      assert.deepEqual(renamed(files, 'Worker').after, replaced(PAIR, ROLE_ARN, `arn:aws:iam::${CONSUMER}:role/team/Worker`));
      assert.deepEqual(renamed(files, 'role/Worker').after, replaced(PAIR, ROLE_ARN, NEW_ROLE));
      const moved = `arn:aws:iam::${NEW_ACCOUNT}:role/App`;
      assert.deepEqual(renamed(IN_ROLE, moved).after, replaced(PAIR, ROLE_ARN, moved));
    });

    it('not in longer names, patterns and other accounts', () => {
      const others = changed(KEY, '"kms:CallerAccount"', `"aws:PrincipalArn": ["${ROLE_ARN}2", "${ROLE_ARN}*", "arn:aws:iam::*:role/App", `
        + `"arn:aws:iam::${OWNER}:role/App", "arn:aws:iam::${CONSUMER}:user/App"], "kms:CallerAccount"`, IN_ROLE);
      const { after, before, notes } = renamed(others, NEW_ROLE);
      assert.equal(after[KEY], before[KEY]?.replace(`"${ROLE_ARN}"\n`, `"${NEW_ROLE}"\n`));
      assert.deepEqual(notes, [`The patterns at ${KEY}:28 ${ROLE_ARN}* and ${KEY}:28 arn:aws:iam::*:role/App covered the old name, but not `
        + 'the new one.']);
    });

    it('is well-formed, of the same kind and not taken', () => {
      assert.match(refused(IN_ROLE, 'arn:aws:iam::1:role/App'), /neither the ARN nor the name of a role/);
      assert.match(refused(IN_ROLE, 'my role'), /neither the ARN nor the name of a role/);
      assert.match(refused(IN_ROLE, 'App*'), /neither/);
      assert.match(refused(IN_ROLE, ''), /neither/);
      assert.match(refused(IN_ROLE, 'role/${aws:username}/x'), /neither/);
      assert.equal(refused(IN_ROLE, userArn(CONSUMER, 'App')),
        `${ROLE_ARN} is a role and cannot become a user by a new name.`);
      assert.equal(refused(IN_ROLE, 'x'.repeat(65)), 'The name of a role has at most 64 characters, this one has 65.');
      const two = changed(APP, '"Resource": "*"', `"Resource": "${NEW_ROLE}"`, IN_ROLE);
      assert.match(refused(two, NEW_ROLE), /is in this workspace already/);
      const other = changed(KEY, `"${ROLE_ARN}|"`, `"${ROLE_ARN}|", "arn:aws:iam::${CONSUMER}:role/team/worker"`, IN_ROLE);
      assert.match(refused(other, NEW_ROLE), /is in this workspace already/, 'names differ by more than path and capitals');
    });
  });

  describe('a key', () => {
    it('by id or ARN, wherever its id stands: in patterns, wrong Regions and replicas field by field', () => {
      assert.deepEqual(renamed(IN_KEY, NEW_ID).after, replaced(PAIR, KEY_ARN.slice(-36), NEW_ID));
      const wild = changed(APP, '"Resource": "*"', `"Resource": ["arn:aws:kms:*:${OWNER}:key/${KEY_ARN.slice(-36)}", `
        + `"${KEY_ARN.replace('us-west-2', 'eu-west-1')}"]`, IN_KEY);
      assert.deepEqual(renamed(wild, NEW_ID).after, replaced(cursorPositionIn(wild).texts, KEY_ARN.slice(-36), NEW_ID));
      const moved = `arn:aws:kms:ap-south-1:${NEW_ACCOUNT}:key/${NEW_ID}`;
      const after = renamed(wild, moved).after[APP] ?? '';
      assert.ok(
        after.includes(`"${moved}"`) && after.includes(`arn:aws:kms:*:${NEW_ACCOUNT}:key/${NEW_ID}`)
          && after.includes(`arn:aws:kms:eu-west-1:${NEW_ACCOUNT}:key/${NEW_ID}`),
        after,
      );
    });

    it('from a pattern that has its id', () => {
      const pattern = `arn:aws:kms:*:${OWNER}:key/${KEY_ARN.slice(-36)}`;
      assert.deepEqual(renamed(changed(APP, KEY_ARN, `${pattern}|`), NEW_ID).after,
        replaced(changed(APP, KEY_ARN, pattern), KEY_ARN.slice(-36), NEW_ID));
    });

    it('is well-formed, of the same kind and not taken', () => {
      assert.match(refused(IN_KEY, 'my-key'), /neither the ARN nor the id of a KMS key/);
      assert.match(refused(IN_KEY, `mrk-${'0123456789abcdef'.repeat(2)}`), /single-Region key.*multi-Region key/);
      const two = changed(APP, '"Resource": "*"', `"Resource": "${KEY_ARN.replace(KEY_ARN.slice(-36), NEW_ID)}"`, IN_KEY);
      assert.match(refused(two, NEW_ID), /is in this workspace already/);
    });
  });

  describe('the edit', () => {
    it('is in the files of every account and in kms-handshake.json', () => {
      const { changes } = renamed(IN_ROLE, NEW_ROLE);
      assert.deepEqual(changes.map(({ uri }) => pathOfUri(uri)).sort(), [MANIFEST, KEY]);
    });

    it('keeps comments, line ends and escapes around, in strings too', () => {
      const crlf = replaced(IN_ROLE, '\n', '\r\n');
      assert.deepEqual(renamed(crlf, NEW_ROLE).after, replaced(replaced(PAIR, '\n', '\r\n'), ROLE_ARN, NEW_ROLE));
      const inside = { ...PAIR, [KEY]: JSON.stringify({ Policy: PAIR[KEY], PolicyName: 'default' }).replace(ROLE_ARN, `${ROLE_ARN}|`) };
      assert.deepEqual(renamed(inside, NEW_ROLE).after, replaced(cursorPositionIn(inside).texts, ROLE_ARN, NEW_ROLE));
      const twice = { ...PAIR,
        [KEY]: JSON.stringify({ Policy: JSON.stringify(JSON.parse(PAIR[KEY] ?? '')) }).replace(CONSUMER, `${CONSUMER}|`) };
      assert.deepEqual(renamed(twice, NEW_ACCOUNT).after, replaced(cursorPositionIn(twice).texts, CONSUMER, NEW_ACCOUNT));
    });

    it('works while a policy is typed', () => {
      const typed = { ...PAIR, 'b.json': `{ "Statement": [{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["${KEY_ARN}|` };
      assert.deepEqual(renamed(typed, NEW_ID).after, replaced(cursorPositionIn(typed).texts, KEY_ARN.slice(-36), NEW_ID));
    });
  });

  describe('what is left', () => {
    it('paths that contain the name', () => {
      const files = { 'producer-111122223333/key.json': IN_ACCOUNT[KEY] ?? '', 'consumer-444455556666/role/App.json': PAIR[APP] ?? '' };
      const { notes } = renamed(files, NEW_ACCOUNT);
      assert.deepEqual(notes, ['Files keep their names: consumer-444455556666/role/App.json has the old one in its path, which may be '
        + 'all that links the policies there.']);
      assert.match(renamed({ ...files, 'producer-111122223333/key.json': IN_ROLE[KEY] ?? '' }, NEW_ROLE).notes[0] ?? '',
        /consumer-444455556666\/role\/App\.json has/);
      assert.deepEqual(renamed({ ...files, 'producer-111122223333/key.json': PAIR[KEY] ?? '', 'k.json': IN_KEY[APP] ?? '' }, NEW_ID).notes,
        []);
      const declared = texts({ [MANIFEST]: { identities: [{ arn: ROLE_ARN, policies: ['consumer-444455556666'] }] } });
      assert.deepEqual(renamed({ ...files, ...declared }, NEW_ACCOUNT).notes, [], 'where the link is declared the path does not matter');
    });

    it('output of the AWS CLI, of which the policies are renamed and the facts are not', () => {
      const dump = { RoleName: 'App', PolicyName: 'use', PolicyDocument: JSON.parse(PAIR[APP] ?? '') as object };
      const roles = { RoleDetailList: [{ RoleName: 'App', Arn: ROLE_ARN, RolePolicyList: [dump] }] };
      const grants = { Grants: [{ KeyId: KEY_ARN, GrantId: 'g', GranteePrincipal: ROLE_ARN, Operations: ['Decrypt'] }] };
      const files = { ...IN_ROLE, ...texts({ 'roles.json': roles, 'grants.json': grants }) };
      const { after, before, notes } = renamed(files, NEW_ROLE);
      assert.equal(after['roles.json'], before['roles.json']);
      assert.equal(after['grants.json'], before['grants.json']);
      assert.deepEqual(notes, ['The AWS CLI output in grants.json and roles.json keeps the old name, since it shows what AWS had then: '
        + 'fetch it again.']);
    });

    it('output in which the role is named at the cursor keeps all but that name', () => {
      const output = { RoleName: 'App', PolicyName: 'use', PolicyDocument: JSON.parse(PAIR[APP] ?? '') as object };
      const manifest = { identities: [{ arn: ROLE_ARN, policies: ['output.json'] }] };
      const text = JSON.stringify(output, null, 2).replace('"App"', '"Ap|p"');
      const files = { [KEY]: PAIR[KEY] ?? '', ...texts({ [MANIFEST]: manifest }), 'output.json': text };
      assert.equal(offered(files), 'App');
      const { after, notes } = renamed(files, 'Worker');
      assert.match(after['output.json'] ?? '', /"RoleName": "Worker"/);
      assert.ok(after[KEY]?.includes(NEW_ROLE) && !after[KEY].includes(ROLE_ARN), 'the key policy names the new role');
      assert.ok(after[MANIFEST]?.includes(NEW_ROLE), 'so does the declaration');
      assert.deepEqual(notes, []);
      assert.equal(offered({ ...files, 'output.json': text.replace('Ap|p', 'App').replace('"use"', '"us|e"') }), undefined);
    });

    it('metadata.json beside policies, like other output', () => {
      const files = { ...IN_ROLE,
        ...texts({ 'roles/app/metadata.json': { arn: ROLE_ARN }, 'roles/other/metadata.json': { arn: roleArn(CONSUMER, 'App2') } }) };
      assert.deepEqual(renamed(files, NEW_ROLE).notes, ['The AWS CLI output in roles/app/metadata.json keeps the old name, since it '
        + 'shows what AWS had then: fetch it again.']);
    });

    it('names that are put together', () => {
      const put = changed(KEY, `"kms:CallerAccount"`, '"aws:PrincipalArn": "arn:aws:iam::444455556666:role/${name}", "kms:CallerAccount"',
        IN_ROLE);
      const filled = changed(MANIFEST, '"keys": [', '"placeholders": [{ "files": ["producer/*"], "values": { "name": "App" } }], "keys": [',
        put);
      assert.deepEqual(renamed(filled, NEW_ROLE).notes, [`The name at ${KEY}:28 arn:aws:iam::444455556666:role/\${name} is put together `
        + 'from placeholders and was left as it is.']);
    });
  });
});
