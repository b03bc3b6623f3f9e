import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, roleArn } from '../support/fixtures';

const ONLY = ['missing-key-arn-resource'];
const BUCKET = 'arn:aws:s3:::amzn-s3-demo-bucket/*';
const OWN_KEY = `arn:aws:kms:us-west-2:${CONSUMER}:key/abcd1234-12ab-34cd-56ef-1234567890ab`;

describe('missing-key-arn-resource', () => {
  describe('no KMS ARN at all', () => {
    it('finds a statement without Resource', () => {
      checkFindings({ 'app.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt' }] } }, [
        'app.json error missing-key-arn-resource "\\"Allow\\""',
      ], ONLY);
    });

    it('finds a bucket where a key is due', () => {
      checkFindings({ 'app.json': identityPolicy({ Resource: BUCKET }) }, [`app.json error missing-key-arn-resource "\\"${BUCKET}\\""`]);
    });

    it('finds it in a statement for two services, in other case, inside AWS CLI output', () => {
      checkFindings({
        'role.json': getRolePolicyOutput(identityPolicy({ Action: ['s3:GetObject', 'KMS:decrypt'], Resource: BUCKET })),
      }, [`role.json error missing-key-arn-resource "\\"${BUCKET}\\""`], ONLY);
    });

    it('takes the key, alone or beside others', () => {
      checkFindings({ 'a.json': identityPolicy(),
        'b.json': identityPolicy({ Action: ['s3:GetObject', 'kms:Decrypt'], Resource: [BUCKET, KEY_ARN] }) }, [], ONLY);
    });

    it('leaves Deny, "*" as action, star-only actions, key policies and unknown values alone', () => {
      checkFindings({
        'a.json': identityPolicy({ Effect: 'Deny', Resource: BUCKET }),
        'b.json': identityPolicy({ Action: '*', Resource: BUCKET }),
        'c.json': identityPolicy({ Action: ['kms:ListKeys', 's3:GetObject'], Resource: BUCKET }),
        'd.json': identityPolicy({ Resource: ['${key_arn}', BUCKET] }),
        'e.json': identityPolicy({ Resource: 'your-key-arn' }),
        'key.json': keyPolicy({ Resource: undefined }),
      }, [], ONLY);
    });

    it('adds the key whose policy allows this account', () => {
      const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy() };
      const added = applyFix({ ...files, 'app.json': identityPolicy({ Action: ['s3:GetObject', 'kms:Decrypt'], Resource: BUCKET }) },
        'missing-key-arn-resource', KEY_ARN, 'app.json');
      assert.deepEqual(JSON.parse(added['app.json'] ?? ''),
        identityPolicy({ Action: ['s3:GetObject', 'kms:Decrypt'], Resource: [BUCKET, KEY_ARN] }));
      checkFindings(added, [], ONLY);
      const everyone = keyPolicy({ Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER } } });
      const limited = { 'kms-handshake.json': manifest(), 'key.json': everyone, 'app.json': identityPolicy({ Resource: BUCKET }) };
      checkFindings(applyFix(limited, 'missing-key-arn-resource', KEY_ARN, 'app.json'), [], ONLY);
      const inserted = applyFix({ ...files, 'app.json': identityPolicy({ Resource: undefined }) }, 'missing-key-arn-resource', KEY_ARN,
        'app.json');
      assert.deepEqual(JSON.parse(inserted['app.json'] ?? ''), identityPolicy());
    });
  });

  describe('every account', () => {
    it('warns of "*" and of patterns with an open account', () => {
      checkFindings({
        'a.json': identityPolicy({ Resource: '*' }),
        'b.json': identityPolicy({ Resource: ['arn:aws:kms:*:*:key/*'] }),
        'c.json': identityPolicy({ Action: 'kms:*', Resource: 'arn:aws:kms:us-west-2:*:key/*' }),
      }, [
        'a.json warning missing-key-arn-resource "\\"*\\""',
        'b.json warning missing-key-arn-resource "\\"arn:aws:kms:*:*:key/*\\""',
        'c.json warning missing-key-arn-resource "\\"arn:aws:kms:us-west-2:*:key/*\\""',
      ], ONLY);
    });

    it('only hints where a condition narrows it, or nothing but looking is allowed', () => {
      checkFindings({
        'a.json': identityPolicy({ Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
        'b.json': identityPolicy({ Action: ['kms:DescribeKey', 'kms:ListGrants', 'kms:ListKeys'], Resource: '*' }),
        'd.json': identityPolicy({ Resource: 'arn:aws:kms:*:*:key/${aws:PrincipalTag/KmsKeyId}' }),
        'e.json': identityPolicy({ Resource: '*', Condition: { Null: { 'aws:ResourceTag/Project': 'false' } } }),
        'c.json': identityPolicy({ Resource: `arn:aws:kms:*:*:key/mrk-1234abcd12ab34cd56ef1234567890ab` }),
      }, [
        'a.json hint missing-key-arn-resource "\\"*\\""',
        'b.json hint missing-key-arn-resource "\\"*\\""',
        'd.json hint missing-key-arn-resource "\\"arn:aws:kms:*:*:key/${aws:PrincipalTag/KmsKeyId}\\""',
        'e.json hint missing-key-arn-resource "\\"*\\""',
        'c.json hint missing-key-arn-resource "\\"arn:aws:kms:*:*:key/mrk-1234abcd12ab34cd56ef1234567890ab\\""',
      ], ONLY);
    });

    it('warns of NotResource', () => {
      checkFindings({ 'a.json': identityPolicy({ Resource: undefined, NotResource: KEY_ARN }) }, [
        'a.json warning missing-key-arn-resource "\\"NotResource\\""',
      ], ONLY);
    });

    it('takes patterns of one account, actions that work in the own account only, and "*" as action', () => {
      checkFindings({
        'a.json': identityPolicy({ Resource: `arn:aws:kms:*:${OWNER}:key/*` }),
        'b.json': identityPolicy({ Action: ['kms:CreateKey', 'kms:ScheduleKeyDeletion'], Resource: '*' }),
        'c.json': identityPolicy({ Action: '*', Resource: '*' }),
        'd.json': identityPolicy({ Effect: 'Deny', Resource: '*' }),
      }, [], ONLY);
    });

    it('names the key that allows the account, or its account', () => {
      const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: '*' }) };
      assert.deepEqual(JSON.parse(applyFix(files, 'missing-key-arn-resource', `Use ${KEY_ARN}`)['app.json'] ?? ''), identityPolicy());
      assert.deepEqual(JSON.parse(applyFix(files, 'missing-key-arn-resource', OWNER)['app.json'] ?? ''),
        identityPolicy({ Resource: KEY_ARN }));
      assert.ok(fixesWithCode(files, 'missing-key-arn-resource').some((fix) => fix.title === `Limit to the keys of account ${OWNER}`));
    });

    it('has no fix that would take rights of other services away', () => {
      const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
        'app.json': identityPolicy({ Action: ['kms:Decrypt', 's3:GetObject'], Resource: '*' }) };
      assert.deepEqual(fixesWithCode(files, 'missing-key-arn-resource'), []);
    });
  });

  describe('another key only', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: OWN_KEY }) };

    it('says once for an account that a key policy allows that its policies name only other keys', () => {
      checkFindings(files, [`app.json info missing-key-arn-resource "\\"${OWN_KEY}\\""`], ONLY);
      assert.equal(findingsWithCode(files, 'missing-key-arn-resource')[0]?.related.length, 1);
    });

    it('says so for an account that a condition limits everyone to', () => {
      const limited = { ...files,
        'key.json': keyPolicy({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalAccount': CONSUMER } } }) };
      checkFindings(limited, [`app.json info missing-key-arn-resource "\\"${OWN_KEY}\\""`], ONLY);
      assert.match(findingsWithCode(limited, 'missing-key-arn-resource')[0]?.message ?? '',
        /^Account 444455556666 has no policy for key 1234abcd… \(111122223333\) in this workspace/);
    });

    it('is silent where another identity of the account covers the key', () => {
      checkFindings({
        ...files,
        'kms-handshake.json': manifest({
          identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }, { arn: roleArn(CONSUMER, 'Other'), policies: ['other.json'] }],
        }),
        'other.json': identityPolicy(),
      }, [], ONLY);
    });

    it('is silent where the policy has no statement for keys, or a value that is not known', () => {
      checkFindings({ ...files, 'app.json': identityPolicy({ Action: 's3:GetObject', Resource: BUCKET }) }, [], ONLY);
      checkFindings({ ...files, 'app.json': identityPolicy({ Resource: '${key_arn}' }) }, [], ONLY);
    });

    it('adds the key', () => {
      const after = applyFix(files, 'missing-key-arn-resource', KEY_ARN);
      assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Resource: [OWN_KEY, KEY_ARN] }));
      checkFindings(after, [], ONLY);
    });
  });
});
